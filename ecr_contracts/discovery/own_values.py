"""A consumer's own values: what its code compares with fields of events, put together by place.

Code that compares a field with several values in one place (a set, a map, a tuple) goes on with any
of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecr_contracts.discovery.source.comparisons import Comparison, comparisons
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.rules.narrowing.own_values import FieldComparison

__all__ = ["own_values"]


def own_values(target: Target) -> tuple[FieldComparison, ...]:
    """What a consumer's code compares with fields of its event, in the order of the code."""
    return tuple(_put_together(comparisons(target)))


def _put_together(found: Iterable[Comparison]) -> Iterator[FieldComparison]:
    """Comparisons with those of the same field in the same place, that lead on alike, as one."""
    together: dict[tuple[object, ...], list[Comparison]] = {}
    for comparison in found:
        key = (comparison.steps, comparison.place, comparison.leads_on, comparison.needed)
        together.setdefault(key, []).append(comparison)
    for alike in together.values():
        first = alike[0]
        yield FieldComparison(
            first.steps,
            tuple(dict.fromkeys(one.condition for one in alike)),
            first.place,
            leads_on=first.leads_on,
            needed=first.needed,
            group=first.group,
        )
