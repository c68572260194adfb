"""Stacks of JavaScript as frames of Python, so that all that looks at frames sees whose line it is.

Each frame of a stack becomes a function whose code says that it stands in that file, at that line.
What is called within them is called, or raised, by the handler's own line: the recorder, the
environment and a traceback take the frames for what they are. (Template engines give their errors
lines in the same way.)
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from ecr_contracts.runtime.raised import ForeignError

__all__ = ["Frame", "error_of", "frames_of_message", "within"]

_MOST_FRAMES = 50
_IDENTIFIER = re.compile(r"[A-Za-z_]\w{0,80}")
_GLOBALS = {"__name__": "handler_for_node"}


class Frame(NamedTuple):
    """A line of JavaScript that is being run, and the function that it stands in."""

    file: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class _Raise:
    """Raises an error when it is called."""

    error: BaseException

    def __call__(self) -> Any:
        raise self.error


def frames_of_message(told: Any) -> list[Frame]:
    """The frames that the bootstrap told, the innermost first; what is none is left out."""
    frames = []
    for entry in told if isinstance(told, list) else []:
        match entry:
            case [str(file), int(line), int(), str(name)] if line > 0:
                frames.append(Frame(file, line, name.rpartition(".")[2] or "(the module)"))
    return frames[:_MOST_FRAMES]


def within(frames: Sequence[Frame], action: Callable[[], Any]) -> Any:
    """What an action gives that is called by the innermost of some frames, which come first."""
    for frame in frames:
        action = functools.partial(_function(frame), action)
    return action()


@functools.lru_cache(maxsize=500)
def _function(frame: Frame) -> Callable[[Callable[[], Any]], Any]:
    """A function that calls another, and whose code stands where a frame does."""
    code: CodeType = _calling.__code__.replace(
        co_filename=frame.file,
        co_name=frame.function,
        co_qualname=frame.function,
        co_firstlineno=frame.line,
    )
    return FunctionType(code, _GLOBALS)


_calling: Any = lambda inner: inner()  # noqa: E731 - all of it stands in one line


def error_of(told: dict[str, Any]) -> BaseException:
    """The exception that an error of JavaScript is, raised where that was, with its own stack."""
    name = str(told.get("name", "Error"))
    if _IDENTIFIER.fullmatch(name) is None:
        name = "Error"
    kind: Any = type(name, (ForeignError,), {"__module__": "builtins"})
    error: ForeignError = kind(str(told.get("message", "")), str(told.get("stack", "")))
    with contextlib.suppress(ForeignError):
        within(frames_of_message(told.get("frames")), _Raise(error))
    return error
