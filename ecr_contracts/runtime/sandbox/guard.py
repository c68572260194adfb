"""An audit hook that refuses the network and new programs, and records what is written and logged.

The interpreter announces connections, look-ups of names and new programs before they happen (PEP
578); an exception raised then stops them, whichever library asks and whatever its language, if only
it asks through Python. Two things are not announced in time and are patched: a socket looks its
host's name up before it says so, and multiprocessing starts its programs silently.

Promised is what the tests try: sockets (TCP, UDP, TLS, Unix), look-ups, asyncio, threads,
subprocess, the functions of `os` that start programs, fork, multiprocessing, and signals to
processes that the consumer did not start. Not held back are C libraries that make their own system
calls (pycurl, grpc, libpq, uvloop), ctypes, code that takes the guard apart, a program that is let
through by `--allow-process`, and a socket that was connected before or is handed in. `kernel/`
holds these, where the operating system lets it.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shlex
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.masking import masked_command, masked_text
from ecr_contracts.core.text import message, shortened, type_name
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.provenance.made_up import mark
from ecr_contracts.runtime.sandbox.files.callers import Caller
from ecr_contracts.runtime.sandbox.files.watch import Watch
from ecr_contracts.runtime.sandbox.hooks import Patches
from ecr_contracts.runtime.sandbox.network.allowlist import Allowlist, is_here, is_number, shown
from ecr_contracts.runtime.sandbox.process_tree import is_own_process
from ecr_contracts.runtime.sandbox.reached import GIVING, note
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["Guard", "unguarded"]

__tracebackhide__ = True  # pytest shows the line that is refused, and none of ours

_Handler = Callable[..., None]


_active: _Handler | None = None
_hooked = False


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _active is not None:
        _active(event, arguments)


@contextlib.contextmanager
def unguarded() -> Iterator[None]:
    """What is done in the block is ours: nothing of it is refused or recorded."""
    global _active
    before, _active = _active, None
    try:
        yield
    finally:
        _active = before


class Guard:
    """Refuses the network and new programs to all threads, from `install` to `remove`.

    What is refused fails as it does where there is no network, with a message that says how to let
    it through.
    """

    def __init__(
        self,
        recorder: Recorder,
        settings: Settings,
        user_code: UserCode,
        watch: Watch | None = None,
        *,
        has_warden: bool = False,
    ) -> None:
        self._recorder = recorder
        self.watch = watch or Watch(recorder, user_code)
        self._allowlist = Allowlist(settings.allow_net)
        self._programs = frozenset(settings.allow_processes)
        self._patches = Patches()
        self._own_sockets: set[str] = set()
        self._process = os.getpid()
        self._warden = os.getppid() if has_warden else None
        self._handlers: dict[str, _Handler] = {
            "socket.connect": self._connect,
            "socket.sendto": self._connect,
            "socket.sendmsg": self._connect,
            "socket.bind": self._bind,
            "socket.getaddrinfo": lambda host, port, *_: self._look_up(host, port),
            "socket.gethostbyname": self._look_up,
            "socket.gethostbyaddr": lambda host: self._look_up(host, reverse=True),
            "socket.getnameinfo": lambda place: self._look_up(place[0], place[1], reverse=True),
            "subprocess.Popen": lambda program, words, *_: self._start(program, words),
            "os.system": lambda command: self._start("sh", ["sh", "-c", command]),
            "os.exec": lambda path, arguments, *_: self._start(path, arguments),
            "os.posix_spawn": lambda path, arguments, *_: self._start(path, arguments),
            "os.spawn": lambda mode, path, arguments, *_: self._start(path, arguments),
            "pty.spawn": lambda arguments: self._start(None, arguments),
            "os.startfile": lambda path, *_: self._start(path, [path]),
            "os.startfile/2": lambda path, *_: self._start(path, [path]),
            "os.fork": lambda: self._fork(),
            "os.forkpty": lambda: self._fork(),
            "os.kill": self._signal,
            "os.killpg": lambda group, number: self._signal(-group, number),
            "resource.prlimit": lambda process, _, limits: self._limit(process, limits),
            **{way: partial(self._reach, way) for way in GIVING},
            **self.watch.handlers,
        }

    @property
    def user_code(self) -> UserCode:
        """The consumer's own code."""
        return self.watch.user_code

    @user_code.setter
    def user_code(self, user_code: UserCode) -> None:
        self.watch.user_code = user_code

    def install(self) -> None:
        """Refuse from now on. The audit hook stays for good, and does nothing after `remove`."""
        global _active, _hooked
        if not _hooked:
            sys.addaudithook(_hook)
            _hooked = True
        self.watch.begin()
        self._patch_sockets()
        self._patch_multiprocessing()
        self._patch_logging()
        _active = self._handle

    def remove(self) -> None:
        """Refuse nothing any more."""
        global _active
        _active = None
        self._patches.undo()

    def _handle(self, event: str, arguments: tuple[Any, ...]) -> None:
        handler = self._handlers.get(event)
        if handler is not None:
            handler(*arguments)

    # The network
    # ----------------------------------------------------------------------------------------------

    def _patch_sockets(self) -> None:
        for name, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1), ("sendmsg", 3)):
            guarded = self._guarded(getattr(socket.socket, name), position)
            self._patches.set(socket.socket, name, guarded)

    def _guarded(self, method: Callable[..., Any], position: int) -> Callable[..., Any]:
        """A method of sockets that is refused by the address, its argument at a position."""

        def guarded(this: socket.socket, *arguments: Any) -> Any:
            if -len(arguments) <= position < len(arguments):
                self._connect(this, arguments[position])
            return method(this, *arguments)

        guarded.__name__ = guarded.__qualname__ = method.__name__
        return guarded

    def _connect(self, this: Any, address: Any) -> None:
        if address is None:
            return
        if isinstance(address, tuple) and len(address) >= 2:
            host, port = _text(address[0]), address[1]
            if self._allowlist.allows(host, port) or _is_socketpair():
                return
            name = shown(host, port)
            option = f"--allow-net {name}"
        else:
            name = _text(address).lstrip("\0")
            is_unix = this.family == getattr(socket, "AF_UNIX", None)
            if is_unix and self._is_own_socket(name):
                return
            option = "" if is_unix else f"--allow-net {name}"
        effect = self._note_network(name)
        refusal = f"the sandbox refuses the connection to {name}"
        if option:
            refusal += f"; {option} lets it through"
        raise self._about(effect, ConnectionRefusedError(errno.ECONNREFUSED, refusal))

    def _is_own_socket(self, path: str) -> bool:
        """Whether a Unix socket was bound by this process, or is one of multiprocessing's."""
        folder = os.path.basename(os.path.dirname(path))
        return path in self._own_sockets or folder.startswith("pymp-")

    def _bind(self, this: Any, address: Any) -> None:
        if isinstance(address, str | bytes):
            self._own_sockets.add(_text(address).lstrip("\0"))

    def _look_up(self, host: Any, port: Any = None, reverse: bool = False) -> None:
        host = _text(host or "")
        if isinstance(port, bytes):
            port = _text(port)
        if is_here(host) or self._allowlist.names(host) or (is_number(host) and not reverse):
            return
        effect = self._note_network(shown(host, port))
        option = f"--allow-net {shown(host, port or 'PORT')}"
        refusal = f"the sandbox refuses to look up {host}; {option} lets it through"
        raise self._about(effect, socket.gaierror(socket.EAI_NONAME, refusal))

    def _note_network(self, name: str) -> Effect:
        effect = Effect(Sort.NETWORK, name, refused=True)
        self._recorder.note(effect)
        return effect

    def _about(self, effect: Effect, error: BaseException) -> BaseException:
        """An exception that says which effect was refused."""
        mark(error, self._recorder.origin(effect))
        return error

    # Programs
    # ----------------------------------------------------------------------------------------------

    def _patch_multiprocessing(self) -> None:
        try:
            # Multiprocessing starts programs with it, which no audit event announces.
            import _posixsubprocess
            import subprocess  # noqa: F401 - it shall take what it needs before that is another
        except ImportError:
            return  # Windows, where they are announced
        started = _posixsubprocess.fork_exec

        def fork_exec(arguments: Sequence[Any], executables: Sequence[Any], *rest: Any) -> int:
            if _active == self._handle:
                self._start(executables[0], arguments)
            return started(arguments, executables, *rest)

        self._patches.set(_posixsubprocess, "fork_exec", fork_exec)
        self._patch_subprocess(fork_exec)

    def _patch_subprocess(self, fork_exec: Callable[..., int]) -> None:
        """Refuse what is started by the name that `subprocess` has for it, without announcement."""
        import subprocess

        below: Callable[..., int] | None = getattr(subprocess, "_fork_exec", None)
        if below is None:
            return
        started = below
        announcing = subprocess.Popen._execute_child.__code__  # type: ignore[attr-defined]

        def announced(*arguments: Any) -> int:
            # Another patch may lie between.
            if announcing in (sys._getframe(1).f_code, sys._getframe(2).f_code):
                return started(*arguments)
            return fork_exec(*arguments)

        self._patches.set(subprocess, "_fork_exec", announced)

    def _start(self, executable: Any, arguments: Any) -> None:
        if isinstance(arguments, str | bytes):
            arguments = [arguments]
        words = [_text(word) for word in arguments]
        path = _text(executable) if executable is not None else words[0]
        program = os.path.basename(path)
        allowed = program in self._programs or path in self._programs
        effect = Effect(Sort.PROCESS, _command_line(words), refused=not allowed)
        self._recorder.note(effect)
        if not allowed:
            option = f"--allow-process {program}"
            refusal = f"the sandbox refuses to start {program}; {option} lets it through"
            raise self._about(effect, PermissionError(errno.EACCES, refusal, path))

    def _fork(self) -> None:
        self._recorder.note(Effect(Sort.PROCESS, "fork"))

    def _signal(self, process: int, number: int) -> None:
        """Refuse a signal to a process that the consumer did not start; 0 only asks for it."""
        if number and not self._is_own(process) and self._is_consumers():
            self._refuse_signal(f"{_signal_name(number)} to a process that is not its own")

    def _limit(self, process: int, limits: object) -> None:
        """Refuse limits for a process that the consumer did not start."""
        if limits is not None and not self._is_own(process) and self._is_consumers():
            self._refuse_signal("limits for a process that is not its own")

    def _is_own(self, process: int) -> bool:
        return is_own_process(process, self._process, self._warden)

    def _refuse_signal(self, what: str) -> None:
        effect = Effect(Sort.PROCESS, what, refused=True)
        self._recorder.note(effect)
        raise self._about(effect, PermissionError(errno.EPERM, f"the sandbox refuses {what}"))

    def _is_consumers(self) -> bool:
        """Whether the consumer does it: its code is nearer than ours, or none of ours is around."""
        return self.watch.callers.caller() is not Caller.OTHER

    def _reach(self, way: str, *_: Any) -> None:
        """Note that the consumer asks for objects that may be ours."""
        if self._is_consumers():
            note(way)

    # Log lines
    # ----------------------------------------------------------------------------------------------

    def _patch_logging(self) -> None:
        call_handlers = logging.Logger.callHandlers

        # Whatever handlers there are or are not, a record that was not filtered out passes here.
        def callHandlers(logger: logging.Logger, record: logging.LogRecord) -> None:  # noqa: N802
            if record.levelno >= logging.ERROR:
                # Masked before it is cut, so that no part of a secret is left.
                line = masked_text(_log_line(record), self._recorder.secrets)
                self._recorder.note(
                    Effect(Sort.LOG, record.levelname, shortened(line, limits.LOG_CHARACTERS))
                )
            call_handlers(logger, record)

        self._patches.set(logging.Logger, "callHandlers", callHandlers)


def _command_line(words: Sequence[str]) -> str:
    """A command as it is typed, without secrets."""
    if len(words) == 1:
        return words[0]
    is_shell = os.path.basename(words[0]) in ("sh", "cmd.exe")
    if is_shell and len(words) == 3 and words[1] == "-c":
        return words[2]
    return shlex.join(masked_command(words))


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _log_line(record: logging.LogRecord) -> str:
    try:
        line = record.getMessage()
    except (TypeError, ValueError, KeyError):
        line = str(record.msg)  # its arguments do not fit; logging itself complains of that
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        line += f"\n{type_name(type(error))}: {message(error).partition(chr(10))[0]}"
    return line


def _text(value: Any) -> str:
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def _is_socketpair() -> bool:
    """Whether `socket.socketpair` joins its ends over loopback, as Windows does for event loops."""
    frame = sys._getframe(1)
    while frame is not None:
        in_socket_module = frame.f_globals.get("__name__") == "socket"
        if in_socket_module and frame.f_code.co_name.endswith("socketpair"):
            return True
        frame = frame.f_back  # type: ignore[assignment] # the outermost frame has none
    return False
