"""The files of a repository that may say who reacts to ECR's events.

Installed packages, builds, tests and hidden folders are left out, and so is what lies beyond a
bound: a repository may be a folder of thousands.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.iac.stack import SUFFIXES, names_other_files
from ecr_contracts.discovery.target import JAVASCRIPT

__all__ = ["SPEAKS", "Files", "files_near", "is_outspoken", "read_text", "repository_files"]

_LEFT_OUT = re.compile(
    r"\..*|__pycache__|node_modules|site-packages|dist-packages|venv|env|virtualenv|build|dist"
    r"|cdk\.out|vendor|third_party|.*\.egg-info|tests?|testing|fixtures?|testdata|test_data"
    r"|samples?|docs?"
)
_OF_TESTS = re.compile(r"test_.*\.py|.*_test\.py|conftest\.py|.*\.(?:test|spec)\.[cm]?js")

_NAMES = rb"aws\.ecr\b|aws\.inspector2\b|\bECR (?:Image|Pull|Replication|Referrer)|\bInspector2 "
_KEYS = rb"image-tags?|image-digest|repository-name|finding-severity-counts|scan-status"
SPEAKS = re.compile(rb"%b|\b(?:%b)\b" % (_NAMES, _KEYS))
"""Words of ECR's events, as sources write them out."""

_NAMED = re.compile(_NAMES)
_FUNCTIONS = re.compile(rb"::Function\b|aws_lambda_function|^functions:", re.MULTILINE)
_RULES = (b"aws.ecr", b"ECR ", b"aws.inspector2", b"Inspector2 ")

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+[\w.]+[ \t]+)?import\b(?:[ \t]*\([^)]*\)|.*)", re.MULTILINE
)
_NAME = re.compile(rb"\w+")
_MOST_NEAR = 100
_MOST_IMPORTS = 3  # that lead from one file to another, as `modules` follows them

_ENOUGH = 2
"""Different keys of ECR's events in a file that are more than a coincidence."""

_MOST_BYTES = {".json": 5_000_000}
_MOST_BYTES_YAML = 500_000
"""Of a template: larger ones are no templates, or take seconds to read."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a repository, each sort in the order of their names, folder by folder.

    `templates` have functions or rules about ECR, and those of Terraform one file for each folder.
    `python` and `javascript` are sources; `speaking` are those of them that have words of ECR's
    events. `tools` are configurations that are programs. `read` is how many files were looked at,
    and `is_whole` whether that was all.
    """

    templates: tuple[Path, ...]
    python: tuple[Path, ...]
    javascript: tuple[Path, ...]
    speaking: frozenset[Path]
    tools: tuple[Path, ...]
    read: int
    is_whole: bool


def repository_files(folder: Path) -> Files:
    """The files below a folder that may say who reacts to ECR's events; none if it is no folder."""
    templates: list[Path] = []
    python: list[Path] = []
    javascript: list[Path] = []
    speaking: set[Path] = set()
    tools: list[Path] = []
    terraform: set[Path] = set()
    number = 0
    for file in _walked(folder):
        number += 1
        if number > limits.REPOSITORY_FILES:
            break
        if _is_tool(file):
            tools.append(file)
        elif file.suffix in SUFFIXES:
            if file.parent not in terraform and _may_declare(file):
                templates.append(file)
                if file.suffix == ".tf":
                    terraform.add(file.parent)
        elif file.suffix == ".py" or file.suffix in JAVASCRIPT:
            (python if file.suffix == ".py" else javascript).append(file)
            if SPEAKS.search(read_text(file)):
                speaking.add(file)
    is_whole = number <= limits.REPOSITORY_FILES
    read = min(number, limits.REPOSITORY_FILES)
    return Files(
        tuple(templates),
        tuple(python),
        tuple(javascript),
        frozenset(speaking),
        tuple(tools),
        read,
        is_whole,
    )


def files_near(files: Files) -> tuple[Path, ...]:
    """The Python files that speak of ECR's events, or import by name what does.

    Imports are followed as far as a consumer's source is; only these files are worth a closer look.
    """
    near = {file for file in files.python if file in files.speaking}
    if not near:
        return ()
    names = {file: _imported_names(file) for file in files.python}
    for _ in range(_MOST_IMPORTS):
        modules = {_module_name(file) for file in near}
        if len(near) > _MOST_NEAR:
            break  # names that everybody uses would lead everywhere
        near |= {file for file in files.python if not names[file].isdisjoint(modules)}
    return tuple(file for file in files.python if file in near)


def _imported_names(file: Path) -> frozenset[bytes]:
    """All names in the imports of a module: what is imported, and each part of where from."""
    found: set[bytes] = set()
    for match in _IMPORT.finditer(read_text(file)):
        found.update(_NAME.findall(match.group()))
    return frozenset(found)


def _module_name(file: Path) -> bytes:
    name = file.parent.name if file.stem == "__init__" else file.stem
    return name.encode(errors="replace")


def is_outspoken(file: Path) -> bool:
    """Whether a source names ECR's events, or has several of their keys: no coincidence."""
    content = read_text(file)
    keys = {match.group() for match in SPEAKS.finditer(content)}
    return bool(_NAMED.search(content)) or len(keys) >= _ENOUGH


def read_text(file: Path) -> bytes:
    """The content of a source, nothing of what is none or too large."""
    try:
        return read_plain_file(file, limits.SOURCE_BYTES)
    except OSError:
        return b""


def _walked(folder: Path) -> Iterator[Path]:
    """All files below a folder but those that are left out; outer ones before inner ones."""
    folders = [folder]
    while folders:
        place = folders.pop(0)
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            path = place / entry.name
            if entry.is_dir(follow_symlinks=False):
                if not _LEFT_OUT.fullmatch(entry.name) and not _is_environment(path):
                    folders.append(path)
            elif entry.is_file() and not _OF_TESTS.fullmatch(entry.name):
                yield path


def _is_environment(folder: Path) -> bool:
    """Whether a folder is a virtual environment of Python, whatever it is called."""
    return (folder / "pyvenv.cfg").exists()


def _is_tool(file: Path) -> bool:
    """Whether a file is the configuration of a tool that has to be run to know what it says."""
    return file.name in ("cdk.json", "Pulumi.yaml", "Pulumi.yml") or (
        file.stem == "serverless" and file.suffix in (".ts", ".js", ".mjs", ".cjs")
    )


def _may_declare(file: Path) -> bool:
    """Whether a file may declare functions, or rules about ECR."""
    try:
        content = read_plain_file(file, _MOST_BYTES.get(file.suffix, _MOST_BYTES_YAML))
    except OSError:
        return False
    if any(word in content for word in _RULES) or _FUNCTIONS.search(content):
        return True
    return names_other_files(file, _RULES)
