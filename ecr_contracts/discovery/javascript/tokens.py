"""The tokens of JavaScript: texts, names, numbers and marks, each with its line.

Comments are left out, and so are regular expressions, which hold what looks like texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["CLOSING", "OPENING", "Sort", "Token", "closing_of", "tokens"]


OPENING, CLOSING = ("(", "[", "{", "${"), (")", "]", "}", "}$")
"""The marks of brackets; `${` and `}$` are those of what is inserted in a template."""


class Sort(StrEnum):
    """What a token is."""

    TEXT = "text"
    NAME = "name"
    NUMBER = "number"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """A token: the text without its quotes, a name, a number, or a mark such as `===`.

    `start` and `end` are its offsets in the source; -1 within a template.
    """

    sort: Sort
    text: str
    line: int
    start: int = -1
    end: int = -1

    def is_mark(self, *marks: str) -> bool:
        """Whether it is one of some marks."""
        return self.sort is Sort.MARK and self.text in marks


_NEXT = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?(?:\*/|\Z)|\A\#![^\n]*)
    |(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<template>`(?:\\.|[^`\\])*`)
    |(?P<name>[A-Za-z_$][\w$]*)
    |(?P<number>\d[\w.]*)
    |(?P<mark>===|!==|=>|\?\.|\?\?=?|&&|\|\||==|!=|<=|>=|\+\+|--|\.\.\.|.)""",
    re.DOTALL | re.VERBOSE,
)
_EXPRESSION = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
_INSERTED = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\n|.))", re.DOTALL
)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_BEFORE_EXPRESSION = frozenset([*"(,=:[!&|?{};+", "=>", "&&", "||", "??", "return", "typeof"])
_HIGHEST = 0x10FFFF


def tokens(source: str) -> list[Token]:
    """The tokens of a source, in their order; what is inserted into a template comes after it."""
    return list(_tokens(source, 1, is_whole=True))


def _span(match: re.Match[str], *, is_whole: bool) -> tuple[int, int]:
    return match.span() if is_whole else (-1, -1)


def _tokens(source: str, line: int, *, is_whole: bool = False) -> Iterator[Token]:
    position, before = 0, ""
    while position < len(source):
        if source[position] == "/" and (not before or before in _BEFORE_EXPRESSION):
            expression = _EXPRESSION.match(source, position)
            if expression is not None:
                position, before = expression.end(), "/"
                continue
        match = _NEXT.match(source, position)
        if match is None:
            return
        sort, text = str(match.lastgroup), match[0]
        if sort == "template":
            yield from _template(text[1:-1], line)
        elif sort == "text":
            yield Token(Sort.TEXT, _unescaped(text[1:-1]), line, *_span(match, is_whole=is_whole))
        elif sort != "space":
            yield Token(Sort(sort), text, line, *_span(match, is_whole=is_whole))
        if sort != "space":
            is_operand = sort in ("text", "template", "number")
            before = "operand" if is_operand else text
        line += text.count("\n")
        position = match.end()


def _template(content: str, line: int) -> Iterator[Token]:
    """The texts of a template, each a token, then what is inserted between them."""
    position = 0
    inserted: list[tuple[str, int]] = []
    for match in _INSERTED.finditer(content):
        if match.start() > position:
            yield Token(Sort.TEXT, _unescaped(content[position : match.start()]), line)
        inserted.append((match[1], line + content.count("\n", 0, match.start())))
        position = match.end()
    if position < len(content) or not inserted:
        yield Token(Sort.TEXT, _unescaped(content[position:]), line)
    for expression, at in inserted:
        yield Token(Sort.MARK, "${", at)
        yield from _tokens(expression, at)
        yield Token(Sort.MARK, "}$", at)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _ESCAPED.get(match[4], match[4])
    number = int(code, 16)
    return chr(number) if number <= _HIGHEST else ""


def closing_of(found: Sequence[Token], opening: int) -> int:
    """The position of the mark that closes the bracket at a position, or the last."""
    depth = 0
    for position in range(opening, len(found)):
        if found[position].is_mark(*OPENING):
            depth += 1
        elif found[position].is_mark(*CLOSING):
            depth -= 1
            if depth == 0:
                return position
    return max(0, len(found) - 1)
