"""What is wrong with JSON text: what json complains of, and what it takes though it is no good.

json says where it stops. It does not say where NaN, a repeated key, a byte that is no UTF-8 or too
deep a bracket stands; these are looked for in the text that it has understood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ecr_contracts.audit.json_places import WHITE, skip_space
from ecr_contracts.core.findings import Severity
from ecr_contracts.core.json_path import is_deeper
from ecr_contracts.core.limits import NESTED_LEVELS

_UNDECODED = re.compile("[\udc80-\udcff]")  # a byte as the error handler surrogateescape leaves it
_TOKEN = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?P<close>"(?P<colon>[ \t\r\n]*+:)?)?'
    r"|[{}\[\]]|-?[0-9][0-9.eE+-]*+|NaN|-?Infinity",
    re.DOTALL,
)
_WORD = re.compile(r"\w{1,40}|.", re.DOTALL)
_RUN_ON = re.compile(r"[\w.+-]*+")
_SURELY_READ = 640  # int() reads so many digits, whatever limit the interpreter is set to
_SHOWN = 40  # characters of a key

_JSON_BEHIND = re.compile(r'[^\n{"]*+\{[ \t]*+"')  # on the line of a log

# Quotes as word processors and web pages write them.
_TYPOGRAPHIC = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a"
_STRAIGHT_QUOTES = 'write straight double quotes (") in place of typographic ones'

_CLOSER = {"{": "}", "[": "]"}
_CONTAINER = {"{": "object", "[": "array"}

_OPEN_STRING = (
    "this string is not closed on its line",
    'close it with ", or write \\n for a line break',
)
# Problem and hint for the beginning of each message of json; {} is what stands there.
_WORDS = {
    "Expecting value": ("{} begins no JSON value", "text stands in double quotes"),
    "Expecting property name": ("{} begins no key", "a key stands in double quotes"),
    "Expecting ':'": ("a colon is missing before {}", "put one between a key and its value"),
    "Expecting ','": (
        "a comma or a closing bracket is missing before {}",
        'put one there, or write \\" for a double quote inside a string',
    ),
    "Unterminated string": _OPEN_STRING,
    "Invalid control character": ("a string cannot hold {} as it is", "write it as an escape"),
    "Invalid \\": ("this escape is not JSON", "write \\\\ for a plain backslash"),
}


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


class Attempt(NamedTuple):
    """What json makes of the text from an offset on: a value, its `text` and `end`, or an error.

    `reach` is the offset up to which the text was understood. `error` is json's message, empty for
    what is nested too deep for it, and `error_at` its offset. A value is `doubtful` when it has
    NaN, a repeated key, a number that is too long, or a byte that is no UTF-8, or is nested too
    deep.
    """

    value: Any
    text: str
    end: int | None
    reach: int
    error: str = ""
    error_at: int = 0
    doubtful: bool = False


class Decoder:
    """Reads one value of a text at a time, and notes what json takes as it comes."""

    def __init__(self) -> None:
        self._doubts: list[Any] = []
        hooks: dict[str, Any] = {
            "object_pairs_hook": self._object,
            "parse_constant": self._doubts.append,
        }
        self._decode = json.JSONDecoder(**hooks).raw_decode
        self._decode_any_number = json.JSONDecoder(
            **hooks, parse_int=self._doubts.append
        ).raw_decode

    def attempt(self, text: str, at: int) -> Attempt:
        """The value that begins at an offset."""
        return self._attempt(self._decode, text, at)

    def _attempt(
        self, decode: Callable[[str, int], tuple[Any, int]], text: str, at: int
    ) -> Attempt:
        self._doubts.clear()
        try:
            value, end = decode(text, at)
        except json.JSONDecodeError as error:
            return Attempt(None, "", None, error.pos, error.msg, error.pos)
        except RecursionError:
            return Attempt(None, "", None, at)
        except ValueError:
            # A number has too many digits for int(); the value around it may be whole.
            return self._attempt(self._decode_any_number, text, at)
        if not isinstance(value, (dict, list, str)):
            # json takes the 0 of 01 for a number.
            run_on = _RUN_ON.match(text, end)
            if run_on and run_on[0]:
                return Attempt(None, "", None, run_on.end(), "Expecting value", at)
        source = text[at:end]
        doubtful = bool(self._doubts) or _is_doubtful(source, value)
        return Attempt(value, source, end, end, doubtful=doubtful)

    def _object(self, members: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(members)
        if len(value) != len(members):
            self._doubts.append(value)
        return value


def flaws(text: str, start: int, attempt: Attempt, cut: int | None = None) -> Iterator[Flaw]:
    """All that is wrong with the value that begins at `start`, in order, up to json's complaint.

    `cut` is the offset at which another document begins, if there is one: the value was cut short
    before that if json read on into it.
    """
    stop = _understood(text, attempt, cut)
    brackets, open_string = yield from _flaws_of_tokens(text, start, stop)
    if attempt.end is not None or len(brackets) > NESTED_LEVELS:
        return
    is_whole_text = skip_space(text, stop) == len(text)
    if brackets and (stop == cut or is_whole_text) and open_string is None:
        last_bracket = brackets[-1]
        yield Flaw(_end_of_ink(text, stop), *cut_short(text[last_bracket]), last_bracket)
    elif not attempt.error:
        yield Flaw(start, "this value cannot be read by this Python", "make it smaller")
    else:
        yield _complaint(text, start, attempt, open_string)


def explained(error: str, text: str, at: int) -> tuple[str, str]:
    """Problem and hint of what json says with an error about an offset."""
    word = _WORD.match(text, at)
    shown = repr(word[0] if word else "")
    for beginning, (problem, hint) in _WORDS.items():
        if error.startswith(beginning):
            is_quote = word is not None and word[0] in _TYPOGRAPHIC
            return problem.format(shown), _STRAIGHT_QUOTES if is_quote else hint
    return f"this is not JSON: {error}", "mend it, or take it away"


def trailing_comma(closer: str) -> tuple[str, str]:
    """Problem and hint of a comma before a closing bracket."""
    return f"a comma before {closer} is not JSON", "take the comma away"


def cut_short(opener: str) -> tuple[str, str]:
    """Problem (ends where a number of a line belongs) and hint of a bracket that is not closed."""
    return (
        f"no {_CLOSER[opener]} closes the {_CONTAINER[opener]} that begins on line",
        f"the text was cut short here, or a {_CLOSER[opener]} is missing",
    )


def _understood(text: str, attempt: Attempt, cut: int | None) -> int:
    """The offset up to which the tokens of a value are known to be good."""
    if attempt.end is not None:
        return attempt.end
    limit = len(text) if attempt.error == "" else attempt.error_at
    return limit if cut is None else min(limit, cut)


def _flaws_of_tokens(
    text: str, start: int, stop: int
) -> Generator[Flaw, None, tuple[list[int], int | None]]:
    """What json takes, or does not place, between two offsets of the one value that begins there.

    Returns the offsets of the brackets that are open at the end, one too many when they are nested
    too deep, and of the string that is.
    """
    brackets: list[int] = []
    open_keys: list[dict[str, int]] = []
    for token in _TOKEN.finditer(text, start, stop):
        at, end = token.span()
        char = text[at]
        if char in "{[":
            brackets.append(at)
            open_keys.append({})
            if len(brackets) > NESTED_LEVELS:
                problem = f"this is nested more than {NESTED_LEVELS} levels deep"
                yield Flaw(at, problem, "no event needs a tenth of that")
                break
        elif char in "}]":
            brackets.pop()
            open_keys.pop()
        elif char != '"':
            yield from _flaws_of_number(at, token[0])
        elif not token["close"]:
            return brackets, at
        else:
            if byte := _UNDECODED.search(text, at, end):
                yield Flaw(byte.start(), *_no_utf_8(byte[0]))
            if token["colon"]:
                yield from _flaws_of_key(text, at, token.start("colon"), open_keys[-1])
        if not brackets:
            break
    return brackets, None


def _flaws_of_number(at: int, number: str) -> Iterator[Flaw]:
    if number[-1] in "Ny":  # NaN, Infinity
        yield Flaw(at, f"{number} is not JSON", "write null or leave the key out")
    elif len(number) > _SURELY_READ:
        try:
            json.loads(number)
        except ValueError:
            problem = f"a number of {len(number)} digits is too long to be read"
            yield Flaw(at, problem, "write it as a string")


def _flaws_of_key(text: str, at: int, end: int, keys: dict[str, int]) -> Iterator[Flaw]:
    name = json.loads(text[at:end])
    first = keys.setdefault(name, at)
    if first != at:
        shown = repr(name if len(name) <= _SHOWN else name[: _SHOWN - 1] + "…")
        problem = f"the key {shown} stands twice and the last value wins; the first is on line"
        yield Flaw(at, problem, "take one of them away", first, Severity.WARNING)


def _complaint(text: str, start: int, attempt: Attempt, open_string: int | None) -> Flaw:
    """What json complains about, in one place and in the same words whatever the Python."""
    error, at = attempt.error, attempt.error_at
    if open_string is not None and text[at : at + 1] == "\n":
        return Flaw(open_string, *_OPEN_STRING)
    closer_at = at
    if error.startswith("Illegal trailing comma"):  # Python 3.13 and later say it themselves
        closer_at = skip_space(text, at + 1)
    comma_at = _end_of_ink(text, closer_at) - 1
    if text[closer_at : closer_at + 1] in ("}", "]") and comma_at > start and text[comma_at] == ",":
        return Flaw(comma_at, *trailing_comma(text[closer_at]))
    if error.startswith("Invalid \\"):
        at = text.rfind("\\", start, at + 1)
    if byte := _UNDECODED.match(text, at):
        return Flaw(at, *_no_utf_8(byte[0]))
    problem, hint = explained(error, text, at)
    if at == start and _JSON_BEHIND.match(text, at):
        hint = "take away what stands before the JSON on this line"
    return Flaw(at, problem, hint)


def _is_doubtful(source: str, value: Any) -> bool:
    """Whether a value has bytes that are no UTF-8, or is nested too deep."""
    if not source.isascii() and _UNDECODED.search(source):
        return True
    brackets = source.count("[") + source.count("{")
    return brackets > NESTED_LEVELS and is_deeper(value, NESTED_LEVELS)


def _no_utf_8(char: str) -> tuple[str, str]:
    return f"the byte 0x{ord(char) - 0xDC00:02x} is not UTF-8", "save the file as UTF-8"


def _end_of_ink(text: str, end: int) -> int:
    """The offset after the last character before an offset that is not white space."""
    while end > 0 and text[end - 1] in WHITE:
        end -= 1
    return end
