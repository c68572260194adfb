"""A virtual clock: sleeps pass at once, and every clock that a consumer reads tells the same time.

What it does is called discrete-event simulation. As long as anybody works, time is the real time.
When every thread of the consumer waits, the clock jumps to the moment at which the first of them
wakes. So a handler that sleeps for two seconds is called in a millisecond, a thread that beats once
a minute does not beat while nobody else sleeps, five threads that sleep for two seconds each take
two seconds together, and a loop `while time.time() < deadline: time.sleep(5)` ends:

    thread A   sleep(2) ---->|            wakes at 2: the clock jumps there
    thread B   sleep(5) ------------->|   wakes at 5
    main       B.join()                   waits for B, and says of no time when it wakes

Time passes so in `time.sleep`, the timers of asyncio, and waits of `threading` that have a time-out
(`Event.wait`, `Condition.wait`, `Thread.join`, and what stands on them: `queue`, futures, timers).
The waits and retries of botocore, urllib3, tenacity, backoff and their like are sleeps of these
sorts. An alarm of `signal.setitimer` interrupts a sleep at its time. A wait ends as soon as it is
signalled; only where all wait does its time-out end it. What waits for another process or for the
network waits in real time, and so does whatever is ours.

`monotonic` and `perf_counter` never go back. `time` and `datetime.now` begin each call a second
after the time that its event has (`arrival`), as it is when EventBridge delivers one: so a handler
that drops events older than an hour acts, one call says nothing of how long another one slept, and
what comes of a check is the same each day. Without an event, and where somebody else has set the
clock before, it is the real time.

Lambda ends a call at its time-out. So does the clock, by raising `CallEndedError` in whoever sleeps
beyond it.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import gc
import operator
import os
import selectors
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from importlib.abc import MetaPathFinder
from types import FrameType, ModuleType
from typing import Any

from ecr_contracts.runtime.invoke import coroutine_frames
from ecr_contracts.runtime.lambda_context import CallEndedError
from ecr_contracts.runtime.sandbox.hooks import ImportHooks, Patches

__all__ = ["Clock", "arrival"]


class _Real:
    """The real clock. As attributes of a module, freezegun would replace it while it freezes."""

    time_of_day = staticmethod(time.time)
    monotonic = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)


_get_ident, _allocate_lock = threading.get_ident, threading.Lock
_set_timer: Any = getattr(signal, "setitimer", None)

_DELIVERY = 1.0
"""Seconds from the time of an event, which is cut to whole ones, until code is called with it."""
_YEARS = range(2015, 2100)
"""Years in which ECR has events; after other ones, a date of next year may be none."""

_LOOK = 0.001
"""Seconds of real time between two looks at what the other threads do."""
_LONGEST_LOOK = 0.02
_TASKS = "/proc/self/task"
_LOOKS = 2 if os.path.isdir(_TASKS) else 20
"""Looks that must see all other threads wait at the same place, until they are taken to wait.

A thread that was woken a moment ago stands where it waited until the system lets it run. Linux says
which threads are about to run; elsewhere it is given more time.
"""

_UNTOUCHED = frozenset(
    [
        "_pytest",
        "coverage",
        "ecr_contracts",
        "execnet",
        "hypothesis",
        "multiprocessing",
        "pluggy",
        "pytest",
        "pytest_timeout",
        "socketserver",
        "subprocess",
        "xdist",
    ]
)
"""Packages that wait for real: what they wait for goes on outside, or they are no consumer's."""

_OURS = "_ecr_contracts_clock"
"""The attribute of functions that tell the time of a clock of ours."""

_CAPTURED = ("sleep", "time", "monotonic", "perf_counter", "time_ns", "_time", "_sleep")
"""Names by which modules imported before have taken functions out of `time`."""

_WAITING = frozenset(
    [
        ("threading", "wait"),
        ("threading", "join"),
        ("threading", "_wait_for_tstate_lock"),
        ("concurrent.futures.thread", "_worker"),
    ]
)
"""Where a thread stands that waits for another one: module and function."""


class Clock:
    """The clock of a sandbox, from `install` to `remove`.

    Threads that were there before are left alone. `begin` starts a call that has so many seconds,
    and `end` ends it.
    """

    def __init__(self, import_hooks: ImportHooks) -> None:
        self._patches = Patches()
        self._replaced: list[tuple[Any, str, Any, Any]] = []
        self._ahead = 0.0
        """Seconds that were slept in all."""
        self._behind = 0.0
        """Those of them that were slept before this call."""
        self._told_before: Callable[[], float] = _Real.time_of_day
        """What told the time of day before."""
        self._shift = 0.0
        """Seconds from the real time to the time of day that this call began at."""
        self._deadline: float | None = None
        self._limit = 0.0
        self._wakes: dict[int, float] = {}
        """When the threads that sleep wake up, by the clock's own time."""
        self._came: dict[int, Callable[[], bool]] = {}
        """Whether what such threads wait for has come, for those that wait for anything."""
        self._alarm_set: float | None = None
        """How far ahead the clock was when the consumer set the alarm of its process."""
        self._jumping = threading.Lock()
        self._others_before: frozenset[threading.Thread] = frozenset()
        self._strangers_before: frozenset[int] = frozenset()
        """The threads that `threading` does not know, since nobody started them by it."""
        self._methods_before: dict[str, Any] = {}
        """The methods of `datetime` that ours stand for."""
        self._finder: _BeforeImport | None = None
        import_hooks.after_import("_time_machine", self._give_way)

    def install(self) -> None:
        """Take the place of the real clocks."""
        known = threading.enumerate()
        self._others_before = frozenset(known) - {threading.current_thread()}
        idents = {thread.ident for thread in known}
        self._strangers_before = frozenset(sys._current_frames().keys() - idents)
        self._told_before = time.time
        self._finder = _BeforeImport("_time_machine", self.remove)
        sys.meta_path.insert(0, self._finder)
        self._replace_clocks()
        self._replace_waits()
        self._replace_alarms()
        self._replace_captured()
        self._replace_now()

    def remove(self) -> None:
        """Put the real clocks back."""
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        self._patches.undo()
        self._replaced.clear()
        if self._methods_before:
            _set_in_datetime(self._methods_before)
            self._methods_before = {}

    def set(self, arrived: float | None) -> None:
        """Let it be so many seconds since 1970 now, until the next call; None: as it is.

        A clock that somebody else has set stays as it is.
        """
        is_real = self._told_before is _Real.time_of_day or hasattr(self._told_before, _OURS)
        if arrived is not None and is_real:
            self._behind = self._ahead
            self._shift = arrived - self._told_before()

    def begin(self, seconds: float | None = None, arrived: float | None = None) -> None:
        """Begin a call, which is ended after so many seconds (None: it never is).

        `arrived` is when its event came, in seconds since 1970.
        """
        for owner, name, original, ours in self._replaced:
            # A library that freezes clocks may have put back what it found when it was imported.
            if vars(owner).get(name) is original:
                setattr(owner, name, ours)
        self._behind = self._ahead
        self.set(arrived)
        self._limit = seconds or 0.0
        self._deadline = None if seconds is None else self.now() + seconds

    def end(self) -> None:
        """End the call: nothing is too long from now on."""
        self._deadline = None

    def now(self) -> float:
        """The clock's own time: seconds that never go back."""
        return _Real.monotonic() + self._ahead

    # How time passes
    # ----------------------------------------------------------------------------------------------

    def wait(
        self,
        seconds: float,
        signalled: Callable[[float], bool],
        *,
        came: Callable[[], bool] | None = None,
        thread: int | None = None,
    ) -> bool:
        """Let so many seconds pass, and tell whether what is waited for came before.

        `signalled` waits for it, so many seconds of real time; it may be the end of a `thread`.
        `came` says to other threads whether it is there. Raises CallEndedError where Lambda ends
        the call before.
        """
        me = _get_ident()
        if came is not None:
            self._came[me] = came
        wake = self.now() + seconds
        seen: dict[int, tuple[int, int]] | None = None
        looks, pause = 0, _LOOK
        try:
            while self.now() < wake:
                self._wakes[me] = wake
                standing = self._standing(me, thread)
                looks = looks + 1 if standing is not None and standing == seen else 0
                if standing is not None and (not standing or looks >= _LOOKS):
                    # Whoever was at work a moment ago may have signalled it as the last thing.
                    if signalled(0):
                        return True
                    self._jump()
                    continue
                seen = standing
                pause = _LOOK if standing is not None else min(2 * pause, _LONGEST_LOOK)
                if signalled(min(pause, max(wake - self.now(), 0))):
                    return True
            return signalled(0)
        finally:
            self._wakes.pop(me, None)
            self._came.pop(me, None)

    def _standing(self, me: int, ending: int | None) -> dict[int, tuple[int, int]] | None:
        """Where the other threads stand that wait for another one; None if any is at work.

        A thread that is `ending` runs no code of Python any more, before it has ended.
        """
        frames = sys._current_frames()
        if ending is not None and ending not in frames:
            return None
        if getattr(threading, "_limbo", None):  # a thread that was started and has not run yet
            return None
        standing: dict[int, tuple[int, int]] = {}
        if len(frames) == 1:
            return standing
        now = self.now()
        threads = {other.ident: other for other in threading.enumerate()}
        for ident, frame in frames.items():
            thread = threads.get(ident)
            if ident == me or self._was_there(ident, thread):
                continue
            wake = self._wakes.get(ident)
            if wake is None:
                is_at_work = not _is_waiting(frame) or _has_waited(frame, frames)
                standing[ident] = (id(frame), frame.f_lasti)
            else:
                came = self._came.get(ident)
                is_at_work = wake <= now or (came is not None and came())
                standing[ident] = (0, 0)  # it looks about itself, as this thread does
            if is_at_work or (thread is not None and _is_about_to_run(thread)):
                return None
        return standing

    def _was_there(self, ident: int, thread: threading.Thread | None) -> bool:
        """Whether a thread was there before the clock was, and is none of the consumer's."""
        if thread is None or isinstance(thread, threading._DummyThread):
            return ident in self._strangers_before
        return thread in self._others_before

    def _jump(self) -> None:
        """Let it be when the first of those who sleep wakes, or when Lambda ends the call."""
        with self._jumping:
            now = self.now()
            wake, alarm = min(tuple(self._wakes.values())), self._alarm(now)
            rings = alarm is not None and alarm <= wake
            wake = min(wake, wake if alarm is None else alarm)
            is_late = self._deadline is not None and wake > self._deadline
            wake = min(wake, wake if self._deadline is None else self._deadline)
            self._ahead += max(wake - now, 0.0)
        if is_late:
            raise CallEndedError(self._limit, coroutine_frames())
        if rings:
            self._ring()

    def _alarm(self, now: float) -> float | None:
        """When the alarm that the consumer has set is due, if it has set one."""
        if self._alarm_set is None:
            return None
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        return now + max(left - (self._ahead - self._alarm_set), 0.0) if left else None

    def _ring(self) -> None:
        _, interval = signal.getitimer(signal.ITIMER_REAL)
        _set_timer(signal.ITIMER_REAL, interval, interval)
        self._alarm_set = self._ahead
        signal.raise_signal(signal.SIGALRM)

    def _seconds_ahead(self) -> float:
        """Seconds from the real time to the time of day that the consumer is told."""
        return self._shift + self._ahead - self._behind

    # What is replaced
    # ----------------------------------------------------------------------------------------------

    def _replace(self, owner: Any, name: str, ours: Any) -> None:
        original = vars(owner).get(name)
        ours.__name__ = ours.__qualname__ = name
        setattr(ours, _OURS, True)
        self._patches.set(owner, name, ours)
        self._replaced.append((owner, name, original, ours))

    def _replace_clocks(self) -> None:
        """The functions of `time`, as other libraries may have replaced them already."""
        for name, told in (
            ("time", self._seconds_ahead),
            ("monotonic", lambda: self._ahead),
            ("perf_counter", lambda: self._ahead),
        ):
            self._replace(time, name, _later(getattr(time, name), told, 1))
            in_ns = f"{name}_ns"
            self._replace(time, in_ns, _later(getattr(time, in_ns), told, 1_000_000_000))
        for name in ("gmtime", "localtime", "ctime"):
            self._replace(time, name, self._of_now(getattr(time, name)))
        self._replace(time, "strftime", _formatted(time.strftime, 2))
        self._replace(time, "asctime", _formatted(time.asctime, 1))
        self._replace(time, "sleep", self._sleeping(time.sleep))

    def _of_now(self, convert: Callable[..., Any]) -> Callable[..., Any]:
        def converted(seconds: float | None = None, /) -> Any:
            return convert(time.time() if seconds is None else seconds)

        return converted

    def _sleeping(self, sleep: Callable[[Any], None]) -> Callable[[Any], None]:
        def slept(seconds: Any, /) -> None:
            length = _seconds(seconds)
            if length <= 0 or self._is_left_alone(sys._getframe(1)):
                sleep(seconds)
                return
            self.wait(length, _slept)

        return slept

    def _replace_waits(self) -> None:
        self._replace(threading.Condition, "wait", self._waiting(threading.Condition.wait))
        self._replace(threading.Thread, "join", self._joining(threading.Thread.join))
        kinds = {kind for kind in vars(selectors).values() if isinstance(kind, type)}
        for kind in kinds - {selectors.BaseSelector}:
            if "select" in vars(kind):
                self._replace(kind, "select", self._selecting(vars(kind)["select"]))

    def _waiting(self, wait: Callable[..., bool]) -> Callable[..., bool]:
        """`Condition.wait`, as Python has it but for how it waits.

        To call that again and again, for a moment each, would lose what is signalled in between.
        """

        def waited(condition: Any, timeout: float | None = None) -> bool:
            length = _seconds(timeout)
            is_left_alone = length <= 0 or self._is_left_alone(sys._getframe(1))
            if is_left_alone or not condition._is_owned():
                return wait(condition, timeout)
            waiter = _allocate_lock()
            waiter.acquire()
            condition._waiters.append(waiter)
            lock_state = condition._release_save()
            signalled = False
            try:
                signalled = self.wait(
                    length,
                    functools.partial(_taken, waiter),
                    came=lambda: waiter not in condition._waiters,
                )
                return signalled
            finally:
                condition._acquire_restore(lock_state)
                if not signalled:
                    with contextlib.suppress(ValueError):
                        condition._waiters.remove(waiter)

        return waited

    def _joining(self, join: Callable[..., None]) -> Callable[..., None]:
        def joined(thread: threading.Thread, timeout: float | None = None) -> None:
            def has_ended(pause: float) -> bool:
                join(thread, pause)
                return not thread.is_alive()

            length = _seconds(timeout)
            if length <= 0 or self._is_left_alone(sys._getframe(1)) or not thread.is_alive():
                join(thread, timeout)
            else:
                has_come = functools.partial(_has_ended, thread)
                self.wait(length, has_ended, came=has_come, thread=thread.ident)

        return joined

    def _selecting(self, select: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        """The wait of an event loop that has nothing to do until its next timer."""

        def selected(selector: Any, timeout: float | None = None) -> list[Any]:
            caller = sys._getframe(1).f_globals.get("__name__")
            # An event loop has one connection with itself; more are with others, who take time.
            is_loop_alone = caller == "asyncio.base_events" and len(selector.get_map()) <= 1
            length = _seconds(timeout)
            if (
                length <= 0
                or not is_loop_alone
                or threading.current_thread() in self._others_before
            ):
                return select(selector, timeout)
            events: list[Any] = []

            def is_ready(pause: float) -> bool:
                events[:] = select(selector, pause)
                return bool(events)

            if not is_ready(0):
                self.wait(length, is_ready)
            return events

        return selected

    def _replace_alarms(self) -> None:
        """Note when an alarm is set: on systems that have any."""
        self._alarm_set = None
        for name in ("alarm", "setitimer"):
            if hasattr(signal, name):
                self._replace(signal, name, self._setting_alarm(getattr(signal, name)))

    def _setting_alarm(self, set_alarm: Callable[..., Any]) -> Callable[..., Any]:
        def alarm(*arguments: Any) -> Any:
            is_consumers = not self._is_left_alone(sys._getframe(1))
            self._alarm_set = self._ahead if is_consumers else None
            return set_alarm(*arguments)

        return alarm

    def _replace_captured(self) -> None:
        """The same in modules that have taken a function out of `time` before."""
        functions = {id(original): ours for owner, _, original, ours in self._replaced}
        for name, module in list(sys.modules.items()):
            if name == "time" or name.partition(".")[0] in _UNTOUCHED:
                continue
            names = getattr(module, "__dict__", {})
            for captured in _CAPTURED:
                ours = functions.get(id(names.get(captured)))
                if ours is not None:
                    self._patches.set(module, captured, ours)

    def _replace_now(self) -> None:
        """`datetime.now` and `utcnow`: Python has no other way to change a class of C.

        A class that only looks like it would break code that asks for the type, and pickles.
        `today` asks `time.time`.
        """
        before = {name: _METHODS[name] for name in ("now", "utcnow")}
        now, utcnow = self._now(before["now"]), self._utcnow(before["now"])
        if _set_in_datetime({"now": classmethod(now), "utcnow": classmethod(utcnow)}):
            self._methods_before = before

    def _now(self, original: Any) -> Callable[..., Any]:
        def now(cls: Any, tz: datetime.tzinfo | None = None) -> Any:
            if not self._seconds_ahead():
                return original.__get__(None, cls)(tz)
            return cls.fromtimestamp(time.time(), tz)

        return now

    def _utcnow(self, original: Any) -> Callable[..., Any]:
        def utcnow(cls: Any) -> Any:
            if sys.version_info >= (3, 12):
                warnings.warn(_UTCNOW, DeprecationWarning, stacklevel=2)
            now = original.__get__(None, cls)(datetime.UTC)
            if self._seconds_ahead():
                now = cls.fromtimestamp(time.time(), datetime.UTC)
            return now.replace(tzinfo=None)

        return utcnow

    def _is_left_alone(self, frame: FrameType) -> bool:
        """Whether who waits is not the consumer, or waits for what goes on outside."""
        if threading.current_thread() in self._others_before:
            return True
        return str(frame.f_globals.get("__name__")).partition(".")[0] in _UNTOUCHED

    def _give_way(self, time_machine: ModuleType) -> None:
        """Leave the clocks to time-machine, which patches them in C, as soon as it does so.

        Where it is imported later, that is left to it then: it takes the functions that it finds
        for those of C.
        """
        for name in ("patch_if_needed", "patch"):  # the former until version 2
            if hasattr(time_machine, name):
                setattr(time_machine, name, self._giving_way(getattr(time_machine, name)))

    def _giving_way(self, patch: Callable[[], Any]) -> Callable[[], Any]:
        def patched() -> Any:
            self.remove()
            return patch()

        return patched


def arrival(events: Iterable[Mapping[str, Any]]) -> float | None:
    """When code is called with the first of some events, in seconds since 1970.

    None where no event has a time in these years.
    """
    times = []
    for event in events:
        with contextlib.suppress(TypeError, ValueError):
            sent = datetime.datetime.fromisoformat(event.get("time", ""))
            if sent.year in _YEARS and sent.tzinfo is not None:
                times.append(sent.timestamp() + _DELIVERY)
    return min(times, default=None)


class _BeforeImport(MetaPathFinder):
    """Calls an action before a module is imported."""

    def __init__(self, module: str, action: Callable[[], None]) -> None:
        self._module, self._action = module, action

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        """Nothing: the other finders find it."""
        if fullname == self._module:
            self._action()


_UTCNOW = (
    "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. "
    "Use timezone-aware objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC)."
)
"""What Python itself says of it since 3.12."""

_METHODS: dict[str, Any] = gc.get_referents(datetime.datetime.__dict__)[0]
"""The attributes of the class: its `__dict__` is a view of these."""


def _set_in_datetime(methods: dict[str, Any]) -> bool:
    """Set methods of the class, and tell whether that could be done."""
    try:
        import ctypes  # a build of Python may lack it
    except ImportError:
        return False
    _METHODS.update(methods)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
    return True


def _later(
    clock: Callable[[], Any], seconds_ahead: Callable[[], float], unit: int
) -> Callable[[], Any]:
    """A clock that is so many seconds ahead; `unit` says how many of its units a second has."""
    if unit == 1:
        return lambda: clock() + seconds_ahead()
    return lambda: clock() + round(seconds_ahead() * unit)


def _formatted(form: Callable[..., str], count: int) -> Callable[..., str]:
    """A function that formats the local time, if the last of its `count` arguments is no other."""

    def formatted(*arguments: Any) -> str:
        if len(arguments) == count - 1:
            arguments = (*arguments, time.localtime())
        return form(*arguments)

    return formatted


def _seconds(value: Any) -> float:
    """How long somebody wants to wait; 0 for what the real function is to deal with."""
    if not isinstance(value, float):
        try:
            value = float(operator.index(value))
        except (TypeError, OverflowError):
            return 0.0
    return value if value < threading.TIMEOUT_MAX else 0.0


def _slept(pause: float) -> bool:
    """Nothing wakes who sleeps."""
    if pause > 0:
        _Real.sleep(pause)
    return False


def _taken(lock: threading.Lock, pause: float) -> bool:
    """Whether a lock could be taken within so many seconds of real time."""
    return lock.acquire(pause > 0, pause if pause > 0 else -1)


def _is_about_to_run(thread: threading.Thread) -> bool:
    """Whether a thread has been woken and only waits for a processor, as far as that is known."""
    try:
        with open(f"{_TASKS}/{thread.native_id}/stat", "rb") as stat:
            # The name in brackets may hold anything; the state follows it.
            return stat.read().rpartition(b")")[2].split()[0] == b"R"
    except (OSError, IndexError):
        return False


def _has_ended(thread: threading.Thread) -> bool:
    """Whether a thread has ended, or runs no code of Python any more before it does."""
    return thread.ident not in sys._current_frames()


def _has_waited(frame: FrameType, frames: Mapping[int, FrameType]) -> bool:
    """Whether what the thread of this innermost frame waits for has come.

    It has not been let run since, which may be long where others look about themselves all the
    time: whoever is woken still has to be given the interpreter.
    """
    holder, waiter = frame.f_locals.get("self"), frame.f_locals.get("waiter")
    match frame.f_code.co_name:
        case "wait" if isinstance(holder, threading.Condition):
            # Whoever signals takes it out; where it was seen, the lock is what is waited for.
            waiters: Any = getattr(holder, "_waiters", ())
            return waiter not in waiters and not frame.f_locals.get("gotit")
        case "join" | "_wait_for_tstate_lock" if isinstance(holder, threading.Thread):
            return holder.ident not in frames
        case _:
            return False


def _is_waiting(frame: FrameType) -> bool:
    """Whether the thread of this innermost frame waits for another thread."""
    place = frame.f_globals.get("__name__"), frame.f_code.co_name
    if place in _WAITING:
        return True
    if place != ("selectors", "select"):
        return False
    caller = frame.f_back and frame.f_back.f_back
    return caller is not None and caller.f_globals.get("__name__") == "asyncio.base_events"
