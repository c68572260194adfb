"""Opening files as a consumer does it: `open`, and `os.open`."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from importlib import import_module
from typing import Any

from ecr_contracts.runtime.sandbox.files.redirection import Redirection, Request
from ecr_contracts.runtime.sandbox.files.system import real

__all__ = ["Opening"]

_CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_TEMPORARY: int = getattr(os, "O_TMPFILE", 0)
_NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_CLOEXEC: int = getattr(os, "O_CLOEXEC", 0)


class Opening:
    """The replacements for `open` and `os.open`."""

    def __init__(self, redirection: Redirection) -> None:
        self._redirection = redirection
        self._overlay = redirection.overlay

    def __reduce__(self) -> Any:
        """As the module: so the functions can be pickled and copied like those of the system."""
        return import_module, ("io",)

    def open_file(
        self,
        file: Any,
        mode: Any = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        """As `open` does, but of the copy where there is one or has to be one."""
        options = (buffering, encoding, errors, newline, closefd)
        if isinstance(file, int) or not isinstance(mode, str):
            return real.open_file(file, mode, *options, opener)
        if not isinstance(file, str | bytes):
            file = os.fspath(file)
        if opener is not None:
            return self._opened_by(opener, file, mode, options)
        if "r" in mode and "+" not in mode:
            if self._redirection.is_idle(file):
                return real.open_file(file, mode, *options)
            request = self._redirection.reading(file)
            place = "" if request is None else request.system
        else:
            request = self._redirection.changing(file)
            place = "" if request is None else self._changed(request, _flags(mode))
        if request is None:
            return real.open_file(file, mode, *options)
        opened = self._redirection.done(real.open_file, (place,), (request,), mode, *options)
        _name(opened, file)
        return opened

    def _opened_by(self, opener: Any, file: Any, mode: str, options: tuple[Any, ...]) -> Any:
        """What is opened by a function of the caller's, which asks us in its turn."""
        descriptor = opener(file, _flags(mode) | _CLOEXEC)
        if not isinstance(descriptor, int):
            raise TypeError("expected integer from opener")
        if descriptor < 0:
            raise ValueError(f"opener returned {descriptor}")
        buffering, encoding, errors, newline, _ = options
        try:
            opened = real.open_file(descriptor, mode, buffering, encoding, errors, newline)
        except BaseException:
            with contextlib.suppress(OSError):
                os.close(descriptor)
            raise
        _name(opened, file)
        return opened

    def open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        """As `os.open` does, but of the copy where there is one or has to be one."""
        redirection = self._redirection
        named = {} if dir_fd is None else {"dir_fd": dir_fd}
        if not flags & _CHANGING and not (_TEMPORARY and flags & _TEMPORARY == _TEMPORARY):
            if dir_fd is None and redirection.is_idle(path):
                return int(real.open(path, flags, mode))
            request = redirection.reading(path, dir_fd, follow=not flags & _NOFOLLOW)
            place = "" if request is None else request.system
        else:
            request = redirection.changing(path, dir_fd, follow=not flags & _NOFOLLOW)
            place = "" if request is None else self._changed(request, flags)
        if request is None:
            return int(real.open(path, flags, mode, **named))
        return int(redirection.done(real.open, (place,), (request,), flags, mode))

    def open_code(self, path: Any) -> Any:
        """As `io.open_code` does, which the import system reads modules with."""
        if self._redirection.is_idle(path):
            return real.open_code(path)
        request = self._redirection.reading(path)
        return real.open_code(path if request is None else request.system)

    def _changed(self, request: Request, flags: int) -> str:
        """Where a file is opened to be changed. Raises OSError where it cannot be."""
        redirection, overlay = self._redirection, self._overlay
        if not redirection.is_copied(request):
            return request.system
        if _TEMPORARY and flags & _TEMPORARY == _TEMPORARY:
            if not overlay.is_folder(request.view):
                is_there = overlay.exists(request.view)
                raise request.error(errno.ENOTDIR if is_there else errno.ENOENT)
            return overlay.copy_up(request.view)  # a folder, in which a file without a name is made
        if overlay.has_lower(request.view) and not overlay.has_upper(request.view):
            if flags & os.O_CREAT and flags & os.O_EXCL:
                raise request.error(errno.EEXIST)
            if overlay.is_folder(request.view):
                raise request.error(errno.EISDIR)
            if not _is_regular(request.view):
                redirection.refuse(request)
            return redirection.copied(request, content=not flags & os.O_TRUNC)
        if overlay.exists(request.view) or not flags & os.O_CREAT:
            return overlay.upper(request.view)
        return redirection.room(request)


def _is_regular(path: str) -> bool:
    mode = real.lstat(path).st_mode
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)


def _flags(mode: str) -> int:
    """The flags of the system that stand for a mode of `open`."""
    flags = os.O_RDWR if "+" in mode else os.O_WRONLY
    if mode.strip("tb+") == "r" and "+" not in mode:
        flags = os.O_RDONLY
    if "w" in mode:
        flags |= os.O_CREAT | os.O_TRUNC
    if "a" in mode:
        flags |= os.O_CREAT | os.O_APPEND
    if "x" in mode:
        flags |= os.O_CREAT | os.O_EXCL
    return flags


def _name(opened: Any, said: Any) -> None:
    """Call an open file what it was asked for as."""
    raw = getattr(opened, "buffer", opened)
    raw = getattr(raw, "raw", raw)
    with contextlib.suppress(AttributeError, TypeError):
        raw.name = said


Opening.open_file.__name__ = Opening.open_file.__qualname__ = "open"
