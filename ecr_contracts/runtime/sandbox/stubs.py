"""Stub modules for modules that are not here: every use of them works, and calls are recorded.

A stub promises nothing of what the real module would answer. What comes of it is true, equal to
itself alone, and empty when it is iterated; JSON carries it as its name. A name with a capital is a
class there, that can be subclassed and caught.

`unittest.mock` does not serve here: no class can be derived from a `MagicMock` or caught by
`except`, its own attributes (`name`, `called`, `assert_…`) hide those of the module, and importing
it loads asyncio into the consumer's process.
"""

from __future__ import annotations

import contextlib
import json
import sys
from abc import ABCMeta
from collections.abc import Callable, Iterator, Sequence, Sized
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FunctionType, MethodType, ModuleType
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.text import shortened, shown
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.sandbox.hooks import Patches
from ecr_contracts.runtime.sandbox.recorder import Recorder

__all__ = ["Stubs"]

_SMALL_CLASSES = ("error", "timeout")
"""Names of classes that have no capital."""


class Stubs(MetaPathFinder):
    """Puts stubs in the place of modules of some names, their submodules included."""

    def __init__(self, recorder: Recorder, names: Sequence[str]) -> None:
        self._recorder, self._names = recorder, tuple(names)
        self._hidden: dict[str, ModuleType] = {}
        self._patches = Patches()

    def install(self) -> None:
        """Let imports of these names find stubs; modules imported before are set aside."""
        modules = sys.modules.items()
        self._hidden = {name: module for name, module in modules if self._is_stubbed(name)}
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
        if self._is_stubbed(fullname) or (
            self._is_parent(fullname) and not _is_here(fullname, path, self)
        ):
            return ModuleSpec(fullname, _StubLoader(self._recorder), is_package=True)
        return None

    def _is_parent(self, name: str) -> bool:
        return any(stubbed.startswith(f"{name}.") for stubbed in self._names)

    def _is_stubbed(self, name: str) -> bool:
        return any(name == stubbed or name.startswith(f"{stubbed}.") for stubbed in self._names)


def _is_here(fullname: str, path: Sequence[str] | None, stubs: Stubs) -> bool:
    """Whether another finder than the stubs' has a module."""
    for finder in sys.meta_path:
        if finder is stubs or not hasattr(finder, "find_spec"):
            continue
        if finder.find_spec(fullname, path, None) is not None:
            return True
    return False


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
        return _attribute(self, self.__name__, name)


def _attribute(owner: Any, owner_path: str, name: str) -> Any:
    """The stub under a name of a stub, the same each time: a class where it is written like one."""
    if name.startswith("__") and name.endswith("__"):
        raise AttributeError(name)
    path, recorder = f"{owner_path}.{name}", owner._ecr_recorder
    value: Any = _Stub(path, recorder)
    if name[:1].isupper() or name in _SMALL_CLASSES:
        members = {
            "_ecr_path": path,
            "_ecr_recorder": recorder,
            "_ecr_own": True,
            "__module__": owner_path,
        }
        value = _StubClass(name, (_StubInstance,), members)
    setattr(owner, name, value)
    return value


# What can be used in whatever way
# --------------------------------------------------------------------------------------------------


class _Usable:
    """An object that can be used in whatever way; its calls are recorded."""

    _ecr_path: str
    _ecr_recorder: Recorder

    def __getattr__(self, name: str) -> Any:
        return _attribute(self, self._ecr_path, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if _is_decorating(args, kwargs):
            return args[0]
        _record(self, args, kwargs)
        return _Stub(f"{self._ecr_path}()", self._ecr_recorder)

    def __getitem__(self, key: Any) -> Any:
        return _Stub(f"{self._ecr_path}[{_shown(key)}]", self._ecr_recorder)

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __await__(self) -> Any:
        yield from ()
        return self

    async def __aenter__(self) -> Any:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def __anext__(self) -> Any:
        raise StopAsyncIteration

    def __str__(self) -> str:
        return f"<stub {self._ecr_path}>"

    __repr__ = __str__

    def __format__(self, form: str) -> str:
        return str(self)


_CONSTANTS = (
    ("__bool__", True),
    ("__contains__ __lt__ __le__ __gt__ __ge__", False),
    ("__len__ __int__ __index__", 0),
    ("__float__", 0.0),
    ("__setitem__ __delitem__ __exit__", None),
)
"""Special methods that give a constant."""
_ITSELF = (
    "__enter__ __aiter__ __copy__ __deepcopy__ __add__ __radd__ __sub__ __rsub__ __mul__ __rmul__"
    " __truediv__ __rtruediv__ __mod__ __rmod__ __and__ __rand__ __or__ __ror__"
    " __lshift__ __rlshift__ __rshift__ __rrshift__"
)
"""Special methods that give the stub itself."""


def _giving(value: Any) -> Callable[..., Any]:
    return lambda self, *_: value


def _itself(self: Any, *_: Any) -> Any:
    return self


for _names, _value in _CONSTANTS:
    for _name in _names.split():
        setattr(_Usable, _name, _giving(_value))
for _name in _ITSELF.split():
    setattr(_Usable, _name, _itself)


class _Stub(_Usable):
    """What stands under a name without a capital, and what calls give."""

    def __init__(self, path: str, recorder: Recorder) -> None:
        self._ecr_path, self._ecr_recorder = path, recorder


class _StubClass(_Usable, ABCMeta):
    """The type of a stub's classes: they are used as stubs are, and as classes."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls.__dict__.get("_ecr_own"):
            if _is_decorating(args, kwargs):
                return args[0]
            _record(cls, args, kwargs)
        return type.__call__(cls, *args, **kwargs)

    __hash__ = type.__hash__


class _StubInstance(_Usable, Exception):  # noqa: N818 - it is whatever the stub is taken for
    """An instance of a stub's class; it can be raised."""

    def __init__(self, *args: Any, **_: Any) -> None:
        Exception.__init__(self, *args)

    __hash__ = Exception.__hash__

    def __init_subclass__(cls, **_: Any) -> None:
        super().__init_subclass__()


# What is recorded and written of stubs
# --------------------------------------------------------------------------------------------------


def _default(default: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A `JSONEncoder.default` that writes stubs as text, for the real value may well be JSON."""

    def default_with_stubs(self: Any, o: Any) -> Any:
        return str(o) if isinstance(o, _Usable) else default(self, o)

    return default_with_stubs


def _record(stub: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    content = {"args": _plain(args, 0), "kwargs": _plain(kwargs, 0)}
    stub._ecr_recorder.note(Effect(Sort.STUB, stub._ecr_path, content))


def _is_decorating(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a call decorates a function or class that is no stub's, which is what counts then."""
    if len(args) != 1 or kwargs or isinstance(args[0], _StubClass):
        return False
    return isinstance(args[0], FunctionType | MethodType | staticmethod | type)


def _shown(value: Any) -> str:
    return shortened(shown(value), 80)


def _plain(value: Any, depth: int) -> Any:
    """A value as JSON; what JSON has no word for as Python writes it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return value.decode("utf-8", "replace")
        case dict() if depth < limits.ARGUMENT_LEVELS:
            items = list(value.items())[: limits.ARGUMENT_ITEMS]
            members = {str(key): _plain(inner, depth + 1) for key, inner in items}
            if len(value) > len(items):
                members["…"] = _rest(value)
            return members
        case list() | tuple() if depth < limits.ARGUMENT_LEVELS:
            elements = [_plain(inner, depth + 1) for inner in value[: limits.ARGUMENT_ITEMS]]
            return elements + [_rest(value)] * (len(value) > len(elements))
        case set() | frozenset() if depth < limits.ARGUMENT_LEVELS:
            elements = sorted((_plain(inner, depth + 1) for inner in value), key=str)
            kept = elements[: limits.ARGUMENT_ITEMS]
            return kept + [_rest(value)] * (len(value) > len(kept))
    return _shown(value)


def _rest(container: Sized) -> str:
    """What stands for the items of a container that are not recorded."""
    return f"(left out: {len(container) - limits.ARGUMENT_ITEMS} more)"
