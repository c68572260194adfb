"""What a worker prints, by whatever way: it is read while the parent waits, and its end is kept.

It comes through a named pipe, so that a consumer that prints without end fills no disk. Where the
system has none, as on Windows, it is a file.
"""

from __future__ import annotations

import contextlib
import os
from typing import IO

from ecr_contracts.core.limits import PRINTED_BYTES

__all__ = ["Output"]

_CHUNK = 1 << 16
_CAPACITY = 1 << 20
"""Bytes that the pipe takes before its reader has to come; Linux lets any user have as many."""
_SET_CAPACITY = 1031  # F_SETPIPE_SZ of fcntl(2), which Python names from 3.10 on, not everywhere


class Output:
    """The parent's end of what a worker prints; the worker opens `path` and writes."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._kept = bytearray()
        self._file: IO[bytes] | None = None
        self._reader = self._writer = -1
        try:
            self._open_pipe()
        except (AttributeError, OSError):
            self._file = open(path, "x+b", buffering=0)  # noqa: SIM115 - `close` closes it

    def _open_pipe(self) -> None:
        os.mkfifo(self.path, 0o600)
        try:
            self._reader = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
            # As long as there is a writer, a worker that closes its own hangs up on nobody.
            self._writer = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            os.unlink(self.path)
            raise
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            fcntl.fcntl(self._writer, _SET_CAPACITY, _CAPACITY)

    def fileno(self) -> int:
        """The descriptor that is ready where there is something to take; -1 for a file."""
        return self._reader

    def take(self, most: int = _CAPACITY) -> None:
        """Take what was printed, so that the worker can print more; not for ever."""
        if self._file is not None:
            self._take_of_file(self._file)
            return
        with contextlib.suppress(BlockingIOError):
            while most > 0 and (chunk := os.read(self._reader, _CHUNK)):
                self._keep(chunk)
                most -= len(chunk)

    def _take_of_file(self, file: IO[bytes]) -> None:
        size = os.fstat(file.fileno()).st_size
        if size:
            file.seek(max(0, size - PRINTED_BYTES))
            self._keep(file.read())
            file.truncate(0)  # the worker appends

    def _keep(self, chunk: bytes) -> None:
        self._kept += chunk
        if len(self._kept) > 2 * PRINTED_BYTES:
            del self._kept[:-PRINTED_BYTES]

    def taken(self) -> bytes:
        """The end of what was printed since this was last asked: at most so much as is kept."""
        self.take(2 * _CAPACITY)
        kept = bytes(self._kept[-PRINTED_BYTES:])
        self._kept.clear()
        return kept

    def close(self) -> None:
        """Close it; what comes then is lost."""
        if self._file is not None:
            self._file.close()
            return
        os.close(self._reader)
        os.close(self._writer)
