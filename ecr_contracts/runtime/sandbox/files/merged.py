"""A folder that both layers have, as `os.scandir` lists it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from typing import Any

from ecr_contracts.runtime.sandbox.files.system import real

__all__ = ["MergedFolder"]


class MergedFolder:
    """The entries of a folder; an iterator and a context manager, as what `os.scandir` gives."""

    def __init__(
        self, said: Any, names: list[str], view: str, system_path: Callable[[str], str]
    ) -> None:
        self._entries = iter([_Entry(said, name, f"{view}/{name}", system_path) for name in names])

    def __iter__(self) -> Iterator[_Entry]:
        return self

    def __next__(self) -> _Entry:
        return next(self._entries)

    def __enter__(self) -> MergedFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the listing."""
        self._entries = iter(())


class _Entry:
    """An entry of a folder, with the names of `os.DirEntry`."""

    def __init__(self, said: Any, name: str, view: str, system_path: Callable[[str], str]) -> None:
        folder: Any = "." if said is None else said
        self._view, self._system_path = view.replace("//", "/"), system_path
        self.name: Any = os.fsencode(name) if isinstance(folder, bytes) else name
        self.path: Any = self.name
        if not isinstance(folder, int):
            self.path = os.path.join(os.fspath(folder), self.name)

    def __fspath__(self) -> Any:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """What the system knows of it."""
        if follow_symlinks and self.is_symlink():
            return os.stat(self._view)
        status: os.stat_result = real.lstat(self._system_path(self._view))
        return status

    def inode(self) -> int:
        """Its number."""
        return int(self.stat(follow_symlinks=False).st_ino)

    def is_symlink(self) -> bool:
        """Whether it is a link."""
        return self._is(stat.S_ISLNK, follow_symlinks=False)

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder."""
        return self._is(stat.S_ISDIR, follow_symlinks=follow_symlinks)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a file."""
        return self._is(stat.S_ISREG, follow_symlinks=follow_symlinks)

    def is_junction(self) -> bool:
        """Whether it is a junction of Windows: it is none."""
        return False

    def _is(self, sort: Callable[[int], bool], *, follow_symlinks: bool) -> bool:
        try:
            return sort(self.stat(follow_symlinks=follow_symlinks).st_mode)
        except FileNotFoundError:
            return False
