"""The files of a sandbox as a whole: what is replaced from `install` to `remove`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.sandbox.files.calls import Calls
from ecr_contracts.runtime.sandbox.files.databases import Databases
from ecr_contracts.runtime.sandbox.files.kept import Kept
from ecr_contracts.runtime.sandbox.files.opening import Opening
from ecr_contracts.runtime.sandbox.files.overlay import Overlay
from ecr_contracts.runtime.sandbox.files.places import TEMPORARY, Places
from ecr_contracts.runtime.sandbox.files.programs import redirect_programs
from ecr_contracts.runtime.sandbox.files.redirection import Redirection
from ecr_contracts.runtime.sandbox.files.secret_stores import SecretStores, homes
from ecr_contracts.runtime.sandbox.files.system import ORIGINALS, real
from ecr_contracts.runtime.sandbox.files.watch import Watch
from ecr_contracts.runtime.sandbox.hooks import ImportHooks, Patches
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.scratch import Lock, Scratch, make

__all__ = ["Files"]


class Files:
    """Copy-on-write for the consumer's files.

    `scratch` is the folder of this process for that; without one, the process is not the
    consumer's alone, and a folder is made that goes with the sandbox. There the temporary folder is
    as it is.
    """

    def __init__(
        self,
        watch: Watch,
        settings: Settings,
        user_code: UserCode,
        scratch: str | None = None,
        import_hooks: ImportHooks | None = None,
        *,
        homes: Sequence[str] = (),
    ) -> None:
        self._watch, self._settings, self._user_code = watch, settings, user_code
        self._given = scratch
        self._made: Scratch | None = None
        self._hold: Lock | None = None
        self._import_hooks, self._homes = import_hooks, homes
        self._patches = Patches()
        self._kept: Kept | None = None

    def install(self) -> None:
        """Redirect from now on. On Windows nothing is redirected."""
        if os.name != "posix":
            return
        scratch = self._given
        temporary: tuple[str, ...] = ()
        if scratch is None:
            self._made, self._hold = make()
            scratch = self._made.folder
            temporary = TEMPORARY, tempfile.gettempdir()
        projects = (*self._user_code.roots, self._user_code.start)
        places = Places(scratch, self._settings.allow_write, temporary, projects)
        places.make()
        overlay = Overlay(places)
        stores = SecretStores((*self._homes, *homes()), self._user_code)
        redirection = Redirection(overlay, self._watch.callers, stores, self._watch)
        self._kept = Kept(overlay, always=bool(self._settings.allow_processes))
        self._replace(redirection)
        Databases(redirection, self._patches).install(self._import_hooks)
        redirect_programs(redirection, self._patches)
        self._watch.hold(overlay, stores)

    def keep(self) -> None:
        """Let each call begin with the files as they are now."""
        if self._kept is not None:
            self._kept.keep()

    def restore(self) -> None:
        """Make the files what they were at `keep`."""
        if self._kept is not None:
            self._kept.restore()

    def remove(self) -> None:
        """Put everything back."""
        self._watch.release()
        self._kept = None
        self._patches.undo()
        if self._made is not None and self._hold is not None:
            self._made.remove()
            self._hold.release()
        self._made = self._hold = None

    def _replace(self, redirection: Redirection) -> None:
        opening = Opening(redirection)
        functions: dict[str, Any] = dict(Calls(redirection).replacements())
        functions["open"] = opening.open
        ours = {id(ORIGINALS[name]): function for name, function in functions.items()}
        ours[id(real.open_file)] = opening.open_file
        ours[id(real.open_code)] = opening.open_code
        system = sys.modules["posix"]
        for name, function in functions.items():
            for module in (os, system):
                if vars(module).get(name) is ORIGINALS[name]:
                    self._patches.set(module, name, function)
        for module in list(sys.modules.values()):
            self._replace_taken(module, ours)

    def _replace_taken(self, module: Any, ours: Mapping[int, Any]) -> None:
        """Replace what a module that was imported before has taken, by whatever name."""
        held = getattr(module, "__dict__", {})
        if ours.keys().isdisjoint(map(id, list(held.values()))):
            return
        for name, value in list(held.items()):
            if id(value) in ours:
                self._patches.set(module, name, ours[id(value)])
