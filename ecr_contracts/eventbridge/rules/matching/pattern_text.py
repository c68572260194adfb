"""An event pattern as written: JSON with the place of each key and value, and doubled keys kept.

`json.loads` tells neither where a value stands nor how a number is spelled, and drops the first of
two equal keys, which EventBridge reads and checks. A pattern may also be given as data; it then has
no places.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any, NamedTuple

from ecr_contracts.core.json_path import Steps
from ecr_contracts.core.limits import NESTED_LEVELS, PATTERN_VALUES
from ecr_contracts.core.text import shown, type_name
from ecr_contracts.eventbridge.rules.matching import numbers
from ecr_contracts.eventbridge.rules.matching.numbers import SpelledNumber

NOWHERE = -1
"""The offset of what was given as data."""

_TOO_MANY = f"the pattern has more than {PATTERN_VALUES} values"
_SPACE = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*+"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![0-9.])")
_WORD = re.compile(r"true|false|null")
_WORDS = {"true": True, "false": False, "null": None}


class Refusal(Exception):  # noqa: N818 - it becomes a PatternError, which knows lines and columns
    """What is wrong with a pattern, at which offset of its text and at which path."""

    def __init__(self, offset: int, steps: Steps, problem: str) -> None:
        self.offset, self.steps, self.problem = offset, steps, problem
        super().__init__(offset, steps, problem)


class Scalar(NamedTuple):
    """A text, a number as EventBridge compares it, true, false or null."""

    value: str | float | SpelledNumber | bool | None
    offset: int


class Array(NamedTuple):
    """The elements of an array."""

    items: list[Node]
    offset: int


class Member(NamedTuple):
    """A key of an object, where the key stands, and its value."""

    key: str
    offset: int
    node: Node


class Object(NamedTuple):
    """The members of an object in their order; a key may stand twice."""

    members: list[Member]
    offset: int


Node = Scalar | Array | Object


def read(text: str) -> Node:
    """The value of a JSON text. Raises Refusal where it is none, too large or nested too deep."""
    reader = _Reader(text)
    node = reader.value((), 0)
    reader.skip_space()
    if reader.position < len(text):
        raise reader.refusal((), "the pattern has ended here, but more text follows")
    return node


def from_data(value: Any) -> Node:
    """The value of data as `json.loads` gives it, or as a YAML reader does.

    Raises Refusal for what JSON does not have, and for more values than PATTERN_VALUES: those of
    a few lines of YAML, whose aliases name each other, would take for ever.
    """
    return _DataReader().node(value, ())


class _DataReader:
    """Data, and how many values of it have been read."""

    def __init__(self) -> None:
        self._values = 0

    def node(self, value: Any, steps: Steps) -> Node:
        """The node of a value at a path."""
        self._values += 1
        if self._values > PATTERN_VALUES:
            raise Refusal(NOWHERE, (), _TOO_MANY)
        if len(steps) >= NESTED_LEVELS and isinstance(value, Mapping | list | tuple):
            raise Refusal(NOWHERE, steps[:1], _too_deep())
        match value:
            case Mapping():
                return Object([self._member(*pair, steps) for pair in value.items()], NOWHERE)
            case list() | tuple():
                items = [self.node(child, (*steps, index)) for index, child in enumerate(value)]
                return Array(items, NOWHERE)
            case str() | bool() | None:
                return Scalar(value, NOWHERE)
        number = numbers.from_value(value)
        if number is None or (isinstance(value, float) and not math.isfinite(value)):
            raise Refusal(NOWHERE, steps, f"JSON has no {shown(value)} ({_sort_of(value)})")
        return Scalar(number, NOWHERE)

    def _member(self, key: Any, value: Any, steps: Steps) -> Member:
        if not isinstance(key, str):
            problem = f"a key is a text, and {shown(key)} is {_sort_of(key)}"
            raise Refusal(NOWHERE, steps, problem)
        return Member(key, NOWHERE, self.node(value, (*steps, key)))


class Places:
    """Lines and columns of the offsets of a text, both counted from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def at(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset, both 0 for NOWHERE."""
        if offset == NOWHERE:
            return 0, 0
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


class _Reader:
    """A text, and how far it has been read."""

    def __init__(self, text: str) -> None:
        self.text, self.position = text, 0
        self._values = 0

    def value(self, steps: Steps, depth: int) -> Node:
        """The value that begins behind the white space that follows."""
        self.skip_space()
        offset = self.position
        first = self.text[offset : offset + 1]
        self._values += 1
        if self._values > PATTERN_VALUES:
            raise Refusal(offset, (), _TOO_MANY)
        if depth >= NESTED_LEVELS and first in ("{", "["):
            raise Refusal(offset, steps[:1], _too_deep())
        match first:
            case "{":
                return self._object(steps, depth)
            case "[":
                return self._array(steps, depth)
            case '"':
                return Scalar(self._string(steps), offset)
        if number := _NUMBER.match(self.text, offset):
            self.position = number.end()
            return Scalar(numbers.from_text(number[0]), offset)
        if word := _WORD.match(self.text, offset):
            self.position = word.end()
            return Scalar(_WORDS[word[0]], offset)
        raise self.refusal(steps, "a JSON value is wanted here")

    def _object(self, steps: Steps, depth: int) -> Object:
        begin = self.position
        members: list[Member] = []
        self.position += 1
        if self._skips("}"):
            return Object(members, begin)
        while True:
            self.skip_space()
            offset = self.position
            if self.text[offset : offset + 1] != '"':
                raise self.refusal(steps, "a key in double quotes is wanted here")
            key = self._string(steps)
            if not self._skips(":"):
                raise self.refusal((*steps, key), "a colon is wanted here")
            members.append(Member(key, offset, self.value((*steps, key), depth + 1)))
            if self._skips("}"):
                return Object(members, begin)
            if not self._skips(","):
                raise self.refusal(steps, "a comma or } is wanted here")

    def _array(self, steps: Steps, depth: int) -> Array:
        begin = self.position
        items: list[Node] = []
        self.position += 1
        if self._skips("]"):
            return Array(items, begin)
        while True:
            items.append(self.value((*steps, len(items)), depth + 1))
            if self._skips("]"):
                return Array(items, begin)
            if not self._skips(","):
                raise self.refusal(steps, "a comma or ] is wanted here")

    def _string(self, steps: Steps) -> str:
        string = _STRING.match(self.text, self.position)
        if string is None:
            raise self.refusal(
                steps, "this text has no end on its line, or holds control characters"
            )
        try:
            value = json.loads(string[0])
        except ValueError:
            raise self.refusal(steps, "this text has an escape that JSON does not know") from None
        self.position = string.end()
        return str(value)

    def skip_space(self) -> None:
        """Go on to the next character that is not white space."""
        space = _SPACE.match(self.text, self.position)
        if space:
            self.position = space.end()

    def _skips(self, character: str) -> bool:
        """Whether a character follows, which is then behind us."""
        self.skip_space()
        if not self.text.startswith(character, self.position):
            return False
        self.position += 1
        return True

    def refusal(self, steps: Steps, problem: str) -> Refusal:
        """A refusal of what stands at the position."""
        return Refusal(self.position, steps, problem)


def _too_deep() -> str:
    return f"here the pattern is nested deeper than {NESTED_LEVELS} levels"


def _sort_of(value: object) -> str:
    return type_name(type(value))
