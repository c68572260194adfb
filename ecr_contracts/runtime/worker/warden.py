"""The warden: a process between a worker and its parent, which ends all that the worker started.

On Linux every process whose parents are gone comes to the warden as its child, whatever it did to
get away: a session or a process group of its own, a second fork, closed files, ignored signals. The
warden ends them when the worker ends, when the parent says so, and when the parent is gone; then it
removes the scratch folder, and ends as the worker did, with its exit code or by its signal. On
other systems of POSIX it ends the process group of the worker. Windows has no fork, so no warden.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

from ecr_contracts.runtime.scratch import Scratch

__all__ = ["Leash", "end_survivors", "library", "watch"]

_LOCATE, _END = b"L", b"E"
"""What the parent may say: the worker shall tell where it is, or all shall end."""
_DEAD, _ENDED = b"-", b"."
"""What the warden says: the worker is dead, and all is at its end; one that was killed cannot."""
_LOOK = 1.0
"""Seconds between two looks at whether the parent is there, if no pipe tells it."""
_LONGEST_END = 10.0
"""Seconds that the warden tries to end all processes, those of another user among them."""
_PAUSE = 0.0005
_SUBREAPER, _DEATH_SIGNAL = 36, 1  # of prctl(2) of Linux


class Leash:
    """What a warden and the parent say to each other: two pipes, of which each has one end."""

    def __init__(self) -> None:
        self._order_read, self._order_write = os.pipe()
        self._report_read, self._report_write = os.pipe()
        self._reported = b""

    # The parent's end

    def parent_keeps(self) -> None:
        """Leave only the parent's end in this process."""
        _close(self._order_read, self._report_write)

    def locate(self) -> None:
        """Have the worker tell where it is."""
        self._order(_LOCATE)

    def end(self) -> None:
        """Have all of it end."""
        self._order(_END)

    def _order(self, order: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self._order_write, order)

    def is_worker_dead(self, seconds: float) -> bool:
        """Whether the worker, or its warden, is dead within so many seconds."""
        return self._reported != b"" or self._has_report(seconds)

    def wait_for_end(self) -> None:
        """Wait until the warden is at its end or gone, for as long as it may take to end all."""
        deadline = time.monotonic() + _LONGEST_END + _LOOK
        while (left := deadline - time.monotonic()) > 0 and self._has_report(left):
            report = os.read(self._report_read, 1)
            self._reported += report
            if report in (b"", _ENDED):
                return

    def _has_report(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._report_read, select.POLLIN)
        return bool(poll.poll(max(0.0, seconds) * 1000))

    def ended_in_order(self) -> bool:
        """Whether a warden that is gone came to its own end: else it was killed by somebody."""
        if self._has_report(0.0):
            self._reported += os.read(self._report_read, 8)
        return self._reported.endswith(_ENDED)

    def close(self) -> None:
        """Close the parent's end; a warden that is there then ends all of it."""
        _close(self._order_write, self._report_read)

    # The warden's end

    def warden_keeps(self, *others: int) -> None:
        """Leave only the warden's end in this process, and the other files that are named."""
        kept = sorted({self._order_read, self._report_write, *others})
        first = 0
        for descriptor in kept:
            os.closerange(first, descriptor)
            first = descriptor + 1
        os.closerange(first, os.sysconf("SC_OPEN_MAX"))

    def orders(self) -> int:
        """The descriptor that orders come by."""
        return self._order_read

    def report_death(self) -> None:
        """Say that the worker is dead."""
        self._report(_DEAD)

    def report_end(self) -> None:
        """Say that this is the end."""
        self._report(_ENDED)

    def _report(self, what: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self._report_write, what)

    # The worker has none of it

    def close_all(self) -> None:
        """Close both ends in this process."""
        self.parent_keeps()
        self.close()


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def watch(
    leash: Leash,
    scratch: Scratch,
    hold: int | None,
    what: str,
    location_signal: int | None,
    work: Callable[[int], None],
) -> None:
    """The life of a warden, which does not return; `work` is that of its worker.

    `work` gets the warden's number. `hold` is the descriptor that keeps the scratch folder, `what`
    names the consumer to a user.
    """
    parent, own = os.getppid(), os.getpid()
    wakened, waker = os.pipe()
    os.set_blocking(wakened, False)
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    _prctl(_SUBREAPER, 1)
    worker = os.fork()
    if worker == 0:
        _prctl(_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != own:
            _exit(1)
        leash.close_all()
        _close(wakened, waker)
        work(own)
        _exit(1)
    try:
        _settle()
        leash.warden_keeps(wakened, waker, 2, *([] if hold is None else [hold]))
        warden = _Warden(leash, worker, parent, wakened, location_signal)
        warden.serve()
        leash.report_death()
        if warden.is_orphan:
            _tell_of_dead_run(what)
        end_all(worker, warden.status is None)
        scratch.remove()
        leash.report_end()
        _end_as(warden.status)
    finally:
        _exit(1)


class _Warden:
    """One warden at work: it waits for orders, for the end of its worker and that of its parent."""

    def __init__(
        self, leash: Leash, worker: int, parent: int, wakened: int, location_signal: int | None
    ) -> None:
        self._leash = leash
        self._worker = worker
        self._parent = parent
        self._wakened = wakened
        self._location_signal = location_signal
        self.status: int | None = None
        self.is_orphan = False

    def serve(self) -> None:
        """Wait until all shall end."""
        poll = select.poll()
        poll.register(self._leash.orders(), select.POLLIN)
        poll.register(self._wakened, select.POLLIN)
        while not (self._has_ended() or self._is_parent_gone()):
            for descriptor, _ in poll.poll(_LOOK * 1000):
                if descriptor == self._wakened:
                    os.read(descriptor, 4096)
                elif self._is_ordered_to_end():
                    return

    def _has_ended(self) -> bool:
        """Whether the worker has; orphans that have are forgotten."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return False
            if pid == self._worker:
                self.status = status
                return True

    def _is_parent_gone(self) -> bool:
        self.is_orphan = os.getppid() != self._parent
        return self.is_orphan

    def _is_ordered_to_end(self) -> bool:
        orders = os.read(self._leash.orders(), 64)
        if _LOCATE in orders and self._location_signal is not None:
            with contextlib.suppress(OSError):
                os.kill(self._worker, self._location_signal)
        if not orders:
            self.is_orphan = True  # a parent that goes on says so before it closes its end
        return self.is_orphan or _END in orders


def _settle() -> None:
    """Hear nothing but the end of children, and hold as little of the parent as can be."""
    gc.disable()
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _tell_of_dead_run(what: str) -> None:
    """Say in the place of a parent that cannot any more why nothing more will come."""
    line = f"ecr-contracts: this run ended all at once while it worked on {what}; was it killed?\n"
    with contextlib.suppress(OSError):
        os.write(2, line.encode("utf-8", "backslashreplace"))


# The end of processes
# --------------------------------------------------------------------------------------------------


def end_all(worker: int, is_alive: bool) -> None:
    """End the worker, its process group and all that it started, as far as the system lets us.

    All are stopped before any is ended: processes that start others would else go on.
    """
    with contextlib.suppress(OSError):
        os.killpg(worker, signal.SIGKILL)
    if is_alive:
        _kill([worker], signal.SIGKILL)
    deadline = time.monotonic() + _LONGEST_END
    stopped: set[int] = set()
    while _has_children() and time.monotonic() < deadline:
        family = descendants(os.getpid())
        new = family - stopped
        if new:
            _kill(new, signal.SIGSTOP)
            stopped |= new
            continue
        _kill(family, signal.SIGKILL)
        stopped.clear()
        time.sleep(_PAUSE)


def _has_children() -> bool:
    """Whether there is a child still, after all that have ended are forgotten."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        return False
    return True


def _kill(processes: Iterable[int], number: int) -> None:
    for process in processes:
        with contextlib.suppress(OSError):
            os.kill(process, number)


def descendants(process: int) -> set[int]:
    """The processes that a process started, and those that they started; only on Linux."""
    family: set[int] = set()
    waiting = [process]
    while waiting:
        for child in _children(waiting.pop()):
            if child not in family:
                family.add(child)
                waiting.append(child)
    return family


def _children(process: int) -> list[int]:
    """The children of a process, of all of its threads."""
    children: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children", "rb") as file:
                children.extend(map(int, file.read().split()))
    except OSError:  # it is gone, or this is no Linux
        pass
    return children


def end_survivors(scratch: Scratch) -> None:
    """End what a worker started whose warden was killed, as far as it can be found.

    Nothing tells it from other processes then but the scratch folder, which stands in what it got
    of its environment, in the files that it has open and in those in its memory. On Linux only.
    """
    deadline = time.monotonic() + _LONGEST_END
    while (family := _survivors(scratch)) and time.monotonic() < deadline:
        _kill(family, signal.SIGKILL)
        time.sleep(_PAUSE)


def _survivors(scratch: Scratch) -> set[int]:
    """The processes of a scratch folder that live.

    The folder itself is no sign: copies of this process have it and the recording of the output
    open too.
    """
    signs = [os.fsencode(folder) for folder in (scratch.tmp, scratch.home, scratch.files)]
    found = set()
    for process in _processes():
        for trace in _traces(process):
            if any(sign in trace for sign in signs):
                found.add(process)
    return found - {os.getpid()}


def _processes() -> list[int]:
    """All processes; none where the system has no /proc."""
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdecimal()]
    except OSError:
        return []


def _traces(process: int) -> Iterator[bytes]:
    """The environment that a process began with, its working folder, and its files."""
    place = f"/proc/{process}".encode()
    for name in (b"/environ", b"/maps"):
        with contextlib.suppress(OSError), open(place + name, "rb") as file:
            yield file.read()
    with contextlib.suppress(OSError):
        yield os.readlink(place + b"/cwd")
    with contextlib.suppress(OSError):
        for name in os.listdir(place + b"/fd"):
            with contextlib.suppress(OSError):
                yield os.readlink(place + b"/fd/" + name)


# The system's own calls
# --------------------------------------------------------------------------------------------------


def _end_as(status: int | None) -> NoReturn:
    """End this process as another ended whose status `waitpid` gave."""
    if status is not None and os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        _forbid_core_dumps()
        with contextlib.suppress(OSError, ValueError):  # SIGKILL takes no handler
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        _exit(128 + number)
    _exit(1 if status is None else os.waitstatus_to_exitcode(status))


def _forbid_core_dumps() -> None:
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


@functools.cache
def library() -> Any:
    """The C library; None where Python has no ctypes.

    Call it before processes are forked: they have it then.
    """
    try:
        import ctypes

        return ctypes.CDLL(None, use_errno=True)
    except (ImportError, OSError):
        return None


def _prctl(option: int, value: int) -> None:
    """A call of prctl(2), on Linux."""
    if sys.platform == "linux" and (found := library()) is not None:
        found.prctl(option, value, 0, 0, 0)


def _exit(code: int) -> NoReturn:
    """End this process now: coverage replaces `os._exit`, but a warden has nothing to tell it."""
    if (found := library()) is not None:
        found._exit(code)
    os._exit(code)
