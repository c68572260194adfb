"""The stores of secrets in a developer's home folder, which are not there for a consumer."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
from typing import Any

from ecr_contracts.discovery.user_code import UserCode, is_below
from ecr_contracts.runtime.sandbox.files.places import real_path
from ecr_contracts.runtime.sandbox.files.system import real
from ecr_contracts.runtime.sandbox.kernel.secret_stores import NAMED_BY, NAMES

__all__ = ["SecretStores", "homes"]

_MOST = 2000
"""Files of the stores that are known again under another name."""


def homes() -> tuple[str, ...]:
    """The home folders of the user of this process, as they are now."""
    found = {os.path.expanduser("~")}
    with contextlib.suppress(ImportError, KeyError, OSError):
        import pwd

        found.add(pwd.getpwuid(os.getuid()).pw_dir)
    return tuple(sorted(home for home in found if os.path.isabs(home) and len(home) > 1))


class SecretStores:
    """The stores of some home folders, by their names and by the files themselves.

    A file is known again behind a hard link, or by another way through `/proc`.
    """

    def __init__(self, homes: tuple[str, ...], user_code: UserCode) -> None:
        places: dict[str, None] = {}
        for home in homes:
            for store in NAMES:
                places[os.path.join(home, store)] = None
        for name in NAMED_BY:
            for place in os.environ.get(name, "").split(os.pathsep):
                if os.path.isabs(place) and not is_below(place, "/dev"):
                    places[place] = None
        there = [place for place in places if _is_there(place)]
        places.update(dict.fromkeys(map(real_path, there)))
        needed = (*user_code.roots, user_code.start, sys.prefix, sys.base_prefix, *sys.path)
        self._places = tuple(
            place
            for place in places
            if not any(root == place or is_below(root, place) for root in needed)
        )
        self.folders = frozenset(map(os.path.dirname, self._places))
        """The folders that hold a store."""
        marks = {store.partition("/")[0] for store in NAMES}
        marks.update(os.path.basename(place) for place in self._places if not _below(place, homes))
        self._search = re.compile("|".join(map(re.escape, sorted(marks)))).search
        self._files = frozenset(_files(there))

    def may_hold(self, path: Any) -> bool:
        """Whether a path needs a closer look."""
        if type(path) is not str:
            if isinstance(path, int) or path is None:
                return False
            try:
                path = os.fsdecode(path)
            except TypeError:
                return False
            path = str.__str__(path)
        return self._search(path) is not None

    def holds(self, path: str) -> bool:
        """Whether an absolute path is one of a store."""
        if self._search(path) is None:
            return False
        return any(path == place or is_below(path, place) for place in self._places)

    def has_file(self, path: str) -> bool:
        """Whether a path leads to a file of a store, by whatever way."""
        if not self._files:
            return False
        try:
            status = real.stat(path)
        except (OSError, ValueError):
            return False
        return (status.st_dev, status.st_ino) in self._files


def _below(place: str, homes: tuple[str, ...]) -> bool:
    return any(is_below(place, home) for home in homes)


def _is_there(place: str) -> bool:
    try:
        real.lstat(place)
    except (OSError, ValueError):
        return False
    return True


def _files(places: list[str]) -> list[tuple[int, int]]:
    """The device and number of each file of the stores."""
    files: list[tuple[int, int]] = []
    pending = list(places)
    while pending and len(files) < _MOST:
        place = pending.pop()
        with contextlib.suppress(OSError):
            status = real.stat(place)
            if stat.S_ISREG(status.st_mode):
                files.append((status.st_dev, status.st_ino))
            elif stat.S_ISDIR(status.st_mode) and len(pending) < _MOST:
                pending += [os.path.join(place, name) for name in real.listdir(place)]
    return files
