"""Faults of ours: an exception that nobody meant is told in one line, with its traceback in a file.

It is neither misuse (`errors`) nor a finding: nothing is known of the consumer.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from importlib import metadata
from pathlib import Path

from ecr_contracts.core.foreign_text import lines, one_line
from ecr_contracts.core.masking import hidden_here, masked_text, secrets
from ecr_contracts.core.text import message, shortened, type_name
from ecr_contracts.core.whole_files import put_new

__all__ = ["OwnFaultError", "own_fault"]

_LONGEST = 200
"""Characters of an exception's message in the line."""


class OwnFaultError(Exception):
    """Something went wrong in ecr-contracts itself; `file` holds the traceback, to be reported.

    `reason` is the exception in one line. The file is empty where none could be written.
    """

    is_own_fault = True  # what pytest's plugin goes by, which loads nothing of ours

    def __init__(self, reason: str, file: str) -> None:
        self.reason, self.file = reason, file
        super().__init__(reason, file)

    def __str__(self) -> str:
        told = f"a fault of ecr-contracts itself, which says nothing about your code: {self.reason}"
        if not self.file:
            return told
        # Nothing of ours is called: it may be what is at fault.
        file = self.file if self.file.isprintable() else ascii(self.file)[1:-1]
        return f"{told}; please report it with its traceback, {file}"


def own_fault(error: BaseException | str) -> OwnFaultError:
    """The error to raise for an exception of our own code, or for its traceback as text.

    The traceback is written to a new file in the temporary folder, without values of secrets. It
    raises nothing itself: where memory or depth has run out, the sort of the exception is told.
    """
    if isinstance(error, OwnFaultError):
        return error
    try:
        return _told(error)
    except Exception as second:  # noqa: BLE001 - telling it may meet what it is about
        first = type(error).__name__ if isinstance(error, BaseException) else "an exception"
        return OwnFaultError(f"{first}, and telling it met {type(second).__name__}", "")


def _told(error: BaseException | str) -> OwnFaultError:
    """An exception, or a traceback as text, in one line and in a file."""
    if isinstance(error, str):
        text, reason = error, error.rstrip().rpartition("\n")[2]
    else:
        text = "".join(traceback.format_exception(error))
        reason = f"{type_name(type(error))}: {message(error)}"
    hidden = secrets(os.environ) | hidden_here()
    reason = one_line(" ".join(masked_text(reason, hidden).split()))
    reason = shortened(reason, _LONGEST)
    return OwnFaultError(reason, _written(masked_text(text, hidden)))


def _written(text: str) -> str:
    """The path of a new file with a traceback and what it was met with; empty without one."""
    content = f"{_surroundings()}\n\n{lines(text.rstrip())}\n"
    try:
        path = Path(tempfile.gettempdir(), f"ecr-contracts-fault-{os.urandom(4).hex()}.txt")
        put_new(path, content.encode(), private=True)
    except OSError:
        return ""
    return str(path)


def _surroundings() -> str:
    """The versions that a fault was met with."""
    try:
        version = metadata.version("ecr-contracts")
    except metadata.PackageNotFoundError:  # it runs from a folder that was not installed
        version = "(no version)"
    return f"ecr-contracts {version}, Python {platform.python_version()}, {sys.platform}"
