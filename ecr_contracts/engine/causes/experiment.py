"""The experiment on one fault: assignments of choices are tried on the consumer, each once.

Delta debugging calls this the test function: it maps an input to fail, pass or unresolved. Here the
input is an assignment (a choice for each facet); its event has the plainest values of its choices.
No assignment is tried twice, and no call is made once the prober's budget is spent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Location
from ecr_contracts.engine.causes.model import (
    CaseLabels,
    Conjunction,
    PathChoice,
    covers,
    deviations,
    is_listed,
    known_labels,
)
from ecr_contracts.engine.causes.order_of_code import is_beyond
from ecr_contracts.engine.trial import Prober, Trial
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.model import Contract


class TestResult(Enum):
    """What a trial says of one fault."""

    FAIL = "it shows"
    PASS = "it does not show"
    UNRESOLVED = "another fault masks it, or no call may be made"


class Experiment:
    """The known trials of one fault, and further ones, of events of one kind in one envelope.

    `shows` tells whether a trial has the fault. `trials` are all that are known; further ones are
    asked of the `prober` and added to them.
    """

    def __init__(
        self,
        contract: Contract,
        trials: list[Trial],
        shows: Callable[[Trial], bool],
        prober: Prober,
    ) -> None:
        self.contract = contract
        self.trials = trials
        self.shows = shows
        self.prober = prober
        self._known = {_key(trial.case.labels): trial for trial in trials if is_plain(trial)}

    # --- assignments ------------------------------------------------------------------------------

    def assignment(
        self, wanted: Sequence[PathChoice], start: dict[str, str] | None = None
    ) -> dict[str, str] | None:
        """The assignment nearest to `start` (the baseline) that has some choices.

        None where no event has them together.
        """
        try:
            full = full_assignment(self.contract, dict(wanted), start)
        except ValueError:
            return None
        varying = (facet.path for facet in self.contract.varying)
        return {path: full[path] for path in varying if path in full}

    def result(self, labels: CaseLabels) -> TestResult:
        """What the plainest event of an assignment does; it is tried if it was not before."""
        trial = self.trial(labels)
        if trial is None:
            return TestResult.UNRESOLVED
        if self.shows(trial):
            return TestResult.FAIL
        return TestResult.UNRESOLVED if self.is_masked(trial) else TestResult.PASS

    def is_masked(self, trial: Trial) -> bool:
        """Whether another fault, or an answer of the sandbox, ended the call before this fault."""
        return is_masked(trial, self.failing)

    def trial(self, labels: CaseLabels) -> Trial | None:
        """The trial of the plainest event of an assignment, made if it is not known."""
        key = _key(labels)
        if key not in self._known and is_listed(labels):
            trial = self.make(cases.of_labels(self.contract, known_labels(labels)))
            if trial is not None:
                self._known[key] = trial
        return self._known.get(key)

    def known(self, labels: CaseLabels) -> Trial | None:
        """The trial of the plainest event of an assignment, if it was tried before."""
        return self._known.get(_key(labels))

    def goes_wrong(self, labels: CaseLabels) -> bool:
        """Whether an assignment is known to show the fault, or to be stopped by another one."""
        trial = self.known(labels)
        return trial is not None and (trial.failed or self.shows(trial))

    # --- calls ------------------------------------------------------------------------------------

    def make(self, case: Case | None) -> Trial | None:
        """The trial of any case, added to the others; None when no further call may be made."""
        trial = None if case is None else self.prober(case)
        if trial is not None:
            self.trials.append(trial)
        return trial

    def fails_again(self, trial: Trial, number: int = 1) -> bool | None:
        """Whether the same event has the fault once more; None when no further call may be made."""
        repeated = self.prober.again(trial.case, number)
        return None if repeated is None else self.shows(repeated)

    # --- what is known ----------------------------------------------------------------------------

    @property
    def failing(self) -> list[Trial]:
        """The trials that have the fault."""
        return [trial for trial in self.trials if self.shows(trial)]

    @property
    def passing(self) -> list[Trial]:
        """The trials that went well: neither this fault nor another one shows."""
        failing = self.failing
        return [
            trial
            for trial in self.trials
            if not self.shows(trial) and not is_masked(trial, failing)
        ]

    def some_pass(self, conjunction: Iterable[PathChoice]) -> bool:
        """Whether an event that has some choices is known to pass."""
        wanted = tuple(conjunction)
        return any(covers(wanted, trial.case.labels) for trial in self.passing)

    def all_failing_have(self, conjunction: Conjunction) -> bool:
        """Whether no event is known to fail without all of some choices."""
        return all(covers(conjunction, trial.case.labels) for trial in self.failing)


def is_masked(trial: Trial, failing: Sequence[Trial]) -> bool:
    """Whether a trial that does not show a fault ended before it could have.

    Where it did all that each failing trial did, and more, it got beyond the fault, whatever ended
    it then. So it did where it ended at a later statement; but of an event with values that no
    choice defines, as AWS's own sample, nobody knows what let it get there.
    """
    if not trial.failed:
        return False
    is_sample = trial.case.id == f"{trial.case.kind}/{cases.SAMPLE}"
    if is_plain(trial) and not is_sample and got_beyond(trial, failing):
        return False
    done = [effect.name for effect in trial.outcome.effects]
    for other in failing:
        before = [effect.name for effect in other.outcome.effects]
        if len(done) <= len(before) or done[: len(before)] != before:
            return True
    return False


def got_beyond(trial: Trial, failing: Iterable[Trial]) -> bool:
    """Whether a call ended at a later statement than each of the failing ones."""
    end = end_of(trial)
    places = {end_of(other) for other in failing}
    if end is None or not places:
        return False
    return all(place is not None and is_beyond(end, place) for place in places)


def end_of(trial: Trial) -> Location | None:
    """Where in the consumer's code a call was ended by an exception."""
    for symptom in trial.symptoms:
        if symptom.ends and symptom.exception:
            return symptom.location
    return None


def is_plain(trial: Trial) -> bool:
    """Whether a trial's event has the plainest values of its choices, which then define it."""
    return not trial.case.is_valued and is_listed(trial.case.labels)


def simplicity(contract: Contract, trial: Trial) -> tuple[bool, int, int, int]:
    """How far a trial's event is from the baseline: in explicit choices, then in all of them.

    Events of other values than the plainest are farther than all others, the more so the more of
    them they have.
    """
    labels = trial.case.labels
    values = 0
    if trial.case.is_valued:
        values = len(list(json_path.differences(contract.baseline, trial.case.event)))
    return (not is_plain(trial), *distance(contract, labels), values)


def distance(contract: Contract, labels: CaseLabels | None) -> tuple[int, int]:
    """How far an assignment is from the baseline: in explicit choices, and in all of them.

    What no event has (None) is farther than all others.
    """
    if labels is None:
        return len(contract.facets), 0
    changed = labels.items() - contract.ordinary.items()
    return len(deviations(contract, labels)), len(changed)


def _key(labels: CaseLabels) -> tuple[tuple[str, str | None], ...]:
    return tuple(sorted(labels.items()))
