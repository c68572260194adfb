"""The texts that JavaScript tests for where it does something else for all other values.

An `else`, a `? :`, the `default` of a `switch`, and what follows a test that returns are such
alternatives, as in Python (`discovery.source.alternatives`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_contracts.discovery.javascript.tokens import (
    CLOSING,
    OPENING,
    Sort,
    Token,
    closing_of,
)

__all__ = ["texts_with_alternative"]

_EQUAL = ("===", "==")
_LEAVING = ("return", "throw", "continue", "break")
_WRITTEN = ("JSON", "stringify", "true", "false", "null", "undefined")
"""Names in an answer that is written out."""


def texts_with_alternative(found: Sequence[Token]) -> Iterator[str]:
    """The texts in tests for equality that an alternative follows."""
    for position in range(1, len(found) - 1):
        token = found[position]
        if found[position - 1].is_mark(*_EQUAL) and _is_followed(found, position):
            yield token.text
        if found[position - 1].text == "case" and _has_default(found, position):
            yield token.text


def _is_followed(found: Sequence[Token], position: int) -> bool:
    """Whether something is done where the test that ends at a position does not hold."""
    opening = _opening(found, position)
    if found[position + 1].is_mark("?"):
        return True
    if opening < 1 or found[opening - 1].text != "if" or not found[opening].is_mark("("):
        return False
    start = closing_of(found, opening) + 1
    if start >= len(found):
        return False
    end = closing_of(found, start) if found[start].is_mark("{") else _end_of_statement(found, start)
    after = found[end + 1] if end + 1 < len(found) else None
    if after is None:
        return False
    if after.text == "else":
        return _does_something(found, end + 2)
    leaves = any(token.text in _LEAVING for token in found[start:end])
    return leaves and not after.is_mark("}")


def _does_something(found: Sequence[Token], start: int) -> bool:
    """Whether what follows an `else` does more than to throw, or to return what is written out."""
    if start >= len(found):
        return False
    if found[start].is_mark("{"):
        start, end = start + 1, closing_of(found, start)
    else:
        end = _end_of_statement(found, start)
    block = found[start:end]
    if not block or block[0].text == "throw":
        return False
    if block[0].text != "return":
        return True
    return any(_is_looked_up(found, position) for position in range(start + 1, end))


def _is_looked_up(found: Sequence[Token], position: int) -> bool:
    """Whether a token is a name whose value only a run knows: no key, no part of the language."""
    is_key = position + 1 < len(found) and found[position + 1].is_mark(":")
    return found[position].sort is Sort.NAME and not is_key and found[position].text not in _WRITTEN


def _opening(found: Sequence[Token], position: int) -> int:
    """The position of the bracket around a position; -1 where there is none."""
    depth = 0
    for before in range(position - 1, -1, -1):
        if found[before].is_mark(*CLOSING):
            depth += 1
        elif found[before].is_mark(*OPENING):
            if depth == 0:
                return before
            depth -= 1
    return -1


def _end_of_statement(found: Sequence[Token], start: int) -> int:
    """The position of the mark that ends a statement without braces around it."""
    position = start
    while position < len(found) and not found[position].is_mark(";"):
        is_bracket = found[position].is_mark(*OPENING)
        position = closing_of(found, position) + 1 if is_bracket else position + 1
    return position


def _has_default(found: Sequence[Token], position: int) -> bool:
    """Whether the `switch` around a `case` has something for all other values."""
    opening = _opening(found, position)
    block = found[opening : closing_of(found, opening)] if opening >= 0 else ()
    return any(token.text == "default" for token in block)
