"""Import faults: what stops an import by the code's own doing, on every machine and every event.

Such a function is dead in Lambda as well: each of its calls fails while it starts. That is a
finding. What a machine lacks is none: a package that is not installed, a variable that nobody set,
a newer Python, an answer that we made up. In doubt an import fault is taken to be the machine's.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
import traceback
from collections.abc import Collection
from dataclasses import dataclass
from types import FrameType

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.findings import Location
from ecr_contracts.core.text import message, type_name
from ecr_contracts.discovery.user_code import UserCode, is_standard, location
from ecr_contracts.runtime.load_errors import missing_variable
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.packages_beside import failing_package
from ecr_contracts.runtime.raised import python_traceback

__all__ = ["ImportFaultError", "Surroundings", "import_fault"]

# fmt: off
_NEWER_NAMES = frozenset([
    "Buffer", "BufferFlags", "Day", "Month", "NoDefault", "ReadOnly", "ShutDown",
    "TypeAliasType", "TypeIs", "UnsupportedOperation", "annotationlib", "batched",
    "binomialvariate", "compression", "deprecated", "fma", "get_protocol_members",
    "is_protocol", "kde", "kde_random", "monitoring", "override", "process_cpu_count",
    "replace", "sumprod", "templatelib", "uuid6", "uuid7", "uuid8", "walk", "z85decode",
    "z85encode",
])
# fmt: on
"""Names that the standard library has got since Python 3.12, by its "What's New" pages."""

_NEWER_SYNTAX = re.compile(
    r"\s*type\s+\w+|\s*(?:async\s+)?(?:def|class)\s+\w+\s*\["  # 3.12: type parameters
    r"|.*\b[fFrR]{1,2}['\"].*\{"  # 3.12: quotes within f-strings
    r"|.*\b[tT][rR]?['\"]"  # 3.14: t-strings
    r"|\s*except\*?\s+\w+(?:\.\w+)*\s*,\s*[A-Z]"  # 3.14: without brackets
)
"""How lines begin that a newer Python may read."""

_OF_CODE = (NameError, AttributeError, TypeError, SyntaxError, ImportError)
"""Exceptions that are about the code's own names and types, and not about values."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an import has got of what is around it.

    `lacking` are the variables that it has asked for and that nobody set, `made_up` the values that
    were made up for others.
    """

    lacking: Collection[str] = ()
    made_up: Collection[str] = ()
    has_asked_sandbox: bool = False

    @property
    def has_taken_part(self) -> bool:
        """Whether a value may come from outside."""
        return bool(self.lacking or self.made_up or self.has_asked_sandbox)


class ImportFaultError(ConsumerError):
    """A consumer cannot be imported, by its own doing; `outcome` is that of each of its calls."""

    def __init__(self, target: str, cause: str, advice: str, outcome: Outcome) -> None:
        super().__init__(target, cause, advice)
        self.outcome = outcome

    def __reduce__(self) -> tuple[type[ImportFaultError], tuple[str, str, str, Outcome]]:
        return ImportFaultError, (self.target, self.cause, self.advice, self.outcome)


def import_fault(
    error: BaseException, user_code: UserCode, surroundings: Surroundings
) -> Outcome | None:
    """The outcome of every call of a consumer whose import raised; None if the machine may be why.

    Its location is the line of the consumer's own that cannot be run.
    """
    place = _place(error, user_code)
    if place is None or failing_package(error, user_code) is not None:
        return None
    if not _is_own(error, user_code, surroundings, place):
        return None
    return Outcome(
        Status.NOT_LOADED,
        exception=type_name(type(error)),
        message=_without_path(error),
        location=place,
        traceback=_own_traceback(error, user_code),
    )


def _place(error: BaseException, user_code: UserCode) -> Location | None:
    """The consumer's own line that cannot be run."""
    if isinstance(error, SyntaxError):
        if not error.filename or not user_code.owns(error.filename):
            return None
        return location(error.filename, error.lineno or 1, user_code.shown(error.filename))
    return user_code.location(traceback.walk_tb(error.__traceback__))


def _is_own(
    error: BaseException, user_code: UserCode, surroundings: Surroundings, place: Location
) -> bool:
    innermost = _innermost(error)
    match error:
        case SyntaxError():
            return _NEWER_SYNTAX.match(error.text or place.source) is None
        case ModuleNotFoundError():
            return _is_of_own_package(error, user_code)
        case ImportError():
            return _is_in_own_module(error, user_code)
        case OSError() | SystemExit() | KeyboardInterrupt() | MemoryError():
            return False
        case KeyError() if missing_variable(error) is not None:
            return False
    if innermost is None or not user_code.owns(innermost.f_code.co_filename):
        return _is_of_values(error, innermost, surroundings, place)
    match error:
        case NameError():
            return True
        case AttributeError():
            return _is_own_attribute(error, user_code)
        case TypeError():
            return "NoneType" not in str(error)
        case KeyError():
            if surroundings.lacking:
                return False
            is_written_there = any(repr(key) in _quoted(place.source) for key in error.args[:1])
            return is_written_there or _is_of_values(error, innermost, surroundings, place)
    return _is_of_values(error, innermost, surroundings, place)


def _innermost(error: BaseException) -> FrameType | None:
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return frames[-1] if frames else None


def _is_of_own_package(error: ModuleNotFoundError, user_code: UserCode) -> bool:
    """Whether a module is missing in a package of the consumer's own that is there."""
    package = sys.modules.get((error.name or "").rpartition(".")[0])
    file = getattr(package, "__file__", None)
    return isinstance(file, str) and user_code.owns(file)


def _is_in_own_module(error: ImportError, user_code: UserCode) -> bool:
    """Whether a name is missing in a module, or a folder of modules, of the consumer's own."""
    module = sys.modules.get(error.name or "")
    places = [error.path] if error.path else list(getattr(module, "__path__", ()))
    return bool(places) and all(user_code.owns(place) for place in places)


def _quoted(line: str) -> str:
    """A line with quotes as Python shows them."""
    return line.replace('"', "'")


def _is_own_attribute(error: AttributeError, user_code: UserCode) -> bool:
    """Whether an attribute is missing that no version of what it is looked for in has."""
    owner = error.obj
    file = getattr(owner, "__file__", None)
    if type(owner) is type(sys):
        if file is None or is_standard(file):
            return error.name not in _NEWER_NAMES
        return user_code.owns(file)
    kind = owner if isinstance(owner, type) else type(owner)
    if kind is type(None):
        return False
    module = sys.modules.get(kind.__module__)
    file = getattr(module, "__file__", None)
    return kind.__module__ == builtins.__name__ or (file is not None and user_code.owns(file))


def _is_of_values(
    error: BaseException,
    innermost: FrameType | None,
    surroundings: Surroundings,
    place: Location,
) -> bool:
    """Whether an exception is about values that the code itself has written down.

    Nothing from outside had a part in it, and it is no check of the code's own: these are about
    what is around it.
    """
    if surroundings.has_taken_part or isinstance(error, _OF_CODE) or innermost is None:
        return False
    file = innermost.f_code.co_filename
    is_library = not is_standard(file) and not file.startswith("<frozen")
    if is_library and file != place.file and not file.endswith(place.file):
        return False
    return not _checks(place.source)


def _checks(line: str) -> bool:
    """Whether a line raises or asserts something itself."""
    try:
        body = ast.parse(line.strip()).body
    except SyntaxError:
        return line.strip().startswith(("raise ", "assert "))
    return any(isinstance(node, ast.Raise | ast.Assert) for node in body)


def _without_path(error: BaseException) -> str:
    """The message, without the path that Python adds to that of an import."""
    if isinstance(error, SyntaxError):
        return str(error.msg)
    if isinstance(error, ImportError) and error.path:
        return message(error).replace(f" ({error.path})", "")
    return message(error)


def _own_traceback(error: BaseException, user_code: UserCode) -> str:
    """The traceback from the consumer's first own line on."""
    first = error.__traceback__
    while first and not user_code.owns(first.tb_frame.f_code.co_filename):
        first = first.tb_next
    return python_traceback(error, first)
