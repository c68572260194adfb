"""How a consumer is loaded and called in a process of its own, which may print, hang or die without harm to ours."""

from __future__ import annotations

import atexit
import contextlib
import faulthandler
import gc
import io
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
import traceback
import warnings
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.findings import Location
from ecr_contracts.core.masking import masked, masked_text, secrets, secrets_within
from ecr_contracts.discovery.source.environment import variables
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.target import Target
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.effects import Effect, Effects, Origin, Sort
from ecr_contracts.runtime.invoke import Outcome, Status, call, output_text
from ecr_contracts.runtime.lambda_context import (
    NO_CREDENTIALS,
    REAL_CREDENTIALS,
    lambda_environment,
)
from ecr_contracts.runtime.load_errors import missing_variable, refusal
from ecr_contracts.runtime.loader import Consumer, load
from ecr_contracts.runtime.sandbox.aws.advice import is_ours, remedy
from ecr_contracts.runtime.sandbox.exceptions import Caught
from ecr_contracts.runtime.sandbox.sandbox import PACKAGES, Sandbox
from ecr_contracts.runtime.sandbox.sandbox import load as load_sandbox
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["Worker"]

_ON_ITS_WAY = 0.02
"""Seconds that an answer may take beyond the consumer's own time."""
_PATIENCE = 1.0
"""Seconds that a worker has to say where it hangs, or to end by itself, before it is killed."""
_TAPE_LIMIT = 1_000_000
"""Bytes of output after which the recording starts anew."""
_STOP = b""
_WHERE: int | None = getattr(signal, "SIGUSR2", None)
"""The signal that asks a late worker where it hangs; Windows has none."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """The consumer is loaded."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """The consumer cannot be loaded; `why` says what we answered or refused right before, if we did."""

    cause: str
    advice: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Late:
    """No answer in time; where it hangs, if that is known."""

    location: Location | None = None


@dataclass(frozen=True, slots=True)
class _Dead:
    """The process is gone."""


_Answer = _Ready | _Refused | _Late | _Dead | Outcome
_KINDS: tuple[type[Any], ...] = (_Ready, _Refused, _Late, Outcome)
_FIELDS = {
    kind: [field.name for field in fields(kind)] for kind in (*_KINDS, Location, Effect, Caught)
}


def _packed(answer: _Answer) -> bytes:
    """An answer as bytes: no class of ours is named in them, for looking those up takes most of the time."""
    return pickle.dumps((_KINDS.index(type(answer)), _values(answer)), pickle.HIGHEST_PROTOCOL)


def _values(record: Any) -> list[Any]:
    """The fields of a record, with records and enumerations within them as plain data."""
    values: list[Any] = [getattr(record, name) for name in _FIELDS[type(record)]]
    for index, value in enumerate(values):
        if isinstance(value, Location):
            values[index] = _values(value)
        elif isinstance(value, Effects) or (
            isinstance(value, tuple) and value and isinstance(value[0], Caught)
        ):
            values[index] = [_values(one) for one in value]
        elif isinstance(value, StrEnum):
            values[index] = value.value
    return values


def _caught(values: list[Any]) -> Caught:
    exception, message, raised, where, *rest = values
    return Caught(
        exception, message, raised and Location(*raised), where and Location(*where), *rest
    )


def _effect(values: list[Any]) -> Effect:
    known = dict(zip(_FIELDS[Effect], values, strict=True))
    return Effect(**known | {"sort": Sort(known["sort"]), "origin": Origin(known["origin"])})


def _unpacked(message: bytes) -> _Answer:
    number, values = pickle.loads(message)
    kind = _KINDS[number]
    known = dict(zip(_FIELDS[kind], values, strict=True))
    if known.get("location"):
        known["location"] = Location(*known["location"])
    if "status" in known:
        known["status"] = Status(known["status"])
        known["effects"] = Effects([_effect(one) for one in known["effects"]])
        known["caught"] = tuple(_caught(one) for one in known["caught"])
    answer: _Answer = kind(**known)
    return answer


class Worker:
    """A process that holds one consumer and answers call after call, as a warm Lambda container does.

    It starts with the first call, or with `start`. What the consumer prints, in whatever way, is
    recorded and reaches no terminal. A process that dies, or that is busy with one call for longer
    than `timeout` seconds, is replaced at the next call. Loading may take `loading_timeout` seconds
    (30, or `timeout` if that is more). It is a context manager, and serves one thread at a time.
    The consumer reaches no network and no AWS: `settings` say how the sandbox answers it.
    """

    def __init__(
        self,
        target: Target,
        *,
        timeout: float = 5.0,
        loading_timeout: float | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.target = target
        self.settings = settings or Settings()
        self.timeout = timeout
        self.loading_timeout = max(30.0, timeout) if loading_timeout is None else loading_timeout
        self._folder = os.getcwd()
        self._owner = os.getpid()
        self._process: _Process | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the process and load the consumer, unless that is done.

        Raises the `ConsumerError` of `consumers.load`, or one that says how loading hung or ended
        the process; `SetupError` where it failed right after something that the sandbox answered or
        refused.
        """
        self._ready()

    def restart(self, settings: Settings) -> None:
        """Begin anew with other settings: the consumer is loaded again for the next call."""
        self.close()
        self.settings = settings

    def call(self, payload: Any, *, watch: bool = False, told: Any = None) -> Outcome:
        """Give the consumer a payload and tell what it did; with `watch`, also what it looked at.

        ECR answers it as if the payload were `told`, where that is given. Raises `ConsumerError`
        when the consumer has to be loaded for it and cannot be.
        """
        process = self._ready()
        began = time.perf_counter()
        with self._closing():
            process.ask(payload, watch=watch, told=told)
            answer = process.answer(self.timeout)
        if isinstance(answer, Outcome) and answer.seconds <= self.timeout:
            return self._shown(replace(answer, output=process.output()))
        seconds = time.perf_counter() - began
        fate = process.fate() if isinstance(answer, _Dead) else ""
        output = masked_text(self._ended(), self._secrets())
        if fate:
            return Outcome(Status.DIED, message=fate, output=output, seconds=seconds)
        return Outcome(
            Status.TIMED_OUT,
            message=f"no answer within {self.timeout:g} s",
            location=answer.location if isinstance(answer, _Late) else None,
            output=output,
            seconds=seconds,
        )

    def _secrets(self) -> frozenset[str]:
        """Values that nobody may be shown."""
        function = self.target.function
        given = {**(function.environment if function else {}), **self.settings.env}
        return secrets({**os.environ, **given}) | secrets_within(self.settings.answers)

    def _shown(self, outcome: Outcome) -> Outcome:
        """An outcome without secrets: what a consumer prints, raises and returns may hold them."""
        hidden = self._secrets()
        if not hidden:
            return outcome
        return replace(
            outcome,
            message=masked_text(outcome.message, hidden),
            traceback=masked_text(outcome.traceback, hidden),
            output=masked_text(outcome.output, hidden),
            returned=masked(outcome.returned, hidden, by_name=False),
            caught=tuple(
                replace(one, message=masked_text(one.message, hidden)) for one in outcome.caught
            ),
        )

    def close(self) -> None:
        """End the process and all that it started; a later call starts another."""
        if self._process is not None and self._owner == os.getpid():
            self._process.stop()
        self._ended()

    def _ready(self) -> _Process:
        if self._process is not None:
            if self._process.is_alive():
                return self._process
            self._ended()
        process = self._process = _Process(self.target, self.settings, self._folder, self.timeout)
        _LIVE.add(self)
        with self._closing():
            answer = process.answer(self.loading_timeout)
        if isinstance(answer, _Ready):
            process.output()  # what is printed at import belongs to no call
            process.unlink()
            return process
        fate = process.fate() if isinstance(answer, _Dead) else ""
        last = masked_text(self._ended().strip().rpartition("\n")[2], self._secrets())
        text = self.target.text
        if isinstance(answer, _Refused):
            cause = masked_text(answer.cause, self._secrets())
            if not answer.why:
                raise ConsumerError(text, cause, answer.advice)
            raise SetupError(text, f"it cannot be loaded, {answer.why}", cause, answer.advice)
        if fate:
            advice = (
                f"the last that it printed is: {last}" if last else "import it alone to see why"
            )
            raise ConsumerError(text, f"importing it ends the process: {fate}", advice)
        location = answer.location if isinstance(answer, _Late) else None
        at = f" at {location.file}:{location.line} ({location.source})" if location else ""
        cause = f"importing it takes longer than {self.loading_timeout:g} s{at}"
        raise ConsumerError(text, cause, "move what waits for something into the function")

    def _ended(self) -> str:
        """What was printed last by the process, which is no more."""
        process, self._process = self._process, None
        _LIVE.discard(self)
        return process.end() if process is not None and self._owner == os.getpid() else ""

    @contextlib.contextmanager
    def _closing(self) -> Iterator[None]:
        """Leave no process behind when a wait is broken off, by Ctrl-C above all."""
        try:
            yield
        except BaseException:
            self._ended()
            raise


_LIVE: weakref.WeakSet[Worker] = weakref.WeakSet()


def _close_all() -> None:
    for worker in list(_LIVE):
        worker.close()


# multiprocessing waits at exit for processes that ignore its friendly signal; registered later,
# this runs before.
atexit.register(_close_all)


# The parent's end
# ----------------------------------------------------------------------------------------------------


class _Process:
    """The parent's end of one worker process: asks, waits, kills."""

    def __init__(self, target: Target, settings: Settings, folder: str, timeout: float) -> None:
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
        load_sandbox()  # once, for every process that is forked
        context: Any = multiprocessing.get_context(method)
        tape, self._tape_name = tempfile.mkstemp(prefix="ecr-contracts-")
        self._tape = open(tape, "r+b", buffering=0)  # noqa: SIM115 - closed by `end`
        self._heard = 0
        self._connection, theirs = context.Pipe()
        # A forked child has our end as well, and those of other workers; as long as it does, nobody
        # hears us hang up.
        ours = [
            self._connection,
            *(worker._process._connection for worker in _LIVE if worker._process),
        ]
        self._process = context.Process(
            target=_work,
            args=(
                (target, settings, folder, timeout),
                theirs,
                self._tape_name,
                os.getpid(),
                ours if method == "fork" else [],
            ),
            daemon=True,
        )
        with warnings.catch_warnings():
            # The child takes up none of the parent's locks but those that Python itself renews.
            message = (
                r"This process \(pid=\d+\) is multi-threaded, use of fork\(\) may lead to deadlocks"
            )
            warnings.filterwarnings("ignore", message, DeprecationWarning)
            self._process.start()
        theirs.close()
        if hasattr(os, "setpgid"):
            # Parent and child both do this, so that the group is there whoever comes first.
            with contextlib.suppress(OSError):
                os.setpgid(self._process.pid, self._process.pid)

    def is_alive(self) -> bool:
        return bool(self._process.is_alive())

    def ask(self, payload: Any, *, watch: bool, told: Any) -> None:
        request = pickle.dumps((payload, watch, told), pickle.HIGHEST_PROTOCOL)
        # A process that dies just now is found out by waiting for its answer.
        with contextlib.suppress(OSError):
            self._connection.send_bytes(request)

    def answer(self, seconds: float) -> _Answer:
        """What the process has to say within so many seconds; it is asked where it hangs if that is nothing."""
        answer = self._received(seconds + _ON_ITS_WAY)
        if not isinstance(answer, _Late) or _WHERE is None:
            return answer
        with contextlib.suppress(OSError):
            os.kill(self._process.pid, _WHERE)
        answer = self._received(_PATIENCE)
        return _Late() if isinstance(answer, _Dead) else answer

    def _received(self, seconds: float) -> _Answer:
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            try:
                # Whatever else the consumer has started may hold the other end open: look whether
                # the process lives.
                if self._connection.poll(max(0.0, min(left, 0.1))):
                    return _unpacked(self._connection.recv_bytes())
                if not self.is_alive() and not self._connection.poll():
                    return _Dead()
            except (EOFError, OSError, pickle.UnpicklingError):
                return _Dead()
            if left <= 0:
                return _Late()

    def fate(self) -> str:
        """How the process ended."""
        self._linger()
        code = self._process.exitcode
        if code is None:
            return "the process closed its connection"
        if code < 0:
            return f"the process was killed by {_signal_name(-code)}"
        return f"the process ended with exit code {code}"

    def output(self) -> str:
        """What was written to standard output and standard error since this was last asked."""
        size = os.fstat(self._tape.fileno()).st_size
        if size == self._heard:
            return ""
        self._tape.seek(max(self._heard, size - 100_000))
        text = output_text(self._tape.read())
        self._heard = size
        if size > _TAPE_LIMIT:
            self._tape.truncate(0)
            self._heard = 0
        return text

    def stop(self) -> None:
        """Ask an idle process to end by itself, so that whoever watches it (coverage) can take notes."""
        with contextlib.suppress(OSError):
            self._connection.send_bytes(_STOP)
            self._linger()

    def _linger(self) -> None:
        """Wait a little for the process to end; `join` cannot, once the consumer has closed or forked its pipes."""
        deadline, pause = time.monotonic() + _PATIENCE, 0.0005
        while self.is_alive() and time.monotonic() < deadline:
            time.sleep(pause)
            pause = min(2 * pause, 0.02)

    def end(self) -> str:
        """Kill the process and its group; what was printed last."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        text = self.output()
        self._process.close()
        self._connection.close()
        self._tape.close()
        self.unlink()
        return text

    def unlink(self) -> None:
        """Take the recording out of its folder (Windows: once the process is gone), so that none is left there."""
        with contextlib.suppress(OSError):
            os.unlink(self._tape_name)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


# The child's end
# -----------------------------------------------------------------------------------------------------


def _work(
    what: tuple[Target, Settings, str, float],
    connection: Connection,
    tape: str,
    parent: int,
    ours: list[Connection],
) -> None:
    """The life of a worker process."""
    code = 70
    try:
        for other in ours:
            other.close()
        # Multiprocessing lets no daemon have children, but a Lambda function may.
        multiprocessing.current_process().daemon = False
        _settle()
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
        mode = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        _Server(*what, connection, os.open(tape, mode)).serve()
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        # Neither the parent's exit handlers nor the threads that the consumer left are waited for.
        os._exit(code)


def _watch(parent: int) -> None:
    """End this process and its group when the parent is gone, whatever the consumer is doing."""
    if hasattr(os, "killpg"):
        # No connection tells it: others may hold the other end, and the consumer may close ours.
        while os.getppid() == parent:
            threading.Event().wait(1.0)
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
    elif watched := multiprocessing.parent_process():
        watched.join()
    os._exit(1)


def _settle() -> None:
    """Make a copy of the parent what a fresh Lambda container is: nothing of ours left, what Lambda gives in place."""
    # What is garbage in the parent must not be finalised a second time here.
    gc.freeze()
    if hasattr(os, "setpgrp"):
        with contextlib.suppress(OSError):
            os.setpgrp()
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.set_wakeup_fd(-1)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
    warnings.simplefilter("ignore")
    sys.excepthook, sys.unraisablehook = sys.__excepthook__, sys.__unraisablehook__
    threading.excepthook = threading.__excepthook__
    logging.getLogger().handlers[:] = [_Log()]
    logging.getLogger().setLevel(logging.WARNING)
    for name, value in lambda_environment().items():
        os.environ.setdefault(name, value)
    for name in REAL_CREDENTIALS:
        os.environ.pop(name, None)
    os.environ.update(NO_CREDENTIALS)


class _Log(logging.Handler):
    """The handler that Lambda gives the root logger; consumers count on it (`getLogger().handlers[0]`)."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("[%(levelname)s]\t%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stdout.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - logging's own way to treat what cannot be formatted or written
            self.handleError(record)


class _Server:
    """The child's side of the connection: loads once, then answers until it is told to stop."""

    def __init__(
        self,
        target: Target,
        settings: Settings,
        folder: str,
        timeout: float,
        connection: Connection,
        tape: int,
    ) -> None:
        self._target = target
        self._folder = folder
        self._timeout = timeout
        self._connection = connection
        self._tape = tape
        self._process = os.getpid()
        self._user_code = UserCode.around(target.file, folder)
        if target.function is not None:
            settings = replace(settings, env={**target.function.environment, **settings.env})
        self._settings = settings
        reads = variables(target) if settings.env_auto else ()
        self._sandbox = Sandbox(
            settings, self._user_code, sources=texts(target), variables=reads, passing=True
        )
        self._busy = True

    def serve(self) -> None:
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - lives as long as the process
        # The parent's are whatever it made of them: a test runner's, say.
        sys.stdout = sys.__stdout__ = _stream(1)  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = _stream(2)  # type: ignore[misc]
        self._record()
        faulthandler.enable(2, all_threads=False)
        if _WHERE is not None:
            signal.signal(_WHERE, self._where)
        with self._sandbox:
            consumer = self._consumer()
            if consumer is None:
                return
            self._user_code = consumer.user_code
            self._sandbox.loaded(consumer.user_code)
            self._say(_Ready())
            while request := self._request():
                self._busy = True
                self._say(self._outcome(consumer, *pickle.loads(request)))

    def _outcome(self, consumer: Consumer, payload: Any, watch: bool, told: Any) -> Outcome:
        self._record()
        self._sandbox.begin(payload if told is None else told)
        outcome = call(
            consumer, payload, timeout=self._timeout, capture=False, watch=watch, aside=PACKAGES
        )
        seen = self._sandbox.seen()
        return replace(
            outcome,
            effects=seen.effects,
            caught=seen.caught,
            missing=seen.missing,
            unset=seen.unset,
            misuse=seen.misuse,
        )

    def _request(self) -> bytes:
        try:
            return self._connection.recv_bytes()
        except (EOFError, OSError):
            return _STOP

    def _consumer(self) -> Consumer | None:
        try:
            consumer = load(self._target, start=self._folder)
        except ConsumerError as error:
            self._say(self._refused(error))
        except KeyboardInterrupt as error:
            refused = refusal(self._target, self._user_code, error)
            self._say(_Refused(refused.cause, refused.advice))
        else:
            return consumer
        return None

    def _refused(self, error: ConsumerError) -> _Refused:
        """Why it cannot be loaded; where we answered or refused something right before, that is told of."""
        raised = error.__cause__
        calls = [
            one for one in self._sandbox.recorder.effects() if one.sort not in (Sort.LOG, Sort.FILE)
        ]
        of_itself = (
            raised is None
            or isinstance(raised, ImportError | SyntaxError)
            or missing_variable(raised) is not None
        )
        if of_itself or not calls or not is_ours(calls[-1]):
            return _Refused(error.cause, error.advice)
        why, advice = remedy(
            calls[-1], self._settings, texts(self._target), type(raised).__name__, str(raised)
        )
        return _Refused(error.cause, advice, why)

    def _say(self, answer: _Answer) -> None:
        if os.getpid() != self._process:
            # The consumer forked while it was imported, and this is its child.
            os._exit(0)
        self._busy = False
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # it is whatever the consumer put there
                stream.flush()
        self._connection.send_bytes(_packed(answer))

    def _record(self) -> None:
        """Send both outputs to the tape, whatever the consumer did with them in the call before."""
        for number in (1, 2):
            with contextlib.suppress(OSError):
                os.dup2(self._tape, number)
        if getattr(sys.stdout, "closed", True):
            sys.stdout = _stream(1)
        if getattr(sys.stderr, "closed", True):
            sys.stderr = _stream(2)

    def _where(self, _: int, frame: FrameType | None) -> None:
        """Say where the consumer is, then wait to be killed."""
        if not self._busy:
            return
        stack = reversed(list(traceback.walk_stack(frame)))
        self._say(_Late(self._user_code.location(stack) or self._user_code.location(_awaiting())))
        while True:
            time.sleep(60)


def texts(target: Target) -> list[str]:
    """The source of a consumer, file by file."""
    files = dict.fromkeys(source.file for source in sources(target))
    return [file.read_text("utf-8", "replace") for file in files]


def _stream(number: int) -> io.TextIOWrapper[Any]:
    """An unbuffered text stream: what is printed before a process dies is not lost."""
    raw: Any = io.FileIO(number, "w", closefd=False)
    return io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True)


def _awaiting() -> list[tuple[FrameType, int]]:
    """The frames of the consumer's coroutine while the event loop waits for it: the stack does not show them."""
    frames: list[tuple[FrameType, int]] = []
    asyncio: Any = sys.modules.get("asyncio")
    with contextlib.suppress(Exception):  # no loop is running
        for task in asyncio.all_tasks():
            awaited = task.get_coro()
            if awaited.cr_code.co_filename != call.__code__.co_filename:
                continue
            while frame := getattr(awaited, "cr_frame", None):
                frames.append((frame, frame.f_lineno))
                awaited = awaited.cr_await
    return frames
