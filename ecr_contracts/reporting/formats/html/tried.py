"""What was tried of a kind: each choice of each facet, and the choices of each two together."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ecr_contracts.core.findings import Condition, Severity
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.conditions import condition
from ecr_contracts.events.coverage import Share
from ecr_contracts.events.generate.covering import combinations
from ecr_contracts.events.model import Contract, Facet
from ecr_contracts.reporting.formats.told import Told
from ecr_contracts.reporting.totals import events_that_show

__all__ = ["TriedChoice", "TriedFacet", "TriedKind", "TriedPairs", "tried_kind"]

_Choice = tuple[str, str]
"""A path and the label of a choice there."""

_MOST_CONTRACTS = 64
"""How many contracts have their pairs remembered: consumers of a run mostly share some."""

_Cause = tuple[frozenset[_Choice], ...]
"""The conditions of a cause, of each the choices that meet it."""


@dataclass(frozen=True, slots=True)
class TriedChoice:
    """A choice: its words, how many events had it, and how many of these failed.

    `faults` are the numbers of the faults whose cause it is, or is a part of.
    """

    words: str
    given: int
    failing: int
    faults: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TriedFacet:
    """A place of the event that varies, with its choices."""

    path: str
    choices: tuple[TriedChoice, ...]


@dataclass(frozen=True, slots=True)
class TriedPairs:
    """The choices of two facets that some event has together, and how many of them were met.

    `faults` are the numbers of the faults whose cause is about both.
    """

    share: Share
    faults: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TriedKind:
    """What was tried of a kind; `pairs` are by the places of two facets, the first before."""

    kind: str
    events: int
    failing: int
    facets: tuple[TriedFacet, ...]
    pairs: Mapping[tuple[int, int], TriedPairs]

    @property
    def choices_met(self) -> Share:
        """How many choices were met."""
        choices = [choice for facet in self.facets for choice in facet.choices]
        return Share(sum(choice.given > 0 for choice in choices), len(choices))

    @property
    def pairs_met(self) -> Share:
        """How many pairs of choices were met."""
        shares = [pairs.share for pairs in self.pairs.values()]
        return Share(sum(share.met for share in shares), sum(share.all for share in shares))


def tried_kind(verdict: Verdict, kind: str, faults: Sequence[Told]) -> TriedKind:
    """What the events of a kind had that a consumer was given; events of other values apart.

    What fails in an accepted way fails all the same.
    """
    contract = verdict.world.contract(kind)
    if verdict.evidence:
        contract = contract.with_evidence(verdict.evidence)
    accepted = [finding for finding, _ in verdict.accepted if finding.severity is Severity.ERROR]
    failing = events_that_show([*verdict.errors, *accepted])
    trials = [trial for trial in verdict.trials if trial.case.kind == kind]
    given: Counter[_Choice] = Counter()
    failed: Counter[_Choice] = Counter()
    met: set[tuple[_Choice, ...]] = set()
    number_failing = 0
    for trial in trials:
        labels: list[_Choice] = []
        for path, label in trial.case.labels.items():
            if label is not None:
                labels.append((path, label))
        given.update(labels)
        if (trial.case.id, trial.via) in failing:
            number_failing += 1
            failed.update(labels)
        met.update(itertools.combinations(labels, 2))
    causes = _causes(kind, faults)
    facets: list[TriedFacet] = []
    for facet in contract.varying:
        facets.append(TriedFacet(facet.path, tuple(_choices(facet, given, failed, causes))))
    pairs = _pairs(contract, met, causes)
    return TriedKind(kind, len(trials), number_failing, tuple(facets), pairs)


def _choices(
    facet: Facet,
    given: Mapping[_Choice, int],
    failed: Mapping[_Choice, int],
    causes: Mapping[int, Sequence[_Cause]],
) -> Iterable[TriedChoice]:
    for choice in facet.choices:
        key = (facet.path, choice.label)
        numbers = []
        for number, conjunctions in causes.items():
            if any(key in choices for conjunction in conjunctions for choices in conjunction):
                numbers.append(number)
        words = condition(facet, {choice.label}).words
        yield TriedChoice(words, given.get(key, 0), failed.get(key, 0), tuple(numbers))


def _causes(kind: str, faults: Sequence[Told]) -> dict[int, list[_Cause]]:
    """By the number of a fault, its causes: of each condition the choices that meet it."""
    causes: dict[int, list[_Cause]] = {}
    for told in faults:
        for finding in told.findings:
            if finding.kind == kind and finding.cause:
                conjunction = tuple(map(_meeting, finding.cause))
                causes.setdefault(told.number, []).append(conjunction)
    return causes


def _meeting(condition: Condition) -> frozenset[_Choice]:
    choices: set[_Choice] = set()
    for one in condition.alternatives:
        choices.update((one.path, label) for label in one.choices)
    return frozenset(choices)


def _are_in(conjunction: _Cause, pair: tuple[_Choice, ...]) -> bool:
    """Whether two choices meet two conditions of a cause, and do not stand for each other."""
    first, second = pair
    for one, another in itertools.permutations(conjunction, 2):
        if first in one and second in another:
            return True
    return False


def _pairs(
    contract: Contract,
    met: set[tuple[_Choice, ...]],
    causes: Mapping[int, Sequence[_Cause]],
) -> dict[tuple[int, int], TriedPairs]:
    """The pairs of each two facets: how many there can be, and how many were met."""
    places = {facet.path: number for number, facet in enumerate(contract.varying)}
    possible: Counter[tuple[int, int]] = Counter()
    had: Counter[tuple[int, int]] = Counter()
    faults: dict[tuple[int, int], set[int]] = {}
    for pair in _possible_pairs(contract.in_combinations()):
        spot = (places[pair[0][0]], places[pair[1][0]])
        possible[spot] += 1
        had[spot] += pair in met
        for number, conjunctions in causes.items():
            if any(_are_in(conjunction, pair) for conjunction in conjunctions):
                faults.setdefault(spot, set()).add(number)
    tried = {}
    for spot, number in possible.items():
        numbers = tuple(sorted(faults.get(spot, ())))
        tried[spot] = TriedPairs(Share(had[spot], number), numbers)
    return tried


@lru_cache(_MOST_CONTRACTS)
def _possible_pairs(contract: Contract) -> tuple[tuple[_Choice, ...], ...]:
    """The pairs of choices that some event has; none where only one field varies."""
    return tuple(pair for pair in combinations(contract, 2) if len(pair) == 2)
