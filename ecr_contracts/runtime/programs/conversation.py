"""One event between us and a program, until that answers, ends, or takes too long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.text import last_part
from ecr_contracts.runtime.programs.answers import NO_JSON, Written, json_in
from ecr_contracts.runtime.programs.process import Process

__all__ = ["LOADING", "Conversation", "wait", "written_by"]

_LOOK = 0.01
"""Seconds between two looks at how much of its input a program has read."""
_SILENCE = 1.0
"""Seconds without a word, after which a program that has read its line may want its input to end.
"""
LOADING = 30.0
"""Seconds that a program has to begin to read."""


class Conversation:
    """One event between us and a program, until that answers, ends, or takes too long."""

    def __init__(self, process: Process, timeout: float, *, is_known: bool) -> None:
        self._process, self._timeout, self._is_known = process, timeout, is_known
        self.ends_input = False
        """Whether the input ends with the line."""
        self.has_closed_input = False
        """Whether the input was closed since the program was silent."""
        self.is_flooded = False
        self.asks_runtime = False
        """Whether it asks Lambda's runtime interface for an event, and not its input."""
        self.least_unread = limits.REQUEST_BYTES
        self.value: Any = NO_JSON
        self._log = bytearray()
        self._answer = b""
        self._looked_at = 0
        if process.written:  # else it tells why it may not read its first event
            process.errors.clear()

    def run(self) -> Any:
        """The value that it answers with; `NO_JSON` if none comes."""
        process = self._process
        began = silent_since = time.monotonic()
        read_at: float | None = None
        heard = 0
        while process.code is None:
            now = time.monotonic()
            runtime = process.runtime
            if not self._is_known and runtime and (runtime.is_asked or runtime.has_answer):
                self.asks_runtime = True
                break
            if read_at is None:
                self.least_unread = min(self.least_unread, process.unread)
                if not process.unread:
                    read_at = silent_since = now
            if len(process.output) + len(process.errors) != heard:
                heard = len(process.output) + len(process.errors)
                silent_since = now
            deadline = began + max(LOADING, self._timeout)
            if read_at is not None:
                deadline = read_at + self._timeout
            is_silent = read_at is not None and now - silent_since >= _SILENCE
            if self._takes_answer(is_silent=is_silent) or self.is_flooded or now >= deadline:
                break
            if self.ends_input and process.has_taken_all:
                process.close_input()
            if is_silent and not (self._is_known or self.has_closed_input):
                self.has_closed_input = True
                process.close_input()
            pause = _LOOK if read_at is None else min(0.25, deadline - now)
            process.wait(pause)
        if process.code is not None:
            self.least_unread = min(self.least_unread, process.unread)
            if not (self.ends_input or self.has_closed_input):
                self._takes_answer(is_silent=True)
        return self.value

    def listen(self, seconds: float) -> None:
        """Hear what else it says within so many seconds, or that it ends."""
        wait(self._process, lambda: False, seconds)

    def written(self, *, with_answer: bool = False) -> Written:
        """What it wrote beside its answer, or with it."""
        output = bytes(self._log)
        if with_answer:
            output += self._answer + bytes(self._process.output)
        return Written(_text_of(output), _text_of(bytes(self._process.errors)))

    def _takes_answer(self, *, is_silent: bool) -> bool:
        """Take lines of its output until one is JSON; whether one is.

        Once its input has ended, all that it writes till its end may be the answer: so it is taken
        when the program ends, or is silent behind it.
        """
        output = self._process.output
        if self.ends_input or self.has_closed_input:
            self.is_flooded = len(output) > limits.ANSWER_BYTES
            if not is_silent:
                return False
            self.value = json_in(bytes(output))
            return self.value is not NO_JSON
        while self.value is NO_JSON:
            end = output.find(b"\n", self._looked_at)
            if end < 0:
                self._looked_at = len(output)
                self.is_flooded = len(output) > limits.ANSWER_BYTES
                return False
            line = bytes(output[: end + 1])
            del output[: end + 1]
            self._looked_at = 0
            self.value = json_in(line)
            if self.value is NO_JSON:
                self._log += line
                del self._log[: -limits.PRINTED_BYTES]
            else:
                self._answer = line
        return True


def wait(process: Process, is_enough: Callable[[], bool], seconds: float) -> None:
    """Wait until something is so or a program has ended, for so many seconds at the most."""
    deadline = time.monotonic() + seconds
    while process.code is None and not is_enough():
        left = deadline - time.monotonic()
        if left <= 0:
            return
        process.wait(left)


def written_by(process: Process) -> Written:
    """What a program wrote, and nobody has taken."""
    return Written(_text_of(bytes(process.output)), _text_of(bytes(process.errors)))


def _text_of(written: bytes) -> str:
    return last_part(written.decode("utf-8", "replace"), limits.ANSWER_BYTES)
