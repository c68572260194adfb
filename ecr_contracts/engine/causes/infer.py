"""The smallest conjunctions that separate what failed from what passed, where no further call can be made.

A cause is claimed only where the trials leave no other of its size: two that explain the same
failures equally well explain nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from ecr_contracts.engine.causes.model import (
    UNLISTED,
    Account,
    Doubt,
    Term,
    choices,
    covers,
    deviations,
    weakest,
)
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.generate.cases import ORDINARY
from ecr_contracts.events.model import Contract

_WIDEST = 3  # choices in one cause; nobody grasps more, and single deviations never need more


@dataclass(frozen=True, slots=True)
class Group:
    """Trials that did the same wrong, those that went well there, and those that something else stopped."""

    failing: tuple[Trial, ...]
    passing: tuple[Trial, ...]
    stopped: tuple[Trial, ...]


def accounts(contract: Contract, group: Group) -> list[Account]:
    """What some failures come to; what is in doubt comes last."""
    if _has_ordinary(contract, group.failing):
        # The ordinary event fails: nothing but the kind decides, whatever an unusual one may escape
        # by.
        met = {choice for trial in group.failing for choice in choices(trial.case.labels)}
        escaping = (
            choice for trial in group.passing for choice in deviations(contract, trial.case)
        )
        return [
            Account((), tuple(dict.fromkeys(choice for choice in escaping if choice not in met)))
        ]
    found = [Account(term) for term in _least(contract, group)]
    told = all(any(one.covers(trial.case.labels) for one in found) for trial in group.failing)
    return found if told else [*found, Account(None, doubt=Doubt.UNKNOWN)]


def _least(contract: Contract, group: Group) -> list[Term]:
    """Few conjunctions, small ones first, that cover failing trials and no passing one; none that is in doubt."""
    chosen: list[Term] = []
    left = list(group.failing)
    for size in range(1, _WIDEST + 1):
        sound = [
            term
            for term in _candidates(contract, left, size)
            if not any(_refutes(contract, term, trial) for trial in group.passing)
        ]
        real = any(None not in trial.case.labels.values() for trial in left)
        if size == 1 and real and not group.passing and _has_ordinary(contract, group.stopped):
            # Everything that gets so far fails: perhaps every event would.
            sound.append(())
        while left and sound:
            best = max(sound, key=lambda term: _merit(contract, group, left, term))
            covered = [trial for trial in left if covers(best, trial.case.labels)]
            if not covered:
                break
            alike = [
                term
                for term in sound
                if [trial for trial in left if covers(term, trial.case.labels)] == covered
            ]
            if _stands_out(best, alike, group):
                chosen.append(best)
            left = [trial for trial in left if trial not in covered]
        if not left:
            break
    return chosen


def _stands_out(best: Term, alike: Sequence[Term], group: Group) -> bool:
    """Whether one term explains some failures better than all others that cover them; else nobody knows which it is."""
    blaming = [
        term for term in alike if any(covers(term, trial.case.labels) for trial in group.stopped)
    ]
    return alike == [best] or [term for term in alike if term not in blaming] == [best]


def _candidates(contract: Contract, failing: Sequence[Trial], size: int) -> list[Term]:
    """The conjunctions of a size that a failing trial has, and that have a deviation among them.

    Where an event has what no choice describes, that must be one of them: `checking` takes such a
    mark away if the event fails without that too.
    """
    found: dict[Term, None] = {}
    for trial in failing:
        unusual = set(deviations(contract, trial.case))
        unusual = {choice for choice in unusual if choice[1] == UNLISTED} or unusual
        implied = (
            set(choices(trial.case.labels))
            - set(deviations(contract, trial.case))
            - set(contract.ordinary.items())
        )
        held = [choice for choice in choices(trial.case.labels) if choice not in implied]
        found |= dict.fromkeys(
            term for term in combinations(held, size) if not unusual.isdisjoint(term)
        )
    return list(found)


def _merit(
    contract: Contract, group: Group, left: Sequence[Trial], term: Term
) -> tuple[int, int, int]:
    """How well a term explains: what it covers, then how little else it blames, then how sure it is that it occurs."""
    doubt = weakest(contract, term).rank
    blamed = sum(covers(term, trial.case.labels) for trial in group.stopped)
    return sum(covers(term, trial.case.labels) for trial in left), -blamed, -doubt


def _has_ordinary(contract: Contract, trials: Iterable[Trial]) -> bool:
    return any(trial.case.id == f"{contract.kind}/{ORDINARY}" for trial in trials)


def _refutes(contract: Contract, term: Term, trial: Trial) -> bool:
    """Whether a trial that went well shows that a term decides nothing.

    A severity that is absent since there are no counts at all says nothing about one that is absent
    among others: a consumer that looks whether there are any never gets that far.
    """
    if not covers(term, trial.case.labels):
        return False
    own = {*deviations(contract, trial.case), *contract.ordinary.items()}
    return all(choice in own or choice[1] == UNLISTED for choice in term)
