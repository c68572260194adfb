"""What a consumer replaced of Python's own modules, which our code in its process needs as well.

A consumer may put whatever it likes in the place of `builtins.len` or `time.monotonic`, and our own
code then fails in its process: that is the consumer's doing, and no fault of ours. What was there
before is kept, so that it can be named, and put back to tell of it.
"""

from __future__ import annotations

import builtins
import sys
from types import FunctionType, ModuleType
from typing import Any

__all__ = ["Originals"]

_MODULES = (
    "builtins",
    "ast",
    "collections.abc",
    "contextlib",
    "copy",
    "dataclasses",
    "decimal",
    "gc",
    "hashlib",
    "inspect",
    "io",
    "json",
    "json.decoder",
    "json.encoder",
    "linecache",
    "logging",
    "math",
    "os",
    "os.path",
    "re",
    "signal",
    "sys",
    "tempfile",
    "threading",
    "time",
    "traceback",
    "types",
    "typing",
    "urllib.parse",
    "uuid",
)
"""The modules that our own code calls while a consumer is called, beside those that it imports."""
_MADE_ANEW = frozenset(
    [
        "sys.argv",
        "sys.dont_write_bytecode",
        "sys.excepthook",
        "sys.last_traceback",
        "sys.last_type",
        "sys.last_value",
        "sys.stderr",
        "sys.stdin",
        "sys.stdout",
        "sys.unraisablehook",
        "tempfile.tempdir",
        "threading.excepthook",
    ]
)
"""Attributes that programs set as they run."""
_ABSENT = object()
_PACKAGE = __name__.partition(".")[0]


class Originals:
    """The attributes of Python's modules as they are when this is made."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        for name in {*_MODULES, *_imported()}:
            if name in sys.modules:
                attributes = vars(sys.modules[name])
                self._known[name] = attributes, dict(attributes)
        self._builtins = vars(builtins), dict(vars(builtins))

    def put_back(self) -> list[str]:
        """Put back what was replaced or deleted since; the names of all that.

        Only what the syntax and methods of `dict` do is done until the built-in functions are
        there again.
        """
        attributes, before = self._builtins
        builtins_now = attributes.copy()
        attributes.update(before)
        names: list[str] = []
        for module, (attributes, known) in self._known.items():
            now = builtins_now if module == "builtins" else attributes
            for name, value in known.items():
                value_now = now.get(name, _ABSENT)
                if value_now is value or f"{module}.{name}" in _MADE_ANEW or _is_ours(value_now):
                    continue
                attributes[name] = value
                names.append(f"{module}.{name}")
        return sorted(names)


def _imported() -> set[str]:
    """The modules of Python's own that a name in a module of ours stands for."""
    modules = [module for name, module in [*sys.modules.items()] if name.startswith(_PACKAGE)]
    return {
        value.__name__
        for module in modules
        for value in [*vars(module).values()]
        if type(value) is ModuleType and value.__name__.partition(".")[0] in sys.stdlib_module_names
    }


def _is_ours(value: object) -> bool:
    """Whether the sandbox put a function or class there."""
    return type(value) in (FunctionType, type) and str(value.__module__).startswith(_PACKAGE)
