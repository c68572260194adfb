"""Places in JSON text: line and column of an offset, and the offset of what stands at a path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ecr_contracts.core.json_path import Steps

WHITE = " \t\r\n"
"""The white space of JSON."""

_SPACE = re.compile(f"[{WHITE}]*+")
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


def offset_of(text: str, steps: Steps, *, key: bool = False) -> int:
    """The offset of the value that a path leads to in JSON text, or of its key.

    Where the path leads nowhere it is the offset of the last value on the way, and of a key that
    stands twice the last.
    """
    offset = key_offset = skip_space(text, 0)
    for step in steps:
        places = {name: (name_at, value_at) for name, name_at, value_at in _children(text, offset)}
        if step not in places:
            return offset
        key_offset, offset = places[step]
    return key_offset if key else offset


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
