"""Calls a consumer in this process, and tells its outcome without judgement."""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.findings import Location
from ecr_contracts.core.text import last_part, message, shortened, shown, type_name
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.awaiting import awaited, coroutine_frames
from ecr_contracts.runtime.entries.deferred import is_expression, left_alone, run_on
from ecr_contracts.runtime.entries.web.messages import RequestRefusedError
from ecr_contracts.runtime.lambda_context import CallEndedError, LambdaContext
from ecr_contracts.runtime.loader import Consumer
from ecr_contracts.runtime.memory import use_reserve
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.raised import (
    ConsumerEndedError,
    chain_marks,
    first_record_error,
    raised_at,
    traceback_text,
)
from ecr_contracts.runtime.returned import refusal_of, returned_json
from ecr_contracts.runtime.tracing import Tracer

__all__ = ["call", "coroutine_frames", "output_text"]


Explain = Callable[[BaseException, Outcome], Outcome]
"""Gives an outcome with what else is known of the exception that ended the call."""


def call(
    consumer: Consumer | Callable[..., Any],
    payload: Any,
    context: object | None = None,
    *,
    timeout: float = 5.0,
    capture: bool = True,
    trace: bool = False,
    aside: Collection[str] = (),
    explain: Explain | None = None,
) -> Outcome:
    """Give a consumer a copy of a payload and tell what it did, whatever it raises.

    `context` is a `LambdaContext` unless given, and `timeout` is only the time that it says is
    left: a call in this process cannot be stopped (a `Worker` can stop one). Awaitables are
    awaited, and generators run to their end, unless Lambda is known to call the consumer. Without
    `capture` the output goes where it goes. With `trace` the outcome says what the call reads and
    runs: that takes time, and shows to code that asks for the event's exact type; calls of the
    packages `aside` are no side effects there. `explain` says more of what was raised, as fields of
    the outcome. Raises `ConsumerError` for a callable that takes no event.
    """
    if not isinstance(consumer, Consumer):
        consumer = Consumer.of(consumer)
    tracer = Tracer(consumer.user_code, aside) if trace else None
    event = tracer.event(payload) if tracer else copy.deepcopy(payload)
    if context is None:
        context = LambdaContext(payload, timeout=timeout)
    arguments = (event, context)[: consumer.arguments]
    process = os.getpid()
    raised: BaseException | None = None
    value: Any = None
    with _captured() if capture else contextlib.nullcontext() as tape:
        began = perf_counter()
        try:
            with tracer or contextlib.nullcontext():
                value = _returned(consumer, arguments)
        except BaseException as error:  # noqa: BLE001 - whatever a consumer raises is what it did
            raised = first_record_error(error)
        refused = _refusal(raised)
        if raised is None:
            refused = refusal_of(value, consumer.function, payload)
        if refused is not None:
            raised = refused.error or refused
        seconds = perf_counter() - began
        if os.getpid() != process:
            # The consumer forked and its child came back here: it must not go on with our work.
            os._exit(0)
    circumstances: dict[str, Any] = {
        "output": output_text(tape.getvalue()) if tape else "",
        "mutated": _differs(event, payload),
        "trace": tracer.trace() if tracer else None,
        "seconds": seconds,
    }
    if raised is not None:
        outcome = _raised_outcome(raised, consumer.user_code, circumstances)
        if refused is not None:
            outcome = _refused_outcome(refused, outcome, consumer.user_code)
        return outcome if explain is None else explain(raised, outcome)
    never_ran, code = left_alone(value)
    if never_ran:
        place = code and consumer.user_code.line_of(code, code.co_firstlineno)
        return Outcome(Status.RETURNED, location=place, never_ran=never_ran, **circumstances)
    returned, unserialisable = returned_json(value, consumer.function, consumer.arguments, payload)
    return Outcome(
        Status.RETURNED, returned=returned, unserialisable=unserialisable, **circumstances
    )


def _returned(consumer: Consumer, arguments: Sequence[Any]) -> Any:
    """What a consumer returns, run to its end; where it has used up the memory, some is set free.

    Keep it short: where Python has no memory for the number of the instruction that raised, which
    it needs at the end of a `with` and of a `finally`, it tries again for ever. It makes no such
    number up to 256.
    """
    try:
        value = consumer.function(*arguments)
        is_answer = consumer.is_lambda or (consumer.arguments == 2 and is_expression(value))
        return value if is_answer else run_on(value, awaited)
    except MemoryError:
        use_reserve()
        raise


def _raised_outcome(
    raised: BaseException, user_code: UserCode, circumstances: dict[str, Any]
) -> Outcome:
    """The outcome of a call that raised."""
    kind = type(raised)  # `isinstance` believes the `__class__` of an exception
    place = raised_at(raised, user_code)
    if issubclass(kind, CallEndedError):
        return Outcome(
            Status.TIMED_OUT,
            message=message(raised),
            location=place or user_code.location(raised.frames),  # type: ignore[attr-defined]
            **circumstances,
        )
    if issubclass(kind, ConsumerEndedError):
        return Outcome(Status.DIED, message=message(raised), **circumstances)
    status, reason = Status.RAISED, message(raised)
    if issubclass(kind, SystemExit):
        reason = shortened(f"exit code {shown(_exit_code(raised))}", limits.MESSAGE_CHARACTERS)
        status = Status.EXITED
    return Outcome(
        status,
        exception=type_name(kind),
        message=reason,
        location=place,
        traceback=traceback_text(raised, user_code),
        chain=chain_marks(raised),
        **circumstances,
    )


def _refusal(raised: BaseException | None) -> RequestRefusedError | None:
    """What was raised, if that is how a web app's answer is told."""
    return raised if type(raised) is RequestRefusedError else None


def _refused_outcome(
    refused: RequestRefusedError, outcome: Outcome, user_code: UserCode
) -> Outcome:
    """The outcome of a refused request, by that of the exception behind it, if there is one.

    Where no line of the consumer's own raised that, it is placed at the endpoint.
    """
    if refused.error is None:
        outcome = replace(outcome, exception=None, location=None, traceback="", chain=())
    place = outcome.location or _definition(refused.endpoint, user_code)
    return replace(
        outcome,
        status=Status.REFUSED,
        message=str(refused),
        location=place,
        returned=refused.answer,
    )


def _definition(function: Callable[..., Any] | None, user_code: UserCode) -> Location | None:
    """The line of a function's name; None where it is none of the consumer's own."""
    try:
        function = inspect.unwrap(function)  # type: ignore[arg-type]
        code = function.__code__
        lines, first = inspect.getsourcelines(code)
    except (AttributeError, OSError, TypeError, ValueError):
        return None
    if not user_code.owns(code.co_filename):
        return None
    for number, line in enumerate(lines, first):
        if line.lstrip().startswith(("def ", "async def ")):
            return user_code.line_of(code, number)
    return None


_exit_code: Any = SystemExit.__dict__["code"].__get__


class _Tape(io.BytesIO):
    """A recording that the consumer cannot close."""

    def close(self) -> None:
        """Do nothing: what was written before is still wanted."""


@contextlib.contextmanager
def _captured() -> Iterator[_Tape]:
    tape = _Tape()
    stream = io.TextIOWrapper(tape, "utf-8", "backslashreplace", write_through=True)
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        yield tape


def output_text(written: bytes) -> str:
    """The last ten thousand characters of what was written."""
    return last_part(
        written[-4 * limits.OUTPUT_CHARACTERS :].decode("utf-8", "replace"),
        limits.OUTPUT_CHARACTERS,
    )


def _differs(event: Any, payload: Any) -> bool:
    try:
        return bool(event != payload)
    except BaseException:  # noqa: BLE001 - what a consumer put into the event may compare as it likes
        return True
