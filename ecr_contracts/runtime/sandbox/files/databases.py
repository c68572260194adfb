"""SQLite opens its files by its own calls of the system: it is given the copy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any
from urllib.parse import quote, unquote

from ecr_contracts.runtime.sandbox.files.database_names import is_kept_in_memory, is_read_only
from ecr_contracts.runtime.sandbox.files.places import exact
from ecr_contracts.runtime.sandbox.files.redirection import Redirection
from ecr_contracts.runtime.sandbox.hooks import ImportHooks, Patches

__all__ = ["Databases"]

_MODULES = ("_sqlite3", "sqlite3.dbapi2", "sqlite3")
_BESIDE = ("-wal", "-journal")
"""What the names of files beside a database end with, that belong to its content."""


class Databases:
    """Replaces `sqlite3.connect`, in each of the modules that have it."""

    def __init__(self, redirection: Redirection, patches: Patches) -> None:
        self._redirection, self._patches = redirection, patches

    def install(self, hooks: ImportHooks | None) -> None:
        """Replace it where it is imported, and later where it will be."""
        for name in _MODULES:
            if hooks is not None:
                hooks.after_import(name, self._replace)
            elif name in sys.modules:
                self._replace(sys.modules[name])

    def _replace(self, module: ModuleType) -> None:
        connect = getattr(module, "connect", None)
        if connect is not None and not isinstance(getattr(connect, "__self__", None), _Connecting):
            self._patches.set(module, "connect", _Connecting(self._redirection, connect).connect)


class _Connecting:
    """A replacement for a `connect`."""

    def __init__(self, redirection: Redirection, original: Callable[..., Any]) -> None:
        self._redirection, self._original = redirection, original

    def connect(self, database: Any, *arguments: Any, **named: Any) -> Any:
        """As `sqlite3.connect` does, with a copy of what is a real file."""
        connection = self._original(self._place(database, named), *arguments, **named)
        connection.set_authorizer(self._authorise)
        return connection

    def _place(self, database: Any, named: dict[str, Any]) -> Any:
        path = exact(database)
        is_uri = bool(named.get("uri")) and path is not None and path.startswith("file:")
        if path is None or is_kept_in_memory(path):
            return database
        file = unquote(path.removeprefix("file:").partition("?")[0]) if is_uri else path
        redirection = self._redirection
        if is_uri and is_read_only(path):
            request = redirection.reading(file)
            place = None if request is None else request.system
        else:
            request = redirection.changing(file)
            place = None
            if request is not None:
                overlay = redirection.overlay
                for ending in _BESIDE:
                    beside = request.view + ending
                    if redirection.is_copied(request) and overlay.has_lower(beside):
                        overlay.copy_up(beside)
                is_there = overlay.exists(request.view)
                place = redirection.copied(request) if is_there else redirection.room(request)
        if place is None:
            return database
        query = path.partition("?")[2]
        return f"file:{quote(place)}" + (f"?{query}" if query else "") if is_uri else place

    def _authorise(self, action: int, file: str | None, *_: Any) -> int:
        """Refuse to attach real files: there is no way to attach a copy instead."""
        import sqlite3

        if action == sqlite3.SQLITE_ATTACH and file is not None and not is_kept_in_memory(file):
            try:
                self._redirection.watch.attach(file)
            except OSError:
                return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK
