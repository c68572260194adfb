"""Terraform's templates, in heredocs and in files of `templatefile`: `${...}` and `%{ if ... }`.

A text becomes parts: texts, expressions, and the parts below a condition or a loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = ["Condition", "Interpolation", "Loop", "TemplateSyntaxError", "parts_of", "trimmed"]

_OPENING = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_INSIDE = re.compile(r'\\.|"|\$\{|\{|\}', re.DOTALL)
_LOOP = re.compile(r"for\s+(\w+)\s*(?:,\s*(\w+))?\s+in\s+(.*)", re.DOTALL)


class TemplateSyntaxError(ValueError):
    """A template that is broken; `line` counts from the first one of it, which is 0."""

    def __init__(self, problem: str, line: int) -> None:
        self.problem, self.line = problem, line
        super().__init__(problem, line)


class Interpolation(NamedTuple):
    """The text of an expression, and how many lines stand above it."""

    text: str
    line: int


@dataclass(slots=True)
class Condition:
    """The parts of `%{ if test }`, and those of its `%{ else }`."""

    test: Interpolation
    then: list[Any] = field(default_factory=list)
    otherwise: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Loop:
    """The parts of `%{ for key, value in items }`; `key` is empty where only a value is named."""

    key: str
    value: str
    items: Interpolation
    body: list[Any] = field(default_factory=list)


class _Piece(NamedTuple):
    """A text, or what stands in `${}` or `%{}`, and whether `~` strips the text on either side."""

    kind: str
    text: str
    line: int
    before: bool = False
    behind: bool = False


def parts_of(text: str) -> list[Any]:
    """The parts of a template: texts, `Interpolation`, `Condition` and `Loop`.

    Raises TemplateSyntaxError for what is not closed or out of place.
    """
    pieces = _stripped(list(_pieces(text)))
    parts, rest = _nested(pieces, 0, ())
    if rest != len(pieces):
        raise TemplateSyntaxError(f"%{{ {pieces[rest].text} }} has no beginning", pieces[rest].line)
    return parts


def trimmed(text: str) -> str:
    """The lines of a `<<-` heredoc without the indentation that all of them have."""
    lines = text.split("\n")
    indents = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    indent = min(indents, default=0)
    return "\n".join(line[indent:] if line.strip() else line.lstrip(" \t") for line in lines)


def _pieces(text: str) -> Iterator[_Piece]:
    position, literal = 0, ""
    while match := _OPENING.search(text, position):
        literal += text[position : match.start()]
        sign = match.group()
        if len(sign) == 3:
            literal += sign[1:]
            position = match.end()
            continue
        line = text.count("\n", 0, match.start())
        end = _closing(text, match.end(), line)
        inner = text[match.end() : end]
        before, behind = inner.startswith("~"), inner.endswith("~")
        yield _Piece("text", literal, line)
        yield _Piece(sign[0], inner.strip("~").strip(), line, before, behind)
        position, literal = end + 1, ""
    yield _Piece("text", literal + text[position:], 0)


def _closing(text: str, start: int, line: int) -> int:
    """Where the brace stands that closes what was opened just before `start`."""
    within = ["{"]
    position = start
    while match := _INSIDE.search(text, position):
        sign, position = match.group(), match.end()
        is_in_text = within[-1] == '"'
        if sign == '"':
            within.pop() if is_in_text else within.append('"')
        elif sign == "${" or (sign == "{" and not is_in_text):
            within.append("{")
        elif sign == "}" and not is_in_text:
            within.pop()
            if not within:
                return match.start()
    raise TemplateSyntaxError("${ or %{ is not closed", line)


def _stripped(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Pieces whose texts are without the spaces that `~` takes away."""
    stripped: list[_Piece] = []
    for index, piece in enumerate(pieces):
        text = piece.text
        if piece.kind == "text":
            if index and pieces[index - 1].behind:
                text = text.lstrip()
            if index + 1 < len(pieces) and pieces[index + 1].before:
                text = text.rstrip()
        stripped.append(piece._replace(text=text))
    return stripped


def _nested(
    pieces: Sequence[_Piece], start: int, endings: tuple[str, ...]
) -> tuple[list[Any], int]:
    """The parts from a piece to the directive that ends them, and where that stands."""
    parts: list[Any] = []
    index = start
    while index < len(pieces):
        piece = pieces[index]
        if piece.kind == "text":
            if piece.text:
                parts.append(piece.text)
        elif piece.kind == "$":
            parts.append(Interpolation(piece.text, piece.line))
        elif piece.text in ("else", "endif", "endfor"):
            return parts, index
        else:
            part, index = _directive(pieces, index)
            parts.append(part)
        index += 1
    if endings:
        raise TemplateSyntaxError(f"%{{ {endings[-1]} }} is missing", pieces[start - 1].line)
    return parts, index


def _directive(pieces: Sequence[_Piece], index: int) -> tuple[Condition | Loop, int]:
    """The condition or loop that begins at a piece, and where it ends."""
    piece = pieces[index]
    if match := _LOOP.fullmatch(piece.text):
        first, second, items = match.groups()
        loop = Loop(first if second else "", second or first, Interpolation(items, piece.line))
        loop.body, index = _nested(pieces, index + 1, ("endfor",))
        return loop, index
    if not piece.text.startswith("if"):
        raise TemplateSyntaxError(f"%{{ {piece.text} }} is no directive", piece.line)
    condition = Condition(Interpolation(piece.text[2:].strip(), piece.line))
    condition.then, index = _nested(pieces, index + 1, ("else", "endif"))
    if pieces[index].text == "else":
        condition.otherwise, index = _nested(pieces, index + 1, ("endif",))
    return condition, index
