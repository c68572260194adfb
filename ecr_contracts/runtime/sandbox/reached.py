"""Whether a consumer reached for our objects and modules, which live in its process as well.

It may have changed any of them, and what fails then is no fault of ours. What is known of it is
kept apart from all of them, in a set of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["GIVING", "begin", "note", "reached"]

GIVING = ("gc.get_objects", "gc.get_referrers")
"""The functions that give whatever objects there are; the interpreter announces each call."""
_IMPORT = re.compile(r"^\s*(?:import|from)\s+(ecr_contracts\.(?:core|engine|runtime))\b", re.M)
"""An import of what no other program has a use for."""

_ways: set[str] = set()


def note(way: str) -> None:
    """Keep that the consumer reached for our objects in some way."""
    _ways.add(way)


def begin(sources: Iterable[str]) -> None:
    """Begin with the consumer of these sources: with those of our inner modules that it imports."""
    _ways.clear()
    for source in sources:
        _ways.update(_IMPORT.findall(source))


def reached() -> str:
    """By which ways it did, `gc.get_objects, ecr_contracts.runtime`; empty if by none."""
    if not _ways:  # nothing that is built in is called, which a consumer may have replaced
        return ""
    return ", ".join(sorted(_ways))
