"""The scratch folder as loading left it: each call begins with that."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from ecr_contracts.runtime.sandbox.files.overlay import Overlay
from ecr_contracts.runtime.sandbox.files.places import make_folders
from ecr_contracts.runtime.sandbox.files.system import real

__all__ = ["Kept"]

_MOST_OPEN = 1024
"""Numbers of open files that are looked at."""


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of a file: the kind and mode, and of no folder the size, time and number."""

    mode: int
    size: int = 0
    changed: int = 0
    number: int = 0

    @classmethod
    def of(cls, path: str) -> _State:
        status = real.lstat(path)
        if stat.S_ISDIR(status.st_mode):
            return cls(status.st_mode)
        return cls(status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino)


class Kept:
    """The files of a scratch folder at one moment, so that they can be put back.

    A file that is open at that moment is left alone: who has it open goes on with it. With
    `always`, files are looked at before each call, as programs may have changed them unseen.
    """

    def __init__(self, overlay: Overlay, *, always: bool = False) -> None:
        self._overlay, self._always = overlay, always
        places = overlay.places
        self._tops = (places.tmp, places.home, places.files)
        self._copies = os.path.join(places.scratch, "loaded")
        self._states: dict[str, _State] = {}
        self._open = frozenset[tuple[int, int]]()
        self._changes: int | None = None
        self._shared: tuple[int, int] = (0, 0)

    def keep(self) -> None:
        """Take the files as they are now for those that each call begins with."""
        self._states = {}
        self._open = _open_files()
        _remove(self._copies)
        for path in self._walked():
            with contextlib.suppress(OSError):
                state = _State.of(path)
                if stat.S_ISREG(state.mode) and not self._is_open(path):
                    self._copy(path, self._copy_of(path))
                self._states[path] = state
        shared = self._overlay.shared
        self._shared = shared[0], shared[1]
        self._changes = self._overlay.changes

    def restore(self) -> None:
        """Put back what has changed since."""
        if self._changes is None:
            return  # nothing was kept: the sandbox has no call before this one
        if self._overlay.changes == self._changes and not self._always:
            return
        for top in self._tops:
            make_folders(top)
        for path in sorted(self._walked(), key=len, reverse=True):
            if path not in self._states:
                _remove(path)
        for path, state in self._states.items():
            with contextlib.suppress(OSError):
                self._put_back(path, state)
        self._overlay.forget(is_empty=not self._shared[0], has_gone=bool(self._shared[1]))
        self._changes = self._overlay.changes

    def _put_back(self, path: str, state: _State) -> None:
        now = None
        with contextlib.suppress(OSError):
            now = _State.of(path)
        if now == state or self._is_open(path):
            return
        if now is not None and stat.S_IFMT(now.mode) != stat.S_IFMT(state.mode):
            _remove(path)
            now = None
        if stat.S_ISDIR(state.mode):
            make_folders(path)
            real.chmod(path, stat.S_IMODE(state.mode))
        elif stat.S_ISREG(state.mode):
            self._copy(self._copy_of(path), path)
            real.chmod(path, stat.S_IMODE(state.mode))
            self._states[path] = _State.of(path)

    def _copy(self, source: str, target: str) -> None:
        """Copy a file; where the target is there, it stays the same file."""
        make_folders(os.path.dirname(target))
        reading = real.open(source, os.O_RDONLY)
        try:
            writing = real.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                while chunk := os.read(reading, 1 << 20):
                    os.write(writing, chunk)
            finally:
                os.close(writing)
        finally:
            os.close(reading)
        status = real.stat(source)
        real.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))

    def _copy_of(self, path: str) -> str:
        return self._copies + path

    def _is_open(self, path: str) -> bool:
        try:
            status = real.stat(path)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) in self._open

    def _walked(self) -> Iterator[str]:
        """All that lies below the folders, those above first."""
        pending = list(self._tops)
        while pending:
            folder = pending.pop()
            with contextlib.suppress(OSError):
                for name in real.listdir(folder):
                    path = os.path.join(folder, name)
                    yield path
                    if stat.S_ISDIR(real.lstat(path).st_mode):
                        pending.append(path)


def _open_files() -> frozenset[tuple[int, int]]:
    """The device and number of the files that this process has open."""
    found: set[tuple[int, int]] = set()
    for number in range(_MOST_OPEN):
        with contextlib.suppress(OSError):
            status = os.fstat(number)
            if stat.S_ISREG(status.st_mode):
                found.add((status.st_dev, status.st_ino))
    return frozenset(found)


def _remove(path: str) -> None:
    """Remove a file or a folder with all that is in it, as far as this user may."""
    with contextlib.suppress(OSError):
        if stat.S_ISDIR(real.lstat(path).st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            real.unlink(path)
