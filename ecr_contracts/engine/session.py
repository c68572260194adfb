"""One consumer checked from end to end: which cases it is given, what came of them, and what follows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.findings import Evidence, Finding, Severity
from ecr_contracts.discovery import purpose as inferring
from ecr_contracts.discovery.iac.input_transformers import Transformer
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.causes.model import covers
from ecr_contracts.engine.checks.catalog import VACUOUS
from ecr_contracts.engine.checks.levels import OFF
from ecr_contracts.engine.phases import Effort, Examined, examine
from ecr_contracts.engine.preflight import depends, fitting, inspect, let_through, prepare
from ecr_contracts.engine.trial import Call, Carry, Trial
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.eventbridge.rules.transformer import carrying
from ecr_contracts.events.generate.cases import Case, case, edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.runtime.outcome import Outcome
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.worker.parent import Worker

TIMEOUT = 5.0
"""Seconds that a consumer has for one event, unless told otherwise."""

USUAL = Effort()
"""What a check takes on itself, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of one consumer came to.

    `why` and `via_why` say what decided on the kinds and the envelope (empty when the caller did,
    or nothing could); `inferred` and `via_inferred` say whether they were left to it. `planned`
    counts the calls that were to be made: more than `trials` holds when the consumer did not
    answer. `strength` is that of the cases (0 where they were chosen). `others` are further trials,
    made to tell causes or drawn by Hypothesis; `probes` and `drawn` count the calls, `compared`
    those that were made to compare effects, and `examples` is how many were to be drawn. `options`
    are the words of a command line, beside the consumer, that the check has to be repeated with;
    `named` are those that name the consumer, where its name alone does not. `shaped` says what
    shapes the events before they reach it, and `notes` what was not checked, and why.
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
    options: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    shaped: str = ""
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether there is a finding that is more than advice."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


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
) -> Verdict:
    """Give a consumer every case of its kinds, in a worker process, and explain what goes wrong.

    Without kinds or envelopes, the consumer's source says which. `case_ids` are the only cases to
    be judged (a case that its id alone does not give as itself). `strength`, `examples`, `probe`,
    `evidence`, `levels` and `strict` are those of `Effort`. `first` are cases, with their
    envelopes, that come before the others. It runs in a sandbox, with no network and no AWS, that
    `settings` are for. `transformer` is how a rule has its events shaped, unless the rule beside
    the consumer says it; events that are not delivered then are not given.

    Raises UnknownNameError, ImpossibleCaseError, StrengthError, ConsumerError for a consumer that
    cannot be loaded, or SetupError for one that cannot be judged, since it fails by what the
    sandbox answers or does not let happen.
    """
    if not isinstance(consumer, str):
        raise ConsumerError(
            repr(consumer),
            "it is not the name of a handler",
            "name it, as in 'src/app.py:handler': it is loaded afresh",
        )
    kinds, via = ((one,) if isinstance(one, str) else one for one in (kinds, via))
    case_ids = (case_ids,) if isinstance(case_ids, str) else case_ids
    target = Target.parse(consumer)
    purpose = inferring.purpose(target)
    if transformer is not None:
        purpose = inferring.behind(purpose, transformer)
    envelopes = tuple(dict.fromkeys(envelope(name).name for name in via)) or (purpose.via,)
    effort = Effort(strength, 0 if case_ids else examples, probe, evidence, levels, strict)
    plan = _plan(
        kinds or purpose.kinds, case_ids, effort, [one for one, name in first if name in envelopes]
    )
    if transformer is None and purpose.via in envelopes:
        transformer = purpose.transformer
    carry: Carry = registry.carry
    if transformer is not None:
        carry = carrying(transformer.shaping)
        plan = _delivered(consumer, plan, transformer)
        if transformer.shaping.input is not None:
            effort = replace(effort, levels={VACUOUS: OFF, **effort.levels})
    began = time.perf_counter()
    why = purpose.why
    with Worker(target, timeout=timeout, settings=settings) as worker:
        if not via and purpose.others and plan:
            envelopes = (fitting(worker, plan[0].kind, (*envelopes, *purpose.others), carry),)
        if case_ids:
            examined = _examined_alone(worker, plan, envelopes, effort, carry)
        else:
            usual = prepare(worker, _runs(plan, envelopes), carry)
            if not (kinds or why) and (passing := let_through(worker, usual, carry)):
                plan = [one for one in plan if one.kind in passing]
                why = "it lets no other of AWS's samples through"
            admits = {} if kinds else purpose.admits
            feeds = inferring.feeds(target)
            examined = examine(
                worker.call,
                plan,
                envelopes,
                effort,
                usual=usual,
                admits=admits,
                carry=carry,
                feeds=feeds,
            )
        inspect(worker, (trial.outcome for trial in (*examined.trials, *examined.others)))
    verdict = _verdict(
        consumer, plan, envelopes, effort, examined, chosen=bool(case_ids), began=began
    )
    return replace(
        verdict,
        why=why if not (kinds or case_ids) else "",
        via_why=purpose.others.get(envelopes[0], purpose.via_why) if not via else "",
        inferred=not (kinds or case_ids),
        via_inferred=not via,
        timeout=timeout,
        shaped=str(transformer or ""),
    )


def check_call(
    consumer: str,
    call: Call,
    via: str,
    *,
    kinds: Sequence[str] = (),
    why: str = "",
    case_ids: Sequence[str | Case] = (),
    evidence: Evidence | None = None,
    strength: int = USUAL.strength,
    examples: int = USUAL.examples,
    probe: int = USUAL.probe,
    first: Sequence[tuple[Case, str]] = (),
    levels: Mapping[str, str] = MappingProxyType({}),
    strict: bool = False,
    admits: Mapping[str, Sequence[str]] = MappingProxyType({}),
    carry: Carry = registry.carry,
) -> Verdict:
    """Give what is no handler, a state machine for one, every case of some kinds, and explain what goes wrong.

    `consumer` is what it is called in reports, `call` says what comes of what reaches it, and `via`
    is the envelope of that; `carry` is for those to whom events come in another form. `why` says
    what decided on the kinds, where they were inferred, and `admits` are the only values that its
    rules let through. The rest is as for `check`. Raises UnknownNameError, ImpossibleCaseError or
    StrengthError.
    """
    effort = Effort(strength, 0 if case_ids else examples, probe, evidence, levels, strict)
    plan = _plan(
        kinds or kind_names(), case_ids, effort, [one for one, name in first if name == via]
    )
    began = time.perf_counter()

    def answered(payload: Any, **_: Any) -> Outcome:
        return call(payload)

    examined = examine(answered, plan, [via], effort, watches=False, admits=admits, carry=carry)
    verdict = _verdict(consumer, plan, [via], effort, examined, chosen=bool(case_ids), began=began)
    return replace(verdict, why="" if case_ids else why, inferred=bool(why) and not case_ids)


def _plan(
    kinds: Sequence[str], case_ids: Sequence[str | Case], effort: Effort, first: Iterable[Case]
) -> list[Case]:
    """The cases to be tried: those that were chosen, or all of the kinds."""
    if case_ids:
        plan = [case(one) if isinstance(one, str) else one for one in case_ids]
    else:
        plan = [one for one in first if one.kind in kinds]
        plan += [one for kind in kinds for one in selected(kind, effort.evidence, effort.strength)]
    return list({one.id: one for one in plan}.values())


def _verdict(
    consumer: str,
    plan: Sequence[Case],
    envelopes: Sequence[str],
    effort: Effort,
    examined: Examined,
    *,
    chosen: bool,
    began: float,
) -> Verdict:
    """What an examination came to, of cases that were `chosen` or all of their kinds."""
    return Verdict(
        consumer=consumer,
        kinds=tuple(dict.fromkeys(one.kind for one in plan)),
        via=tuple(envelopes),
        why="",
        via_why="",
        inferred=False,
        via_inferred=True,
        strength=0 if chosen else effort.strength,
        evidence=effort.evidence,
        trials=examined.trials,
        others=examined.others,
        probes=examined.probes,
        drawn=examined.drawn,
        planned=len(plan) * len(envelopes),
        findings=tuple(
            one for one in examined.findings if not chosen or _concerns(one, examined.trials)
        ),
        seconds=time.perf_counter() - began,
        examples=effort.examples,
        compared=examined.compared,
    )


def _runs(plan: Iterable[Case], envelopes: Iterable[str]) -> list[tuple[str, str]]:
    """Each kind of a plan in each envelope."""
    kinds = dict.fromkeys(one.kind for one in plan)
    return [(kind, name) for name in envelopes for kind in kinds]


def _delivered(consumer: str, plan: Sequence[Case], transformer: Transformer) -> list[Case]:
    """The cases of a plan that are delivered. Raises SetupError where none is."""
    kept = [one for one in plan if not transformer.shaping(one.event).problem]
    if plan and not kept:
        problem = f"{transformer} makes no JSON of any event, so that EventBridge delivers none"
        raise SetupError(
            consumer, problem, transformer.shaping(plan[0].event).problem, "mend its InputTemplate"
        )
    return kept


def _examined_alone(
    worker: Worker, plan: Sequence[Case], envelopes: Sequence[str], effort: Effort, carry: Carry
) -> Examined:
    """What chosen cases come to. The ordinary event is given first only if answers that we made up had a part in it."""
    examined = examine(worker.call, plan, envelopes, effort, watches=False, carry=carry)
    if any(depends(trial.outcome) for trial in examined.trials):
        before = worker.settings
        prepare(worker, _runs(plan, envelopes), carry)
        if worker.settings != before:
            return examine(worker.call, plan, envelopes, effort, watches=False, carry=carry)
    return examined


def _concerns(finding: Finding, trials: Iterable[Trial]) -> bool:
    """Whether a finding is about one of these trials."""
    return any(
        trial.case.kind == finding.kind
        and trial.via == finding.via
        and (trial.case.id in finding.failed or (trial.case.is_valued and _is_of(trial, finding)))
        for trial in trials
    )


def _is_of(trial: Trial, finding: Finding) -> bool:
    """Whether a trial of other values, which a finding does not count, shows the same."""
    return covers(
        [(cause.path, cause.choice) for cause in finding.cause], trial.case.labels
    ) and any(
        (symptom.check, symptom.exception, symptom.location)
        == (finding.check, finding.exception, finding.location)
        for symptom in trial.symptoms
    )


def selected(kind: str, evidence: Evidence | None = None, strength: int = 1) -> tuple[Case, ...]:
    """The cases of a kind that rest on the given evidence or stronger.

    Raises UnknownNameError for an unknown kind, StrengthError for a strength that there is no array
    of.
    """
    return edge_cases(kind, strength, evidence)


def is_whole(ran: Iterable[Case], kind: str, strength: int = 1) -> bool:
    """Whether cases that were run are all that the kind has at a strength."""
    return {one.id for one in edge_cases(kind, strength)} <= {one.id for one in ran}
