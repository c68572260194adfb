"""The far end of a connection, in memory: a socket that nobody is behind but a function."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

Answering = Callable[[bytes], bytes]
"""Takes what was sent since the last time and gives what comes back."""


class FarEnd:
    """A connected socket, as far as http.client, urllib3 and smtplib use one.

    What is sent is answered when the other side reads, so that a request is whole by then.
    """

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
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
            self._replies += self._answering(sent)
        found = bytes(self._replies[:size])
        del self._replies[:size]
        return found

    def makefile(self, mode: str = "r", *_: Any, **__: Any) -> io.BufferedReader:
        """A file to read what comes back from."""
        return io.BufferedReader(_Replies(self))

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


class _Replies(io.RawIOBase):
    def __init__(self, end: FarEnd) -> None:
        self._end = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._end.recv(len(buffer))
        buffer[: len(found)] = found
        return len(found)
