import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.eventbridge.rules.matching.wildcard import WildcardError, matcher, pieces_of
from tests.gen_event_patterns import WILDCARDS


def tokens(wildcard):
    """A wildcard as its characters, None for an asterisk that stands for others."""
    listed, position = [], 0
    while position < len(wildcard):
        if wildcard[position] == "\\":
            position += 1
            listed.append(wildcard[position])
        else:
            listed.append(None if wildcard[position] == "*" else wildcard[position])
        position += 1
    return listed


def table_says(wildcard, text):
    """Whether a wildcard matches, by the table of all their beginnings."""
    reachable = {0}
    for token in tokens(wildcard):
        if token is None:
            reachable = set(range(min(reachable), len(text) + 1)) if reachable else set()
        else:
            reachable = {at + 1 for at in reachable if text[at : at + 1] == token}
    return len(text) in reachable


@settings(max_examples=500)
@given(WILDCARDS, st.text(st.sampled_from("ab*\\"), max_size=8))
def test_a_wildcard_matches_what_the_table_of_its_beginnings_says(wildcard, text):
    assert matcher(wildcard)(text) is table_says(wildcard, text)


@pytest.mark.parametrize(
    ("wildcard", "pieces"),
    [
        ("", ("",)),
        ("ab", ("ab",)),
        ("*", ("", "")),
        ("a*b*", ("a", "b", "")),
        (r"a\*b", ("a*b",)),
        (r"\\*", ("\\", "")),
        (r"*\**", ("", "*", "")),
    ],
)
def test_a_wildcard_is_its_pieces(wildcard, pieces):
    assert pieces_of(wildcard) == pieces


@pytest.mark.parametrize(
    ("wildcard", "text"), [("*a*a", "a"), ("a*a", "a"), ("a*b*b", "ab"), ("ab*ba", "aba")]
)
def test_pieces_share_no_characters(wildcard, text):
    assert not matcher(wildcard)(text)


@pytest.mark.parametrize("wildcard", ["**", "a**b", "***", "\\", r"a\b", r"\n", r"\\\ "])
def test_what_is_no_wildcard(wildcard):
    with pytest.raises(WildcardError):
        pieces_of(wildcard)


def test_a_wildcard_of_many_asterisks_takes_no_longer_for_a_near_match():
    matches = matcher("*a" * 2_000 + "*b")
    began = time.process_time()
    assert not matches("a" * 200_000)
    assert matches("a" * 200_000 + "b")
    assert time.process_time() - began < 1
