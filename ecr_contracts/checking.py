"""One consumer checked from end to end: which cases it is given, what came of them, and what follows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ecr_contracts import delivery, explaining, inferring, paths, reading, running
from ecr_contracts.cases import Case, case, edge_cases
from ecr_contracts.errors import ConsumerError
from ecr_contracts.explaining import Explanation
from ecr_contracts.exploring import explore
from ecr_contracts.facets import place
from ecr_contracts.findings import Evidence, Finding, Severity
from ecr_contracts.running import Call, Prober, Trial
from ecr_contracts.targets import Target
from ecr_contracts.vacuity import vacuous
from ecr_contracts.workers import Worker

TIMEOUT = 5.0
"""Seconds that a consumer has for one event, unless told otherwise."""
STRENGTH = 2
"""How many choices meet in every possible way in the events of a check, unless told otherwise."""
EXAMPLES = 200
"""Events of other values that are drawn after the cases, for each kind and envelope."""
PROBES = 100
"""Further calls that may be made to tell the causes of what goes wrong with one kind of event in one envelope."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of one consumer came to.

    `words` are those of its source that decided on the kinds (empty when the caller did, or nothing could); `inferred`
    and `via_inferred` say whether kinds and envelope were left to it. `planned` counts the calls that were to be made:
    more than `trials` holds when the consumer did not answer. `strength` is that of the cases (0 where they
    were chosen). `others` are further trials, made to tell causes or drawn by Hypothesis; `probes` and `drawn` count
    the calls.
    """

    consumer: str
    kinds: tuple[str, ...]
    via: tuple[str, ...]
    words: tuple[str, ...]
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
    strength: int = STRENGTH,
    probe: int = PROBES,
    examples: int = EXAMPLES,
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
    plan = plan or [one for kind in kinds or purpose.kinds for one in selected(kind, evidence, strength)]
    plan = list({one.id: one for one in plan}.values())
    chosen = tuple(dict.fromkeys(one.kind for one in plan))
    order = list(Evidence)

    def is_judged(finding: Finding) -> bool:
        weak = evidence is not None and order.index(finding.evidence) > order.index(evidence)
        return not weak and (not case_ids or _concerns(finding, trials))

    began = time.perf_counter()
    trials: list[Trial] = []
    others: list[Trial] = []
    probes = drawn = 0
    found: list[Finding] = []
    with Worker(target, timeout=timeout) as worker:
        for name in envelopes:
            for kind in chosen:
                done = list(running.trials(worker.call, [one for one in plan if one.kind == kind], name))
                done = [without_misprints(worker.call, trial) for trial in done]
                trials += done
                late = sum(trial.is_late for trial in done)
                prober = Prober(worker.call, kind, name, probe, late=late)
                explanation = Explanation(kind, name, done, prober)
                explanation.findings()
                drawn += 0 if case_ids or late else explore(worker.call, explanation, examples, evidence)
                found += explanation.findings()
                others += explanation.trials[len(done) :]
                probes += prober.calls
        if not found and not case_ids:
            found += vacuous(worker.call, trials)
    return Verdict(
        consumer=consumer,
        kinds=chosen,
        via=envelopes,
        words=purpose.words if not (kinds or case_ids) else (),
        inferred=not (kinds or case_ids),
        via_inferred=not via,
        strength=0 if case_ids else strength,
        evidence=evidence,
        trials=tuple(trials),
        others=tuple(others),
        probes=probes,
        drawn=drawn,
        planned=len(plan) * len(envelopes),
        findings=explaining.ordered(one for one in found if is_judged(one)),
        seconds=time.perf_counter() - began,
        timeout=timeout,
    )


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


def selected(kind: str, evidence: Evidence | None = None, strength: int = 1) -> tuple[Case, ...]:
    """The cases of a kind that rest on the given evidence or stronger.

    Raises UnknownNameError for an unknown kind, StrengthError for a strength that there is no array of.
    """
    return edge_cases(kind, strength, evidence)


def is_whole(ran: Iterable[Case], kind: str, strength: int = 1) -> bool:
    """Whether cases that were run are all that the kind has at a strength."""
    return {one.id for one in edge_cases(kind, strength)} <= {one.id for one in ran}
