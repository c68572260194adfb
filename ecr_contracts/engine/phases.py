"""The phases of a run: trials are explained, other values are tried, effects are compared.

For each kind and envelope: (1) every case is given, (2) each fault is explained by further calls,
(3) Hypothesis searches beyond the cases, (4) metamorphic relations between events are checked, and
(5) batches of events, and if that is asked for, events as AWS may send them one day. At the end,
and only if nothing else was found, (6) it is a finding that the subject does nothing with any
event.

Which of the findings count is decided here as well, by `findings_that_count` (the evidence that was
asked for, the levels of checks). Which events are given is not: `session` decides that, and calls
this. Every further event is of the same world (`eventbridge.rules.world`): one that the rules let
through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, groupby, product
from types import MappingProxyType

from ecr_contracts.core.findings import Evidence, Finding
from ecr_contracts.discovery.iac.cloudformation.feeds import Feed
from ecr_contracts.engine.causes import grouping
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.causes.same_fault import of_one_state, told_once
from ecr_contracts.engine.checks import batch_response, catalog
from ecr_contracts.engine.checks.catalog import FUTURE_EVENT
from ecr_contracts.engine.checks.finding import follow_up
from ecr_contracts.engine.checks.levels import OFF, with_levels
from ecr_contracts.engine.checks.outcome import effect_before_failure
from ecr_contracts.engine.explore import explore
from ecr_contracts.engine.refusals import NO_REFUSALS, OwnRefusals
from ecr_contracts.engine.relations.batches import check_batches
from ecr_contracts.engine.relations.future import check_future
from ecr_contracts.engine.relations.metamorphic import check_relations
from ecr_contracts.engine.relations.vacuity import check_vacuity
from ecr_contracts.engine.trial import (
    BaselineCache,
    Call,
    Prober,
    Trial,
    TrialRun,
    payload_of,
    swallowed,
    with_own_id,
)
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.runtime.effects import Origin
from ecr_contracts.runtime.entries.polled_queue import OPERATIONS as QUEUE_OPERATIONS
from ecr_contracts.runtime.outcome import Outcome, Status

Run = tuple[str, str]
"""A kind and an envelope."""

MOST_WITH_ALL_EXAMPLES = 4
"""How many kinds have as many events of other values as are asked for; more share those of these.

A rule with a source alone delivers a dozen: so that a check ends in time, they are given all cases,
and fewer events of other values.
"""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much an examination takes on itself.

    `strength`: the cases have each possible combination of so many choices. `examples`: events of
    other values that are drawn after the cases, for each kind and envelope (fewer, if there are
    many kinds). `probe`: further calls that may be made to tell the causes of each fault.
    `evidence`: the weakest that an event may rest on (None: any). `levels` say of single checks
    that they are errors, warnings, or off (`off: why`); with `strict`, all others are errors. With
    `future` events are given as AWS may send them one day.
    """

    strength: int = 2
    examples: int = 200
    probe: int = 100
    evidence: Evidence | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    future: bool = False

    @property
    def switched_off(self) -> list[str]:
        """The checks that are off."""
        return [check for check, level in self.levels.items() if level.partition(":")[0] == OFF]


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination came to.

    `trials` are those of the cases, `others` those that were made besides: `probes` counts calls
    that told causes, `drawn` those with events of other values, `compared` those whose effects were
    compared, `future` those with events of tomorrow.
    """

    trials: tuple[Trial, ...] = ()
    others: tuple[Trial, ...] = ()
    probes: int = 0
    drawn: int = 0
    compared: int = 0
    future: int = 0
    findings: tuple[Finding, ...] = ()
    is_interrupted: bool = False

    @property
    def all_trials(self) -> tuple[Trial, ...]:
        """The trials of the cases, and all others."""
        return (*self.trials, *self.others)

    def with_interrupted(self, run: TrialRun | None, call: BaselineCache) -> Examined:
        """The same with what the trials of a run show that was broken off, and no further call."""
        if run is None:
            return replace(self, is_interrupted=True)
        trials = list(run.trials)
        findings = Diagnosis(call.world.contract(run.kind), run.via, trials, None).findings()
        return replace(
            self,
            trials=(*self.trials, *trials),
            findings=(*self.findings, *findings),
            is_interrupted=True,
        )

    def __add__(self, other: Examined) -> Examined:
        """What two examinations of different runs came to together."""
        return Examined(
            trials=(*self.trials, *other.trials),
            others=(*self.others, *other.others),
            probes=self.probes + other.probes,
            drawn=self.drawn + other.drawn,
            compared=self.compared + other.compared,
            future=self.future + other.future,
            findings=(*self.findings, *other.findings),
            is_interrupted=self.is_interrupted or other.is_interrupted,
        )


def examine(
    call: Call | BaselineCache,
    cases: Sequence[Case],
    envelopes: Sequence[str],
    effort: Effort,
    *,
    watches: bool = True,
    feeds: Mapping[str, Feed] = MappingProxyType({}),
    runs: dict[Run, TrialRun] | None = None,
    done: dict[Run, Examined] | None = None,
    only: Run | None = None,
    future: Sequence[Case] = (),
    has_rule: bool = True,
    enter: Callable[[str], object] = str,
    keeps_interrupted: bool = False,
    refusals: OwnRefusals = NO_REFUSALS,
) -> Examined:
    """Give a subject some cases in each envelope, and find out what is wrong with it.

    Without `watches` nothing is traced or compared: relations, batches and vacuity are not looked
    for. `feeds` are the event source mappings at its end, by envelope. `runs` are the trials that
    were made before, by kind and envelope; they are not made again. `done` are the runs that were
    examined before, to which those are added that are examined now. With `only` nothing else is
    examined than this run, and nothing looked for that all runs show together. `future` are cases
    as AWS may send them one day; `has_rule` says whether it is known which rule delivers events.
    `enter` is told what is done next. With `keeps_interrupted`, Ctrl-C ends it with what was found
    so far. `refusals` are those of the subject's own code.
    """
    baselines = call if isinstance(call, BaselineCache) else BaselineCache(call)
    runs = {} if runs is None else runs
    done = {} if done is None else done
    kinds = list(dict.fromkeys(case.kind for case in cases))
    if len(kinds) > MOST_WITH_ALL_EXAMPLES:
        examples = effort.examples * MOST_WITH_ALL_EXAMPLES // len(kinds)
        effort = replace(effort, examples=examples)
    examined = Examined()
    run: TrialRun | None = None
    try:
        for envelope, kind in product(envelopes, kinds):
            if only not in (None, (kind, envelope)):
                continue
            if (kind, envelope) not in done:
                run = runs.setdefault((kind, envelope), TrialRun(baselines, kind, envelope))
                enter(f"giving the cases of {kind}")
                trials = _trials_of(run, cases)
                phases = _Phases(baselines, run, trials, effort)
                enter(f"other values of {kind}, and why what fails does")
                phases.explain()
                if watches:
                    enter(f"comparing what {kind} events bring about")
                    phases.compare_effects(kinds)
                    phases.give_batches(kinds, feeds.get(envelope))
                phases.give_future(future, has_rule=has_rule)
                done[kind, envelope] = phases.examined
            examined, run = examined + done[kind, envelope], None
    except KeyboardInterrupt:
        if not keeps_interrupted:
            raise
        examined = examined.with_interrupted(run, baselines)
    known = chain.from_iterable(one.findings for one in done.values())
    findings = of_one_state(examined.findings, known)
    if not findings and watches and only is None and not examined.is_interrupted:
        findings += check_vacuity(baselines, examined.trials)
    counted = findings_that_count(findings, examined.all_trials, effort, refusals)
    return replace(examined, findings=counted)


def _trials_of(run: TrialRun, cases: Sequence[Case]) -> list[Trial]:
    """The trials of those cases that are of the run's kind, but for those that it leaves out.

    All are given first; then AWS's sample is given again without its misprints.
    """
    tried = [case for case in cases if case.kind == run.kind and run.give(case) is not None]
    trials: list[Trial] = []
    for case in tried:
        trial = run.give_without_misprints(case)
        if trial is not None:
            trials.append(trial)
    return trials


class _Phases:
    """Phases 2 to 5 of one kind in one envelope; `examine` does the first and the last.

    `explain` does (2) and (3), then (2) for what (3) found; `compare_effects` does (4), and
    `give_batches` (5). They are called in this order: a check that one of them found is left out by
    the next.
    """

    def __init__(
        self, call: BaselineCache, run: TrialRun, trials: list[Trial], effort: Effort
    ) -> None:
        self.trials = trials
        self.findings: list[Finding] = []
        self.drawn = self.compared = self.future = 0
        self._call, self._effort = call, effort
        self._kind, self._via = run.kind, run.via
        self._late = sum(trial.is_late for trial in trials)
        self.prober = Prober(call, run.kind, run.via, effort.probe, late=self._late)
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
            findings=tuple(self.findings),
        )

    def explain(self) -> None:
        """Explain the faults of the cases, then search other values, and explain what they add."""
        diagnosis = self._diagnosis
        diagnosis.findings()
        if not self._late:
            effort = self._effort
            self.drawn = explore(self._call, diagnosis, effort.examples, effort.evidence)
        self.findings += explained(self._call, diagnosis)

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
        self.findings += told_once(self._diagnosis.contract, compared.findings)
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
        self.findings += batches.findings
        self.compared += batches.calls

    def give_future(self, cases: Sequence[Case], *, has_rule: bool) -> None:
        """Give events as AWS may send them one day."""
        if self._late or FUTURE_EVENT in self._off:
            return
        own = [case for case in cases if case.kind == self._kind]
        future = check_future(self._call, own, self._via, has_rule=has_rule)
        self.findings += future.findings
        self.future += future.calls


def explained(call: BaselineCache, diagnosis: Diagnosis) -> list[Finding]:
    """The findings of a diagnosis with the ECR answers that they come through, then repetitions."""
    findings = diagnosis.findings()
    through = [_through(call, finding, diagnosis.trials) for finding in findings]
    return [*through, *_repeated_effects(findings, diagnosis.trials)]


# --- which findings count -------------------------------------------------------------------------


def findings_that_count(
    findings: Sequence[Finding],
    trials: Sequence[Trial],
    effort: Effort,
    refusals: OwnRefusals = NO_REFUSALS,
) -> tuple[Finding, ...]:
    """The findings that count by the evidence and the levels of an effort, in reports' order."""
    findings = refusals.told(findings, trials)
    if effort.evidence is not None:
        findings = _resting_on(effort.evidence, findings, trials)
    return grouping.ordered(with_levels(findings, effort.levels, strict=effort.strict))


def _resting_on(
    evidence: Evidence, findings: Sequence[Finding], trials: Sequence[Trial]
) -> list[Finding]:
    """The findings that an event of this evidence or stronger shows.

    Other events only tell the causes. Findings of relations are kept: only events of this evidence
    were compared.
    """
    sure: set[tuple[str, str, str]] = set()
    for trial in trials:
        if trial.case.evidence >= evidence:
            sure.add((trial.case.kind, trial.via, trial.case.id))
    kept: list[Finding] = []
    for finding in findings:
        shown = {(finding.kind, finding.via, case_id) for case_id in finding.failed}
        if not sure.isdisjoint(shown) or catalog.is_relation(finding.check):
            kept.append(finding)
    return kept


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
