"""Two patterns as the lines in which they differ, each array of conditions on a line of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.eventbridge.rules.pattern import OR

__all__ = ["difference", "pattern_lines"]

_INDENT = "  "
_AROUND = 1  # equal lines that are shown beside those that differ


def pattern_lines(pattern: Mapping[str, Any]) -> list[str]:
    """A pattern as indented JSON."""
    return list(_lines("", pattern, "", ""))


def difference(pattern: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines of one pattern (`- `) and of another (`+ `), with equal ones around them (`  `)."""
    lines = list(_compared(pattern_lines(pattern), pattern_lines(other)))
    shown: set[int] = set()
    for number, line in enumerate(lines):
        if line[0] != " ":
            shown |= set(range(number - _AROUND, number + _AROUND + 1))
    return tuple(line for number, line in enumerate(lines) if number in shown)


def _compared(lines: list[str], others: list[str]) -> Iterator[str]:
    """All lines of both; one more comma at the end of a line is no difference."""
    ours = [line.rstrip(",") for line in lines]
    theirs = [line.rstrip(",") for line in others]
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for sort, begin, end, first, last in matcher.get_opcodes():
        if sort == "equal":
            yield from (f"  {line}" for line in others[first:last])
        else:
            yield from (f"- {line}" for line in lines[begin:end])
            yield from (f"+ {line}" for line in others[first:last])


def _lines(head: str, node: Any, margin: str, tail: str) -> Iterator[str]:
    if isinstance(node, Mapping):
        yield f"{margin}{head}{{"
        last = len(node) - 1
        for number, (key, value) in enumerate(node.items()):
            inner = f"{json_text.one_line(key)}: "
            comma = "," if number < last else ""
            yield from _lines(inner, value, margin + _INDENT, comma)
        yield f"{margin}}}{tail}"
    elif head == f'"{OR}": ' and isinstance(node, list):
        yield f"{margin}{head}["
        for number, item in enumerate(node):
            comma = "," if number < len(node) - 1 else ""
            yield from _lines("", item, margin + _INDENT, comma)
        yield f"{margin}]{tail}"
    else:
        yield f"{margin}{head}{json_text.one_line(node)}{tail}"
