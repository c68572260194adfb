"""Kinds that the envelope does not tell apart: what was done, in their details, alone does.

A rule on their `detail-type` delivers all of them, and an `else` behind a test for one of them
takes all the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names, usual_kinds

__all__ = ["in_envelope", "siblings", "told_within", "turned_into"]

_DETAIL = "detail"


@cache
def siblings(kind: str) -> tuple[str, ...]:
    """The other kinds with the same values in the envelope, the usual ones first."""
    stem = in_envelope(kind)
    alike = [other for other in kind_names() if other != kind and in_envelope(other) == stem]
    return tuple(sorted(alike, key=lambda other: (other not in usual_kinds(), other)))


def in_envelope(kind: str) -> tuple[tuple[str, Any], ...]:
    """The paths and values outside the detail by which a kind is told from others."""
    return tuple(_told(kind, within=False))


def told_within(kind: str) -> tuple[tuple[str, Any], ...]:
    """The paths and values within the detail by which a kind is told from others."""
    return tuple(_told(kind, within=True))


def turned_into(event: Any, kind: str) -> dict[str, Any]:
    """A copy of an event that is one of a sibling: what tells that is put in, the rest stays."""
    turned: dict[str, Any] = deepcopy(event)
    for path, value in told_within(kind):
        json_path.put(turned, json_path.parse(path), value)
    return turned


def _told(kind: str, *, within: bool) -> Iterator[tuple[str, Any]]:
    for path, value in reader.contract(kind).discriminator:
        if (json_path.parse(path)[0] == _DETAIL) == within:
            yield path, value
