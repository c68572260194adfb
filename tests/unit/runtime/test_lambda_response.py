"""Answers: what comes back of whatever a consumer returns."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import pickle
import time
import types
import uuid
from collections import OrderedDict, namedtuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.outcome import Status
from tests.writing import EVENT, Handler

Point = namedtuple("Point", "x y")


class Colour(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Unreadable(dict):
    def items(self):
        raise OSError


class Endless(dict):
    def items(self):
        while True:
            yield "a" * 1000, 1


class Leaving(tuple):
    __slots__ = ()

    def _asdict(self):
        raise SystemExit


class Lying:
    """Says that it is a text."""

    @property
    def __class__(self):
        return str


def shared(levels):
    """A text of a thousand characters that is held in 2 ** levels ways."""
    value: object = "x" * 1000
    for _ in range(levels):
        value = [value, value]
    return value


def circular():
    value: dict[str, object] = {"inner": {"deep": []}}
    value["inner"]["deep"].append(value)  # type: ignore[index]
    return value


def nested(depth):
    value: list[object] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "carried"),
    [
        (
            {"statusCode": 200, "body": [1, 2.5, None, True, "é"]},
            {"statusCode": 200, "body": [1, 2.5, None, True, "é"]},
        ),
        ((1, (2, 3)), [1, [2, 3]]),
        (Point(1, 2), {"x": 1, "y": 2}),
        (OrderedDict(a=1), {"a": 1}),
        (
            {1: "a", 2.5: "b", None: "c", True is None: "d"},
            {"1": "a", "2.5": "b", "null": "c", "false": "d"},
        ),
        ({b"key": b"caf\xc3\xa9"}, {"key": "café"}),
        (decimal.Decimal("3"), 3),
        ([decimal.Decimal("3.5"), decimal.Decimal("3E+2")], [3.5, 300]),
        ([Colour.RED, Level.HIGH], ["red", 3]),
        ({Colour.RED: 1, Level.HIGH: 2}, {"red": 1, "3": 2}),
        (b"\xff raw", None),
        ([[], [], ({},) * 2], [[], [], [{}, {}]]),
        (None, None),
    ],
)
def test_what_lambda_can_write_comes_back_as_json(value, carried):
    outcome = call(lambda event, context: value, EVENT)
    assert (outcome.returned, outcome.unserialisable) == (carried, "")
    assert json.loads(json.dumps(outcome.returned)) == carried
    assert pickle.loads(pickle.dumps(outcome)) == outcome


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"when": datetime.datetime(2024, 1, 1)}, "$.when is a datetime"),
        ({"a": [{"image-tags": {"x"}}]}, "$.a[0].image-tags is a set"),
        ({"odd key": object()}, '$["odd key"] is an object'),
        ({"raw": b"\xff"}, "$.raw is bytes that are not UTF-8"),
        ({"x": {b"\xff": 1}}, "$.x is bytes that are not UTF-8"),
        ((x for x in ()), "$ is a generator"),
        (Handler(), "$ is a Handler"),
        (uuid.UUID(int=0), "$ is an UUID"),
        ({"x": {(1, 2): 3}}, "$.x has a key that is a tuple"),
        ({"x": float("nan")}, "$.x is NaN"),
        ([decimal.Decimal("sNaN")], "$[0] is NaN"),
        ([float("inf"), 1], "$[0] is Infinity"),
        ([decimal.Decimal("-Infinity")], "$[0] is -Infinity"),
        (circular(), "$.inner.deep[0] contains itself"),
        (nested(100_000), "$ is nested too deeply"),
        (Unreadable(a=1), "$ cannot be read: OSError"),
        ({1: {2: set()}}, '$["1"]["2"] is a set'),
        (types.SimpleNamespace(), "$ is a SimpleNamespace"),
    ],
)
def test_what_json_cannot_carry_is_named_with_its_place(value, problem):
    outcome = call(lambda event, context: value, EVENT)
    assert (outcome.status, outcome.returned) == (Status.RETURNED, None)
    assert outcome.unserialisable == problem
    pickle.dumps(outcome)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_the_json_module_agrees(value):
    """An outside judge: what json writes and reads again is what comes back, and nothing but NaN is
    told.
    """
    outcome = call(lambda event, context: value, EVENT)
    if outcome.unserialisable:
        with pytest.raises(ValueError, match="not JSON compliant"):
            json.dumps(value, allow_nan=False)
    else:
        assert outcome.returned == json.loads(json.dumps(value))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: "x" * 10**8, "$ is larger than the 6 MB that Lambda takes"),
        (lambda: [0] * 10**7, "$ is larger than the 6 MB that Lambda takes"),
        (lambda: {"a": {"b": b"x" * 10**7}}, "$ is larger than the 6 MB that Lambda takes"),
        (lambda: dict.fromkeys(range(2 * 10**6)), "$ is larger than the 6 MB that Lambda takes"),
        (lambda: {"k" * 10**7: 1}, "$ is larger than the 6 MB that Lambda takes"),
        (lambda: "\0" * 2 * 10**6, "$ is larger than the 6 MB that Lambda takes"),
        (lambda: shared(30), "$ is larger than the 6 MB that Lambda takes"),
        (lambda: Endless(a=1), "$ is larger than the 6 MB that Lambda takes"),
        (lambda: [10**100_000], "$[0] is a number of about 100001 digits"),
        (lambda: Leaving(), "$ cannot be read: SystemExit"),
        (lambda: Lying(), "$ is a Lying"),
        (lambda: type("A" * 10**6, (), {})(), f"$ is an {'A' * 199}…"),
    ],
)
def test_what_is_too_large_or_lies_is_told_in_time(make, problem):
    value = make()
    began = time.monotonic()
    outcome = call(lambda event, context: value, EVENT)
    assert time.monotonic() - began < 4
    assert (outcome.status, outcome.returned) == (Status.RETURNED, None)
    assert outcome.unserialisable == problem


def test_what_is_just_small_enough_comes_back():
    value = "x" * (6 * 1024 * 1024 - 2)
    outcome = call(lambda event, context: value, EVENT)
    assert (outcome.returned, outcome.unserialisable) == (value, "")
    outcome = call(lambda event, context: value + "x", EVENT)
    assert outcome.unserialisable == "$ is larger than the 6 MB that Lambda takes"
