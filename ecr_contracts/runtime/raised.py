"""What an exception says, whatever its class does: its chain, its place, its traceback as text.

A consumer's exceptions may be of any class, and there may be any number of them: their attributes
are taken by the methods of `BaseException` itself, each walk has an end, and text that would be too
long is not made. What runs of their own is `__str__`, which may raise anything, and may take as
long as the call has.
"""

from __future__ import annotations

import builtins
import contextlib
import traceback
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any, TypeVar

from ecr_contracts.core import limits
from ecr_contracts.core.findings import Location
from ecr_contracts.core.package import stands_for_system
from ecr_contracts.core.text import exception_mark, is_large, last_part, message, type_name
from ecr_contracts.discovery.user_code import UserCode

__all__ = [
    "ConsumerEndedError",
    "ForeignError",
    "chain_marks",
    "first_record_error",
    "frames_of",
    "python_traceback",
    "raised_at",
    "traceback_text",
    "unless_it_lies",
]


class ForeignError(Exception):
    """What code in another language has thrown; `stack` is how that language shows it."""

    def __init__(self, message: str, stack: str) -> None:
        super().__init__(message)
        self.stack = stack


class ConsumerEndedError(BaseException):
    """The process that code in another language runs in is gone; its text says how it ended."""


_cause: Any = BaseException.__dict__["__cause__"].__get__
_context: Any = BaseException.__dict__["__context__"].__get__
_traceback: Any = BaseException.__dict__["__traceback__"].__get__
_members: Any = BaseExceptionGroup.__dict__["exceptions"].__get__


T = TypeVar("T")


def unless_it_lies(error: BaseException, ask: Callable[[], T], otherwise: T) -> T:
    """What is found out of an exception, or `otherwise` where its own methods break that.

    Nothing else is caught: an exception without such methods that breaks us is a fault of ours.
    """
    try:
        return ask()
    except BaseException:
        if not _has_special_methods(type(error)):
            raise
        return otherwise


def _has_special_methods(kind: type) -> bool:
    """Whether a class, or its metaclass, has methods of its own that run when it is looked at."""
    if type(kind) is not type:
        return True
    for base in _mro(kind):
        if base in _ORDINARY:
            return False
        if not _LOOKED_AT.isdisjoint(_members_of_class(base)):
            return True
    return False


_mro: Any = type.__dict__["__mro__"].__get__
_members_of_class: Any = type.__dict__["__dict__"].__get__
_LOOKED_AT = frozenset(
    [
        "__class__",
        "__getattr__",
        "__getattribute__",
        "__eq__",
        "__hash__",
        "__str__",
        "__repr__",
        "__traceback__",
        "__cause__",
        "__context__",
        "__notes__",
        "args",
        "code",
        "exceptions",
        "name",
        "obj",
    ]
)
"""Names that are looked up in an exception."""
_ORDINARY = frozenset(kind for kind in vars(builtins).values() if isinstance(kind, type))
"""Classes of Python's own, whose methods are known."""


def frames_of(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    """The frames of an exception's traceback with the lines that they were at."""
    return traceback.walk_tb(_traceback(error))


def first_record_error(error: BaseException) -> BaseException:
    """The exception of a batch's first record, where a processor raises for all records together.

    Powertools for AWS Lambda keeps the `sys.exc_info()` of each record in `child_exceptions`.
    """
    try:
        children = error.child_exceptions  # type: ignore[attr-defined] # of Powertools
    except BaseException:  # noqa: BLE001 - a class's own `__getattr__` may raise anything
        return error
    first = children[0] if type(children) is list and children else None
    inner: Any = first[1] if type(first) is tuple and len(first) == 3 else None
    return inner if issubclass(type(inner), BaseException) else error


def chain_marks(error: BaseException) -> tuple[str, ...]:
    """The marks of an exception and of those that it was raised from or while handling."""
    return tuple(map(exception_mark, _chain(error)))


def _chain(error: BaseException) -> list[BaseException]:
    """An exception with those that it was raised from or while handling, itself first."""
    chain: list[BaseException] = []
    pending: list[BaseException | None] = [error]
    while pending and len(chain) < limits.CHAIN_EXCEPTIONS:
        link = pending.pop()
        if link is not None and not any(link is known for known in chain):
            chain.append(link)
            pending += [_context(link), _cause(link)]
    return chain


def raised_at(error: BaseException, user_code: UserCode) -> Location | None:
    """Where an exception was raised; for a group, where its first member was."""
    places = []
    for member in _first_members(error):
        places.append(user_code.location(frames_of(member)))
    return next((place for place in reversed(places) if place is not None), None)


def _first_members(error: BaseException) -> Iterator[BaseException]:
    """An exception; if it is a group, then its first member; if that is one, and so on."""
    for _ in range(limits.GROUP_LEVELS):
        yield error
        if not issubclass(type(error), BaseExceptionGroup):
            return
        error = _members(error)[0]


def traceback_text(error: BaseException, user_code: UserCode) -> str:
    """The end of the traceback that Python shows, from the first frame of the consumer's own on.

    Of code in another language it is what that language shows.
    """
    if issubclass(type(error), ForeignError):  # `isinstance` believes its `__class__`
        stack: str = error.stack  # type: ignore[attr-defined]
        return last_part(stack, limits.TRACEBACK_CHARACTERS)
    first: TracebackType | None = _traceback(error)
    ours = first
    while first and not user_code.owns(first.tb_frame.f_code.co_filename):
        first = first.tb_next
    # Where none of the frames is the consumer's own, ours alone (the first) is left out.
    shown_part = first or (ours and ours.tb_next)
    text = ""
    # An exception's own code may break while it is shown.
    with contextlib.suppress(BaseException):
        if _is_short(error):
            text = python_traceback(error, shown_part)
    return last_part(text or _bounded_text(error, shown_part), limits.TRACEBACK_CHARACTERS)


def python_traceback(error: BaseException, first: TracebackType | None) -> str:
    """What Python shows of an exception from a frame on, without our own code in between.

    That stands where the system is called: a sandbox has replaced its functions.
    """
    told = traceback.TracebackException(type(error), error, first)
    pending: list[traceback.TracebackException | None] = [told]
    while pending:
        link = pending.pop()
        if link is None:
            continue
        link.stack[:] = [frame for frame in link.stack if not stands_for_system(frame.filename)]
        pending += [link.__cause__, link.__context__, *(link.exceptions or ())]
    return "".join(told.format())


def _is_short(error: BaseException) -> bool:
    """Whether Python's own traceback is made in time.

    It goes through the whole chain and all groups, and writes each whole before it cuts any.
    """
    known: set[int] = set()
    pending: list[BaseException | None] = [error]
    while pending:
        link = pending.pop()
        if link is None or id(link) in known:
            continue
        known.add(id(link))
        if len(known) > limits.TRACEBACK_EXCEPTIONS or _writes_much(link):
            return False
        pending += [_context(link), _cause(link)]
        if issubclass(type(link), BaseExceptionGroup):
            members = _members(link)
            if len(members) > limits.TRACEBACK_EXCEPTIONS:
                return False
            pending += members
    return True


def _writes_much(error: BaseException) -> bool:
    parts = [error.args, getattr(error, "__notes__", None)]
    if issubclass(type(error), SyntaxError):
        parts += [getattr(error, name, None) for name in ("text", "msg", "filename")]
    return is_large(parts) or is_large(type_name(type(error))) or is_large(str(error))


def _bounded_text(error: BaseException, shown_part: TracebackType | None) -> str:
    """A traceback of the first exceptions of a chain, each with a few frames and part of its text.

    A group stands for its members.
    """
    parts = []
    for link in reversed(_chain(error)):
        frames = shown_part if link is error else _traceback(link)
        stack = traceback.StackSummary.extract(
            traceback.walk_tb(frames), limit=-limits.TRACEBACK_FRAMES, lookup_lines=False
        )
        heading = "Traceback (most recent call last):\n"
        parts.append(
            f"{heading}{''.join(stack.format())}{type_name(type(link))}: {message(link)}\n"
        )
    return "\n".join(parts)
