"""What JavaScript does with a value that may not be there: it has another, or only compares it.

`value || "a"`, `value ?? other`, `Number(value) || 5`, `value ? value : "a"` have another value;
`value === "a"`, `["a"].includes(value)` and `switch (value)` are the same with nothing as with any
other text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from ecr_contracts.discovery.javascript.tokens import Sort, Token

__all__ = ["Use", "closing", "opening", "use_of"]

_INSTEAD = ("||", "??")
_EQUAL = ("===", "!==", "==", "!=")
_NOTHING = ("undefined", "null", "false", "")
_OPENING, _CLOSING = ("(", "[", "{", "${"), (")", "]", "}", "}$")
_ENDS = (";", ",", ":", "?", "||", "??", "&&", *_CLOSING)
_COMPLAINS = re.compile("fail|throw|raise|missing|required|die|abort|assert|error", re.IGNORECASE)
_NUMBERS = ("Number", "parseInt", "parseFloat")


class Use(Enum):
    """What is done with a value."""

    DEFAULT = "another value stands for it"
    EMPTY = "an empty text stands for it, and the code goes on with that"
    COMPARED = "it is compared with a text, and no more"
    OTHER = "anything else"


def use_of(found: Sequence[Token], start: int, end: int) -> Use:
    """What is done with the value whose tokens stand from `start` to `end`."""
    if _is_mark(found, end, "??="):
        return Use.DEFAULT
    if _is_mark(found, end, *_INSTEAD) and _is_mark(found, end + 1, "="):
        return Use.DEFAULT
    if _is_mark(found, end, "=") and not _is_mark(found, start - 1, "=", "{", ","):
        return Use.DEFAULT
    if _is_in_choice(found, start, end):
        return Use.DEFAULT
    first, last = _asked(found, start, end)
    if _has_instead(found, last):
        return Use.DEFAULT
    if _is_compared(found, first, last):
        return Use.COMPARED
    return Use.EMPTY if first < start and found[first].is_mark("(") else Use.OTHER


def _asked(found: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """Where what is made of a value begins and ends, which is nothing where that is nothing.

    `Number(value)`, `value?.trim()`, `(value || "").toLowerCase()`.
    """
    if _is_mark(found, start - 1, "(") and _text(found, start - 2) in _NUMBERS:
        shut = closing(found, start - 1)
        if _is_mark(found, end, ")", ","):
            first = start - 2
            return (first - 2 if _is_mark(found, first - 1, ".") else first), shut + 1
    if _is_mark(found, end, "?."):
        return start, _after_members(found, end)
    is_empty = _is_mark(found, end, *_INSTEAD) and _is_nothing(found, end + 1)
    if is_empty and _is_mark(found, start - 1, "(") and _is_mark(found, end + 2, ")"):
        return start - 1, _after_members(found, end + 3)
    return start, end


def _after_members(found: Sequence[Token], position: int) -> int:
    """Where what is read off a value, and called, ends."""
    while position < len(found):
        if _is_mark(found, position, ".", "?."):
            position += 1 if _is_mark(found, position + 1, "(", "[") else 2
        elif _is_mark(found, position, "(", "["):
            position = closing(found, position) + 1
        else:
            return position
    return position


def _has_instead(found: Sequence[Token], position: int) -> bool:
    """Whether another value stands behind `||` or `??`, perhaps after some that are none."""
    while _is_mark(found, position, *_INSTEAD):
        end = _operand_end(found, position + 1)
        if _is_value(found, position + 1, end):
            return True
        position = end
    return False


def _operand_end(found: Sequence[Token], start: int) -> int:
    """Where an operand ends that begins at a position."""
    position = start
    while position < len(found):
        token = found[position]
        if token.is_mark(*_ENDS):
            return position
        is_new = position > start and token.line > found[position - 1].line
        if is_new and token.sort is not Sort.MARK:
            return position
        position = closing(found, position) + 1 if token.is_mark(*_OPENING) else position + 1
    return position


def _is_value(found: Sequence[Token], start: int, end: int) -> bool:
    """Whether an operand is another value: not nothing, no variable, and it does not complain."""
    operand = found[start:end]
    if not operand or (_is_nothing(found, start) and end == start + 1):
        return False
    texts = [token.text for token in operand if token.sort is Sort.NAME]
    if "throw" in texts or "env" in texts:
        return False
    is_call = len(operand) > 1 and operand[-1].is_mark(")")
    return not (is_call and any(_COMPLAINS.search(text) for text in texts))


def _is_in_choice(found: Sequence[Token], start: int, end: int) -> bool:
    """Whether a value is asked for in `value ? value : "a"`, in either place, or the other way."""
    words = [token.text for token in found[start:end]]
    for question in range(max(0, start - 12), min(len(found), end + 3)):
        if not _is_mark(found, question, "?"):
            continue
        middle = _operand_end(found, question + 1)
        last = _operand_end(found, middle + 1)
        if not _is_mark(found, middle, ":") or not question - 8 < end < last + 1:
            continue
        asked = [token.text for token in found[max(0, question - len(words) - 2) : question]]
        if not _holds(asked, words):
            continue
        branches = ((question + 1, middle), (middle + 1, last))
        held = [_holds([t.text for t in found[a:b]], words) for a, b in branches]
        for is_held, (first, after) in zip(held, reversed(branches), strict=True):
            if is_held and _is_value(found, first, after):
                return True
    return False


def _holds(texts: Sequence[str], words: Sequence[str]) -> bool:
    """Whether texts hold others in their order, without a gap."""
    size = len(words)
    return any(list(texts[at : at + size]) == list(words) for at in range(len(texts) - size + 1))


def _is_compared(found: Sequence[Token], start: int, end: int) -> bool:
    """Whether a value is compared with texts that are written there."""
    if _is_mark(found, end, *_EQUAL) and end + 1 < len(found):
        return _is_literal(found, end + 1)
    if _is_mark(found, start - 1, *_EQUAL):
        return _is_literal(found, start - 2)
    if not _is_mark(found, start - 1, "(") or not _is_mark(found, end, ")"):
        return False
    before = _text(found, start - 2)
    if before == "switch" and _is_mark(found, end + 1, "{"):
        body = found[end + 1 : closing(found, end + 1)]
        return not any(token.text == "throw" for token in body)
    return before == "includes" and _is_mark(found, start - 4, "]")


def _is_literal(found: Sequence[Token], position: int) -> bool:
    token = found[position]
    return token.sort in (Sort.TEXT, Sort.NUMBER) and bool(token.text)


def _is_nothing(found: Sequence[Token], position: int) -> bool:
    if not 0 <= position < len(found) or found[position].sort is Sort.MARK:
        return False
    return found[position].text in _NOTHING


def _text(found: Sequence[Token], position: int) -> str:
    return found[position].text if 0 <= position < len(found) else ""


def _is_mark(found: Sequence[Token], position: int, *marks: str) -> bool:
    return 0 <= position < len(found) and found[position].is_mark(*marks)


def closing(found: Sequence[Token], start: int) -> int:
    """The position of the mark that closes the bracket at a position, or the last."""
    depth = 0
    for position in range(start, len(found)):
        if found[position].is_mark(*_OPENING):
            depth += 1
        elif found[position].is_mark(*_CLOSING):
            depth -= 1
            if depth == 0:
                return position
    return max(0, len(found) - 1)


def opening(found: Sequence[Token], end: int) -> int:
    """The position of the mark that opens the bracket around, or closed at, a position; or 0."""
    depth = 0 if found[end].is_mark(*_CLOSING) else 1
    for position in range(end if depth == 0 else end - 1, -1, -1):
        if found[position].is_mark(*_CLOSING):
            depth += 1
        elif found[position].is_mark(*_OPENING):
            depth -= 1
            if depth == 0:
                return position
    return 0
