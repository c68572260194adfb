"""The loop: case by case, envelope by envelope, from event to outcome. It calls, records, and explains nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ecr_contracts import checks, delivery
from ecr_contracts.cases import Case
from ecr_contracts.checks import Symptom
from ecr_contracts.consumers import Outcome, Status

Call = Callable[[Any], Outcome]
"""How a consumer is called: with a payload, in a worker process or in this one."""

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
    outcome = call(delivery.envelope(via).wrap([case.event]))
    return Trial(case, via, outcome, tuple(checks.symptoms(outcome)))


def trials(call: Call, cases: Iterable[Case], via: str) -> Iterator[Trial]:
    """Every case given to a consumer, in order, as it goes; it ends early when call after call does not answer."""
    late = 0
    for case in cases:
        done = trial(call, case, via)
        yield done
        late = late + 1 if done.outcome.status is Status.TIMED_OUT else late
        if late == PATIENCE:
            return
