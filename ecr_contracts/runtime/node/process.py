"""The process of Node that runs one handler: it is started, asked in lines of JSON, and ended."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.runtime.raised import ConsumerEndedError
from ecr_contracts.runtime.sandbox.guard import unguarded

__all__ = ["NodeProcess", "node_program", "told_names"]

BOOTSTRAP = Path(__file__).parent / "bootstrap.cjs"
_CHUNK = 1 << 16
_LARGEST = limits.ANSWER_BYTES
"""Bytes of one message: no more goes from a worker to its parent either."""
_LEAST_MEGABYTES = 64
_READ, _WRITE = 3, 4
"""The descriptors of the two pipes in the process of Node."""

# Taken before any sandbox replaces them.
_read, _write, _pipe, _close = os.read, os.write, os.pipe, os.close
_spawn: Any = getattr(os, "posix_spawn", None)
_wait, _kill = os.waitpid, os.kill


def node_program(text: str) -> str:
    """The path of Node. Raises `ConsumerError` for the handler `text` where there is none."""
    program = shutil.which("node")
    if program is None:
        cause = "it is a handler for Node, and there is no node on the PATH"
        advice = "install Node.js 20 or later, and run this again"
        raise ConsumerError(text, cause, advice)
    if _spawn is None:
        cause = "handlers for Node are run on Linux and macOS alone"
        raise ConsumerError(text, cause, "run this in a container or in WSL")
    return program


class NodeProcess:
    """A process of Node with a handler in it, which waits for what it is told.

    `megabytes` is the memory that its objects may take. Its output goes where this process's goes.
    """

    def __init__(
        self, program: str, file: str, name: str, folder: str, megabytes: int, environment: Any
    ) -> None:
        own_read, their_write = _pipe()
        their_read, own_write = _pipe()
        self._reading, self._writing = own_read, own_write
        self._come = bytearray()
        ours = {"ECR_CONTRACTS_READ": str(_READ), "ECR_CONTRACTS_WRITE": str(_WRITE)}
        heap = max(_LEAST_MEGABYTES, megabytes)
        words = [program, f"--max-old-space-size={heap}", "--no-warnings", str(BOOTSTRAP)]
        # High numbers first: the ends may have the very numbers that they are to get.
        high = max(own_read, own_write, their_read, their_write, _WRITE) + 1
        actions = [
            (os.POSIX_SPAWN_DUP2, their_read, high),
            (os.POSIX_SPAWN_DUP2, their_write, high + 1),
            (os.POSIX_SPAWN_DUP2, high, _READ),
            (os.POSIX_SPAWN_DUP2, high + 1, _WRITE),
            (os.POSIX_SPAWN_CLOSE, high),
            (os.POSIX_SPAWN_CLOSE, high + 1),
        ]
        before = os.getcwd()
        with unguarded():
            os.chdir(folder)
            try:
                self._process: int = _spawn(
                    program, [*words, file, name], {**environment, **ours}, file_actions=actions
                )
            finally:
                os.chdir(before)
        _close(their_read)
        _close(their_write)

    def tell(self, message: Any) -> None:
        """Send a message. Raises `ConsumerEndedError` where the process is gone."""
        left = memoryview(json.dumps(message).encode("utf-8", "surrogatepass") + b"\n")
        try:
            while left:
                left = left[_write(self._writing, left) :]
        except BrokenPipeError:
            raise self._ended() from None

    def next(self) -> dict[str, Any]:
        """The next message. Raises `ConsumerEndedError` where none comes any more, or nonsense."""
        while (end := self._come.find(b"\n")) < 0:
            chunk = _read(self._reading, _CHUNK)
            self._come += chunk
            if not chunk:
                raise self._ended()
            if len(self._come) > _LARGEST:
                self.end()
                raise ConsumerEndedError(f"it sent more than {_LARGEST} bytes at once")
        text = bytes(self._come[:end])
        del self._come[: end + 1]
        try:
            message = json.loads(text.decode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            self.end()
            raise ConsumerEndedError("it wrote to the line of the tool, and sent what is no answer")
        return message

    def _ended(self) -> ConsumerEndedError:
        code = self.end()
        return ConsumerEndedError(_fate(code))

    def end(self) -> int:
        """End the process, if it has not ended yet, and give its code, -9 for SIGKILL."""
        if self._process < 0:
            return 0
        process, self._process = self._process, -1
        for descriptor in (self._writing, self._reading):
            with contextlib.suppress(OSError):
                _close(descriptor)
        return self._code_of(process)

    def _code_of(self, process: int) -> int:
        status = 0
        with contextlib.suppress(OSError), unguarded():
            done, status = _wait(process, os.WNOHANG)
            if not done:
                # It ends by itself where nobody listens; where it is busy, it is made to.
                _kill(process, signal.SIGKILL)
                _, status = _wait(process, 0)
        return os.waitstatus_to_exitcode(status)


def _fate(code: int) -> str:
    """How the process ended."""
    if code == -signal.SIGABRT:
        return "Node ended itself (SIGABRT), as it does where it has no memory left"
    if code < 0:
        return f"Node was ended by {signal.Signals(-code).name}"
    return f"Node ended with code {code}"


def told_names(names: Any) -> Sequence[str]:
    """The names of a list in a message."""
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
