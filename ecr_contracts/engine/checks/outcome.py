"""Judges the outcome of one call: which checks of the table see their symptom in it.

It does not look for the choices that bring a symptom about (`engine/causes` does), and does not
compare calls (`engine/relations` does).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.findings import Location, Severity
from ecr_contracts.engine.checks.batch_response import polled, reports_failure
from ecr_contracts.engine.checks.catalog import (
    CHECKS,
    DEAD_AT_IMPORT,
    EMPTY_QUEUE,
    FAILS_AFTER_ANSWER,
    GIVEN_BACK,
    LEFT_IN_QUEUE,
    NEVER_RUNS,
    REFUSED_REQUEST,
    WRONG_CALL,
)
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.outcome import Outcome, Status, WrongCall

_FIRST_HTTP_ERROR = 400
_FIRST_SERVER_ERROR = 500
_FIRST_NO_SUCCESS = 300
_LONGEST_VALUE = 100  # characters of a returned value in a message
_TELLING = 8  # characters of an exception's message that are not met by chance
_STATUS_KEYS = ("statusCode", "StatusCode", "status_code", "status", "code")
_ERROR_KEYS = ("error", "Error", "errorMessage")
_SUCCESS_KEYS = ("success", "ok")
_ERROR_WORDS = frozenset({"error", "Error", "failed", "Failed", "failure", "fail"})
_ERROR_TEXT = re.compile(r"error\b[^a-z]", re.IGNORECASE)

_IDEMPOTENT = ("Put", "Update", "Delete", "Tag", "Untag", "Set", "Enable", "Disable", "Modify")
"""How AWS operations begin that come to the same when they are made twice."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """What one call did wrong: the check that saw it, where in the consumer, and the message."""

    check: str
    severity: Severity
    exception: str | None
    location: Location | None
    message: str
    ends: bool


@dataclass(frozen=True, slots=True)
class _Observation:
    """A message of a check, with the exception and the line that it is about, if any."""

    message: str
    exception: str | None = None
    location: Location | None = None
    severity: Severity | None = None


def symptoms(outcome: Outcome) -> Iterator[Symptom]:
    """The symptoms of an outcome in the order of the table, then those that the subject reports."""
    for check in CHECKS.values():
        detect = _DETECTORS.get(check.id)
        seen = detect(outcome) if detect else None
        if seen is not None:
            severity = seen.severity or check.severity
            yield Symptom(
                check.id, severity, seen.exception, seen.location, seen.message, check.ends
            )
    for wrong in outcome.wrong_calls:
        if not _is_told(wrong, outcome):
            check = CHECKS[WRONG_CALL]
            yield Symptom(
                check.id, check.severity, wrong.exception, wrong.location, wrong.message, False
            )
    for fault in outcome.faults:
        check = CHECKS[fault.check]
        severity = fault.severity or check.severity
        yield Symptom(
            check.id, severity, fault.exception, fault.location, fault.message, check.ends
        )


def _is_told(wrong: WrongCall, outcome: Outcome) -> bool:
    """Whether a wrong call is what another check tells of the outcome."""
    if outcome.status is Status.RAISED and outcome.exception == wrong.exception:
        return _is_same_line(outcome.location, wrong.location)
    caught = outcome.swallowed
    if caught is None and _gives_record_back(outcome) and outcome.caught:
        caught = outcome.caught[-1]
    if caught is None or caught.exception != wrong.exception:
        return False
    return _is_same_line(caught.raised, wrong.location)


def _is_same_line(one: Location | None, other: Location | None) -> bool:
    """Whether two places are one line, whatever folder the path of each is relative to.

    Loading a handler changes the working directory, and a sandbox around it was there before.
    """
    if one is None or other is None:
        return one is other
    return (one.line, one.function, one.source) == (other.line, other.function, other.source)


def effect_before_failure(outcome: Outcome) -> str | None:
    """What a failed call did that its retry would do again, as a sentence; None if nothing.

    A call fails by raising, or by reporting its record as failed. What comes to the same when it is
    repeated does not count, nor what was done after the exception was raised: to tell of it.
    """
    if outcome.status is not Status.RAISED and not _gives_record_back(outcome):
        return None
    before = len(outcome.effects)
    if outcome.status is Status.RETURNED and outcome.caught:
        before = outcome.caught[-1].after
    for effect in outcome.effects[:before].changing:
        if not is_idempotent(effect) and not _tells_of_failure(effect, outcome):
            is_email = effect.sort is Sort.EMAIL
            name = f"an e-mail to {effect.name}" if is_email else effect.name
            return f"{name} was done by then: each retry does it again"
    return None


def _tells_of_failure(effect: Effect, outcome: Outcome) -> bool:
    """Whether an effect was brought about while the exception was handled, or names it."""
    if effect.handling:
        return outcome.status is not Status.RAISED or effect.handling in outcome.chain
    exceptions = [(outcome.exception, outcome.message)]
    exceptions += [(caught.exception, caught.message) for caught in outcome.caught]
    text = json_text.compact(effect.content)
    for exception, message in exceptions:
        name = (exception or "").rpartition(".")[2]
        first_line = json_text.compact(message.partition("\n")[0])[1:-1]
        # A message of a single word may be a value that is told anyway.
        is_telling = len(first_line) >= _TELLING and (" " in first_line or first_line[0] == "'")
        if name and (name in text or (is_telling and first_line in text)):
            return True
    return False


def is_idempotent(effect: Effect) -> bool:
    """Whether an effect comes to the same when it is repeated; unknown sorts count as such."""
    match effect.sort:
        case Sort.EMAIL:
            return False
        case Sort.AWS:
            return effect.name.rpartition(".")[2].startswith(_IDEMPOTENT)
        case Sort.HTTP:
            return effect.name.startswith(("PUT ", "DELETE "))
        case _:
            return True


def _gives_record_back(outcome: Outcome) -> bool:
    return outcome.status is Status.RETURNED and reports_failure(outcome.returned)


# --- detectors: what each check sees in an outcome ------------------------------------------------


def _raised(outcome: Outcome) -> _Observation | None:
    if outcome.status is not Status.RAISED or outcome.stop is not None:
        return None
    return _at_the_end(outcome, outcome.message)


def _dead_at_import(outcome: Outcome) -> _Observation | None:
    if outcome.status is not Status.NOT_LOADED:
        return None
    return _at_the_end(outcome, outcome.message)


def _exited(outcome: Outcome) -> _Observation | None:
    if outcome.status not in {Status.EXITED, Status.DIED} or outcome.stop is not None:
        return None
    return _at_the_end(outcome, outcome.message)


def _late(outcome: Outcome) -> _Observation | None:
    if outcome.status is not Status.TIMED_OUT or outcome.stop is not None:
        return None
    return _at_the_end(outcome, outcome.message or "no answer in time")


def _at_the_end(outcome: Outcome, message: str) -> _Observation:
    """An observation about the exception and the line with which the call ended."""
    return _Observation(message, outcome.exception, outcome.location)


def _swallowed(outcome: Outcome) -> _Observation | None:
    caught = outcome.swallowed
    if caught is None:
        return None
    message = "it ends a thread, and nothing is done about it"
    if caught.where:
        place = f"{caught.where.file}:{caught.where.line}"
        message = f"caught at {place}, and nothing is done about it"
    if exception_message := _first_line(caught.message):
        message = f"{exception_message}; {message}"
    return _Observation(message, caught.exception, caught.raised or caught.where)


def _given_back(outcome: Outcome) -> _Observation | None:
    if not _gives_record_back(outcome) or polled(outcome.returned):
        return None
    if not outcome.caught:
        return _Observation("the record is answered as failed")
    caught = outcome.caught[-1]
    if caught.stop is not None:
        return None
    return _Observation(
        _first_line(caught.message), caught.exception, caught.raised or caught.where
    )


def _refused_request(outcome: Outcome) -> _Observation | None:
    if outcome.status is not Status.REFUSED or outcome.stop is not None:
        return None
    if _status(outcome) < _FIRST_NO_SUCCESS:
        return None
    if is_decision(outcome):
        # Reports name the line alone: the exception is how the answer is written.
        return _Observation(outcome.message, None, outcome.location, Severity.WARNING)
    if outcome.exception is None and outcome.caught:
        caught = outcome.caught[-1]
        told = f"{_first_line(caught.message)}; {outcome.message}"
        return _Observation(told, caught.exception, caught.raised or caught.where)
    return _at_the_end(outcome, outcome.message)


def _fails_after_answer(outcome: Outcome) -> _Observation | None:
    if outcome.status is not Status.REFUSED or outcome.stop is not None:
        return None
    if _status(outcome) >= _FIRST_NO_SUCCESS:
        return None
    return _at_the_end(outcome, outcome.message)


def is_decision(outcome: Outcome) -> bool:
    """Whether a request was refused by a status that the consumer's own code says.

    No exception is behind it but the one that says so, and none was caught.
    """
    if outcome.status is not Status.REFUSED or outcome.caught or len(outcome.chain) > 1:
        return False
    return isinstance(outcome.returned, dict) and outcome.returned.get("by") == "its own code"


def _status(outcome: Outcome) -> int:
    """The status that a refused request was answered with."""
    returned = outcome.returned
    status = returned.get("status") if isinstance(returned, dict) else None
    return status if isinstance(status, int) else _FIRST_SERVER_ERROR


def _left_in_queue(outcome: Outcome) -> _Observation | None:
    counts = polled(outcome.returned)
    if not counts or not _gives_record_back(outcome):
        return None
    if any(caught.stop is not None for caught in outcome.caught):
        return None
    if outcome.caught:
        caught = outcome.caught[-1]
        place = caught.raised or caught.where
        return _Observation(_first_line(caught.message), caught.exception, place)
    if counts.get("given-back"):
        return None
    if failed_by := counts.get("failed-by"):
        return _exception_told(failed_by)
    place = _place(counts.get("at"))
    return _Observation("it is received, and not deleted: it comes again", location=place)


def _ended_by_emptiness(outcome: Outcome) -> _Observation | None:
    ended = polled(outcome.returned).get("ended-by")
    return _exception_told(ended) if ended else None


def _exception_told(told: Mapping[str, Any]) -> _Observation:
    """An exception that a poll loop tells of."""
    return _Observation(_first_line(told["message"]), told["exception"], _place(told["at"]))


def _place(values: Sequence[Any] | None) -> Location | None:
    return Location(*values) if values else None


def _first_line(message: str) -> str:
    return message.partition("\n")[0]


def _never_ran(outcome: Outcome) -> _Observation | None:
    if not outcome.never_ran:
        return None
    message = f"it returns {outcome.never_ran}, which Lambda does not run"
    return _Observation(message, location=outcome.location)


def _unserialisable(outcome: Outcome) -> _Observation | None:
    return _Observation(outcome.unserialisable) if outcome.unserialisable else None


def _mutated(outcome: Outcome) -> _Observation | None:
    return _Observation("the event was changed in place") if outcome.mutated else None


def _error_returned(outcome: Outcome) -> _Observation | None:
    if outcome.status is not Status.RETURNED or outcome.swallowed is not None:
        return None
    if any(caught.stop is not None for caught in outcome.caught):
        return None
    returned = outcome.returned
    message = None
    if isinstance(returned, str) and _ERROR_TEXT.match(f"{returned} "):
        message = f"returns {returned[:_LONGEST_VALUE]!r}"
    elif isinstance(returned, dict):
        message = _error_in(returned)
    return _Observation(message) if message else None


def _error_in(returned: Mapping[Any, Any]) -> str | None:
    """How a returned object says that something went wrong; None where it does not."""
    for key in _STATUS_KEYS:
        value = returned.get(key)
        if _is_http_error(value):
            return f"returns {key} {value}"
        if isinstance(value, str) and value in _ERROR_WORDS:
            return f"returns {key} {value!r}"
    for key in _ERROR_KEYS:
        if returned.get(key):
            return f"returns {key} {str(returned[key])[:_LONGEST_VALUE]!r}"
    for key in _SUCCESS_KEYS:
        if returned.get(key) is False:
            return f"returns {key} false"
    return None


def _is_http_error(value: Any) -> bool:
    """Whether a value is a status code of HTTP that means an error, as a number or in digits."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return value >= _FIRST_HTTP_ERROR


_DETECTORS: Mapping[str, Callable[[Outcome], _Observation | None]] = MappingProxyType(
    {
        "raises": _raised,
        DEAD_AT_IMPORT: _dead_at_import,
        "exits": _exited,
        "late": _late,
        "swallowed": _swallowed,
        GIVEN_BACK: _given_back,
        NEVER_RUNS: _never_ran,
        LEFT_IN_QUEUE: _left_in_queue,
        EMPTY_QUEUE: _ended_by_emptiness,
        REFUSED_REQUEST: _refused_request,
        FAILS_AFTER_ANSWER: _fails_after_answer,
        "unserialisable": _unserialisable,
        "error-return": _error_returned,
        "mutates": _mutated,
    }
)
