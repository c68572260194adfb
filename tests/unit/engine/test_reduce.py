"""Delta debugging: the minimal subset holds, is minimal, and takes few questions."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.engine.causes.reduce import minimal_subset

ITEMS = tuple(range(12))
needs = st.sets(st.frozensets(st.sampled_from(ITEMS), max_size=4), min_size=1, max_size=3)
"""Sets of items, of which one is enough: every monotone predicate is of this form."""


@given(needs)
def test_the_least_part_holds_and_nothing_of_it_can_be_left_out(enough):
    def holds(part: tuple[int, ...]) -> bool:
        return any(items <= set(part) for items in enough)

    subset = minimal_subset(ITEMS, holds)
    assert holds(subset)
    assert not any(
        holds(part) for size in range(len(subset)) for part in combinations(subset, size)
    )
    assert list(subset) == sorted(subset)


@given(st.sets(st.integers(0, 255), max_size=4))
def test_few_questions_are_asked_where_few_items_matter(needed):
    asked = []

    def holds(part: tuple[int, ...]) -> bool:
        asked.append(part)
        return needed <= set(part)

    assert set(minimal_subset(range(256), holds)) == needed
    assert len(asked) <= 1 + 2 * len(needed) * (1 + math.log2(256))


def test_of_what_is_given_nothing_is_asked_for_again():
    assert minimal_subset((1, 2), lambda part: {0, 2} <= set(part), given=(0,)) == (2,)
    assert minimal_subset((), lambda part: pytest.fail("there is nothing to ask")) == ()


def test_the_example_of_the_module_is_asked_as_it_says():
    asked = []

    def holds(part: tuple[str, ...]) -> bool:
        asked.append("".join(sorted(part)))
        return {"A", "D"} <= set(part)

    assert minimal_subset("ABCD", holds) == ("A", "D")
    assert list(dict.fromkeys(asked)) == ["", "AB", "ABC", "ABD", "D", "AD"]
