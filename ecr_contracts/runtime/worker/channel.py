"""The line between a worker and its parent: frames of bytes, with bounds and deadlines at each end.

A consumer lives in the process of its worker, so it may write to the worker's end whatever it
likes, or close it. So nothing that comes is trusted: a frame begins with the number of the request
that it answers, which is drawn at random, and with the length of what follows. Bytes that do not
begin so are noise: what a consumer wrote itself, an answer that is given twice, the answer to an
earlier request. No read and no write waits beyond its deadline. On POSIX the file descriptor is
read and written with `read` and `write` alone, whatever is done to sockets in the worker; Windows
can do that with sockets only.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, Protocol

from ecr_contracts.core import limits

__all__ = ["NoiseError", "ParentEnd", "WorkerEnd", "pair"]

_LOOK = 0.1
"""Seconds between two looks at whether the other process lives."""
_CHUNK = 1 << 16
_SHOWN = 40
"""Bytes of noise that are shown."""
_HEADER = struct.Struct("!QI")

# Taken before any consumer can replace them.
_read, _write, _monotonic = os.read, os.write, time.monotonic
_socket_read, _socket_write = socket.socket.recv, socket.socket.send
_select = select.select
_poll: Any = getattr(select, "poll", None)


class NoiseError(Exception):
    """What came is no answer to what was asked; its text says what came."""


class Beside(Protocol):
    """Something that has to be taken while an answer is awaited: what the worker prints."""

    def fileno(self) -> int:
        """The descriptor to wait for; -1 where there is none."""

    def take(self) -> None:
        """Take what has come."""


class _End:
    """One end: its socket, the number of the current request, and what has come so far."""

    def __init__(self, end: socket.socket, number: int) -> None:
        end.setblocking(False)
        self._socket = end
        self._number = number
        self._come = bytearray()

    def __reduce__(self) -> Any:
        return type(self), (self._socket, self._number)

    def close(self) -> None:
        """Close this end; what is sent to it or asked of it then raises OSError."""
        self._socket.close()

    def fileno(self) -> int:
        """The descriptor of this end."""
        return self._socket.fileno()

    def _send(self, content: bytes, deadline: float) -> None:
        """Send one frame. Raises TimeoutError at the deadline, and OSError where nobody listens."""
        left = memoryview(_HEADER.pack(self._number, len(content)) + content)
        while left:
            try:
                left = left[self._write(left) :]
            except BlockingIOError:
                if not self._is_ready(deadline - _monotonic(), writing=True):
                    raise TimeoutError from None

    def _read_more(self) -> bool:
        """Take what has come. Raises EOFError where the other end is closed."""
        try:
            chunk = self._read()
        except BlockingIOError:
            return False
        if not chunk:
            raise EOFError
        self._come += chunk
        return True

    if os.name == "posix":

        def _read(self) -> bytes:
            return _read(self._socket.fileno(), _CHUNK)

        def _write(self, content: memoryview) -> int:
            return _write(self._socket.fileno(), content)

        def _is_ready(self, seconds: float, *, writing: bool = False) -> bool:
            """Whether it can be read or written within so many seconds."""
            poll = _poll()
            poll.register(self._socket.fileno(), select.POLLOUT if writing else select.POLLIN)
            return bool(poll.poll(max(0.0, seconds) * 1000))

        def _ready(self, seconds: float, beside: Beside | None) -> set[int]:
            """Which of the descriptors of this end and of what is beside it can be read by then."""
            poll = _poll()
            poll.register(self._socket.fileno(), select.POLLIN)
            if beside is not None and beside.fileno() >= 0:
                poll.register(beside.fileno(), select.POLLIN)
            return {descriptor for descriptor, _ in poll.poll(max(0.0, seconds) * 1000)}

    else:

        def _read(self) -> bytes:
            return _socket_read(self._socket, _CHUNK)

        def _write(self, content: memoryview) -> int:
            return _socket_write(self._socket, content)

        def _is_ready(self, seconds: float, *, writing: bool = False) -> bool:
            """Whether it can be read or written within so many seconds."""
            ends = [self._socket]
            ready = _select([] if writing else ends, ends if writing else [], [], max(0.0, seconds))
            return bool(ready[0] or ready[1])

        def _ready(self, seconds: float, beside: Beside | None) -> set[int]:
            """The descriptor of this end where it can be read by then; nothing is beside it."""
            return {self._socket.fileno()} if self._is_ready(seconds) else set()


class ParentEnd(_End):
    """The parent's end: it asks, and takes nothing but the answer to that."""

    def ask(self, content: bytes, seconds: float) -> None:
        """Send a request. Raises OSError where it is not taken within so many seconds."""
        self._number = _drawn_number()
        self._send(content, _monotonic() + seconds)

    def answer(
        self, seconds: float, is_alive: Callable[[], bool], beside: Beside | None = None
    ) -> bytes:
        """The answer to the last request, or to none: the first is sent unasked.

        What comes `beside` it meanwhile is taken, so that the worker can go on.
        Raises `NoiseError` for anything else, TimeoutError where it has not come within so many
        seconds, and EOFError where none will: the other end is closed or its process is gone.
        """
        deadline = _monotonic() + seconds
        while True:
            content = self._frame()
            if content is not None:
                return content
            left = deadline - _monotonic()
            # Others may hold the other end open, children of the worker above all.
            ready = self._ready(min(left, _LOOK), beside)
            if beside is not None and beside.fileno() in ready:
                beside.take()
            if self._socket.fileno() in ready:
                self._read_more()
            elif not is_alive() and not self._is_ready(0.0):
                raise EOFError
            elif left <= 0:
                raise TimeoutError

    def _frame(self) -> bytes | None:
        """The content of the frame that has come, if all of it has.

        Raises `NoiseError` as soon as one byte of it cannot be.
        """
        number = self._number.to_bytes(8)
        if not number.startswith(self._come[:8]):
            raise NoiseError(f"it sent what is no answer: {_shown(self._come)}")
        if len(self._come) < _HEADER.size:
            return None
        _, length = _HEADER.unpack_from(self._come)
        if length > limits.ANSWER_BYTES:
            raise NoiseError(
                f"it was about to send {length} bytes; {limits.ANSWER_BYTES} is the most"
            )
        end = _HEADER.size + length
        if len(self._come) < end:
            return None
        content = bytes(self._come[_HEADER.size : end])
        del self._come[:end]
        if self._come:
            raise NoiseError(f"it sent more than one answer: {_shown(self._come)}")
        return content


class WorkerEnd(_End):
    """The worker's end: it waits for requests, and answers the last of them."""

    def request(self) -> bytes:
        """The next request, whenever it comes. Raises EOFError or OSError where none will."""
        deadline: float | None = None
        while True:
            if len(self._come) >= _HEADER.size:
                self._number, length = _HEADER.unpack_from(self._come)
                if length > limits.REQUEST_BYTES:
                    raise EOFError
                end = _HEADER.size + length
                if len(self._come) >= end:
                    content = bytes(self._come[_HEADER.size : end])
                    del self._come[:end]
                    return content
            if self._come and deadline is None:
                deadline = _monotonic() + limits.STALLED_SECONDS
            if self._is_ready(
                limits.STALLED_SECONDS if deadline is None else deadline - _monotonic()
            ):
                self._read_more()
            elif deadline is not None:
                raise TimeoutError

    def reply(self, content: bytes) -> None:
        """Answer the last request, or none. Raises OSError where nobody takes the answer."""
        self._send(content, _monotonic() + limits.STALLED_SECONDS)


def pair() -> tuple[ParentEnd, WorkerEnd]:
    """Both ends of a new line."""
    first, second = socket.socketpair()
    number = _drawn_number()
    return ParentEnd(first, number), WorkerEnd(second, number)


def _drawn_number() -> int:
    return int.from_bytes(os.urandom(8))


def _shown(noise: bytearray) -> str:
    """The beginning of what came, as Python writes bytes."""
    beginning = repr(bytes(noise[:_SHOWN]))
    return beginning if len(noise) <= _SHOWN else f"{beginning} and more"
