"""Plain copies: JSON alone, of the exact types, within bounds, whatever a value's own code does."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import limits
from ecr_contracts.runtime.plain_values import (
    plain,
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.decimals()
    | st.datetimes()
    | st.complex_numbers()
)
KEYS = st.text() | st.integers() | st.none() | st.booleans() | st.tuples(st.integers())


def assert_plain(value: Any) -> None:
    if type(value) is dict:
        assert all(type(key) is str for key in value)
        list(map(assert_plain, value.values()))
    elif type(value) is list:
        list(map(assert_plain, value))
    else:
        assert value is None or type(value) in (bool, int, float, str)


@given(
    st.recursive(
        SCALARS,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.tuples(inner, inner)
            | st.dictionaries(KEYS, inner, max_size=4)
        ),
        max_leaves=10,
    )
)
def test_a_copy_is_plain(value):
    copy = plain(value)
    assert_plain(copy)
    json.dumps(copy)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    )
)
def test_what_is_plain_is_copied_as_it_is(value):
    assert plain(value) == value


class LieError(Exception):
    """Raised by whatever must not be called."""


def lying(base: type) -> type:
    """A subclass whose own methods all lie."""

    def lie(*_: object) -> Any:
        raise LieError

    names = (
        "__str__ __repr__ __len__ __iter__ __eq__ __getitem__ __contains__ __int__ __index__"
        " __float__ __getattr__ __bool__ __format__ items keys values decode"
    )
    members = dict.fromkeys(names.split(), lie)
    return type(
        "Lying", (base,), {**members, "__class__": property(lie), "__hash__": base.__hash__}
    )


class Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("base", "value", "copied"),
    [
        (str, "text", "text"),
        (int, 3, 3),
        (float, 1.5, 1.5),
        (dict, {"a": 1}, {"a": 1}),
        (list, [1, 2], [1, 2]),
        (tuple, (1, 2), [1, 2]),
        (set, {1}, [1]),
        (frozenset, {1}, [1]),
        (bytes, b"x\xff", "x\ufffd"),
        (bytearray, b"x", "x"),
    ],
)
def test_the_own_methods_of_a_subclass_are_not_called(base, value, copied):
    copy = plain(lying(base)(value))
    assert copy == copied
    assert_plain(copy)


@pytest.mark.parametrize(
    ("value", "copied"),
    [
        (Colour.RED, "red"),
        (decimal.Decimal("1.5"), "Decimal('1.5')"),
        (datetime.date(2024, 1, 2), "datetime.date(2024, 1, 2)"),
        ({True: 1, None: 2, 3: 4, (5,): 6}, {"true": 1, "null": 2, "3": 4, "(5,)": 6}),
    ],
)
def test_what_json_has_no_word_for_is_written(value, copied):
    assert plain(value) == copied


def test_what_cannot_be_written_is_named_by_its_type():
    assert plain(lying(object)()) == "a Lying"


def test_what_contains_itself_ends():
    value: list[Any] = [1]
    value.append({"again": value})
    assert plain(value) == [1, {"again": "(left out: it contains itself)"}]


def test_the_same_value_may_stand_twice():
    inner = [1]
    assert plain([inner, inner]) == [[1], [1]]


def nested(depth: int) -> Any:
    value: Any = "core"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: "x" * 300_000_000, "… (cut: 300000000 characters)"),
        (lambda: b"x" * 300_000_000, "… (cut: 1000001 characters) of 300000000 bytes"),
        (lambda: [0] * 30_000_000, "more)"),
        (lambda: dict.fromkeys(range(1_000_000)), "more)"),
        (lambda: [["x" * 100] * 1000] * 1000, "more)"),
        (lambda: nested(100_000), "(left out: it is nested too deeply)"),
        (lambda: 1 << 10_000_000, "(left out: a number of about 3010301 digits)"),
        (
            lambda: [10**limits.DIGITS] * 10,
            f"(left out: a number of about {limits.DIGITS + 1} digits)",
        ),
    ],
    ids=["text", "bytes", "list", "dict", "lists", "deep", "number", "numbers"],
)
def test_what_is_too_much_is_left_out_in_time_with_a_word_for_it(made, words):
    value = made()
    began = time.monotonic()
    copy = json.dumps(plain(value), ensure_ascii=False)
    assert time.monotonic() - began < 2
    assert words in copy
    assert (
        len(copy)
        < 2 * limits.VALUE_CHARACTERS + 10 * limits.VALUE_MEMBERS + 2 * limits.VALUE_LEVELS
    )


def test_json_that_would_be_cut_is_left_out_for_nobody_could_read_the_names_in_it():
    text = json.dumps({"password": "planted", "x": "x" * limits.VALUE_CHARACTERS})
    assert plain([text]) == [f"(left out: {len(text)} characters of JSON)"]
    fitting = text.replace("x" * (len(text) - limits.VALUE_CHARACTERS), "", 1)
    assert plain([fitting]) == [fitting]
