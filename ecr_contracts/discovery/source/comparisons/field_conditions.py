"""The condition on a field that a comparison of what was made of it comes to.

`name.split("/")[0] == "shop"` says of the name that it is `shop` or begins with `shop/`. Each
change is undone from the last one back; where that cannot be said, there is no condition (None).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ecr_contracts.discovery.source.comparisons.values.atoms import Change
from ecr_contracts.eventbridge.rules.matching import wildcard
from ecr_contracts.eventbridge.rules.matching.conditions import (
    Condition,
    EqualsIgnoreCase,
    Exact,
    Numeric,
    Prefix,
    Suffix,
    Wildcard,
    literal_of,
)
from ecr_contracts.eventbridge.rules.matching.regular import Matches, Where

__all__ = ["NEVER", "FieldCondition", "begins", "ends", "equals", "globs", "holds_within", "undone"]

FieldCondition = Condition | Matches

NEVER = Matches("(?!)")
"""What holds for no text."""

_ANY = r"[\s\S]*"


def equals(value: Any) -> FieldCondition | None:
    """That a field is a value."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return Exact(value)
    if isinstance(value, int | float):
        return Exact(literal_of(value))
    return None


def begins(text: str) -> FieldCondition:
    """That a field begins with a text."""
    return Prefix(text)


def ends(text: str) -> FieldCondition:
    """That a field ends with a text."""
    return Suffix(text)


def holds_within(text: str) -> FieldCondition:
    """That a text is a part of a field."""
    return Wildcard("*" + text.replace("\\", "\\\\").replace("*", "\\*") + "*")


def globs(pattern: str) -> FieldCondition:
    """That `fnmatch` finds a field to be like a pattern."""
    if not set(pattern) & set("?[\\"):
        return Wildcard(re.sub(r"\*+", "*", pattern))
    return Matches(fnmatch.translate(pattern), Where.START)


def undone(condition: FieldCondition, changes: Sequence[Change]) -> FieldCondition | None:
    """The condition on a field itself, of a condition on what some changes make of it."""
    for change in reversed(changes):
        before = _undone(condition, change)
        if before is None:
            return None
        condition = before
    return condition


def _undone(condition: FieldCondition, change: Change) -> FieldCondition | None:
    if condition == NEVER:
        return NEVER
    match change:
        case ("lower" | "upper" as case,):
            return _in_any_case(condition, case)
        case ("strip", None, _):
            return _stripped(condition)
        case ("piece", separator, number, most, side):
            return _of_piece(condition, _Piece(separator, number, most, side))
        case ("any piece", separator):
            return _of_any_piece(condition, separator)
        case ("slice", low, high):
            return _of_slice(condition, low, high)
        case ("removeprefix", str(text)):
            return _without_prefix(condition, text)
        case ("replace", str(old), str(new)) if len(old) == len(new) == 1:
            return _replaced(condition, old, new)
        case ("number",):
            return condition if isinstance(condition, Numeric) else None
    return None


def _text_of(condition: FieldCondition) -> str | None:
    """The text that a condition names alone."""
    match condition:
        case Exact(value=str(text)):
            return text
    return None


def _in_any_case(condition: FieldCondition, case: str) -> FieldCondition | None:
    """The condition on a text of which the copy in lower or upper case meets a condition."""
    match condition:
        case Exact(value=str(text)):
            return EqualsIgnoreCase(text) if getattr(text, case)() == text else NEVER
        case Prefix(text=text, ignore_case=False):
            return Prefix(text, ignore_case=True) if getattr(text, case)() == text else NEVER
        case Suffix(text=text, ignore_case=False):
            return Suffix(text, ignore_case=True) if getattr(text, case)() == text else NEVER
        case EqualsIgnoreCase() | Prefix() | Suffix():
            return condition
        case Wildcard(text=text):
            pieces = [re.escape(piece) for piece in wildcard.pieces_of(text)]
            return _in_any_case(Matches(_ANY.join(pieces)), case)
        case Matches(expression, where, ignore_case):
            plain = re.sub(r"\\.", "", expression)
            if ignore_case or getattr(plain, case)() == plain:
                return Matches(expression, where, ignore_case=True)
    return None


def _stripped(condition: FieldCondition) -> FieldCondition | None:
    """The condition without the white space around a text, which no field of an event has."""
    match condition:
        case Exact(value=str(text)) | EqualsIgnoreCase(text=text):
            return condition if text == text.strip() else NEVER
        case Prefix(text=text) | Suffix(text=text):
            return condition if text == text.strip() else None
        case Wildcard() | Matches(where=Where.ANYWHERE):
            return condition
    return None


@dataclass(frozen=True, slots=True)
class _Piece:
    """One of the pieces that a text is split into, counted from either end."""

    separator: str
    number: int
    most: int | str | None
    side: str

    @property
    def is_first(self) -> bool:
        """Whether it is all in front of the first separator."""
        from_left = self.most is None or self.side == "left"
        return self.number == 0 and from_left and self.most != 0

    @property
    def is_last(self) -> bool:
        """Whether it is all behind the last separator."""
        if self.most == "partition":
            return self.side == "right" and self.number in (2, -1)
        return self.number == -1 and (self.most is None or self.side == "right") and self.most != 0

    @property
    def is_rest(self) -> bool:
        """Whether it is all behind the first separator."""
        if self.most == "partition":
            return self.side == "left" and self.number in (2, -1)
        return self.side == "left" and self.most == 1 and self.number in (1, -1)

    @property
    def is_front(self) -> bool:
        """Whether it is all in front of the last separator."""
        is_once = self.most == 1 or self.most == "partition"
        return self.side == "right" and is_once and self.number == 0

    @property
    def index(self) -> int | None:
        """Its number among all pieces, None where it is not counted so."""
        return self.number if self.most is None and self.number > 0 else None


def _of_piece(condition: FieldCondition, piece: _Piece) -> FieldCondition | None:
    """The condition on a text of which a piece meets a condition."""
    separator = re.escape(piece.separator)
    text = _text_of(condition)
    if isinstance(condition, Prefix) and piece.is_first:
        return condition if piece.separator not in condition.text else NEVER
    if isinstance(condition, Suffix) and piece.is_last:
        return condition if piece.separator not in condition.text else NEVER
    if isinstance(condition, EqualsIgnoreCase):
        inner = _of_piece(Exact(condition.text), piece)
        return inner and _in_any_case(inner, "lower")
    if text is None:
        return None
    if piece.is_rest and len(piece.separator) == 1:
        return _rest(text, separator, piece)
    if piece.is_front and len(piece.separator) == 1:
        return _front(text, separator, piece)
    if not (piece.is_first or piece.is_last or piece.index is not None):
        return None
    if piece.separator in text:
        return NEVER
    if piece.is_first:
        return Matches(f"{re.escape(text)}(?:{separator}{_ANY})?")
    if piece.is_last:
        return Matches(f"(?:{_ANY}{separator})?{re.escape(text)}")
    if piece.index is not None and len(piece.separator) == 1:
        skipped = f"(?:[^{separator}]*{separator}){{{piece.index}}}"
        return Matches(f"{skipped}{re.escape(text)}(?:{separator}{_ANY})?")
    return None


def _rest(text: str, separator: str, piece: _Piece) -> FieldCondition:
    """The condition on a text that has a text behind its first separator."""
    behind = f"[^{separator}]*{separator}{re.escape(text)}"
    is_whole_too = piece.number == -1 and piece.most != "partition"
    if is_whole_too and piece.separator not in text:
        return Matches(f"(?:[^{separator}]*{separator})?{re.escape(text)}")
    return Matches(behind)


def _front(text: str, separator: str, piece: _Piece) -> FieldCondition:
    """The condition on a text that has a text in front of its last separator."""
    in_front = f"{re.escape(text)}{separator}[^{separator}]*"
    if piece.most == "partition":
        return Matches(in_front) if text else Matches(f"(?:{separator})?[^{separator}]*")
    if piece.separator in text:
        return Matches(in_front)
    return Matches(f"{re.escape(text)}(?:{separator}[^{separator}]*)?")


def _of_any_piece(condition: FieldCondition, separator: str) -> FieldCondition | None:
    text = _text_of(condition)
    if text is None:
        return None
    if separator in text:
        return NEVER
    between = re.escape(separator)
    return Matches(f"(?:{_ANY}{between})?{re.escape(text)}(?:{between}{_ANY})?")


def _of_slice(
    condition: FieldCondition, low: int | None, high: int | None
) -> FieldCondition | None:
    """The condition on a text of which a slice is a text."""
    text = _text_of(condition)
    if text is None:
        return None
    low = low or 0
    if low == 0 and high is not None and high > 0:
        if len(text) > high:
            return NEVER
        return Prefix(text) if len(text) == high else Exact(text)
    if low < 0 and high is None:
        if len(text) > -low:
            return NEVER
        return Suffix(text) if len(text) == -low else Exact(text)
    if low > 0 and high is None:
        return Matches(f"[\\s\\S]{{{low}}}{re.escape(text)}") if text else None
    return None


def _without_prefix(condition: FieldCondition, prefix: str) -> FieldCondition | None:
    text = _text_of(condition)
    if text is None:
        return None
    if text.startswith(prefix):
        return Exact(prefix + text)
    return Matches(f"(?:{re.escape(prefix)})?{re.escape(text)}")


def _replaced(condition: FieldCondition, old: str, new: str) -> FieldCondition | None:
    """The condition on a text of which the copy with a character replaced is a text."""
    text = _text_of(condition)
    if text is None:
        return None
    if old in text and old != new:
        return NEVER
    either = f"[{re.escape(old)}{re.escape(new)}]"
    return Matches("".join(either if one == new else re.escape(one) for one in text))
