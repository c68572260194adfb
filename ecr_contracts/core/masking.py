"""Masks what must never be shown, in text and in JSON: secret values, and what stands under names.

A value is masked by the name that it stands under, and wherever else the same value turns up, in
whichever form, cut short or broken over lines. What is a secret: `core/secrets/`.
"""

from __future__ import annotations

import functools
import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from ecr_contracts.core import json_text, limits
from ecr_contracts.core.secrets.forms import SHORTEST
from ecr_contracts.core.secrets.found import holds_secret, secrets, secrets_within
from ecr_contracts.core.secrets.looks import without_known_tokens
from ecr_contracts.core.secrets.names import is_secret
from ecr_contracts.core.secrets.urls import MASK, masked_url

__all__ = [
    "MASK",
    "hidden_here",
    "hide_here",
    "holds_secret",
    "is_secret",
    "masked",
    "masked_command",
    "masked_text",
    "masked_url",
    "secrets",
    "secrets_within",
]

_SHOWING = (str, int, float)  # values that are secrets themselves; a list of tokens is not
_PASSWORD = re.compile(r"(://)[^\s/?#@'\"]+@")  # user and password of a URL
_PART_OF_PASSWORD = re.compile(r"(://)[^\s/?#@'\":]{0,1000}:(?!\d{1,5}…)[^\s/?#@'\"…]{1,1000}(?=…)")
# Of a command: NAME=value, --name=value, Name: value.
_OPTION = re.compile(r"([-\w]+)(=|:\s*)(.*)", re.DOTALL)
_SPACE = re.compile(r"\s")
_BREAK = re.compile(r"""['"]?\\?\r?\n[ \t|>]*(?:[bruf]{0,2}['"])?""")
"""Where a value goes on in the next line: in wrapped text, or as pprint breaks long texts."""
_CUT = re.compile(r"…|\.\.\.|['\"] and more")
"""Where something was left out."""

_WINDOW = 1000
"""Characters before and behind a cut that are looked at."""

_here: frozenset[str] = frozenset()


def hide_here(values: Iterable[str]) -> None:
    """Remember secret values that this process knows of, for whoever writes for it: its faults."""
    global _here
    _here |= frozenset(values)


def hidden_here() -> frozenset[str]:
    """The secret values that this process was told of so far."""
    return _here


def masked_text(text: str, values: Iterable[str]) -> str:
    """A text without some secret values, the longest first; of a URL its host is left.

    Tokens of known makers are masked as well, and passwords in URLs, whoever knows them.
    """
    hidden = values if isinstance(values, frozenset) else frozenset(values)
    if hidden and text:
        pattern = _pattern(hidden)
        text = pattern.sub(_mask_of, text)
        if "\n" in text:
            text = _masked_breaks(text, pattern)
        if "…" in text or "..." in text or " and more" in text:
            text = _masked_cuts(text, hidden)
    text = without_known_tokens(text, MASK)
    if "…" in text:
        text = _PART_OF_PASSWORD.sub(rf"\1{MASK}", text)
    if "://" in text:
        text = _PASSWORD.sub(rf"\1{MASK}@", text)
    return text


@functools.lru_cache(64)
def _pattern(values: frozenset[str]) -> re.Pattern[str]:
    """What finds any of some values, the longest at each place.

    They stand in groups by their first two letters: that is what a search is quickly done with.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for value in sorted(values, key=len, reverse=True):
        if value:
            groups[value[:2]].append(re.escape(value[2:]))
    alternatives = [
        f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in sorted(groups.items())
    ]
    return re.compile("|".join(alternatives) or r"(?!)")


def _mask_of(match: re.Match[str]) -> str:
    """What stands in the place of a secret value: a URL keeps its host, which is no secret."""
    value = match.group()
    if "://" not in value:
        return MASK
    try:
        host = urlsplit(value).netloc.rpartition("@")[2]
    except ValueError:
        return MASK
    if not host or _SPACE.search(value):
        return MASK
    return f"{value.partition('://')[0]}://{host}/{MASK}"


def _masked_breaks(text: str, pattern: re.Pattern[str]) -> str:
    """A text without the values that are broken over lines."""
    parts: list[str] = []
    lengths: list[int] = []  # of the text without breaks, up to each break
    widths: list[int] = [0]  # of all breaks so far
    position = length = 0
    for gap in _BREAK.finditer(text):
        parts.append(text[position : gap.start()])
        length += len(parts[-1])
        lengths.append(length)
        widths.append(widths[-1] + gap.end() - gap.start())
        position = gap.end()
    parts.append(text[position:])
    shown: list[str] = []
    position = 0
    for match in pattern.finditer("".join(parts)):
        begin, end = match.span()
        first = begin + widths[bisect_right(lengths, begin)]
        last = end + widths[bisect_left(lengths, end)]
        shown += text[position:first], MASK
        position = last
    return "".join([*shown, text[position:]])


def _masked_cuts(text: str, values: frozenset[str]) -> str:
    """A text without the beginnings of values before what was left out, and the ends behind."""
    pieces = _pieces(values)
    shown: list[str] = []
    position = looked_into = 0
    for cut in _CUT.finditer(text):
        start, end = cut.span()
        is_before = text[max(0, start - SHORTEST) : start] in pieces
        is_after = text[end : end + SHORTEST] in pieces
        if not (is_before or is_after) or looked_into > limits.MASKED_CUTS:
            continue
        looked_into += 1
        before = text[max(position, start - _WINDOW) : start]
        after = text[end : end + _WINDOW]
        left = _longest_part(before[::-1], values, is_beginning=True)
        right = _longest_part(after, values, is_beginning=False)
        shown += text[position : start - left], MASK if left else "", cut.group()
        shown.append(MASK if right else "")
        position = end + right
    return "".join([*shown, text[position:]])


@functools.lru_cache(16)
def _pieces(values: frozenset[str]) -> frozenset[str]:
    """All texts of the shortest length that are looked for within some values."""
    pieces: set[str] = set()
    for value in values:
        pieces.update(value[start : start + SHORTEST] for start in range(len(value) - SHORTEST + 1))
    return frozenset(pieces)


def _longest_part(text: str, values: frozenset[str], *, is_beginning: bool) -> int:
    """How much of a value's end a text begins with; both are backwards for a value's beginning."""
    window = text[:SHORTEST]
    longest = 0
    if len(window) < SHORTEST:
        return 0
    sought = window[::-1] if is_beginning else window
    for value in values:
        if sought not in value:
            continue
        directed = value[::-1] if is_beginning else value
        position = directed.find(window)
        while position >= 0:
            part = directed[position:]
            if text.startswith(part):
                longest = max(longest, len(part))
            position = directed.find(window, position + 1)
    return longest


def masked(content: Any, values: Iterable[str] = (), *, by_name: bool = True) -> Any:
    """A JSON value without what stands under a secret's name, and without some secret values.

    Without `by_name` only those values are masked: what we made up ourselves is no secret, whatever
    it is called.
    """
    return _masked(content, values if isinstance(values, frozenset) else frozenset(values), by_name)


def _masked(content: Any, values: frozenset[str], by_name: bool) -> Any:
    match content:
        case str():
            text = masked_text(content, values)
            may_be_json = by_name and text[:1] in ("{", "[")
            return _masked_json(text) if may_be_json else text
        case dict():
            safe = {}
            for key, inner in content.items():
                safe_key = masked_text(key, values) if isinstance(key, str) else key
                if by_name and _names_secret(key, inner):
                    safe[safe_key] = MASK
                else:
                    safe[safe_key] = _masked(inner, values, by_name)
            return safe
        case list():
            return [_masked(inner, values, by_name) for inner in content]
        case bool():
            return content
        case int() | float():
            return MASK if values and _written(content) in values else content
        case _:
            return content


def _written(number: float) -> str:
    """A number as JSON writes it; nothing of one that is longer than any secret."""
    if isinstance(number, int) and number.bit_length() > 1000:
        return ""
    return repr(number)


def _names_secret(key: Any, value: Any) -> bool:
    """Whether a key of an object says that its value is a secret, and the value can be one."""
    can_be_secret = isinstance(value, _SHOWING) and value != ""
    return can_be_secret and isinstance(key, str) and is_secret(key)


def _masked_json(text: str) -> str:
    """A text that may be JSON, with the secrets in it masked; as it is where there are none."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return text
    safe = _masked(content, frozenset(), True)
    if safe == content:
        return text
    return json_text.one_line(safe)


def masked_command(words: Sequence[str]) -> list[str]:
    """The words of a command line without the values of options and headers that are secrets."""
    shown: list[str] = []
    hide = False
    for word in words:
        parts = _OPTION.match(word)
        name, mark, value = parts.groups() if parts else ("", "", "")
        if hide:
            shown.append(MASK)
        elif mark and value and is_secret(name):
            shown.append(f"{name}{mark}{MASK}")
        else:
            shown.append(masked_text(word, ()))
        hide = word.startswith("-") and not mark and is_secret(word)
    return shown
