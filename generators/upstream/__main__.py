"""The command line: records the facts that the schemas rest on, or says which have changed.

    python -m generators.upstream            # records them, of the installed botocore
    python -m generators.upstream --check    # compares them with the installed botocore
    python -m generators.upstream --newest   # compares them with what is newest on PyPI and npm

Exit codes: 0 nothing has changed, 1 something has, 2 what was asked for could not be done.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ecr_contracts.core.text import counted
from generators.upstream import links, newest
from generators.upstream.comparison import Difference, differences
from generators.upstream.facts import (
    BOTOCORE,
    SERVICE_SPEC,
    Facts,
    UnreadableModelError,
    botocore_facts,
    botocore_in_wheel,
    botocore_version,
    installed_botocore,
    service_spec_facts,
)

RECORD = Path(__file__).with_name("facts.json")
"""The file of the recorded facts."""

_COMMAND = "python -m generators.upstream"
_WIDTH = 80
_PACKAGES = (BOTOCORE, SERVICE_SPEC)


@dataclass(frozen=True, slots=True)
class Record:
    """Facts, with the versions of the packages that they come from."""

    versions: dict[str, str]
    facts: Facts

    def of(self, package: str) -> dict[str, Any]:
        """The facts of one package."""
        return {name: fact for name, fact in self.facts.items() if _package(name) == package}

    def text(self) -> str:
        """The content of a file, which is the same for the same facts."""
        facts = {name: self.facts[name] for name in sorted(self.facts)}
        content = {"generated": f"do not edit: {_COMMAND}", "versions": self.versions}
        return json.dumps({**content, "facts": facts}, indent=2) + "\n"


def main(arguments: Sequence[str] | None = None, record: Path = RECORD) -> int:
    """Runs the command; gives its exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.check:
            return _compare_installed(record, options.models)
        if options.newest:
            return _compare_newest(record, must_reach=options.must_reach)
        return _write(record, options.models)
    except UnreadableModelError as error:
        print(f"{_COMMAND}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_COMMAND,
        description="Records the facts in AWS's models that the schemas rest on, or says which of "
        "them have changed, and what rests on these.",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="compare with the installed botocore")
    mode.add_argument("--newest", action="store_true", help="compare with what is on PyPI and npm")
    parser.add_argument(
        "--must-reach", action="store_true", help="with --newest: exit code 2 if nothing is reached"
    )
    parser.add_argument(
        "--models",
        type=Path,
        metavar="FOLDER",
        help="a folder of botocore (with __init__.py and data/) in place of the installed one",
    )
    return parser


# --- recording ------------------------------------------------------------------------------------


def _write(file: Path, models: Path | None) -> int:
    """Records the facts of botocore, and of the service spec where it can be had."""
    known = _read(file) if file.exists() else Record({}, {})
    botocore = models or installed_botocore()
    versions = {BOTOCORE: botocore_version(botocore)}
    facts: dict[str, Any] = botocore_facts(botocore, _ids(BOTOCORE))
    try:
        with tempfile.TemporaryDirectory() as folder:
            spec = newest.newest_service_spec(Path(folder))
    except newest.NotReachedError as error:
        print(f"{error}; what was recorded of it stays")
        versions |= {name: known.versions[name] for name in known.versions if name == SERVICE_SPEC}
        facts |= known.of(SERVICE_SPEC)
    else:
        versions[SERVICE_SPEC] = spec.version
        facts |= service_spec_facts(spec.database)
    record = Record(versions, facts)
    lacking = [name for name in links.LINKS if name not in facts]
    for name in lacking:
        print(f"{name}: not in {_versions(record)}", file=sys.stderr)
    if _tell_wrong_links(record) or lacking:
        return 2
    if not file.exists() or file.read_text("utf-8") != record.text():
        file.write_text(record.text(), "utf-8", newline="\n")
        print(f"wrote {file.name}: {len(facts)} facts of {_versions(record)}")
    return 0


def _read(file: Path) -> Record:
    try:
        content = json.loads(file.read_text("utf-8"))
        return Record(dict(content["versions"]), dict(content["facts"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = f"{file}: no record of facts ({error}); {_COMMAND} writes one"
        raise UnreadableModelError(problem) from error


# --- comparing ------------------------------------------------------------------------------------


def _compare_installed(file: Path, models: Path | None) -> int:
    record = _read(file)
    if _tell_wrong_links(record):
        return 1
    return _tell_botocore(record, models or installed_botocore())


def _compare_newest(file: Path, *, must_reach: bool) -> int:
    record = _read(file)
    code, unreached = 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            wheel = newest.newest_botocore(folder)
        except newest.NotReachedError as error:
            print(f"not compared: {error}")
            unreached += 1
        else:
            code = max(code, _tell_botocore(record, botocore_in_wheel(wheel)))
        try:
            spec = newest.newest_service_spec(folder)
        except newest.NotReachedError as error:
            print(f"not compared: {error}")
            unreached += 1
        else:
            found = service_spec_facts(spec.database)
            code = max(code, _tell(record, SERVICE_SPEC, spec.version, found))
    if unreached and must_reach:
        return 2
    return code


def _tell_botocore(record: Record, folder: Traversable) -> int:
    version = botocore_version(folder)
    found = botocore_facts(folder, record.of(BOTOCORE))
    return _tell(record, BOTOCORE, version, found)


def _tell(record: Record, package: str, version: str, found: Facts) -> int:
    """Says how the facts of a version differ from the recorded ones; gives the exit code.

    What an older version than the recorded one has otherwise is told, and is no change of AWS's.
    """
    recorded = record.versions.get(package, "")
    changes = list(differences(record.of(package), found))
    if not changes:
        print(f"{package} {version}: nothing has changed that a schema rests on")
        return 0
    if _order(version) < _order(recorded):
        facts = ", ".join(dict.fromkeys(change.fact for change in changes))
        print(
            _filled(
                f"{package} {version} is older than the recorded {recorded}, so what it has "
                f"otherwise is no change of AWS's: {facts}"
            )
        )
        return 0
    print(f"{package} {recorded} -> {version}: {counted(len(changes), 'change')}")
    for change in changes:
        for line in _lines(change):
            print(line)
    print(_filled(f"when each has been looked at, {_COMMAND} records what is there now"))
    return 1


def _lines(change: Difference) -> Iterator[str]:
    """A difference in words: the fact, what rests on it and why, and what to look at."""
    yield _filled(f"{change.fact}: {change.change}")
    resting = links.LINKS.get(change.fact, ())
    for link in resting:
        yield _filled(f"rests on it: {link} ({link.because})", 2)
    if not resting:
        yield _filled("rests on it: nothing yet", 2)
    yield _filled(f"look at: {change.advice}", 2)


def _tell_wrong_links(record: Record) -> bool:
    """Says which facts bear nothing, or by a link that leads nowhere."""
    wrong = list(links.problems(record.facts))
    for fact, problem in wrong:
        print(_filled(f"{fact}: {problem}"), file=sys.stderr)
    return bool(wrong)


def _filled(text: str, indent: int = 0) -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _ids(package: str) -> Iterable[str]:
    return [name for name in links.LINKS if _package(name) == package]


def _package(name: str) -> str:
    return name.partition(":")[0]


def _versions(record: Record) -> str:
    return " and ".join(f"{package} {record.versions[package]}" for package in record.versions)


def _order(version: str) -> tuple[int, ...]:
    """A version as numbers, so that 1.10 comes after 1.9."""
    return tuple(int(number) for number in re.findall(r"[0-9]+", version))


if __name__ == "__main__":
    sys.exit(main())
