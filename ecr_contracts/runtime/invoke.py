"""How a consumer is called in this process; what it did is an outcome, without judgement."""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import os
import time
import traceback
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ecr_contracts.core.findings import Location, Severity
from ecr_contracts.core.text import last_part, message, shown, type_name
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.effects import NONE, Effects
from ecr_contracts.runtime.lambda_context import LambdaContext
from ecr_contracts.runtime.lambda_response import carried
from ecr_contracts.runtime.loader import Consumer
from ecr_contracts.runtime.sandbox.exceptions import Caught
from ecr_contracts.runtime.tracing import Watched, Watcher

__all__ = ["Outcome", "Status", "call", "output_text"]

_TEXT_LIMIT = 10_000


class Status(StrEnum):
    """How one call ended."""

    RETURNED = "returned"
    RAISED = "raised"
    EXITED = "exited"
    TIMED_OUT = "timed-out"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with what came of an event, beside how the call ended: `check` is the id of the check it is for.

    `severity` is that of the check unless it is given.
    """

    check: str
    message: str
    exception: str | None = None
    location: Location | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call did, as plain data.

    `exception` is the type's name (qualified unless built in), `message` its text as raised,
    `location` the innermost of the consumer's own lines, `traceback` the text without our frames.
    `returned` is the value if JSON can carry it, else None, and `unserialisable` then says what
    stands in the way (`$.when is a datetime`). `mutated`: the event was changed in place. `output`
    is the end of what was written to standard output and standard error. `watched` is what the call
    looked at, if it was to be watched.

    In a sandbox, `effects` are what it did to the world, `caught` what its own code caught without
    asking what it is, `missing` the environment variables that it looked up in vain so far, `unset`
    those that it asked for and can do without, and `misuse` says what the user told the sandbox
    that it cannot use. `swallowed` is the one of `caught` that the rest of the run was lost by:
    `running` says which, for that takes more than one call. `faults` are those of consumers that
    are no Python, and know themselves what is wrong.
    """

    status: Status
    exception: str | None = None
    message: str = ""
    location: Location | None = None
    traceback: str = ""
    returned: Any = None
    unserialisable: str = ""
    mutated: bool = False
    output: str = ""
    seconds: float = 0.0
    watched: Watched | None = None
    effects: Effects = NONE
    caught: tuple[Caught, ...] = ()
    missing: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    misuse: str = ""
    swallowed: Caught | None = None
    faults: tuple[Fault, ...] = ()


def call(
    consumer: Consumer | Callable[..., Any],
    payload: Any,
    context: object | None = None,
    *,
    timeout: float = 5.0,
    capture: bool = True,
    watch: bool = False,
    aside: Collection[str] = (),
) -> Outcome:
    """Give a consumer a copy of a payload and tell what it did; nothing that it raises comes through.

    `context` is a `LambdaContext` unless given, and `timeout` is only the time that it says is
    left: a call in this process cannot be stopped (`workers` can). Awaitables are awaited. Without
    `capture` the output goes where it goes. `watch` notes what the call looks at: that takes time,
    and shows to code that asks for the event's exact type; what comes of the packages `aside` is
    noted elsewhere. Raises `ConsumerError` for a callable that takes no event.
    """
    if not isinstance(consumer, Consumer):
        consumer = Consumer.of(consumer)
    watcher = Watcher(consumer.user_code, aside) if watch else None
    event = watcher.event(payload) if watcher else copy.deepcopy(payload)
    given = LambdaContext(payload, timeout=timeout) if context is None else context
    arguments = (event, given)[: consumer.arguments]
    process = os.getpid()
    raised: BaseException | None = None
    value: Any = None
    with _taped() if capture else contextlib.nullcontext() as tape:
        began = time.perf_counter()
        try:
            with watcher or contextlib.nullcontext():
                value = consumer.function(*arguments)
                if inspect.isawaitable(value):
                    value = _awaited(value)
        except BaseException as error:  # noqa: BLE001 - whatever a consumer raises is what it did
            raised = _of_record(error)
        seconds = time.perf_counter() - began
        if os.getpid() != process:
            # The consumer forked and its child came back here: it must not go on with our work.
            os._exit(0)
    output = output_text(tape.getvalue()) if tape else ""
    mutated = _differs(event, payload)
    watched = watcher.seen() if watcher else None
    if raised is None:
        returned, unserialisable = carried(value)
        return Outcome(
            Status.RETURNED,
            returned=returned,
            unserialisable=unserialisable,
            mutated=mutated,
            output=output,
            seconds=seconds,
            watched=watched,
        )
    exited = isinstance(raised, SystemExit)
    return Outcome(
        Status.EXITED if exited else Status.RAISED,
        exception=type_name(type(raised)),
        message=f"exit code {shown(raised.code)}"
        if isinstance(raised, SystemExit)
        else message(raised),
        location=_raised_at(raised, consumer.user_code),
        traceback=_traceback_text(raised, consumer.user_code),
        mutated=mutated,
        output=output,
        seconds=seconds,
        watched=watched,
    )


class _Tape(io.BytesIO):
    """A recording that its consumer cannot close."""

    def close(self) -> None:
        """Do nothing: what was written before is still wanted."""


@contextlib.contextmanager
def _taped() -> Iterator[_Tape]:
    tape = _Tape()
    stream = io.TextIOWrapper(tape, "utf-8", "backslashreplace", write_through=True)
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        yield tape


def output_text(written: bytes) -> str:
    """The last ten thousand characters of what was written."""
    return last_part(written[-4 * _TEXT_LIMIT :].decode("utf-8", "replace"), _TEXT_LIMIT)


def _awaited(awaitable: Awaitable[Any]) -> Any:
    import asyncio  # late: few consumers are asynchronous

    async def outcome() -> Any:
        return await awaitable

    loop = None
    with contextlib.suppress(RuntimeError):
        loop = asyncio.get_running_loop()
    if loop is None:
        return asyncio.run(outcome())
    # This thread's loop is busy with whoever called us, a test of pytest-asyncio for one.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, outcome()).result()


def _differs(event: Any, payload: Any) -> bool:
    try:
        return bool(event != payload)
    except Exception:  # noqa: BLE001 - what a consumer put into the event may compare as it likes
        return True


def _of_record(error: BaseException) -> BaseException:
    """What the first record raised, where all of a batch did and a processor of batches raises for them together.

    Powertools for AWS Lambda keeps the `sys.exc_info()` of each record in `child_exceptions`.
    """
    children = getattr(error, "child_exceptions", None)
    first = children[0] if isinstance(children, list) and children else None
    inner = first[1] if isinstance(first, tuple) and len(first) == 3 else None
    return inner if isinstance(inner, BaseException) else error


def _raised_at(error: BaseException, user_code: UserCode) -> Location | None:
    """Where an exception was raised; for a group, where its first member was."""
    if isinstance(error, BaseExceptionGroup) and (
        inner := _raised_at(error.exceptions[0], user_code)
    ):
        return inner
    return user_code.location(traceback.walk_tb(error.__traceback__))


def _traceback_text(error: BaseException, user_code: UserCode) -> str:
    first = error.__traceback__
    while first and not user_code.owns(first.tb_frame.f_code.co_filename):
        first = first.tb_next
    try:
        # Where none of the frames is the consumer's own, ours alone (the first) is left out.
        shown = first or (error.__traceback__ and error.__traceback__.tb_next)
        text = "".join(traceback.TracebackException(type(error), error, shown).format())
    except Exception:  # noqa: BLE001 - an exception's own code may break while it is shown
        return ""
    return last_part(text, _TEXT_LIMIT)
