"""What keeps a consumer from the network and from starting programs, and notes what it writes and logs.

The interpreter announces connections, look-ups of names and new programs before they happen (PEP
578); what is raised then stops them, whichever library asks and whatever its language, if only it
asks through Python. Two things are not announced in time and are stood in front of: a socket looks
its host's name up before it says so, and multiprocessing starts its programs silently.

Promised is what the tests try: sockets (TCP, UDP, TLS, Unix), look-ups, asyncio, threads,
subprocess, the functions of `os` that start programs, fork, and multiprocessing. Not held back are
C libraries that make their own system calls (pycurl, grpc, libpq, uvloop), ctypes, and a socket
that was connected before or is handed in. A program that is let through by `--allow-process` has no
guard: it can reach the network.
"""

from __future__ import annotations

import errno
import logging
import os
import shlex
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

from ecr_contracts.core.masking import masked_command, masked_text
from ecr_contracts.core.package import is_own_file
from ecr_contracts.core.text import message, shortened, type_name
from ecr_contracts.discovery.user_code import UserCode, is_below
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.sandbox.hooks import Patches
from ecr_contracts.runtime.sandbox.network.allowlist import Allowlist, is_here, is_number, shown
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["Guard"]

_Handler = Callable[..., None]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_LONGEST = 2000
"""Characters of a log line that are kept."""

_active: _Handler | None = None
_hooked = False


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _active is not None:
        _active(event, arguments)


class Guard:
    """Refuses the network and new programs to all threads of this process, from `install` to `remove`.

    What is refused fails as it does where there is no network, with a message that says how to let
    it through.
    """

    def __init__(self, recorder: Recorder, settings: Settings, user_code: UserCode) -> None:
        self._recorder, self.user_code = recorder, user_code
        self._allowlist = Allowlist(settings.allow_net)
        self._programs = frozenset(settings.allow_processes)
        self._patches = Patches()
        self._own_sockets: set[str] = set()
        self._scratch = frozenset[str]()
        self._handlers: dict[str, _Handler] = {
            "socket.connect": self._connect,
            "socket.sendto": self._connect,
            "socket.sendmsg": self._connect,
            "socket.bind": self._bind,
            "socket.getaddrinfo": lambda host, port, *_: self._look_up(host, port),
            "socket.gethostbyname": self._look_up,
            "socket.gethostbyaddr": lambda host: self._look_up(host, reverse=True),
            "socket.getnameinfo": lambda address: self._look_up(
                address[0], address[1], reverse=True
            ),
            "subprocess.Popen": lambda executable, arguments, *_: self._start(
                executable, arguments
            ),
            "os.system": lambda command: self._start("sh", ["sh", "-c", command]),
            "os.exec": lambda path, arguments, *_: self._start(path, arguments),
            "os.posix_spawn": lambda path, arguments, *_: self._start(path, arguments),
            "os.spawn": lambda mode, path, arguments, *_: self._start(path, arguments),
            "pty.spawn": lambda arguments: self._start(None, arguments),
            "os.startfile": lambda path, *_: self._start(path, [path]),
            "os.startfile/2": lambda path, *_: self._start(path, [path]),
            "os.fork": lambda: self._fork(),
            "os.forkpty": lambda: self._fork(),
            "open": self._open,
            "os.rename": lambda source, target, *_: self._change(source, "rename", target),
            "os.remove": lambda path, *_: self._change(path, "remove"),
        }

    def install(self) -> None:
        """Hold back from now on. The hook stays in the process for good, and does nothing after `remove`."""
        global _active, _hooked
        if not _hooked:
            sys.addaudithook(_hook)
            _hooked = True
        tops = ("/tmp", tempfile.gettempdir())
        self._scratch = frozenset(place for top in tops for place in (top, os.path.realpath(top)))
        self._stand_before_sockets()
        self._stand_before_multiprocessing()
        self._listen_to_logs()
        _active = self._hear

    def remove(self) -> None:
        """Hold back nothing any more."""
        global _active
        _active = None
        self._patches.undo()

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        handler = self._handlers.get(event)
        if handler is not None:
            handler(*arguments)

    # The network
    # -----------------------------------------------------------------------------------------------------

    def _stand_before_sockets(self) -> None:
        for name, place in (("connect", 0), ("connect_ex", 0), ("sendto", -1), ("sendmsg", 3)):
            self._patches.set(
                socket.socket, name, self._asking_first(getattr(socket.socket, name), place)
            )

    def _asking_first(self, method: Callable[..., Any], place: int) -> Callable[..., Any]:
        def asking(this: socket.socket, *arguments: Any) -> Any:
            if -len(arguments) <= place < len(arguments):
                self._connect(this, arguments[place])
            return method(this, *arguments)

        asking.__name__ = asking.__qualname__ = method.__name__
        return asking

    def _connect(self, this: Any, address: Any) -> None:
        if isinstance(address, tuple) and len(address) >= 2:
            host, port = _text(address[0]), address[1]
            if self._allowlist.allows(host, port) or _is_pair():
                return
            name = advice = shown(host, port)
        elif address is None:
            return
        else:
            name = advice = _text(address).lstrip("\0")
            if this.family == getattr(socket, "AF_UNIX", None):
                if name in self._own_sockets or os.path.basename(os.path.dirname(name)).startswith(
                    "pymp-"
                ):
                    return
                self._note_network(name)
                raise ConnectionRefusedError(
                    errno.ECONNREFUSED, f"the sandbox refuses the connection to {name}"
                )
        self._note_network(name)
        way = f"the sandbox refuses the connection to {name}; --allow-net {advice} lets it through"
        raise ConnectionRefusedError(errno.ECONNREFUSED, way)

    def _bind(self, this: Any, address: Any) -> None:
        if isinstance(address, str | bytes):
            self._own_sockets.add(_text(address).lstrip("\0"))

    def _look_up(self, host: Any, port: Any = None, reverse: bool = False) -> None:
        host, port = _text(host or ""), _text(port) if isinstance(port, bytes) else port
        if is_here(host) or self._allowlist.names(host) or (is_number(host) and not reverse):
            return
        self._note_network(shown(host, port))
        advice = shown(host, port or "PORT")
        way = f"the sandbox refuses to look up {host}; --allow-net {advice} lets it through"
        raise socket.gaierror(socket.EAI_NONAME, way)

    def _note_network(self, name: str) -> None:
        self._recorder.note(Effect(Sort.NETWORK, name, refused=True))

    # Programs
    # --------------------------------------------------------------------------------------------------------

    def _stand_before_multiprocessing(self) -> None:
        try:
            import _posixsubprocess  # it is what multiprocessing starts programs with, past any announcement
            import subprocess  # noqa: F401 - it shall take what it needs before that is another
        except ImportError:
            return  # Windows, where they are announced
        started = _posixsubprocess.fork_exec

        def fork_exec(arguments: Sequence[Any], executables: Sequence[Any], *rest: Any) -> int:
            if _active == self._hear:
                self._start(executables[0], arguments)
            return started(arguments, executables, *rest)

        self._patches.set(_posixsubprocess, "fork_exec", fork_exec)

    def _start(self, executable: Any, arguments: Any) -> None:
        words = (
            [_text(arguments)]
            if isinstance(arguments, str | bytes)
            else [_text(word) for word in arguments]
        )
        path = _text(executable) if executable is not None else words[0]
        program = os.path.basename(path)
        is_shell = (
            len(words) == 3 and words[1] == "-c" and os.path.basename(words[0]) in ("sh", "cmd.exe")
        )
        command = (
            words[2]
            if is_shell
            else shlex.join(masked_command(words))
            if len(words) > 1
            else words[0]
        )
        allowed = program in self._programs or path in self._programs
        self._recorder.note(Effect(Sort.PROCESS, command, refused=not allowed))
        if not allowed:
            way = (
                f"the sandbox refuses to start {program}; --allow-process {program} lets it through"
            )
            raise PermissionError(errno.EACCES, way, path)

    def _fork(self) -> None:
        self._recorder.note(Effect(Sort.PROCESS, "fork"))

    # Files
    # -----------------------------------------------------------------------------------------------------------

    def _open(self, path: Any, mode: str | None, flags: int) -> None:
        writes = any(letter in mode for letter in "wax+") if mode is not None else flags & _WRITING
        # A folder is "written" where tempfile makes a file in it that never has a name, or that it
        # tells of next.
        if writes and not os.path.isdir(path):
            self._change(path, "append" if mode is not None and "a" in mode else "write")

    def _change(self, path: Any, action: str, target: Any = None) -> None:
        if isinstance(path, int):
            return
        places = [os.path.abspath(_text(place)) for place in (path, target) if place is not None]
        if _is_pythons(places[0]) or is_below(places[0], "/dev") or not self._is_consumers():
            return
        content = {"action": action} | (
            {"to": self.user_code.shown(places[1])} if target is not None else {}
        )
        passing = all(map(self._is_passing, places))
        self._recorder.note(
            Effect(Sort.FILE, self.user_code.shown(places[0]), content, reads=passing)
        )

    def _is_passing(self, path: str) -> bool:
        """Whether a file is gone with the container: temporary, unless the whole project lies among such files."""
        tops = [top for top in self._scratch if path == top or is_below(path, top)]
        projects = (*self.user_code.roots, self.user_code.start)
        return any(
            not any(is_below(root, top) and is_below(path, root) for root in projects)
            for top in tops
        )

    def _is_consumers(self) -> bool:
        """Whether it is done for the consumer: its own code is nearer than ours, or the thread is none of ours."""
        frame = sys._getframe(1)
        while frame is not None:
            file = frame.f_code.co_filename
            if is_own_file(file):
                if frame.f_globals.get("__name__") != __name__:
                    return False
            elif self.user_code.owns(file):
                return True
            frame = frame.f_back  # type: ignore[assignment] # the outermost frame has none
        return True

    # Log lines
    # -------------------------------------------------------------------------------------------------------

    def _listen_to_logs(self) -> None:
        handed_on = logging.Logger.callHandlers

        # Whatever handlers there are or are not, a record that was not filtered out passes here.
        def callHandlers(logger: logging.Logger, record: logging.LogRecord) -> None:  # noqa: N802
            if record.levelno >= logging.ERROR:
                line = masked_text(
                    _line(record), self._recorder.secrets
                )  # before it is cut, so that no part is left
                self._recorder.note(Effect(Sort.LOG, record.levelname, shortened(line, _LONGEST)))
            handed_on(logger, record)

        self._patches.set(logging.Logger, "callHandlers", callHandlers)


def _line(record: logging.LogRecord) -> str:
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
    return (
        bytes(value).decode("utf-8", "replace")
        if isinstance(value, bytes | bytearray)
        else str(value)
    )


def _is_pythons(path: str) -> bool:
    """Whether a file is of Python's own caches."""
    return "__pycache__" in path.split(os.sep) or ".pyc" in os.path.basename(path)


def _is_pair() -> bool:
    """Whether two ends of a pair are joined over loopback, as Windows has to do for each event loop."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__") == "socket" and frame.f_code.co_name.endswith(
            "socketpair"
        ):
            return True
        frame = frame.f_back  # type: ignore[assignment] # the outermost frame has none
    return False
