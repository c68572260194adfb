"""Where things stand in JSON text and where it stops being JSON; knows offsets and lines, not files and not events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecr_contracts.core.findings import Severity
from ecr_contracts.core.json_path import Steps
from ecr_contracts.core.text import shortened

MAX_DEPTH = 100
"""How deep a value may be nested: far more than any event is, and few enough for whoever walks it recursively."""

UNDECODED = re.compile("[\udc80-\udcff]")
"""A byte that was not UTF-8, as the error handler `surrogateescape` leaves it in text."""

# What may come next, as the first characters of the tokens that may; 0 stands for any number or
# word.
VALUE = '"0{['
NEXT = ",}]"
_VALUE_OR_END = VALUE + "]"
_KEY = '"'
_KEY_OR_END = _KEY + "}"
_COLON = ":"
_WANTED = {
    VALUE: "a value",
    NEXT: "a comma or a closing bracket",
    _VALUE_OR_END: "a value",
    _KEY: "a key",
    _KEY_OR_END: "a key",
    _COLON: "a colon",
}

_CLOSER = {"{": "}", "[": "]"}
_CONTAINER = {"{": "object", "}": "object", "[": "array", "]": "array"}

_WHITE = " \t\r\n"
_SPACE = re.compile(rf"[{_WHITE}]*+")
_BODY = r'[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*+)*+'
_STRING_BODY = re.compile(_BODY)
_TOKEN = re.compile(
    rf'[{_WHITE}]*+(?:("{_BODY}")'
    r"|((?:-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+|true|false|null|NaN|-?Infinity)(?![\w.+-]))"
    r"|([{}\[\],:]))"
)
_NUMBER = re.compile(r"[+-]?\.?[0-9][\w.+-]*")
_WORD = re.compile(r"[+-]?\w+")
_COMMENT = re.compile(r"//|/\*|#")
_QUOTES = frozenset("'`´‘’‚‛“”„‟′″«»‹›＂")  # noqa: RUF001 (what keyboards and word processors put for a quote)
_MEANT = {
    "true": "true",
    "false": "false",
    "null": "null",
    "none": "null",
    "nil": "null",
    "undefined": "null",
}
_NO_NUMBER = frozenset({"nan", "inf", "infinity"})

# int() reads so many digits, whatever limit the interpreter is set to.
_SURELY_READ = 640


@dataclass(frozen=True, slots=True)
class Flaw:
    """What keeps text from being JSON, or a key that stands twice (a warning).

    When `since` is given, it is the offset of an earlier place and `problem` ends where the number
    of its line belongs.
    """

    offset: int
    problem: str
    hint: str
    since: int | None = None
    severity: Severity = Severity.ERROR


def line_and_column(
    text: str, offset: int, start: int = 0, line: int = 1, column: int = 1
) -> tuple[int, int]:
    """The place of an offset, when that of `start` is known; lines end with a line feed, columns count characters."""
    # In JSONL this is called for every line; find is much faster than count.
    first = text.find("\n", start, offset)
    if first < 0:
        return line, column + offset - start
    if first == offset - 1:
        return line + 1, 1
    last = text.rfind("\n", first, offset)
    return line + 1 + text.count("\n", first, last), offset - last


def skip_space(text: str, at: int, end: int) -> int:
    """The offset of the next character that is not white space, or `end`."""
    found = _SPACE.match(text, at, end)
    return found.end() if found else at


def offset_of(text: str, steps: Steps, *, key: bool = False) -> int:
    """The offset of the value that a path leads to in valid JSON text, or of its key.

    Where the path leads nowhere it is the offset of the last value on the way, and of a key that
    stands twice the last.
    """
    offset = key_offset = skip_space(text, 0, len(text))
    for step in steps:
        found = None
        for name, name_at, value_at in _children(text, offset):
            if name == step:
                found = name_at, value_at
        if found is None:
            return offset
        key_offset, offset = found
    return key_offset if key else offset


def flaws(text: str, start: int = 0, end: int | None = None) -> Iterator[Flaw]:
    """All that is wrong with the one value that begins at `start`, in order, up to where nothing more can be told.

    A missing comma ends the search; NaN, a number that is too long, an undecoded byte or a repeated
    key does not.
    """
    open_keys: list[dict[str, int]] = []
    for token in _walk(text, start, len(text) if end is None else end):
        if isinstance(token, Flaw):
            yield token
            continue
        kind, at, to = token
        if kind in "{[":
            open_keys.append({})
            if len(open_keys) > MAX_DEPTH:
                yield Flaw(
                    at,
                    f"this is nested more than {MAX_DEPTH} levels deep",
                    "no event needs a tenth of that",
                )
                return
        elif kind in "}]":
            open_keys.pop()
        elif kind == "0":
            yield from _unreadable_number(text, at, to)
        elif byte := UNDECODED.search(text, at, to):
            yield Flaw(byte.start(), *_no_utf8(byte[0]))
        if kind == _COLON:
            name = json.loads(text[at:to])
            first = open_keys[-1].setdefault(name, at)
            if first != at:
                problem = f"the key {_shown(name)} stands twice and the last value wins; the first is on line"
                yield Flaw(at, problem, "take one of them away", first, Severity.WARNING)


def unexpected(
    text: str, at: int, end: int, wanted: str, brackets: Sequence[int] = (), comma: int = -1
) -> Flaw:
    """Why what stands at an offset cannot stand where a `VALUE` or what comes `NEXT` after one is wanted.

    `brackets` are the offsets of the brackets still open, `comma` that of the last comma.
    """
    at = skip_space(text, at, end)
    opened = text[brackets[-1]] if brackets else ""
    if at == end:
        return _stopping(text, end, opened, brackets)
    char = text[at]
    if char == '"' and char in wanted:
        return _broken_string(text, at, end)
    if words := _foreign(text, at):
        return Flaw(at, *words)
    if char in "}]":
        if not opened:
            return Flaw(
                at,
                f"no {_CONTAINER[char]} is open that this {char} could close",
                f"take the {char} away",
            )
        if char != _CLOSER[opened]:
            problem = f"{char} cannot close the {_CONTAINER[opened]} that begins on line"
            return Flaw(at, problem, f"write {_CLOSER[opened]} first", brackets[-1])
        if comma >= 0 and skip_space(text, comma + 1, end) == at:
            return Flaw(comma, *trailing_comma(char))
    return Flaw(at, *_misplaced(text, at, end, wanted))


def trailing_comma(closer: str) -> tuple[str, str]:
    """Problem and hint of a comma before a closing bracket."""
    return f"a comma before {closer} is not JSON", "take the comma away"


def cut_short(opener: str) -> tuple[str, str]:
    """Problem (the number of a line belongs at its end) and hint of a bracket that is never closed."""
    return (
        f"no {_CLOSER[opener]} closes the {_CONTAINER[opener]} that begins on line",
        f"the text was cut short here, or a {_CLOSER[opener]} is missing",
    )


def _walk(text: str, start: int, end: int) -> Iterator[tuple[str, int, int] | Flaw]:
    """The tokens of the one value that begins at `start`, each as its kind, start and end; a flaw is the last to come.

    The kind is a bracket, a double quote, 0 for a number or word, or a colon for a key. Only this
    function knows the grammar of JSON; it does not recurse, so it can look into any depth.
    """
    brackets: list[int] = []
    at, comma, wanted = start, -1, VALUE
    while True:
        token = _TOKEN.match(text, at, end)
        if token is None:
            yield unexpected(text, at, end, wanted, brackets, comma)
            return
        group = token.lastindex or 0
        at, to = token.span(group)
        kind = "0" if group == 2 else text[at]
        if kind not in wanted or (kind in "}]" and kind != _CLOSER[text[brackets[-1]]]):
            yield unexpected(text, at, end, wanted, brackets, comma)
            return
        if kind == ",":
            comma, wanted = at, _KEY if text[brackets[-1]] == "{" else VALUE
        elif kind == ":":
            wanted = VALUE
        elif kind == '"' and wanted in (_KEY, _KEY_OR_END):
            yield _COLON, at, to
            wanted = _COLON
        else:
            yield kind, at, to
            if kind in "{[":
                brackets.append(at)
                wanted = _KEY_OR_END if kind == "{" else _VALUE_OR_END
            else:
                if kind in "}]":
                    brackets.pop()
                if not brackets:
                    return
                wanted = NEXT
        at = to


def _children(text: str, start: int) -> Iterator[tuple[str | int, int, int]]:
    """Of each child of an object or array: key or index, where the key stands (or the value again), and the value."""
    depth = index = 0
    name: str | None = None
    name_at = 0
    for token in _walk(text, start, len(text)):
        if isinstance(token, Flaw):
            return
        kind, at, to = token
        if kind in "}]":
            depth -= 1
            continue
        if depth == 1:
            if kind == _COLON:
                name, name_at = json.loads(text[at:to]), at
            elif name is not None:
                yield name, name_at, at
            else:
                yield index, at, at
                index += 1
        if kind in "{[":
            depth += 1


def _unreadable_number(text: str, at: int, to: int) -> Iterator[Flaw]:
    if text[at] in "NI" or text.startswith("-I", at):
        yield Flaw(at, *_no_word(text[at:to]))
    elif to - at > _SURELY_READ:
        try:
            json.loads(text[at:to])
        except ValueError:
            yield Flaw(
                at, f"a number of {to - at} digits is too long to be read", "write it as a string"
            )


def _stopping(text: str, end: int, opened: str, brackets: Sequence[int]) -> Flaw:
    last = end
    while last > 0 and text[last - 1] in _WHITE:
        last -= 1
    if not opened:
        return Flaw(last, "a value is missing here", "write one")
    return Flaw(last, *cut_short(opened), brackets[-1])


def _broken_string(text: str, at: int, end: int) -> Flaw:
    """What is wrong with the string that begins here; one that is not closed is complained about where it begins."""
    body = _STRING_BODY.match(text, at + 1, end)
    stop = body.end() if body else end
    char = text[stop : min(stop + 1, end)]
    if char == "\\" and stop + 1 < end and text[stop + 1] not in "\n":
        if text[stop + 1] == "u":
            return Flaw(
                stop, "four hexadecimal digits must follow \\u", "write \\\\ for a plain backslash"
            )
        return Flaw(
            stop,
            f"{_shown(text[stop + 1])} cannot follow a backslash",
            "write \\\\ for a plain backslash",
        )
    if char in ("", "\\", "\n"):
        return Flaw(
            at,
            "this string is not closed on its line",
            'close it with ", or write \\n for a line break',
        )
    return Flaw(
        stop,
        f"a string cannot hold the control character U+{ord(char):04X}",
        f"write \\u{ord(char):04x}",
    )


def _foreign(text: str, at: int) -> tuple[str, str] | None:
    """Problem and hint of a character that stands nowhere in JSON outside strings, though people write it."""
    char = text[at]
    if char in _QUOTES:
        return f"{char} is no quote in JSON", 'write "'
    if comment := _COMMENT.match(text, at):
        return f"a comment ({comment[0]}) is not JSON", "take it away"
    if UNDECODED.match(char):
        return _no_utf8(char)
    if char == "\0":
        return "a NUL character stands here", "is this UTF-16? save it as UTF-8"
    if not char.isprintable():
        return f"the invisible character U+{ord(char):04X} stands here", "take it away"
    return None


def _misplaced(text: str, at: int, end: int, wanted: str) -> tuple[str, str]:
    """Problem and hint of something that may stand in JSON, but not here."""
    char, name = text[at], _WANTED[wanted]
    number, word = _NUMBER.match(text, at, end), _WORD.match(text, at, end)
    shown = number[0] if number else word[0] if word else char
    if wanted == _COLON:
        return f"a colon is missing before {_shown(shown)}", "put one between a key and its value"
    if wanted == NEXT and (char in VALUE or number or word):
        quoted = text[max(at - 80, 0) : at].rstrip(_WHITE).endswith('"')
        hint = (
            'put one there, or write \\" for a double quote inside a string'
            if quoted
            else "put one there"
        )
        return f"a comma is missing before {_shown(shown)}", hint
    if wanted != NEXT and char in ",:}]":
        return f"{name} is missing before this {char}", f"write it, or take the {char} away"
    if wanted in (_KEY, _KEY_OR_END) and word:
        return f"the key {_shown(shown)} has no quotes", "put double quotes around it"
    if wanted in (VALUE, _VALUE_OR_END) and number:
        return (
            f"{_shown(shown)} is no number in JSON",
            "no leading 0, no +, digits on both sides of the point",
        )
    if wanted in (VALUE, _VALUE_OR_END) and word:
        return _no_word(shown)
    return f"{_shown(shown)} cannot stand here", f"{name} is wanted"


def _no_word(word: str) -> tuple[str, str]:
    """Problem and hint of a word that is no JSON value."""
    if meant := _MEANT.get(word.lower()):
        return f"{word} is not JSON", f"write {meant}"
    if word.lstrip("+-").lower() in _NO_NUMBER:
        return f"{word} is not JSON", "write null or leave the key out"
    return f"{_shown(word)} is not JSON", "put text in double quotes"


def _no_utf8(char: str) -> tuple[str, str]:
    return f"the byte 0x{ord(char) - 0xDC00:02x} is not UTF-8", "save the file as UTF-8"


def _shown(text: str) -> str:
    """Text from a file as it may stand in one line of a terminal."""
    return repr(shortened(text, 40))
