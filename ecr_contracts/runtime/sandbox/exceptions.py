"""What a consumer's own code catches, whatever it is: `except Exception`, `except:`, a `return` in `finally`.

Its modules are compiled with one more call at the top of each such block, when they are loaded.
That costs nothing as long as nothing is caught, leaves every line where it was, and is in the way
of no tracer, which watching each line for it would be. What is raised and caught in other people's
code is not seen.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from importlib.machinery import SourceFileLoader
from types import CodeType, FrameType
from typing import Any

from ecr_contracts.core import text
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.loader import SOURCE_TRANSFORMERS
from ecr_contracts.runtime.outcome import CaughtException
from ecr_contracts.runtime.sandbox.recorder import Recorder

_NAME = "__ecr_contracts_caught__"
_BROAD = frozenset({"Exception", "BaseException"})
_TALK = frozenset({"print", "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print_exc",
                   "format_exc", "str", "repr", "format", "dumps", "type", "len"})  # fmt: skip
_MOST = 100  # exceptions of one call that are kept


class ExceptionRecorder:
    """Notes what the consumer's own code catches, once it is installed; only code that is loaded later is seen."""

    def __init__(self, recorder: Recorder, user_code: UserCode) -> None:
        self._recorder = recorder
        self.user_code = user_code
        self._caught: list[CaughtException] = []
        self._compiled: Any = None
        self._exit: Any = None
        self._run: Any = None

    def install(self) -> None:
        """Have own modules compiled so that they tell."""
        self._compiled = SourceFileLoader.get_code
        self._exit = contextlib.suppress.__exit__
        self._run = threading.Thread.run
        setattr(builtins, _NAME, self._note)
        catching, compiled, leave = self, self._compiled, self._exit

        def get_code(loader: SourceFileLoader, fullname: str) -> CodeType | None:
            if catching.user_code.owns(loader.path):
                return instrumented_code(loader.get_data(loader.path), loader.path)
            code: CodeType | None = compiled(loader, fullname)
            return code

        def suppressed(context: Any, kind: Any, error: Any, trace: Any) -> Any:
            silent = leave(context, kind, error, trace)
            if (
                silent
                and error is not None
                and not _BROAD.isdisjoint(one.__name__ for one in context._exceptions)
            ):
                catching._noted(error, sys._getframe(1), ends=False)
            return silent

        run = self._run

        def running(thread: threading.Thread) -> None:
            try:
                run(thread)
            except Exception as error:
                catching._lost(error)
                raise

        threading.Thread.run = running  # type: ignore[method-assign, assignment]
        SOURCE_TRANSFORMERS.append(instrument)
        SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
        contextlib.suppress.__exit__ = suppressed  # type: ignore[method-assign]

    def remove(self) -> None:
        """Compile as everybody does again."""
        if self._compiled is not None:
            SOURCE_TRANSFORMERS.remove(instrument)
            del SourceFileLoader.get_code  # it is the base class's
            contextlib.suppress.__exit__ = self._exit  # type: ignore[method-assign]
            threading.Thread.run = self._run  # type: ignore[method-assign]
            self._compiled = None
            if hasattr(builtins, _NAME):
                delattr(builtins, _NAME)

    def begin(self) -> None:
        """Start with the next call."""
        self._caught = []

    def caught(self) -> tuple[CaughtException, ...]:
        """What was caught since the call began."""
        return tuple(self._caught)

    def _note(self, ends: bool) -> None:
        if error := sys.exception():
            self._noted(error, sys._getframe(1), ends=ends)

    def _lost(self, error: BaseException) -> None:
        """Note what ended a thread: whoever waits for that hears nothing of it."""
        raised = self.user_code.location(traceback.walk_tb(error.__traceback__))
        if raised is None or len(self._caught) >= _MOST:
            return
        name, message = text.type_name(type(error)), text.message(error)
        self._caught.append(
            CaughtException(name, message, raised, None, len(self._recorder.effects()), True, True)
        )

    def _noted(self, error: BaseException, frame: FrameType, *, ends: bool) -> None:
        if not self.user_code.owns(frame.f_code.co_filename) or len(self._caught) >= _MOST:
            return
        outer = frame.f_back
        while outer is not None and not self.user_code.owns(outer.f_code.co_filename):
            outer = outer.f_back
        raised = self.user_code.location(traceback.walk_tb(error.__traceback__))
        where = self.user_code.location([(frame, frame.f_lineno)])
        name, message = text.type_name(type(error)), text.message(error)
        after = len(self._recorder.effects())
        self._caught.append(
            CaughtException(name, message, raised, where, after, ends, outer is None)
        )


def instrument(tree: ast.Module) -> None:
    """Have a module tell what it catches, once it is compiled."""
    _instrument(tree.body, True)


def instrumented_code(source: bytes | str, file: str) -> CodeType:
    """Source code compiled so that it tells what it catches."""
    tree = ast.parse(source, file)
    instrument(tree)
    code: CodeType = compile(tree, file, "exec", dont_inherit=True)
    return code


def _instrument(body: Sequence[ast.stmt], is_last: bool) -> None:
    """Put the calls into a block; `is_last` says whether nothing of importance follows it in its function."""
    for number, statement in enumerate(body):
        rest_is_talk = is_last and all(_is_talk(later) for later in body[number + 1 :])
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                _instrument(statement.body, True)
            case ast.Try() | ast.TryStar():
                # What stands in `else` is not come to; what stands in `finally` tidies up.
                for handler in statement.handlers:
                    talks = all(_is_talk(one) for one in handler.body)
                    ends = talks and (rest_is_talk or _leaves(handler.body))
                    _instrument(handler.body, rest_is_talk)
                    if _is_broad(handler.type):
                        handler.body.insert(0, _call(handler, ends))
                _instrument(statement.body, rest_is_talk and not statement.orelse)
                _instrument(statement.orelse, rest_is_talk)
                _instrument(statement.finalbody, rest_is_talk)
                if any(isinstance(node, ast.Return) for node in _of_function(statement.finalbody)):
                    _tell_before(statement, rest_is_talk)
            case ast.Match():
                for case in statement.cases:
                    _instrument(case.body, rest_is_talk)
            case _:
                for inner in ("body", "orelse"):
                    block = getattr(statement, inner, None)
                    if isinstance(block, list):
                        _instrument(block, rest_is_talk)


def _tell_before(statement: ast.Try | ast.TryStar, ends: bool) -> None:
    """Have what was raised told before a `finally` drops it: `finally` alone cannot know whether anything was."""
    inner = statement.body
    if statement.handlers:
        again = type(statement)(inner, statement.handlers, statement.orelse, [])
        inner = [ast.copy_location(again, statement)]
    at = statement.finalbody[0]
    told = ast.ExceptHandler(
        None, None, [_call(at, ends), ast.copy_location(ast.Raise(None, None), at)]
    )
    dropping = ast.Try(inner, [ast.copy_location(told, at)], [], statement.finalbody)
    statement.body = [ast.copy_location(dropping, statement)]
    statement.handlers, statement.orelse, statement.finalbody = (
        [],
        [],
        [ast.copy_location(ast.Pass(), at)],
    )


def _of_function(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of a block without those of functions in it."""
    for statement in body:
        todo: list[ast.AST] = [statement]
        while todo:
            node = todo.pop()
            yield node
            if not isinstance(
                node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
            ):
                todo += ast.iter_child_nodes(node)


def _is_broad(kind: ast.expr | None) -> bool:
    match kind:
        case None:
            return True
        case ast.Tuple(elts=kinds):
            return any(_is_broad(one) for one in kinds)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _BROAD
        case _:
            return False


def _leaves(body: Sequence[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Return)


def _is_talk(statement: ast.stmt) -> bool:
    """Whether a statement does nothing but log, print, or leave with a value that says nothing of an event."""
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
            return isinstance(value, ast.Call) and _only_talks(value)
        case ast.Return(value=ast.expr() as value):
            told = (node for node in ast.walk(value) if isinstance(node, ast.Call))
            names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
            return all(_only_talks(one) for one in told) and names <= {
                *_TALK,
                "json",
                "e",
                "err",
                "error",
                "ex",
                "exc",
            }
        case _:
            return False


def _only_talks(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            inner = (node for one in (*call.args, *call.keywords) for node in ast.walk(one))
            return name in _TALK and all(
                _only_talks(node) for node in inner if isinstance(node, ast.Call)
            )
        case _:
            return False


def _call(at: ast.AST, ends: bool) -> ast.stmt:
    """The call that tells, as if it stood where `at` does."""
    call = ast.Expr(ast.Call(ast.Name(_NAME, ast.Load()), [ast.Constant(ends)], []))
    for node in ast.walk(call):
        ast.copy_location(node, at)
    return call
