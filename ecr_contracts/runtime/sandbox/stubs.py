"""Modules that stand in for ones that are not here: whatever a consumer does with them works, and is noted.

A stub promises nothing of what the real module would answer. What comes of it is true, equal to
itself alone, and empty when it is iterated; JSON carries it as its name. A name with a capital is a
class there, that can be subclassed and caught.
"""

from __future__ import annotations

import contextlib
import json
import sys
from abc import ABCMeta
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FunctionType, MethodType, ModuleType
from typing import Any

from ecr_contracts.core.text import shortened, shown
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.sandbox.hooks import Patches
from ecr_contracts.runtime.sandbox.recorder import Recorder

_DEEPEST = 8  # levels of an argument that are noted
_MOST = 100  # items of a container that are noted
_CLASSES = ("error", "timeout")  # that are written small


class Stubs(MetaPathFinder):
    """Puts stubs in the place of modules of some names, their submodules included; calls of them go to a recorder."""

    def __init__(self, recorder: Recorder, names: Sequence[str]) -> None:
        self._recorder, self._names = recorder, tuple(names)
        self._hidden: dict[str, ModuleType] = {}
        self._patches = Patches()

    def install(self) -> None:
        """Let imports of these names find stubs; modules that are imported already are set aside."""
        self._hidden = {
            name: module for name, module in sys.modules.items() if self._is_stubbed(name)
        }
        for name in self._hidden:
            del sys.modules[name]
        sys.meta_path.insert(0, self)
        if self._names:
            self._patches.set(json.JSONEncoder, "default", _default(json.JSONEncoder.default))

    def remove(self) -> None:
        """Take the stubs away and put back what they stood for."""
        self._patches.undo()
        with contextlib.suppress(ValueError):
            sys.meta_path.remove(self)
        for name, module in list(sys.modules.items()):
            if isinstance(module, _StubModule):
                del sys.modules[name]
                parent, _, last = name.rpartition(".")
                if getattr(sys.modules.get(parent), "__dict__", {}).get(last) is module:
                    delattr(sys.modules[parent], last)
        for name, module in self._hidden.items():
            sys.modules[name] = module
            parent, _, last = name.rpartition(".")
            if parent in sys.modules:
                setattr(sys.modules[parent], last, module)
        self._hidden = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a stub; the parents of a stubbed submodule are real where they are here."""
        if self._is_stubbed(fullname):
            return ModuleSpec(fullname, _StubLoader(self._recorder), is_package=True)
        if any(name.startswith(f"{fullname}.") for name in self._names) and not self._is_here(
            fullname, path
        ):
            return ModuleSpec(fullname, _StubLoader(self._recorder), is_package=True)
        return None

    def _is_here(self, fullname: str, path: Sequence[str] | None) -> bool:
        finders = [
            finder
            for finder in sys.meta_path
            if finder is not self and hasattr(finder, "find_spec")
        ]
        return any(finder.find_spec(fullname, path, None) is not None for finder in finders)

    def _is_stubbed(self, name: str) -> bool:
        return any(name == one or name.startswith(f"{one}.") for one in self._names)


class _StubLoader(Loader):
    """Makes stubs of modules."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """A module in which everything is found."""
        return _StubModule(spec.name, self._recorder)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is run."""


class _StubModule(ModuleType):
    """A module whose every attribute is a stub, or a submodule that was imported."""

    def __init__(self, name: str, recorder: Recorder) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self._ecr_recorder = recorder

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        value = _attribute(f"{self.__name__}.{name}", name, self._ecr_recorder)
        setattr(self, name, value)
        return value


def _attribute(path: str, name: str, recorder: Recorder) -> Any:
    """What stands under a name: a class where it is written like one."""
    if name[:1].isupper() or name in _CLASSES:
        names = {
            "_ecr_path": path,
            "_ecr_recorder": recorder,
            "_ecr_own": True,
            "__module__": path.rpartition(".")[0],
        }
        return _StubClassType(name, (_StubException,), names)
    return _Stub(path, recorder)


class _StubMethods:
    """What can be used in whatever way; calls are noted."""

    _ecr_path: str
    _ecr_recorder: Recorder

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        value = _attribute(f"{self._ecr_path}.{name}", name, self._ecr_recorder)
        setattr(self, name, value)
        return value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and _is_code(args[0]):
            # It decorates: what is decorated is what counts.
            return args[0]
        _note(self, args, kwargs)
        return _Stub(f"{self._ecr_path}()", self._ecr_recorder)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, _: Any) -> Any:
        return self

    def __getitem__(self, key: Any) -> Any:
        return _Stub(f"{self._ecr_path}[{_shown(key)}]", self._ecr_recorder)

    def __setitem__(self, key: Any, value: Any) -> None:
        return None

    def __delitem__(self, key: Any) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __contains__(self, item: Any) -> bool:
        return False

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __await__(self) -> Any:
        yield from ()
        return self

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def __aiter__(self) -> Any:
        return self

    async def __anext__(self) -> Any:
        raise StopAsyncIteration

    def __int__(self) -> int:
        return 0

    __index__ = __int__

    def __float__(self) -> float:
        return 0.0

    def __or__(self, other: Any) -> Any:
        return self

    __ror__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = (
        __rtruediv__
    ) = __or__
    __and__ = __rand__ = __mod__ = __rmod__ = __rshift__ = __rrshift__ = __lshift__ = (
        __rlshift__
    ) = __or__

    def __lt__(self, other: Any) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__

    def __str__(self) -> str:
        return f"<stub {self._ecr_path}>"

    __repr__ = __str__

    def __format__(self, form: str) -> str:
        return str(self)


class _Stub(_StubMethods):
    """What stands under other names, and what calls give."""

    def __init__(self, path: str, recorder: Recorder) -> None:
        self._ecr_path, self._ecr_recorder = path, recorder


class _StubClassType(_StubMethods, ABCMeta):
    """The type of a stub's classes: they are used as stubs are, and as classes."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls.__dict__.get("_ecr_own"):
            if len(args) == 1 and not kwargs and _is_code(args[0]):
                return args[0]
            _note(cls, args, kwargs)
        return type.__call__(cls, *args, **kwargs)

    __hash__ = type.__hash__


class _StubException(_StubMethods, Exception):  # noqa: N818 - it is whatever the stub is taken for
    """An instance of a stub's class; it can be raised."""

    def __init__(self, *args: Any, **_: Any) -> None:
        Exception.__init__(self, *args)

    __hash__ = Exception.__hash__

    def __init_subclass__(cls, **_: Any) -> None:
        super().__init_subclass__()


def _default(written: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """How an encoder writes what is no JSON: stubs as text, for the real value may well be JSON."""

    def default(this: Any, o: Any) -> Any:
        return str(o) if isinstance(o, _StubMethods) else written(this, o)

    return default


def _note(stub: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    content = {"args": _plain(args, 0), "kwargs": _plain(kwargs, 0)}
    stub._ecr_recorder.note(Effect(Sort.STUB, stub._ecr_path, content))


def _is_code(value: Any) -> bool:
    """Whether a value is a function or a class that is no stub's."""
    return isinstance(value, FunctionType | MethodType | staticmethod | type) and not isinstance(
        value, _StubClassType
    )


def _shown(value: Any) -> str:
    return shortened(shown(value), 80)


def _plain(value: Any, depth: int) -> Any:
    """A value as JSON; what JSON has no word for as Python writes it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return value.decode("utf-8", "replace")
        case dict() if depth < _DEEPEST:
            return {
                str(key): _plain(inner, depth + 1) for key, inner in list(value.items())[:_MOST]
            }
        case list() | tuple() if depth < _DEEPEST:
            return [_plain(inner, depth + 1) for inner in value[:_MOST]]
        case set() | frozenset() if depth < _DEEPEST:
            return sorted((_plain(inner, depth + 1) for inner in value), key=str)[:_MOST]
    return _shown(value)
