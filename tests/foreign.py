"""Foreign texts for tests, and a judge of what a writer made of them.

The judge knows nothing of ours: it goes by the categories of `unicodedata`, by `idna` for joiners
within words, and reads lines for commands as GitHub's runner does.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import strategies as st

idna = pytest.importorskip("idna")

SNIPPETS = (
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://example.invalid\x1b\\link\x1b]8;;\x1b\\",
    "\x9b2J",
    "\x9d0;title\x9c",
    "\x1b[2J\x1b[H",
    "\x07\x08\x7f",
    "\x00",
    "\r",
    "\r\n",
    "\n",
    "\t",
    "\n::error file=a.py,line=1::planted",
    "::add-mask::planted",
    "##[error]planted",
    "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029",
    "\u202eevil\u202c",
    "\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "\u200b\u2060\ufeff\u00ad\u180e",
    "\u034f\u115f\u1160\u17b4\u3164\uffa0",
    "\u200d",
    "\u200c",
    "\ufe0f\ufe0f",
    "a\U000e0100\U000e0101",
    "".join(chr(0xE0000 + ord(letter)) for letter in "hidden"),
    "\U000e0001\U000e007f",
    "\ud800",
    "\udfff",
    "\udc9b31m",
    "\ud83d\ude00",
    "\ufffe\uffff\U0010ffff\ue000",
    "]]>",
    "<script>&amp;",
    "[red]markup[/red]",
    "{braces}",
    "%0A%25",
    "\\x1b",
    "'\"`$(id)",
)
"""Texts that do something to somebody: terminals, readers, parsers, logs."""

READABLE = (
    "naïve façade Ångström",
    "größer, dĺžka, ﬁne",
    "日本語　全角",
    "漢\U000e0100字",
    "한국어",
    "שלום עולם",
    "مرحبا بالعالم",
    "می\u200cخواهم",  # noqa: RUF001 - these are the letters of the word
    "क्\u200dष हिन्दी",
    "ไทย",
    "👩🏽\u200d🚀 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3 👍🏾",
    "🏳\ufe0f\u200d🌈",
    "√2 ≤ π · ½ “quoted” — …",
    "C:\\Users\\größe",
)
"""Texts that harm nobody, and stay as they are."""

_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_COMMAND = re.compile(r"\s*::\S|.*##\[")


def texts(*, within_a_name: bool = False) -> st.SearchStrategy[str]:
    """Foreign texts, each with something harmful in it, most with something readable.

    Names of files can hold no NUL and no slash.
    """
    letters = st.characters() | st.sampled_from(
        ["\x1b", "\x9b", "\u202e", "\u200b", "\ud800", "\n"]
    )
    parts = st.sampled_from(SNIPPETS) | st.sampled_from(READABLE) | st.text(letters, max_size=4)
    drawn = st.lists(parts, min_size=1, max_size=5).map("".join)
    planted = st.tuples(drawn, st.sampled_from(SNIPPETS), drawn).map("".join)
    if within_a_name:
        return planted.map(lambda text: text.replace("\x00", "\x01").replace("/", "|"))
    return planted


def faults(shown: str, *, keeps_lines: bool = True) -> list[str]:
    """What is wrong with a text that was written for people; nothing where it harms nobody."""
    found: list[str] = []
    for number, letter in enumerate(shown):
        if letter == "\n" and keeps_lines:
            continue
        if _is_harmful(shown, number, letter):
            name = unicodedata.name(letter, unicodedata.category(letter))
            around = ascii(shown[max(0, number - 20) : number + 20])
            found.append(f"{letter!a} ({name}) in {around}")
    found += [f"a command of GitHub's: {line!a}" for line in commands(shown)]
    return found


def commands(shown: str) -> Iterator[str]:
    """The lines of a log that GitHub's runner would obey."""
    for line in shown.splitlines():
        if _COMMAND.match(line):
            yield line


def _is_harmful(text: str, number: int, letter: str) -> bool:
    before, after = text[max(0, number - 1) : number], text[number + 1 : number + 2]
    if letter in "\u200c\u200d":
        return not (_joins_emoji(before, after) or _is_in_a_word(letter, before, after))
    if letter in _UNSEEN:
        return True
    if "VARIATION SELECTOR" in unicodedata.name(letter, ""):
        return before == "" or "VARIATION SELECTOR" in unicodedata.name(before, "")
    return unicodedata.category(letter) in _HARMFUL


def _joins_emoji(before: str, after: str) -> bool:
    if before == "" or after == "":
        return False
    is_picture = before == "\ufe0f" or unicodedata.category(before) in ("So", "Sk")
    return is_picture and unicodedata.category(after) == "So"


def _is_in_a_word(letter: str, before: str, after: str) -> bool:
    if before == "" or after == "" or unicodedata.category(after)[0] != "L":
        return False
    with contextlib.suppress(ValueError):  # a combining class that is not known
        if idna.core.valid_contextj(f"{before}{letter}{after}", 1):
            return True
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in (before, after)}
    return scripts <= {"ARABIC", "SYRIAC", "THAANA", "NKO", "MANDAIC", "ADLAM", "HANIFI"}
