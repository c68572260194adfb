"""Plain copies of foreign values: what JSON has a word for, of the exact types, and not too much.

What a consumer hands to a client, a stub or an answer may be of any class, and as large as it
likes. A plain copy is made of None, bool, int, float, str, list and dict with text for keys alone,
by the methods of these types themselves: none of the value's own runs, but for the `repr` of what
JSON has no word for. What is beyond the bounds is left out, with a word in its place that says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.text import shown

__all__ = ["plain"]


_LARGEST_INT = 10**limits.DIGITS


def plain(value: Any) -> Any:
    """A plain copy of a value, within the bounds of this module."""
    return _Copy().of(value, 0)


class _Copy:
    """The making of one copy: how much it may still take."""

    def __init__(self) -> None:
        self._text_left = limits.VALUE_CHARACTERS
        self._values_left = limits.VALUE_MEMBERS
        self._within: set[int] = set()

    def of(self, value: Any, depth: int) -> Any:
        """The copy of a value that stands so many levels down."""
        self._values_left -= 1
        # The type, for `isinstance` believes the `__class__` of a value.
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value
        if issubclass(kind, str):
            return self._text(str.__str__(value))
        if issubclass(kind, int):
            return _whole_number(int.__int__(value))
        if issubclass(kind, float):
            return float.__float__(value)
        if issubclass(kind, bytes | bytearray):
            return self._decoded(value, bytes if issubclass(kind, bytes) else bytearray)
        if issubclass(kind, dict | list | tuple | set | frozenset):
            return self._container(value, depth)
        return self._text(shown(value))

    def _text(self, text: str) -> str:
        if len(text) > self._text_left:
            if text.lstrip()[:1] in ("{", "["):
                # Cut JSON can be read no more: nobody knows what stands under a secret's name.
                return f"(left out: {len(text)} characters of JSON)"
            text = f"{text[: self._text_left]}… (cut: {len(text)} characters)"
            self._text_left = 0
        else:
            self._text_left -= len(text)
        return text

    def _decoded(self, value: Any, base: Any) -> str:
        beginning = base.__getitem__(value, slice(self._text_left + 1))
        text = self._text(bytes(beginning).decode("utf-8", "replace"))
        return text if self._text_left else f"{text} of {base.__len__(value)} bytes"

    def _container(self, value: Any, depth: int) -> Any:
        if depth >= limits.VALUE_LEVELS:
            return "(left out: it is nested too deeply)"
        if id(value) in self._within:
            return "(left out: it contains itself)"
        self._within.add(id(value))
        copying = self._object if issubclass(type(value), dict) else self._array
        copy = copying(value, depth)
        self._within.discard(id(value))
        return copy

    def _object(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        copy, count = {}, 0
        for key, inner in self._first(dict.items(value)):
            name = self._key(key)
            copy[name] = self.of(inner, depth + 1)
            count += 1
        if left := dict.__len__(value) - count:
            copy["…"] = f"(left out: {left} more)"
        return copy

    def _array(self, value: Any, depth: int) -> list[Any]:
        [base] = [base for base in _ARRAYS if issubclass(type(value), base)]
        copy = [self.of(inner, depth + 1) for inner in self._first(base.__iter__(value))]
        if base in (set, frozenset):
            copy.sort(key=str)  # their own order is by chance
        if left := base.__len__(value) - len(copy):
            copy.append(f"(left out: {left} more)")
        return copy

    def _first(self, members: Iterable[Any]) -> Iterator[Any]:
        """As many members as there may still be; those further in count as well."""
        for member in islice(members, max(0, self._values_left)):
            if self._values_left <= 0 or self._text_left <= 0:
                return
            yield member

    def _key(self, key: Any) -> str:
        if issubclass(type(key), str):
            return self._text(str.__str__(key))
        if key is None or key is True or key is False:
            return {None: "null", True: "true", False: "false"}[key]
        if type(key) is int:
            return str(_whole_number(key))
        return self._text(shown(key))


_ARRAYS: tuple[Any, ...] = (list, tuple, set, frozenset)


def _whole_number(number: int) -> int | str:
    if -_LARGEST_INT < number < _LARGEST_INT:
        return number
    return f"(left out: a number of about {_digits(number)} digits)"


def _digits(number: int) -> int:
    """Roughly how many decimal digits a number has; to write them takes too long."""
    return math.ceil(number.bit_length() * math.log10(2))
