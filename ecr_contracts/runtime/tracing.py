"""What a consumer looks at in an event: a copy that notes which of its values are read, and a trail of the lines run.

Values that code written in C takes out of a dict directly are not seen; who asks must reckon with
that.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Collection, Iterator
from types import FrameType
from typing import Any, NamedTuple

from ecr_contracts.core import json_path
from ecr_contracts.core.package import is_own_file
from ecr_contracts.discovery.user_code import UserCode, is_standard

_EFFECTS = ("ftplib.", "http.client.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "shutil.",
            "smtplib.", "socket.", "sqlite3.", "subprocess.", "urllib.")  # fmt: skip


class Watched(NamedTuple):
    """What one call looked at: paths of the payload, a digest of its own lines in order, and what it set going."""

    read: tuple[str, ...]
    trail: str
    effects: tuple[str, ...]


class Watcher:
    """Watches one call: give the consumer `event(payload)` within `watching()`, then ask for `seen()`.

    Calls of packages `aside` do not count as setting something going: what comes of them is seen
    elsewhere.
    """

    def __init__(self, user_code: UserCode, aside: Collection[str] = ()) -> None:
        self._user_code = user_code
        self._aside = aside
        self._read: dict[str, None] = {}
        self._trail = hashlib.sha256()
        self._effects: dict[str, None] = {}
        self._before: Any = None
        self._owned: dict[str, bool | None] = {}
        self._on = True

    def event(self, payload: Any, steps: json_path.Steps = ()) -> Any:
        """A copy of a JSON value that notes what is read of it."""
        if isinstance(payload, dict):
            return _Object(
                self,
                steps,
                {key: self.event(value, (*steps, key)) for key, value in payload.items()},
            )
        if isinstance(payload, list):
            return _Array(
                self,
                steps,
                [self.event(value, (*steps, number)) for number, value in enumerate(payload)],
            )
        return payload

    def note(self, steps: json_path.Steps) -> None:
        """That something is read."""
        if self._on:
            self._read[
                json_path.show(
                    step if isinstance(step, int | str) else repr(step) for step in steps
                )
            ] = None

    def __enter__(self) -> Watcher:
        _listen()
        _LISTENERS.append(self._heard)
        self._before = sys.gettrace()
        sys.settrace(self._traced)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)
        _LISTENERS.remove(self._heard)
        self._on = False

    def seen(self) -> Watched:
        """What was looked at."""
        return Watched(tuple(self._read), self._trail.hexdigest(), tuple(self._effects))

    def _traced(self, frame: FrameType, what: str, _: Any) -> Callable[..., Any] | None:
        file = frame.f_code.co_filename
        if file not in self._owned:
            self._owned[file] = self._user_code.owns(file)
            name = str(frame.f_globals.get("__name__", file))
            other = not (
                self._owned[file] or file.startswith("<") or is_standard(file) or is_own_file(file)
            )
            if other and name.partition(".")[0] not in self._aside:
                # Other people's code may do anything.
                self._effects[f"calls {name}"] = None
        if frame.f_code.co_qualname == "Thread.start":
            # The interpreter reports no such thing, and what happens there is not seen.
            self._effects["threading.Thread.start"] = None
        if not self._owned[file]:
            return None
        if what == "line":
            self._trail.update(f"{file}:{frame.f_lineno};".encode())
        return self._traced

    def _heard(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name.startswith(_EFFECTS) or (name == "open" and _writes(arguments)):
            self._effects[name] = None


def _writes(arguments: tuple[Any, ...]) -> bool:
    mode = arguments[1] if len(arguments) > 1 else None
    return isinstance(mode, str) and any(letter in mode for letter in "wax+")


# --- listening ------------------------------------------------------------------------------------

_LISTENERS: list[Callable[[str, tuple[Any, ...]], None]] = []
_LISTENING: list[bool] = []


def _listen() -> None:
    """Hear of what the interpreter reports of itself; once, since that cannot be undone."""
    if not _LISTENING:
        _LISTENING.append(True)
        sys.addaudithook(
            lambda name, arguments: [heard(name, arguments) for heard in _LISTENERS] and None
        )


# --- what notes -----------------------------------------------------------------------------------


class _Object(dict):  # type: ignore[type-arg] # JSON
    """A JSON object that notes what is read of it."""

    def __init__(
        self, watcher: Watcher | None = None, steps: json_path.Steps = (), value: Any = ()
    ) -> None:
        super().__init__(value)
        self._watcher, self._steps = watcher, steps

    def _note(self, *keys: Any) -> None:
        if self._watcher is not None:
            for key in keys:
                self._watcher.note((*self._steps, key))

    def _note_all(self) -> None:
        self._note(*dict.keys(self))
        for value in dict.values(self):
            if isinstance(value, _Object | _Array):
                value._note_all()

    def __getitem__(self, key: Any) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: Any) -> bool:
        self._note(key)
        return super().__contains__(key)

    def __iter__(self) -> Iterator[Any]:
        self._note(*dict.keys(self))
        return super().__iter__()

    def __reversed__(self) -> Iterator[Any]:
        self._note(*dict.keys(self))
        return super().__reversed__()

    def __len__(self) -> int:
        self._note("*")
        return super().__len__()

    def __eq__(self, other: object) -> bool:
        self._note_all()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        self._note_all()
        return super().__ne__(other)

    __hash__ = None

    def __repr__(self) -> str:
        self._note_all()
        return super().__repr__()

    def __or__(self, other: Any) -> Any:
        self._note_all()
        return dict(self) | other

    def __reduce__(self) -> Any:
        self._note_all()
        return dict, (dict(dict.items(self)),)

    def get(self, key: Any, default: Any = None) -> Any:
        """As a dict's."""
        self._note(key)
        return super().get(key, default)

    def pop(self, key: Any, *default: Any) -> Any:
        """As a dict's."""
        self._note(key)
        return super().pop(key, *default)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """As a dict's."""
        self._note(key)
        return super().setdefault(key, default)

    def popitem(self) -> Any:
        """As a dict's."""
        self._note_all()
        return super().popitem()

    def keys(self) -> Any:
        """As a dict's."""
        self._note(*dict.keys(self))
        return super().keys()

    def values(self) -> Any:
        """As a dict's."""
        self._note(*dict.keys(self))
        return super().values()

    def items(self) -> Any:
        """As a dict's."""
        self._note(*dict.keys(self))
        return super().items()

    def copy(self) -> Any:
        """A copy that notes as this one does."""
        return _Object(self._watcher, self._steps, dict(dict.items(self)))

    __copy__ = copy


class _Array(list):  # type: ignore[type-arg] # JSON
    """A JSON array that notes what is read of it."""

    def __init__(
        self, watcher: Watcher | None = None, steps: json_path.Steps = (), value: Any = ()
    ) -> None:
        super().__init__(value)
        self._watcher, self._steps = watcher, steps

    def _note(self, *numbers: int) -> None:
        """That some elements are read, as far as they are no objects or arrays, and how many there are."""
        if self._watcher is not None:
            for number in numbers:
                self._watcher.note((*self._steps, number))
            if len(numbers) != 1:
                self._watcher.note((*self._steps, "*"))

    def _note_all(self) -> None:
        self._note(*range(list.__len__(self)))
        for value in list.__iter__(self):
            if isinstance(value, _Object | _Array):
                value._note_all()

    def __getitem__(self, index: Any) -> Any:
        every = range(list.__len__(self))
        self._note(
            *(
                [every[index]]
                if isinstance(index, int) and -len(every) <= index < len(every)
                else every
            )
        )
        return super().__getitem__(index)

    def __iter__(self) -> Iterator[Any]:
        self._note(*range(list.__len__(self)))
        return super().__iter__()

    def __len__(self) -> int:
        self._note()
        return super().__len__()

    def __contains__(self, value: Any) -> bool:
        self._note_all()
        return super().__contains__(value)

    def __eq__(self, other: object) -> bool:
        self._note_all()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        self._note_all()
        return super().__ne__(other)

    __hash__ = None

    def __repr__(self) -> str:
        self._note_all()
        return super().__repr__()

    def __reduce__(self) -> Any:
        self._note_all()
        return list, (list(list.__iter__(self)),)

    def copy(self) -> Any:
        """As a list's."""
        self._note(*range(list.__len__(self)))
        return super().copy()

    def index(self, *arguments: Any) -> int:
        """As a list's."""
        self._note_all()
        return super().index(*arguments)

    def count(self, value: Any) -> int:
        """As a list's."""
        self._note_all()
        return super().count(value)

    def pop(self, *index: Any) -> Any:
        """As a list's."""
        self._note(*range(list.__len__(self)))
        return super().pop(*index)

    def __reversed__(self) -> Iterator[Any]:
        self._note(*range(list.__len__(self)))
        return super().__reversed__()

    def __add__(self, other: Any) -> Any:
        self._note(*range(list.__len__(self)))
        return list(self) + other

    def __radd__(self, other: Any) -> Any:
        return other + list(self) if isinstance(other, list) else NotImplemented

    def __mul__(self, times: Any) -> Any:
        self._note(*range(list.__len__(self)))
        return super().__mul__(times)

    __rmul__ = __mul__

    def __lt__(self, other: Any) -> Any:
        self._note_all()
        return super().__lt__(other)

    def __le__(self, other: Any) -> Any:
        self._note_all()
        return super().__le__(other)

    def __gt__(self, other: Any) -> Any:
        self._note_all()
        return super().__gt__(other)

    def __ge__(self, other: Any) -> Any:
        self._note_all()
        return super().__ge__(other)
