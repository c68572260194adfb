"""The lines that say which consumers a run has found, and which it leaves out."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.core.text import counted
from ecr_contracts.frontends.pytest import node_ids

__all__ = ["lines"]


def lines(
    config: pytest.Config, counts: Mapping[str, int], left_out: Iterable[Path]
) -> Iterator[str]:
    """How many consumers were found in each configuration, and what would run those left out.

    `counts` are by the configuration's name from the root of pytest. One that is left out and
    that names no consumers is not spoken of.
    """
    found: list[str] = []
    for nodeid, count in counts.items():
        number = str(count) if found else counted(count, "consumer")
        found.append(f"{number} in {node_ids.from_here(config, config.rootpath / nodeid)}")
    if found:
        yield one_line(f"ecr-contracts: {', '.join(found)}")
    for file in left_out:
        number_left = _number_of_entries(file)
        if number_left:
            name = node_ids.from_here(config, file)
            told = f"{counted(number_left, 'consumer')} in {name} left out"
            them = "it" if number_left == 1 else "them"
            command = shlex.join(["pytest", name])
            yield one_line(f"ecr-contracts: {told}; to run {them}: {command}")


def _number_of_entries(file: Path) -> int:
    """How many consumers a configuration names; none where it is wrong, for it is not to be read.

    Nothing of what an entry says is looked at, for that takes most of the library.
    """
    try:
        table: Any = tomllib.loads(file.read_text("utf-8"))
        if file.name == "pyproject.toml":
            table = table["tool"]["ecr-contracts"]
        entries = table["consumers"]
    except (OSError, ValueError, OverflowError, RecursionError, KeyError, TypeError):
        return 0
    return len(entries) if isinstance(entries, list) else 0
