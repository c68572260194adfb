"""Where lines of words are broken so that they fit a screen.

They are broken at spaces, but never within what is there to be copied: a command, a name in quotes,
an option with its value and a setting of TOML stay in one piece, and so does a long word, such as a
path. Only words of wide letters, as in Chinese and Japanese, which have no spaces between them, are
broken within.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["breaks", "cells", "wrapped"]

_COPIED_INDENT = "    "
"""What a line of a message begins with that is there to be copied as it stands."""

_PIECE = re.compile(
    r"`[^`\n]+`"
    r"|(?<![^\s(\[{])'[^'\n]+'(?![\w'])"
    r'|(?<![^\s(\[{])"[^"\n]+"(?![\w"])'
    r"|(?<![^\s(\[{])--[a-z][a-z-]* (?:[A-Z][\w=:/.-]*|[\w.-]+=\S+)"
    r"|(?<!\S)ecr-contracts [a-z]+(?: (?:--?[a-z-]+|[A-Z]+)\b)*"
    r"|(?<!\S)(?:python -m pip|pip|npm|docker) (?:install|run)\b(?:[^\n:;,]|:(?=\S))*"
    r"|(?<!\S)[a-z][\w-]* = (?:\[[^\n\]]*\]|\{[^\n}]*\}|\"[^\"\n]*\")"
)
"""What is not broken at its spaces."""

_WORD = re.compile(r"\s*\S+\s*")
_GLUE = "\x00"  # for a space within a piece: it is none, and takes one column as one does
_LEAST = 20  # columns that words get, however far they are indented


def wrapped(text: str, width: int) -> str:
    """The lines of a message, none wider than a screen where it can be broken.

    What follows a break is indented by two columns more than its line. A line that is indented by
    four is there to be copied, and stays as it is.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        if line.startswith(_COPIED_INDENT):
            lines.append(line)
        else:
            lines += _lines_of(line, width)
    return "\n".join(lines)


def _lines_of(line: str, width: int) -> Iterator[str]:
    indent = " " * (len(line) - len(line.lstrip(" ")))
    words = line[len(indent) :]
    following = f"{indent}  "
    start = 0
    for end in [*breaks(words, max(width - len(following), _LEAST), first=2), len(words)]:
        yield (indent + words[start:end]).rstrip()
        indent, start = following, end


def breaks(text: str, width: int, *, first: int = 0) -> list[int]:
    """The offsets in a line at which it is to be broken, to fit a width.

    `first` columns more are there for what stands before the first break.
    """
    offsets: list[int] = []
    column = -first
    for word in _WORD.finditer(_PIECE.sub(lambda piece: _in_one(piece.group(), width), text)):
        wide = cells(word.group().rstrip())
        if column > 0 and column + wide > width:
            offsets.append(word.start())
            column = 0
        if column + wide > width and wide != len(word.group().rstrip()):
            column = _break_within(text, word.span(), width, column, offsets)
        else:
            column += cells(word.group())
    return offsets


def _in_one(piece: str, width: int) -> str:
    """A piece without spaces to be broken at; in quotes only what fits a line is one."""
    if piece[0] in "'\"" and cells(piece) > width:
        return piece
    return piece.replace(" ", _GLUE)


def _break_within(
    text: str, span: tuple[int, int], width: int, column: int, offsets: list[int]
) -> int:
    """Break a word of wide letters wherever it leaves the line; the column after it."""
    for place in range(*span):
        wide = cells(text[place])
        if column + wide > width and column > 0 and wide > 0 and text[place] != " ":
            offsets.append(place)
            column = 0
        column += wide
    return column


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # few texts ask

    columns = 0
    for letter in text:
        if combining(letter) or letter in "\u200d\u200c\ufe0f\ufe0e":
            continue
        columns += 2 if east_asian_width(letter) in "WF" else 1
    return columns
