"""Causes as conjunctions of choices: what an event has, where it deviates, what a cause covers.

A cause is looked for among the choices of a kind's facets, as in combinatorial testing: there a
choice is called a parameter value, and a conjunction that makes every event fail which has it, a
failure-inducing combination.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ecr_contracts.core.findings import Condition, Evidence
from ecr_contracts.events.model import Contract

UNLISTED = "unlisted"
"""The choice of a path where an event has what no choice describes."""

PathChoice = tuple[str, str]
"""A path and the label of the choice that an event has there."""

Conjunction = tuple[PathChoice, ...]
"""Choices that an event has together; the empty one is what every event has."""

CaseLabels = Mapping[str, str | None]
"""The label at each path that varies, as in `Case.labels`: None where no choice fits the value."""


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
    for one in cause:
        if not any((labels.get(c.path) or UNLISTED) in c.choices for c in one.alternatives):
            return False
    return True


def has_any(choices: Iterable[PathChoice], labels: CaseLabels) -> bool:
    """Whether an event has at least one of some choices."""
    return any(covers([choice], labels) for choice in choices)


def weakest_evidence(contract: Contract, conjunction: Iterable[PathChoice]) -> Evidence:
    """The evidence for there being events with the choices of a conjunction: of its weakest choice.

    Choices that are known together count as that. What only AWS's sample has is documented, and so
    is what needs no choice at all.
    """
    return contract.evidence_of({path: label for path, label in conjunction if label != UNLISTED})


class Doubt(StrEnum):
    """Why there is no cause to name."""

    FLAKY = "flaky"
    VALUE = "value"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CauseCandidate:
    """One explanation of some failures of a fault: a cause, or the reason why none can be named.

    `conjunction` is the cause: empty when nothing but the kind decides, None when there is a
    `doubt`; then `scope` is what the failures in doubt have in common. Events that have one of the
    choices `except_for` pass although they have the cause.
    """

    conjunction: Conjunction | None
    except_for: Conjunction = ()
    doubt: Doubt | None = None
    scope: Conjunction = ()

    def predicts(self, labels: CaseLabels) -> bool:
        """Whether an event should fail if this is the cause."""
        if self.conjunction is None or not covers(self.conjunction, labels):
            return False
        return not has_any(self.except_for, labels)

    def accounts_for(self, labels: CaseLabels) -> bool:
        """Whether a failing event needs no other explanation than this one, be it in doubt."""
        if self.conjunction is None:
            return covers(self.scope, labels)
        return self.predicts(labels)


def is_predicted(candidates: Iterable[CauseCandidate], labels: CaseLabels) -> bool:
    """Whether an event should fail by some candidate."""
    return any(candidate.predicts(labels) for candidate in candidates)


def is_accounted_for(candidates: Iterable[CauseCandidate], labels: CaseLabels) -> bool:
    """Whether some candidate accounts for a failing event."""
    return any(candidate.accounts_for(labels) for candidate in candidates)
