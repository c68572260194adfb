"""Conjunctions of choices, as causes are made of: what an event has, in what it is unusual, what a term covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ecr_contracts.core.findings import Evidence
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.model import Contract, is_filled

UNLISTED = "unlisted"
"""The choice of a path where an event has what no choice describes."""

Choice = tuple[str, str]
"""A path and the label of the choice that an event has there."""

Term = tuple[Choice, ...]
"""Choices that an event has together."""

Having = Mapping[str, str | None]
"""The label at each path that varies, as cases have it: None where an event has what no choice describes."""


def choices(labels: Having) -> Term:
    """All that an event has."""
    return tuple((path, UNLISTED if label is None else label) for path, label in labels.items())


def deviations(contract: Contract, case: Case) -> Term:
    """The choices by which a case differs from the ordinary event, without those that nesting implies."""
    return unusual(contract, case.labels)


def unusual(contract: Contract, having: Having) -> Term:
    """The choices by which an assignment differs from the ordinary one, without those that nesting implies."""
    return tuple(
        choice for choice in own(contract, having) if contract.ordinary.get(choice[0]) != choice[1]
    )


def own(contract: Contract, having: Having) -> Term:
    """The choices of an assignment without those that nesting implies."""
    labels = {path: label for path, label in having.items() if label is not None}

    def is_implied(path: str) -> bool:
        parent = contract.by_path[path].parent
        return parent in labels and not is_filled(contract, labels, parent)

    return tuple((path, label) for path, label in choices(having) if not is_implied(path))


def covers(term: Iterable[Choice], having: Having) -> bool:
    """Whether an event has every choice of a term."""
    return all(path in having and (having[path] or UNLISTED) == label for path, label in term)


def weakest(contract: Contract, term: Iterable[Choice]) -> Evidence:
    """The weakest evidence of the choices of a term; what only AWS's sample has is documented."""
    told = [contract.by_path[path][label].evidence for path, label in term if label != UNLISTED]
    return min(told, default=Evidence.DOCUMENTED)


class Doubt(StrEnum):
    """Why there is no cause to name."""

    FLAKY = "flaky"
    VALUE = "value"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Account:
    """What was made out about some failures.

    `term` is their cause: empty when nothing but the kind decides, None when there is a `doubt`;
    then `about` is what the failures in doubt have in common. Events that have one of the choices
    `spared` pass all the same.
    """

    term: Term | None
    spared: Term = ()
    doubt: Doubt | None = None
    about: Term = ()

    def covers(self, having: Having) -> bool:
        """Whether an event should fail by this account."""
        return (
            self.term is not None
            and covers(self.term, having)
            and not any(covers([one], having) for one in self.spared)
        )

    def tells(self, having: Having) -> bool:
        """Whether an event's failure is told of by this account, be it in doubt."""
        return covers(self.about, having) if self.term is None else self.covers(having)
