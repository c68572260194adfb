"""Faults that are drawn: predicates over the choices of events, of the sorts that handlers have.

Each is a disjunction of boxes; whether an event has one is told here without the package. Events
that judge a claim are random ones, and such as are aimed at a box: within it, or out of it by one
of its conditions.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache

from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.events.model import Facet

Labels = Mapping[str, str | None]
Term = tuple[str, frozenset[str]]
DrawnClause = tuple[Term, ...]
"""Terms of which one has to hold."""
DrawnBox = tuple[DrawnClause, ...]
"""Clauses that have to hold together."""

COUNTED = "scan"
SORTS = (["some"], ["some", "zero"], ["zero"], ["absent"], ["absent", "zero"])
_EVENTS, _AIMED = 1_000, 60


def is_in(box: DrawnBox, labels: Labels) -> bool:
    """Whether an event is in a box."""
    return all(any(labels.get(path) in choices for path, choices in clause) for clause in box)


@cache
def events(kind: str) -> tuple[dict[str, str], ...]:
    """Assignments of events of a kind, from random starts; each choice is in many of them."""
    contract, chance = reader.contract(kind), random.Random(kind)
    varying = {facet.path for facet in contract.varying}
    found = []
    while len(found) < _EVENTS:
        share = chance.choice([0.3, 0.7, 1])
        start = {}
        for facet in contract.facets:
            if chance.random() < share:
                start[facet.path] = chance.choice(facet.choices).label
        full = full_assignment(contract, {}, start)
        found.append({path: label for path, label in full.items() if path in varying})
    return tuple(found)


def aimed(kind: str, boxes: Sequence[DrawnBox]) -> Iterator[dict[str, str]]:
    """Events in each box, and such as miss it by one clause."""
    contract, chance = reader.contract(kind), random.Random(repr(boxes))
    varying = {facet.path for facet in contract.varying}
    for box in boxes:
        for number in range(_AIMED):
            wanted = {}
            for clause in box:
                path, choices = chance.choice(clause)
                wanted[path] = chance.choice(sorted(choices))
            if box and number % 2:
                for path, _ in chance.choice(box):
                    wanted[path] = chance.choice(contract.by_path[path].choices).label
            with suppress(ValueError):
                full = full_assignment(contract, wanted, chance.choice(events(kind)))
                yield {path: label for path, label in full.items() if path in varying}


# --- drawing --------------------------------------------------------------------------------------


def drawn(family: str, number: int) -> tuple[str, list[DrawnBox]]:
    """A kind and the boxes of a fault of one family: `sets`, `any`, `all` or `two`."""
    chance = random.Random(f"{family}{number}")
    if family in ("any", "all"):
        paths = [facet.path for facet in _siblings()]
        some = chance.sample(paths, chance.choice([2, 2, 3, len(paths)]))
        choices = frozenset(chance.choice(SORTS))
        terms = [(path, choices) for path in some]
        clauses = [tuple(terms)] if family == "any" else [(term,) for term in terms]
        return COUNTED, [(*clauses, *_beside(chance))]
    kind = chance.choice(usual_kinds())
    if family == "sets":
        return kind, [_box(chance, kind, 3)]
    return kind, [_box(chance, kind, 2), _box(chance, kind, 2)]


def _siblings() -> list[Facet]:
    """The facets that are alike: the counts of a scan."""
    varying = reader.contract(COUNTED).varying
    return [facet for facet in varying if facet.labels == {"some", "zero", "absent"}]


def _beside(chance: random.Random) -> DrawnBox:
    """One more condition, on something else than counts, or none."""
    box = _box(chance, COUNTED, 1) if chance.random() < 0.5 else ()
    return () if any("counts" in path for clause in box for path, _ in clause) else box


def _box(chance: random.Random, kind: str, largest: int) -> DrawnBox:
    """Sets of choices that some event has together."""
    labels = chance.choice(events(kind))
    box = []
    for path in chance.sample(sorted(labels), chance.randint(1, largest)):
        others = sorted(reader.contract(kind).by_path[path].labels - {labels[path]})
        more = chance.sample(others, chance.randint(0, min(3, len(others) - 1)))
        box.append(((path, frozenset([labels[path], *more])),))
    return tuple(box)
