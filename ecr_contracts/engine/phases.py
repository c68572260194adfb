"""A consumer examined: its cases are run, what goes wrong is explained, other values are tried, and vacuity is seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from types import MappingProxyType
from typing import Any

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import MISSING, Evidence, Finding
from ecr_contracts.discovery.iac.feeds import Feed
from ecr_contracts.engine import trial as running
from ecr_contracts.engine.causes import grouping
from ecr_contracts.engine.causes.grouping import Diagnosis
from ecr_contracts.engine.checks import catalog
from ecr_contracts.engine.checks.finding import follow_up
from ecr_contracts.engine.checks.levels import OFF, with_levels
from ecr_contracts.engine.checks.outcome import effect_before_failure
from ecr_contracts.engine.explore import explore
from ecr_contracts.engine.relations.batches import check_batches
from ecr_contracts.engine.relations.metamorphic import check_relations
from ecr_contracts.engine.relations.vacuity import TracedCall, check_vacuity
from ecr_contracts.engine.trial import Call, Carry, Knowing, Prober, Trial
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.runtime.effects import Origin
from ecr_contracts.runtime.outcome import Outcome, Status


@dataclass(frozen=True, slots=True)
class Effort:
    """How much an examination takes on itself.

    `strength`: so many choices meet in every possible way in the cases. `examples`: events of other
    values that are drawn after the cases, for each kind and envelope. `probe`: further calls that
    may be made to tell the causes of each fault. `evidence`: the weakest that an event may rest on
    (None: any). `levels` say of single checks that they are errors, warnings, or off (`off: why`);
    with `strict`, all others are errors.
    """

    strength: int = 2
    examples: int = 200
    probe: int = 100
    evidence: Evidence | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination came to: the trials of the cases, others that were made, how many calls, the findings.

    `probes` are calls that told causes, `drawn` those with events of other values, `compared` those
    whose effects were compared.
    """

    trials: tuple[Trial, ...]
    others: tuple[Trial, ...]
    probes: int
    drawn: int
    compared: int
    findings: tuple[Finding, ...]


def examine(
    call: TracedCall,
    plan: Sequence[Case],
    via: Sequence[str],
    effort: Effort,
    *,
    watches: bool = True,
    usual: Mapping[tuple[str, str], Outcome] = MappingProxyType({}),
    admits: Mapping[str, Sequence[str]] = MappingProxyType({}),
    carry: Carry = registry.carry,
    feeds: Mapping[str, Feed] = MappingProxyType({}),
) -> Examined:
    """Give a consumer the cases of a plan in each envelope, and find out what is wrong with it.

    Without `watches`, vacuity is not looked for: nothing may be traced here. `usual` is what it did
    with the ordinary event of a kind and envelope, where that is known. `admits` are the only
    values that its rules let through, by path: no finding is about events that they do not deliver.
    `carry` is the way that events take to it, and `feeds` are the event source mappings at its end,
    where they are known, by the envelope.
    """
    knowing = Knowing(call, dict(usual), carry)
    off = [check for check, level in effort.levels.items() if level.partition(":")[0] == OFF]
    trials: list[Trial] = []
    others: list[Trial] = []
    found: list[Finding] = []
    probes = drawn = calls = 0
    for name in via:
        for kind in dict.fromkeys(case.kind for case in plan):
            done = list(running.trials(knowing, [case for case in plan if case.kind == kind], name))
            done = [without_misprints(knowing, trial) for trial in done]
            late = sum(trial.is_late for trial in done)
            prober = Prober(knowing, kind, name, effort.probe, late=late)
            diagnosis = Diagnosis(kind, name, done, prober)
            diagnosis.findings()
            drawn += 0 if late else explore(knowing, diagnosis, effort.examples, effort.evidence)
            explained = diagnosis.findings()
            found += [*(_through(knowing, one, diagnosis.trials) for one in explained)]
            found += _repeated(explained, diagnosis.trials)
            given = list(dict.fromkeys(case.kind for case in plan))
            weakest = effort.evidence or Evidence.INFERRED
            told = list(off)
            if watches and any(trial.outcome.effects.changing for trial in done):
                compared = check_relations(knowing, kind, name, off, weakest, kinds=given)
                found += compared.findings
                calls += compared.calls
                told += [one.check for one in compared.findings]
            if watches and not late:
                real = [trial for trial in done if _is_let_through(trial.case.event, admits)]
                together = check_batches(
                    knowing, kind, name, real, told, weakest, kinds=given, feed=feeds.get(name)
                )
                found += together.findings
                calls += together.calls
            trials += done
            others += diagnosis.trials[len(done) :]
            probes += prober.calls
    found = [one for one in found if _is_delivered(one, (*trials, *others), admits)]
    if not found and watches:
        found += check_vacuity(knowing, trials)
    if effort.evidence is not None:
        found = _shown(found, (*trials, *others), effort.evidence)
    return Examined(
        tuple(trials),
        tuple(others),
        probes,
        drawn,
        calls,
        grouping.ordered(with_levels(found, effort.levels, strict=effort.strict)),
    )


def _is_delivered(
    finding: Finding, trials: Sequence[Trial], admits: Mapping[str, Sequence[str]]
) -> bool:
    """Whether rules let any event through that shows a finding."""
    if not admits:
        return True
    failed = set(finding.failed)
    shown = [
        trial.case.event
        for trial in trials
        if trial.case.kind == finding.kind and trial.case.id in failed
    ]
    return any(_is_let_through(event, admits) for event in (shown or [dict(finding.example or {})]))


def _is_let_through(event: Mapping[str, Any], admits: Mapping[str, Sequence[str]]) -> bool:
    """Whether rules let an event through."""
    return all(
        json_path.at(event, json_path.parse(path)) in (MISSING, *values)
        for path, values in admits.items()
    )


def _through(call: Knowing, finding: Finding, trials: Sequence[Trial]) -> Finding:
    """The finding, with the ECR call through whose answer the event does harm: with another answer it does none."""
    outcome = next((trial.outcome for trial in trials if trial.case.id == finding.case), None)
    asked = (
        [effect.name for effect in outcome.effects if effect.origin is Origin.EVENT]
        if outcome
        else []
    )
    if (
        not asked
        or finding.example is None
        or not (catalog.CHECKS[finding.check].ends or finding.check == "swallowed")
    ):
        return finding
    usual = call.usual(finding.kind, finding.via)
    told = running.payload(call, [running.ordinary(finding.kind).event], finding.via)
    again = call(running.payload(call, [finding.example], finding.via), ecr_payload=told)
    well = again.status is Status.RETURNED and running.swallowed(again, usual) is None
    return replace(finding, through=asked[-1]) if well else finding


def _repeated(found: Sequence[Finding], trials: Sequence[Trial]) -> Iterator[Finding]:
    """What was done before a consumer raised and is done again when the event is tried again: of each fault, once."""
    for _, alike in groupby(found, key=lambda finding: finding.group):
        first = next(alike)
        ran = (trial for trial in trials if trial.case.id == first.case)
        again = first.check in ("raises", catalog.GIVEN_BACK)
        done = (
            next((effect_before_failure(trial.outcome) for trial in ran), None) if again else None
        )
        if done is not None:
            yield follow_up(first, catalog.REPEATED, done)


def _shown(found: Sequence[Finding], trials: Sequence[Trial], evidence: Evidence) -> list[Finding]:
    """The findings that an event of this evidence or stronger shows; calls with others only tell the causes."""
    sure = {
        (trial.case.kind, trial.via, trial.case.id)
        for trial in trials
        if trial.case.evidence >= evidence
    }
    return [
        one
        for one in found
        if not sure.isdisjoint((one.kind, one.via, case) for case in one.failed)
        or catalog.is_relation(one.check)
    ]


def without_misprints(call: Call, trial: Trial) -> Trial:
    """A trial of AWS's sample that goes wrong, without what AWS misprints there if it goes wrong without that too."""
    unreal = [path for path, label in trial.case.labels.items() if label is None]
    if not (unreal and trial.symptoms):
        return trial
    contract = reader.contract(trial.case.kind)
    event = trial.case.event
    for path in unreal:
        steps = contract.by_path[path].steps
        json_path.put(event, steps, json_path.at(contract.baseline, steps))
    labels = trial.case.labels | {path: contract.ordinary[path] for path in unreal}
    mended = replace(trial.case, labels=labels, text=json_text.compact(event))
    without = running.trial(call, mended, trial.via)
    same = list(_faults(without)) == list(_faults(trial))
    return replace(trial, case=replace(trial.case, labels=labels)) if same else trial


def _faults(trial: Trial) -> Iterator[object]:
    for symptom in trial.symptoms:
        yield symptom.check, symptom.exception, symptom.location
