"""The process that starts a program: it is contained, and so is all that it starts.

It is the worker of a warden. The parent hands it the program's standard files over a socket, is
told the number of the new process, and later its exit code. What a program leaves behind of its
own process group is ended with it, and the rest by the warden, when all ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from ecr_contracts.core.masking import holds_secret
from ecr_contracts.runtime.lambda_context import (
    NO_CREDENTIALS,
    REAL_CREDENTIALS,
    lambda_environment,
)
from ecr_contracts.runtime.sandbox.developer_variables import withdraw
from ecr_contracts.runtime.sandbox.kernel import Hold, bounds_around, contain
from ecr_contracts.runtime.sandbox.kernel.loopback import MEANS as NETWORK_NAMESPACE
from ecr_contracts.runtime.scratch import Scratch
from ecr_contracts.runtime.worker.inherited_files import let_go

__all__ = ["Order", "run"]

_FAILED = 70
"""The exit code of a starter that fails by a fault of ours."""
_LONGEST_ORDER = 65536
_TOOLS = {"CARGO_HOME": ".cargo", "RUSTUP_HOME": ".rustup", "NVM_DIR": ".nvm"}
"""Where tools that start programs lie below the user's home, which a program does not have."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a starter starts: the words of a command, the folder, and what it finds around it.

    `env` are variables that the user gives; `allow_net` (`host:port`) and `allow_write` (whole
    paths) are let through. With `listens_first` the socket of the runtime interface is made before
    the bounds, for a network that is not the program's own.
    """

    words: Sequence[str]
    folder: str
    env: Mapping[str, str]
    scratch: Scratch
    allow_net: Sequence[str] = ()
    allow_write: Sequence[str] = ()
    listens_first: bool = False


def run(order: Order, channel: socket.socket, _warden: int) -> NoReturn:
    """The life of a starter, which does not return."""
    code = _FAILED
    try:
        let_go(keep={channel.fileno()})
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        _settle()
        writable = (order.scratch.folder, *order.allow_write)
        allow_net = list(order.allow_net)
        listener = None
        if order.listens_first or allow_net:
            listener = socket.create_server(("127.0.0.1", 0))
            allow_net.append(f"127.0.0.1:{listener.getsockname()[1]}")
        bounds = bounds_around(writable=writable, allow_net=allow_net)
        containment = contain(bounds)
        is_own_network = f"{Hold.NETWORK}={NETWORK_NAMESPACE}" in containment.as_texts()
        if listener is None and (is_own_network or not containment.held(Hold.NETWORK)):
            listener = socket.create_server(("127.0.0.1", 0))
        _have_environment(order, listener)
        greeting = _packed({"held": containment.as_texts()})
        socket.send_fds(channel, [greeting], [] if listener is None else [listener.fileno()])
        if listener is not None:
            listener.close()
        _Starter(order, channel).serve()
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the parent is to know
        with contextlib.suppress(OSError):
            channel.sendall(_packed({"fault": traceback.format_exc()}))
    finally:
        os._exit(code)


def _settle() -> None:
    """Let signals do what they do in a fresh process."""
    with contextlib.suppress(OSError):
        os.setpgrp()
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _have_environment(order: Order, listener: socket.socket | None) -> None:
    """Give this process the environment of the program: Lambda's, and nobody's credentials."""
    for name, below_home in _TOOLS.items():
        place = os.path.join(os.path.expanduser("~"), below_home)
        if os.path.isdir(place):
            os.environ.setdefault(name, place)
    order.scratch.settle()
    held = [name for name, value in os.environ.items() if value and holds_secret(name, value)]
    withdraw(held)
    for name, value in lambda_environment().items():
        os.environ.setdefault(name, value)
    for name in REAL_CREDENTIALS:
        os.environ.pop(name, None)
    os.environ.update(NO_CREDENTIALS)
    if not order.allow_net:
        # No attempt gets anywhere, and the waits between several would be taken for a hang.
        os.environ.setdefault("AWS_MAX_ATTEMPTS", "1")
    os.environ.setdefault("LAMBDA_TASK_ROOT", order.folder)
    if listener is not None:
        os.environ["AWS_LAMBDA_RUNTIME_API"] = f"127.0.0.1:{listener.getsockname()[1]}"
    os.environ.update(order.env)


class _Starter:
    """A starter at work: it waits for orders, and for the end of the program."""

    def __init__(self, order: Order, channel: socket.socket) -> None:
        self._order, self._channel = order, channel
        self._program: subprocess.Popen[bytes] | None = None

    def serve(self) -> None:
        """Serve until the parent hangs up."""
        wakened, waker = os.pipe()
        for descriptor in (wakened, waker):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        poll = select.poll()
        poll.register(self._channel.fileno(), select.POLLIN)
        poll.register(wakened, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == wakened:
                    with contextlib.suppress(OSError):
                        os.read(wakened, 4096)
                    self._tell_of_end()
                elif not self._obey():
                    return

    def _obey(self) -> bool:
        """Do what the parent says; whether it says anything still."""
        text, files, _, _ = socket.recv_fds(self._channel, _LONGEST_ORDER, 3)
        if not text:
            return False
        if len(files) == 3:
            self._start(files)
        else:
            self._end_group()
        return True

    def _start(self, files: Sequence[int]) -> None:
        standard_input, standard_output, standard_error = files
        try:
            self._program = subprocess.Popen(
                self._order.words,
                stdin=standard_input,
                stdout=standard_output,
                stderr=standard_error,
                cwd=self._order.folder,
                start_new_session=True,
            )
            self._tell({"pid": self._program.pid})
        except (OSError, ValueError) as error:
            self._tell({"refused": str(getattr(error, "strerror", None) or error)})
        finally:
            for descriptor in files:
                os.close(descriptor)
        self._tell_of_end()

    def _tell_of_end(self) -> None:
        """Tell the exit code of the program, if it has ended."""
        if self._program is None or self._program.poll() is None:
            return
        program = self._program
        self._end_group()
        self._program = None
        self._tell({"pid": program.pid, "code": program.returncode})

    def _end_group(self) -> None:
        """Kill the program and its process group; its exit code is told as that of any end."""
        if self._program is not None:
            with contextlib.suppress(OSError):
                os.killpg(self._program.pid, signal.SIGKILL)

    def _tell(self, what: Mapping[str, Any]) -> None:
        with contextlib.suppress(OSError):
            self._channel.sendall(_packed(what))


def _packed(what: Mapping[str, Any]) -> bytes:
    return json.dumps(what).encode() + b"\n"
