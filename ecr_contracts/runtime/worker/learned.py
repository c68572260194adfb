"""What a worker learns of secrets while it works, told to its parent at once.

A consumer that reads a secret and prints it may hang or die right after: then no message comes any
more that could say what to mask. So the values stand in memory that both processes share, and that
the worker's own children have as well. A consumer that writes nonsense there hides what it likes in
its own report, and does no other harm.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import threading
from collections.abc import Iterable
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.secrets.forms import SHORTEST

__all__ = ["LearnedSecrets"]

_SIZE = 1 << 18
"""Bytes that are shared."""
_HEADER = struct.Struct("!I")
"""The number of bytes that follow: the values as JSON texts, one a line."""


class LearnedSecrets:
    """Values that a worker found and that no report may show.

    Where processes share no memory (those that are not forked), each has its own.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _SIZE) if hasattr(os, "fork") else None
        self._known: set[str] = set()
        self._read_of = 0, frozenset[str]()
        self._lock = threading.Lock()

    def __reduce__(self) -> Any:
        return LearnedSecrets, ()

    def add(self, values: Iterable[str]) -> None:
        """Tell the other process of values; those that no longer fit are not told."""
        with self._lock:
            for value in values:
                if value not in self._known:
                    self._known.add(value)
                    self._write(value)

    def _write(self, value: str) -> None:
        if self._memory is None:
            return
        line = json.dumps(value).encode("ascii") + b"\n"
        length = self._length()
        end = _HEADER.size + length
        if end + len(line) <= _SIZE:
            self._memory[end : end + len(line)] = line
            _HEADER.pack_into(self._memory, 0, length + len(line))

    def _length(self) -> int:
        length: int = _HEADER.unpack_from(self._memory or bytes(_HEADER.size))[0]
        return min(length, _SIZE - _HEADER.size)

    def values(self) -> frozenset[str]:
        """All values that were told so far, from either process."""
        length = 0 if self._memory is None else self._length()
        if self._read_of[0] == length and self._read_of[1] >= self._known:
            return self._read_of[1]
        self._read_of = length, frozenset(self._read(length))
        return self._read_of[1]

    def _read(self, length: int) -> set[str]:
        values = set(self._known)
        if self._memory is None:
            return values
        lines = self._memory[_HEADER.size : _HEADER.size + length].splitlines()
        for line in lines[: limits.LEARNED_VALUES]:
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, str) and len(value) >= SHORTEST:
                values.add(value)
        return values

    def close(self) -> None:
        """Give the memory back."""
        if self._memory is not None:
            self._known |= self.values()
            self._memory.close()
            self._memory = None
