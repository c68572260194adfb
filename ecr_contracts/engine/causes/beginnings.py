"""Boundaries of what stands behind a beginning that a consumer asks for.

Code that goes on only where a tag starts with "prod-" and then splits it at each "-" has two
conditions on one field. Both the failing and the passing value have the beginning; with another one
nothing fails. The boundary is looked for in what stands behind it, and told of the whole text:
`starts with "prod-"` and `contains two "-" or more`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ecr_contracts.core.findings import Boundary
from ecr_contracts.engine.causes.boundaries import BoundarySearch
from ecr_contracts.events.model import Facet

__all__ = ["behind_beginning"]

_OTHER = "k"
"""What stands for the beginning where a value is to have none."""

_MOST = 2
"""Beginnings that are tried, the shorter ones first."""


def behind_beginning(
    facet: Facet, fails: Callable[[Any], bool | None], failing: Any, passing: Any
) -> tuple[Boundary, Boundary] | None:
    """The beginning that both of two texts have, and the boundary that tells them apart.

    None where the beginning does not matter, or where no boundary holds behind it.
    """
    if not isinstance(failing, str) or not isinstance(passing, str):
        return None
    for beginning in list(_beginnings(failing, passing))[:_MOST]:
        rest = failing[len(beginning) :]
        if fails(_OTHER * len(beginning) + rest) is not False:
            continue
        search = _SearchBehind(facet, fails, beginning)
        boundary = search.boundary(rest, passing[len(beginning) :])
        whole = None if boundary is None else _of_whole(boundary, beginning)
        if whole is not None:
            return Boundary("starts with", text=beginning), whole
    return None


def _beginnings(one: str, other: str) -> Iterator[str]:
    """The beginnings that two texts share and that end in a mark, the shorter ones first."""
    for place in range(1, min(len(one), len(other) + 1)):
        if one[:place] != other[:place]:
            return
        if not one[place - 1].isalnum():
            yield one[:place]


class _SearchBehind(BoundarySearch):
    """The search for a boundary of what stands behind a beginning."""

    def __init__(self, facet: Facet, fails: Callable[[Any], bool | None], beginning: str) -> None:
        super().__init__(facet, lambda rest: fails(beginning + rest))
        self._beginning = beginning

    def _is_possible(self, value: Any) -> bool:
        return super()._is_possible(self._beginning + value)


def _of_whole(boundary: Boundary, beginning: str) -> Boundary | None:
    """A boundary of what stands behind a beginning, as one of the whole text; None without one."""
    if boundary.measure == "length":
        return _shifted(boundary, len(beginning))
    if boundary.measure == "ends with":
        return boundary
    if boundary.measure in ("starts with", "is") and not boundary.is_class:
        return replace(boundary, text=beginning + boundary.text)
    if boundary.measure == "contains" and not boundary.is_class and len(boundary.text) == 1:
        count = beginning.count(boundary.text)
        return _shifted(boundary, count) if count else boundary
    return None


def _shifted(boundary: Boundary, number: int) -> Boundary:
    """A boundary of counts that are all larger by a number."""
    low, high = boundary.low, boundary.high
    if boundary.measure == "contains" and low is None and high is None:
        low = 1
    return replace(
        boundary,
        low=None if low is None else low + number,
        high=None if high is None else high + number,
    )
