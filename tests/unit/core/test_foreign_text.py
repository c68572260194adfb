"""Foreign text: what could harm is escaped, what a reader reads stays."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich._emoji_codes import EMOJI

from ecr_contracts.core.foreign_text import in_json, lines, one_line
from tests import foreign

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | foreign.texts(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(foreign.texts(), inner, max_size=3),
    max_leaves=5,
)


@given(foreign.texts() | st.text())
def test_one_line_is_one_line_and_harms_nobody(text):
    shown = one_line(text)
    assert foreign.faults(shown, keeps_lines=False) == []
    assert len(shown.splitlines()) <= 1
    assert one_line(shown) == shown


@given(foreign.texts() | st.text())
def test_lines_keep_their_breaks_and_harm_nobody(text):
    shown = lines(text)
    assert foreign.faults(shown) == []
    assert shown.count("\n") == text.count("\n")
    assert lines(shown) == shown


@pytest.mark.parametrize("form", [one_line, lines])
def test_what_people_write_stays_as_it_is(form):
    assert [form(text) for text in foreign.READABLE] == list(foreign.READABLE)


def test_every_emoji_stays_as_it_is():
    known = [
        emoji
        for emoji in EMOJI.values()
        if not any(unicodedata.category(letter) == "Cn" for letter in emoji)
        and "\U000e007f" not in emoji
    ]
    assert len(known) > 3000
    assert [emoji for emoji in known if one_line(emoji) != emoji] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\tc", r"a\nb\tc"),
        ("\x1b[31m\x9b\x7f", r"\x1b[31m\x9b\x7f"),
        ("gnp\u202e.exe", r"gnp\u202e.exe"),
        ("a\u200bb", r"a\u200bb"),
        ("a\u200db", r"a\u200db"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
        ("a\u3164", r"a\u3164"),
        ("a\xa0b", r"a\xa0b"),
        ("::error::x", r"\x3a:error::x"),
        ("a::b", "a::b"),
        ("##[error]x", r"\x23#[error]x"),
        ("# a", "# a"),
    ],
)
def test_escapes_are_those_of_python(text, shown):
    assert one_line(text) == shown


def test_a_break_of_windows_is_one():
    assert lines("a\r\n\tb\r") == "a\n\\tb\\r"


def document_of(value: object, **options: object) -> str:
    return json.dumps(value, ensure_ascii=False, **options)


@given(JSON, st.sampled_from([None, 2]), st.sampled_from(["ascii", "latin-1", "utf-8", "utf-16"]))
@example("\ud83d\ude00", None, "ascii")
def test_a_document_keeps_its_value_in_every_encoding(value, indent, encoding):
    shown = in_json(document_of(value, indent=indent), encoding)
    assert foreign.faults(shown) == []
    assert json.loads(shown.encode(encoding).decode(encoding)) == json.loads(json.dumps(value))


@given(JSON, st.text(" \t\r\n"))
def test_a_document_keeps_its_value_whatever_stands_between_its_values(value, gap):
    document = json.dumps(value, ensure_ascii=False, separators=(f"{gap},{gap}", f"{gap}:{gap}"))
    shown = in_json(f"{gap}{document}{gap}")
    assert json.loads(shown) == json.loads(json.dumps(value))
    assert foreign.faults(shown.replace("\t", " ")) == []


def test_a_document_stays_readable():
    documents = [document_of(text) for text in foreign.READABLE]
    assert [in_json(document) for document in documents] == documents
