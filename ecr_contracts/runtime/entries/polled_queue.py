"""The queue that a poll loop asks: its messages, who received them, and what became of each.

Source: SQS API reference, ReceiveMessage (at most ten messages, one unless told otherwise; system
attributes only as far as they are asked for; no key `Messages` where there is none),
DeleteMessage and ChangeMessageVisibility (both take the receipt handle, and refuse any other text),
and their batches.
"""

from __future__ import annotations

import copy
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any

from ecr_contracts.core.findings import Location
from ecr_contracts.core.package import is_own_file
from ecr_contracts.discovery.user_code import UserCode

__all__ = ["OPERATIONS", "PolledQueue", "PollingEndedError"]

_PATIENCE = 3
"""Answers without a message, after which a loop has shown what it does with the messages."""
_LONGEST_POLL = 20.0
_SHORT_POLL = 1.0
"""Seconds that an answer without a message takes: the most, and where nobody asks to wait."""
_ALL = "All"
_INVALID_HANDLE = "ReceiptHandleIsInvalid"


_handed_out: deque[str] = deque(maxlen=1000)
"""Receipt handles of the last calls: a message may wait in a list of the consumer's own when a call
ends with an exception, which would end its process. SQS takes such a handle too."""


class PollingEndedError(SystemExit):
    """The queue stays empty: a poll loop is ended here, as a process is that gets SIGTERM.

    `except Exception` does not catch it, a thread that it ends says nothing of it, and an event
    loop of asyncio ends with it, in whatever task it is raised.
    """

    def __init__(self) -> None:
        super().__init__(0)


class PolledQueue:
    """The messages of one call. Any thread of the consumer may ask it."""

    def __init__(self, messages: Sequence[Mapping[str, Any]], user_code: UserCode) -> None:
        self._waiting = [dict(message) for message in messages]
        self._received: dict[str, dict[str, Any]] = {}
        """Messages by their receipt handles, in the order in which they were received."""
        self._deleted: set[str] = set()
        self._made_visible: set[str] = set()
        self._empty_answers = 0
        self._ended: dict[int, int] = {}
        """How often each thread was told that it ends here, by its number."""
        self._lock = threading.Lock()
        self._user_code = user_code
        self.on_ended_aside: Callable[[], None] = lambda: None
        """Called once, when a thread is ended that is not the one that made this queue."""
        self._maker = threading.get_ident()
        self._is_ended_aside = False
        self._is_closed = False
        self.asked_at: Location | None = None
        """The consumer's line that asked for messages first."""
        self.failed_by: tuple[str, str, Location | None] | None = None
        """What a thread of a pool raised last: the type, the message, and the consumer's line."""

    def close(self) -> None:
        """Have nothing more: the call is over, and whoever asks now is ended."""
        with self._lock:
            self._waiting, self._is_closed = [], True

    @property
    def is_asked(self) -> bool:
        """Whether anybody asked for messages."""
        return bool(self._received) or self._empty_answers > 0

    @property
    def has_more(self) -> bool:
        """Whether there are messages that nobody received yet."""
        return bool(self._waiting)

    @property
    def is_drained(self) -> bool:
        """Whether all messages were received, and more were asked for since."""
        return not self._waiting and self._empty_answers > 0

    @property
    def received(self) -> int:
        """How many messages were received."""
        return len(self._received)

    @property
    def deleted(self) -> int:
        """How many of them were deleted."""
        return len(self._deleted)

    @property
    def left(self) -> list[str]:
        """The ids of the messages that were received and not deleted: they come again."""
        messages = self._received.items()
        return [m["MessageId"] for handle, m in messages if handle not in self._deleted]

    @property
    def given_back(self) -> bool:
        """Whether all that are left were made visible again on purpose."""
        left = self._received.keys() - self._deleted
        return bool(left) and left <= self._made_visible

    def answer(self, name: str, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer to an operation of SQS; None where it is not about these messages.

        A call for messages takes its time where there are none. Raises PollingEndedError where it
        was asked in vain often enough.
        """
        operation = _OPERATIONS.get(name)
        return None if operation is None else operation(self, parameters)

    # --- operations -------------------------------------------------------------------------------

    def _receive(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        frame = sys._getframe()
        with self._lock:
            if self.asked_at is None:
                outermost_first = reversed(list(traceback.walk_stack(frame)))
                self.asked_at = self._user_code.location(outermost_first)
            wanted = int(parameters.get("MaxNumberOfMessages") or 1)
            messages, self._waiting = self._waiting[:wanted], self._waiting[wanted:]
            for message in messages:
                self._received[message["ReceiptHandle"]] = message
                _handed_out.append(message["ReceiptHandle"])
            if messages:
                return {"Messages": [_shown(message, parameters) for message in messages]}
            self._empty_answers += 1
            is_over = self._is_closed or self._empty_answers > _PATIENCE
        if is_over:
            self._end(frame)
        seconds = min(float(parameters.get("WaitTimeSeconds") or _SHORT_POLL), _LONGEST_POLL)
        # Our own sleeps are left alone by the virtual clock, a wait of `threading` is not: others
        # who are at work on messages get on meanwhile.
        threading.Event().wait(seconds)
        return {}

    def _end(self, frame: FrameType) -> None:
        """End whoever asks; who catches even that is not let do anything more."""
        me = threading.get_ident()
        self._ended[me] = times = self._ended.get(me, 0) + 1
        if me != self._maker and not self._is_ended_aside:
            self._is_ended_aside = True
            self.on_ended_aside()
        if times > _PATIENCE:
            _unwind(frame, self._user_code)
        raise PollingEndedError

    def _delete(self, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        return self._settled(parameters, self._deleted)

    def _change(self, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        return self._settled(parameters, self._made_visible)

    def _settled(self, parameters: Mapping[str, Any], handles: set[str]) -> dict[str, Any] | None:
        if not self._received:
            return None
        handle = parameters.get("ReceiptHandle")
        with self._lock:
            if handle in self._received:
                handles.add(handle)
                return {}
            if handle in _handed_out:
                return {}
        # Without the text itself: another event would be told as another fault.
        message = "The input receipt handle is not a valid receipt handle."
        return {
            "Error": {"Code": _INVALID_HANDLE, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": 404},
        }

    def _delete_batch(self, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        return self._settled_batch(parameters, self._deleted)

    def _change_batch(self, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        return self._settled_batch(parameters, self._made_visible)

    def _settled_batch(
        self, parameters: Mapping[str, Any], handles: set[str]
    ) -> dict[str, Any] | None:
        if not self._received:
            return None
        answer: dict[str, Any] = {"Successful": []}
        for entry in parameters.get("Entries", ()):
            refused = self._settled(entry, handles)
            if not refused:
                answer["Successful"].append({"Id": entry.get("Id")})
            else:
                failed = {"Id": entry.get("Id"), "SenderFault": True, **refused["Error"]}
                answer.setdefault("Failed", []).append(failed)
        return answer

    def _attributes(self, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        """How many messages there are, for loops that ask before they receive."""
        names = set(parameters.get("AttributeNames", ()))
        counts = {
            "ApproximateNumberOfMessages": len(self._waiting),
            "ApproximateNumberOfMessagesNotVisible": len(self.left),
            "ApproximateNumberOfMessagesDelayed": 0,
        }
        if not names <= counts.keys():
            return None
        return {"Attributes": {name: str(counts[name]) for name in counts if name in names}}


_OPERATIONS: Mapping[str, Callable[[PolledQueue, Mapping[str, Any]], dict[str, Any] | None]] = {
    "sqs.ReceiveMessage": PolledQueue._receive,
    "sqs.DeleteMessage": PolledQueue._delete,
    "sqs.DeleteMessageBatch": PolledQueue._delete_batch,
    "sqs.ChangeMessageVisibility": PolledQueue._change,
    "sqs.ChangeMessageVisibilityBatch": PolledQueue._change_batch,
    "sqs.GetQueueAttributes": PolledQueue._attributes,
}

OPERATIONS = frozenset(_OPERATIONS)
"""The operations that only fetch messages and settle them: no work is done by them."""


def _shown(message: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A message as it is received: with the system attributes that were asked for."""
    shown = copy.deepcopy(dict(message))
    attributes = shown.pop("Attributes", {})
    asked: set[str] = set(parameters.get("AttributeNames") or ())
    asked |= set(parameters.get("MessageSystemAttributeNames") or ())
    kept = {name: value for name, value in attributes.items() if asked & {_ALL, name}}
    return {**shown, "Attributes": kept} if kept else shown


def _unwind(frame: FrameType, user_code: UserCode) -> None:
    """Raise once more in the consumer's next line, which is the first of a handler.

    So a `while True:` with an `except:` inside is left. In a sandbox that is done before
    (`sandbox.exceptions`), but for modules that were loaded without it.
    """

    def stop(_: FrameType, event: str, __: Any) -> Any:
        if event == "line":
            raise PollingEndedError
        return stop

    traced = False
    for caller, _ in traceback.walk_stack(frame):
        if user_code.owns(caller.f_code.co_filename):
            caller.f_trace, traced = stop, True
        elif traced and is_own_file(caller.f_code.co_filename):
            break  # what stands beyond our own call of the consumer is not the consumer
    sys.settrace(lambda *_: None)
