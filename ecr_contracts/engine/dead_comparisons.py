"""Findings about comparisons in a handler's code that no valid event meets; no event shows them."""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecr_contracts.core.findings import Finding, Severity
from ecr_contracts.core.text import listed
from ecr_contracts.discovery import user_code
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.checks.catalog import DEAD_COMPARISON
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.eventbridge.rules.world import World
from ecr_contracts.events.generate.cases import Case

if TYPE_CHECKING:
    from ecr_contracts.discovery.dead_comparisons import DeadComparison

__all__ = ["dead_comparison_findings"]


def dead_comparison_findings(
    target: Target | None, world: World, kinds: Sequence[str], envelope: str
) -> Iterator[Finding]:
    """A finding for each set of literals that no event has at a field, where code compares them.

    Places that compare with the same ones are one finding, at the first of them: often it is one
    table that is wrong, and looked into here and there.

    `kinds` are those that are given. A warning where nobody knows what was meant, for AWS may add a
    value; an error elsewhere. It is no more sure for a rule that keeps some events away.
    """
    if target is None or not kinds:
        return
    from ecr_contracts.discovery.dead_comparisons import dead_comparisons

    at_place: dict[str, list[DeadComparison]] = {}
    for dead in dead_comparisons(target, kinds):
        at_place.setdefault(dead.comparison.place, []).append(dead)
    told: dict[str, list[str]] = {}
    for place, together in at_place.items():
        told.setdefault("\n".join(dead.in_words() for dead in together), []).append(place)
    for words, places in told.items():
        place, others = places[0], places[1:]
        together = at_place[place]
        one = together[0].comparison
        linecache.checkcache(one.path)
        yield build_finding(
            DEAD_COMPARISON,
            _example(world, kinds, str(one.steps[-1])),
            envelope,
            f"{words}\nthe same in {listed(others, 'and')}" if others else words,
            severity=Severity.ERROR if any(d.is_sure for d in together) else Severity.WARNING,
            location=user_code.location(one.path, one.line, one.file),
            group=f"{envelope}#{DEAD_COMPARISON}#{place}",
        )


def _example(world: World, kinds: Sequence[str], key: str) -> Case:
    """The ordinary event of the first kind that has a key, else of the first one."""
    for kind in kinds:
        if any(facet.steps[-1] == key for facet in world.contract(kind).facets):
            return world.ordinary_case(kind)
    return world.ordinary_case(kinds[0])
