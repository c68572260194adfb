"""What a boundary says of a value: whether the value meets it, and how that is said.

A boundary is about a text, a number (also one that is a text of digits) or an array; what is of
another type, or absent, meets none, and meets no negated one either. The words are the end of a
sentence: "is longer than 63 characters".
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.findings import Boundary
from ecr_contracts.core.text import shortened, with_article

__all__ = [
    "FORMATS",
    "OTHER_THAN_DIGITS",
    "boundary_words",
    "is_met",
    "members",
    "number_word",
    "text_word",
]

LENGTH = "length"
NUMBER = "number"
ELEMENTS = "elements"
CONTAINS = "contains"
STARTS = "starts with"
ENDS = "ends with"
IS = "is"

OTHER_THAN_DIGITS = "character other than a digit"
"""The class of characters that a text lacks which has only digits."""

FORMATS = {
    "UUID of version 4": re.compile(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE
    ),
}
"""Texts that have a name of their own, for boundaries of the measure `is` with `is_class`."""

_CLASSES: dict[str, Callable[[str], bool]] = {
    "digit": lambda character: character in string.digits,
    "letter": lambda character: character in string.ascii_letters,
    "upper-case letter": lambda character: character in string.ascii_uppercase,
    "lower-case letter": lambda character: character in string.ascii_lowercase,
    OTHER_THAN_DIGITS: lambda character: character not in string.digits,
}
"""Characters that have a name; others are named as in a regular expression, `[^a-z0-9.]`."""

_LONGEST_TEXT = 64  # characters of a value in a sentence
_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TIMES = {1: "once", 2: "twice"}


# --- whether a value meets it ---------------------------------------------------------------------


def is_met(boundary: Boundary, value: Any) -> bool:
    """Whether a JSON value meets a boundary (`MISSING` stands for an absent key and meets none)."""
    match boundary.measure:
        case "number":
            if isinstance(value, str) and value.isascii() and value.isdigit():
                value = int(value)
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return is_number and is_within(boundary, value) != boundary.is_negated
        case "elements":
            return (
                isinstance(value, list) and is_within(boundary, len(value)) != boundary.is_negated
            )
        case _ if not isinstance(value, str):
            return False
        case _ if not value and _is_about_all_characters(boundary):
            return False
        case _:
            return _is_met_by_text(boundary, value) != boundary.is_negated


def _is_about_all_characters(boundary: Boundary) -> bool:
    """Whether a boundary says what all characters of a text are: the empty text has none."""
    is_other = boundary.text == OTHER_THAN_DIGITS or boundary.text.startswith("[^")
    return boundary.measure == "contains" and boundary.is_negated and is_other


def is_within(boundary: Boundary, number: float) -> bool:
    """Whether a number is neither below the low end of a boundary nor above its high end."""
    if boundary.low is not None and number < boundary.low:
        return False
    return boundary.high is None or number <= boundary.high


def _is_met_by_text(boundary: Boundary, text: str) -> bool:
    """Whether a text meets a boundary, apart from its negation."""
    match boundary.measure:
        case "length":
            return is_within(boundary, len(text))
        case "contains":
            return is_within(occurrences(boundary), _count(boundary, text))
        case "starts with" if boundary.is_class:
            return members(boundary.text)(text[:1]) if text else False
        case "starts with":
            return text.startswith(boundary.text)
        case "ends with" if boundary.is_class:
            return members(boundary.text)(text[-1:]) if text else False
        case "ends with":
            return text.endswith(boundary.text)
        case _ if boundary.is_class:
            return FORMATS[boundary.text].fullmatch(text) is not None
        case _:
            return text == boundary.text


def occurrences(boundary: Boundary) -> Boundary:
    """How often a text has to be contained: once or more where nothing is said."""
    if boundary.low is None and boundary.high is None:
        return Boundary(boundary.measure, 1)
    return boundary


def _count(boundary: Boundary, text: str) -> int:
    if not boundary.is_class:
        return text.count(boundary.text)
    return sum(map(members(boundary.text), text))


@lru_cache(64)
def members(name: str) -> Callable[[str], bool]:
    """Whether a character is of a class, by the name of the class or as `[a-z0-9.]`."""
    if name in _CLASSES:
        return _CLASSES[name]
    expression = re.compile(name)
    return lambda character: expression.fullmatch(character) is not None


# --- in words -------------------------------------------------------------------------------------


def boundary_words(boundary: Boundary) -> str:
    """The end of a sentence that begins with the field: `contains "/"`."""
    match boundary.measure:
        case "length":
            return _length_in_words(boundary)
        case "number":
            return _range_in_words(boundary, "{}")
        case "elements":
            return _elements_in_words(boundary)
        case "contains":
            return _contained_in_words(boundary)
        case "starts with" | "ends with":
            text = _named(boundary)
            verb = "start with" if boundary.measure == STARTS else "end with"
            if boundary.is_negated:
                return f"does not {verb} {text}"
            return f"{verb.replace(' ', 's ', 1)} {text}"
        case _:
            text = _named(boundary)
            return f"is not {text}" if boundary.is_negated else f"is {text}"


def _named(boundary: Boundary) -> str:
    """The text or the class of a boundary as a noun: `"a"`, `a digit`."""
    if not boundary.is_class:
        return text_word(boundary.text)
    if boundary.text.startswith("["):
        return _of_set(boundary.text)
    return f"a {boundary.text}" if boundary.text in FORMATS else with_article(boundary.text)


def _length_in_words(boundary: Boundary) -> str:
    low, high = boundary.low, boundary.high
    if boundary.is_negated:
        return f"is not {_range_in_words(boundary, '{} characters long').removeprefix('is ')}"
    if high is None and low == 1:
        return "is not empty"
    if high is None and low is not None:
        return f"is longer than {low - 1:,} characters"
    if low is None and high is not None:
        return f"is shorter than {high + 1:,} characters" if high else "is empty"
    return _range_in_words(boundary, "{} characters long")


def _range_in_words(boundary: Boundary, unit: str) -> str:
    """A range of numbers: "is 1,000 or more", "is 1 to 299"."""
    low, high = boundary.low, boundary.high
    negation = "not " if boundary.is_negated else ""
    if low is None:
        return f"is {negation}{unit.format(f'{high:,} or less')}"
    if high is None:
        return f"is {negation}{unit.format(f'{low:,} or more')}"
    if low == high:
        return f"is {negation}{unit.format(number_word(low))}"
    return f"is {negation}{unit.format(f'{low:,} to {high:,}')}"


def _elements_in_words(boundary: Boundary) -> str:
    low, high = boundary.low or 0, boundary.high
    if high is None:
        return f"has {_number(low)} or more"
    if low == high:
        return f"has {_number(low)}" if low else "is empty"
    if not low:
        return f"has {_number(high)} or fewer"
    return f"has {_number(low)} to {_number(high)}"


def _contained_in_words(boundary: Boundary) -> str:
    name, is_class = boundary.text, boundary.is_class
    low, high = boundary.low, boundary.high
    if is_class and name.startswith("[^"):
        kept = f"[{name[2:]}"
        if boundary.is_negated:
            return f"holds only characters of {kept}"
        return f"holds a character outside {kept}"
    if name == OTHER_THAN_DIGITS:
        return "has only digits" if boundary.is_negated else f"has a {name}"
    if is_class and not name.startswith("["):
        text = f"{name}s"
        return f"has no {text}" if boundary.is_negated else f"has {text}"
    text = _of_set(name) if is_class else text_word(name)
    if boundary.is_negated and low is not None and low > 1:
        return f"contains {text} at most {_times(low - 1)}"
    if boundary.is_negated:
        return f"has no {text}"
    if high is None:
        return f"contains {text}" if low in (None, 1) else f"contains {_counted(low, text)} or more"
    if low == high:
        return f"contains {text} {_times(high)}"
    return f"contains {text} at most {_times(high)}"


def _counted(number: int | None, text: str) -> str:
    return f"{_number(number or 0)} {text}"


def _of_set(name: str) -> str:
    """A set of characters as it is written in a regular expression."""
    if name.startswith("[^"):
        return f"a character outside [{name[2:]}"
    return f"a character of {name}"


def _times(number: int) -> str:
    return _TIMES.get(number, f"{_number(number)} times")


def _number(number: int) -> str:
    """A small number in words, and any other in digits: "two", "1,000"."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else f"{number:,}"


def number_word(value: float) -> str:
    """A number as it stands in a sentence: "1,000", "7.5"."""
    return f"{value:,}"


def text_word(text: str) -> str:
    """A text as it stands in a sentence, in quotes, cut where it is long."""
    return json_text.one_line(shortened(text, _LONGEST_TEXT))
