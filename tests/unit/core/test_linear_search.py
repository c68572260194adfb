import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.linear_search import finds, is_broken

PIECES = ["a", "b", "[ab]", "[^a]", "(a|b)", "a*", "b+", "a?", ".", "^", "$", "(ab){1,3}"]


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.text("abc", max_size=8))
def test_what_is_found_is_what_python_finds(expression, text):
    assert finds(expression, text) is (re.search(expression, text) is not None)


BACKTRACKING = {
    "a group repeated within one that is repeated": r"^(a+)+$",
    "alternatives that begin alike": r"^(a|a)*$",
    "as many options as letters": "a?" * 400 + "a" * 400,
    "stars in a row": "a*" * 1000 + "b",
    "nested deep": "(" * 3000 + "a" + ")" * 3000,
    "repeated a million times": "((a{1000}){1000})",
    "repeated beyond any number": "a{99999999999}",
    "without end": "a" * 1_000_000,
}


@pytest.mark.parametrize("name", BACKTRACKING)
def test_no_expression_takes_long(name):
    start = time.process_time()
    assert finds(BACKTRACKING[name], "a" * 2000 + "!") in (True, False, None)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("expression", ["(?=a)", r"(a)\1", "a{2000}", "(", "[", "\ud800", "*"])
def test_of_what_is_not_searched_in_linear_time_nothing_is_said(expression):
    assert finds(expression, "a") is None


@pytest.mark.parametrize(("expression", "broken"), [("(", True), ("(?=a)", False), ("a", False)])
def test_what_is_broken_is_told_from_what_takes_backtracking(expression, broken):
    assert is_broken(expression) is broken
