"""Functions of the package that are broken on purpose, to see what a user is told."""

from __future__ import annotations

import contextlib
import gc
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType

import ecr_contracts

PACKAGE = str(Path(ecr_contracts.__file__).parent)

PLANTED = "planted-value-of-a-secret"
"""The value of `API_TOKEN`, which stands in the message of what is raised."""


# The code of these is run among the globals of others, so it names builtins alone.


def _value_error(*_: object, **__: object) -> None:
    raise ValueError("broken on purpose\n  planted-value-of-a-secret\x1b[31m")


def _memory_error(*_: object, **__: object) -> None:
    raise MemoryError


def _recursion_error(*_: object, **__: object) -> None:
    def deeper() -> None:
        deeper()

    deeper()


def _os_error(*_: object, **__: object) -> None:
    raise OSError(1, "broken on purpose")


def _broken_pipe(*_: object, **__: object) -> None:
    raise BrokenPipeError(32, "broken on purpose")


def _key_error(*_: object, **__: object) -> None:
    raise KeyError("broken on purpose")


WAYS: tuple[Callable[..., None], ...] = (
    _value_error,
    _memory_error,
    _recursion_error,
    _os_error,
    _broken_pipe,
    _key_error,
)
"""Functions that do nothing but raise, each another exception."""


def called_functions(run: Callable[[], object]) -> list[CodeType]:
    """The code of the package's own functions that a run calls, in the order of their places."""
    codes: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and is_ours(frame.f_code):
            codes.add(frame.f_code)

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return sorted(codes, key=lambda code: (code.co_filename, code.co_firstlineno))


def is_ours(code: CodeType) -> bool:
    """Whether some code is that of a function of the package: no module, class or comprehension."""
    is_function = code.co_flags & inspect.CO_OPTIMIZED and "<" not in code.co_name
    return bool(is_function) and code.co_filename.startswith(PACKAGE)


@contextlib.contextmanager
def broken(code: CodeType, way: Callable[..., None]) -> Iterator[None]:
    """Have the functions of some code do nothing but raise, while the block runs."""
    functions: list[FunctionType] = []
    for referrer in gc.get_referrers(code):
        if isinstance(referrer, FunctionType) and not code.co_freevars:
            functions.append(referrer)
    for function in functions:
        function.__code__ = way.__code__.replace(co_name=code.co_name)
    try:
        yield
    finally:
        for function in functions:
            function.__code__ = code
