"""Where configurations lie: the nearest one above a file, and all those below a folder.

A configuration is an `ecr-contracts.toml`, or a `pyproject.toml` with a table of ours. Every run of
pytest asks for them, so nothing of ours is loaded here until something is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["NAMES", "all_below", "has_table", "nearest"]

OWN = "ecr-contracts.toml"
"""A file of ours alone: its keys stand at the top."""

PROJECT = "pyproject.toml"
"""The file of all tools of a project: our keys stand in a table of it."""

TABLE = "ecr-contracts"
"""The name of our table, among those of other tools."""

NAMES = (OWN, PROJECT)
"""The names of files that may be a configuration."""

MOST_BYTES = 1_000_000  # as limits.SETTINGS_BYTES, which a test holds; its module is not loaded

_NOT_SOURCES = frozenset({"__pycache__", "build", "cdk.out", "dist", "node_modules"})
"""Folders that hold what was built or installed, where no configuration is looked for."""

_NEAR = 0.85  # how alike a misspelt name is, of 1: one letter less or two that are others
_ENVIRONMENT = "pyvenv.cfg"  # lies in the folder of a virtual environment


def nearest(path: str | Path) -> Path | None:
    """The configuration that a file or folder belongs to: the first on the way up from it.

    The way ends at the root, or at the folder of a repository (with `.git`), which is looked at
    still. None where there is none. The path need not exist. Raises ConfigurationError where a
    folder has two.
    """
    start = Path(os.path.abspath(path))
    for folder in (start, *start.parents):
        found = _of_folder(folder)
        if found is not None:
            return found
        if (folder / ".git").exists():
            return None
    return None


def all_below(folder: str | Path) -> Iterator[Path]:
    """The configurations in a folder and in those below it, from the top down, by name.

    Not looked into are hidden folders, virtual environments, what was built or installed, and
    links to folders. Raises ConfigurationError where a folder has two.
    """
    top = os.path.abspath(folder)
    for place, folders, files in os.walk(top):
        if place != top and _ENVIRONMENT in files:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if _may_hold_sources(name))
        if not {*NAMES}.isdisjoint(files):
            found = _of_folder(Path(place))
            if found is not None:
                yield found


def has_table(file: Path) -> bool:
    """Whether a file is a configuration.

    Any `ecr-contracts.toml` is. A `pyproject.toml` whose table is misspelt, or that is no TOML, but
    speaks of us, is taken for one: whoever reads it complains about that.
    """
    if file.name == OWN:
        return file.is_file()
    try:
        if not file.is_file():
            return False
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        return False
    if b"ecr" not in content.lower():
        return False
    import tomllib

    try:
        tools = tomllib.loads(content.decode("utf-8", "replace")).get("tool")
    except (ValueError, OverflowError, RecursionError):
        return TABLE.encode() in content
    return isinstance(tools, dict) and (TABLE in tools or bool(misspelt_table(tools)))


def misspelt_table(tools: Iterable[str]) -> str:
    """The table of a tool that was likely meant for ours; empty where there is none."""
    for name in tools:
        plain = name.lower().replace("_", "-")
        if name != TABLE and "ecr" in plain:
            from difflib import SequenceMatcher

            if SequenceMatcher(None, plain, TABLE).ratio() > _NEAR:
                return name
    return ""


def _of_folder(folder: Path) -> Path | None:
    """The configuration that lies in a folder. Raises ConfigurationError where there are two."""
    found = [folder / name for name in NAMES if has_table(folder / name)]
    if len(found) > 1:
        from ecr_contracts.frontends.config.places import Key

        problem = f"{PROJECT} beside it has a table tool.{TABLE} too: keep one of them"
        raise Key(found[0]).error(problem)
    return found[0] if found else None


def _may_hold_sources(name: str) -> bool:
    return not name.startswith(".") and name not in _NOT_SOURCES
