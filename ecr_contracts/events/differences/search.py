"""The search for witnesses: events that one version of a kind admits and the other does not.

Each place of which the schemas say something else, and each place within it, is given every value
that follows from the two schemas (`values`), in events that both admit where there are such. Where
no single value shows the difference, two places are changed at once. Whether an event is a witness
is for `jsonschema` to say. The search is bounded and always the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.json_path import Steps
from ecr_contracts.events.differences.base_events import BaseEvent, base_events, made, with_value
from ecr_contracts.events.differences.schema_places import UNKNOWN_KEY
from ecr_contracts.events.differences.values import tried_values
from ecr_contracts.events.differences.versions import Fault, Version

_BASES = 3  # events in which a place is changed
_VALUES = 300  # of one place
_PAIRED_PLACES, _PAIRED_VALUES = 24, 8
_MOST_EVENTS = 120_000  # that are judged for one kind
_ALIKE = 40  # witnesses that are refused for the same reason


@dataclass(frozen=True, slots=True)
class Witness:
    """An event that one version admits alone, and why the other does not.

    `is_gained` says that the new version is the one that admits it.
    """

    event: Any
    is_gained: bool
    faults: frozenset[Fault]


@dataclass
class Search:
    """What is found about two versions of a kind; `is_complete` unless it took too long."""

    old: Version
    new: Version
    until: float
    witnesses: list[Witness] = field(default_factory=list)
    bases: list[BaseEvent] = field(default_factory=list)
    is_complete: bool = True
    _judged: int = 0
    _alike: dict[tuple[bool, frozenset[Fault]], int] = field(default_factory=dict)

    def run(self) -> None:
        """Searches. Raises SchemaSetError for a schema that cannot be applied."""
        self.bases = base_events(self.old, self.new)
        differing = differing_places(self.old, self.new)
        everywhere = self.old.draft != self.new.draft
        for steps in self._places():
            if everywhere or any(steps[: len(place)] == place for place in differing):
                self._change(steps)
        for base in self.bases:
            self._judge(base.event)
        shown = self.shown_places()
        for steps in differing:
            if steps not in shown:
                self._change_pairs(steps)

    def shown_places(self) -> set[Steps]:
        """The places that a witness is refused for, and those that they lie within by one step."""
        shown: set[Steps] = set()
        for witness in self.witnesses:
            for fault in witness.faults:
                shown.add(fault.steps)
                if fault.keyword == "required":
                    shown.add(fault.steps[:-1])
        return shown

    def _places(self) -> Iterator[Steps]:
        places = dict.fromkeys([*self.old.places.places, *self.new.places.places])
        for steps in places:
            yield steps
            if any(isinstance(json_path.at(base.event, steps), dict) for base in self.bases):
                yield (*steps, UNKNOWN_KEY)

    def _change(self, steps: Steps) -> None:
        """Puts every value in a place, in some events."""
        for base in self._bases_for(steps):
            for value in self._values(base, steps):
                changed = with_value(base.event, steps, value)
                if changed is not MISSING:
                    self._judge(changed)

    def _bases_for(self, steps: Steps) -> list[BaseEvent]:
        """Events to change at a place: those that have something there first, of each sort one.

        Where both versions admit some, these alone: in another event any change would seem to be
        the difference.
        """
        chosen: dict[tuple[bool, bool, bool], BaseEvent] = {}
        for base in self.bases:
            is_there = json_path.at(base.event, steps) is not MISSING
            if is_there or not steps or _has_container(base.event, steps):
                chosen.setdefault((base.is_old, base.is_new, is_there), base)
        order = sorted(chosen, key=lambda sort: not sort[2])
        common = [sort for sort in order if sort[0] and sort[1]]
        return [chosen[sort] for sort in (common or order)[:_BASES]]

    def _values(self, base: BaseEvent, steps: Steps) -> Iterator[Any]:
        present = json_path.at(base.event, steps)
        old, new = self.old.places.nodes(steps), self.new.places.nodes(steps)
        return islice(tried_values(old, new, present, self._element(steps)), _VALUES)

    def _element(self, steps: Steps) -> Any:
        """What a list at a place is made of; `MISSING` where no schema speaks of that."""
        inner = (*steps, 0)
        for version in (self.old, self.new):
            if version.places.nodes(inner):
                return made(version, inner, is_full=False)
        return MISSING

    def _change_pairs(self, within: Steps) -> None:
        """Changes two places at once, of those that lie within a place."""
        inner = [steps for steps in self._places() if steps[: len(within)] == within and steps]
        depth = len(within) + 1
        near = sorted(inner, key=lambda steps: (len(steps) != depth, len(steps)))
        for base in self.bases[:_BASES]:
            for one, other in combinations(near[:_PAIRED_PLACES], 2):
                for value in islice(self._values(base, one), _PAIRED_VALUES):
                    changed = with_value(base.event, one, value)
                    if changed is not MISSING:
                        self._change_second(changed, base, other)

    def _change_second(self, event: Any, base: BaseEvent, steps: Steps) -> None:
        for value in islice(self._values(base, steps), _PAIRED_VALUES):
            changed = with_value(event, steps, value)
            if changed is not MISSING:
                self._judge(changed)

    def _judge(self, event: Any) -> None:
        """Keeps an event that is a witness."""
        self._judged += 1
        if self._judged > _MOST_EVENTS or time.monotonic() > self.until:
            self.is_complete = False
            return
        is_old, is_new = self.old.accepts(event), self.new.accepts(event)
        if is_old == is_new:
            return
        accepting, refusing = (self.new, self.old) if is_new else (self.old, self.new)
        faults = refusing.faults(event)
        if not faults or not accepting.is_proved_to_accept(event):
            return
        reason = (is_new, faults)
        self._alike[reason] = self._alike.get(reason, 0) + 1
        if self._alike[reason] <= _ALIKE:
            self.witnesses.append(Witness(event, is_new, faults))


def differing_places(old: Version, new: Version) -> list[Steps]:
    """The places of which the schemas demand something else, in order."""
    differing = []
    for steps in dict.fromkeys([*old.places.places, *new.places.places]):
        if old.places.demands(steps) != new.places.demands(steps):
            differing.append(steps)
    return differing


def _has_container(event: Any, steps: Steps) -> bool:
    container = json_path.at(event, steps[:-1])
    return isinstance(container, list if isinstance(steps[-1], int) else dict)
