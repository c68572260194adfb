"""One consumer checked from end to end: which cases it is given, what came of them, and what follows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecr_contracts import catalog, delivery, explaining, inferring, running
from ecr_contracts.cases import Case, case, edge_cases
from ecr_contracts.consumers import Target
from ecr_contracts.errors import UnknownNameError
from ecr_contracts.findings import Evidence, Finding, Severity
from ecr_contracts.running import Trial
from ecr_contracts.workers import Worker

TIMEOUT = 5.0
"""Seconds that a consumer has for one event, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of one consumer came to.

    `words` are those of its source that decided on the kinds (empty when the caller did, or nothing could), `planned`
    counts the calls that were to be made: more than `trials` holds when the consumer stopped answering.
    """

    consumer: str
    kinds: tuple[str, ...]
    via: tuple[str, ...]
    words: tuple[str, ...]
    inferred: bool
    trials: tuple[Trial, ...]
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

    Without kinds or envelopes, the consumer's source says which. `case_ids` are the only cases to be run; `evidence`
    leaves out cases that rest on weaker evidence. Raises UnknownNameError, ImpossibleCaseError, or ConsumerError for a
    consumer that cannot be loaded.
    """
    target = Target.parse(consumer)
    purpose = inferring.purpose(target)
    envelopes = tuple(delivery.envelope(name).name for name in via) or (purpose.via,)
    plan = [case(one) for one in case_ids]
    chosen = tuple(dict.fromkeys(one.kind for one in plan)) if plan else tuple(kinds) or purpose.kinds
    plan = plan or [one for kind in chosen for one in selected(kind, evidence)]
    began = time.perf_counter()
    with Worker(target, timeout=timeout) as worker:
        trials = [
            trial
            for name in envelopes
            for kind in chosen
            for trial in running.trials(worker.call, [one for one in plan if one.kind == kind], name)
        ]
    return Verdict(
        consumer=consumer,
        kinds=chosen,
        via=envelopes,
        words=purpose.words if not (kinds or case_ids) else (),
        inferred=not (kinds or case_ids),
        trials=tuple(trials),
        planned=len(plan) * len(envelopes),
        findings=explaining.findings(trials),
        seconds=time.perf_counter() - began,
        timeout=timeout,
    )


def selected(kind: str, evidence: Evidence | None = None) -> tuple[Case, ...]:
    """The cases of a kind that rest on the given evidence or stronger. Raises UnknownNameError for an unknown kind."""
    if kind not in catalog.kinds():
        raise UnknownNameError("kind", kind, catalog.kinds())
    order = list(Evidence)
    return tuple(one for one in edge_cases(kind) if evidence is None or order.index(one.evidence) <= order.index(evidence))


def is_whole(ran: Iterable[Case], kind: str) -> bool:
    """Whether cases that were run are all that the kind has: then every choice was met."""
    return {one.id for one in edge_cases(kind)} <= {one.id for one in ran}
