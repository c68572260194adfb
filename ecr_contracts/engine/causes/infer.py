"""Infer causes from the trials alone: a greedy set cover of the failures by small conjunctions.

Where no further call can be made, the trials have to do, as when the results of a covering array
are searched for its failure-inducing combinations. The procedure:

1. If the baseline event fails, nothing but the kind decides, and the search is over.
2. Else take all conjunctions of one choice that some failing event has and that deviate from the
   baseline. Those that a passing event has too are refuted.
3. Of the others choose the one that covers most failing events, then one that covers few events in
   which another fault masks this one, then one of strong evidence. Go on with the failing events
   that it leaves, until nothing covers any.
4. Do the same with two choices and with three, for the failures that are left.

What it promises: a cause is claimed only if no other conjunction of its size covers the same
failures (save some that cover masked events too). Two that explain them equally well explain
nothing: the failures are then in doubt. It makes no call; with three choices of at most some 20
paths it looks at about a thousand conjunctions for each failing event.

An example. The cases `no-tags` and `no-tags+not-v4-id` of a scan fail, `ordinary` and `not-v4-id`
pass. Of the single choices, "image-tags is empty" covers both failures and no passing event; "id is
not of version 4" is refuted by `not-v4-id`. So the tags are the cause. Had only `no-tags+not-v4-id`
failed, and neither of its choices been tried without the other, either could be the cause: none is
claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from ecr_contracts.engine.causes.experiment import is_plain
from ecr_contracts.engine.causes.merge import merged
from ecr_contracts.engine.causes.model import (
    UNLISTED,
    Box,
    CaseLabels,
    CauseCandidate,
    ChoiceSet,
    Clause,
    Conjunction,
    Doubt,
    PathChoice,
    all_choices,
    box_of,
    covers,
    deviations,
    is_listed,
    is_predicted,
    outer_paths,
    weakest_evidence,
)
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.generate.cases import ORDINARY
from ecr_contracts.events.model import Contract

_WIDEST = 3  # choices in one cause; nobody grasps more, and single deviations never need more


@dataclass(frozen=True, slots=True)
class SortedTrials:
    """The trials by what they say of a fault: it shows, it does not, or another one masks it."""

    failing: tuple[Trial, ...]
    passing: tuple[Trial, ...]
    masked: tuple[Trial, ...]


def cause_candidates(contract: Contract, sorted_trials: SortedTrials) -> list[CauseCandidate]:
    """What explains the failures of a fault; a doubt about the rest of them comes last."""
    if _has_baseline(contract, sorted_trials.failing):
        candidates = [CauseCandidate(_box_around(contract, sorted_trials))]
    else:
        causes = _minimal_causes(contract, sorted_trials)
        candidates = merged(contract, [CauseCandidate(box_of(cause)) for cause in causes])
    narrowed = [_unrefuted(contract, sorted_trials, candidate) for candidate in candidates]
    candidates = [candidate for candidate in narrowed if candidate is not None]
    for trial in sorted_trials.failing:
        if not is_predicted(candidates, trial.case.labels):
            return [*candidates, CauseCandidate(None, Doubt.UNKNOWN)]
    return candidates


def _box_around(contract: Contract, sorted_trials: SortedTrials) -> Box:
    """The choices that failing events have, of the facets in which passing events deviate."""
    met: dict[str, set[str]] = {}
    for trial in sorted_trials.failing:
        for path, label in all_choices(trial.case.labels):
            met.setdefault(path, set()).add(label)
    escapes: dict[str, set[str]] = {}
    for trial in sorted_trials.passing:
        for path, label in deviations(contract, trial.case.labels):
            if label not in met.get(path, set()):
                escapes.setdefault(path, set()).add(label)
    box: list[Clause] = []
    for path, passing in escapes.items():
        box.append((ChoiceSet(path, frozenset(met.get(path, ())), frozenset(passing)),))
    return tuple(box)


def _unrefuted(
    contract: Contract, sorted_trials: SortedTrials, candidate: CauseCandidate
) -> CauseCandidate | None:
    """The candidate without events that are known to pass; None where a choice of its own does.

    An event that has what the cause is about only since all around it is absent is no
    counterexample: the cause is narrowed to events that have something there.
    """
    for trial in sorted_trials.passing:
        labels = trial.case.labels
        if not is_plain(trial) or not candidate.predicts(labels):
            continue
        around = _hollow_around(contract, candidate.box or (), labels)
        if around is None:
            return None
        failing: set[str] = set()
        for other in sorted_trials.failing:
            if candidate.predicts(other.case.labels):
                failing.add(other.case.labels.get(around) or UNLISTED)
        failing.discard(labels[around] or UNLISTED)
        if not failing:
            return None
        choice_set = ChoiceSet(around, frozenset(failing), frozenset([labels[around] or UNLISTED]))
        candidate = CauseCandidate((*(candidate.box or ()), (choice_set,)))
    return candidate


def _hollow_around(contract: Contract, box: Box, labels: CaseLabels) -> str | None:
    """The path around what a box is about that has nothing within it in an event."""
    for clause in box:
        for choice_set in clause:
            for path in outer_paths(contract, choice_set.path):
                if not contract.is_filled(labels, path):
                    return path
    return None


def _minimal_causes(contract: Contract, sorted_trials: SortedTrials) -> list[Conjunction]:
    """Few conjunctions, small ones first, that cover failing trials and no passing one."""
    causes: list[Conjunction] = []
    left = list(sorted_trials.failing)
    for size in range(1, _WIDEST + 1):
        sound = _sound(contract, sorted_trials, left, size)
        while left and sound:
            best = max(sound, key=lambda cause: _merit(contract, sorted_trials, left, cause))
            covered = _covered(best, left)
            if not covered:
                break
            rivals = [cause for cause in sound if _covered(cause, left) == covered]
            if _stands_out(best, rivals, sorted_trials):
                causes.append(best)
            left = [trial for trial in left if trial not in covered]
        if not left:
            break
    return causes


def _sound(
    contract: Contract, sorted_trials: SortedTrials, failing: Sequence[Trial], size: int
) -> list[Conjunction]:
    """The conjunctions of a size that some failing trial has and no passing one refutes."""
    sound: list[Conjunction] = []
    for conjunction in _conjunctions(contract, failing, size):
        if not any(_refutes(contract, conjunction, trial) for trial in sorted_trials.passing):
            sound.append(conjunction)
    is_always = not sorted_trials.passing and _has_baseline(contract, sorted_trials.masked)
    if size == 1 and is_always and any(is_listed(trial.case.labels) for trial in failing):
        # Everything that gets so far fails: perhaps every event would.
        sound.append(())
    return sound


def _conjunctions(contract: Contract, failing: Sequence[Trial], size: int) -> Iterable[Conjunction]:
    """The conjunctions of a size that a failing trial has, and that have a deviation among them."""
    conjunctions: dict[Conjunction, None] = {}
    for trial in failing:
        if size > 1 and trial.case.is_valued:
            continue  # of events with other values there are few, and chance would decide
        decisive = _decisive(contract, trial)
        for conjunction in combinations(_held(contract, trial), size):
            if not decisive.isdisjoint(conjunction):
                conjunctions[conjunction] = None
    return conjunctions


def _decisive(contract: Contract, trial: Trial) -> set[PathChoice]:
    """The choices of which a cause must have one.

    Where an event has what no choice describes, it must be that: the mark is taken away beforehand
    where the event fails without it too.
    """
    deviating = set(deviations(contract, trial.case.labels))
    return {choice for choice in deviating if choice[1] == UNLISTED} or deviating


def _held(contract: Contract, trial: Trial) -> Iterator[PathChoice]:
    """The choices of a trial, save those that are not the baseline's and that nesting implies."""
    possible = {*deviations(contract, trial.case.labels), *contract.ordinary.items()}
    for choice in all_choices(trial.case.labels):
        if choice in possible:
            yield choice


def _covered(conjunction: Conjunction, trials: Iterable[Trial]) -> list[Trial]:
    return [trial for trial in trials if covers(conjunction, trial.case.labels)]


def _merit(
    contract: Contract, sorted_trials: SortedTrials, left: Sequence[Trial], conjunction: Conjunction
) -> tuple[int, int, int]:
    """How well it explains: what it covers, then how little of it is masked, then its evidence."""
    masked = len(_covered(conjunction, sorted_trials.masked))
    evidence = weakest_evidence(contract, conjunction)
    return len(_covered(conjunction, left)), -masked, -evidence.rank


def _stands_out(
    best: Conjunction, rivals: Sequence[Conjunction], sorted_trials: SortedTrials
) -> bool:
    """Whether the best of the conjunctions that cover the same failures is the only one of them.

    Those that cover masked events too are weaker rivals: they count as none if the best does not.
    """
    if rivals == [best]:
        return True
    strong = [
        conjunction for conjunction in rivals if not _covered(conjunction, sorted_trials.masked)
    ]
    return strong == [best]


def _has_baseline(contract: Contract, trials: Iterable[Trial]) -> bool:
    return any(trial.case.id == f"{contract.kind}/{ORDINARY}" for trial in trials)


def _refutes(contract: Contract, conjunction: Conjunction, trial: Trial) -> bool:
    """Whether a passing trial shows that a conjunction is no cause.

    A severity that is absent since there are no counts at all says nothing about one that is absent
    among others: a consumer that looks whether there are any never gets that far.
    """
    if not covers(conjunction, trial.case.labels):
        return False
    possible = {*deviations(contract, trial.case.labels), *contract.ordinary.items()}
    return all(choice in possible or choice[1] == UNLISTED for choice in conjunction)
