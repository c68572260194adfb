"""A program at work: its process, its standard files, and how much of its input it has read."""

from __future__ import annotations

import array
import atexit
import contextlib
import errno
import json
import multiprocessing
import os
import selectors
import shutil
import socket
import time
import warnings
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.own_faults import own_fault
from ecr_contracts.core.text import message as message_of
from ecr_contracts.runtime.programs.runtime_interface import RuntimeInterface
from ecr_contracts.runtime.programs.starter import Order, run
from ecr_contracts.runtime.sandbox.kernel import Containment, prepare
from ecr_contracts.runtime.scratch import make, sweep_once
from ecr_contracts.runtime.worker.warden import Leash, end_survivors, library, watch

__all__ = ["Process", "Stand"]

_CHUNK = 1 << 16
_PATIENCE = 5.0
"""Seconds that a starter has for its answer, and a program to be gone after it was ended."""
_LAST_WORDS = 0.5
"""Seconds that what a program wrote may take to arrive after its end."""


@dataclass(frozen=True, slots=True)
class _Message:
    """What a starter says, each field where it says it."""

    held: tuple[str, ...] | None = None
    pid: int | None = None
    refused: str = ""
    code: int | None = None
    fault: str = ""


class Stand:
    """A contained place in which a program is started, again and again.

    It is made when it is first needed, and ends with `close`, together with all that was started.
    """

    def __init__(
        self, name: str, words: list[str], *, folder: str, env: dict[str, str], **allowed: Any
    ) -> None:
        self.name, self.words = name, words
        self._folder, self._env, self._allowed = folder, env, allowed
        self.containment: Containment | None = None
        """What the operating system holds back of the program, once it was started."""
        self.runtime: RuntimeInterface | None = None
        """Where it may ask for its events as Lambda's runtimes do, if it can reach that."""
        self._process: Any = None
        self._unread = b""
        self._owner = os.getpid()

    def start(self) -> Process:
        """The program, started anew.

        Raises ConsumerError for a command that cannot be started, SetupError where this system
        cannot start it as it has to be.
        """
        if self._process is None:
            self._open()
            if self.runtime is None:
                # The network is held back port by port here: its own is to be let through.
                self.close()
                self._open(listens_first=True)
        ends = [os.pipe() for _ in range(3)]
        (input_read, input_write), (output_read, output_write), (error_read, error_write) = ends
        try:
            socket.send_fds(self._channel, [b"start"], [input_read, output_write, error_write])
        finally:
            os.close(output_write)
            os.close(error_write)
        process = Process(self, input_write, input_read, output_read, error_read)
        told = self._awaited()
        if told.pid is None:
            process.close()
            problem, advice = _why_not_started(self.words, self._folder, told.refused)
            raise ConsumerError(self.name, problem, advice)
        process.pid = told.pid
        return process

    def fileno(self) -> int:
        """The descriptor that tells of the end of the program."""
        return self._channel.fileno()

    @property
    def has_message(self) -> bool:
        """Whether a message was received that nobody has read: that of an end came with another."""
        return b"\n" in self._unread

    def exit_code(self, pid: int) -> int | None:
        """The exit code of the program with a number, if what can be read now tells it."""
        while True:
            for message in self._messages():
                if message.code is not None and message.pid == pid:
                    return message.code
            try:
                chunk = self._channel.recv(_CHUNK, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return None
            if not chunk:
                return -9
            self._unread += chunk

    def end_program(self) -> None:
        """Have the program and its process group killed."""
        with contextlib.suppress(OSError):
            self._channel.sendall(b"end")

    def close(self) -> None:
        """End all that was started, and leave nothing behind."""
        if self._process is None or self._owner != os.getpid():
            return
        process, self._process = self._process, None
        _LIVE.discard(self)
        if self.runtime is not None:
            self.runtime.close()
            self.runtime = None
        self._channel.close()
        if process.is_alive():
            self._leash.end()
            self._leash.wait_for_end()
        process.kill()
        process.join()
        if not self._leash.ended_in_order():
            end_survivors(self._scratch)
        self._leash.close()
        process.close()
        self._scratch.remove()
        self._hold.release()

    def _open(self, *, listens_first: bool = False) -> None:
        if "fork" not in multiprocessing.get_all_start_methods():
            problem = "a program can be held within bounds on Linux and macOS only"
            raise SetupError(self.name, problem, "", "check it there, or in a container: --url")
        sweep_once()
        try:
            self._scratch, self._hold = make()
        except OSError as error:
            problem = "no temporary folder can be made"
            advice = "make room there, or name another place in TMPDIR"
            raise SetupError(self.name, problem, message_of(error), advice) from None
        prepare()
        library()
        self._channel, theirs = socket.socketpair()
        self._leash = Leash()
        order = Order(
            self.words,
            self._folder,
            self._env,
            self._scratch,
            listens_first=listens_first,
            **self._allowed,
        )
        work = partial(run, order, theirs)
        arguments = (self._leash, self._scratch, self._hold.fileno(), self.name, None, work)
        context: Any = multiprocessing.get_context("fork")
        self._process = context.Process(target=watch, args=arguments, daemon=True)
        with warnings.catch_warnings():
            # The threads that serve other programs are none of this one's.
            message = r"This process \(pid=\d+\) is multi-threaded"
            warnings.filterwarnings("ignore", message, DeprecationWarning)
            self._process.start()
        theirs.close()
        self._leash.parent_keeps()
        _LIVE.add(self)
        self._greet()

    def _greet(self) -> None:
        """Hear what holds the program, and where it may ask for its events."""
        self._channel.settimeout(_PATIENCE)
        with contextlib.suppress(TimeoutError):
            text, listeners, _, _ = socket.recv_fds(self._channel, _CHUNK, 1)
            self._unread += text
            if listeners:
                self.runtime = RuntimeInterface(socket.socket(fileno=listeners[0]))
        self.containment = Containment.of_texts(self._awaited().held or ())

    def _awaited(self) -> _Message:
        """The next message of the starter; an empty one where it is gone."""
        self._channel.settimeout(_PATIENCE)
        try:
            while True:
                for message in self._messages():
                    if message.code is None:  # that of an earlier run is late
                        return message
                chunk = self._channel.recv(_CHUNK)
                if not chunk:
                    return _Message()
                self._unread += chunk
        except TimeoutError:
            return _Message()
        finally:
            self._channel.settimeout(None)

    def _messages(self) -> Iterator[_Message]:
        """What was received, each message once. Raises OwnFaultError for a fault of ours."""
        while self.has_message:
            line, _, self._unread = self._unread.partition(b"\n")
            message = _Message(**json.loads(line))
            if message.fault:
                raise own_fault(message.fault)
            yield message


def _why_not_started(words: list[str], folder: str, refused: str) -> tuple[str, str]:
    """Why a command cannot be started, and what to do about that."""
    word = words[0]
    place = os.path.join(folder, word)
    as_typed = "give the command as you type it in this folder, such as --command 'node run.mjs'"
    if os.path.isfile(place) and not os.access(place, os.X_OK):
        advice = f"make it executable (chmod +x {word}), or name what runs it: sh {word}"
        return f"{word} may not be run as a program", advice
    is_there = shutil.which(word) is not None or os.path.isfile(place)
    if refused == os.strerror(errno.ENOENT) and is_there:
        return f"what the first line of {word} names is not here", "install it, or name another"
    if refused == os.strerror(errno.ENOENT):
        return f"there is no program {word}", as_typed
    return f"it cannot be started: {refused or 'its starter is gone'}", as_typed


_LIVE: weakref.WeakSet[Stand] = weakref.WeakSet()


def _close_all() -> None:
    for stand in list(_LIVE):
        with contextlib.suppress(Exception):
            stand.close()


# As that of workers: before multiprocessing waits for its processes.
atexit.register(_close_all)


@dataclass(eq=False)
class Process:
    """One run of a program, from this side: bytes are given to it and taken from it as they come.

    `output` and `errors` are what it wrote and nobody has taken yet, the errors no more than the
    last of them. `code` is its exit code once it has ended, negative for a signal. `input_reader`
    is its own end of its input, which tells how much of that waits to be read.
    """

    stand: Stand
    input_end: int
    input_reader: int
    output_end: int
    error_end: int
    pid: int = 0
    code: int | None = None
    output: bytearray = field(default_factory=bytearray)
    errors: bytearray = field(default_factory=bytearray)
    written: int = 0

    def __post_init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        for descriptor in (self.input_end, self.output_end, self.error_end):
            os.set_blocking(descriptor, False)
        self._selector.register(self.output_end, selectors.EVENT_READ, self.output)
        self._selector.register(self.error_end, selectors.EVENT_READ, self.errors)
        self._selector.register(self.stand, selectors.EVENT_READ, None)
        self.runtime = self.stand.runtime
        if self.runtime is not None:
            self._selector.register(self.runtime.wakened, selectors.EVENT_READ, None)
        self._pending = b""

    def give(self, text: bytes) -> None:
        """Have a text written to its standard input, as it takes it."""
        self._pending += text
        if self._pending and self.input_end >= 0:
            self._let_go_of(self.input_end)
            self._selector.register(self.input_end, selectors.EVENT_WRITE, None)

    def close_input(self) -> None:
        """Tell it that nothing more will come."""
        if self.input_end >= 0:
            self._let_go_of(self.input_end)
            os.close(self.input_end)
            self.input_end = -1

    @property
    def has_taken_all(self) -> bool:
        """Whether all that it was given is on its way, and nothing of it left here."""
        return not self._pending

    @property
    def unread(self) -> int:
        """How many bytes of what it was given it has not taken yet, as far as that is known."""
        return len(self._pending) + _waiting_in(self.input_reader)

    @property
    def has_ended(self) -> bool:
        """Whether it is gone, and all that it wrote is here."""
        return self.code is not None and not self._is_open(self.output_end, self.error_end)

    def wait(self, seconds: float) -> None:
        """Take and give what can be taken and given within so many seconds, once."""
        if self.code is None and self.stand.has_message:
            self._note_end()
            return
        for key, _ in self._selector.select(max(0.0, seconds)):
            if key.fileobj is self.stand:
                self._note_end()
            elif key.fd == self.input_end:
                self._write()
            elif self.runtime is not None and key.fd == self.runtime.wakened:
                os.read(key.fd, _CHUNK)
            else:
                self._read(key.fd, key.data)

    def end(self) -> None:
        """Kill it, with its process group, and take what it wrote last."""
        if self.code is None:
            self.stand.end_program()
            self._wait_for_end(_PATIENCE)
        self._wait_for_last_words()
        self.close()

    def close(self) -> None:
        """Let go of its files, and of what it asked for."""
        if self.runtime is not None:
            self.runtime.forget()
        self._selector.close()
        ends = (self.input_end, self.input_reader, self.output_end, self.error_end)
        for descriptor in ends:
            if descriptor >= 0:
                os.close(descriptor)
        self.input_end = self.input_reader = self.output_end = self.error_end = -1

    def _wait_for_end(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.code is None and (left := deadline - time.monotonic()) > 0:
            self.wait(left)

    def _wait_for_last_words(self) -> None:
        deadline = time.monotonic() + _LAST_WORDS
        while not self.has_ended and (left := deadline - time.monotonic()) > 0:
            self.wait(left)

    def _note_end(self) -> None:
        code = self.stand.exit_code(self.pid)
        if code is None:
            return
        self.code = code
        self._let_go_of(self.stand.fileno())
        # Whoever has its files still was started by it, and left its process group.
        self._wait_for_last_words()
        for descriptor in (self.output_end, self.error_end):
            self._let_go_of(descriptor)

    def _is_open(self, *descriptors: int) -> bool:
        opened = self._selector.get_map() or {}
        return any(descriptor in opened for descriptor in descriptors)

    def _let_go_of(self, descriptor: int) -> None:
        """Wait for it no more; it may be so already, where several things come at once."""
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(descriptor)

    def _write(self) -> None:
        try:
            count = os.write(self.input_end, self._pending[:_CHUNK])
        except BlockingIOError:
            return
        except OSError:
            self._let_go_of(self.input_end)  # it reads nothing any more
            return
        self.written += count
        self._pending = self._pending[count:]
        if not self._pending:
            self._let_go_of(self.input_end)

    def _read(self, descriptor: int, taken: bytearray) -> None:
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            self._let_go_of(descriptor)
        taken += chunk
        if descriptor == self.error_end:
            del taken[: -limits.PRINTED_BYTES]


def _waiting_in(pipe: int) -> int:
    """How many bytes wait in a pipe to be read; 0 where the system does not tell."""
    import fcntl  # POSIX only
    import termios

    count = array.array("i", [0])
    try:
        fcntl.ioctl(pipe, termios.FIONREAD, count)
    except OSError:
        return 0
    return count[0]
