"""Places in JSON text: line and column of an offset, and the offset of what stands at a path."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property, lru_cache

from ecr_contracts.core.json_path import Steps

WHITE = " \t\r\n"
"""The white space of JSON."""

_SPACE = re.compile(f"[{WHITE}]*+")
_LINE_BREAK = re.compile("\n")
_CLOSER = {"{": "}", "[": "]"}
_decode = json.JSONDecoder().raw_decode


def line_and_column(
    text: str, offset: int, start: int = 0, line: int = 1, column: int = 1
) -> tuple[int, int]:
    """The place of an offset, when that of `start` is known.

    Lines end with a line feed, and columns count characters; both begin with 1.
    """
    # In JSONL this is called for every line; find is much faster than count.
    first = text.find("\n", start, offset)
    if first < 0:
        return line, column + offset - start
    if first == offset - 1:
        return line + 1, 1
    last = text.rfind("\n", first, offset)
    return line + 1 + text.count("\n", first, last), offset - last


def skip_space(text: str, at: int) -> int:
    """The offset of the next character that is not white space, or the end of the text."""
    space = _SPACE.match(text, at)
    return space.end() if space else at


class Places:
    """Where everything stands in one JSON text; each object and array in it is read once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._children: dict[int, dict[str | int, tuple[int, int]]] = {}

    def offset_of(self, steps: Steps, *, key: bool = False) -> int:
        """The offset of the value that a path leads to, or of its key.

        Where the path leads nowhere it is the offset of the last value on the way, and of a key
        that stands twice the last.
        """
        offset = key_offset = skip_space(self._text, 0)
        for step in steps:
            places = self._children_at(offset)
            if step not in places:
                return offset
            key_offset, offset = places[step]
        return key_offset if key else offset

    def line_and_column(self, offset: int, line: int, column: int) -> tuple[int, int]:
        """The place of an offset in a file where the text begins at that line and column."""
        breaks = bisect_left(self._line_breaks, offset)
        if not breaks:
            return line, column + offset
        return line + breaks, offset - self._line_breaks[breaks - 1]

    def _children_at(self, at: int) -> dict[str | int, tuple[int, int]]:
        """The offsets of each child of the value at an offset: of its key, and of itself."""
        if at not in self._children:
            self._children[at] = {
                name: (name_at, value_at) for name, name_at, value_at in _children(self._text, at)
            }
        return self._children[at]

    @cached_property
    def _line_breaks(self) -> list[int]:
        return [found.start() for found in _LINE_BREAK.finditer(self._text)]


@lru_cache(maxsize=1)
def places_in(text: str) -> Places:
    """The places in a text. Those of the last text are kept: many may be asked for."""
    return Places(text)


def _children(text: str, at: int) -> Iterator[tuple[str | int, int, int]]:
    """Each child of the value at an offset: key or index, the offset of the key, and of the child.

    An element of an array has no key; the offset of the element stands for it.
    """
    closer = _CLOSER.get(text[at : at + 1])
    if closer is None:
        return
    index = 0
    at = skip_space(text, at + 1)
    try:
        while text[at : at + 1] != closer:
            name: str | int = index
            name_at = at
            if closer == "}":
                name, at = _decode(text, at)
                at = skip_space(text, skip_space(text, at) + 1)
            _, end = _decode(text, at)
            yield name, name_at, at
            index += 1
            at = skip_space(text, end)
            if text[at : at + 1] == ",":
                at = skip_space(text, at + 1)
    except ValueError:
        return
