"""Reads the words of a condition as their reader does: whether a value is what they say.

It knows nothing of labels and boundaries. What it cannot read is an error, so that no words come
up that nobody has looked at.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from ecr_contracts.core.findings import MISSING

_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_TIMES = {"once": 1, "twice": 2}
_CLASSES: dict[str, Callable[[str], bool]] = {
    "digit": lambda letter: letter in "0123456789",
    "upper-case letter": lambda letter: "A" <= letter <= "Z",
    "lower-case letter": lambda letter: "a" <= letter <= "z",
    "letter": lambda letter: letter.isascii() and letter.isalpha(),
}
_VERB = r"(?:is|has|contains|starts|ends|does|holds)"
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_SIZE = r"([\d,]+|no|one|two|three|four|five|six|seven|eight|nine|ten)"

Reading = Callable[[Any], bool]


def is_so(words: str, value: Any) -> bool:
    """Whether a value (`MISSING` for an absent key) is what some words say of it.

    Raises LookupError for words that cannot be read.
    """
    return any(_says(clause, value) for clause in _clauses(words))


def _clauses(words: str) -> list[str]:
    """Words in the parts of which any may hold, each with a verb: "is empty" and "is absent"."""
    texts: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        texts.append(match[0])
        return f"\0{len(texts) - 1}\0"

    hidden = re.sub(_TEXT, set_aside, words)
    hidden = re.sub(r" or (more|less|fewer)", r" or_\1", hidden)
    clauses: list[str] = []
    verb = ""
    for part in re.split(r",? or |, ", hidden):
        found = re.match(rf"(is one of|{_VERB}(?: with)?(?: not)?) ", part)
        if found:
            verb = found[1].replace("is one of", "is")
            part = part[found.end() :]
        clauses.append(f"{verb} {part}".replace("or_", "or "))
    return [re.sub("\0(\\d+)\0", lambda match: texts[int(match[1])], one) for one in clauses]


def _says(clause: str, value: Any) -> bool:
    if clause in ("is absent", "is present"):
        return (value is MISSING) == (clause == "is absent")
    if negated := re.fullmatch(r"is not (.*)", clause):
        return not _says(f"is {negated[1]}", value)
    if re.fullmatch(r"does not .*", clause):
        plain = clause.removeprefix("does not ").replace(" ", "s ", 1)
        return value is not MISSING and not _says(plain, value)
    for pattern, reading in _READINGS.items():
        found = re.fullmatch(pattern, clause)
        if found:
            return value is not MISSING and reading(value, *found.groups())
    raise LookupError(f"who can read {clause!r}?")


def _size(words: str) -> int:
    return _NUMBERS.index(words) if words in _NUMBERS else int(words.replace(",", ""))


def _text(written: str) -> str:
    return written.replace('\\"', '"').replace("\\\\", "\\")


def _is_number(value: Any) -> bool:
    """Whether a value is a number, or a text that says one."""
    return value.isdigit() if isinstance(value, str) else isinstance(value, int)


def _times(value: str, text: str, words: str) -> bool:
    number = _TIMES.get(words) or _size(words.removesuffix(" times"))
    return value.count(_text(text)) == number


def _is_uuid(value: str, version: str) -> bool:
    return uuid.UUID(value).version == int(version) and uuid.UUID(value).variant == uuid.RFC_4122


_READINGS: dict[str, Callable[..., bool]] = {
    "is empty": lambda value: value in ("", [], {}),
    rf"is {_TEXT}": lambda value, text: value == _text(text),
    r"is ([\d,]+)": lambda value, number: value == _size(number),
    r"is ([\d,]+) or more": lambda value, least: _is_number(value) and int(value) >= _size(least),
    r"is ([\d,]+) or less": lambda value, most: _is_number(value) and int(value) <= _size(most),
    r"is longer than ([\d,]+) characters": lambda value, most: len(value) > _size(most),
    r"is shorter than ([\d,]+) characters": lambda value, most: len(value) < _size(most),
    r"is ([\d,]+) characters long": lambda value, number: len(value) == _size(number),
    r"is a UUID of version (\d)": _is_uuid,
    rf"has {_SIZE} or more": lambda value, least: len(value) >= _size(least),
    "has only digits": lambda value: value.isdigit(),
    rf"has ({'|'.join(_CLASSES)})s": lambda value, sort: any(map(_CLASSES[sort], value)),
    rf"contains {_TEXT}": lambda value, text: _text(text) in value,
    rf"contains {_SIZE} {_TEXT} or more": lambda value, least, text: (
        value.count(_text(text)) >= _size(least)
    ),
    rf"contains {_TEXT} (.*)": _times,
    rf"starts with {_TEXT}": lambda value, text: value.startswith(_text(text)),
    rf"ends with {_TEXT}": lambda value, text: value.endswith(_text(text)),
    rf"starts with an? ({'|'.join(_CLASSES)})": lambda value, sort: (
        value != "" and _CLASSES[sort](value[0])
    ),
    rf"ends with an? ({'|'.join(_CLASSES)})": lambda value, sort: (
        value != "" and _CLASSES[sort](value[-1])
    ),
}
