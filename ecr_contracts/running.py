"""The loop: case by case, envelope by envelope, from event to outcome. It calls, records, and explains nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts import checks, delivery, reading
from ecr_contracts.calling import Outcome, Status
from ecr_contracts.cases import ORDINARY, SAMPLE, Case
from ecr_contracts.checks import Symptom
from ecr_contracts.facets import Labels

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

    @property
    def is_late(self) -> bool:
        """Whether there was no answer in time."""
        return self.outcome.status is Status.TIMED_OUT


class Prober:
    """Further calls of a consumer, made to tell causes: `limit` for each fault, and few that are not answered.

    `made` holds the trials so far, without repeated ones; `calls` counts all. It is spent when no more may be made for
    this fault.
    """

    def __init__(self, call: Call, kind: str, via: str, limit: int, *, late: int = 0) -> None:
        self.kind, self.via = kind, via
        self.made: list[Trial] = []
        self.calls = 0
        self._call = call
        self._limit = self._left = limit
        self._late = late

    @property
    def is_spent(self) -> bool:
        """Whether no further call may be made."""
        return self._left <= 0 or self._late >= PATIENCE

    def renew(self) -> None:
        """Turn to the next fault."""
        self._left = self._limit

    def __call__(self, case: Case) -> Trial | None:
        """The trial of a case, or None when the limit is reached."""
        done = self.again(case, 0)
        if done is not None:
            self.made.append(done)
        return done

    def again(self, case: Case, number: int = 1) -> Trial | None:
        """One more trial of a case that was tried before, with an event id of its own."""
        if self.is_spent:
            return None
        self.calls += 1
        self._left -= 1
        done = trial(self._call, case, self.via, number)
        self._late += done.is_late
        return done


def trial(call: Call, case: Case, via: str, number: int = 0) -> Trial:
    """One case given to a consumer. Raises UnknownNameError for an envelope that does not exist."""
    case = distinct(case, number)
    outcome = call(delivery.envelope(via).wrap([case.event]))
    return Trial(case, via, outcome, tuple(checks.symptoms(outcome)))


def distinct(case: Case, number: int = 0) -> Case:
    """The case with an event id of its own, as real events have: a consumer may leave alone what it has seen.

    Only the last twelve digits are changed, so that the id is of the same choice; the ordinary event and AWS's sample
    keep theirs, unless it is not their first time (`number`).
    """
    event = case.event
    given = event.get("id")
    first = not number and case.id.endswith((f"/{SAMPLE}", f"/{ORDINARY}"))
    if first or case.is_valued or not isinstance(given, str) or len(given) != _ID_LENGTH:
        return case
    own = hashlib.sha256(f"{case.id}/{number}".encode() if number else case.id.encode()).hexdigest()
    event["id"] = given[:_ID_HEAD] + own[: _ID_LENGTH - _ID_HEAD]
    return replace(case, text=json.dumps(event, separators=(",", ":"), ensure_ascii=False))


def trials(call: Call, cases: Iterable[Case], via: str) -> Iterator[Trial]:
    """Every case given to a consumer, in order, as it goes; it ends early when call after call does not answer.

    Cases that have all the choices of one that was not answered are left out: they would not be answered either, and
    each would take as long.
    """
    late: list[set[tuple[str, str | None]]] = []
    for case in cases:
        if any(hung and hung <= case.labels.items() for hung in late):
            continue
        done = trial(call, case, via)
        yield done
        if done.is_late:
            late.append(
                {(path, label) for path, label in case.labels.items() if label != _ordinary(case.kind).get(path)}
            )
        if len(late) == PATIENCE:
            return


def _ordinary(kind: str) -> Labels:
    return reading.contract(kind).ordinary
