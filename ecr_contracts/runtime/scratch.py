"""The scratch folder of a worker: a temporary folder and an empty home of its own, gone with it.

A sandbox in a process of its user's has one too. It is `ecr-contracts-????????.scratch` in the
temporary folder of this machine. A lock on the folder says that its worker, or the run that made
it, is there; the folder of a run that was killed has none, and the next run removes it (`sweep`).
A folder has to be made before it can be locked: where another run sweeps it meanwhile, one more is
made.
"""

from __future__ import annotations

import contextlib
import functools
import json
import mmap
import os
import re
import site
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Lock", "Scratch", "lock", "make", "sweep", "sweep_once"]

_PREFIX, _SUFFIX = "ecr-contracts-", ".scratch"
_NAME = re.compile(rf"{re.escape(_PREFIX)}[a-z0-9_]{{8}}{re.escape(_SUFFIX)}")
_LONGEST_PLACE = 36
"""Characters of the path that scratch folders stand in.

The paths of Unix sockets have at most 104 on macOS, and multiprocessing's take 67 in a scratch
folder (`/ecr-contracts-????????.scratch/tmp/pymp-????????/listener-????????`).
"""
_SHORT_PLACE = "/tmp"
_MOST_TRIES = 100
"""Folders that are made where each is swept before it is locked; a run sweeps but once."""
_ELSEWHERE = (
    "HOMEDRIVE",
    "HOMEPATH",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
)
"""Variables that name folders of the user's own home."""
_MAPPED: list[mmap.mmap] = []
"""What stays in the memory of this process."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """The scratch folder of one worker, by its absolute path.

    In it are `tmp`, the temporary folder of the consumer; `home`, an empty home; and `files`, for
    copies of files elsewhere that the consumer changes.
    """

    folder: str

    @property
    def tmp(self) -> str:
        """The temporary folder of the consumer."""
        return os.path.join(self.folder, "tmp")

    @property
    def home(self) -> str:
        """The home of the consumer."""
        return os.path.join(self.folder, "home")

    @property
    def files(self) -> str:
        """The folder of copies."""
        return os.path.join(self.folder, "files")

    def settle(self) -> None:
        """Make it the temporary folder and the home of this process and of all that it starts.

        An open file tells that this process, and each that is forked off it, belongs to it; one in
        its memory tells that where all files are closed.
        """
        if hasattr(os, "O_DIRECTORY"):
            os.open(self.tmp, os.O_RDONLY | os.O_DIRECTORY)
            with contextlib.suppress(OSError):
                self._map_a_file()
        if site.ENABLE_USER_SITE and site.USER_BASE:
            # A Python that the consumer starts has the user's packages as this one does.
            os.environ.setdefault("PYTHONUSERBASE", site.USER_BASE)
        for name in _ELSEWHERE:
            os.environ.pop(name, None)
        os.environ.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), self.tmp))
        os.environ.update(dict.fromkeys(("HOME", "USERPROFILE"), self.home))
        tempfile.tempdir = self.tmp

    def _map_a_file(self) -> None:
        """Have a file of the folder in memory, of which nothing is left in the folder itself."""
        with tempfile.TemporaryFile(dir=self.files) as file:
            file.truncate(mmap.PAGESIZE)
            _MAPPED.append(mmap.mmap(file.fileno(), mmap.PAGESIZE))

    def in_general(self, message: bytes) -> bytes:
        """JSON in which the consumer's folders are those of Lambda and of everybody.

        `/tmp` and `~` in what a call says are the same in each run; the name of this folder is not.
        """
        for folder, name in ((self.tmp, b"/tmp"), (self.home, b"~")):
            for ascii_only in (True, False):
                path = json.dumps(folder, ensure_ascii=ascii_only)[1:-1]
                message = message.replace(os.fsencode(path), name)
        return message

    def remove(self) -> None:
        """Remove the folder with all that is in it, as far as this user may."""
        with contextlib.suppress(OSError):
            _remove(self.folder)


def make() -> tuple[Scratch, Lock]:
    """A new scratch folder, and the hold on it. Raises OSError where none can be made."""
    for _ in range(_MOST_TRIES):
        scratch = Scratch(tempfile.mkdtemp(_SUFFIX, _PREFIX, _place()))
        held = lock(scratch)
        if held is None:
            scratch.remove()
        elif _is_filled(scratch, held):
            return scratch, held
    raise OSError("each temporary folder is removed as soon as it is made")


def _is_filled(scratch: Scratch, held: Lock) -> bool:
    """Make the folders in a scratch folder; it is gone where another run held it first."""
    try:
        for folder in (scratch.tmp, scratch.home, scratch.files):
            os.mkdir(folder, 0o700)
    except FileNotFoundError:
        held.release()
        return False
    except BaseException:
        scratch.remove()
        held.release()
        raise
    return True


def _place() -> str:
    """The folder that scratch folders are made in; on macOS the usual one has too long a path."""
    usual = os.path.realpath(tempfile.gettempdir())
    if len(usual) <= _LONGEST_PLACE or not os.access(_SHORT_PLACE, os.W_OK | os.X_OK):
        return usual
    return os.path.realpath(_SHORT_PLACE)


# Locks, and the folders that nobody holds any more
# --------------------------------------------------------------------------------------------------


class Lock:
    """A hold on a scratch folder, which the system lets go of when the last process with it ends.

    Processes that are forked have it too. Windows knows no locks of folders: nothing is held there.
    """

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int | None:
        """The descriptor that holds it."""
        return self._descriptor

    def release(self) -> None:
        """Let go of it in this process."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def lock(scratch: Scratch) -> Lock | None:
    """A hold on a scratch folder; None where another process has it, or it is gone."""
    try:
        import fcntl
    except ImportError:
        return Lock(None)
    try:
        descriptor = os.open(scratch.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:  # a file system without locks: nothing is swept there
        os.close(descriptor)
        return Lock(None)
    return Lock(descriptor)


def sweep() -> None:
    """Remove the scratch folders that runs of this user left behind when they were killed."""
    for scratch in _left_behind():
        held = lock(scratch)
        if held is None:
            continue
        if held.fileno() is not None:
            scratch.remove()
        held.release()


@functools.cache
def sweep_once() -> None:
    """`sweep`, at the first call of a process alone."""
    sweep()


def _left_behind() -> Iterator[Scratch]:
    """The scratch folders of this user; some of them are in use."""
    user = getattr(os, "getuid", lambda: None)()
    with contextlib.suppress(OSError), os.scandir(_place()) as entries:
        for entry in entries:
            if not _NAME.fullmatch(entry.name):
                continue
            with contextlib.suppress(OSError):
                facts = entry.stat(follow_symlinks=False)
                is_own = user is None or facts.st_uid == user
                if stat.S_ISDIR(facts.st_mode) and is_own:
                    yield Scratch(entry.path)


# Removal
# --------------------------------------------------------------------------------------------------


def _remove(top: str) -> None:
    """Remove a folder with all that is in it, however deep it is and whatever its modes are.

    `shutil.rmtree` calls itself for each level (before Python 3.13), and the path of a deep file
    is too long for the system. So folders are moved up to the top one before they are emptied.
    Raises OSError where something cannot be removed.
    """
    number = 0
    waiting = [top]
    while waiting:
        folder = waiting[-1]
        os.chmod(folder, 0o700)
        inner = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    inner.append(entry.path)
                else:
                    _unlink(entry.path)
        if not inner:
            os.rmdir(waiting.pop())
        for path in inner:
            number += 1
            waiting.append(_moved(path, top, number))


def _moved(path: str, top: str, number: int) -> str:
    """The path of a folder after it was moved to the top one, unless it stands there already."""
    if os.path.dirname(path) == top:
        return path
    os.chmod(path, 0o700)
    moved = os.path.join(top, f"{_PREFIX}{number}-{time.monotonic_ns()}")
    os.rename(path, moved)
    return moved


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except PermissionError:
        os.chmod(path, stat.S_IWRITE)  # Windows: a file that is read-only stays
        os.unlink(path)
