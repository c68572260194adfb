"""`ecr-contracts hook`: for hooks that hand over all files that have changed, whatever they are.

It takes out of them what is about ECR's events, and has that judged as the other commands do:

    hook events FILE...      validate: files with events
    hook rules FILE...       rules: templates and Terraform with rules
    hook handlers FILE...    check: consumers of the configuration that a file is part of

Nothing is said where nothing is left.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from ecr_contracts.audit.reader import Complaint
from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.stack import SUFFIX, SUFFIXES, read_stack
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.surroundings import rules_of
from ecr_contracts.discovery.target import Target, is_javascript
from ecr_contracts.frontends import config
from ecr_contracts.frontends.cli.event_files import read_events
from ecr_contracts.frontends.cli.output import FINE, INTERRUPTED, MISUSE
from ecr_contracts.frontends.config.lookup import name_from

EXAMPLES = (
    "ecr-contracts hook events tests/events/*.json",
    "ecr-contracts hook handlers src/app.py src/common.py",
)

_SPEAKS = re.compile(
    rb"aws\.ecr\b|aws\.inspector2\b|ecr\.amazonaws\.com|inspector2\.amazonaws\.com"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `hook`."""
    parser.add_argument(
        "what",
        metavar="WHAT",
        choices=tuple(_HOOKS),
        help="events, rules or handlers: what of the files is judged",
    )
    parser.add_argument("files", metavar="FILE", nargs="*", help="files that have changed")


def run(options: argparse.Namespace) -> int:
    """Judge what of the files is about ECR's events, and give the worst exit code.

    Raises ConfigurationError for a configuration that cannot be used.
    """
    return _HOOKS[options.what](options.files)


# --- events and rules -----------------------------------------------------------------------------


def _events(names: Sequence[str]) -> int:
    """Validate the files that hold events."""
    files = [name for name in names if _has_events(name)]
    return _command(["validate", "--", *files]) if files else FINE


def _has_events(name: str) -> bool:
    """Whether a file holds events that may be ECR's, or was meant to and is no JSON."""
    try:
        content = read_plain_file(name, limits.OWN_FILE_BYTES)
    except OSError:
        return False  # it is gone, or no file of events
    if not _SPEAKS.search(content):
        return False
    for part in read_events([name]):
        if not isinstance(part, Complaint) and isinstance(part.event, dict):
            return True
    return name.endswith(".json") and not _is_json(content)


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _rules(names: Sequence[str]) -> int:
    """Judge the rules of the files that have rules about ECR."""
    files: list[str] = []
    modules: set[Path] = set()  # of Terraform: all files of a folder are one
    for name in names:
        file = Path(name)
        if not name.endswith(SUFFIXES) or (file.suffix == SUFFIX and file.parent in modules):
            continue
        if _has_rules(file):
            files.append(name)
            if file.suffix == SUFFIX:
                modules.add(file.parent)
    return _command(["rules", "--", *files]) if files else FINE


def _has_rules(file: Path) -> bool:
    """Whether a file has rules about ECR, or speaks of them and cannot be read."""
    try:
        stack = read_stack(file)
    except TemplateError:
        with contextlib.suppress(OSError):
            content = read_plain_file(file, limits.DOCUMENT_BYTES)
            return b"aws.ecr" in content and b"attern" in content
        return False
    return any(rule.is_about_ecr for rule in stack.rules)


# --- handlers -------------------------------------------------------------------------------------


def _handlers(names: Sequence[str]) -> int:
    """Check the configured consumers that one of the files is a part of."""
    changed = {os.path.realpath(name) for name in names}
    configurations: dict[Path, None] = {}
    for name in sorted(names):
        if file := config.nearest(Path(name).absolute().parent):
            configurations[file] = None
    code = FINE
    for file in configurations:
        with contextlib.chdir(file.parent):
            touched = list(_touched(file, changed))
        for one in touched:
            name = name_from(one, Path.cwd())
            is_elsewhere = name == one.target.text  # a module is found from its own folder alone
            with contextlib.chdir(file.parent if is_elsewhere else Path.cwd()):
                code = max(code, _command(["check", "--", name]))
            if code == INTERRUPTED:
                return code
    return code


def _touched(file: Path, changed: set[str]) -> Iterator[config.Configured]:
    """The consumers of a configuration that changed files are a part of; all if it is one."""
    is_own = os.path.realpath(file) in changed
    for one in config.read(file):
        if one.sort != "handler":
            continue
        if is_own or any(_is_part(one, place) for place in changed):
            yield one


def _is_part(one: config.Configured, place: str) -> bool:
    """Whether a file is part of a consumer's source, or has rules that deliver its events."""
    target = one.target
    if is_javascript(target) and target.file is not None:
        # What it requires is not followed: all code below its folder may be its own.
        folder = os.path.realpath(target.file.parent)
        is_code = place.endswith((".js", ".mjs", ".cjs")) and "node_modules" not in place
        if is_code and os.path.commonpath([folder, place]) == folder:
            return True
    return any(os.path.realpath(file) == place for file in _files(one, target))


def _files(one: config.Configured, target: Target) -> Iterator[Path | str]:
    for source in sources(target):
        yield source.file
    if target.function is not None:
        yield target.function.template
    for rule in one.rules or rules_of(target):
        yield rule.file


def _command(words: list[str]) -> int:
    """Run another command of ours, and give its exit code."""
    # Its table of commands would else be a circle.
    from ecr_contracts.frontends.cli.main import main

    try:
        return main(words)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else MISUSE


_HOOKS: Mapping[str, Callable[[Sequence[str]], int]] = MappingProxyType(
    {"events": _events, "rules": _rules, "handlers": _handlers}
)
"""What is judged, by the word for it."""
