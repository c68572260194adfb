"""Coverage: which choices, and which pairs of them, some events have, and which none has.

The events may be of tests, of files or of an archive: any event is recognised by its contract,
whoever made it. Pairs are those of a covering array of strength two.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ecr_contracts.core.findings import Violation
from ecr_contracts.events import validation
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.covering import Combination, combinations
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Choice, Contract, Facet
from ecr_contracts.events.strangers import STRANGER, sender


@dataclass(frozen=True, slots=True)
class EventChoices:
    """What one event has: its kind, and its choices by path.

    The kind is None if no contract describes the event, the choices are None if its contract
    refuses it. Where it has what no choice describes, the label is None. `sender` is whose event it
    is if somebody may well send it though no contract describes it.
    """

    kind: str | None
    labels: dict[str, str | None] | None = None
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of all there can be were met."""

    met: int
    all: int

    def reaches(self, percent: float) -> bool:
        """Whether it is so many per cent, of at least one."""
        return self.met * 100 >= percent * max(self.all, 1)


@dataclass(frozen=True, slots=True)
class KindCoverage:
    """What the valid events of a kind have of its choices, and of the pairs that can meet.

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

    Those are of a kind that was not asked for, of no kind that there can be, or refused by their
    contract. `strangers` counts, by sender, those that no contract here describes although they may
    be as they should.
    """

    kinds: tuple[KindCoverage, ...]
    others: int
    unknown: int
    invalid: int
    strangers: Mapping[str, int] = field(default_factory=dict)

    @property
    def seen(self) -> int:
        """How many events there were."""
        valid = sum(kind.events for kind in self.kinds)
        return valid + self.others + self.unknown + self.invalid + sum(self.strangers.values())

    @property
    def occurring(self) -> tuple[KindCoverage, ...]:
        """The kinds of which there was a valid event."""
        return tuple(kind for kind in self.kinds if kind.events)


def choices_of(event: Any) -> EventChoices:
    """The choices of any value, taken for an event."""
    kind = validation.kind_or_violation(event)
    if isinstance(kind, Violation):
        is_stranger = kind.keyword == STRANGER
        return EventChoices(None, None, sender(event) if is_stranger else "")
    if not validation.is_valid(event, kind):
        return EventChoices(kind)
    return EventChoices(kind, reader.contract(kind).recognise(event))


def coverage_of(events: Iterable[EventChoices], kinds: Sequence[str] = ()) -> Coverage:
    """What events have together: those of these kinds, or of all if none is named."""
    others = unknown = invalid = 0
    strangers: Counter[str] = Counter()
    counts: dict[str, Counter[Combination]] = {}
    for kind in kind_names():
        if not kinds or kind in kinds:
            counts[kind] = Counter()
    for event in events:
        if event.sender:
            strangers[event.sender] += 1
        elif event.kind is None:
            unknown += 1
        elif event.kind not in counts:
            others += 1
        elif event.labels is None:
            invalid += 1
        else:
            counts[event.kind][_described(event.labels)] += 1
    covered = tuple(_kind_coverage(kind, assignments) for kind, assignments in counts.items())
    return Coverage(covered, others, unknown, invalid, dict(strangers))


def total_choices(kinds: Iterable[KindCoverage]) -> Share:
    """The choices of several kinds."""
    shares = [kind.choices for kind in kinds]
    return Share(sum(share.met for share in shares), sum(share.all for share in shares))


def _described(labels: dict[str, str | None]) -> Combination:
    """The choices of an event without what no choice describes."""
    return tuple((path, label) for path, label in labels.items() if label is not None)


def _kind_coverage(kind: str, assignments: Counter[Combination]) -> KindCoverage:
    """What the events of a kind have, given how many of them have each assignment."""
    contract = reader.contract(kind)
    choices: list[tuple[str, str]] = []
    for combination in combinations(contract, 1):
        choices += combination
    pairs = {pair for pair in combinations(contract, 2) if len(pair) == 2}
    choices_met: set[tuple[str, str]] = set()
    pairs_met: set[Combination] = set()
    for labels in assignments:
        choices_met.update(labels)
        pairs_met.update(itertools.combinations(labels, 2))
    # Foreign events may have what the contract knows as impossible; that is no pair to be met.
    pairs_met &= pairs
    never = _by_evidence(contract, [choice for choice in choices if choice not in choices_met])
    return KindCoverage(
        kind,
        assignments.total(),
        Share(len(choices) - len(never), len(choices)),
        Share(len(pairs_met), len(pairs)),
        never,
    )


def _by_evidence(
    contract: Contract, choices: Iterable[tuple[str, str]]
) -> tuple[tuple[Facet, Choice], ...]:
    """Choices, those of the strongest evidence first, else in the schema's order."""
    pairs = []
    for path, label in choices:
        facet = contract.by_path[path]
        pairs.append((facet, facet[label]))
    return tuple(sorted(pairs, key=lambda pair: pair[1].evidence.rank))
