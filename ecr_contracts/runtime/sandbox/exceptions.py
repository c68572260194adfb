"""Records exceptions that the consumer's own code catches without asking which they are.

Its modules are instrumented when they are loaded: one more call stands at the top of each
`except Exception` and `except:`, and before a `finally` that returns. That costs nothing as long as
nothing is caught, leaves every line where it was, and disturbs no tracer, as watching each line
would. What is raised and caught in other people's code is not seen.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from importlib.machinery import SourceFileLoader
from types import CodeType, FrameType
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.text import message, type_name
from ecr_contracts.discovery.user_code import UserCode, location
from ecr_contracts.runtime import invoke
from ecr_contracts.runtime.entries.poll_loop import is_about_emptiness, polled_queue
from ecr_contracts.runtime.entries.polled_queue import PollingEndedError
from ecr_contracts.runtime.loader import SOURCE_TRANSFORMERS, InstrumentingError
from ecr_contracts.runtime.outcome import CaughtException, Stop
from ecr_contracts.runtime.raised import frames_of
from ecr_contracts.runtime.sandbox.entered import marking
from ecr_contracts.runtime.sandbox.hooks import Patches
from ecr_contracts.runtime.sandbox.recorder import Recorder

_NAME = "__ecr_contracts_caught__"
_BROAD = frozenset({"Exception", "BaseException"})
_REPORTING = frozenset(
    [
        "print",
        "debug",
        "info",
        "warning",
        "warn",
        "error",
        "exception",
        "critical",
        "log",
        "print_exc",
        "format_exc",
        "str",
        "repr",
        "format",
        "dumps",
        "type",
        "len",
    ]
)
"""Functions that only report, or that prepare what is reported."""
_SETTLING = frozenset(
    [
        "change_message_visibility",
        "delete_message",
        "delete_message_batch",
        "delete_messages",
        "receive_message",
        "receive_messages",
    ]
)
"""Methods that only settle what becomes of a message, or fetch others."""
_EXCEPTION_NAMES = frozenset({"json", "e", "err", "error", "ex", "exc"})
"""Names besides those that say nothing of an event."""


class ExceptionRecorder:
    """Records what the consumer's own code catches, as far as it is loaded after `install`."""

    def __init__(self, recorder: Recorder, user_code: UserCode) -> None:
        self._recorder = recorder
        self.user_code = user_code
        self._caught: list[CaughtException] = []
        self._patches = Patches()
        self._installed = False

    def install(self) -> None:
        """Have the consumer's own modules instrumented, as they are loaded."""
        self._installed = True
        setattr(builtins, _NAME, self._record_current)
        SOURCE_TRANSFORMERS.append(instrument)
        self._patches.set(SourceFileLoader, "get_code", self._instrumenting())
        self._patches.set(contextlib.suppress, "__exit__", self._recording_suppress())
        self._patches.set(threading.Thread, "run", self._recording_run())
        self._patches.set(Future, "set_exception", self._recording_future())

    def remove(self) -> None:
        """Load modules as everybody does again."""
        if self._installed:
            self._installed = False
            SOURCE_TRANSFORMERS.remove(instrument)
            self._patches.undo()
            if hasattr(builtins, _NAME):
                delattr(builtins, _NAME)

    def _instrumenting(self) -> Callable[..., Any]:
        get_code = SourceFileLoader.get_code

        def instrumenting(loader: SourceFileLoader, fullname: str) -> CodeType | None:
            if self.user_code.owns(loader.path):
                return instrumented_code(loader.get_data(loader.path), loader.path)
            return get_code(loader, fullname)

        return instrumenting

    def _recording_suppress(self) -> Callable[..., Any]:
        leave = contextlib.suppress.__exit__

        def recording(context: Any, kind: Any, error: Any, trace: Any) -> Any:
            silent = leave(context, kind, error, trace)
            if silent and error is not None:
                names = [exception.__name__ for exception in context._exceptions]
                if not _BROAD.isdisjoint(names):
                    self._record(error, sys._getframe(1), ends=False)
            return silent

        return recording

    def _recording_run(self) -> Callable[..., Any]:
        run = threading.Thread.run

        def recording(thread: threading.Thread) -> None:
            try:
                run(thread)
            except Exception as error:
                self._record_lost(error)
                raise

        return recording

    def _recording_future(self) -> Callable[..., Any]:
        """What a thread of a pool raised: whether anybody looks at it, only the message tells."""
        set_exception = Future.set_exception

        def recording(future: Any, error: BaseException | None) -> None:
            queue = polled_queue()
            if queue is not None and isinstance(error, Exception):
                raised = self.user_code.location(frames_of(error))
                queue.failed_by = type_name(type(error)), self._message(error), raised
            set_exception(future, error)

        return recording

    def begin(self) -> None:
        """Begin a call: what was caught before is gone."""
        self._caught = []

    def caught(self) -> tuple[CaughtException, ...]:
        """What was caught since the call began."""
        return tuple(self._caught)

    def note(
        self,
        error: BaseException,
        where: tuple[str, int, str] | None,
        *,
        ends: bool,
        outermost: bool,
    ) -> None:
        """Record what code in another language caught at a file's line, in a function of it."""
        raised = self.user_code.location(frames_of(error))
        if raised is None or len(self._caught) >= limits.CAUGHT_EXCEPTIONS:
            return
        place = None
        if where is not None:
            file, line, function = where
            place = location(file, line, self.user_code.shown(file), function)
        self._caught.append(
            CaughtException(
                type_name(type(error)),
                self._message(error),
                raised,
                place,
                len(self._recorder.effects()),
                ends=ends,
                outermost=outermost,
                stop=self._stop(error),
            )
        )

    def _record_current(self, ends: bool) -> None:
        if error := sys.exception():
            self._record(error, sys._getframe(1), ends=ends)

    def _record_lost(self, error: BaseException) -> None:
        """Record what ended a thread: whoever waits for that does not get to know it."""
        raised = self.user_code.location(frames_of(error))
        if raised is None:
            return
        after = len(self._recorder.effects())
        caught = CaughtException(
            type_name(type(error)),
            self._message(error),
            raised,
            None,
            after,
            ends=True,
            outermost=True,
            stop=self._stop(error),
        )
        self._keep(caught)

    def _record(self, error: BaseException, frame: FrameType, *, ends: bool) -> None:
        if not self.user_code.owns(frame.f_code.co_filename):
            return
        if isinstance(error, PollingEndedError):
            raise error  # else a loop that catches everything would never end
        if is_about_emptiness(error):
            return
        outermost = self._is_outermost(frame)
        raised = self.user_code.location(frames_of(error))
        where = self.user_code.location([(frame, frame.f_lineno)])
        after = len(self._recorder.effects())
        caught = CaughtException(
            type_name(type(error)),
            self._message(error),
            raised,
            where,
            after,
            ends,
            outermost,
            self._stop(error),
        )
        self._keep(caught)

    def _keep(self, caught: CaughtException) -> None:
        """Keep what was caught; of very many the first ones and the last, which ended the call."""
        del self._caught[limits.CAUGHT_EXCEPTIONS - 1 :]
        self._caught.append(caught)

    def _stop(self, error: BaseException) -> Stop | None:
        provenance = self._recorder.provenance
        if provenance is None:
            return None
        provenance.note_if_wrong(error)
        return provenance.stop(error)

    def _message(self, error: BaseException) -> str:
        provenance = self._recorder.provenance
        return message(error) if provenance is None else provenance.message(error)

    def _is_outermost(self, frame: FrameType) -> bool:
        """Whether no function of the consumer called this one.

        What stands beyond our own call of the consumer is not the consumer: in the process of a
        test, that test.
        """
        outer = frame.f_back
        while outer is not None and outer.f_code.co_filename != invoke.__file__:
            if self.user_code.owns(outer.f_code.co_filename):
                return False
            outer = outer.f_back
        return True


def instrument(tree: ast.Module, file: str) -> None:
    """Add calls to a module that record what it catches, and marks of the blocks it enters.

    Raises InstrumentingError where our own code fails at that.
    """
    try:
        put_marks = marking(tree, file)
        _instrument(tree.body, True)
        put_marks()
    except (RecursionError, MemoryError):
        raise  # the module is nested too deeply, or too long
    except Exception as error:
        raise InstrumentingError(f"{file} cannot be watched") from error


def instrumented_code(source: bytes | str, file: str) -> CodeType:
    """Source code, compiled so that it records what it catches."""
    tree = ast.parse(source, file)
    instrument(tree, file)
    code: CodeType = compile(tree, file, "exec", dont_inherit=True)
    return code


def _instrument(body: Sequence[ast.stmt], is_last: bool) -> None:
    """Add the calls to a block; `is_last`: only reports, if anything, follow it in its function."""
    for number, statement in enumerate(body):
        rest_reports = is_last and all(_only_reports(later) for later in body[number + 1 :])
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                _instrument(statement.body, True)
            case ast.Try() | ast.TryStar():
                # `else` is not reached then, and `finally` tidies up.
                for handler in statement.handlers:
                    _instrument_handler(handler, rest_reports)
                _instrument(statement.body, rest_reports and not statement.orelse)
                _instrument(statement.orelse, rest_reports)
                _instrument(statement.finalbody, rest_reports)
                if any(isinstance(node, ast.Return) for node in _own_nodes(statement.finalbody)):
                    _record_before_finally(statement, rest_reports)
            case ast.Match():
                for case in statement.cases:
                    _instrument(case.body, rest_reports)
            case _:
                for inner in ("body", "orelse"):
                    block = getattr(statement, inner, None)
                    if isinstance(block, list):
                        _instrument(block, rest_reports)


def _instrument_handler(handler: ast.ExceptHandler, is_last: bool) -> None:
    reports = all(map(_only_reports, handler.body))
    ends = reports and (is_last or isinstance(handler.body[-1], ast.Return))
    _instrument(handler.body, is_last)
    if _is_broad(handler.type):
        handler.body.insert(0, _recording_call(handler, ends))


def _record_before_finally(statement: ast.Try | ast.TryStar, ends: bool) -> None:
    """Have an exception recorded before a `finally` drops it, which cannot know of it by itself.

    `try: BODY finally: return x` becomes
    `try: try: BODY except: record(); raise finally: return x; finally: pass`.
    """
    body = statement.body
    if statement.handlers:
        guarded = type(statement)(body, statement.handlers, statement.orelse, [])
        body = [ast.copy_location(guarded, statement)]
    place = statement.finalbody[0]
    raising = ast.copy_location(ast.Raise(None, None), place)
    recording = ast.ExceptHandler(None, None, [_recording_call(place, ends), raising])
    dropping = ast.Try(body, [ast.copy_location(recording, place)], [], statement.finalbody)
    statement.body = [ast.copy_location(dropping, statement)]
    statement.handlers, statement.orelse = [], []
    statement.finalbody = [ast.copy_location(ast.Pass(), place)]


def _own_nodes(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of a block without those of functions in it."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            pending += ast.iter_child_nodes(node)


def _is_broad(kind: ast.expr | None) -> bool:
    match kind:
        case None:
            return True
        case ast.Tuple(elts=kinds):
            return any(map(_is_broad, kinds))
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _BROAD
        case _:
            return False


def _only_reports(statement: ast.stmt) -> bool:
    """Whether a statement only logs, prints, or leaves with a value that ignores the event."""
    match statement:
        case (
            ast.Pass()
            | ast.Continue()
            | ast.Break()
            | ast.Return(value=None)
            | ast.Expr(value=ast.Constant())
        ):
            return True
        case ast.Expr(value=value):
            return isinstance(value, ast.Call) and _is_report(value)
        case ast.Return(value=ast.expr() as value):
            names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
            return _calls_only_report(value) and names <= _REPORTING | _EXCEPTION_NAMES
        case _:
            return False


def _is_report(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            arguments = (*call.args, *call.keywords)
            if name == "delete" and not arguments:
                return True  # of a message of a resource; what else is deleted so is an effect
            return name in _REPORTING | _SETTLING and all(map(_calls_only_report, arguments))
        case _:
            return False


def _calls_only_report(expression: ast.AST) -> bool:
    calls = [node for node in ast.walk(expression) if isinstance(node, ast.Call)]
    return all(map(_is_report, calls))


def _recording_call(at: ast.AST, ends: bool) -> ast.stmt:
    """The call that records, as if it stood where `at` does."""
    call = ast.Expr(ast.Call(ast.Name(_NAME, ast.Load()), [ast.Constant(ends)], []))
    for node in ast.walk(call):
        ast.copy_location(node, at)
    return call
