"""Who asks for a file: the consumer, a test of the user's own, or somebody who is no consumer."""

from __future__ import annotations

import os
import re
import sys
import threading
from enum import Enum
from types import FrameType

from ecr_contracts.core.package import FOLDER, is_own_file
from ecr_contracts.discovery.user_code import UserCode, is_standard

__all__ = ["Caller", "Callers"]

_OTHERS = frozenset(["_pytest", "coverage", "execnet", "hypothesis", "pluggy", "pytest", "xdist"])
"""Packages that work for a test and whose files are no consumer's."""
_TEST_FILE = re.compile(r"test_.*\.py|.*_test\.py|conftest\.py", re.DOTALL)
"""The files that pytest takes tests from."""
_TEST_FOLDERS = frozenset(["test", "tests", "testing"])
_HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")
_GUARD = os.path.join(os.path.dirname(os.path.dirname(_HERE)), "guard.py")
_PASSING = frozenset(
    [
        *(f"{_HERE}{name}.py" for name in ("calls", "databases", "opening")),
        os.path.join(FOLDER, "runtime", "sandbox", "exceptions.py"),  # where threads begin
    ]
)
"""Modules of ours that do for their caller what it asks for."""
_CALLING = os.path.join(FOLDER, "runtime", "invoke.py")
"""The module that calls consumers."""


class Caller(Enum):
    """Who asks."""

    CONSUMER = "consumer"
    """The consumer, or a library that works for it."""
    TEST = "test"
    """A test of the user's own, which may look at what a consumer did."""
    OTHER = "other"
    """We ourselves, coverage, pytest: neither of the two."""


class Callers:
    """Tells who asks by the code on the stack, the nearest first.

    In a process that is a consumer's as a whole (`whole`), all are the consumer but our own code
    and coverage.
    """

    def __init__(self, user_code: UserCode, *, whole: bool) -> None:
        self._user_code, self._whole = user_code, whole
        self._kinds: dict[str, Caller | None] = {}
        self._threads_before: frozenset[int | None] = frozenset()

    @property
    def user_code(self) -> UserCode:
        """The consumer's own code."""
        return self._user_code

    @user_code.setter
    def user_code(self, user_code: UserCode) -> None:
        self._user_code = user_code
        self._kinds = {}

    def begin(self) -> None:
        """Take the threads that there are now for nobody's."""
        self._threads_before = frozenset(thread.ident for thread in threading.enumerate())

    def caller(self) -> Caller:
        """Who asked for what is done just now, and came to the modules of this folder."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and _is_in_between(frame.f_code.co_filename):
            frame = frame.f_back
        is_test = False
        while frame is not None:
            file = frame.f_code.co_filename
            if file not in self._kinds:
                self._kinds[file] = self._kind(file, frame)
            kind = self._kinds[file]
            if file == _CALLING:
                return Caller.CONSUMER
            if kind is Caller.TEST:
                is_test = True
            elif kind is not None and not is_test:
                return kind
            frame = frame.f_back
        if is_test:
            return Caller.TEST
        if self._whole or threading.get_ident() not in self._threads_before:
            return Caller.CONSUMER
        return Caller.OTHER

    def _kind(self, file: str, frame: FrameType) -> Caller | None:
        """Whom a file belongs to; None where it works for whoever calls it."""
        if is_own_file(file):
            return None if file in _PASSING else Caller.OTHER
        package = str(frame.f_globals.get("__name__")).partition(".")[0]
        if self._whole:
            if package == "coverage":
                return Caller.OTHER
            return None if file.startswith("<") or is_standard(file) else Caller.CONSUMER
        if package in _OTHERS or file.startswith("<frozen importlib"):
            return Caller.OTHER
        if not self._user_code.owns(file):
            return None
        return Caller.TEST if self._is_test(file) else Caller.CONSUMER

    def _is_test(self, file: str) -> bool:
        if _TEST_FILE.fullmatch(os.path.basename(file)):
            return True
        folders = os.path.dirname(self._user_code.shown(file)).split("/")
        return not _TEST_FOLDERS.isdisjoint(folders)


def _is_in_between(file: str) -> bool:
    """Whether a file is of those between the system and who asks."""
    return file.startswith(_HERE) or file == _GUARD
