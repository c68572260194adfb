"""The environment: versions, libraries and programs, and what each of them is for.

A library that is not here costs something only where something of the project needs it.
"""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ecr_contracts.frontends.doctor.rows import Row, Section, State

__all__ = ["Need", "environment"]

_PACKAGE = "ecr-contracts"
_SECONDS = 5  # that a program may take to tell its version
_OLDEST_NODE = 20


@dataclass(frozen=True, slots=True)
class Need:
    """What something of the project needs, and what that is."""

    name: str
    needed_by: str


@dataclass(frozen=True, slots=True)
class _Library:
    """A library that need not be here: what it is for, and how it is installed."""

    name: str
    use: str
    line: str


_LIBRARIES = (
    _Library("boto3", "calls to AWS are answered", "python -m pip install boto3"),
    _Library(
        "python-hcl2", "Terraform is read", "python -m pip install 'ecr-contracts[templates]'"
    ),
    _Library(
        "moto",
        'state machines are run, and sandbox = "moto"',
        "python -m pip install 'ecr-contracts[stepfunctions]'",
    ),
    _Library(
        "pydantic",
        "ecr_contracts.models: events as pydantic's classes",
        "python -m pip install 'ecr-contracts[models]'",
    ),
)
"""What the core does without."""

_PROGRAMS = {
    "node": "handlers for Node are run",
    "bash": "the commands of Run Command are parsed",
}


def environment(needs: Collection[Need]) -> Iterator[Section]:
    """What is installed here, with what `needs` of a project are met and which are not."""
    by_name = {need.name: need.needed_by for need in needs}
    yield Section("versions", tuple(_versions()))
    yield Section("libraries", tuple(_libraries(by_name)))
    yield Section("programs", tuple(_programs(by_name)))


def _versions() -> Iterator[Row]:
    """Our own version, that of Python, and what we stand on, where it is older than we need."""
    yield Row(_PACKAGE, State.FINE, _version(_PACKAGE) or "not installed: it runs from its sources")
    system = f"{platform.system()} {platform.machine()}"
    yield Row("python", State.FINE, f"{platform.python_version()} ({system}), {sys.executable}")
    for name, wanted in _required():
        version = _version(name)
        if version is None:
            text = "it is not installed, and nothing works without"
            yield Row(name, State.WRONG, text, f"python -m pip install '{name}{wanted}'")
        elif not _is_enough(version, wanted):
            text = f"{version} is installed, and {wanted} is needed"
            yield Row(name, State.WRONG, text, f"python -m pip install '{name}{wanted}'")
        elif name in ("pytest", "hypothesis"):
            yield Row(name, State.FINE, version)


def _required() -> Iterator[tuple[str, str]]:
    """The libraries that we cannot do without, with the versions that we take."""
    try:
        requirements = importlib.metadata.requires(_PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        return
    for text in requirements:
        match = re.fullmatch(r"([\w.\-]+)\s*\(?([<>=!~][^;)]*)?\)?\s*", text.partition(";")[0])
        if match and "extra ==" not in text:
            yield match.group(1), (match.group(2) or "").strip()


def _is_enough(version: str, wanted: str) -> bool:
    """Whether a version is one of those that are wanted; yes where nobody here can tell."""
    try:
        from packaging.specifiers import SpecifierSet

        return version in SpecifierSet(wanted, prereleases=True)
    except (ImportError, ValueError):
        return True


def _libraries(needs: dict[str, str]) -> Iterator[Row]:
    for library in _LIBRARIES:
        version = _version(library.name)
        if version is not None:
            yield Row(library.name, State.FINE, f"{version}: {library.use}")
        elif library.name in needs:
            text = f"{needs[library.name]} needs it ({library.use})"
            yield Row(library.name, State.MISSING, text, library.line)
        else:
            text = f"not needed here; with it {library.use}"
            yield Row(library.name, State.ABSENT, text, library.line)


def _programs(needs: dict[str, str]) -> Iterator[Row]:
    for name, use in _PROGRAMS.items():
        program = shutil.which(name)
        if program is None:
            state = State.MISSING if name in needs else State.ABSENT
            why = f"{needs[name]} needs it ({use})" if name in needs else f"not needed here: {use}"
            yield Row(name, state, why)
            continue
        version = _version_of_program(program)
        if name == "node" and 0 < _major(version) < _OLDEST_NODE:
            text = f"{version} is too old: {_OLDEST_NODE} is needed"
            yield Row(name, State.MISSING if name in needs else State.ABSENT, text)
        else:
            yield Row(name, State.FINE, f"{version or program}: {use}")


def _version(name: str) -> str | None:
    """The version of a library that is installed; None where it is not."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _version_of_program(program: str) -> str:
    """The number that a program gives as its version; empty where it gives none."""
    try:
        told = subprocess.run(
            [program, "--version"], capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.search(r"\d+(?:\.\d+)+", told.stdout.decode("utf-8", "replace"))
    return match.group() if match else ""


def _major(version: str) -> int:
    number = version.partition(".")[0]
    return int(number) if number.isdigit() else 0
