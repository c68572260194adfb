"""A text of JSON as data that knows on which line each key stands.

The time that it takes grows with the length of the text alone: all keys are found in one pass over
the text, for a text in quotes before a colon is always a key. Where a key stands twice, the last
one counts, as with AWS's own tools.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ecr_contracts.core.limits import NESTED_LEVELS
from ecr_contracts.discovery.iac.documents.block import Block

__all__ = ["json_within"]

_TEXT = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"\s*(:)?')


def json_within(text: str, lines_above: int) -> Any:
    """A JSON text as data, its objects as blocks; its first line stands below so many others.

    Raises ValueError as json does, and RecursionError for what is nested too deep.
    """
    members = json.loads(text, object_pairs_hook=_Members)
    return _with_lines(members, _key_lines(text, lines_above + 1), 1)


class _Members(list[tuple[str, Any]]):
    """The keys and values of an object, in the order of the text, which may repeat keys."""


def _key_lines(text: str, line: int) -> Iterator[int]:
    """The lines of all keys of a JSON text, in its order; it begins in a line."""
    counted = 0
    for match in _TEXT.finditer(text):
        if match[1]:
            line += text.count("\n", counted, match.end())
            counted = match.end()
            yield line


def _with_lines(value: Any, key_lines: Iterator[int], level: int) -> Any:
    """A value, its objects as blocks; takes the lines of all keys in it."""
    if not isinstance(value, list):
        return value
    if level > NESTED_LEVELS:
        raise RecursionError
    if not isinstance(value, _Members):
        return [_with_lines(item, key_lines, level + 1) for item in value]
    block = Block()
    for key, inner in value:
        block.lines[key] = line = next(key_lines)
        block.texts[key] = line, 0
        block[key] = _with_lines(inner, key_lines, level + 1)
    return block
