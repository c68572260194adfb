"""Connections in memory: a socket and an asyncio transport whose other end is a function.

`AnsweredSocket` is for http.client, urllib3 and smtplib, `AnsweredTransport` for aiohttp. Neither
imports asyncio, which few consumers have loaded.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

Respond = Callable[[bytes], bytes]
"""Takes what was sent since the last time and gives what comes back."""


class AnsweredSocket:
    """A connected socket, as far as http.client, urllib3 and smtplib use one.

    What is sent is answered when the client reads, so that a request is whole by then.
    """

    def __init__(self, respond: Respond) -> None:
        self._respond = respond
        self._sent = bytearray()
        self._replies = bytearray()

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Take what is sent."""
        self._sent += data

    def send(self, data: Any, flags: int = 0) -> int:
        """Take what is sent, all of it."""
        self._sent += data
        return len(data)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """What comes back, as much of it as is wanted."""
        if not self._replies:
            sent, self._sent = bytes(self._sent), bytearray()
            self._replies += self._respond(sent)
        received = bytes(self._replies[:size])
        del self._replies[:size]
        return received

    def makefile(self, mode: str = "r", *_: Any, **__: Any) -> io.BufferedReader:
        """A file to read what comes back from."""
        return io.BufferedReader(_SocketFile(self))

    def settimeout(self, seconds: float | None) -> None:
        """Nothing here takes time."""

    def gettimeout(self) -> float | None:
        """Nothing here takes time."""
        return None

    def setsockopt(self, *_: Any) -> None:
        """There is nothing to set."""

    def getpeername(self) -> tuple[str, int]:
        """Nobody."""
        return "", 0

    def getsockname(self) -> tuple[str, int]:
        """Nobody."""
        return "", 0

    def fileno(self) -> int:
        """No file: nothing of the operating system is behind it."""
        return -1

    def shutdown(self, how: int) -> None:
        """Nobody has to be told."""

    def close(self) -> None:
        """Nothing is open."""


class _SocketFile(io.RawIOBase):
    def __init__(self, sock: AnsweredSocket) -> None:
        self._socket = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        received = self._socket.recv(len(buffer))
        buffer[: len(received)] = received
        return len(received)


class AnsweredTransport:
    """A transport of asyncio, as far as aiohttp uses one; it answers a request once that is whole.

    `loop` is the event loop that is running, `protocol` the client's.
    """

    def __init__(
        self, loop: Any, protocol: Any, is_whole: Callable[[bytes], bool], respond: Respond
    ) -> None:
        self._loop, self._protocol = loop, protocol
        self._is_whole, self._respond = is_whole, respond
        self._sent = bytearray()
        self._closing = False
        protocol.connection_made(self)

    def write(self, data: Any) -> None:
        """Take what is sent."""
        self._sent += data
        sent = bytes(self._sent)
        if self._is_whole(sent):
            self._sent.clear()
            self._loop.call_soon(self._protocol.data_received, self._respond(sent))

    def writelines(self, parts: Iterable[Any]) -> None:
        """Take several parts of what is sent."""
        self.write(b"".join(parts))

    def can_write_eof(self) -> bool:
        """No: the answer comes without."""
        return False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Nothing is known of a connection that is none."""
        return default

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self._closing

    def close(self) -> None:
        """Tell the protocol that the connection is over, once."""
        if not self._closing:
            self._closing = True
            self._loop.call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        """There is nothing left to be sent, so that it is closed."""
        self.close()

    def get_protocol(self) -> Any:
        """The client's protocol."""
        return self._protocol

    def set_protocol(self, protocol: Any) -> None:
        """Another protocol of the client's from now on."""
        self._protocol = protocol

    def is_reading(self) -> bool:
        """Whether the client wants answers now."""
        return not self._closing

    def pause_reading(self) -> None:
        """Answers are in memory at once."""

    def resume_reading(self) -> None:
        """Answers are in memory at once."""

    def get_write_buffer_size(self) -> int:
        """Nothing waits to be sent."""
        return 0
