"""The quick way through an event: no leaves are listed where the event is plain.

Nearly all events are objects within objects, with arrays of texts at most. There, each key of the
pattern has one place, and the values are met one by one. A plan walks these places. Where the event
is not so plain (an array of objects, a key with dots), it does not decide, and the leaves of
`event_leaves` have to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ecr_contracts.core.findings import MISSING
from ecr_contracts.eventbridge.rules.matching.event_leaves import Wish as EventWish


class Wish(EventWish, Protocol):
    """What a pattern wants of the leaves of one name."""

    @property
    def test(self) -> Callable[[Any], bool]:
        """Whether a value is as wanted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look at in one object of an event.

    `leaves` are keys with the test of their values and whether they may be absent; `objects` are
    keys with the plan of the object there and whether all in it may be absent; `dotted` are the
    keys with dots that would be other spellings of what is wanted below.
    """

    leaves: tuple[tuple[str, Callable[[Any], bool], bool], ...]
    objects: tuple[tuple[str, Plan, bool], ...]
    dotted: frozenset[str]

    @classmethod
    def of(cls, wishes: Sequence[Wish]) -> Plan:
        """The plan of a pattern's wishes."""
        return _plan([(wish.name.split("."), wish) for wish in wishes])

    def decides(self, event: Any) -> bool | None:
        """Whether an event matches; None if it is not plain enough to say."""
        if event.__class__ is not dict or not event.keys().isdisjoint(self.dotted):
            return None
        is_plain = True
        for key, test, admits_absence in self.leaves:
            value = event.get(key, MISSING)
            kind = value.__class__
            if kind is str:
                if not test(value):
                    return False
            elif kind is list and value:
                verdict = _any_element(test, value)
                if verdict is False:
                    return False
                is_plain = is_plain and verdict is True
            elif value is MISSING or kind is list or kind is dict:
                if not admits_absence:
                    return False
            elif kind in _SCALARS:
                if not test(value):
                    return False
            else:
                is_plain = False
        for key, plan, admits_absence in self.objects:
            value = event.get(key, MISSING)
            kind = value.__class__
            if kind is dict:
                verdict = plan.decides(value)
                if verdict is False:
                    return False
                is_plain = is_plain and verdict is True
            elif value is MISSING or kind in _SCALARS:
                if not admits_absence:
                    return False
            else:
                is_plain = False
        return True if is_plain else None


_SCALARS = frozenset({str, int, float, bool, type(None)})


def _any_element(test: Callable[[Any], bool], values: list[Any]) -> bool | None:
    """Whether the test holds for any element; None where one is no plain value."""
    is_plain = True
    for value in values:
        if value.__class__ not in _SCALARS:
            is_plain = False
        elif test(value):
            return True
    return False if is_plain else None


def _plan(wishes: list[tuple[list[str], Wish]]) -> Plan:
    """The plan of wishes with the keys that lead to them from here."""
    leaves = []
    below: dict[str, list[tuple[list[str], Wish]]] = {}
    dotted: set[str] = set()
    for keys, wish in wishes:
        if len(keys) == 1:
            leaves.append((keys[0], wish.test, wish.admits_absence))
            continue
        below.setdefault(keys[0], []).append((keys[1:], wish))
        dotted.update(".".join(keys[:end]) for end in range(2, len(keys) + 1))
    objects = []
    for key, inner in below.items():
        may_be_absent = all(wish.admits_absence for _, wish in inner)
        objects.append((key, _plan(inner), may_be_absent))
    return Plan(tuple(leaves), tuple(objects), frozenset(dotted))
