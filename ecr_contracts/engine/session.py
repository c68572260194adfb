"""One subject judged: Plan -> Run -> Report. No front end judges by any other way.

The command `check`, the pytest plugin and the assertion all build a `Session`, so that they give
the same verdict:

1. `Session.plan`: which events are given, and how they reach the subject. What nobody asked for,
   the subject's surroundings and source say (`Subject.inference`); what these leave open is found
   out by calls (`Session.settle`).
2. `Session.give`: one case of the plan is given, and its trial judged. A front end that shows every
   case by itself (pytest) calls this; the report then uses the same trial.
3. `Session.report`: the cases that were not given yet are given, faults are explained, and the
   findings that count make a `Verdict`. A front end that shows each kind by itself (pytest again)
   calls `Session.report_run` before; what was examined then is not examined again.

Which events are given is decided in the plan (`engine/plan`). Which findings count is decided by
`engine/phases` (rules, evidence, levels), which a session calls; here is added that a run of chosen
cases has only the findings about these.

A case has one trial, which everything uses; only chosen cases get another one, if it turns out that
other answers of the sandbox suit better (`_examine_anew`). Further calls with the same event are
made to find something out: whether AWS's sample fails without its misprints
(`trial.without_misprints`), whether an event fails each time (`Experiment.fails_again`), whether it
does harm through an answer of ECR, what is read of it, and what it does in a batch.

    with Session(Handler("src/app.py:handler"), Request(kinds=("scan",))) as session:
        verdict = session.report()
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from time import perf_counter
from types import MappingProxyType, TracebackType
from typing import Any, Self

from ecr_contracts.core.errors import (
    ConsumerError,
    SetupError,
)
from ecr_contracts.core.findings import Evidence, Finding, Severity
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.named_rules import named_rules
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine import preflight
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.causes.model import meets
from ecr_contracts.engine.checks.behaviour import behaviours
from ecr_contracts.engine.checks.catalog import CHECKS, REFUSES, VACUOUS
from ecr_contracts.engine.checks.levels import effective_severity, with_levels
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.checks.policy import severity_on
from ecr_contracts.engine.dead_comparisons import dead_comparison_findings
from ecr_contracts.engine.effort import Effort, Examined, Run
from ecr_contracts.engine.entrances.misgiven import failing_envelopes
from ecr_contracts.engine.lost_paths import lost_path_findings
from ecr_contracts.engine.phases import MOST_WITH_ALL_EXAMPLES, examine, findings_that_count
from ecr_contracts.engine.plan import USUAL, Plan, Request, planned
from ecr_contracts.engine.progress import OnProgress, Tracker, untold
from ecr_contracts.engine.reach import Reach, reach_of
from ecr_contracts.engine.refusals import OwnRefusals
from ecr_contracts.engine.relations.batches import check_batches
from ecr_contracts.engine.relations.dead import dead_findings
from ecr_contracts.engine.relations.unreached import unreached_findings
from ecr_contracts.engine.run_phases import explained
from ecr_contracts.engine.settling import (
    refuse_misgiven,
    with_entrances,
    with_kinds,
    with_unruled,
)
from ecr_contracts.engine.shielded import ShieldedFault, shielded_faults
from ecr_contracts.engine.subject import Baselines, InProcess, Running, Subject
from ecr_contracts.engine.subjects.handler import Handler
from ecr_contracts.engine.time_limit import TimeLimit
from ecr_contracts.engine.trial import (
    BaselineCache,
    Prober,
    Trial,
    TrialRun,
    run_trial,
)
from ecr_contracts.engine.unchecked import unchecked
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.generate.cases import Case, cases_of
from ecr_contracts.runtime.outcome import Outcome
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["Session", "check", "judge", "several"]


class Session:
    """One subject under judgement. It starts when it is first called, and ends with the block."""

    def __init__(
        self,
        subject: Subject,
        request: Request = Request(),  # noqa: B008 - it is frozen
        *,
        on_progress: OnProgress = untold,
    ) -> None:
        self.subject, self.request = subject, request
        self._tracker = Tracker(on_progress)
        self._limit = TimeLimit(None if request.is_chosen else request.effort.max_time)
        self.plan = planned(subject, request)
        self._trials: dict[Run, TrialRun] = {}
        self._examined: dict[Run, Examined] = {}
        self._exit = ExitStack()
        self._is_settled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the subject, if it was started."""
        self._exit.close()

    # --- before the first case ------------------------------------------------------------------

    def settle(self, *, takes_any: bool = False) -> Plan:
        """Find out by calls what the plan leaves open, and give the ordinary events.

        With `takes_any`, a subject is taken as it is that is given something else than it takes.
        Raises ConsumerError for a subject that cannot be loaded, SetupError for one that fails by
        what the sandbox answers or does not let happen.
        """
        if self._is_settled:
            return self.plan
        if self.plan.envelopes_are_open and self.plan.cases:
            self.plan = with_entrances(self.plan, self._running, is_watched=self.subject.is_watched)
        if not self.plan.is_chosen:
            rehearsed = self._rehearse()
            if self.plan.kinds_are_open:
                self.plan = with_kinds(self.plan, self._running, rehearsed or self._ordinary())
            if rehearsed and not takes_any:
                self._refuse_if_misgiven(self.plan.envelopes)
                self.plan = with_unruled(self.plan, self._running)
        self._is_settled = True
        return self.plan

    def _rehearse(self) -> Baselines:
        plan = self.plan
        baselines = self._running.rehearse(plan.runs, plan.carry, plan.world)
        self._call.learn(baselines)
        return baselines

    def _ordinary(self) -> Baselines:
        """What it does with the ordinary events, where it needs no rehearsal."""
        plan = self.plan
        baselines = preflight.baselines(self._running, plan.runs, plan.carry, plan.world)
        self._call.learn(baselines)
        return baselines

    def _refuse_if_misgiven(self, envelopes: Sequence[str]) -> None:
        plan = replace(self.plan, envelopes=tuple(envelopes))
        refuse_misgiven(self.subject.name, plan, self._running, self._call)

    # --- case by case ---------------------------------------------------------------------------

    def give(self, case: Case, envelope: str) -> Trial | None:
        """The trial of one case: given now, unless it was before. None if the subject was given up.

        Raises what `settle` raises, and SetupError for an outcome that says nothing about it.
        """
        self.settle()
        run = self._trials.setdefault(
            (case.kind, envelope), TrialRun(self._call, case.kind, envelope)
        )
        trial = run.give_without_misprints(case)
        if trial is not None:
            self._running.refuse([trial.outcome])
        return trial

    def outcome(self, events: Sequence[Mapping[str, Any]], envelope: str) -> Outcome:
        """What the subject does with some events in an envelope, without a judgement.

        Raises what `give` raises.
        """
        self.settle()
        outcome = self._running.call(self.plan.carry(events, envelope))
        self._running.refuse([outcome])
        return outcome

    def forget(self) -> None:
        """Bring the subject back to the state before its first event, as far as possible."""
        self._running.forget()

    def batch_findings(self, case_ids: Collection[str], envelope: str) -> Iterator[Finding]:
        """What goes wrong with some cases of the plan where several come in one envelope."""
        plan = self.plan
        for kind in plan.kinds:
            trials: list[Trial] = []
            for one in plan.cases:
                if one.kind == kind and one.id in case_ids:
                    trials.append(run_trial(self._call, one, envelope))
            result = check_batches(self._call, kind, envelope, trials, kinds=plan.kinds)
            yield from result.findings

    def errors_of(self, trial: Trial) -> list[Symptom]:
        """The symptoms of a trial that count as errors.

        What goes wrong with an event that nobody has seen does, if the same went wrong with one
        that is better known.
        """
        trials = [trial]
        run = self._trials.get((trial.case.kind, trial.via))
        if run is not None:
            trials += run.trials
        errors: list[Symptom] = []
        for symptom in trial.symptoms:
            evidence = max(other.case.evidence for other in trials if symptom in other.symptoms)
            if self._is_error(symptom, evidence):
                errors.append(symptom)
        return errors

    def errors_on(self, trial: Trial, evidence: Evidence) -> list[Symptom]:
        """The symptoms of a trial that count as errors if its event is known so well."""
        return [symptom for symptom in trial.symptoms if self._is_error(symptom, evidence)]

    def _is_error(self, symptom: Symptom, evidence: Evidence) -> bool:
        effort = self.plan.effort
        check, severity = symptom.check, symptom.severity
        if self._refusals.is_symptom(symptom):
            check, severity = REFUSES, CHECKS[REFUSES].severity
        severity = severity_on(evidence, severity)
        counting = effective_severity(check, severity, effort.levels, strict=effort.strict)
        return counting is Severity.ERROR

    @property
    def is_given_up(self) -> bool:
        """Whether the subject did not answer so often that some cases are not given any more."""
        return any(run.is_given_up for run in self._trials.values())

    # --- the whole ------------------------------------------------------------------------------

    def report(self, *, keeps_interrupted: bool = False) -> Verdict:
        """Give the subject all that is planned, explain what goes wrong, and say what counts.

        With `keeps_interrupted`, Ctrl-C ends it with what the cases show that were given by then.
        Raises what `settle` raises.
        """
        began = perf_counter()
        self._tracker.enter("giving the ordinary events")
        self.settle()
        self._tracker.expected = _expected_calls(self.plan)
        examined = self._examine(keeps_interrupted=keeps_interrupted)
        if examined.is_interrupted:
            return self._verdict(examined, (), perf_counter() - began)
        if self.plan.is_chosen and self._running.has_made_up(
            trial.outcome for trial in examined.trials
        ):
            examined = self._examine_anew(examined)
        self._running.refuse(trial.outcome for trial in examined.all_trials)
        self._refuse_if_untried(examined)
        self._refuse_if_unchecked(examined)
        shielded = self._shielded(examined.findings)
        return self._verdict(examined, shielded, perf_counter() - began)

    def report_run(self, run: Run, *, keeps_interrupted: bool = False) -> Verdict:
        """Give the subject what is planned of one kind in one envelope, and say what counts of it.

        What all runs show together (that nothing ever happens, that no event reaches an effect)
        only `report` says, which does not examine this run again. `run` is one of the plan as
        `settle` leaves it. With `keeps_interrupted`, Ctrl-C ends it as it does there.
        Raises what `settle` raises.
        """
        began = perf_counter()
        self.settle()
        examined = self._examine(only=run, keeps_interrupted=keeps_interrupted)
        self._running.refuse(trial.outcome for trial in examined.all_trials)
        return self._verdict(examined, (), perf_counter() - began, run=run)

    def _refuse_if_untried(self, examined: Examined) -> None:
        """Raise SetupError where nothing was found, and no time for each choice by itself."""
        if examined.findings or not self._limit.is_over:
            return
        plan = self.plan
        tried = {(trial.case.id, trial.via) for trial in examined.trials}
        for kind, envelope in plan.runs:
            for one in cases_of(plan.world.contract(kind), 1, plan.effort.evidence):
                is_planned = plan.world.admits(one.event)
                if is_planned and (one.id, envelope) not in tried and not self.is_given_up:
                    raise self._too_soon(len(examined.trials))

    def _too_soon(self, given: int) -> SetupError:
        planned = len(self.plan.cases) * len(self.plan.envelopes)
        problem = (
            f"after {self._limit.seconds:g} s it was given {given} of {planned} events, and "
            "none fails: that is too few to say anything"
        )
        advice = "give it more time: --max-time, or fewer kinds of events: --kind"
        return SetupError(self.subject.name, problem, "", advice)

    def _refuse_if_unchecked(self, examined: Examined) -> None:
        """Raise SetupError where every event stops at an answer of ours, and nothing was found.

        And where every event of an envelope fails at the first look, as far as that is not known.
        """
        if self.plan.is_chosen or isinstance(self._running, InProcess):
            self._refuse_if_misgiven(failing_envelopes(examined.trials))
        if examined.findings or not examined.trials:
            return
        if all(trial.stop is not None for trial in examined.trials):
            first = examined.trials[0]
            assert first.stop is not None
            payload = self.plan.carry([first.case.event], first.via)
            raise self._running.setup_error(first.stop, first.outcome, payload)

    def _advice(self, trial: Trial) -> str:
        """How the event of a trial gets beyond the answer that it stopped at."""
        assert trial.stop is not None
        payload = self.plan.carry([trial.case.event], trial.via)
        return self._running.advice(trial.stop, trial.outcome, payload)

    def _shielded(self, findings: Iterable[Finding]) -> tuple[ShieldedFault, ...]:
        """The faults that only events show which the rules keep away."""
        plan = self.plan
        if plan.world.is_whole or plan.is_chosen or self.is_given_up:
            return ()
        return shielded_faults(self._call, plan.world, plan.runs, findings)

    def _examine(self, *, only: Run | None = None, keeps_interrupted: bool = False) -> Examined:
        plan = self.plan
        return examine(
            self._call,
            plan.cases,
            plan.envelopes,
            plan.effort,
            watches=self.subject.is_watched and not plan.is_chosen,
            feeds=plan.inference.feeds,
            runs=self._trials,
            done=self._examined,
            only=only,
            future=plan.future,
            has_rule=not plan.world.is_whole or plan.is_chosen,
            enter=self._tracker.enter,
            keeps_interrupted=keeps_interrupted,
            refusals=self._refusals,
            limit=self._limit,
        )

    def _examine_anew(self, examined: Examined) -> Examined:
        """Chosen cases once more, if the ordinary events show that other answers suit better."""
        before = self._running.settings
        self._rehearse()
        if self._running.settings == before:
            return examined
        self._trials.clear()
        self._examined.clear()
        del self._call  # with what it remembers
        return self._examine()

    def explain(self, trials: Iterable[Trial]) -> tuple[Finding, ...]:
        """The findings of trials that were made elsewhere, with further calls where these can be.

        For a front end whose cases ran in other processes, or of which only some ran.
        """
        runs: dict[Run, list[Trial]] = {}
        for trial in trials:
            runs.setdefault((trial.case.kind, trial.via), []).append(trial)
        made: list[Trial] = []
        findings: list[Finding] = []
        try:
            self.settle()
        except (ConsumerError, SetupError):  # it could be started once, but not again
            can_probe = False
        else:
            can_probe = True
        for (kind, envelope), run in runs.items():
            late = sum(trial.is_late for trial in run)
            limit = self.plan.effort.probe if can_probe else 0
            prober = Prober(self._call, kind, envelope, limit, late=late) if can_probe else None
            contract = self.plan.world.contract(kind)
            diagnosis = Diagnosis(contract, envelope, run, prober)
            findings += explained(self._call, diagnosis) if can_probe else diagnosis.findings()
            made += diagnosis.trials
        counted_findings = findings_that_count(findings, made, self.plan.effort, self._refusals)
        return tuple(map(self._with_rule, counted_findings))

    # --- parts ----------------------------------------------------------------------------------

    @cached_property
    def _refusals(self) -> OwnRefusals:
        return OwnRefusals(self.subject.modules, self._give_ordinary)

    def _give_ordinary(self) -> list[Outcome]:
        """What the subject does with the ordinary events; nothing where it cannot be started."""
        try:
            self.settle()
        except (ConsumerError, SetupError):
            return []
        return [self._call.baseline(kind, envelope) for kind, envelope in self.plan.runs]

    @cached_property
    def _running(self) -> Running:
        world = self.plan.world
        events = [world.ordinary_case(kind).event for kind in self.plan.kinds]
        return self._exit.enter_context(self.subject.start(events))

    @cached_property
    def _call(self) -> BaselineCache:
        call = self._tracker.counting(self._running.call)
        return BaselineCache(call, carry=self.plan.carry, world=self.plan.world)

    def _lost_paths(self) -> tuple[Finding, ...]:
        """The findings about paths of its transformer that lead nowhere behind its rule."""
        plan = self.plan
        lost = lost_path_findings(plan.transformer, plan.world, plan.envelopes[0])
        return tuple(with_levels(list(lost), plan.effort.levels, strict=plan.effort.strict))

    def _reach(self, examined: Examined) -> Reach:
        """How far the events got that were given one by one."""
        trials = examined.all_trials
        modules = self.subject.modules()
        entered = self._call.entered
        is_quiet = not any(trial.failed or trial.outcome.effects.changing for trial in trials)
        is_open = self.subject.is_watched and not self.plan.is_chosen
        if modules and is_quiet and is_open and not entered.knows_any(modules):
            # Late: handlers, which are loaded in a process of their own, need none of it.
            from ecr_contracts.engine.traced_reach import traced_blocks

            entered = traced_blocks(self._call, examined.trials, modules)
        if any(trial.outcome.effects.changing for trial in examined.trials):
            trials = examined.trials  # the others are no events that the report counts
        return reach_of([trial.outcome for trial in trials], modules, entered)

    def _dead_comparisons(self) -> tuple[Finding, ...]:
        """The findings about comparisons that no event meets; none of events that are shaped."""
        plan = self.plan
        target = plan.inference.source if plan.transformer is None else None
        dead = dead_comparison_findings(target, plan.world, plan.kinds, plan.envelopes[0])
        return tuple(with_levels(list(dead), plan.effort.levels, strict=plan.effort.strict))

    def _with_rule(self, finding: Finding) -> Finding:
        """A finding with the rule that lets its events through."""
        world = self.plan.world
        if world.is_whole or finding.kind in world.whole:
            return finding
        asks = any(world.asks_for(one.path) for one in finding.cause)
        return replace(finding, rule=world.rules[0].name, rule_asks=asks)

    def _findings(self, examined: Examined, run: Run | None) -> tuple[Finding, ...]:
        """The findings of what was examined, with what needs no call; of a run its own alone."""
        static = [*self._lost_paths(), *self._dead_comparisons()]
        if run is not None:
            static = [finding for finding in static if (finding.kind, finding.via) == run]
        findings = (*_unless_told(examined.findings, static), *static)
        if self.plan.is_chosen:
            future = {case.id for case in self.plan.future}
            findings = tuple(
                finding
                for finding in findings
                if finding.case in future or _concerns(finding, examined.trials)
            )
        return tuple(map(self._with_rule, findings))

    def _findings_of_all(
        self, examined: Examined, reach: Reach, findings: tuple[Finding, ...]
    ) -> tuple[Finding, ...]:
        """The findings, with those that all runs show together."""
        effort = self.plan.effort
        dead = dead_findings(self._call, reach, examined.trials, findings)
        findings += tuple(with_levels(dead, effort.levels, strict=effort.strict))
        unreached = unreached_findings(reach, examined.trials, findings)
        return findings + tuple(with_levels(unreached, effort.levels, strict=effort.strict))

    def _verdict(
        self,
        examined: Examined,
        shielded: tuple[ShieldedFault, ...],
        seconds: float,
        run: Run | None = None,
    ) -> Verdict:
        """The verdict on what was examined: on all of the plan, or on one run of it."""
        plan = self.plan
        kinds, envelopes = plan.kinds, plan.envelopes
        if run is not None:
            kinds, envelopes = (run[0],), (run[1],)
        planned = sum(case.kind in kinds for case in plan.cases) * len(envelopes)
        findings = self._findings(examined, run)
        reach = self._reach(examined)
        if run is None and not plan.is_chosen and not examined.is_interrupted:
            findings = self._findings_of_all(examined, reach, findings)
        stopped = tuple(unchecked(examined.trials, self._advice))
        return Verdict(
            consumer=self.subject.name,
            kinds=kinds,
            via=envelopes,
            why=plan.kinds_reason,
            via_why=plan.envelope_reason,
            inferred=plan.kinds_are_inferred,
            via_inferred=plan.envelopes_are_inferred,
            strength=0 if plan.is_chosen else plan.effort.strength,
            evidence=plan.effort.evidence,
            trials=examined.trials,
            others=examined.others,
            probes=examined.probes,
            drawn=examined.drawn,
            planned=planned,
            findings=findings,
            unwanted=examined.unwanted,
            seconds=seconds,
            timeout=self.subject.timeout,
            examples=plan.effort.examples,
            compared=examined.compared,
            future=examined.future,
            named=self.subject.arguments,
            shaped=plan.shaped_by,
            notes=(
                *_interruption(examined, planned),
                *self._limit.told(
                    given=len(examined.trials),
                    planned=planned,
                    strength=plan.effort.strength,
                    drawn=examined.drawn,
                    asked=_events_to_draw(plan),
                ),
                *plan.notes,
                *self.subject.notes(),
                *(one.note for one in stopped),
            ),
            is_interrupted=examined.is_interrupted,
            is_stopped=self._limit.is_over,
            seed=plan.effort.seed,
            unchecked=stopped,
            world=plan.world,
            shielded=shielded,
            reach=reach,
            containment=self._running.containment,
        )


# --- in one call ----------------------------------------------------------------------------------


def judge(
    subject: Subject,
    request: Request = Request(),  # noqa: B008 - it is frozen
    *,
    on_progress: OnProgress = untold,
    keeps_interrupted: bool = False,
) -> Verdict:
    """The verdict on a subject. Raises what `Session.report` raises."""
    with Session(subject, request, on_progress=on_progress) as session:
        return session.report(keeps_interrupted=keeps_interrupted)


def check(
    consumer: str,
    *,
    kinds: Sequence[str] = (),
    via: Sequence[str] = (),
    case_ids: Sequence[str | Case] = (),
    evidence: Evidence | None = None,
    timeout: float | None = None,
    strength: int = USUAL.strength,
    examples: int = USUAL.examples,
    probe: int = USUAL.probe,
    first: Sequence[tuple[Case, str]] = (),
    settings: Settings = Settings(),  # noqa: B008 - it is frozen
    levels: Mapping[str, str] = MappingProxyType({}),
    strict: bool = False,
    transformer: Transformer | None = None,
    rule: str | Sequence[str] = (),
    unshielded: bool = False,
    future: bool = False,
    seed: int = 0,
    max_time: float | None = None,
) -> Verdict:
    """Give a handler every case of its kinds, in a worker process, and explain what goes wrong.

    `consumer` is its name, as in 'src/app.py:handler'. Without kinds or envelopes (`via`), the
    rules beside it and its source say which. `case_ids` are the only cases to be judged (a case
    that its id alone does not give as itself). `strength`, `examples`, `probe`, `evidence`,
    `levels`, `strict`, `future`, `seed` and `max_time` are those of `Effort`. `first` are cases,
    with their envelopes, that come before the others. It runs in a sandbox, with no network and no
    AWS, that `settings` are for.
    `transformer` is how a rule has its events shaped, unless the rule beside the handler says it;
    events that are not delivered then are not given. `rule` names the rules that deliver its
    events, as in "template.yaml:Rule", where those found are not the right ones; with `unshielded`
    it is given what its rules keep away as well.

    Raises UnknownNameError, ImpossibleCaseError, StrengthError, TemplateError for what names no
    rule, ConsumerError for a handler that cannot be loaded, or SetupError for one that cannot be
    judged, since it fails by what the sandbox answers or does not let happen, or its rules let no
    event through.
    """
    if not isinstance(consumer, str):
        raise ConsumerError(
            repr(consumer),
            "it is not the name of a handler",
            "name it, as in 'src/app.py:handler': it is loaded afresh",
        )
    target = Target.parse(consumer)
    rules = named_rules(several(rule), target)
    subject = Handler(
        target, timeout=timeout, settings=settings, transformer=transformer, rules=rules
    )
    request = Request(
        kinds=several(kinds),
        envelopes=several(via),
        cases=several(case_ids),
        remembered=tuple(first),
        effort=Effort(strength, examples, probe, evidence, levels, strict, future, seed, max_time),
        unshielded=unshielded,
    )
    return judge(subject, request)


def several(names: Any) -> tuple[Any, ...]:
    """What may be one name or several, as several."""
    return (names,) if isinstance(names, str) else tuple(names)


# --- how far it is --------------------------------------------------------------------------------


def _expected_calls(plan: Plan) -> int:
    """About how many calls a plan takes: its cases, and the events of other values."""
    return len(plan.cases) * len(plan.envelopes) + _events_to_draw(plan)


def _events_to_draw(plan: Plan) -> int:
    """How many events of other values a plan asks for."""
    kinds = min(len(plan.kinds), MOST_WITH_ALL_EXAMPLES)
    return kinds * plan.effort.examples * len(plan.envelopes)


def _interruption(examined: Examined, planned: int) -> Iterator[str]:
    """How much of what was planned was done when somebody interrupted it."""
    if examined.is_interrupted:
        yield (
            f"interrupted: {len(examined.trials)} of {planned} cases were given, and what is found "
            "is what these show"
        )


# --- what another finding says --------------------------------------------------------------------


def _unless_told(findings: Iterable[Finding], static: Iterable[Finding]) -> Iterator[Finding]:
    """Findings, without that nothing is done where a comparison that no event meets says why."""
    is_told = any(finding.severity is Severity.ERROR for finding in static)
    for finding in findings:
        if not (is_told and finding.check == VACUOUS):
            yield finding


# --- what is about chosen cases -------------------------------------------------------------------


def _concerns(finding: Finding, trials: Iterable[Trial]) -> bool:
    """Whether a finding is about one of these trials."""
    for trial in trials:
        is_alike = (trial.case.kind, trial.via) == (finding.kind, finding.via)
        if is_alike and (trial.case.id in finding.failed or _is_valued_example(trial, finding)):
            return True
    return False


def _is_valued_example(trial: Trial, finding: Finding) -> bool:
    """Whether a trial of other values, which a finding does not count, shows the same."""
    if not trial.case.is_valued or not meets(finding.cause, trial.case.labels):
        return False
    shown = {(one.check, one.exception, one.location) for one in trial.symptoms}
    return not shown.isdisjoint(behaviours(finding))
