"""Decides what becomes of one request for a file: as it is, redirected to a copy, or refused."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from ecr_contracts.runtime.sandbox.files.callers import Caller, Callers
from ecr_contracts.runtime.sandbox.files.overlay import NoCopyError, Overlay
from ecr_contracts.runtime.sandbox.files.places import Place, exact, is_output, real_path_of
from ecr_contracts.runtime.sandbox.files.secret_stores import SecretStores
from ecr_contracts.runtime.sandbox.files.system import real
from ecr_contracts.runtime.sandbox.files.watch import Watch

__all__ = ["Redirection", "Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """One request for a path.

    `said` is what was asked for, `view` the view path without links, and `system` where its content
    lies now.
    """

    said: Any
    lexical: str
    view: str
    system: str

    def error(self, number: int) -> OSError:
        """The error of the system with this number, about this path."""
        return OSError(number, os.strerror(number), self.said)


class Redirection:
    """The decisions of one sandbox."""

    def __init__(
        self, overlay: Overlay, callers: Callers, stores: SecretStores, watch: Watch
    ) -> None:
        self.overlay, self.callers, self.stores, self.watch = overlay, callers, stores, watch
        self._shared = overlay.shared

    def is_idle(self, path: Any) -> bool:
        """Whether a path can be read as it is, since nothing was changed and it is no secret."""
        return not self._shared[0] and not self.stores.may_hold(path)

    def reading(
        self, said: Any, folder: int | None = None, *, follow: bool = True
    ) -> Request | None:
        """What is to be read; None: as it is. Raises FileNotFoundError for stores of secrets."""
        path = exact(said)
        if not path:
            return None
        caller = self.callers.caller()
        if caller is Caller.OTHER:
            return None
        request = self._located(said, path, folder, follow=follow)
        if caller is Caller.CONSUMER and self.stores.holds(request.view):
            raise request.error(errno.ENOENT)
        return request

    def changing(
        self, said: Any, folder: int | None = None, *, follow: bool = True
    ) -> Request | None:
        """What is to be changed; None: as it is.

        Raises OSError where it is refused, and FileNotFoundError for stores of secrets.
        """
        if isinstance(said, int):
            path = real_path_of(said)
            if path is None or path.endswith(" (deleted)"):
                return None
        else:
            path = exact(said)
            if not path or is_output(path):
                return None
        caller = self.callers.caller()
        if caller is Caller.OTHER:
            return None
        request = self._located(said, path, folder, follow=follow)
        if caller is Caller.CONSUMER and self.stores.holds(request.view):
            raise request.error(errno.ENOENT)
        if caller is Caller.TEST and not self._is_of_overlay(request.view):
            return None
        if self.overlay.places.of(request.view) is Place.NONE:
            self.refuse(request)
        self.overlay.note_change()
        return request

    def is_copied(self, request: Request) -> bool:
        """Whether what is changed is a copy."""
        return self.overlay.places.of(request.view) is Place.COPY

    def refuse(self, request: Request) -> NoReturn:
        """Refuse a change, and note that."""
        raise self.watch.refusal(request.lexical, request.said)

    def copied(self, request: Request, *, content: bool = True) -> str:
        """The copy of what is to be changed, where it may be. Raises OSError where it may not."""
        if not self.is_copied(request):
            return request.system
        if not self.overlay.has_upper(request.view) and self.overlay.has_lower(request.view):
            self.must_be_writable(request)
        try:
            return self.overlay.copy_up(request.view, content=content)
        except NoCopyError:
            self.refuse(request)

    def must_be_writable(self, request: Request) -> None:
        """Raise PermissionError where the real file may not be written."""
        is_link = stat.S_ISLNK(real.lstat(request.view).st_mode)
        if not is_link and not _may_write(request.view):
            raise request.error(errno.EACCES)

    def room(self, request: Request) -> str:
        """Where an entry is to be made or replaced. Raises OSError where it may not be."""
        if not self.is_copied(request):
            return request.system
        self.must_have_folder(request)
        return self.overlay.make_room(request.view)

    def must_have_folder(self, request: Request) -> None:
        """Raise OSError where the folder of an entry is not there, or may not be changed."""
        above = os.path.dirname(request.view)
        if not self.overlay.is_folder(above):
            is_there = self.overlay.exists(above)
            raise request.error(errno.ENOTDIR if is_there else errno.ENOENT)
        if self.overlay.has_lower(above) and not _may_write(above):
            raise request.error(errno.EACCES)

    def done(
        self,
        function: Callable[..., Any],
        systems: tuple[str, ...],
        requests: tuple[Request, ...],
        *rest: Any,
        **named: Any,
    ) -> Any:
        """What a function of the system gives for these system paths.

        Its errors, and what is recorded of it, name what was asked for.
        """
        saying = self.watch.saying
        for system, request in zip(systems, requests, strict=True):
            saying[system] = request.lexical
        try:
            return function(*systems, *rest, **named)
        except OSError as error:
            if error.filename is not None:
                error.filename = requests[0].said
            if error.filename2 is not None:
                error.filename2 = requests[-1].said
            raise
        finally:
            for system in systems:
                saying.pop(system, None)

    def _located(self, said: Any, path: str, folder: int | None, *, follow: bool) -> Request:
        overlay = self.overlay
        try:
            lexical = overlay.absolute(path, folder)
            view, system = overlay.located(lexical, follow=follow)
        except OSError as error:
            error.filename = said
            raise
        return Request(said, lexical, view, system)

    def _is_of_overlay(self, view: str) -> bool:
        """Whether a consumer has changed something there, which a test goes on with."""
        overlay = self.overlay
        if not overlay.is_touched or self.overlay.places.of(view) is not Place.COPY:
            return False
        if overlay.has_upper(view) or overlay.is_hidden(view):
            return True
        above = os.path.dirname(view)
        return overlay.has_upper(above) and not overlay.has_lower(above)


def _may_write(path: str) -> bool:
    """Whether the mode of a file lets this user write it.

    The system is not asked: it may hold our process back from all that is no copy.
    """
    status, user = real.stat(path), os.geteuid()
    if user == 0:
        return True
    bit = stat.S_IWOTH
    if status.st_uid == user:
        bit = stat.S_IWUSR
    elif status.st_gid == os.getegid() or status.st_gid in os.getgroups():
        bit = stat.S_IWGRP
    return bool(status.st_mode & bit)
