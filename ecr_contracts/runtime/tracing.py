"""Dynamic tracing of one call: the values of its event that it reads, and its own lines that run.

The event is a copy whose dicts and lists note each look-up. Values that code written in C takes out
of a dict directly are not seen; who uses a trace must reckon with that.
"""

from __future__ import annotations

import gc
import hashlib
import sys
from collections.abc import Callable, Collection
from types import FrameType
from typing import Any, NamedTuple

from ecr_contracts.core import json_path
from ecr_contracts.core.package import is_own_file
from ecr_contracts.discovery.user_code import UserCode, is_standard

__all__ = ["Trace", "Tracer"]

_AUDITED = (
    "ftplib.",
    "http.client.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "shutil.",
    "smtplib.",
    "socket.",
    "sqlite3.",
    "subprocess.",
    "urllib.",
)
"""Audit events of the interpreter (PEP 578) that are side effects."""


class Trace(NamedTuple):
    """What one call read and ran.

    `paths_read` are paths of the payload, `line_digest` is a hash of its own lines in the order in
    which they ran, and `side_effects` name what it set going: audit events, and packages of others.
    `lines` are the same lines, each once, with their files.
    """

    paths_read: tuple[str, ...]
    line_digest: str
    side_effects: tuple[str, ...]
    lines: tuple[tuple[str, int], ...] = ()


class Tracer:
    """Traces one call: give the consumer `event(payload)` in a `with` block, then read `trace()`.

    Calls of packages `aside` are no side effects: what comes of them is seen elsewhere.
    """

    def __init__(self, user_code: UserCode, aside: Collection[str] = ()) -> None:
        self._user_code = user_code
        self._aside = aside
        self._paths: dict[str, None] = {}
        self._lines = hashlib.sha256()
        self._ran: dict[tuple[str, int], None] = {}
        self._side_effects: dict[str, None] = {}
        self._previous: Any = None
        self._owned: dict[str, bool | None] = {}
        self._active = True

    def event(self, payload: Any, steps: json_path.Steps = ()) -> Any:
        """A copy of a JSON value that notes what is read of it."""
        if isinstance(payload, dict):
            members = {key: self.event(value, (*steps, key)) for key, value in payload.items()}
            return _TracingDict(self, steps, members)
        if isinstance(payload, list):
            elements = [self.event(value, (*steps, at)) for at, value in enumerate(payload)]
            return _TracingList(self, steps, elements)
        return payload

    def note(self, steps: tuple[Any, ...]) -> None:
        """Note that the value at a path is read; a key that is no text is written by `repr`."""
        if self._active:
            shown = [step if isinstance(step, int | str) else repr(step) for step in steps]
            self._paths[json_path.show(shown)] = None

    def __enter__(self) -> Tracer:
        _install_audit_hook()
        _LISTENERS.append(self._audit)
        # A collection runs whenever it likes, and calls back whoever asked for it (Hypothesis
        # does): that would be a side effect of the call by chance.
        self._collects = gc.isenabled()
        gc.disable()
        self._previous = sys.gettrace()
        sys.settrace(self._step)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._previous)
        if self._collects:
            gc.enable()
        _LISTENERS.remove(self._audit)
        self._active = False

    def trace(self) -> Trace:
        """What was read and run."""
        digest = self._lines.hexdigest()
        return Trace(tuple(self._paths), digest, tuple(self._side_effects), tuple(self._ran))

    def _step(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        """The trace function of `sys.settrace`."""
        file = frame.f_code.co_filename
        if file not in self._owned:
            self._owned[file] = self._user_code.owns(file)
            if not self._owned[file]:
                self._enter_foreign(file, str(frame.f_globals.get("__name__", file)))
        if frame.f_code.co_qualname == "Thread.start":
            # There is no audit event for it, and what happens in the thread is not seen.
            self._side_effects["threading.Thread.start"] = None
        if not self._owned[file]:
            return None
        if event == "line":
            self._lines.update(f"{file}:{frame.f_lineno};".encode())
            self._ran[file, frame.f_lineno] = None
        return self._step

    def _enter_foreign(self, file: str, module: str) -> None:
        """Note that a file of another package is entered: its code may do anything."""
        if file.startswith("<") or is_standard(file) or is_own_file(file):
            return
        if module.partition(".")[0] not in self._aside:
            self._side_effects[f"calls {module}"] = None

    def _audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name.startswith(_AUDITED) or (name == "open" and _writes(arguments)):
            self._side_effects[name] = None


def _writes(arguments: tuple[Any, ...]) -> bool:
    mode = arguments[1] if len(arguments) > 1 else None
    return isinstance(mode, str) and any(letter in mode for letter in "wax+")


# Audit events
# --------------------------------------------------------------------------------------------------

_LISTENERS: list[Callable[[str, tuple[Any, ...]], None]] = []
_INSTALLED: list[bool] = []


def _install_audit_hook() -> None:
    """Hear of the interpreter's audit events; once, since a hook cannot be removed."""
    if not _INSTALLED:
        _INSTALLED.append(True)
        sys.addaudithook(_hear)


def _hear(name: str, arguments: tuple[Any, ...]) -> None:
    for listener in _LISTENERS:
        listener(name, arguments)


# Containers that note what is read of them
# --------------------------------------------------------------------------------------------------


def _noting(base: type[Any], name: str, note: Callable[..., None]) -> Callable[..., Any]:
    """A method of `dict` or `list` that first notes what it reads."""
    method = getattr(base, name)

    def noting(self: Any, *arguments: Any, **named: Any) -> Any:
        note(self, *arguments)
        return method(self, *arguments, **named)

    noting.__name__, noting.__doc__ = name, f"As a {base.__name__}'s."
    return noting


def _add_methods(kind: type[Any], base: type[Any], table: dict[Callable[..., None], str]) -> None:
    """Add methods to a container: for each way to note, the names of those that note so."""
    for note, names in table.items():
        for name in names.split():
            setattr(kind, name, _noting(base, name, note))


def _note_deep(values: Any) -> None:
    for value in values:
        if isinstance(value, _TracingDict | _TracingList):
            value._note_all()


class _TracingDict(dict[Any, Any]):
    """A JSON object that notes what is read of it: `*` stands for the number of its members."""

    def __init__(
        self, tracer: Tracer | None = None, steps: json_path.Steps = (), value: Any = ()
    ) -> None:
        super().__init__(value)
        self._tracer, self._steps = tracer, steps

    def _note(self, *keys: Any) -> None:
        if self._tracer is not None:
            for key in keys:
                self._tracer.note((*self._steps, key))

    def _note_key(self, key: Any, *_: Any) -> None:
        self._note(key)

    def _note_keys(self, *_: Any) -> None:
        self._note(*dict.keys(self))

    def _note_length(self) -> None:
        self._note("*")

    def _note_all(self, *_: Any) -> None:
        self._note(*dict.keys(self))
        _note_deep(dict.values(self))

    __hash__ = None  # as a dict

    def __or__(self, other: Any) -> Any:
        self._note_all()
        return dict(self) | other

    def __reduce__(self) -> Any:
        self._note_all()
        return dict, (dict(dict.items(self)),)

    def copy(self) -> Any:
        """A copy that notes as this one does."""
        return _TracingDict(self._tracer, self._steps, dict(dict.items(self)))

    __copy__ = copy


_add_methods(
    _TracingDict,
    dict,
    {
        _TracingDict._note_key: "__getitem__ __contains__ get pop setdefault",
        _TracingDict._note_keys: "__iter__ __reversed__ keys values items",
        _TracingDict._note_length: "__len__",
        _TracingDict._note_all: "__eq__ __ne__ __repr__ popitem",
    },
)


class _TracingList(list[Any]):
    """A JSON array that notes what is read of it: `*` stands for the number of its elements."""

    def __init__(
        self, tracer: Tracer | None = None, steps: json_path.Steps = (), value: Any = ()
    ) -> None:
        super().__init__(value)
        self._tracer, self._steps = tracer, steps

    def _note(self, *positions: int) -> None:
        """Note that some elements are read and, unless it is a single one, how many there are."""
        if self._tracer is not None:
            for position in positions:
                self._tracer.note((*self._steps, position))
            if len(positions) != 1:
                self._tracer.note((*self._steps, "*"))

    def _note_index(self, index: Any) -> None:
        positions = range(list.__len__(self))
        if isinstance(index, int) and -len(positions) <= index < len(positions):
            self._note(positions[index])
        else:
            self._note(*positions)

    def _note_length(self) -> None:
        self._note()

    def _note_elements(self, *_: Any) -> None:
        self._note(*range(list.__len__(self)))

    def _note_all(self, *_: Any) -> None:
        self._note(*range(list.__len__(self)))
        _note_deep(list.__iter__(self))

    __hash__ = None  # as a list

    def __reduce__(self) -> Any:
        self._note_all()
        return list, (list(list.__iter__(self)),)

    def __add__(self, other: Any) -> Any:
        self._note_elements()
        return list(self) + other

    def __radd__(self, other: Any) -> Any:
        return other + list(self) if isinstance(other, list) else NotImplemented


_add_methods(
    _TracingList,
    list,
    {
        _TracingList._note_index: "__getitem__",
        _TracingList._note_elements: "__iter__ __reversed__ __mul__ __rmul__ copy pop",
        _TracingList._note_length: "__len__",
        _TracingList._note_all: (
            "__contains__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __repr__ count index"
        ),
    },
)
