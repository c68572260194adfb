"""Poll loops: functions without arguments that ask a queue for messages, again and again.

A call gives the queue the messages of a payload, and the loop is called with nothing. It ends when
it returns, or is ended where it asks the empty queue once more. What became of the messages is the
answer, in the form of Lambda's partial batch response: those that were received and not deleted
have failed. So whatever judges batches judges these.
"""

from __future__ import annotations

import functools
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ecr_contracts.core.findings import Location
from ecr_contracts.core.text import message, type_name
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.awaiting import awaited
from ecr_contracts.runtime.entries.deferred import run_on
from ecr_contracts.runtime.entries.polled_queue import PolledQueue, PollingEndedError
from ecr_contracts.runtime.entries.waking import waking
from ecr_contracts.runtime.lambda_context import CallEndedError
from ecr_contracts.runtime.raised import frames_of

__all__ = ["POLLED", "answering_queue", "as_handler", "is_about_emptiness", "polled_queue"]

POLLED = "polled"
"""The key of the answer of a poll loop that counts what it received and deleted."""

_MOST_RUNS = 20
"""Times that a function is called for one payload: who takes a message at a time is run again."""

_queues: list[PolledQueue] = []
"""The queue of the call that goes on, if any."""


_over: list[PolledQueue] = []
"""The queue of the last call that is over: threads that go on ask it, and are ended."""
_left_behind: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
"""The threads that ran when a call was over."""


def polled_queue() -> PolledQueue | None:
    """The queue of the poll loop that runs; none where no poll loop does."""
    return _queues[-1] if _queues else None


def answering_queue() -> PolledQueue | None:
    """The queue that a call for messages is answered from; none where no poll loop was called.

    It is that of the poll loop that runs; threads that one has left behind are ended by its own.
    """
    is_left_behind = threading.current_thread() in _left_behind
    return polled_queue() or (_over[-1] if _over and is_left_behind else None)


def is_about_emptiness(error: BaseException) -> bool:
    """Whether an exception is about the key `Messages`, which no answer of an empty queue has."""
    queue = polled_queue()
    if queue is None or not queue.is_drained:
        return False
    if type(error) is KeyError:
        return error.args == ("Messages",)
    return type(error) is TypeError and "NoneType" in str(error) and not queue.left


def as_handler(
    function: Callable[[], Any], user_code: UserCode, asks_at: Location | None = None
) -> Callable[[Any, Any], Any]:
    """A poll loop as a function of a payload (the response of ReceiveMessage) and a context.

    `asks_at` is the line that asks for messages, where a call does not tell: it is made in a thread
    of somebody else's.
    """

    def polled(payload: Any, _: Any) -> Any:
        messages = payload.get("Messages", ()) if isinstance(payload, Mapping) else ()
        queue = PolledQueue(messages, user_code)
        _queues.append(queue)
        tracing, excepthook = sys.gettrace(), threading.excepthook
        threading.excepthook = _quiet(excepthook)
        ended_by: BaseException | None = None
        try:
            with waking(queue):
                _run(function, queue)
        except (KeyError, TypeError) as error:
            if not is_about_emptiness(error):
                raise
            ended_by = error
        finally:
            sys.settrace(tracing)
            threading.excepthook = excepthook
            _queues.remove(queue)
            queue.close()
            _over[:] = [queue]
            _left_behind.update(_other_threads())
        if queue.is_asked:
            queue.asked_at = queue.asked_at or asks_at
        return _answer(queue, ended_by, user_code)

    return functools.wraps(function)(polled) if hasattr(function, "__name__") else polled


def _other_threads() -> Iterator[threading.Thread]:
    """The threads that run beside the one that asks."""
    me = threading.current_thread()
    yield from (thread for thread in threading.enumerate() if thread is not me)


def _quiet(excepthook: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What is told of the end of threads, but for those that were ended with the queue."""

    def told(arguments: Any) -> None:
        if not issubclass(arguments.exc_type, PollingEndedError):
            excepthook(arguments)

    return told


def _run(function: Callable[[], Any], queue: PolledQueue) -> None:
    """Run a loop until it ends; one that takes some messages and returns is run again."""
    for _ in range(_MOST_RUNS):
        before = queue.received
        try:
            run_on(function(), awaited)
        except PollingEndedError:
            return
        except SystemExit as ending:
            if ending.code not in (None, 0):
                raise
        except CallEndedError:
            # It sleeps before it asks for the next message, if it has done with all of these.
            if queue.has_more or (queue.left and not queue.is_drained):
                raise
        if not queue.has_more or queue.received == before:
            return


def _answer(
    queue: PolledQueue, ended_by: BaseException | None, user_code: UserCode
) -> dict[str, Any]:
    failures = [{"itemIdentifier": message_id} for message_id in queue.left]
    counts: dict[str, Any] = {"received": queue.received, "deleted": queue.deleted}
    if queue.given_back:
        counts["given-back"] = True
    if queue.asked_at is not None:
        counts["at"] = _plain(queue.asked_at)
    if ended_by is not None:
        at = user_code.location(frames_of(ended_by))
        counts["ended-by"] = _told(type_name(type(ended_by)), message(ended_by), at)
    if queue.failed_by is not None:
        counts["failed-by"] = _told(*queue.failed_by)
    return {"batchItemFailures": failures, POLLED: counts}


def _told(exception: str, text: str, at: Location | None) -> dict[str, Any]:
    """An exception as plain data."""
    return {"exception": exception, "message": text, "at": at and _plain(at)}


def _plain(place: Location) -> list[Any]:
    code = [place.source, place.around, place.first, place.column]
    return [place.file, place.line, place.function, *code]
