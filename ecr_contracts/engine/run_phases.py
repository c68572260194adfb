"""The phases of one kind in one envelope, and the search beyond its cases.

`phases` gives its cases before, and puts the runs together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, groupby

from ecr_contracts.core.findings import Evidence, Finding
from ecr_contracts.discovery.iac.cloudformation.feeds import Feed
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.causes.same_fault import told_once
from ecr_contracts.engine.checks import batch_response, catalog
from ecr_contracts.engine.checks.catalog import FUTURE_EVENT
from ecr_contracts.engine.checks.finding import follow_up
from ecr_contracts.engine.checks.outcome import effect_before_failure
from ecr_contracts.engine.effort import Effort, Examined, Run
from ecr_contracts.engine.explore import explore
from ecr_contracts.engine.relations.batches import check_batches
from ecr_contracts.engine.relations.future import check_future
from ecr_contracts.engine.relations.metamorphic import check_relations
from ecr_contracts.engine.time_limit import TimeLimit
from ecr_contracts.engine.trial import (
    BaselineCache,
    Prober,
    Trial,
    TrialRun,
    payload_of,
    swallowed,
    with_own_id,
)
from ecr_contracts.events.generate.cases import Case, cases_of
from ecr_contracts.events.generate.covering import STRENGTHS
from ecr_contracts.runtime.effects import Origin
from ecr_contracts.runtime.entries.polled_queue import OPERATIONS as QUEUE_OPERATIONS
from ecr_contracts.runtime.outcome import Outcome, Status


def search_until(
    limit: TimeLimit,
    searches: Sequence[RunPhases],
    runs: Mapping[Run, TrialRun],
    enter: Callable[[str], object],
) -> Iterator[RunPhases]:
    """Search beyond the cases until the time is over; gives each run's phases when they went on.

    As many events are drawn as were asked for, then the cases of a higher strength are given, then
    further events are drawn, each round with another seed.
    """
    for rounds in count():
        is_at_an_end = True
        for phases in searches:
            if limit.is_over:
                return
            enter(f"other values of {phases.run[0]}, while there is time")
            before = phases.calls
            phases.search(rounds)
            yield phases
            if not limit.is_over:
                enter(f"more choices of {phases.run[0]} together, while there is time")
                phases.deepen(runs[phases.run], rounds)
                yield phases
            is_at_an_end = is_at_an_end and phases.calls == before
        if is_at_an_end:
            return


class RunPhases:
    """Phases 2 to 5 of one kind in one envelope; `examine` does the first and the last.

    `explain` does (2) and (3), then (2) for what (3) found; `compare_effects` does (4), and
    `give_batches` (5). They are called in this order: a check that one of them found is left out by
    the next.
    """

    def __init__(
        self,
        call: BaselineCache,
        run: TrialRun,
        trials: list[Trial],
        effort: Effort,
        limit: TimeLimit,
    ) -> None:
        self.trials = trials
        self.run = (run.kind, run.via)
        self.drawn = self.deeper = self.compared = self.future = 0
        self._explained: list[Finding] = []
        self._compared: list[Finding] = []
        self._call, self._effort, self._limit = call, effort, limit
        self._kind, self._via = run.kind, run.via
        self._late = sum(trial.is_late for trial in trials)
        self.prober = Prober(call, *self.run, effort.probe, late=self._late, time=limit)
        contract = call.world.contract(run.kind)
        self._diagnosis = Diagnosis(contract, run.via, trials, self.prober)
        self._weakest = effort.evidence or Evidence.INFERRED
        self._off = effort.switched_off
        self._is_unread = False

    @property
    def examined(self) -> Examined:
        """What they came to."""
        return Examined(
            trials=tuple(self.trials),
            others=tuple(self._diagnosis.trials[len(self.trials) :]),
            probes=self.prober.calls,
            drawn=self.drawn,
            compared=self.compared,
            future=self.future,
            findings=(*self._explained, *self._compared),
        )

    @property
    def calls(self) -> int:
        """How many calls the search beyond the cases took."""
        return self.drawn + self.deeper

    def explain(self) -> None:
        """Explain the faults of the cases, then search other values, and explain what they add.

        With a limit of time, they are searched when all else is done.
        """
        self._diagnosis.findings()
        if not (self._late or self._limit.is_set):
            self._explore(self._effort.seed)
        self._explained = explained(self._call, self._diagnosis)

    def search(self, rounds: int) -> None:
        """Search other values while there is time, after so many rounds."""
        if self._late:
            return
        before = len(self._diagnosis.trials)
        self._explore(self._effort.seed + rounds)
        if len(self._diagnosis.trials) > before:
            self._explained = explained(self._call, self._diagnosis)

    def deepen(self, run: TrialRun, rounds: int) -> None:
        """Give the cases of the next strength while there is time, after so many rounds."""
        strength = self._effort.strength + 1 + rounds
        if self._late or strength > max(STRENGTHS):
            return
        failing = False
        for case in cases_of(self._diagnosis.contract, strength, self._effort.evidence):
            is_of_world = self._call.world.admits(case.event)
            if self._limit.is_over or run.is_given_up:
                break
            if run.has_given(case) or not is_of_world:
                continue
            trial = run.give(case)
            if trial is not None:
                self.deeper += 1
                self._limit.deeper[strength] = self._limit.deeper.get(strength, 0) + 1
                self._diagnosis.trials.append(trial)
                failing = failing or trial.failed
        if failing:
            self._explained = explained(self._call, self._diagnosis)

    def _explore(self, seed: int) -> None:
        effort = self._effort
        self.drawn += explore(
            self._call,
            self._diagnosis,
            effort.examples,
            effort.evidence,
            seed=seed,
            limit=self._limit,
        )

    def compare_effects(self, kinds: Sequence[str]) -> None:
        """Check the metamorphic relations, if the subject changes anything in the world."""
        if not any(trial.outcome.effects.changing for trial in self.trials):
            return
        compared = check_relations(
            self._call,
            self._kind,
            self._via,
            self._off,
            self._weakest,
            kinds=kinds,
            trials=self.trials,
        )
        self._compared += told_once(self._diagnosis.contract, compared.findings)
        self.compared += compared.calls
        self._is_unread = compared.is_unread
        self._off = [*self._off, *(finding.check for finding in compared.findings)]

    def give_batches(self, kinds: Sequence[str], feed: Feed | None) -> None:
        """Give several events at a time."""
        if self._late or self._is_unread:
            return
        batches = check_batches(
            self._call,
            self._kind,
            self._via,
            self.trials,
            self._off,
            self._weakest,
            kinds=kinds,
            feed=feed,
        )
        self._compared += batches.findings
        self.compared += batches.calls

    def give_future(self, cases: Sequence[Case], *, has_rule: bool) -> None:
        """Give events as AWS may send them one day."""
        if self._late or FUTURE_EVENT in self._off:
            return
        own = [case for case in cases if case.kind == self._kind]
        future = check_future(self._call, own, self._via, has_rule=has_rule)
        self._compared += future.findings
        self.future += future.calls


def explained(call: BaselineCache, diagnosis: Diagnosis) -> list[Finding]:
    """The findings of a diagnosis with the ECR answers that they come through, then repetitions."""
    findings = diagnosis.findings()
    through = [_through(call, finding, diagnosis.trials) for finding in findings]
    return [*through, *_repeated_effects(findings, diagnosis.trials)]


def _through(call: BaselineCache, finding: Finding, trials: Sequence[Trial]) -> Finding:
    """The finding, with the ECR call through whose answer the event does harm.

    That it is the answer is found out by giving the event once more, with ECR answering as it does
    for the ordinary event: then it does no harm.
    """
    is_about_call = catalog.CHECKS[finding.check].ends or finding.check == "swallowed"
    if finding.example is None or not is_about_call:
        return finding
    outcome = _outcome_of_example(finding, trials)
    if outcome is None:
        return finding
    ecr_calls = []
    for effect in outcome.effects:
        if effect.origin is Origin.EVENT and effect.name not in QUEUE_OPERATIONS:
            ecr_calls.append(effect.name)
    if not ecr_calls:
        return finding
    baseline = call.baseline(finding.kind, finding.via)
    usual_payload = payload_of(call, [call.world.ordinary_case(finding.kind).event], finding.via)
    example = with_own_id(finding.example, f"{finding.case}/through")
    payload = payload_of(call, [example], finding.via)
    outcome = call(payload, ecr_payload=usual_payload)
    is_failed_record = batch_response.reports_failure(outcome.returned)
    if is_failed_record or outcome.status is not Status.RETURNED:
        return finding
    if swallowed(outcome, baseline) is None:
        return replace(finding, through=ecr_calls[-1])
    return finding


def _repeated_effects(findings: Sequence[Finding], trials: Sequence[Trial]) -> Iterator[Finding]:
    """What a subject did before it failed, and does again when the event is tried again.

    It is told once for each fault.
    """
    for _, alternatives in groupby(findings, key=lambda finding: finding.group):
        first = next(alternatives)
        is_left = first.check == catalog.LEFT_IN_QUEUE and first.exception is not None
        if not is_left and first.check not in (catalog.RAISES, catalog.GIVEN_BACK):
            continue
        outcome = _outcome_of_example(first, trials)
        effect = None if outcome is None else effect_before_failure(outcome)
        if effect is not None:
            yield follow_up(first, catalog.REPEATED, effect)


def _outcome_of_example(finding: Finding, trials: Sequence[Trial]) -> Outcome | None:
    """The outcome of the case that a finding shows as its example, if it was tried."""
    for trial in trials:
        if trial.case.id == finding.case:
            return trial.outcome
    return None
