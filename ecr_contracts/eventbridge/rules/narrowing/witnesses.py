"""Texts that a regular expression of Python matches, for most expressions that people write.

An expression is put into the part that every engine reads alike (`events.regexes`), which can be
enumerated: a dot becomes letters and digits, a group with a name one without. Of what is too much
for that (look-ahead, references to groups) there are no texts. What is found is matched by the
expression itself before it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecr_contracts.eventbridge.rules.matching.regular import Matches
from ecr_contracts.events.regexes import Digits, Pattern

__all__ = ["texts_matched"]

_MOST = 200  # words of an expression that are looked at
_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789"
_CLASSES = {"d": "0-9", "w": "a-z0-9", "s": " "}
_TOKEN = re.compile(
    r"""
    \\(?P<escape>[dwsDWSAZb.+*?^$()\[\]{}|\\/\-_:@\#])   # an escape
    | \[(?P<negated>\^?)(?P<members>(?:\\.|[^\]\\])+)\]   # a class
    | (?P<group>\((?:\?:|\?P<\w+>))                       # a group of any sort but look-around
    | (?P<unknown>\(\?)                                   # and look-around
    | (?P<dot>\.)
    | (?P<lazy>(?:[*+?]|\{[0-9,]+\})\??)
    | (?P<anchor>[\^$])
    | (?P<other>.)
    """,
    re.VERBOSE,
)
_ENDS = ("", "1", "a", "app")


def texts_matched(condition: Matches) -> Iterator[str]:
    """Texts for which a condition holds, plain ones first; none where they cannot be told."""
    simplified = _simplified(condition.expression)
    if simplified is None:
        return
    try:
        pattern = Pattern(f"^{simplified}$")
    except (ValueError, RecursionError):
        return
    seen: set[str] = set()
    for number in range(_MOST):
        word = pattern.word(Digits(number))
        for end in _ENDS:
            text = f"{word}{end}"
            if text not in seen and condition.holds(text):
                seen.add(text)
                yield text


def _simplified(expression: str) -> str | None:
    """An expression in the part that every engine reads alike, None where that is too little."""
    pieces: list[str] = []
    for token in _TOKEN.finditer(expression):
        piece = _piece(token)
        if piece is None:
            return None
        pieces.append(piece)
    return "".join(pieces)


def _piece(token: re.Match[str]) -> str | None:
    """One token of an expression in that part."""
    match token.lastgroup:
        case "escape":
            return _escape(token["escape"])
        case "members":
            return _class(token["members"], is_negated=bool(token["negated"]))
        case "group":
            return "("
        case "dot":
            return "[a-z0-9]"
        case "lazy":
            quantifier = token["lazy"]
            return quantifier[:-1] if len(quantifier) > 1 and quantifier[-1] == "?" else quantifier
        case "anchor":
            return ""
        case "other":
            return token["other"]
    return None


def _escape(letter: str) -> str | None:
    """An escape outside of a class: a class, an anchor, or a character that stands for itself."""
    if letter in _CLASSES:
        return f"[{_CLASSES[letter]}]"
    if letter in "AZb":
        return ""
    if letter in "DWS":
        return {"D": "[a-z]", "W": "[-]", "S": "[a-z0-9]"}[letter]
    return f"\\{letter}" if letter in ".+*?^$()[]{}|\\/-" else letter


def _class(members: str, *, is_negated: bool) -> str | None:
    """A class of characters; of one that is denied those plain characters that are left."""
    if any(f"\\{one}" in members and f"\\{one.upper()}" in members for one in _CLASSES):
        return f"[{_PLAIN}]"  # any character whatever, as people write it
    if is_negated:
        excluded = Matches(f"[{members}]")
        left = "".join(one for one in _PLAIN if not excluded.holds(one))
        return f"[{left}]" if left else None
    plain = members
    for letter, of_letter in _CLASSES.items():
        plain = plain.replace(f"\\{letter}", of_letter)
    return f"[{plain}]"
