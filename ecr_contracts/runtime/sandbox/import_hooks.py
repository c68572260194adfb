"""What is done once a module is imported, whoever imports it: nothing is loaded that the consumer does not load."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

Action = Callable[[ModuleType], None]


class Arrivals(MetaPathFinder):
    """Waits for modules. A context manager: within it, an action follows the import of the module it waits for.

    An action for a module that is imported already is done at once, on entry.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, list[Action]] = {}
        self._active = False

    def when(self, module: str, action: Action) -> None:
        """Wait for a module of this full name."""
        self._waiting.setdefault(module, []).append(action)
        if self._active and module in sys.modules:
            self._arrived(sys.modules[module])

    def __enter__(self) -> Arrivals:
        self._active = True
        sys.meta_path.insert(0, self)
        for name in list(self._waiting):
            if name in sys.modules:
                self._arrived(sys.modules[name])
        return self

    def __exit__(self, *_: object) -> None:
        self._active = False
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the other finders give, with a loader that tells us."""
        if fullname not in self._waiting:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Telling(spec.loader, self._arrived)
                return spec
        return None

    def _arrived(self, module: ModuleType) -> None:
        for action in self._waiting.pop(module.__name__, ()):
            action(module)


class _Telling(Loader):
    """A loader that loads as another one does, and then tells."""

    def __init__(self, loader: Any, arrived: Action) -> None:
        self._loader, self._tell = loader, arrived

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the loader does."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """As the loader does; it stands in the module afterwards as if nobody had come between."""
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._tell(module)
