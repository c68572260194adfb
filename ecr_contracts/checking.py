"""One consumer checked from end to end: which cases it is given, what came of them, and what follows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ecr_contracts import catalog, delivery, explaining, inferring, paths, reading, running
from ecr_contracts.cases import Case, case, edge_cases
from ecr_contracts.errors import ConsumerError, UnknownNameError
from ecr_contracts.facets import place
from ecr_contracts.findings import Evidence, Finding, Severity
from ecr_contracts.running import Call, Trial
from ecr_contracts.targets import Target
from ecr_contracts.workers import Worker

TIMEOUT = 5.0
"""Seconds that a consumer has for one event, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of one consumer came to.

    `words` are those of its source that decided on the kinds (empty when the caller did, or nothing could); `inferred`
    and `via_inferred` say whether kinds and envelope were left to it. `planned` counts the calls that were to be made:
    more than `trials` holds when the consumer stopped answering. `controls` are further calls, made to tell causes.
    """

    consumer: str
    kinds: tuple[str, ...]
    via: tuple[str, ...]
    words: tuple[str, ...]
    inferred: bool
    via_inferred: bool
    trials: tuple[Trial, ...]
    controls: tuple[Trial, ...]
    planned: int
    findings: tuple[Finding, ...]
    seconds: float
    timeout: float = TIMEOUT

    @property
    def failed(self) -> bool:
        """Whether there is a finding that is more than advice."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def check(
    consumer: str,
    *,
    kinds: Sequence[str] = (),
    via: Sequence[str] = (),
    case_ids: Sequence[str] = (),
    evidence: Evidence | None = None,
    timeout: float = TIMEOUT,
) -> Verdict:
    """Give a consumer every case of its kinds, in a worker process, and explain what goes wrong.

    Without kinds or envelopes, the consumer's source says which. `case_ids` are the only cases to be judged; `evidence`
    leaves out cases that rest on weaker evidence. Raises UnknownNameError, ImpossibleCaseError, or ConsumerError for a
    consumer that cannot be loaded.
    """
    if not isinstance(consumer, str):
        raise ConsumerError(
            repr(consumer),
            "it is not the name of a handler",
            "name it, as in 'src/app.py:handler': it is loaded afresh",
        )
    kinds, via, case_ids = ((one,) if isinstance(one, str) else one for one in (kinds, via, case_ids))
    target = Target.parse(consumer)
    purpose = inferring.purpose(target)
    envelopes = tuple(dict.fromkeys(delivery.envelope(name).name for name in via)) or (purpose.via,)
    plan = [case(one) for one in case_ids]
    plan = plan or [one for kind in kinds or purpose.kinds for one in selected(kind, evidence)]
    plan = list({one.id: one for one in plan}.values())
    chosen = tuple(dict.fromkeys(one.kind for one in plan))
    began = time.perf_counter()
    trials: list[Trial] = []
    controls: list[Trial] = []
    with Worker(target, timeout=timeout) as worker:
        for name in envelopes:
            for kind in chosen:
                done, more = tried(worker.call, [one for one in plan if one.kind == kind], name)
                trials += done
                controls += more
    return Verdict(
        consumer=consumer,
        kinds=chosen,
        via=envelopes,
        words=purpose.words if not (kinds or case_ids) else (),
        inferred=not (kinds or case_ids),
        via_inferred=not via,
        trials=tuple(trials),
        controls=tuple(controls),
        planned=len(plan) * len(envelopes),
        findings=tuple(finding for finding in explaining.findings([*trials, *controls]) if _concerns(finding, trials)),
        seconds=time.perf_counter() - began,
        timeout=timeout,
    )


def tried(call: Call, cases: Sequence[Case], via: str) -> tuple[list[Trial], list[Trial]]:
    """The trials of some cases, and the further trials that it takes to tell the causes of what goes wrong in them.

    There are none of the latter when the consumer stopped answering.
    """
    trials = list(running.trials(call, cases, via))
    if len(trials) < len(cases):
        return trials, []
    trials = [without_misprints(call, trial) for trial in trials]
    return trials, list(running.trials(call, _simpler(trials), via))


def _simpler(trials: Sequence[Trial]) -> tuple[Case, ...]:
    """The cases that differ from the ordinary one in nothing but what failing ones do: they tell what of it matters."""
    ran = {trial.case.id for trial in trials}
    failing = [trial.case.labels.items() for trial in trials if trial.symptoms]
    found = []
    for kind in dict.fromkeys(trial.case.kind for trial in trials):
        for one in edge_cases(kind):
            if one.id not in ran:
                unusual = explaining.deviations(reading.contract(kind), one)
                found += [one] if any(labels >= set(unusual) for labels in failing) else []
    return tuple(found)


def without_misprints(call: Call, trial: Trial) -> Trial:
    """A trial of AWS's sample that goes wrong, without what AWS misprints there if it goes wrong without that too."""
    unreal = [path for path, label in trial.case.labels.items() if label is None]
    if not (unreal and trial.symptoms):
        return trial
    contract = reading.contract(trial.case.kind)
    event = trial.case.event
    for path in unreal:
        steps = contract.by_path[path].steps
        place(event, steps, paths.at(contract.baseline, steps))
    labels = trial.case.labels | {path: contract.ordinary[path] for path in unreal}
    mended = replace(trial.case, labels=labels, text=json.dumps(event, separators=(",", ":")))
    without = running.trial(call, mended, trial.via)
    same = list(_faults(without)) == list(_faults(trial))
    return replace(trial, case=replace(trial.case, labels=labels)) if same else trial


def _faults(trial: Trial) -> Iterator[object]:
    for symptom in trial.symptoms:
        yield symptom.check, symptom.exception, symptom.location


def _concerns(finding: Finding, trials: Iterable[Trial]) -> bool:
    """Whether a finding is about one of these trials."""
    return any(
        trial.case.id in finding.failed and trial.case.kind == finding.kind and trial.via == finding.via
        for trial in trials
    )


def selected(kind: str, evidence: Evidence | None = None) -> tuple[Case, ...]:
    """The cases of a kind that rest on the given evidence or stronger. Raises UnknownNameError for an unknown kind."""
    if kind not in catalog.kinds():
        raise UnknownNameError("kind", kind, catalog.kinds())
    order = list(Evidence)
    return tuple(
        one for one in edge_cases(kind) if evidence is None or order.index(one.evidence) <= order.index(evidence)
    )


def is_whole(ran: Iterable[Case], kind: str) -> bool:
    """Whether cases that were run are all that the kind has: then every choice was met."""
    return {one.id for one in edge_cases(kind)} <= {one.id for one in ran}
