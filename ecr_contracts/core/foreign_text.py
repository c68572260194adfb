r"""Foreign text shown: what a terminal or a reader might act on is escaped, all else stays.

Text is foreign where we did not write it: values and keys of events, names of files, functions and
exceptions, messages, output, words of a command line. In it stand for themselves: letters, digits
and signs of every script, spaces, and the joiners and selectors within an emoji or a word. Escaped
are control characters (C0, DEL, C1), what changes the direction of text, what has no width, line
and paragraph separators, lone surrogates, tags, private and unassigned characters, and what GitHub
would take for a command in a log. Escapes are those of Python (`\x9b`, `\u202e`) or, in a JSON
document, those of JSON, so that its value stays the same.
"""

from __future__ import annotations

import re

__all__ = ["in_json", "lines", "one_line"]

# The lines that GitHub's runner obeys (`::error::…` where a line begins, `##[error]…` anywhere), as
# github.com/actions/runner reads them: src/Runner.Common/ActionCommand.cs.
_LOG_COMMAND = re.compile(r"^([^\S\n]*):(?=:)|#(?=#\[)", re.MULTILINE)

# Printable for Python, and yet nothing is seen of them: Default_Ignorable_Code_Point of Unicode,
# without what Python escapes itself, and without selectors, which `_is_within` judges.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_IDEOGRAPHIC_SPACE = "\u3000"
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_JOINERS = frozenset({_NON_JOINER, _JOINER})
_EMOJI_SELECTOR = "\ufe0f"
_KEYCAPS = frozenset("0123456789#*")
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_SELECTORS = range(0xFE00, 0xFE10)
_MORE_SELECTORS = range(0xE0100, 0xE01F0)
_VIRAMA = 9
"""The combining class of the sign behind which Indic scripts have joiners."""


def one_line(text: str) -> str:
    """A text as it may stand within a line: line breaks and tabs are escaped too."""
    return _escaped(text, "")


def lines(text: str) -> str:
    """A text of several lines: their breaks stay; tabs are escaped, as they are within a line."""
    return _escaped(text.replace("\r\n", "\n"), "\n")


def in_json(document: str, encoding: str | None = "utf-8") -> str:
    """A JSON document of the same value, without what must not be shown or cannot be encoded.

    Line breaks and tabs are taken for layout: within a text of JSON they stand as escapes.
    """
    if document.isascii() and document.isprintable() and "##[" not in document:
        return document
    document = document.replace("\r\n", "\n").replace("\r", "\n")
    letters: list[str] = []
    for number, letter in enumerate(document):
        if letter in "\n\t" or _is_shown(document, number):
            letters.append(letter)
        else:
            letters.append(_json_escape(letter))
    text = "".join(letters).replace("##[", r"\u0023#[")
    return _encodable_json(text, encoding or "utf-8")


def _encodable_json(document: str, encoding: str) -> str:
    try:
        document.encode(encoding)
    except UnicodeEncodeError:
        letters: list[str] = []
        for letter in document:
            try:
                letter.encode(encoding)
            except UnicodeEncodeError:
                letter = _json_escape(letter)
            letters.append(letter)
        return "".join(letters)
    return document


def _json_escape(letter: str) -> str:
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


# --- letters --------------------------------------------------------------------------------------


def _escaped(text: str, kept: str) -> str:
    """A text with Python's escapes, but for letters that are `kept`."""
    is_plain = text.isascii() and text.replace("\n", kept or "\n").isprintable()
    if not is_plain:
        letters: list[str] = []
        for number, letter in enumerate(text):
            if letter in kept or _is_shown(text, number):
                letters.append(letter)
            else:
                letters.append(_escape(letter))
        text = "".join(letters)
    if "::" in text or "##[" in text:
        text = _LOG_COMMAND.sub(_unlike_a_command, text)
    return text


def _escape(letter: str) -> str:
    if not letter.isprintable():
        return repr(letter)[1:-1]
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def _unlike_a_command(mark: re.Match[str]) -> str:
    return r"\x23" if mark.group() == "#" else rf"{mark.group(1)}\x3a"


def _is_shown(text: str, number: int) -> bool:
    """Whether a letter of a text stands for itself."""
    letter = text[number]
    if letter < "\x7f":
        return letter >= " "
    if letter in _JOINERS or ord(letter) in _SELECTORS or ord(letter) in _MORE_SELECTORS:
        before, after = text[max(0, number - 1) : number], text[number + 1 : number + 2]
        return before != "" and _is_within(letter, before, after)
    if letter in _UNSEEN:
        return False
    return letter.isprintable() or letter == _IDEOGRAPHIC_SPACE


def _is_within(letter: str, before: str, after: str) -> bool:
    """Whether a joiner or a selector does, between its neighbours, what Unicode has it for."""
    from unicodedata import bidirectional, category, combining, east_asian_width  # few texts ask

    if letter in _JOINERS:
        if combining(before) == _VIRAMA:
            return category(after)[:1] == "L" if after else False
        if letter == _JOINER and after and category(after) == "So":
            is_emoji = before == _EMOJI_SELECTOR or ord(before) in _SKIN_TONES
            return is_emoji or category(before) == "So"
        if letter == _JOINER or after == "":
            return False
        return all(bidirectional(one) == "AL" and category(one) == "Lo" for one in before + after)
    if ord(before) in _SELECTORS or ord(before) in _MORE_SELECTORS:
        return False
    if letter == _EMOJI_SELECTOR and (before in _KEYCAPS or category(before) == "So"):
        return True
    return category(before) == "Lo" and east_asian_width(before) == "W"
