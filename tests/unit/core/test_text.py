"""Words counted, listed and shortened, and foreign objects shown whatever their own code does."""

from __future__ import annotations

import pytest

from ecr_contracts.core import limits, text


class Hostile(Exception):  # noqa: N818 - what it does counts
    """An exception whose own code breaks."""

    def __str__(self) -> str:
        raise OSError("no text")

    __repr__ = __str__


@pytest.mark.parametrize(
    ("limit", "beginning", "end"),
    [(5, "abcde", "abcde"), (4, "abc…", "…cde"), (2, "a…", "…e"), (9, "abcde", "abcde")],
)
def test_a_long_text_loses_its_end_or_its_beginning(limit, beginning, end):
    assert text.shortened("abcde", limit) == beginning
    assert text.last_part("abcde", limit) == end


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 errors"), (1, "1 error"), (2, "2 errors"), (1001, "1001 errors")]
)
def test_only_one_of_something_is_singular(count, words):
    assert text.counted(count, "error") == words
    assert text.plural(count, "error") == words.partition(" ")[2]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")],
)
def test_the_last_word_of_a_list_comes_after_its_conjunction(words, sentence):
    assert text.listed(words, "or") == sentence


@pytest.mark.parametrize(
    ("limit", "sentence"), [(3, "a; b; c"), (2, "a; b and 1 more"), (1, "a and 2 more")]
)
def test_of_a_long_list_the_rest_is_counted(limit, sentence):
    assert text.some_of(["a", "b", "c"], limit, "; ") == sentence


@pytest.mark.parametrize(("noun", "words"), [("int", "an int"), ("dict", "a dict")])
def test_the_article_fits_the_noun(noun, words):
    assert text.with_article(noun) == words


def test_what_cannot_be_read_is_shown_all_the_same():
    assert text.message(Hostile()) == "(its message cannot be read: OSError)"
    assert text.shown(Hostile()) == "a Hostile"


def test_a_long_message_is_shortened():
    most = limits.MESSAGE_CHARACTERS
    assert text.message(ValueError("x" * 3_000)) == "x" * (most - 1) + "…"
    assert len(text.shown("x" * 3_000)) == most
    for long in ("x" * 300_000, b"x" * 300_000):
        assert text.shown(long) == f"{repr(long)[: most - 1]}…"


def test_a_type_is_qualified_unless_it_is_built_in():
    assert text.type_name(KeyError) == "KeyError"
    assert text.type_name(Hostile) == f"{__name__}.Hostile"


def test_what_an_encoding_lacks_is_escaped():
    assert text.encodable("a\ud800") == "a\\ud800"
    assert text.encodable("ä", "ascii") == "\\xe4"
    assert text.encodable("ä", None) == "ä"
