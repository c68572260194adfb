"""Causes as boxes of choices: what an event has, where it deviates, what a cause covers.

A cause is looked for among the choices of a kind's facets, as in combinatorial testing: there a
choice is called a parameter value, and a conjunction that makes every event fail which has it, a
failure-inducing combination. Here a cause admits several choices in a facet: it is a box.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from math import prod

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Boundary, Condition, Evidence
from ecr_contracts.events.measures import is_met
from ecr_contracts.events.model import Contract, Facet

UNLISTED = "unlisted"
"""The choice of a path where an event has what no choice describes."""

PathChoice = tuple[str, str]
"""A path and the label of the choice that an event has there."""

Conjunction = tuple[PathChoice, ...]
"""Choices that an event has together; the empty one is what every event has."""

CaseLabels = Mapping[str, str | None]
"""The label at each path that varies, as in `Case.labels`: None where no choice fits the value."""


@dataclass(frozen=True, slots=True)
class ChoiceSet:
    """The choices of one facet with which a failure stays, all else equal.

    `passing` are those with which it is known not to; of the rest nothing is known. With a
    `boundary` only those of their values fail that meet it.
    """

    path: str
    failing: frozenset[str]
    passing: frozenset[str] = frozenset()
    boundary: Boundary | None = None

    def has(self, labels: CaseLabels) -> bool:
        """Whether an event has one of the failing choices."""
        return self.path in labels and (labels[self.path] or UNLISTED) in self.failing


Clause = tuple[ChoiceSet, ...]
"""One condition of a cause: an event meets it that has a choice of any of these sets."""

Box = tuple[Clause, ...]
"""A cause: an event has it that meets every clause; every event meets the empty one."""


def box_of(conjunction: Iterable[PathChoice]) -> Box:
    """The box of the events that have all of some choices."""
    return tuple((ChoiceSet(path, frozenset({label})),) for path, label in conjunction)


def meets_clause(clause: Clause, labels: CaseLabels) -> bool:
    """Whether an event meets one condition of a cause."""
    return any(choice_set.has(labels) for choice_set in clause)


def is_within(box: Box, labels: CaseLabels) -> bool:
    """Whether an event meets every condition of a cause."""
    return all(meets_clause(clause, labels) for clause in box)


def all_choices(labels: CaseLabels) -> Conjunction:
    """All that an event has."""
    return tuple((path, UNLISTED if label is None else label) for path, label in labels.items())


def deviations(contract: Contract, labels: CaseLabels) -> Conjunction:
    """The explicit choices of an assignment that are not those of the baseline."""
    baseline = contract.ordinary.items()
    return tuple(choice for choice in explicit_choices(contract, labels) if choice not in baseline)


def explicit_choices(contract: Contract, labels: CaseLabels) -> Conjunction:
    """The choices of an assignment without those that nesting implies.

    Where the counts are absent, each count within them is absent too: that is implied.
    """
    known = known_labels(labels)
    explicit: list[PathChoice] = []
    for path, label in all_choices(labels):
        parent = contract.by_path[path].parent
        is_implied = parent in known and not contract.is_filled(known, parent)
        if not is_implied:
            explicit.append((path, label))
    return tuple(explicit)


def known_labels(labels: CaseLabels) -> dict[str, str]:
    """The labels of an assignment without the paths whose value no choice describes."""
    return {path: label for path, label in labels.items() if label is not None}


def is_listed(labels: CaseLabels) -> bool:
    """Whether a choice describes every value of an assignment."""
    return None not in labels.values()


def covers(conjunction: Iterable[PathChoice], labels: CaseLabels) -> bool:
    """Whether an event has every choice of a conjunction."""
    return all(
        path in labels and (labels[path] or UNLISTED) == label for path, label in conjunction
    )


def meets(cause: Iterable[Condition], labels: CaseLabels) -> bool:
    """Whether an event of some choices meets every condition of a cause."""
    for condition in cause:
        choice_sets = tuple(
            ChoiceSet(one.path, frozenset(one.choices)) for one in condition.alternatives
        )
        if not meets_clause(choice_sets, labels):
            return False
    return True


def weakest_evidence(
    contract: Contract,
    conjunction: Iterable[PathChoice],
    among: Sequence[CaseLabels] | None = None,
) -> Evidence:
    """The evidence for there being events with the choices of a conjunction: of its weakest choice.

    Choices that are known together count as that, where some event of those `among` which it is
    asked has them. What only AWS's sample has is documented, and so is what needs no choice at all.
    """
    choices = {path: label for path, label in conjunction if label != UNLISTED}
    return contract.evidence_of(choices, among)


_MOST_CONJUNCTIONS = 64
"""How many conjunctions of a box are looked at for the best known one."""


def best_evidence(contract: Contract, box: Box, among: Sequence[CaseLabels]) -> Evidence:
    """The evidence for there being events within a box: that of its best known conjunction.

    What is known together counts where an event `among` those that fail has it: a scan that is
    complete is not known to have no counts because one that failed has none.
    """
    options: list[list[PathChoice]] = []
    for clause in box:
        choices = [(one.path, label) for one in clause for label in sorted(one.failing)]
        options.append(sorted(choices, key=lambda choice: _rank(contract, choice)))
    if prod(map(len, options)) > _MOST_CONJUNCTIONS:
        options = [choices[:1] for choices in options]
    strongest = Evidence.INFERRED
    for conjunction in product(*options):
        strongest = max(strongest, weakest_evidence(contract, conjunction, among))
    return strongest


def _rank(contract: Contract, choice: PathChoice) -> int:
    return weakest_evidence(contract, [choice]).rank


def told_clauses(contract: Contract, box: Box) -> Box:
    """The clauses of a box that are told, in the order of an event's keys.

    What lies within something says more than that there is something around it: of {the counts are
    there, CRITICAL is absent among them} only the second is told.
    """
    inner: set[str] = set()
    for clause in box:
        for choice_set in clause:
            inner.update(outer_paths(contract, choice_set.path))
    told = [clause for clause in box if not _only_surrounds(contract, clause, inner)]
    places = {facet.path: place for place, facet in enumerate(contract.varying)}
    return tuple(sorted(told, key=lambda clause: min(places.get(one.path, -1) for one in clause)))


def _only_surrounds(contract: Contract, clause: Clause, inner: set[str]) -> bool:
    """Whether a clause says no more than that something stands around what others are about."""
    if len(clause) > 1 or clause[0].path not in inner:
        return False
    facet = contract.by_path[clause[0].path]
    filled = {
        one.label
        for one in facet.choices
        if contract.is_filled({facet.path: one.label}, facet.path)
    }
    return filled <= clause[0].failing | (facet.labels - clause[0].passing)


def sibling_facets(contract: Contract) -> list[list[Facet]]:
    """The facets that lie within the same one and have the same choices, as the severities do."""
    alike: dict[tuple[str, frozenset[str]], list[Facet]] = {}
    for facet in contract.varying:
        if facet.parent is not None:
            alike.setdefault((facet.parent, facet.labels), []).append(facet)
    return [facets for facets in alike.values() if len(facets) > 1]


def outer_paths(contract: Contract, path: str) -> Iterator[str]:
    """The paths of the facets that one lies within, the innermost first."""
    facet = contract.by_path.get(path)
    while facet is not None and facet.parent is not None:
        yield facet.parent
        facet = contract.by_path[facet.parent]


class Doubt(StrEnum):
    """Why there is no cause to name."""

    FLAKY = "flaky"
    VALUE = "value"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CauseCandidate:
    """One explanation of some failures of a fault: a cause, or the reason why none can be named.

    `box` is the cause: empty when nothing but the kind decides, None when there is a `doubt`; then
    `scope` is what the failures in doubt have in common, and `field` the path of the field whose
    value decides, where that is known.
    """

    box: Box | None
    doubt: Doubt | None = None
    scope: Box = ()
    field: str = ""

    def predicts(self, labels: CaseLabels) -> bool:
        """Whether an event should fail if this is the cause."""
        return self.box is not None and is_within(self.box, labels)

    def accounts_for(self, labels: CaseLabels) -> bool:
        """Whether a failing event needs no other explanation than this one, be it in doubt."""
        return is_within(self.scope if self.box is None else self.box, labels)


def is_bounded_by(
    contract: Contract, candidates: Iterable[CauseCandidate], labels: CaseLabels, event: object
) -> bool:
    """Whether an event meets a cause with a boundary by its values, whatever choices they are of.

    Values of a choice that meet a boundary may be so few that the cause does not name it.
    """
    for candidate in candidates:
        clauses = candidate.box or ()
        if not any(one.boundary for clause in clauses for one in clause):
            continue
        if all(_is_met_by_values(contract, clause, labels, event) for clause in clauses):
            return True
    return False


def _is_met_by_values(
    contract: Contract, clause: Clause, labels: CaseLabels, event: object
) -> bool:
    for one in clause:
        if one.boundary is None:
            if one.has(labels):
                return True
        elif is_met(one.boundary, json_path.at(event, contract.by_path[one.path].steps)):
            return True
    return False


def is_predicted(candidates: Iterable[CauseCandidate], labels: CaseLabels) -> bool:
    """Whether an event should fail by some candidate."""
    return any(candidate.predicts(labels) for candidate in candidates)


def is_accounted_for(candidates: Iterable[CauseCandidate], labels: CaseLabels) -> bool:
    """Whether some candidate accounts for a failing event."""
    return any(candidate.accounts_for(labels) for candidate in candidates)
