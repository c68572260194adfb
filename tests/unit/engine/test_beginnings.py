"""Boundaries behind a beginning: what is found of a drawn consumer's texts is what it asks for."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.engine.causes.beginnings import behind_beginning
from ecr_contracts.events.compile import reader
from ecr_contracts.events.measures import boundary_words, is_met
from tests import words_judge

TAG = reader.contract("push").by_path["$.detail.image-tag"]
TEXTS = [
    "",
    "a",
    "a-b",
    "a.b",
    "a.b.c",
    "a-b-c",
    "v1.4.2",
    "main-4f2a9c1",
    "q" * 70,
    "A_b",
    "-",
    "7",
]


@st.composite
def judges(draw):
    """A beginning, and a predicate on what stands behind it."""
    beginning = draw(st.sampled_from(["prod-", "release-", "v.", "a-b-"]))
    mark = draw(st.sampled_from("-._"))
    count, length = draw(st.integers(1, 2)), draw(st.integers(8, 60))
    judge = draw(
        st.sampled_from(
            [
                lambda rest: rest.count(mark) >= count,
                lambda rest: rest.count(mark) < count,
                lambda rest: len(rest) > length,
            ]
        )
    )
    return beginning, judge


@given(judges())
@settings(max_examples=30, deadline=None)
def test_both_conditions_together_are_what_the_judge_says(drawn):
    beginning, judge = drawn

    def fails(tag):
        return tag.startswith(beginning) and judge(tag.removeprefix(beginning))

    known = [beginning + text for text in TEXTS]
    failing = next((text for text in known if fails(text)), None)
    passing = next((text for text in known if not fails(text)), None)
    if failing is None or passing is None:
        return
    found = behind_beginning(TAG, fails, failing, passing)
    if found is None:
        return
    for text in (*known, *TEXTS):
        assert all(is_met(one, text) for one in found) == fails(text), (found, text)
        for one in found:
            assert is_met(one, text) == words_judge.is_so(boundary_words(one), text)


def test_what_is_asked_for_is_found_behind_the_code_s_own_beginning():
    def fails(tag):
        return tag.startswith("prod-") and tag.count("-") != 1

    found = behind_beginning(TAG, fails, "prod-main-4f2a9c1", "prod-v1.4.2")
    words = [boundary_words(one) for one in found]
    assert words == ['starts with "prod-"', 'contains two "-" or more']


def test_a_beginning_that_does_not_matter_is_none():
    def fails(tag):
        return "." in tag

    assert behind_beginning(TAG, fails, "prod-a.b", "prod-ab") is None
    assert behind_beginning(TAG, fails, ["a"], "prod-ab") is None
    assert behind_beginning(TAG, fails, "a.b", "ab") is None
