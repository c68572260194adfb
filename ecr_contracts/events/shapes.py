"""What a choice looks like: a class for each shape, its values, and those that it recognises."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Protocol, assert_never

from ecr_contracts.core.findings import MISSING
from ecr_contracts.events.regexes import Digits

EXAMPLE_SHARE = 4
"""One value in so many of a choice is its plainest."""


class Recogniser(Protocol):
    """What tells values of a set from others, such as a regular expression."""

    def matches(self, value: object) -> bool:
        """Whether a value is of the set."""


class Words(Protocol):
    """A set of strings that can be counted off."""

    def word(self, digits: Digits) -> str:
        """The string that the digits choose: without any, the plainest."""

    def lengths(self) -> tuple[int, int]:
        """The lengths of the shortest and the longest string that `word` gives."""


@dataclass(frozen=True, slots=True)
class Absent:
    """The key is not there."""


@dataclass(frozen=True, slots=True)
class Exactly:
    """One JSON value."""

    value: Any


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several JSON values; the first is the plainest."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A string of a pattern (None: any string); values are drawn from its part `draw`.

    With a `frame` what is drawn, and the example, are a part of the string alone: the frame is the
    whole, in which `{}` stands for that part and `{$.…}` for other values of the event.
    """

    pattern: Recogniser | None
    draw: Words
    example: str
    frame: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer drawn from `low` to `high`, recognised up to `reach` (None: without a limit)."""

    low: int
    high: int
    reach: int | None
    example: int


@dataclass(frozen=True, slots=True)
class Ranges:
    """An integer of any of some ranges; with `is_open` the last one is recognised without a limit.

    The ranges are in order, each with its lowest and its highest number, and leave gaps.
    """

    ranges: tuple[tuple[int, int], ...]
    is_open: bool
    example: int


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object, filled by the facets below it; `empty` when it has no key at all."""

    empty: bool


@dataclass(frozen=True, slots=True)
class Items:
    """A JSON array of `low` to `high` elements, recognised up to `reach` (None: without a limit).

    The first element is a facet of its own; the others are of the choice `others` of that facet, or
    of the shape `other` where there is one. The last element is of the shape `last`, if there is
    one; such arrays are then recognised by `later` as well. A `template` gives all elements
    instead, out of other fields of the event.
    """

    low: int
    high: int
    reach: int | None
    others: str
    template: tuple[str, ...] | None
    other: Shape | None = None
    last: Shape | None = None
    later: Recogniser | None = None


Shape = Absent | Exactly | OneOf | Word | Whole | Ranges | Object | Items


def listed_values(shape: Shape) -> tuple[Any, ...]:
    """The values of a shape that lists them; none where a pattern or a range describes it."""
    match shape:
        case Exactly(value):
            return (value,)
        case OneOf(values):
            return values
        case _:
            return ()


def recognises(shape: Shape, value: Any) -> bool:
    """Whether any JSON value is of a shape (`MISSING` stands for an absent key)."""
    match shape:
        case Absent():
            return value is MISSING
        case Exactly(only):
            return same(value, only)
        case OneOf(values):
            return any(same(value, listed) for listed in values)
        case Word(pattern):
            return isinstance(value, str) if pattern is None else pattern.matches(value)
        case Whole(low, _, reach):
            return _is_whole(value) and _is_within(value, low, reach)
        case Ranges(ranges, is_open):
            return _is_whole(value) and _is_in_ranges(value, ranges, is_open=is_open)
        case Object(empty):
            return isinstance(value, dict) and (not value) == empty
        case Items(low, _, reach, later=later):
            if not isinstance(value, list) or not _is_within(len(value), low, reach):
                return False
            return later is None or later.matches(value)
        case _:
            assert_never(shape)


def scalar_value(shape: Shape, digits: Digits) -> Any:
    """A value of a shape that is no container, chosen by digits: without any, the plainest."""
    match shape:
        case Exactly(value):
            return deepcopy(value) if isinstance(value, (dict, list)) else value
        case OneOf(values):
            return values[digits.take(len(values))]
        case Word(_, draw, example):
            if not digits.take(EXAMPLE_SHARE):
                return example
            return draw.word(digits)
        case Whole(low, high, _, example):
            if not digits.take(EXAMPLE_SHARE):
                return example
            return low + digits.take(high - low + 1)
        case Ranges(ranges, _, example):
            if not digits.take(EXAMPLE_SHARE):
                return example
            low, high = ranges[digits.take(len(ranges))]
            return low + digits.take(high - low + 1)
        case Absent() | Object() | Items():
            raise AssertionError(f"{shape} is no scalar")
        case _:
            assert_never(shape)


def same(value: Any, other: Any) -> bool:
    """JSON's equality: true is not 1, although Python's True is."""
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    return bool(value == other)


def _is_whole(value: Any) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def _is_within(number: float, low: int, reach: int | None) -> bool:
    return low <= number and (reach is None or number <= reach)


def _is_in_ranges(number: float, ranges: tuple[tuple[int, int], ...], *, is_open: bool) -> bool:
    if is_open and number >= ranges[-1][0]:
        return True
    return any(low <= number <= high for low, high in ranges)
