"""Where a file lies for a sandbox: in its scratch folder, let through, of the system, or outside.

The scratch folder of a sandbox has three parts: `tmp/` is its temporary folder and stands for
`/tmp`, `home/` its home, and `files/` holds what was changed elsewhere.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from enum import Enum
from typing import Any

from ecr_contracts.discovery.user_code import is_below
from ecr_contracts.runtime.sandbox.files.system import real

__all__ = [
    "MOST_LINKS",
    "TEMPORARY",
    "Place",
    "Places",
    "exact",
    "is_output",
    "make_folders",
    "real_path",
    "real_path_of",
]

_DEVICES = frozenset(["full", "null", "ptmx", "random", "tty", "urandom", "zero"])
"""Devices that anybody may write to."""
_OUTPUTS = frozenset(
    [
        "/dev/stdin",
        "/dev/stdout",
        "/dev/stderr",
        *(f"{folder}/{number}" for folder in ("/dev/fd", "/proc/self/fd") for number in range(3)),
    ]
)
TEMPORARY = "/tmp"
"""The temporary folder that code names, as Lambda has it."""


class Place(Enum):
    """What becomes of a change there."""

    REAL = "real"
    """It is made."""
    COPY = "copy"
    """It is made to a copy."""
    NONE = "none"
    """It is refused: there is no copy of a device or of a process."""


class Places:
    """The places of one sandbox; all paths are absolute and as the real system has them.

    `allowed` may be changed for real, and so may the folders `temporary`, but for what belongs to
    one of the `projects` that lies in there.
    """

    def __init__(
        self,
        scratch: str,
        allowed: Iterable[str] = (),
        temporary: Iterable[str] = (),
        projects: Iterable[str] = (),
    ) -> None:
        self.scratch = real_path(scratch)
        self.tmp = os.path.join(self.scratch, "tmp")
        self.home = os.path.join(self.scratch, "home")
        self.files = os.path.join(self.scratch, "files")
        self.allowed = tuple(dict.fromkeys(real_path(path) for path in allowed))
        self.temporary = real_path(TEMPORARY)
        """The real folder that `tmp/` stands for."""
        self._real = (self.tmp, self.home, *self.allowed)
        self._temporary = tuple(dict.fromkeys(real_path(path) for path in temporary))
        self._projects = tuple(dict.fromkeys(real_path(path) for path in projects))

    def make(self) -> None:
        """Make the folders that are not there."""
        for folder in (self.tmp, self.home, self.files):
            make_folders(folder)

    def of(self, path: str) -> Place:
        """What becomes of a change to a path, which is absolute and holds no link."""
        for folder in self._real:
            if path == folder or is_below(path, folder):
                return Place.REAL
        if self._is_temporary(path):
            return Place.REAL
        if path.startswith("/dev/"):
            return self._of_device(path)
        if path.startswith(("/proc/", "/sys/")):
            return Place.NONE
        return Place.COPY

    def _is_temporary(self, path: str) -> bool:
        for folder in self._temporary:
            if path == folder or is_below(path, folder):
                return not self.is_with_project(path, folder)
        return False

    def is_with_project(self, path: str, folder: str = TEMPORARY) -> bool:
        """Whether a path belongs to a project that lies below a folder."""
        inside = [root for root in self._projects if is_below(root, folder)]
        return any(path == root or is_below(path, root) for root in inside)

    def _of_device(self, path: str) -> Place:
        name = path.removeprefix("/dev/")
        if name in _DEVICES or name.startswith("pts/"):
            return Place.REAL
        return Place.COPY if name.startswith("shm/") else Place.NONE


def make_folders(path: str) -> None:
    """Make a folder and those above that are not there, for our own user alone."""
    try:
        real.mkdir(path, 0o700)
    except FileExistsError:
        return
    except FileNotFoundError:
        make_folders(os.path.dirname(path))
        make_folders(path)


def is_output(path: str) -> bool:
    """Whether a path names one of the three streams that a process is given."""
    return path in _OUTPUTS


def real_path(path: str) -> str:
    """An absolute path without links, as the real system has it, whatever is patched."""
    place, rest = "/", [part for part in reversed(os.path.join("/", path).split("/")) if part]
    links = 0
    while rest:
        part = rest.pop()
        if part == ".":
            continue
        if part == "..":
            place = os.path.dirname(place)
            continue
        place = os.path.join(place, part)
        try:
            if not stat.S_ISLNK(real.lstat(place).st_mode):
                continue
            target = real.readlink(place)
        except (OSError, ValueError):
            continue
        links += 1
        if links > MOST_LINKS or not target:
            continue
        place = "/" if target.startswith("/") else os.path.dirname(place)
        rest += [part for part in reversed(target.split("/")) if part]
    return place


MOST_LINKS = 40
"""Symbolic links on the way to a file that Linux follows."""


def real_path_of(descriptor: int) -> str | None:
    """The path of an open file or folder; None where the system does not tell."""
    if sys.platform == "darwin":
        import fcntl

        try:
            return os.fsdecode(fcntl.fcntl(descriptor, 50, bytes(1024)).rstrip(b"\0"))
        except OSError:
            return None
    try:
        path: str = real.readlink(f"/proc/self/fd/{descriptor}")
    except (OSError, ValueError, OverflowError):
        return None
    return path if path.startswith("/") else None


def exact(path: Any) -> str | None:
    """The text of a path, whatever its class makes of it; None for what is no path."""
    if type(path) is str:
        return path
    if not isinstance(path, str | bytes):
        try:
            path = os.fspath(path)
        except TypeError:
            return None
    if isinstance(path, str):
        return str.__str__(path)
    return os.fsdecode(memoryview(path).tobytes())
