"""Which field of the event each name of a source stands for, as far as assignments tell.

    const { detail } = event;                         // detail: $.detail
    const repository = detail["repository-name"];     // repository: $.detail.repository-name

Names of functions' parameters are not followed; `event` and `detail` are taken for what they say.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecr_contracts.discovery.javascript.tokens import Sort, Token, closing_of

__all__ = ["Steps", "fields_of_names", "operand_after", "operand_before"]

Steps = tuple[str, ...]
"""The keys that lead from an event to a field of it."""

_ROOTS: dict[str, Steps] = {"event": (), "detail": ("detail",)}
_DECLARING = ("const", "let", "var")
_WRAPPED = ("JSON", ".", "parse", "(")


def fields_of_names(found: Sequence[Token], parameter: str) -> dict[str, Steps]:
    """The fields that names stand for; `parameter` is what the handler calls its event."""
    fields = dict(_ROOTS)
    if parameter:
        fields[parameter] = ()
    for position, token in enumerate(found):
        if token.text in _DECLARING and token.sort is Sort.NAME and position + 1 < len(found):
            _take_declared(found, position + 1, fields)
        elif token.is_mark("({", "(") and position + 1 < len(found):
            _take_parameter(found, position + 1, fields)
    return fields


def _take_declared(found: Sequence[Token], start: int, fields: dict[str, Steps]) -> None:
    """Take in `const name = …` and `const { key: name } = …`."""
    if found[start].is_mark("{"):
        closing = closing_of(found, start)
        if closing + 1 < len(found) and found[closing + 1].is_mark("="):
            steps = _value(found, closing + 2, fields)
            if steps is not None:
                _take_pattern(found, start, steps, fields)
    elif start + 1 < len(found) and found[start + 1].is_mark("="):
        steps = _value(found, start + 2, fields)
        if steps is not None:
            fields[found[start].text] = steps
        elif found[start].text not in _ROOTS:
            fields.pop(found[start].text, None)


def _take_parameter(found: Sequence[Token], start: int, fields: dict[str, Steps]) -> None:
    """Take in `async ({ detail: { "image-tag": tag } }) => …`, where it has keys of an event."""
    if not found[start].is_mark("{"):
        return
    closing = closing_of(found, start)
    after = found[closing_of(found, start - 1) + 1 :][:1]
    is_function = bool(after) and after[0].is_mark("=>", "{")
    is_parameter = is_function and found[closing + 1].is_mark(")", ",")
    keys = {token.text for token in found[start:closing]}
    if is_parameter and "detail" in keys:
        _take_pattern(found, start, (), fields)


def _value(found: Sequence[Token], start: int, fields: dict[str, Steps]) -> Steps | None:
    """The field that the expression at a position stands for; None for any other."""
    if tuple(token.text for token in found[start : start + 4]) == _WRAPPED:
        return ()
    steps, end = operand_after(found, start, fields)
    if steps is None or end >= len(found):
        return steps
    after = found[end]
    is_whole = after.is_mark(";", ",", "}", "??", "||") or after.line > found[end - 1].line
    return steps if is_whole else None


def _take_pattern(
    found: Sequence[Token], opening: int, steps: Steps, fields: dict[str, Steps]
) -> None:
    """Take in the names of a pattern in braces that a field is taken apart into."""
    position, closing = opening + 1, closing_of(found, opening)
    while position < closing:
        key = found[position]
        position += 1
        if key.sort not in (Sort.NAME, Sort.TEXT) or not found[position - 2].is_mark("{", ","):
            continue
        inner = (*steps, key.text)
        if not found[position].is_mark(":"):
            fields[key.text] = inner
        elif found[position + 1].is_mark("{"):
            _take_pattern(found, position + 1, inner, fields)
            position = closing_of(found, position + 1)
        else:
            fields[found[position + 1].text] = inner


def operand_after(
    found: Sequence[Token], start: int, fields: dict[str, Steps]
) -> tuple[Steps | None, int]:
    """The field that begins at a position, and where it ends; no field where it is none."""
    if start >= len(found) or found[start].sort is not Sort.NAME:
        return None, start
    steps = fields.get(found[start].text)
    position = start + 1
    while position + 1 < len(found):
        token, following = found[position], found[position + 1]
        if token.is_mark("?.") and following.is_mark("["):
            position += 1
        elif token.is_mark(".", "?.") and following.sort is Sort.NAME:
            if position + 2 < len(found) and found[position + 2].is_mark("("):
                break
            steps = None if steps is None else (*steps, following.text)
            position += 2
        elif token.is_mark("[") and following.sort is Sort.TEXT:
            steps = None if steps is None else (*steps, following.text)
            position += 3
        else:
            break
    return steps, position


def operand_before(found: Sequence[Token], end: int, fields: dict[str, Steps]) -> Steps | None:
    """The field that ends right before a position; None where it is none."""
    for start in range(end - 1, max(-1, end - 20), -1):
        is_start = found[start].sort is Sort.NAME and fields.get(found[start].text) is not None
        if is_start and not (start and found[start - 1].is_mark(".", "?.")):
            steps, reached = operand_after(found, start, fields)
            if reached == end:
                return steps
    return None
