"""The loop: case by case, envelope by envelope, from event to outcome. It calls, records, and explains nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts import checks, delivery
from ecr_contracts.calling import Outcome, Status
from ecr_contracts.cases import ORDINARY, SAMPLE, Case
from ecr_contracts.checks import Symptom

Call = Callable[[Any], Outcome]
"""How a consumer is called: with a payload, in a worker process or in this one."""

_ID_LENGTH, _ID_HEAD = 36, 24

PATIENCE = 5
"""Calls without an answer, after which a run is given up."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One call of a consumer: the case, how it was wrapped, and what came of it."""

    case: Case
    via: str
    outcome: Outcome
    symptoms: tuple[Symptom, ...]

    @property
    def failed(self) -> bool:
        """Whether the call went wrong as a whole, so that later faults could not show."""
        return any(symptom.ends for symptom in self.symptoms)


def trial(call: Call, case: Case, via: str) -> Trial:
    """One case given to a consumer. Raises UnknownNameError for an envelope that does not exist."""
    case = distinct(case)
    outcome = call(delivery.envelope(via).wrap([case.event]))
    return Trial(case, via, outcome, tuple(checks.symptoms(outcome)))


def distinct(case: Case) -> Case:
    """The case with an event id of its own, as real events have: a consumer may leave alone what it has seen.

    Only the last twelve digits are changed, so that the id is of the same choice; the ordinary event and AWS's sample
    keep theirs.
    """
    event = case.event
    given = event.get("id")
    if case.id.endswith((f"/{SAMPLE}", f"/{ORDINARY}")) or not isinstance(given, str) or len(given) != _ID_LENGTH:
        return case
    own = hashlib.sha256(case.id.encode()).hexdigest()
    event["id"] = given[:_ID_HEAD] + own[: _ID_LENGTH - _ID_HEAD]
    return replace(case, text=json.dumps(event, separators=(",", ":"), ensure_ascii=False))


def trials(call: Call, cases: Iterable[Case], via: str) -> Iterator[Trial]:
    """Every case given to a consumer, in order, as it goes; it ends early when call after call does not answer."""
    late = 0
    for case in cases:
        done = trial(call, case, via)
        yield done
        late = late + 1 if done.outcome.status is Status.TIMED_OUT else late
        if late == PATIENCE:
            return
