"""What the interpreter announces of files: changes are recorded, those to real files refused.

What a consumer asks for goes to copies before it is announced (`calls`, `opening`). What comes here
and would still change a real file has found another way to the system: it is refused.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from ecr_contracts.discovery.user_code import UserCode, is_below
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.sandbox.files.callers import Caller, Callers
from ecr_contracts.runtime.sandbox.files.database_names import is_kept_in_memory, is_read_only
from ecr_contracts.runtime.sandbox.files.overlay import Overlay
from ecr_contracts.runtime.sandbox.files.places import (
    Place,
    exact,
    is_output,
    real_path,
    real_path_of,
)
from ecr_contracts.runtime.sandbox.files.secret_stores import SecretStores
from ecr_contracts.runtime.sandbox.recorder import Recorder

__all__ = ["Watch"]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Watch:
    """Records the changes that a consumer makes, and refuses those to real files.

    Without an `overlay` nothing is refused. In a process that is a consumer's as a whole, whoever
    makes them is refused; else the consumer is.
    """

    def __init__(self, recorder: Recorder, user_code: UserCode, *, whole: bool = False) -> None:
        self._recorder = recorder
        self.callers = Callers(user_code, whole=whole)
        self._whole = whole
        self._overlay: Overlay | None = None
        self._stores: SecretStores | None = None
        self.on_read: Callable[[Any], None] = lambda _: None
        """Called with each file that is opened for reading."""
        self._scratch = frozenset[str]()
        self._data_files: tuple[str, ...] = ()
        self._local = threading.local()
        entry, file = self._entry, self._file
        self.handlers: Mapping[str, Callable[..., None]] = {
            "open": self._open,
            "os.remove": self._remove,
            "os.rename": self._rename,
            "os.link": lambda source, target, *folders: self._link(source, target, *folders),
            "os.mkdir": lambda path, _, folder=-1: entry(path, folder),
            "os.rmdir": lambda path, folder=-1: entry(path, folder),
            "os.symlink": lambda _, path, folder=-1: entry(path, folder),
            "os.truncate": lambda path, _: file(path),
            "os.chmod": lambda path, _, folder=-1: file(path, folder),
            "os.chown": lambda path, _, __, folder=-1: file(path, folder),
            "os.chflags": lambda path, _: file(path),
            "os.utime": lambda path, _, __, folder=-1: file(path, folder),
            "os.setxattr": lambda path, *_: file(path),
            "os.removexattr": lambda path, *_: file(path),
            "os.listdir": lambda path: self._look(path),
            "os.scandir": lambda path: self._look(path),
            "sqlite3.connect": lambda database: self._connect(database),
        }
        """What is done at each audit event, whose arguments they take."""

    @property
    def user_code(self) -> UserCode:
        """The consumer's own code."""
        return self.callers.user_code

    @user_code.setter
    def user_code(self, user_code: UserCode) -> None:
        self.callers.user_code = user_code

    @property
    def saying(self) -> dict[str, str]:
        """What the current thread has said for the system paths that it is about to use."""
        saying: dict[str, str] | None = getattr(self._local, "saying", None)
        if saying is None:
            saying = self._local.saying = {}
        return saying

    def begin(self) -> None:
        """Find the temporary folders."""
        self.callers.begin()
        tops = ("/tmp", tempfile.gettempdir())
        self._scratch = frozenset([*tops, *map(real_path, tops)])

    def hold(self, overlay: Overlay, stores: SecretStores) -> None:
        """Refuse what would change real files, and what would read the stores of secrets."""
        self._overlay, self._stores = overlay, stores
        if "coverage" in sys.modules:
            file = os.environ.get("COVERAGE_FILE") or ".coverage"
            self._data_files = (real_path(os.path.join(os.getcwd(), file)),)

    def release(self) -> None:
        """Refuse nothing any more."""
        self._overlay = self._stores = None

    # Recording
    # ----------------------------------------------------------------------------------------------

    def note(self, path: str, action: str, target: str | None = None) -> None:
        """Record that a consumer changes a file, whose path is absolute."""
        places = [path] if target is None else [path, target]
        if _is_python_cache(path) or is_below(path, "/dev") or not self._is_consumers():
            return
        shown = [self.user_code.shown(self._shown(place)) for place in places]
        content = {"action": action}
        if target is not None:
            content["to"] = shown[1]
        temporary = all(map(self.is_temporary, places))
        self._recorder.note(Effect(Sort.FILE, shown[0], content, reads=temporary))

    def note_lasting(self, path: str, action: str, target: str | None = None) -> None:
        """The same, unless it is gone with the container."""
        if not self.is_temporary(path):
            self.note(path, action, target)

    def refusal(self, path: str, said: Any) -> OSError:
        """The error of a change that is refused, which is recorded."""
        shown = self.user_code.shown(self._shown(path))
        content = {"action": "write"}
        self._recorder.note(Effect(Sort.FILE, shown, content, refused=True))
        message = f"the sandbox changes no real file; --allow-write {shown} lets it through"
        return OSError(errno.EROFS, message, said)

    def is_temporary(self, path: str) -> bool:
        """Whether a file is gone with the container.

        It lies in a temporary folder, and not with the whole project in there.
        """
        return any(
            (path == folder or is_below(path, folder)) and not self._is_with_project(path, folder)
            for folder in self._scratch
        )

    def _is_with_project(self, path: str, folder: str) -> bool:
        """Whether a file below a folder belongs to the project or the home, which lie below it."""
        projects = (*self.user_code.roots, self.user_code.start, os.path.expanduser("~"))
        return any(is_below(root, folder) and is_below(path, root) for root in projects)

    def _shown(self, path: str) -> str:
        """A path without the folder of this run."""
        if self._overlay is None:
            return path
        places = self._overlay.places
        if is_below(path, places.home):
            return os.path.join("~", path[len(places.home) + 1 :])
        if is_below(path, places.tmp):
            return "/tmp" + path[len(places.tmp) :]
        return path

    def _is_consumers(self) -> bool:
        return self.callers.caller() is not Caller.OTHER

    # Events
    # ----------------------------------------------------------------------------------------------

    def _open(self, path: Any, mode: str | None, flags: int) -> None:
        writes, action = bool(flags & _WRITING), "write"
        if mode is not None:
            writes = not set("wax+").isdisjoint(mode)
            action = "append" if "a" in mode else "write"
        if not writes:
            self._look(path, is_unsure=mode is None)
            self.on_read(path)
            return
        if flags & os.O_RDWR or (mode is not None and "+" in mode):
            self.on_read(path)
        place = _absolute(path)
        if place is None or self._is_ours():
            return
        # A folder is "written" where tempfile makes a file in it that never has a name, or whose
        # own event follows.
        is_folder = os.path.isdir(place)
        if not is_folder or self._overlay is not None:
            self._file(path)
            if mode is None and self._overlay is not None and not os.path.isabs(os.fspath(path)):
                # It may be relative to an open folder, of which no event tells.
                self._refuse_unless(path, place, is_free=False)
        if not is_folder:
            self.note(self._said(place), action)

    def _remove(self, path: Any, folder: int = -1) -> None:
        place = _absolute(path, folder)
        if place is not None and not self._is_ours():
            self._entry(path, folder)
            self.note(self._said(place), "remove")

    def _rename(
        self, source: Any, target: Any, source_folder: int = -1, target_folder: int = -1
    ) -> None:
        old, new = _absolute(source, source_folder), _absolute(target, target_folder)
        if old is not None and new is not None and not self._is_ours():
            self._entry(source, source_folder)
            self._entry(target, target_folder)
            self.note(self._said(old), "rename", self._said(new))

    def _link(
        self, source: Any, target: Any, source_folder: int = -1, target_folder: int = -1
    ) -> None:
        # Who writes to the one writes to the other.
        self._entry(source, source_folder)
        self._entry(target, target_folder)

    def attach(self, file: str) -> None:
        """Refuse to let SQLite change a real file. Raises OSError."""
        self._file(file)

    def _said(self, place: str) -> str:
        """The path that the current thread has said for a system path."""
        said = self.saying.get(place)
        if said is not None or self._overlay is None:
            return said or place
        return self._overlay.view(place)

    def _entry(self, path: Any, folder: int = -1) -> None:
        """Refuse to change an entry of a real folder."""
        place = _absolute(path, folder)
        if self._overlay is None or place is None or self._is_ours():
            return
        above, name = os.path.split(place)
        self._refuse_unless(path, place, is_free=self._is_free(f"{real_path(above)}/{name}"))

    def _file(self, path: Any, folder: int = -1) -> None:
        """Refuse to change a real file, which a path leads to."""
        place = real_path_of(path) if isinstance(path, int) else _absolute(path, folder)
        if self._overlay is None or place is None or self._is_ours():
            return
        if isinstance(path, int) or not is_output(place):
            self._refuse_unless(path, place, is_free=self._is_free(real_path(place)))

    def _refuse_unless(self, path: Any, place: str, *, is_free: bool) -> None:
        assert self._overlay is not None
        self._overlay.note_change()
        if not is_free and (self._whole or self.callers.caller() is Caller.CONSUMER):
            raise self.refusal(place, path)

    def _is_free(self, place: str) -> bool:
        """Whether anybody may change a system path."""
        assert self._overlay is not None
        places = self._overlay.places
        if is_below(place, places.scratch) or places.of(place) is Place.REAL:
            return True
        return place.startswith(self._data_files) if self._data_files else False

    def _is_ours(self) -> bool:
        """Whether the overlay itself is at work."""
        return self._overlay is not None and self._overlay.is_at_work

    def _look(self, path: Any, *, is_unsure: bool = False) -> None:
        """Refuse to look into a store of secrets.

        A path that `is_unsure` may be relative to an open folder, of which no event tells.
        """
        stores, place = self._stores, None if path is None else _absolute(path)
        if stores is None or place is None:
            return
        is_secret = False
        if stores.may_hold(place):
            is_secret = stores.holds(real_path(place))
            is_secret |= is_unsure and not os.path.isabs(path) and stores.may_hold(path)
        if not (is_secret or stores.has_file(place)):
            return
        if self._whole or self.callers.caller() is Caller.CONSUMER:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    def _connect(self, database: Any) -> None:
        """Refuse to let SQLite open a real file for writing."""
        text = database if isinstance(database, str) else os.fsdecode(database)
        is_uri = text.startswith("file:")
        if not is_kept_in_memory(text) and not (is_uri and is_read_only(text)):
            file = unquote(text.removeprefix("file:").partition("?")[0]) if is_uri else text
            self._file(file)


def _absolute(path: Any, folder: int = -1) -> str | None:
    """An absolute path; None for an open file."""
    text = exact(path)
    if text is None or isinstance(path, int):
        return None
    if folder >= 0 and not text.startswith("/"):
        text = os.path.join(real_path_of(folder) or "/", text)
    return os.path.abspath(text)


def _is_python_cache(path: str) -> bool:
    """Whether a file is of Python's own caches."""
    return "__pycache__" in path.split(os.sep) or ".pyc" in os.path.basename(path)
