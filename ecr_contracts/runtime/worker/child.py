"""The worker process: it settles as a fresh Lambda container, loads the consumer, serves calls."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import io
import logging
import multiprocessing
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import sleep
from types import FrameType
from typing import Any, Protocol

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.findings import Location
from ecr_contracts.core.masking import masked_text
from ecr_contracts.core.text import message as message_of
from ecr_contracts.core.text import some_of, type_name
from ecr_contracts.discovery.source.variables.environment import Variable, variables
from ecr_contracts.discovery.target import Target, is_javascript
from ecr_contracts.discovery.template_variables import template_variables
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.import_faults import import_fault
from ecr_contracts.runtime.invoke import coroutine_frames
from ecr_contracts.runtime.lambda_context import (
    NO_CREDENTIALS,
    REAL_CREDENTIALS,
    lambda_environment,
)
from ecr_contracts.runtime.load_errors import load_error
from ecr_contracts.runtime.loader import Consumer, InstrumentingError, load, source_texts, told_of
from ecr_contracts.runtime.masked_outcome import masked_location, masked_outcome
from ecr_contracts.runtime.memory import bound, keep_reserve, told, use_reserve
from ecr_contracts.runtime.node.consumer import load_node_handler
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.raised import frames_of
from ecr_contracts.runtime.sandbox.aws.advice import explain_answer
from ecr_contracts.runtime.sandbox.developer_variables import withdraw
from ecr_contracts.runtime.sandbox.files.secret_stores import homes
from ecr_contracts.runtime.sandbox.kernel import (
    Bounds,
    Containment,
    bounds_around,
    contain,
    measured_folders,
)
from ecr_contracts.runtime.sandbox.observed import call_observed
from ecr_contracts.runtime.sandbox.reached import begin as begin_reaching
from ecr_contracts.runtime.sandbox.reached import reached
from ecr_contracts.runtime.sandbox.sandbox import Sandbox
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.scratch import Scratch
from ecr_contracts.runtime.worker import measured
from ecr_contracts.runtime.worker.channel import WorkerEnd
from ecr_contracts.runtime.worker.inherited_files import let_go
from ecr_contracts.runtime.worker.learned import LearnedSecrets
from ecr_contracts.runtime.worker.originals import Originals
from ecr_contracts.runtime.worker.wire import (
    STOP,
    Fault,
    Hanging,
    Loaded,
    LoadFailure,
    Message,
    Request,
    pack,
    unpack_request,
)

__all__ = ["LOCATION_SIGNAL", "OUT_OF_MEMORY", "Assignment", "Closable", "run"]

LOCATION_SIGNAL: int | None = getattr(signal, "SIGUSR2", None)
"""The signal that asks a late worker where it hangs; Windows has none."""
_MOST_NAMES = 3
_LEAST_OF_NODE = 1024
_FAILED = 70
"""The exit code of a child that fails by a fault of ours."""
OUT_OF_MEMORY = 71
"""The exit code of a child that has no memory left, even to say what it was about."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker is for: a consumer, the sandbox around it, and the seconds that a call has.

    `timeout` are those that Lambda gives it: sleeps count, which take no real time. `folder` is the
    working directory that locations are relative to, `scratch` the temporary folder and the home of
    this worker alone. Made-up variables let the `events` through.
    `hidden` are secret values that the parent knows of; the worker tells it those that it finds
    through `learned`. `unnamed` are variables with secrets that it has no business with.
    """

    target: Target
    settings: Settings
    folder: str
    timeout: float
    scratch: Scratch
    events: Sequence[Mapping[str, Any]] = ()
    hidden: frozenset[str] = frozenset()
    unnamed: frozenset[str] = frozenset()
    learned: LearnedSecrets = field(default_factory=LearnedSecrets)


class Closable(Protocol):
    """What can be closed."""

    def close(self) -> None:
        """Close it."""


def run(
    assignment: Assignment,
    channel: WorkerEnd,
    tape: str,
    inherited: Sequence[Closable],
    parent: int,
) -> None:
    """The life of a worker process, which does not return.

    Output goes to the file `tape`; the process ends with the process `parent`. `inherited` are
    the parent's ends of channels, which a fork has opened here as well.
    """
    code = _FAILED
    try:
        for other in inherited:
            other.close()
        is_process_of_its_own = multiprocessing.parent_process() is not None
        if is_process_of_its_own:
            let_go(keep={channel.fileno()})
        # Multiprocessing lets no daemon have children, but a Lambda function may.
        multiprocessing.current_process().daemon = False
        bounds, own_homes = _bounds(assignment), homes()
        _settle()
        assignment.scratch.settle()
        is_node = is_javascript(assignment.target)
        bound(_megabytes(assignment), addresses_too=not is_node)
        mode = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        tape_file = os.open(tape, mode)
        # Namespaces are had by a process with one thread only, and threads inherit what holds it.
        containment = contain(bounds) if is_process_of_its_own else Containment()
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        _Server(assignment, channel, tape_file, containment, own_homes).serve()
        measured.hand_over(assignment.scratch)
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
        use_reserve()
        raise
    except BaseException as error:
        if _may_be_consumers(error, assignment):
            traceback.print_exc()
        else:  # The parent tells it, and nothing is to be written on its own outputs.
            with contextlib.suppress(OSError):  # the consumer may have closed it
                hidden = assignment.hidden | assignment.learned.values()
                trace = masked_text(traceback.format_exc(), hidden)
                channel.reply(pack(Fault(trace)))
        raise
    finally:
        # Neither the parent's exit handlers nor the threads that the consumer left are waited for.
        os._exit(code)


def _megabytes(assignment: Assignment) -> int:
    """The megabytes that the process may take: Node alone takes some hundreds."""
    memory = assignment.settings.memory
    return max(memory, _LEAST_OF_NODE) if is_javascript(assignment.target) else memory


def _bounds(assignment: Assignment) -> Bounds:
    """What the operating system is to let through, by the environment of the parent."""
    settings = assignment.settings
    writable = (assignment.scratch.folder, *_allowed(assignment), *measured_folders())
    return bounds_around(writable=writable, allow_net=settings.allow_net)


def _allowed(assignment: Assignment) -> tuple[str, ...]:
    """What may be changed for real, by its whole path: the consumer is loaded in another folder."""
    places = assignment.settings.allow_write
    return tuple(os.path.join(assignment.folder, place) for place in places)


def _may_be_consumers(error: BaseException, assignment: Assignment) -> bool:
    """Whether a fault of this process comes from the consumer: its signal handler, its pipes."""
    if isinstance(error, InstrumentingError):
        return False
    if isinstance(error, OSError | KeyboardInterrupt) or reached():
        return True
    user_code = UserCode.around(assignment.target.file, assignment.folder)
    return user_code.location(traceback.walk_tb(error.__traceback__)) is not None


def _end_with(parent: int) -> None:
    """End this process and its group when the parent is gone, whatever the consumer is doing."""
    if hasattr(os, "killpg"):
        # No connection tells it: others may hold the other end, and the consumer may close ours.
        while os.getppid() == parent:
            threading.Event().wait(1.0)
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
    elif process := multiprocessing.parent_process():
        process.join()
    os._exit(1)


def _settle() -> None:
    """Make a copy of the parent what a fresh Lambda container is.

    Nothing of ours is left, and what Lambda gives is in place.
    """
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
    sys.breakpointhook = _passed_over
    sys.excepthook, sys.unraisablehook = sys.__excepthook__, sys.__unraisablehook__
    threading.excepthook = threading.__excepthook__
    logging.getLogger().handlers[:] = [_LambdaLogHandler()]
    logging.getLogger().setLevel(logging.WARNING)
    for name, value in lambda_environment().items():
        os.environ.setdefault(name, value)
    for name in REAL_CREDENTIALS:
        os.environ.pop(name, None)
    os.environ.update(NO_CREDENTIALS)


def _passed_over(*_: object, **__: object) -> None:
    """A breakpoint where nobody sits at a debugger: the report says that there is one."""


class _LambdaLogHandler(logging.Handler):
    """The handler of the root logger in Lambda; consumers rely on `getLogger().handlers[0]`."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("[%(levelname)s]\t%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stdout.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - logging's own way to treat what cannot be formatted or written
            self.handleError(record)


class _Server:
    """The child's side of the channel: loads once, then serves requests until it is to stop."""

    def __init__(
        self,
        assignment: Assignment,
        channel: WorkerEnd,
        tape: int,
        containment: Containment = Containment(),  # noqa: B008 - it is frozen
        own_homes: Sequence[str] = (),
    ) -> None:
        self._target = target = assignment.target
        self._folder = assignment.folder
        self._timeout = assignment.timeout
        self._channel = channel
        self._tape = tape
        self._scratch = assignment.scratch
        self._containment = containment
        self._process = os.getpid()
        self._user_code = UserCode.around(target.file, self._folder)
        settings = assignment.settings
        of_template = template_variables(target)
        made_up: tuple[Variable, ...] = ()
        if settings.env_auto:
            made_up = variables(target, assignment.events, of_template.forms)
        given_names = {*of_template.known, *of_template.forms, *settings.env}
        withdraw(assignment.unnamed - given_names)
        given = of_template.without(variable.name for variable in made_up)
        if target.function is None:
            given = {name: value for name, value in given.items() if name not in os.environ}
        settings = replace(
            settings, env={**given, **settings.env}, allow_write=_allowed(assignment)
        )
        self._settings = settings
        self._events = assignment.events
        sources = source_texts(target)
        if any("set_trace" in text for text in sources):
            import pdb  # few handlers have it

            pdb.set_trace = _passed_over
        begin_reaching(sources)
        self._sandbox = Sandbox(
            settings,
            self._user_code,
            sources=sources,
            variables=made_up,
            passing=True,
            hidden=assignment.hidden,
            scratch=assignment.scratch.folder,
            homes=own_homes,
        )
        self._sandbox.recorder.on_hidden = assignment.learned.add
        self._busy = True

    def serve(self) -> None:
        """Load the consumer, and answer each request."""
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - lives as long as the process
        # The parent's are whatever it made of them: a test runner's, say.
        sys.stdout = sys.__stdout__ = _unbuffered(1)  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = _unbuffered(2)  # type: ignore[misc]
        self._record_output()
        faulthandler.enable(2, all_threads=False)
        if LOCATION_SIGNAL is not None:
            signal.signal(LOCATION_SIGNAL, self._tell_location)
        with self._sandbox:
            self._sandbox.begin_loading(self._events)
            self._originals = Originals()
            consumer = self._loaded()
            if consumer is None:
                return
            while message := self._receive():
                self._busy = True
                outcome = self._outcome_or_failure(consumer, message)
                self._send(outcome)
                if outcome.status is Status.DIED:
                    return

    def _outcome_or_failure(self, consumer: Consumer, message: bytes) -> Outcome:
        """The outcome of a call; where the consumer breaks our own code around it, that it did."""
        try:
            return self._outcome(consumer, unpack_request(message))
        except (MemoryError, KeyboardInterrupt, OSError):
            raise
        except BaseException as error:
            ways = reached()  # if by any, each object of ours may be broken
            replaced = [] if ways else self._originals.put_back()
            told = f"{type_name(type(error))}: {message_of(error)}"
            if ways:
                cause = (
                    f"the process cannot go on once {ways} is used to get at the sandbox: {told}"
                )
                return Outcome(Status.DIED, message=cause)
            place = self._user_code.location(frames_of(error))
            if replaced:
                names = some_of(replaced, _MOST_NAMES)
                cause = f"the process cannot go on once {names} of Python's own is replaced: {told}"
            elif place is not None:
                cause = f"the process cannot go on after {told}"
            else:
                raise
            return Outcome(Status.DIED, message=cause, location=place)

    def _outcome(self, consumer: Consumer, request: Request) -> Outcome:
        self._record_output()
        keep_reserve()
        return call_observed(
            self._sandbox,
            consumer,
            request.payload,
            ecr_payload=request.ecr_payload,
            timeout=self._timeout,
            capture=False,
            trace=request.trace,
        )

    def _receive(self) -> bytes:
        try:
            return self._channel.request()
        except (EOFError, OSError):
            return STOP

    def _loaded(self) -> Consumer | None:
        """The consumer, once the parent was told; None where it cannot be loaded."""
        try:
            consumer = self._load()
            if consumer is not None:
                self._user_code = consumer.user_code
                self._sandbox.consumer_loaded(consumer.user_code)
                self._send(Loaded(self._containment.as_texts(), told_of(consumer)))
            return consumer
        except (MemoryError, KeyboardInterrupt, OSError):
            raise
        except BaseException as error:
            replaced = self._originals.put_back()
            if not replaced:
                raise
            names = some_of(replaced, _MOST_NAMES)
            cause = f"importing it replaces {names} of Python's own, and nothing works after that"
            told = f"{type_name(type(error))}: {message_of(error)}"
            advice = f"replace it while you need it, and put it back ({told})"
            self._send(LoadFailure(cause, advice))
            return None

    def _load(self) -> Consumer | None:
        """The consumer; where it cannot be loaded, the parent is told why."""
        try:
            if is_javascript(self._target):
                return self._load_node_handler()
            return load(self._target, start=self._folder)
        except ConsumerError as error:
            self._send(self._load_failure(error))
        except KeyboardInterrupt as error:
            complaint = load_error(self._target, self._user_code, error)
            self._send(LoadFailure(complaint.cause, complaint.advice))
        return None

    def _load_node_handler(self) -> Consumer:
        """The handler that Node loads, as a function. Raises `ConsumerError` where it cannot be."""
        try:
            handler = load_node_handler(self._target, megabytes=self._settings.memory)
        except (ConsumerError, KeyboardInterrupt, MemoryError):
            raise
        except BaseException as error:
            raise load_error(self._target, self._user_code, error) from error
        return Consumer(handler, 2, self._user_code)

    def _load_failure(self, error: ConsumerError) -> LoadFailure:
        """Why the consumer cannot be loaded, without secrets."""
        failure = self._explained_failure(error)
        hidden = self._sandbox.recorder.secrets
        return LoadFailure(
            masked_text(failure.cause, hidden),
            masked_text(failure.advice, hidden),
            masked_text(failure.sandbox_answer, hidden),
            failure.fault and masked_outcome(failure.fault, hidden),
        )

    def _explained_failure(self, error: ConsumerError) -> LoadFailure:
        """Why the consumer cannot be loaded, and the sandbox's answer if that is why."""
        raised = error.__cause__
        stop = None if raised is None else self._sandbox.provenance.stop(raised)
        if raised is None:
            return LoadFailure(error.cause, error.advice)
        if isinstance(raised, MemoryError):
            return LoadFailure(error.cause, told("", self._settings.memory))
        if stop is None:
            fault = import_fault(raised, self._user_code, self._sandbox.surroundings())
            return LoadFailure(error.cause, error.advice, fault=fault)
        sandbox_answer, advice = explain_answer(
            stop,
            self._settings,
            source_texts(self._target),
            str(raised),
        )
        return LoadFailure(error.cause, advice, sandbox_answer)

    def _send(self, message: Message) -> None:
        if os.getpid() != self._process:
            # The consumer forked while it was imported, and this is its child.
            os._exit(0)
        self._busy = False
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):  # it is whatever the consumer put there
                stream.flush()
        self._channel.reply(pack(message))

    def _record_output(self) -> None:
        """Send both outputs to the tape, whatever the consumer did with them in the call before."""
        for number in (1, 2):
            with contextlib.suppress(OSError):
                os.dup2(self._tape, number)
        if _is_closed(sys.stdout):
            sys.stdout = _unbuffered(1)
        if _is_closed(sys.stderr):
            sys.stderr = _unbuffered(2)

    def _tell_location(self, _: int, frame: FrameType | None) -> None:
        """Tell where the consumer is, then wait to be killed."""
        if not self._busy:
            return
        stack = reversed(list(traceback.walk_stack(frame)))
        own_place = self._user_code.location
        location = own_place(stack) or own_place(coroutine_frames()) or self._in_a_thread()
        measured.hand_over(self._scratch)  # it is killed next
        self._send(Hanging(masked_location(location, self._sandbox.recorder.secrets)))
        while True:
            sleep(60)

    def _in_a_thread(self) -> Location | None:
        """Where the consumer is in another thread: web frameworks run plain functions in one."""
        for frame in sys._current_frames().values():
            stack = reversed(list(traceback.walk_stack(frame)))
            if place := self._user_code.location(stack):
                return place
        return None


def _is_closed(stream: Any) -> bool:
    """Whether a stream, or whatever the consumer put in its place, takes no output."""
    try:
        return bool(stream.closed)
    except BaseException:  # noqa: BLE001 - it is whatever the consumer put there
        return True


def _unbuffered(number: int) -> io.TextIOWrapper[Any]:
    """An unbuffered text stream: what is printed before a process dies is not lost."""
    raw: Any = io.FileIO(number, "w", closefd=False)
    return io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True)
