"""Frames: the part of a text is what stands in the braces, and framed languages have such parts."""

import itertools
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.frames import part_of
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.languages import FramedLanguage, Glob
from ecr_contracts.events.regexes import Digits, Pattern
from ecr_contracts.events.shapes import Word

ARN = "arn:{$.region|choice}:ecr:{$.region}:{$.account}:repository/{}"


@pytest.mark.parametrize(
    ("frame", "text", "part"),
    [
        (ARN, "arn:aws:ecr:us-east-1:123456789012:repository/a/b", "a/b"),
        (ARN, "arn:aws:ecr:us-east-1:123456789012:repository/a:repository/b", "a:repository/b"),
        (ARN, "arn:aws:ecr:us-east-1:123456789012:repository/", ""),
        (ARN, "arn:aws:ecr:us-east-1:123456789012:repo", None),
        (ARN, "arn:aws:ecr:::repository/a", None),
        ("{$.account}{}", "123456789012", "23456789012"),  # as short as can be
        ("<{}>", "<a\n>", "a\n"),
        ("(.*){}", "(.*)a", "a"),
        ("(.*){}", "xa", None),
    ],
)
def test_a_part_is_what_stands_in_the_braces(frame, text, part):
    assert part_of(frame, text) == part


@pytest.mark.parametrize("kind", kind_names())
def test_what_is_put_into_a_frame_is_its_part(kind):
    contract = reader.contract(kind)
    for facet in contract.facets:
        for choice in facet.choices:
            shape = choice.shape
            if isinstance(shape, Word) and shape.frame and shape.example:
                event = contract.build(full_assignment(contract, {facet.path: choice.label}))
                value = event
                for step in facet.steps:
                    value = value[step]
                assert part_of(shape.frame, value) == shape.example


TEXTS = st.text("abA", max_size=2)
GLOBS = st.builds(
    Glob, st.lists(TEXTS, min_size=1, max_size=3).map(tuple), ignore_case=st.booleans()
)
WHOLES = st.sampled_from(["^[abA]{0,6}$", "^(ab)*a?$", "^a[abA]*b$", "^(a|bb|A)+$", "^[ab]{2,5}$"])
PARTS = ["".join(letters) for size in range(5) for letters in itertools.product("abA", repeat=size)]


@given(WHOLES, st.tuples(TEXTS, TEXTS), st.lists(GLOBS, max_size=2), st.booleans(), st.data())
def test_a_framed_language_has_the_parts_of_its_pattern(whole, around, globs, wanted, data):
    """Judged by `re`, by trying all texts that are short enough."""

    def accepts(met):
        return all(met) == wanted

    language = FramedLanguage(Pattern(whole), around, globs, accepts, longest=4)
    expected = [
        part
        for part in PARTS
        if re.fullmatch(whole, f"{around[0]}{part}{around[1]}")
        and accepts([glob.matches(part) for glob in globs])
    ]
    assert language.is_empty == (not expected)
    assert [part for part in PARTS if language.matches(part)] == expected
    assume(expected)
    assert language.word(Digits(data.draw(st.integers(0, 2**64)))) in expected
    assert language.like("ab") in expected
    shortest, longest = language.lengths()
    assert shortest == len(expected[0])
    assert shortest <= longest <= len(expected[-1])
