"""The loop: case by case, envelope by envelope, from event to outcome. It calls, records, and explains nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.engine.checks import batch_response, catalog
from ecr_contracts.engine.checks.outcome import Symptom, symptoms
from ecr_contracts.eventbridge.envelopes import registry
from ecr_contracts.eventbridge.rules.transformer import UNDELIVERED
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import ORDINARY, SAMPLE, Case
from ecr_contracts.events.model import Labels
from ecr_contracts.runtime.outcome import CaughtException, Fault, Outcome, Status

Call = Callable[[Any], Outcome]
"""How a consumer is called: with a payload, in a worker process or in this one."""

Carry = Callable[[Sequence[Mapping[str, Any]], str], Any]
"""What reaches a consumer of some events, in the envelope of a name."""

_ID_LENGTH, _ID_HEAD = 36, 24

FIREHOSE = "firehose"
"""The envelope whose records are wanted back."""

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


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A case that failed in an envelope, the check that found it, and the exception's name if there was one."""

    case: Case
    via: str
    check: str
    exception: str | None


class Knowing:
    """A way to call a consumer that knows what it does with the ordinary event of a kind, in an envelope.

    That event is given to it the first time that this is asked; `usual` may hold the answers of
    others who asked. `carry` is the way that events take to it.
    """

    def __init__(
        self,
        call: Call,
        usual: dict[tuple[str, str], Outcome] | None = None,
        carry: Carry = registry.carry,
    ) -> None:
        self.carry = carry
        self._call = call
        self._usual = {} if usual is None else usual
        self._told: set[tuple[str, str]] = set()

    def __call__(self, payload: Any, **how: Any) -> Outcome:
        """What the consumer does with a payload; nothing where none is delivered."""
        return Outcome(Status.RETURNED) if payload is UNDELIVERED else self._call(payload, **how)

    def known(self, case: Case, via: str) -> Outcome | None:
        """What the consumer did with a case, if that is known and nobody asked before."""
        done = self._usual.get((case.kind, via)) if case.id == f"{case.kind}/{ORDINARY}" else None
        if done is None or (case.kind, via) in self._told:
            return None
        self._told.add((case.kind, via))
        return replace(done, swallowed=swallowed(done, done)) if done.caught else done

    def usual(self, kind: str, via: str) -> Outcome:
        """What the consumer does with the ordinary event."""
        if (kind, via) not in self._usual:
            event = ordinary(kind).event
            self._usual[kind, via] = self(self.carry([event], via))
        return self._usual[kind, via]


def payload(call: Call, events: Sequence[Mapping[str, Any]], via: str) -> Any:
    """What reaches a consumer of some events. Raises UnknownNameError for an envelope that does not exist."""
    carry = call.carry if isinstance(call, Knowing) else registry.carry
    return carry(events, via)


def outcome(call: Call, event: Any, kind: str, via: str) -> Outcome:
    """What a consumer does with one event, and whether that lost something that it does with the ordinary one."""
    done = call(payload(call, [event], via))
    if not done.caught or not isinstance(call, Knowing):
        return done
    return replace(done, swallowed=swallowed(done, call.usual(kind, via)))


def swallowed(outcome: Outcome, usual: Outcome) -> CaughtException | None:
    """The exception that an event was lost by, though the call ended as if it had been dealt with.

    It was caught by a block that does nothing but talk, in code that does no more after it. Whoever
    does all that is usually done in spite of it loses nothing. Where the usual call does nothing
    that can be seen, only the outermost function of the consumer is known to have ended.
    """
    if outcome.status is not Status.RETURNED or batch_response.reports_failure(outcome.returned):
        return None
    lost = _names(usual) - _names(outcome)
    known = bool(_names(usual)) and not any(one.ends for one in usual.caught)
    for one in outcome.caught:
        goes_on = any(effect.changes for effect in outcome.effects[one.after :])
        if one.ends and not goes_on and (lost if known else one.outermost):
            return one
    return None


def answered_badly(outcome: Outcome, payload: Any) -> str:
    """What is wrong with what Firehose gets back of a payload, if anything is."""
    if payload is UNDELIVERED or outcome.status is not Status.RETURNED or outcome.unserialisable:
        return ""
    return batch_response.transformation_problem(outcome.returned, payload)


def _names(outcome: Outcome) -> Counter[tuple[str, str]]:
    return Counter((effect.sort.value, effect.name) for effect in outcome.effects.changing)


class Prober:
    """Further calls of a consumer, made to tell causes: `limit` for each fault, and few that are not answered.

    `made` holds the trials so far, without repeated ones; `calls` counts all. It is spent when no
    more may be made for this fault.
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


def ordinary(kind: str) -> Case:
    """The ordinary event of a kind."""
    return cases.case(f"{kind}/{ORDINARY}")


def trial(call: Call, case: Case, via: str, number: int = 0) -> Trial:
    """One case given to a consumer. Raises UnknownNameError for an envelope that does not exist."""
    case = distinct(case, number)
    known = call.known(case, via) if isinstance(call, Knowing) and not number else None
    done = known or outcome(call, case.event, case.kind, via)
    if via == FIREHOSE and (wrong := answered_badly(done, payload(call, [case.event], via))):
        done = replace(done, faults=(*done.faults, Fault(catalog.BATCH_ANSWER, wrong)))
    return Trial(case, via, done, tuple(symptoms(done)))


def distinct(case: Case, number: int = 0) -> Case:
    """The case with an event id of its own, as real events have: a consumer may leave alone what it has seen.

    Only the last twelve digits are changed, so that the id is of the same choice; the ordinary
    event and AWS's sample keep theirs, unless it is not their first time (`number`).
    """
    event = case.event
    given = event.get("id")
    first = not number and case.id.endswith((f"/{SAMPLE}", f"/{ORDINARY}"))
    if first or case.is_valued or not isinstance(given, str) or len(given) != _ID_LENGTH:
        return case
    own = hashlib.sha256(f"{case.id}/{number}".encode() if number else case.id.encode()).hexdigest()
    event["id"] = given[:_ID_HEAD] + own[: _ID_LENGTH - _ID_HEAD]
    return replace(case, text=json_text.compact(event))


def trials(call: Call, plan: Iterable[Case], via: str) -> Iterator[Trial]:
    """Every case given to a consumer, in order, as it goes; it ends early when call after call does not answer.

    Cases that have all the choices of one that was not answered are left out: they would not be
    answered either, and each would take as long.
    """
    late: list[set[tuple[str, str | None]]] = []
    for case in plan:
        if any(hung and hung <= case.labels.items() for hung in late):
            continue
        done = trial(call, case, via)
        yield done
        if done.is_late:
            late.append(
                {
                    (path, label)
                    for path, label in case.labels.items()
                    if label != _ordinary(case.kind).get(path)
                }
            )
        if len(late) == PATIENCE:
            return


def _ordinary(kind: str) -> Labels:
    return reader.contract(kind).ordinary
