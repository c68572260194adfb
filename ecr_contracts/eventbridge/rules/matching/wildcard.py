r"""The operator `wildcard`: `*` stands for any characters or none, `\*` and `\\` for themselves.

A wildcard is its literal pieces: the text begins with the first, ends with the last, and holds the
others between them in their order. Each piece is taken where it first occurs, which is never worse
than a later place, so that nothing is tried twice: the time is linear in the text, whatever the
wildcard.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKEN = re.compile(r"\*\*|\\[*\\]|\*|\\|[^*\\]+")


class WildcardError(ValueError):
    """A wildcard that EventBridge refuses; the message says what is wrong with it."""


def pieces_of(wildcard: str) -> tuple[str, ...]:
    r"""The literal pieces between the asterisks: `a*\*b` has the pieces `a` and `*b`.

    A wildcard without an asterisk is one piece. Raises WildcardError for two asterisks in a row and
    for a backslash before anything but an asterisk or a backslash.
    """
    pieces = [""]
    for token in _TOKEN.findall(wildcard):
        if token == "**":
            raise WildcardError("two asterisks stand in a row; one is enough")
        if token == "\\":
            raise WildcardError(r"a backslash stands only before * and before another: \* and \\")
        if token == "*":
            pieces.append("")
        else:
            pieces[-1] += token.removeprefix("\\") if token[0] == "\\" else token
    return tuple(pieces)


def matcher(wildcard: str) -> Callable[[str], bool]:
    """The test whether a whole text matches a wildcard. Raises WildcardError as `pieces_of`."""
    pieces = pieces_of(wildcard)
    if len(pieces) == 1:
        return pieces[0].__eq__
    first, *between, last = pieces
    shortest = len(first) + len(last)

    def matches(text: str) -> bool:
        if len(text) < shortest or not text.startswith(first) or not text.endswith(last):
            return False
        position, end = len(first), len(text) - len(last)
        for piece in between:
            position = text.find(piece, position, end)
            if position < 0:
                return False
            position += len(piece)
        return True

    return matches
