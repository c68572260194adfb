"""Packages of others that lie beside a consumer's code, and that this Python cannot import.

A `requests/` or `python/lib/…/site-packages` that was put there years ago for another Python is no
fault of the handler's own code: it is named, with a way to go on without it.
"""

from __future__ import annotations

import contextlib
import os
import re
import traceback
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from ecr_contracts.core.text import message, type_name
from ecr_contracts.discovery.user_code import UserCode, is_below

__all__ = ["PackageBeside", "failing_package"]

# fmt: off
_SHELVES = frozenset([
    "dist-packages", "layer", "layers", "lib", "python", "site-packages", "third_party",
    "thirdparty", "vendor", "vendored", "_vendor",
])
# fmt: on
"""Folders in which people put packages of others."""
_MARKS = re.compile(r"^__(?:version|author|license|title)__\s*=", re.MULTILINE)
"""What a package says of itself at its top that somebody publishes."""
# fmt: off
_REMOVED = frozenset([
    "aifc", "asynchat", "asyncore", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr",
    "imp", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr",
    "spwd", "sunau", "telnetlib", "uu", "xdrlib", "lib2to3",
])
# fmt: on
"""Modules that the standard library has lost since Python 3.12, by its "What's New" pages."""
_MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class PackageBeside:
    """A package of others that fails: its name, its folder as people know it, and how it fails."""

    name: str
    folder: str
    failure: str


def failing_package(error: BaseException, user_code: UserCode) -> PackageBeside | None:
    """The package beside a consumer in which its import failed, if it is one of others."""
    place = _failing_file(error)
    if place is None:
        return None
    file, line = place
    for root in user_code.roots:
        folder = _package_of(file, root)
        if folder is None:
            continue
        if isinstance(error, ModuleNotFoundError) and not _is_its_own(error, folder.name):
            return None
        failure = f"{type_name(type(error))}: {message(error).partition(chr(10))[0]}"
        at = f" at {user_code.shown(file)}:{line}"
        return PackageBeside(folder.name, user_code.shown(str(folder)), failure + at)
    return None


def _failing_file(error: BaseException) -> tuple[str, int] | None:
    """The file and line in which an import failed, but for Python's own import system."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 1
    innermost = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if not frame.f_code.co_filename.startswith("<"):
            innermost = frame.f_code.co_filename, line
    return innermost


def _package_of(file: str, root: str) -> Path | None:
    """The folder of the package of others that a file below a root belongs to."""
    path = os.path.abspath(file)
    if not is_below(path, root):
        return None
    folder = Path(root)
    parts = Path(os.path.relpath(path, root)).parts[:-1]
    is_shelved = False
    for part in parts:
        folder = folder / part
        if (folder / "__init__.py").is_file():
            return folder if is_shelved or _is_published(folder) else None
        is_shelved = is_shelved or part in _SHELVES or part.startswith("python3")
    return None


def _is_published(folder: Path) -> bool:
    """Whether a package looks like one that is installed, not like one of the project."""
    if any(folder.parent.glob(f"{folder.name}-*.dist-info")):
        return True
    with contextlib.suppress(OSError):
        head = (folder / "__init__.py").read_bytes()[:_MOST_BYTES].decode("utf-8", "replace")
        if _MARKS.search(head) and folder.name in metadata.packages_distributions():
            return True
        return bool(_MARKS.search(head)) and not (folder.parent / "pyproject.toml").is_file()
    return False


def _is_its_own(error: ModuleNotFoundError, package: str) -> bool:
    """Whether a missing module is a part of the package, or one that Python had in former times."""
    top = (error.name or "").partition(".")[0]
    return top == package or top in _REMOVED
