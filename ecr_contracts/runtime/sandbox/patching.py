"""Attributes that are replaced for a while, and put back as they were."""

from __future__ import annotations

from typing import Any

_ABSENT = object()


class Patches:
    """What was replaced, and where; an attribute is replaced once, however often that is asked for."""

    def __init__(self) -> None:
        self._before: dict[tuple[int, str], tuple[Any, str, Any]] = {}

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Replace an attribute of a class or module."""
        key = id(owner), name
        if key not in self._before:
            self._before[key] = owner, name, vars(owner).get(name, _ABSENT)
            setattr(owner, name, value)

    def undo(self) -> None:
        """Put back what was there, the very objects; what others have put over ours goes as well."""
        while self._before:
            _, (owner, name, value) = self._before.popitem()
            if value is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
