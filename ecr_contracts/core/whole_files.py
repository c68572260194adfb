"""Files that are there as a whole or not at all, and folders that one run at a time changes.

Readers see the old bytes or the new, never half of them, whenever the process is killed.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["held", "put", "put_new"]

_PART = ".ecr-contracts-part"
_PART_NAME = re.compile(rf"\..*\.[a-z0-9_]{{8}}{re.escape(_PART)}", re.DOTALL)
_NAME_LENGTH = 40
"""Characters of a file's name in that of its part; file systems take 255 bytes in all."""
_FORSAKEN = 60.0
"""Seconds after which nobody writes to a part any more."""
_TRIES = 5
"""How often a folder is made anew that another run removes as empty."""
_PATIENCE = 10.0
_PAUSE = 0.02


def put(path: Path, content: bytes) -> None:
    """Put a file in its place, or replace the one that is there; folders are made on the way.

    Raises OSError.
    """
    for tries_left in reversed(range(_TRIES)):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with _part_of(path, content) as part:
                os.replace(part, path)
        except FileNotFoundError:
            if not tries_left:
                raise
        else:
            return


def put_new(path: Path, content: bytes, *, private: bool = False) -> None:
    """Put a file in its place where none is; a private one may be read by its user alone.

    Raises FileExistsError where one is, or another OSError.
    """
    if not hasattr(os, "link"):
        with open(path, "xb") as file:
            file.write(content)
        return
    with _part_of(path, content, private=private) as part:
        os.link(part, path)


@contextlib.contextmanager
def _part_of(path: Path, content: bytes, *, private: bool = False) -> Iterator[str]:
    """The path of a file beside another, with what that one is to hold; gone after the block.

    Raises OSError, which names the other.
    """
    _sweep(path.parent)
    try:
        prefix = f".{path.name[:_NAME_LENGTH]}."
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=_PART)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            if not private:
                os.chmod(part, 0o666 & ~_umask())
            yield part
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)
    except OSError as error:
        if error.errno is not None:
            error.filename, error.filename2 = str(path), None
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@functools.cache
def _sweep(folder: Path) -> None:
    """Remove the parts that killed runs left in a folder; looked for once in each process."""
    latest = time.time() - _FORSAKEN
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _PART_NAME.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_mtime < latest:
                        os.unlink(entry.path)


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Have a folder for this run alone while the block runs, as far as runs ask for that.

    Another run is waited for, for some seconds; where folders cannot be locked, nothing is. The
    system lets go of it when a run is killed. A folder that is not there is had by everybody.
    """
    descriptor = _locked(folder)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _locked(folder: Path) -> int | None:
    """A descriptor that holds the lock of a folder; None where there is none to have."""
    try:
        import fcntl
    except ImportError:
        return None
    deadline = time.monotonic() + _PATIENCE
    while True:
        descriptor = None
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            if _takes(fcntl, descriptor) and _is_same(descriptor, folder):
                return descriptor
        if descriptor is None:
            return None
        os.close(descriptor)
        if time.monotonic() > deadline:
            return None
        time.sleep(_PAUSE)


def _takes(fcntl: Any, descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_same(descriptor: int, folder: Path) -> bool:
    """Whether a folder that was opened is still the one of its path: another run may remove it."""
    return os.path.samestat(os.fstat(descriptor), os.stat(folder))
