"""Boundaries: what is found of a drawn judge's values is what the judge says, or nothing."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.engine.causes.boundaries import BoundarySearch
from ecr_contracts.events.compile import reader
from ecr_contracts.events.measures import boundary_words, is_met
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import Items, Whole, Word, scalar_value
from tests import words_judge

TAG = reader.contract("push").by_path["$.detail.image-tag"]
NAME = reader.contract("push").by_path["$.detail.repository-name"]
TAGS = reader.contract("scan").by_path["$.detail.image-tags"]
HIGH = reader.contract("scan").by_path["$.detail.finding-severity-counts.HIGH"]


def values(facet, count=6):
    """Values of each choice of a facet, the plainest first."""
    for choice in facet.choices:
        match choice.shape:
            case Items(low=low, high=high):
                yield from (["latest"] * size for size in range(low, high + 1))
            case Word() | Whole():
                for number in range(count):
                    yield scalar_value(choice.shape, Digits((number * 99_991) ** 20))
            case _:
                yield from choice.values


def choice_of(facet, value):
    return next(choice for choice in facet.declared if choice.recognises(value))


def found(facet, judge):
    """The boundary that is found for a judge, and the calls; None where all values do the same."""
    known = list(values(facet))
    failing = [value for value in known if judge(value)]
    passing = [value for value in known if not judge(value)]
    if not failing or not passing:
        return None
    calls = []

    def fails(value):
        calls.append(value)
        return judge(value)

    alike = [value for value in passing if choice_of(facet, value) is choice_of(facet, failing[0])]
    boundary = BoundarySearch(facet, fails).boundary(failing[0], (alike or passing)[0])
    return boundary, len(calls)


@pytest.mark.parametrize(
    ("facet", "judge", "words"),
    [
        (TAG, lambda tag: len(tag) > 63, "is longer than 63 characters"),
        (TAG, lambda tag: len(tag) < 4, "is shorter than 4 characters"),
        (TAG, lambda tag: tag[:1].isdigit(), "starts with a digit"),
        (TAG, lambda tag: tag != tag.lower(), "has upper-case letters"),
        (TAG, lambda tag: tag.isdigit(), "has only digits"),
        (TAG, lambda tag: tag.startswith("sha256-"), 'starts with "sha256-"'),
        (TAG, lambda tag: not tag.startswith("sha256-"), 'does not start with "sha256-"'),
        (TAG, lambda tag: tag == "latest", 'is "latest"'),
        (TAG, lambda tag: tag.endswith(".sig"), 'ends with ".sig"'),
        (TAG, lambda tag: not set(tag) <= set("kbxqzjwaelfrtms0123456789."), None),
        (NAME, lambda name: "/" not in name, 'has no "/"'),
        (NAME, lambda name: name.count("/") > 1, 'contains two "/" or more'),
        (NAME, lambda name: set(name) & set("._/"), "contains a character of [._/]"),
        (HIGH, lambda number: number >= 1_000, "is 1,000 or more"),
        (HIGH, lambda number: number < 10, "is 9 or less"),
        (TAGS, lambda tags: len(tags) > 2, "has three or more"),
        (TAG, lambda tag: tag.isdigit() and int(tag) > 65_535, "is 65,536 or more"),
        # What no boundary is: a remainder, a sum, a whole grammar.
        (HIGH, lambda number: number % 2 == 0, None),
        (TAG, lambda tag: sum(map(ord, tag)) % 3 == 0, None),
        (TAG, lambda tag: not tag.replace("v", "").replace(".", "").isdigit(), None),
    ],
)
def test_a_boundary_is_said_as_people_say_it(facet, judge, words):
    """Each sort of boundary, and what is none."""
    boundary, calls = found(facet, lambda value: bool(judge(value)))
    assert (None if boundary is None else boundary_words(boundary)) == words
    assert calls <= 60


@st.composite
def judges(draw):
    """A Python predicate on tags, of the sorts that people write."""
    text = draw(st.sampled_from(["-", ".", "_", "v", "rc", "sha256-", "1", "main"]))
    length = draw(st.integers(2, 120))
    character = draw(st.sampled_from([str.isdigit, str.isupper, str.isalpha]))
    judge = draw(
        st.sampled_from(
            [
                lambda tag: text in tag,
                lambda tag: tag.startswith(text),
                lambda tag: tag.endswith(text),
                lambda tag: len(tag) > length,
                lambda tag: character(tag[:1]),
                lambda tag: any(map(character, tag)),
                lambda tag: tag.count(text) >= 2,
                lambda tag: text in tag and len(tag) > length,
            ]
        )
    )
    is_negated = draw(st.booleans())
    return lambda tag: bool(judge(tag)) != is_negated


@given(judges())
@settings(max_examples=40, deadline=None)
def test_a_boundary_is_what_the_judge_says(judge):
    """Values that the search has not seen are judged alike: by the boundary, and by its words."""
    result = found(TAG, judge)
    if result is None or result[0] is None:
        return
    boundary = result[0]
    unseen = [value for value in values(TAG, 14) if isinstance(value, str)]
    for value in unseen:
        assert is_met(boundary, value) == words_judge.is_so(boundary_words(boundary), value)
    wrong = [value for value in unseen if is_met(boundary, value) != judge(value)]
    assert len(wrong) <= len(unseen) / 20, (boundary_words(boundary), json.dumps(wrong))
