"""One subject judged: Plan -> Run -> Report. No front end judges by any other way.

The command `check`, the pytest plugin and the assertion all build a `Session`, so that they give
the same verdict:

1. `Session.plan`: which events are given, and how they reach the subject. What nobody asked for,
   the subject's surroundings and source say (`Subject.inference`); what these leave open is found
   out by calls (`Session.settle`).
2. `Session.give`: one case of the plan is given, and its trial judged. A front end that shows every
   case by itself (pytest) calls this; the report then uses the same trial.
3. `Session.report`: the cases that were not given yet are given, faults are explained, and the
   findings that count make a `Verdict`.

Which events are given is decided here, in the plan. Which findings count is decided by
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

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType, TracebackType
from typing import Any, Self

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import (
    ConsumerError,
    ImpossibleCaseError,
    SetupError,
    UnknownNameError,
)
from ecr_contracts.core.findings import Cause, Evidence, Finding, RuleChoice, Severity
from ecr_contracts.core.text import counted, listed, some_of
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.named_rules import named_rules
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine import preflight
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.causes.model import covers
from ecr_contracts.engine.checks.catalog import VACUOUS
from ecr_contracts.engine.checks.levels import OFF, effective_severity, with_levels
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.checks.policy import severity_on
from ecr_contracts.engine.lost_paths import lost_path_findings
from ecr_contracts.engine.phases import (
    Effort,
    Examined,
    Run,
    examine,
    explained,
    findings_that_count,
)
from ecr_contracts.engine.relations.batches import check_batches
from ecr_contracts.engine.shielded import ShieldedFault, shielded_faults
from ecr_contracts.engine.subject import Baselines, Inference, Running, Subject
from ecr_contracts.engine.subjects.handler import TIMEOUT, Handler
from ecr_contracts.engine.trial import (
    BaselineCache,
    Carry,
    Prober,
    Trial,
    TrialRun,
    run_trial,
)
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.rules.transformer import carrying
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World
from ecr_contracts.events.generate.cases import Case, case, case_of, cases_of, future_cases
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.events.model import Choice, Contract
from ecr_contracts.events.shapes import Absent, Exactly, Items, Object
from ecr_contracts.runtime.outcome import Outcome
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = [
    "TIMEOUT",
    "USUAL",
    "Plan",
    "Request",
    "Session",
    "Verdict",
    "case_in",
    "check",
    "judge",
    "planned",
    "several",
]

_WITHOUT_SHAPE = "say in which envelope it gets them: --via; nothing was checked"
_WITHOUT_RULES = (
    "mend the rule (`ecr-contracts rules` says how), or judge without it: --unshielded "
    "(unshielded = true)"
)
_OTHER_EVENTS = (
    "nothing is wrong with the rule for that; judge on other events: --kind, or without the rule: "
    "--unshielded"
)

_MOST_UNTRIED = 4  # kinds that are named

USUAL = Effort()
"""What a check takes on itself, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks of a session. Whatever is left empty, the subject says itself.

    `cases` are the only ones to be judged, an id standing for the case that the subject's rules let
    through. `remembered` are cases, with their envelopes, that
    failed before and come first; with `only_remembered` nothing else is given. `effort` is how much
    is done, and what counts. `confined_to` are the only kinds of the plan that are given (none: all
    of them). With `unshielded` its rules keep no event away.
    """

    kinds: tuple[str, ...] = ()
    envelopes: tuple[str, ...] = ()
    cases: tuple[Case | str, ...] = ()
    remembered: tuple[tuple[Case, str], ...] = ()
    effort: Effort = USUAL
    confined_to: tuple[str, ...] = ()
    unshielded: bool = False
    only_remembered: bool = False

    @property
    def is_chosen(self) -> bool:
        """Whether the cases are asked for one by one."""
        return bool(self.cases) or self.only_remembered


@dataclass(frozen=True, slots=True)
class Plan:
    """Which events a subject is given, and how they reach it.

    `cases` are given in each of the `envelopes`, in this order; all are of the `world` that its
    rules let through. The reasons say what decided on kinds and envelopes; they are empty where
    somebody asked for these, or nothing could say it. `future` are cases as AWS may send them one
    day, where these were asked for. `others` are further envelopes that the subject may be fed
    through, with their reasons: the first in which the ordinary event passes is used. With
    `kinds_are_open` its kinds are not known, so calls find out which it accepts. `is_chosen` says
    that the cases were asked for one by one, `is_unshielded` that it has rules, which were to keep
    nothing away.
    """

    cases: tuple[Case, ...]
    envelopes: tuple[str, ...]
    effort: Effort
    inference: Inference
    world: World
    transformer: Transformer | None
    kinds_reason: str = ""
    envelope_reason: str = ""
    others: Mapping[str, str] = field(default_factory=dict)
    kinds_are_open: bool = False
    kinds_are_inferred: bool = False
    envelopes_are_inferred: bool = False
    is_chosen: bool = False
    is_unshielded: bool = False
    future: tuple[Case, ...] = ()

    @property
    def shaped_by(self) -> str:
        """What shapes the events before they reach the subject, as reports say it; else nothing."""
        return self.inference.shaped_by or str(self.transformer or "")

    @property
    def carry(self) -> Carry:
        """How a payload is made of some events in an envelope."""
        if self.inference.carry is not None:
            return self.inference.carry
        if self.transformer is not None:
            return carrying(self.transformer.shaping)
        return registry.carry

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its cases, in their order."""
        return tuple(dict.fromkeys(case.kind for case in self.cases))

    @property
    def runs(self) -> list[Run]:
        """Each kind in each envelope."""
        return [(kind, envelope) for envelope in self.envelopes for kind in self.kinds]

    @property
    def is_settled(self) -> bool:
        """Whether nothing has to be found out by calls before the first case is given."""
        return not (self.others or self.kinds_are_open)

    @property
    def notes(self) -> Iterator[str]:
        """What its rules let through and is not tried, or not as it will be, and why."""
        if self.is_unshielded:
            yield "judged without its rule, as asked: events that it keeps away were given too"
        untried = [events.title for events in self.world.untried]
        untried += self.world.other_senders
        if untried and not self.is_chosen:
            yield (
                f"not tried, though its rule lets it through: {some_of(untried, _MOST_UNTRIED)} "
                "(there is no contract of it here)"
            )
        unresolved = dict.fromkeys(self.inference.unresolved)
        if unresolved and not self.world.is_whole:
            yield (
                f"any value was tried of {listed(list(unresolved), 'and')}: what its rule wants "
                "there is not known before it is deployed"
            )
        if not self.is_chosen:
            yield from self.inference.undelivered
        if self.world.left_out:
            number = counted(self.world.left_out, "alternative")
            yield f"not tried: {number} of its rule, which has too many"
        for kind in self.kinds:
            if kind in self.world.whole:
                yield f"its rule lets no such {kind} event through: it was asked for"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a session came to.

    `why` and `via_why` say what decided on the kinds and the envelope (empty when the caller did,
    or nothing could); `inferred` and `via_inferred` say whether they were left to it. `planned`
    counts the calls that were to be made: more than `trials` holds when the subject did not answer.
    `strength` is that of the cases (0 where they were chosen). `others` are further trials, made to
    tell causes or drawn by Hypothesis; `probes` and `drawn` count the calls, `compared` those that
    were made to compare effects, `future` those with events of tomorrow, and `examples` is how many
    were to be drawn. `options` are the
    words of a command line, beside the subject, that the check has to be repeated with; `named` are
    those that name the subject, where its name alone does not. `shaped` says what shapes the events
    before they reach it, and `notes` what was not checked, and why. `world` are the events that
    reach it; `shielded` are faults that only events show which its rules keep away.
    """

    consumer: str
    kinds: tuple[str, ...]
    via: tuple[str, ...]
    why: str
    via_why: str
    inferred: bool
    via_inferred: bool
    strength: int
    evidence: Evidence | None
    trials: tuple[Trial, ...]
    others: tuple[Trial, ...]
    probes: int
    drawn: int
    planned: int
    findings: tuple[Finding, ...]
    seconds: float
    timeout: float = TIMEOUT
    examples: int = USUAL.examples
    compared: int = 0
    future: int = 0
    options: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    shaped: str = ""
    notes: tuple[str, ...] = ()
    world: World = WHOLE_WORLD
    shielded: tuple[ShieldedFault, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether there is a finding that is more than advice."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def errors(self) -> list[Finding]:
        """The findings that are more than advice."""
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]


class Session:
    """One subject under judgement. It starts when it is first called, and ends with the block."""

    def __init__(self, subject: Subject, request: Request = Request()) -> None:
        self.subject, self.request = subject, request
        self.plan = planned(subject, request)
        self._trials: dict[Run, TrialRun] = {}
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

    def settle(self) -> Plan:
        """Find out by calls what the plan leaves open, and give the ordinary events.

        Raises ConsumerError for a subject that cannot be loaded, SetupError for one that fails by
        what the sandbox answers or does not let happen.
        """
        if self._is_settled:
            return self.plan
        if self.plan.others and self.plan.cases:
            self._settle_envelope()
        if not self.plan.is_chosen:
            self._settle_kinds(self._rehearse())
        self._is_settled = True
        return self.plan

    def _settle_envelope(self) -> None:
        plan = self.plan
        reasons = {plan.envelopes[0]: plan.envelope_reason, **plan.others}
        fitting = preflight.fitting_envelope(
            self._running, plan.kinds[0], [*reasons], plan.carry, plan.world
        )
        self.plan = replace(plan, envelopes=(fitting,), envelope_reason=reasons[fitting], others={})

    def _rehearse(self) -> Baselines:
        plan = self.plan
        baselines = self._running.rehearse(plan.runs, plan.carry, plan.world)
        self._call.learn(baselines)
        return baselines

    def _settle_kinds(self, baselines: Baselines) -> None:
        plan = self.plan
        if not plan.kinds_are_open:
            return
        if not baselines:
            baselines = preflight.baselines(self._running, plan.runs, plan.carry, plan.world)
            self._call.learn(baselines)
        passing = preflight.passing_kinds(self._running, baselines, plan.carry, plan.world)
        self.plan = replace(plan, kinds_are_open=False)
        if passing:
            self.plan = replace(
                self.plan,
                cases=tuple(case for case in plan.cases if case.kind in passing),
                kinds_reason="it lets no other of AWS's samples through",
            )

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
        severity = severity_on(evidence, symptom.severity)
        counting = effective_severity(symptom.check, severity, effort.levels, strict=effort.strict)
        return counting is Severity.ERROR

    @property
    def is_given_up(self) -> bool:
        """Whether the subject did not answer so often that some cases are not given any more."""
        return any(run.is_given_up for run in self._trials.values())

    # --- the whole ------------------------------------------------------------------------------

    def report(self) -> Verdict:
        """Give the subject all that is planned, explain what goes wrong, and say what counts.

        Raises what `settle` raises.
        """
        began = time.perf_counter()
        self.settle()
        examined = self._examine()
        if self.plan.is_chosen and self._running.has_made_up(
            trial.outcome for trial in examined.trials
        ):
            examined = self._examine_anew(examined)
        self._running.refuse(trial.outcome for trial in examined.all_trials)
        shielded = self._shielded(examined.findings)
        return self._verdict(examined, shielded, time.perf_counter() - began)

    def _shielded(self, findings: Iterable[Finding]) -> tuple[ShieldedFault, ...]:
        """The faults that only events show which the rules keep away."""
        plan = self.plan
        if plan.world.is_whole or plan.is_chosen or self.is_given_up:
            return ()
        return shielded_faults(self._call, plan.world, plan.runs, findings)

    def _examine(self) -> Examined:
        plan = self.plan
        return examine(
            self._call,
            plan.cases,
            plan.envelopes,
            plan.effort,
            watches=self.subject.is_watched and not plan.is_chosen,
            feeds=plan.inference.feeds,
            runs=self._trials,
            future=plan.future,
            has_rule=not plan.world.is_whole or plan.is_chosen,
        )

    def _examine_anew(self, examined: Examined) -> Examined:
        """Chosen cases once more, if the ordinary events show that other answers suit better."""
        before = self._running.settings
        self._rehearse()
        if self._running.settings == before:
            return examined
        self._trials.clear()
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
        counted_findings = findings_that_count(findings, made, self.plan.effort)
        return tuple(map(self._with_rule, counted_findings))

    # --- parts ----------------------------------------------------------------------------------

    @cached_property
    def _running(self) -> Running:
        return self._exit.enter_context(self.subject.start())

    @cached_property
    def _call(self) -> BaselineCache:
        return BaselineCache(self._running.call, carry=self.plan.carry, world=self.plan.world)

    def _lost_paths(self) -> tuple[Finding, ...]:
        """The findings about paths of its transformer that lead nowhere behind its rule."""
        plan = self.plan
        lost = lost_path_findings(plan.transformer, plan.world, plan.envelopes[0])
        return tuple(with_levels(list(lost), plan.effort.levels, strict=plan.effort.strict))

    def _with_rule(self, finding: Finding) -> Finding:
        """A finding with the rule that lets its events through."""
        world = self.plan.world
        if world.is_whole or finding.kind in world.whole:
            return finding
        asks = any(world.asks_for(cause.path) for cause in finding.cause)
        made = tuple(_made_choices(world.contract(finding.kind), finding))
        made = (*finding.made, *made)
        return replace(finding, rule=world.rules[0].name, rule_asks=asks, made=made)

    def _verdict(
        self, examined: Examined, shielded: tuple[ShieldedFault, ...], seconds: float
    ) -> Verdict:
        plan = self.plan
        findings = tuple(map(self._with_rule, (*examined.findings, *self._lost_paths())))
        if plan.is_chosen:
            future = {case.id for case in plan.future}
            findings = tuple(
                finding
                for finding in findings
                if finding.case in future or _concerns(finding, examined.trials)
            )
        return Verdict(
            consumer=self.subject.name,
            kinds=plan.kinds,
            via=plan.envelopes,
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
            planned=len(plan.cases) * len(plan.envelopes),
            findings=findings,
            seconds=seconds,
            timeout=self.subject.timeout,
            examples=plan.effort.examples,
            compared=examined.compared,
            future=examined.future,
            named=self.subject.arguments,
            shaped=plan.shaped_by,
            notes=(*plan.notes, *self.subject.notes()),
            world=plan.world,
            shielded=shielded,
        )


# --- the plan -------------------------------------------------------------------------------------


def planned(subject: Subject, request: Request) -> Plan:
    """What a subject is to be given, as far as nothing has to be called for that.

    Raises UnknownNameError, ImpossibleCaseError or StrengthError for what is asked, SetupError if
    its rules let through none of the events that there are here.
    """
    asked = bool(request.kinds) or request.is_chosen
    inference = subject.inference(needs_kinds=not asked)
    is_unshielded = request.unshielded and not inference.is_unruled
    if is_unshielded:
        inference = inference.without_rules()
    likeliest = next(iter(inference.envelopes))
    asked_envelopes = dict.fromkeys(registry.envelope(name).name for name in request.envelopes)
    envelopes = tuple(asked_envelopes) or (likeliest,)
    transformer = inference.transformer
    if inference.transformer_envelope not in ("", *envelopes):
        transformer = None
    effort = _effort(subject, request, transformer)
    if inference.shape_problem and not asked_envelopes:
        raise SetupError(subject.name, inference.shape_problem, "", _WITHOUT_SHAPE)
    world = _world(subject.name, request, inference)
    if request.cases:
        given = [_case_asked_for(world, one) for one in request.cases]
        world = world.with_whole(one.kind for one in given if not world.admits(one.event))
    elif request.only_remembered:
        given = [_as_reached(world, one) for one, _ in request.remembered]
        given = [one for one in given if world.admits(one.event)]
    else:
        given = _cases(subject.name, request, inference, world, envelopes, effort)
    future = [case for case in given if case.novelty is not None]
    if future:
        given = _with_ordinary(world, given)
    cases = _shapable(subject.name, given, transformer)
    if effort.future and not request.is_chosen:
        future = [case for kind in _kinds(cases) for case in future_cases(world.contract(kind))]
    return Plan(
        cases=cases,
        envelopes=envelopes,
        effort=effort,
        inference=inference,
        world=world,
        transformer=transformer,
        kinds_reason="" if asked else inference.kinds_reason,
        envelope_reason="" if asked_envelopes else inference.envelopes[likeliest],
        others={} if asked_envelopes else _without(inference.envelopes, likeliest),
        kinds_are_open=inference.filters_itself and not (asked or inference.kinds_reason),
        kinds_are_inferred=not asked,
        envelopes_are_inferred=not asked_envelopes,
        is_chosen=request.is_chosen,
        is_unshielded=is_unshielded,
        future=tuple(_delivered(future, world, transformer, bool(request.cases))),
    )


def _kinds(cases: Iterable[Case]) -> list[str]:
    return list(dict.fromkeys(case.kind for case in cases))


def _with_ordinary(world: World, given: Sequence[Case]) -> list[Case]:
    """Cases without those of tomorrow, and the ordinary ones that these are compared with."""
    ordinary = [world.ordinary_case(case.kind) for case in given if case.novelty is not None]
    return [*(case for case in given if case.novelty is None), *ordinary]


def _delivered(
    future: Iterable[Case], world: World, transformer: Transformer | None, is_chosen: bool
) -> Iterator[Case]:
    """The events of tomorrow that reach a subject; those that were asked for one by one all do."""
    for one in future:
        is_let_through = is_chosen or one.kind in world.whole or world.admits(one.event)
        if is_let_through and not (transformer and transformer.shaping(one.event).problem):
            yield one


def _world(name: str, request: Request, inference: Inference) -> World:
    """The events that reach a subject, and those that were asked for all the same.

    Raises SetupError where its rules let no event through, or cannot be used.
    """
    if inference.problem:
        raise SetupError(name, inference.problem, "", _WITHOUT_RULES)
    world = inference.world
    if request.kinds:
        return world.with_whole(kind for kind in request.kinds if kind not in world.kinds)
    if not (world.is_whole or world.kinds or request.cases):
        is_of_others = bool(world.untried or world.other_senders)
        reason = "" if is_of_others else world.obstacle()
        advice = _OTHER_EVENTS if is_of_others else _WITHOUT_RULES
        raise SetupError(name, _why_unreached(world, inference), reason, advice)
    return world


def _why_unreached(world: World, inference: Inference) -> str:
    """Why nothing can be given to a subject behind rules."""
    if world.left_out:
        return (
            f"the conditions of its rule ({inference.kinds_reason}) are too many to be followed: "
            "nothing was checked"
        )
    untried = [events.title for events in world.untried]
    if untried:
        return (
            f"its rule ({inference.kinds_reason}) lets through only {some_of(untried, 3)}, "
            "of which there is no contract here: nothing was checked"
        )
    if world.other_senders:
        return (
            f"its rule ({inference.kinds_reason}) lets through only "
            f"{some_of(world.other_senders, 3)}, of which there is no contract here: nothing was "
            "checked"
        )
    return (
        f"its rule ({inference.kinds_reason}) lets no event through: nothing was checked, "
        "and nothing ever reaches it"
    )


def _case_asked_for(world: World, case_or_id: Case | str) -> Case:
    if isinstance(case_or_id, str):
        return case_in(world, case_or_id)
    return _as_reached(world, case_or_id)


def case_in(world: World, case_id: str) -> Case:
    """The case of an id that reaches a subject; where none does, that of the kind as a whole.

    Raises UnknownNameError or ImpossibleCaseError for what is no case of either.
    """
    kind, _, name = case_id.partition("/")
    if not name or world.is_whole or kind not in world.kinds:
        return case(case_id)
    try:
        return case_of(world.contract(kind), case_id)
    except (UnknownNameError, ImpossibleCaseError) as error:
        with suppress(UnknownNameError, ImpossibleCaseError):
            return case(case_id)
        raise error from None


def _as_reached(world: World, remembered: Case) -> Case:
    """A case that reaches a subject, with the choices that the subject's world has for it.

    One that does not reach it stays as it is.
    """
    is_whole = world.is_whole or remembered.kind in world.whole
    if is_whole or not world.admits(remembered.event):
        return remembered
    contract = world.contract(remembered.kind)
    labels = contract.recognise(remembered.event)
    return replace(remembered, labels=labels, evidence=contract.weakest_evidence(labels))


def _without(reasons: Mapping[str, str], envelope: str) -> dict[str, str]:
    return {name: reason for name, reason in reasons.items() if name != envelope}


def _effort(subject: Subject, request: Request, transformer: Transformer | None) -> Effort:
    """The effort that was asked for, with the levels that follow from the subject."""
    levels = dict(subject.levels)
    if transformer is not None and transformer.shaping.input is not None:
        levels[VACUOUS] = OFF  # what reaches it is the same each time
    effort = replace(request.effort, levels={**levels, **request.effort.levels})
    return replace(effort, examples=0) if request.is_chosen else effort


def _cases(
    name: str,
    request: Request,
    inference: Inference,
    world: World,
    envelopes: Sequence[str],
    effort: Effort,
) -> list[Case]:
    """The cases of the kinds, as its rules let them through: first what failed before."""
    kinds = request.kinds or _usual_first(inference.kinds)
    if request.confined_to:
        kinds = tuple(kind for kind in kinds if kind in request.confined_to)
    cases: list[Case] = []
    for remembered, envelope in request.remembered:
        if remembered.kind in kinds and envelope in envelopes and world.admits(remembered.event):
            cases.append(_as_reached(world, remembered))
    for kind in kinds:
        for one in cases_of(world.contract(kind), effort.strength, effort.evidence):
            if world.admits(one.event):
                cases.append(one)
    if kinds and not cases:
        raise SetupError(name, _why_unreached(world, inference), "", _WITHOUT_RULES)
    return cases


def _usual_first(kinds: Iterable[str]) -> tuple[str, ...]:
    """Kinds with those first that most subjects are for: they show a fault that many have."""
    return tuple(sorted(kinds, key=lambda kind: kind not in usual_kinds()))


def _shapable(
    name: str, given: Sequence[Case], transformer: Transformer | None
) -> tuple[Case, ...]:
    """The cases, each once, of which a transformer makes what is delivered.

    Raises SetupError if there is none.
    """
    cases = list({case.id: case for case in given}.values())
    if transformer is None:
        return tuple(cases)
    kept = tuple(case for case in cases if not transformer.shaping(case.event).problem)
    if cases and not kept:
        problem = f"{transformer} makes no JSON of any event, so that EventBridge delivers none"
        reason = transformer.shaping(cases[0].event).problem
        raise SetupError(name, problem, reason, "mend its InputTemplate")
    return kept


# --- in one call ----------------------------------------------------------------------------------


def judge(subject: Subject, request: Request = Request()) -> Verdict:
    """The verdict on a subject. Raises what `Session.report` raises."""
    with Session(subject, request) as session:
        return session.report()


def check(
    consumer: str,
    *,
    kinds: Sequence[str] = (),
    via: Sequence[str] = (),
    case_ids: Sequence[str | Case] = (),
    evidence: Evidence | None = None,
    timeout: float = TIMEOUT,
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
) -> Verdict:
    """Give a handler every case of its kinds, in a worker process, and explain what goes wrong.

    `consumer` is its name, as in 'src/app.py:handler'. Without kinds or envelopes (`via`), the
    rules beside it and its source say which. `case_ids` are the only cases to be judged (a case
    that its id alone does not give as itself). `strength`, `examples`, `probe`, `evidence`,
    `levels`, `strict` and `future` are those of `Effort`. `first` are cases, with their envelopes,
    that come before the others. It runs in a sandbox, with no network and no AWS, that `settings`
    are for.
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
        effort=Effort(strength, examples, probe, evidence, levels, strict, future),
        unshielded=unshielded,
    )
    return judge(subject, request)


def several(names: Any) -> tuple[Any, ...]:
    """What may be one name or several, as several."""
    return (names,) if isinstance(names, str) else tuple(names)


# --- what a rule makes of choices -----------------------------------------------------------------


def _made_choices(contract: Contract, finding: Finding) -> Iterator[RuleChoice]:
    """The choices of a finding's causes that no schema has."""
    for cause in (*finding.cause, *finding.except_for):
        facet = contract.by_path.get(cause.path)
        for choice in facet.choices if facet is not None else ():
            if choice.label == cause.choice and choice.origin:
                yield _made_choice(cause, choice)


def _made_choice(cause: Cause, choice: Choice) -> RuleChoice:
    match choice.shape:
        case Exactly(value):
            text = json_text.one_line(value)
            return RuleChoice(cause.path, cause.choice, choice.evidence, text)
        case Absent() | Object() | Items(high=0):
            return RuleChoice(cause.path, cause.choice, choice.evidence)
        case _:
            return RuleChoice(cause.path, cause.choice, choice.evidence, is_open=True)


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
    cause = [(choice.path, choice.choice) for choice in finding.cause]
    if not trial.case.is_valued or not covers(cause, trial.case.labels):
        return False
    behaviour = (finding.check, finding.exception, finding.location)
    return any(
        (symptom.check, symptom.exception, symptom.location) == behaviour
        for symptom in trial.symptoms
    )
