"""The overlay: a merged view of the real files and of the copies that a consumer has changed.

It works as the overlay file systems of Linux do. The lower layer is what there is, and is never
changed. The upper layer is a folder with the same paths, where a file is copied to before its first
change; what is deleted has a mark that hides the lower file. All of that lies on the disk, so that
forked children share it, and so that it can be put back (`snapshot`).

Paths here are of two sorts: a *view path* is absolute and is what the consumer means; a *system
path* is where its content lies.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import stat
import threading
from collections.abc import Iterator

from ecr_contracts.core import limits
from ecr_contracts.discovery.user_code import is_below
from ecr_contracts.runtime.sandbox.files.places import (
    MOST_LINKS,
    Place,
    Places,
    make_folders,
    real_path_of,
)
from ecr_contracts.runtime.sandbox.files.system import real

__all__ = ["NoCopyError", "Overlay"]

_MARK = ".ecr-contracts-gone"
"""The file that marks, in a tree of its own, that a path of the lower layer is hidden."""
_CHUNK = 1 << 30
"""Bytes that are copied by one call of the system."""


class NoCopyError(Exception):
    """That there can be no copy of this file: it is a device, a pipe, or too large."""


class Overlay:
    """The merged view of one sandbox, all of whose methods are for any thread."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._top = os.path.join(places.files, "changed")
        self._gone = os.path.join(places.files, "gone")
        self._lock = threading.RLock()
        self._at_work = threading.local()
        self._working: tuple[str, str] | None = None
        self._folders: dict[str, tuple[str, bool]] = {}
        self._folders_at = 0
        # Forked children share it: how often the upper layer has changed its folders, whether
        # anything was ever deleted, and how often anything was changed.
        self.shared = memoryview(mmap.mmap(-1, 24)).cast("Q")

    # What it has
    # ----------------------------------------------------------------------------------------------

    @property
    def is_touched(self) -> bool:
        """Whether anything was changed since the beginning, or since `forget`."""
        return self.shared[0] != 0

    def touch(self) -> None:
        """Note that folders of the upper layer are others now."""
        self.shared[0] += 1

    @property
    def changes(self) -> int:
        """How often a file was changed, or was to be, in the scratch folder or elsewhere."""
        return self.shared[2]

    def note_change(self) -> None:
        """Count a change."""
        self.shared[2] += 1

    def forget(self, *, is_empty: bool, has_gone: bool) -> None:
        """Look anew at the upper layer, which somebody else has put back."""
        self._folders.clear()
        self.shared[0] = 0 if is_empty else self.shared[0] + 1
        self.shared[1] = int(has_gone)

    def upper(self, path: str) -> str:
        """Where the upper layer has a view path, or would have it."""
        temporary = self.places.temporary
        if path == temporary or is_below(path, temporary):
            return self.places.tmp + path[len(temporary) :]
        return self._top + path

    def view(self, path: str) -> str:
        """The view path of a system path."""
        if is_below(path, self._top):
            return path[len(self._top) :]
        return path

    def has_upper(self, path: str) -> bool:
        """Whether the upper layer has something at a view path."""
        return _exists(self.upper(path))

    def is_hidden(self, path: str) -> bool:
        """Whether the lower layer is hidden at a view path: it, or a folder above, was deleted."""
        if not self.shared[1]:
            return False
        while True:
            if _exists(os.path.join(self._gone + path, _MARK)):
                return True
            if path == "/":
                return False
            path = os.path.dirname(path)

    def has_lower(self, path: str) -> bool:
        """Whether the lower layer has something at a view path that is not hidden."""
        return _exists(path) and not self.is_hidden(path)

    def exists(self, path: str) -> bool:
        """Whether there is something at a view path; a link counts, wherever it leads."""
        return _exists(self.system_path(path))

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder at a view path that has no links."""
        return _is_folder(self.system_path(path))

    def system_path(self, path: str) -> str:
        """Where the content of a view path lies, which has no links above its last part.

        A folder that both layers have is the lower one, which stays what the working directory and
        open folders are.
        """
        if not self.is_touched or self.places.of(path) is not Place.COPY:
            return path
        upper = self.upper(path)
        if self.is_hidden(path):
            return upper
        try:
            is_folder = stat.S_ISDIR(real.lstat(upper).st_mode)
        except (OSError, ValueError):
            return path
        return path if is_folder and _is_folder(path) else upper

    # Paths
    # ----------------------------------------------------------------------------------------------

    @property
    def is_at_work(self) -> bool:
        """Whether what the current thread does just now is the overlay's own doing."""
        return bool(getattr(self._at_work, "depth", 0))

    @contextlib.contextmanager
    def _own_work(self) -> Iterator[None]:
        depth = getattr(self._at_work, "depth", 0)
        self._at_work.depth = depth + 1
        try:
            with self._lock:
                yield
        finally:
            self._at_work.depth = depth

    def entered(self, view: str) -> None:
        """Note that the working directory was changed to a view path."""
        self._working = real.getcwd(), view

    def working_folder(self) -> str:
        """The view path of the working directory."""
        path: str = real.getcwd()
        if self._working is not None and self._working[0] == path:
            return self._working[1]
        return self.view(path)

    def absolute(self, path: str, folder: int | None = None) -> str:
        """The view path that a path means, its links not followed.

        Raises OSError where it is relative to a `folder` that nobody knows the path of.
        """
        if not path.startswith("/"):
            if folder is None:
                path = f"{self.working_folder()}/{path}"
            elif start := real_path_of(folder):
                path = f"{start}/{path}"
            else:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF), path)
        return self.view(path)

    def located(self, path: str, *, follow: bool = True) -> tuple[str, str]:
        """A view path without links, and its system path; with `follow`, a link is followed.

        Raises OSError for a loop of links.
        """
        folder, _, name = path.rstrip("/").rpartition("/")
        if name in ("", ".", ".."):
            place = self._walked(path)
            return place, self.system_path(place)
        above, has_say = self._folder(folder or "/")
        place = f"{above.rstrip('/')}/{name}"
        system_path = self.system_path(place) if has_say else place
        target = self._target(system_path) if follow else None
        if target is None:
            return place, system_path
        place = self._walked(self.view(os.path.join(above, target)))
        return place, self.system_path(place)

    def _folder(self, folder: str) -> tuple[str, bool]:
        """A folder without links, and whether the upper layer changes what it holds.

        What is known is kept until the upper layer has other folders: nobody who is asked here can
        change the lower ones.
        """
        touched = self.shared[0]
        if touched != self._folders_at:
            self._folders.clear()
            self._folders_at = touched
        known = self._folders.get(folder)
        if known is None:
            place = self._walked(folder)
            known = self._folders[folder] = place, bool(touched) and self._has_say(place)
        return known

    def _walked(self, path: str) -> str:
        """A view path whose parts are followed one by one."""
        place, links = "/", 0
        rest = [part for part in reversed(path.split("/")) if part and part != "."]
        while rest:
            part = rest.pop()
            if part == "..":
                place = os.path.dirname(place)
                continue
            inner = os.path.join(place, part)
            target = self._target(self.system_path(inner))
            if target is None:
                place = inner
                continue
            links += 1
            if links > MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            if target.startswith("/"):
                place, target = "/", self.view(target)
            rest += [part for part in reversed(target.split("/")) if part and part != "."]
        return place

    def _target(self, place: str) -> str | None:
        """What a link leads to, if a system path is one. The open files of a process are none."""
        try:
            if not stat.S_ISLNK(real.lstat(place).st_mode):
                return None
            target: str = real.readlink(place)
        except OSError:
            return None
        if place.startswith("/proc/") and not target.startswith("/"):
            return None  # a pipe, a socket
        return target

    # Changes
    # ----------------------------------------------------------------------------------------------

    def make_room(self, path: str) -> str:
        """Make the folders above a view path in the upper layer; gives its path there."""
        upper = self.upper(path)
        above = os.path.dirname(path)
        if not _exists(os.path.dirname(upper)):
            with self._own_work():
                self._make_folder(above)
        if not self.shared[0]:
            self.touch()
        return upper

    def _make_folder(self, path: str) -> None:
        upper = self.upper(path)
        if _exists(upper):
            return
        if path != "/":
            self._make_folder(os.path.dirname(path))
        make_folders(upper)
        if self.has_lower(path):
            _copy_mode(path, upper)
        self.touch()

    def copy_up(self, path: str, *, content: bool = True) -> str:
        """Have a view path in the upper layer, so that it can be changed; gives its path there.

        Without `content`, a file is empty there. Raises NoCopyError where there can be no copy.
        """
        upper = self.make_room(path)
        with self._own_work():
            if _exists(upper) or not self.has_lower(path):
                return upper
            self._copy(path, upper, content=content)
            self.touch()
        return upper

    def _copy(self, path: str, upper: str, *, content: bool) -> None:
        status = real.lstat(path)
        if stat.S_ISDIR(status.st_mode):
            real.mkdir(upper, 0o700)
            _copy_mode(path, upper)
        elif stat.S_ISLNK(status.st_mode):
            real.symlink(real.readlink(path), upper)
        elif stat.S_ISREG(status.st_mode):
            if content and status.st_size > limits.COPIED_BYTES:
                raise NoCopyError
            _copy_file(path, upper, status, content=content)
        else:
            raise NoCopyError

    def copy_up_all(self, path: str) -> str:
        """The same with all that a folder holds."""
        pending, count = [path], 0
        while pending:
            place = pending.pop()
            count += 1
            if count > limits.COPIED_FILES:
                raise NoCopyError
            self.copy_up(place)
            if self.is_folder(place):
                pending += [os.path.join(place, name) for name in self.names(place)]
        return self.upper(path)

    def hide(self, path: str) -> None:
        """Hide what the lower layer has at a view path."""
        folder = self._gone + path
        with self._own_work():
            make_folders(folder)
            os.close(real.open(os.path.join(folder, _MARK), os.O_WRONLY | os.O_CREAT, 0o600))
            self.shared[1] = 1
            self.touch()

    def is_merged(self, path: str) -> bool:
        """Whether the listing of a folder at a view path is not that of its system path."""
        if self.places.of(path) is not Place.COPY:
            return False
        return path == self.places.temporary or (self.is_touched and self._has_say(path))

    def _has_say(self, path: str) -> bool:
        """Whether the upper layer changes what a folder holds."""
        if self.has_upper(path):
            return True
        return bool(self.shared[1]) and (_exists(self._gone + path) or self.is_hidden(path))

    def names(self, path: str) -> list[str]:
        """The names in a folder at a view path.

        Of the real temporary folder there are none: code that tidies it up would find what is
        others'.
        """
        names: dict[str, None] = {}
        if self.has_upper(path):
            names.update(dict.fromkeys(real.listdir(self.upper(path))))
        if path == self.places.temporary:
            return list(names)
        if self.has_lower(path):
            has_gone = bool(self.shared[1]) and _exists(self._gone + path)
            for name in real.listdir(path):
                if name in names:
                    continue
                gone = os.path.join(self._gone + path, name, _MARK)
                if not (has_gone and _exists(gone)):
                    names[name] = None
        elif not names and not self.has_upper(path):
            real.listdir(self.system_path(path))  # fails as it should
        return list(names)


def _exists(path: str) -> bool:
    try:
        real.lstat(path)
    except (OSError, ValueError):
        return False
    return True


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(real.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def _copy_mode(source: str, target: str) -> None:
    status = real.lstat(source)
    mode = stat.S_IMODE(status.st_mode)
    # Our own process must get in, whatever the folder's mode is.
    if stat.S_ISDIR(status.st_mode):
        mode |= 0o700
    real.chmod(target, mode)
    real.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _copy_file(source: str, target: str, status: os.stat_result, *, content: bool) -> None:
    reading = real.open(source, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        writing = real.open(target, flags, 0o600)
        try:
            if content:
                _copy_content(reading, writing)
            os.fchmod(writing, stat.S_IMODE(status.st_mode) | 0o600)
        finally:
            os.close(writing)
    finally:
        os.close(reading)
    real.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _copy_content(reading: int, writing: int) -> None:
    copy = getattr(os, "copy_file_range", None)
    if copy is not None:
        try:
            while copy(reading, writing, _CHUNK):
                pass
        except OSError:
            os.lseek(reading, 0, os.SEEK_SET)
            os.ftruncate(writing, 0)
            os.lseek(writing, 0, os.SEEK_SET)
        else:
            return
    while chunk := os.read(reading, 1 << 20):
        os.write(writing, chunk)
