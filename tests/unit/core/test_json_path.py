"""Paths: one way to write them, one way to read them."""

import json
from copy import deepcopy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING

STEPS = st.lists(st.one_of(st.integers(0, 10**6), st.text())).map(tuple)
PATH_LIKE = st.text(st.sampled_from('$.[]"\\0a-_é \n')).map("$".__add__)


@given(STEPS)
@example(("detail", "finding-severity-counts", "CRITICAL"))
@example(("\ud800", "", '"', "\\", "]", "a.b", "…"))
def test_parse_reads_what_show_writes(steps):
    assert json_path.parse(json_path.show(steps)) == steps


@given(STEPS)
def test_a_path_is_plain_ascii_on_one_line(steps):
    text = json_path.show(steps)
    assert text.isascii()
    assert text.splitlines() == [text]


@given(PATH_LIKE)
def test_any_text_is_a_path_or_refused(text):
    """Reading and writing what was read settles on one text."""
    try:
        steps = json_path.parse(text)
    except ValueError:
        return
    assert json_path.parse(json_path.show(steps)) == steps


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ((), "$"),
        (("region",), "$.region"),
        (("detail", "image-tags", 0), "$.detail.image-tags[0]"),
        (
            ("detail", "finding-severity-counts", "CRITICAL"),
            "$.detail.finding-severity-counts.CRITICAL",
        ),
        (("odd key", 12, "é"), '$["odd key"][12]["\\u00e9"]'),
        (("0",), '$["0"]'),
        (("",), '$[""]'),
    ],
)
def test_the_text_of_a_path(steps, text):
    assert json_path.show(steps) == text
    assert json_path.parse(text) == steps


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "starts with '\\$'"),
        ("detail", "starts with '\\$', not 'detail'"),
        ("$detail", "'detail' is neither"),
        ("$.detail.", "'.' is neither"),
        ("$.a[", r"'\[' is neither"),
        ("$.a[-1]", r"'\[-1\]' is neither"),
        ("$.a[x]", r"'\[x\]' is neither"),
        ("$.a b", "' b' is neither"),
        ("$..a", "'..a' is neither"),
        ("$.a[0]x", "'x' is neither"),
        ("$[٣]", "is neither"),
        ('$["a]', "is neither"),
        ('$["\\q"]', "escape"),
    ],
)
def test_what_is_no_path_is_refused_in_words(text, words):
    with pytest.raises(ValueError, match=words):
        json_path.parse(text)


EVENT = {"a": [{"b": None}, "text"], "": 0}


@pytest.mark.parametrize(
    ("steps", "value"),
    [((), EVENT), (("a", 0, "b"), None), (("a", 1), "text"), (("",), 0), (("a",), EVENT["a"])],
)
def test_what_stands_at_a_path(steps, value):
    assert json_path.at(EVENT, steps) == value


@pytest.mark.parametrize(
    "steps",
    [("b",), ("a", 2), ("a", "b"), ("a", 1, 0), ("a", 1, "t"), ("a", 0, "b", "c"), (0,), ("", 0)],
)
def test_a_path_that_leads_nowhere_gives_missing(steps):
    assert json_path.at(EVENT, steps) is MISSING


def test_null_is_not_missing():
    assert json_path.at({"a": None}, ("a",)) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b", "odd key"]), inner)
    ),
    max_leaves=8,
)


@given(values, values)
def test_the_differences_applied_to_one_give_the_other(one, other):
    changed = {"it": deepcopy(one)}
    for steps, before, after in json_path.differences(one, other):
        assert json.dumps(json_path.at(one, steps), default=repr) == json.dumps(
            before, default=repr
        )
        assert json.dumps(json_path.at(other, steps), default=repr) == json.dumps(
            after, default=repr
        )
        json_path.put(changed, ("it", *steps), after)
    assert json.dumps(changed["it"], sort_keys=True) == json.dumps(other, sort_keys=True)


@given(values)
def test_what_is_the_same_has_no_differences(value):
    assert list(json_path.differences(value, deepcopy(value))) == []


def test_differences_are_as_small_as_they_can_be_but_for_arrays():
    one, other = (
        {"a": {"b": 1, "c": True}, "d": [1, 2]},
        {"a": {"b": 1, "c": 1}, "d": [1, 3], "e": None},
    )
    assert list(json_path.differences(one, other)) == [
        (("a", "c"), True, 1),
        (("d",), [1, 2], [1, 3]),
        (("e",), MISSING, None),
    ]


JSON = st.recursive(
    st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=2), inner)
)


def _sizes(value):
    """How many values there are in one, and how deep they are nested."""
    if not isinstance(value, dict | list):
        return 1, 0
    inner = [_sizes(one) for one in (value.values() if isinstance(value, dict) else value)]
    return 1 + sum(count for count, _ in inner), 1 + max((depth for _, depth in inner), default=0)


@given(JSON, st.integers(0, 8))
def test_bounds_on_values_and_levels_are_those_counted(value, bound):
    count, depth = _sizes(value)
    assert json_path.has_more_values(value, bound) is (count > bound)
    assert json_path.is_deeper(value, bound) is (depth > bound)
