"""Which choices, and which pairs of them, some events have, and which none has: be they of tests, files or an archive.

Counts only; any event is recognised by its contract, whoever made it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ecr_contracts.core.findings import Violation
from ecr_contracts.events import validation
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.covering import combinations
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Choice, Contract, Facet

_Assignment = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Met:
    """What one event has: its kind (None if no contract describes it), and its choices (None if that refuses it).

    Where the event has what no choice describes, the label is None.
    """

    kind: str | None
    labels: dict[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How many of all there can be were met."""

    met: int
    all: int

    def reaches(self, percent: float) -> bool:
        """Whether it is so many per cent, of at least one."""
        return self.met * 100 >= percent * max(self.all, 1)


@dataclass(frozen=True, slots=True)
class Exercised:
    """What the valid events of a kind have: how many of its choices, and of the pairs that events can have.

    `never` are the choices that none of them has, those of the strongest evidence first.
    """

    kind: str
    events: int
    choices: Share
    pairs: Share
    never: tuple[tuple[Facet, Choice], ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What events have, by kind; and how many tell nothing.

    Those are of a kind that was not asked for, of no known kind, or refused by the contract of
    theirs.
    """

    kinds: tuple[Exercised, ...]
    others: int
    unknown: int
    invalid: int

    @property
    def seen(self) -> int:
        """How many events there were."""
        return sum(one.events for one in self.kinds) + self.others + self.unknown + self.invalid

    @property
    def occurring(self) -> tuple[Exercised, ...]:
        """The kinds of which there was a valid event."""
        return tuple(one for one in self.kinds if one.events)


def met(event: Any) -> Met:
    """What any value has, taken for an event."""
    kind = validation.kind_of(event)
    if isinstance(kind, Violation):
        return Met(None)
    if not validation.is_valid(event, kind):
        return Met(kind)
    return Met(kind, reader.contract(kind).recognise(event))


def coverage(events: Iterable[Met], kinds: Sequence[str] = ()) -> Coverage:
    """What events have together: those of these kinds, or of all if none is named."""
    asked = kinds or kind_names()
    others = unknown = invalid = 0
    found: dict[str, Counter[_Assignment]] = {
        kind: Counter() for kind in kind_names() if kind in asked
    }
    for event in events:
        if event.kind is None:
            unknown += 1
        elif event.kind not in found:
            others += 1
        elif event.labels is None:
            invalid += 1
        else:
            known = ((path, label) for path, label in event.labels.items() if label is not None)
            found[event.kind][tuple(known)] += 1
    return Coverage(
        tuple(_exercised(kind, had) for kind, had in found.items()), others, unknown, invalid
    )


def together(kinds: Iterable[Exercised]) -> Share:
    """The choices of several kinds."""
    shares = [one.choices for one in kinds]
    return Share(sum(share.met for share in shares), sum(share.all for share in shares))


def _exercised(kind: str, had: Counter[_Assignment]) -> Exercised:
    contract = reader.contract(kind)
    choices = [choice for one in combinations(contract, 1) for choice in one]
    pairs = {pair for pair in combinations(contract, 2) if len(pair) == 2}
    had_choices = {choice for labels in had for choice in labels}
    # Foreign events may have what the contract knows as impossible; that is no pair to be met.
    had_pairs = {pair for labels in had for pair in itertools.combinations(labels, 2)} & pairs
    never = _by_evidence(contract, [choice for choice in choices if choice not in had_choices])
    return Exercised(
        kind,
        had.total(),
        Share(len(choices) - len(never), len(choices)),
        Share(len(had_pairs), len(pairs)),
        never,
    )


def _by_evidence(
    contract: Contract, choices: Iterable[tuple[str, str]]
) -> tuple[tuple[Facet, Choice], ...]:
    """Choices, those of the strongest evidence first, else in the schema's order."""
    found = ((contract.by_path[path], contract.by_path[path][label]) for path, label in choices)
    return tuple(sorted(found, key=lambda facet_choice: facet_choice[1].evidence.rank))
