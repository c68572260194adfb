"""Hooks into other people's modules: actions after an import, and attributes replaced for a while.

Nothing is loaded that the consumer does not load: `ImportHooks` waits for a module, whoever imports
it, and `Patches` replaces its attributes for a while.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["ImportHooks", "Patches"]

Action = Callable[[ModuleType], None]
_ABSENT = object()


class ImportHooks(MetaPathFinder):
    """Calls an action with a module right after its import, within a `with` block.

    An action for a module that is imported already is called at once, on entry.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, list[Action]] = {}
        self._active = False

    def after_import(self, module: str, action: Action) -> None:
        """Call an action once a module of this full name is imported."""
        self._waiting.setdefault(module, []).append(action)
        if self._active and module in sys.modules:
            self._imported(sys.modules[module])

    def __enter__(self) -> ImportHooks:
        self._active = True
        sys.meta_path.insert(0, self)
        for name in list(self._waiting):
            if name in sys.modules:
                self._imported(sys.modules[name])
        return self

    def __exit__(self, *_: object) -> None:
        self._active = False
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the other finders give, with a loader that calls the actions."""
        if fullname not in self._waiting:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _HookedLoader(spec.loader, self._imported)
                return spec
        return None

    def _imported(self, module: ModuleType) -> None:
        for action in self._waiting.pop(module.__name__, ()):
            action(module)


class _HookedLoader(Loader):
    """A loader that loads as another one does, and then calls an action."""

    def __init__(self, loader: Any, action: Action) -> None:
        self._loader, self._action = loader, action

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the loader does."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """As the loader does; the module then names that loader, as if there were no hook."""
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._action(module)


class Patches:
    """Attributes that are replaced for a while; each once, however often that is asked for."""

    def __init__(self) -> None:
        self._originals: dict[tuple[int, str], tuple[Any, str, Any]] = {}

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Replace an attribute of a class or module."""
        key = id(owner), name
        if key not in self._originals:
            self._originals[key] = owner, name, vars(owner).get(name, _ABSENT)
            setattr(owner, name, value)

    def undo(self) -> None:
        """Put back the very objects that were there; what others put over ours goes as well."""
        while self._originals:
            _, (owner, name, value) = self._originals.popitem()
            if value is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
