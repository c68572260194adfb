"""The handle of a worker process, where a consumer may hang or die without harm to this one."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import multiprocessing.util
import os
import signal
import time
import warnings
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.findings import Location
from ecr_contracts.core.masking import hide_here, masked_text, secrets, secrets_within
from ecr_contracts.core.own_faults import own_fault
from ecr_contracts.core.text import message as message_of
from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.import_faults import ImportFaultError
from ecr_contracts.runtime.invoke import output_text
from ecr_contracts.runtime.masked_outcome import masked_location, masked_outcome
from ecr_contracts.runtime.memory import told
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.sandbox.developer_variables import unnamed_secrets
from ecr_contracts.runtime.sandbox.kernel import Containment
from ecr_contracts.runtime.sandbox.sandbox import load as load_sandbox
from ecr_contracts.runtime.sandbox.secret_files import secrets_around
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.scratch import Lock, Scratch, make, sweep_once
from ecr_contracts.runtime.worker.channel import NoiseError, pair
from ecr_contracts.runtime.worker.child import (
    LOCATION_SIGNAL,
    OUT_OF_MEMORY,
    Assignment,
    Closable,
    run,
)
from ecr_contracts.runtime.worker.measured import Measured
from ecr_contracts.runtime.worker.output import Output
from ecr_contracts.runtime.worker.warden import Leash, end_survivors, library, watch
from ecr_contracts.runtime.worker.wire import (
    STOP,
    Fault,
    Hanging,
    Loaded,
    LoadFailure,
    Message,
    Request,
    WorkerFault,
    pack_request,
    unpack,
)

__all__ = ["Worker"]

_TRANSIT = 0.02
"""Seconds that an answer may take beyond the consumer's own time."""
_PATIENCE = 1.0
"""Seconds that a worker has to tell where it hangs, or to end by itself, before it is killed."""


@dataclass(frozen=True, slots=True)
class _Dead:
    """The process is gone."""


_Reception = Message | WorkerFault | _Dead
"""What comes of waiting for a message."""


class Worker:
    """A process that holds one consumer and answers its calls, as a warm Lambda container does.

    It starts with the first call, or with `start`. What the consumer prints, in whatever way, is
    recorded and reaches no terminal. A process that dies, or that is busy with one call for longer
    than `timeout` seconds, is replaced at the next call. Loading may take `loading_timeout` seconds
    (30, or `timeout` if that is more). Sleeps pass at once; a call that sleeps for longer than
    `lambda_timeout` seconds (`timeout`, unless that is given) is late as well. It is a context
    manager, and serves one thread at a time. The consumer reaches no network and no AWS: `settings`
    say how the sandbox answers it.
    Environment variables that are made up let the `events` through, as far as they decide on them.
    """

    def __init__(
        self,
        target: Target,
        *,
        timeout: float = 5.0,
        loading_timeout: float | None = None,
        lambda_timeout: float | None = None,
        settings: Settings | None = None,
        events: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.target = target
        self.settings = settings or Settings()
        self.timeout = timeout
        self.lambda_timeout = lambda_timeout or timeout
        self.loading_timeout = max(30.0, timeout) if loading_timeout is None else loading_timeout
        self._folder = os.getcwd()
        self._events = tuple(events)
        self._owner = os.getpid()
        self._process: _Process | None = None
        self._hidden: frozenset[str] = frozenset()
        self._unnamed: frozenset[str] | None = None
        self.containment: Containment | None = None
        self.told: tuple[str, ...] = ()
        """What a report says of how the consumer is called, once it is loaded."""
        """What the operating system holds of the process that was started last."""

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the process and load the consumer, unless it is loaded.

        Raises the `ConsumerError` of `loader.load`, or one that says how loading hung or ended the
        process; `SetupError` where it failed right after something that the sandbox answered or
        refused.
        """
        self._running()

    def restart(self, settings: Settings) -> None:
        """Begin anew with other settings: the consumer is loaded again for the next call."""
        self.close()
        self.settings = settings

    def call(self, payload: Any, *, trace: bool = False, ecr_payload: Any = None) -> Outcome:
        """Give the consumer a payload and tell what it did; with `trace` also what it read and ran.

        ECR answers it as if the payload were `ecr_payload`, where that is given. Raises
        `ConsumerError` when the consumer has to be loaded for it and cannot be.
        """
        process = self._running()
        began = time.perf_counter()
        with self._closing():
            process.send(Request(payload, trace, ecr_payload), self.timeout)
            message = process.receive(self.timeout, Outcome)
        if isinstance(message, Outcome) and message.seconds <= self.timeout:
            outcome = self._masked(replace(message, output=process.output()))
            is_over = outcome.status in (Status.TIMED_OUT, Status.DIED)
            if is_over or outcome.exception == MemoryError.__name__:
                self._end()  # as Lambda does with its container
            return outcome
        seconds = time.perf_counter() - began
        with self._closing():
            fate = process.fate(message)
        output = self._end()
        if fate:
            fate = masked_text(fate, self._hidden)
            return Outcome(Status.DIED, message=fate, output=output, seconds=seconds)
        return Outcome(
            Status.TIMED_OUT,
            message=f"no answer within {self.timeout:g} s",
            location=masked_location(_location(message), self._hidden),
            output=output,
            seconds=seconds,
        )

    def close(self) -> None:
        """End the process and all that it started; a later call starts another."""
        if self._process is not None and self._owner == os.getpid():
            self._process.stop()
        self._end()

    def _secrets(self) -> frozenset[str]:
        """Values that nobody may be shown: those known at the start, and what the worker found."""
        process = self._process
        if process is None:
            return self._hidden
        learned = process.learned.values()
        if not learned <= self._hidden:
            self._hidden |= learned
            hide_here(learned)
        return self._hidden

    def _known_secrets(self) -> frozenset[str]:
        """The secrets that came by the environment, by settings, and in files that hold some."""
        hidden = secrets(os.environ) | secrets(self.settings.env)
        if self.target.function is not None:
            hidden |= secrets(self.target.function.environment)
        hidden |= secrets_within(self.settings.answers)
        hidden |= secrets_around(self.target.file, self._folder)
        hide_here(hidden)
        return hidden

    def _masked(self, outcome: Outcome) -> Outcome:
        """An outcome without secrets: what a consumer prints, raises and returns may hold them.

        Where the memory is used up, it says how much that is.
        """
        outcome = masked_outcome(outcome, self._secrets())
        if outcome.exception == MemoryError.__name__:
            outcome = replace(outcome, message=told(outcome.message, self.settings.memory))
        return outcome

    def _running(self) -> _Process:
        """The process with the consumer loaded; it is started where there is none."""
        if self._process is not None:
            if self._process.is_alive():
                return self._process
            self._end()
        self._hidden |= self._known_secrets()
        if self._unnamed is None:
            self._unnamed = unnamed_secrets(self.target)
        _fill_standard_descriptors()
        scratch, hold = self._scratch()
        assignment = Assignment(
            self.target,
            self.settings,
            self._folder,
            self.lambda_timeout,
            scratch,
            self._events,
            self._hidden,
            self._unnamed,
        )
        try:
            process = self._process = _Process(assignment, hold)
        except BaseException:
            scratch.remove()
            hold.release()
            raise
        _LIVE.add(self)
        with self._closing():
            message = process.receive(self.loading_timeout, Loaded, LoadFailure)
        if isinstance(message, Loaded):
            self.containment = Containment.of_texts(message.held)
            self.told = message.told
            process.output()  # what is printed at import belongs to no call
            return process
        with self._closing():
            fate = process.fate(message)
        last_line = self._end().strip().rpartition("\n")[2]
        if isinstance(message, LoadFailure):
            raise self._refusal(message)
        if fate:
            raise self._deadly_import(masked_text(fate, self._hidden), last_line)
        raise self._slow_import(masked_location(_location(message), self._hidden))

    def _scratch(self) -> tuple[Scratch, Lock]:
        """A new scratch folder, and the hold on it. Raises `SetupError` where none can be made."""
        sweep_once()
        try:
            return make()
        except OSError as error:
            cause = "no temporary folder can be made"
            advice = "make room there, or name another place in TMPDIR"
            raise SetupError(self.target.text, cause, message_of(error), advice) from None

    def _refusal(self, failure: LoadFailure) -> ConsumerError | SetupError:
        text, hidden = self.target.text, self._secrets()
        cause = masked_text(failure.cause, hidden)
        advice = masked_text(failure.advice, hidden)
        if failure.fault is not None:
            return ImportFaultError(text, cause, advice, self._masked(failure.fault))
        if failure.sandbox_answer:
            answer = masked_text(failure.sandbox_answer, hidden)
            return SetupError(text, f"it cannot be loaded, {answer}", cause, advice)
        return ConsumerError(text, cause, advice)

    def _deadly_import(self, fate: str, last_line: str) -> ConsumerError:
        advice = "import it alone to see why"
        if last_line:
            advice = f"the last that it printed is: {last_line}"
        return ConsumerError(self.target.text, f"importing it ends the process: {fate}", advice)

    def _slow_import(self, location: Location | None) -> ConsumerError:
        cause = f"importing it takes longer than {self.loading_timeout:g} s"
        if location:
            cause += f" at {location.file}:{location.line} ({location.source})"
        advice = "move what waits for something into the function"
        return ConsumerError(self.target.text, cause, advice)

    def _end(self) -> str:
        """End the process, if there is one, and give what it printed last, without secrets."""
        process, self._process = self._process, None
        _LIVE.discard(self)
        if process is None or self._owner != os.getpid():
            return ""
        output = process.end()
        learned = process.learned.values()
        self._hidden |= learned
        hide_here(learned)
        return masked_text(output, self._hidden)

    @contextlib.contextmanager
    def _closing(self) -> Iterator[None]:
        """Leave no process behind when a wait is broken off, by Ctrl-C above all."""
        try:
            yield
        except BaseException:
            self._end()
            raise


def _location(message: _Reception) -> Location | None:
    """Where a late call is, if that is known."""
    return message.location if isinstance(message, Hanging) else None


_LIVE: weakref.WeakSet[Worker] = weakref.WeakSet()


def _close_all() -> None:
    for worker in list(_LIVE):
        # The run has said what it had to say; the warden ends what cannot be ended here.
        with contextlib.suppress(Exception):
            worker.close()


# multiprocessing.util waits at exit for processes that ignore its friendly signal; registered
# later than its own function, this runs before.
atexit.register(_close_all)


class _Process:
    """The parent's end of one worker process: sends, receives, records the output, kills."""

    def __init__(self, assignment: Assignment, hold: Lock) -> None:
        forks = "fork" in multiprocessing.get_all_start_methods()
        load_sandbox()  # once, for every process that is forked
        context: Any = multiprocessing.get_context("fork" if forks else "spawn")
        self._scratch = assignment.scratch
        self._megabytes = assignment.settings.memory
        self._hold = hold
        self._output = Output(os.path.join(self._scratch.folder, "output"))
        self._measured = Measured(self._scratch)
        self.learned = assignment.learned
        self._channel, childs_end = pair()
        # A forked child has our ends as well, and those of other workers; as long as it does,
        # nobody hears us hang up.
        others = [worker._process for worker in _LIVE if worker._process]
        inherited: list[Closable] = [self._channel]
        for other in others:
            inherited += other.ends()
        self._leash: Leash | None = None
        work = partial(run, assignment, childs_end, self._output.path, inherited if forks else [])
        if forks:
            library()  # once, too
            self._leash = Leash()
            what = assignment.target.text
            arguments = (self._leash, self._scratch, hold.fileno(), what, LOCATION_SIGNAL, work)
            self._process = context.Process(target=watch, args=arguments, daemon=True)
        else:
            self._process = context.Process(target=work, args=(os.getpid(),), daemon=True)
        with warnings.catch_warnings():
            # The child takes up none of the parent's locks but those that Python itself renews.
            message = (
                r"This process \(pid=\d+\) is multi-threaded, use of fork\(\) may lead to deadlocks"
            )
            warnings.filterwarnings("ignore", message, DeprecationWarning)
            self._process.start()
        childs_end.close()
        if self._leash is not None:
            self._leash.parent_keeps()
        if hasattr(os, "setpgid"):
            # Parent and child both do this, so that the group is there whoever comes first.
            with contextlib.suppress(OSError):
                os.setpgid(self._process.pid, self._process.pid)

    def ends(self) -> list[Closable]:
        """What another process that is forked off this one must not keep."""
        return [self._channel, *([self._leash] if self._leash else [])]

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return bool(self._process.is_alive())

    def send(self, request: Request, seconds: float) -> None:
        """Ask for a call, which has to be taken within so many seconds."""
        # A process that dies just now is found out by waiting for its answer.
        with contextlib.suppress(OSError):
            self._channel.ask(pack_request(request), seconds)

    def receive(self, seconds: float, *expected: type[Message]) -> _Reception:
        """What the process sends within so many seconds; if nothing, where it hangs.

        A message of another sort than those that are expected is a fault of the worker.
        """
        message = self._received(seconds + _TRANSIT)
        if isinstance(message, Hanging) and LOCATION_SIGNAL is not None:
            self._locate(LOCATION_SIGNAL)
            message = self._received(_PATIENCE)
            message = Hanging() if isinstance(message, _Dead) else message
        if isinstance(message, (*expected, Hanging, Fault, WorkerFault, _Dead)):
            return message
        return WorkerFault(f"it sent an answer to nothing: {type(message).__name__}")

    def _locate(self, number: int) -> None:
        """Have the process tell where it is."""
        if self._leash is not None:
            self._leash.locate()
        else:
            with contextlib.suppress(OSError):
                os.kill(self._process.pid, number)

    def _received(self, seconds: float) -> _Reception:
        try:
            answer = self._channel.answer(seconds, self.is_alive, self._output)
            return unpack(self._scratch.in_general(answer))
        except NoiseError as error:
            return WorkerFault(str(error))
        except TimeoutError:
            return Hanging()
        except (EOFError, OSError):
            return _Dead()

    def fate(self, message: _Reception) -> str:
        """How the process ended, or why it is to end; nothing if it sent a message.

        Raises OwnFaultError for a process that failed by a fault of ours.
        """
        if isinstance(message, Fault):
            raise own_fault(message.traceback)
        if isinstance(message, WorkerFault):
            return f"the process was ended, for {message.reason}"
        if not isinstance(message, _Dead):
            return ""
        self._wait_for_end()
        code = self._process.exitcode
        if code is None:
            return "the process closed its connection"
        if self._leash is not None and not self._leash.ended_in_order():
            end = f"was killed by {_signal_name(-code)}" if code < 0 else "was ended"
            return f"the process that watches over it {end}, most likely by what it did"
        if code == OUT_OF_MEMORY:
            return f"the process has no memory left: {told('', self._megabytes)}"
        if code < 0:
            return f"the process was killed by {_signal_name(-code)}"
        return f"the process ended with exit code {code}"

    def output(self) -> str:
        """What was written to standard output and standard error since this was last asked."""
        return output_text(self._output.taken())

    def stop(self) -> None:
        """Ask an idle process to end by itself, so that coverage and the like can finish."""
        with contextlib.suppress(OSError):
            self._channel.ask(STOP, _PATIENCE)
            self._continue()
            self._wait_for_end()

    def _continue(self) -> None:
        """Let the warden go on, which the consumer may have stopped."""
        if self._leash is not None and self.is_alive():
            with contextlib.suppress(OSError):
                os.kill(self._process.pid, signal.SIGCONT)

    def _wait_for_end(self) -> None:
        """Wait a little for the process to end.

        `join` cannot do that once the consumer has closed or forked its pipes.
        """
        if self._leash is not None:
            if not self._leash.is_worker_dead(_PATIENCE):
                return
            self._leash.wait_for_end()
        deadline, pause = time.monotonic() + _PATIENCE, 0.0005
        while self.is_alive() and time.monotonic() < deadline:
            time.sleep(pause)
            pause = min(2 * pause, 0.02)

    def end(self) -> str:
        """End the process and all that it started; what was printed last."""
        if self._leash is not None and self.is_alive():
            self._continue()
            self._leash.end()
            self._wait_for_end()
        self._process.kill()
        self._process.join()
        if self._leash is not None:
            if not self._leash.ended_in_order():
                end_survivors(self._scratch)
            self._leash.close()
        text = self.output()
        self._process.close()
        self._channel.close()
        self._output.close()
        self.learned.close()
        self._measured.take_over()
        self._scratch.remove()
        self._hold.release()
        return text


def _fill_standard_descriptors() -> None:
    """Open what is closed of the descriptors 0 to 2, which the worker has for its own outputs.

    Nothing else of a worker may have one of these numbers then.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(descriptor)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
