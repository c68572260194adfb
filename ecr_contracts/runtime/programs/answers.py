"""What a program or an address answered to one event, as an outcome.

An answer is a line of JSON: what Lambda's handler would return, or an error in Lambda's form. An
exit code is an answer too, with what was written to standard error. What fails since there is no
network here says nothing of the event: it is an answer of ours that the call did not get beyond.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from ecr_contracts.core import limits
from ecr_contracts.core.text import last_part, shortened
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.lambda_response import lambda_json
from ecr_contracts.runtime.outcome import Outcome, Status, Stop
from ecr_contracts.runtime.programs import traces

__all__ = [
    "NO_ANSWER",
    "NO_JSON",
    "Written",
    "is_error",
    "json_in",
    "of_answer",
    "of_end",
    "stopped",
]

NO_JSON = object()
"""In place of a value, where a text is no JSON."""

NO_ANSWER = "end without an answer"
"""In place of an exception, where a program or a connection ends before it answers."""

_LATE = ("Sandbox.Timedout", "Function.Timedout")


@dataclass(frozen=True, slots=True)
class Written:
    """What a program wrote for one event beside its answer; both are text."""

    output: str = ""
    errors: str = ""

    @property
    def all(self) -> str:
        """Both, as they are shown."""
        parts = [part for part in (self.output.rstrip(), self.errors.rstrip()) if part]
        return last_part("\n".join(parts), limits.OUTPUT_CHARACTERS)


def json_in(text: str | bytes) -> Any:
    """The JSON value that a text is; `NO_JSON` where it is none."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return NO_JSON


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def is_error(value: Any) -> bool:
    """Whether a value is an error in the form of Lambda's runtimes."""
    return isinstance(value, Mapping) and (
        isinstance(value.get("errorMessage"), str) or isinstance(value.get("errorType"), str)
    )


def of_answer(value: Any, written: Written, folder: str) -> Outcome:
    """The outcome of a call that was answered with a value."""
    if is_error(value):
        return _of_error(value, written, folder)
    returned, unserialisable = lambda_json(value)
    outcome = Outcome(
        Status.RETURNED, returned=returned, unserialisable=unserialisable, output=written.all
    )
    return stopped(outcome, "" if returned is None else json.dumps(returned))


def _of_error(error: Mapping[str, Any], written: Written, folder: str) -> Outcome:
    exception = str(error.get("errorType") or "") or "an error without errorType"
    message = _without_request_id(str(error.get("errorMessage") or ""))
    stack = traces.stack_lines(error.get("stackTrace") or error.get("trace"))
    if exception in _LATE or message.startswith("Task timed out after"):
        return Outcome(Status.TIMED_OUT, message=message, output=written.all)
    is_python = 'File "' in stack
    outcome = Outcome(
        Status.RAISED,
        exception=shortened(exception, limits.NAME_CHARACTERS),
        message=shortened(message, limits.MESSAGE_CHARACTERS),
        location=traces.location_in(stack, folder, is_innermost_last=is_python),
        traceback=last_part(stack, limits.TRACEBACK_CHARACTERS),
        output=written.all,
    )
    return stopped(outcome, f"{exception}: {message}")


def _without_request_id(message: str) -> str:
    """A message without the id of the call, which is another one each time."""
    begin, sep, rest = message.partition("RequestId: ")
    if not sep or begin:
        return message
    return rest.partition(" ")[2].removeprefix("Error: ") or message


def of_end(code: int, written: Written, folder: str) -> Outcome:
    """The outcome of a call that a program answered by its end, with an exit code.

    A negative code is the number of the signal that killed it. What it wrote may hold an answer:
    all of it, or its last line. Where it tells of no exception, the exit code stands in its place.
    """
    value = _last_value(written.output)
    if code == 0 or is_error(value):
        if value is NO_JSON:
            return Outcome(Status.RETURNED, output=written.all)
        return of_answer(value, written, folder)
    failure = traces.failure_in(written.errors) or traces.failure_in(written.output)
    if failure is None:
        said = traces.last_line(written.errors) or traces.last_line(written.output)
        failure = traces.Failure("", said, said)
    exception = failure.exception
    if not exception:
        exception = f"killed by {_signal_name(-code)}" if code < 0 else f"exit code {code}"
    outcome = Outcome(
        Status.RAISED,
        exception=shortened(exception, limits.NAME_CHARACTERS),
        message=shortened(failure.message, limits.MESSAGE_CHARACTERS),
        location=traces.location_in(failure.stack, folder),
        traceback=last_part(failure.stack, limits.TRACEBACK_CHARACTERS),
        output=written.all,
    )
    return stopped(outcome, written.all)


def _last_value(output: str) -> Any:
    """The value that is all of an output, or an object in its last line."""
    value = json_in(output)
    if value is NO_JSON:
        value = json_in(traces.last_line(output))
        if not isinstance(value, Mapping):
            return NO_JSON
    return value


def stopped(outcome: Outcome, text: str) -> Outcome:
    """An outcome that stops at what is not to be had here, where a text tells of that.

    That is a connection, which is refused, or a program, which is not installed.
    """
    if place := traces.refused_connection(text):
        effect = Effect(Sort.NETWORK, place, refused=True)
    elif program := traces.missing_program(text):
        effect = Effect(Sort.PROCESS, program)
    else:
        return outcome
    said = outcome.message or shortened(traces.last_line(text), limits.MESSAGE_CHARACTERS)
    return replace(
        outcome,
        status=Status.RAISED if outcome.status is Status.RETURNED else outcome.status,
        exception=outcome.exception or "no connection",
        message=said,
        returned=None,
        stop=Stop(effect, outcome.location),
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
