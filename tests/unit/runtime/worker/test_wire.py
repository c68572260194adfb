"""The wire: any bytes whatever give a message of the very types that are declared, or a fault."""

from __future__ import annotations

import dataclasses
import functools
import json
import pickle
import types
import typing
from enum import Enum
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.core import limits
from ecr_contracts.core.findings import Location
from ecr_contracts.runtime import tracing
from ecr_contracts.runtime.effects import Effect, Effects, Origin, Sort
from ecr_contracts.runtime.outcome import MadeUpVariable, Outcome, Status, Stop, WrongCall
from ecr_contracts.runtime.worker import wire

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
MESSAGES = st.deferred(
    lambda: st.one_of(
        *(st.builds(kind, **fields_of(kind)) for kind in get_args(wire.Message)),
    )
)
FOUND_BY_THE_PARENT = ("swallowed", "faults")


@functools.cache
def hints_of(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@functools.cache
def fields_of(kind: type) -> dict[str, st.SearchStrategy[Any]]:
    """A strategy for each field of a record that is sent, from its annotation."""
    hints = hints_of(kind)
    sent = [field for field in dataclasses.fields(kind) if field.name not in FOUND_BY_THE_PARENT]
    return {field.name: values_of(hints[field.name]) for field in sent}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    arguments = get_args(hint)
    if hint is Any:
        return JSON
    if hint is Effects:
        return st.lists(values_of(Effect), max_size=2).map(Effects)
    if hint is float:
        return st.floats(0, 1e9)
    if hint is bytes:
        return st.lists(st.sampled_from([0, 1]), min_size=1).map(bytes)
    if hint is tracing.Trace:
        strings = st.tuples() | st.tuples(st.text())
        return st.builds(tracing.Trace, strings, st.text(), strings, values_of(LINES))
    if get_origin(hint) is tuple and arguments[-1] is ...:
        return st.lists(values_of(arguments[0]), max_size=2).map(tuple)
    if get_origin(hint) is tuple:
        return st.tuples(*map(values_of, arguments))
    if get_origin(hint) in (types.UnionType, typing.Union):
        return st.one_of(*map(values_of, arguments))
    if dataclasses.is_dataclass(hint):
        return st.builds(hint, **fields_of(hint))  # type: ignore[arg-type]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return st.from_type(hint)


LINES = tuple[tuple[str, int], ...]


def assert_of_type(value: Any, hint: Any) -> None:
    """A value is of exactly the type that is declared, and so is all that it holds."""
    arguments = get_args(hint)
    if hint is Any:
        assert json.loads(json.dumps(value)) == value or value != value
    elif get_origin(hint) in (types.UnionType, typing.Union):
        [fitting] = [kind for kind in arguments if type(value) is (get_origin(kind) or kind)]
        assert_of_type(value, fitting)
    elif get_origin(hint) is tuple:
        assert type(value) is tuple
        kinds = arguments[:1] * len(value) if arguments[-1] is ... else arguments
        for inner, kind in zip(value, kinds, strict=True):
            assert_of_type(inner, kind)
    elif hint is Effects:
        assert type(value) is Effects
        for effect in value:
            assert_of_type(effect, Effect)
    elif hint is tracing.Trace:
        assert type(value) is tracing.Trace
        for inner, kind in zip(value, (tuple[str, ...], str, tuple[str, ...], LINES), strict=True):
            assert_of_type(inner, kind)
    else:
        assert type(value) is hint
        if dataclasses.is_dataclass(hint):
            for name, kind in hints_of(hint).items():
                assert_of_type(getattr(value, name), kind)


def assert_message_or_fault(data: bytes) -> None:
    message = wire.unpack(data)
    if isinstance(message, wire.WorkerFault):
        assert message.reason.startswith("it sent what is no answer: ")
        assert len(message.reason) < 1000
    else:
        assert_of_type(message, type(message))


@settings(max_examples=30)
@given(MESSAGES)
def test_a_message_comes_out_as_it_was_packed(message):
    packed = wire.pack(message)
    assert wire.unpack(packed) == message
    assert b"ecr_contracts" not in packed


@given(st.binary())
def test_any_bytes_give_a_message_or_a_fault(data):
    assert_message_or_fault(data)


@given(JSON)
def test_any_json_gives_a_message_or_a_fault(value):
    assert_message_or_fault(json.dumps(value).encode())


@settings(max_examples=30)
@given(MESSAGES, st.data())
def test_a_message_with_one_value_replaced_gives_a_message_or_a_fault(message, data):
    values = json.loads(wire.pack(message))
    places = list(places_in(values))
    holder, key = data.draw(st.sampled_from(places))
    holder[key] = data.draw(JSON | st.sampled_from([place[0] for place in places]).map(str))
    assert_message_or_fault(json.dumps(values).encode())


@settings(max_examples=30)
@given(MESSAGES, st.data())
def test_a_damaged_message_gives_a_message_or_a_fault(message, data):
    packed = wire.pack(message)
    start = data.draw(st.integers(0, len(packed)))
    end = data.draw(st.integers(start, len(packed)))
    assert_message_or_fault(packed[:start] + data.draw(st.binary(max_size=4)) + packed[end:])


def places_in(values: Any) -> Any:
    keys = range(len(values)) if isinstance(values, list) else list(values)
    for key in keys:
        yield values, key
        if isinstance(values[key], list | dict):
            yield from places_in(values[key])


class Executed:
    """A pickle that leaves a mark when it is loaded."""

    marks: typing.ClassVar[list[int]] = []

    def __reduce__(self) -> Any:
        return Executed.marks.append, (1,)


HOSTILE = {
    "a pickle": pickle.dumps(Executed()),
    "lists in lists": b"[" * 1_000_000,
    "lists that end": b"[3," + b"[" * 900 + b"]" * 900 + b"]",
    "objects in objects": b"[3," + b'{"a":' * 900 + b"1" + b"}" * 900 + b"]",
    "a long number": b"[3," + b"1" * 100_000 + b"]",
    "UTF-16": "[0,[]]".encode("utf-16"),
    "many values": b"[" + b"[]," * 50_000 + b"[]]",
    "a kind that is true": b"[false,[]]",
    "a kind below zero": b'[-1,[""]]',
    "two messages": b"[0,[]][0,[]]",
    "not a number of seconds": wire.pack(Outcome(Status.RETURNED, seconds=0.5)).replace(
        b"0.5", b"NaN"
    ),
    "endless seconds": wire.pack(Outcome(Status.RETURNED, seconds=0.5)).replace(b"0.5", b"1e999"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_hostile_is_a_fault(data):
    fault = wire.unpack(data)
    assert isinstance(fault, wire.WorkerFault)
    assert len(fault.reason) < 400
    assert Executed.marks == []


def test_a_value_that_is_nested_deeply_in_an_answer_is_a_fault():
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    packed = wire.pack(Outcome(Status.RETURNED, returned=deep))
    assert wire.unpack(packed) == wire.WorkerFault(
        "it sent what is no answer: a value that is nested too deeply"
    )


def test_texts_are_cut_and_what_is_large_as_a_whole_is_left_out():
    long = "x" * 1_000_000
    outcome = Outcome(
        Status.RAISED,
        long,
        long,
        Location(long, 1),
        effects=Effects([Effect(Sort.HTTP, "POST x", [long]) for _ in range(16)]),
        missing=tuple(long for _ in range(20)),
    )
    packed = wire.pack(outcome)
    assert len(packed) < limits.ANSWER_BYTES
    message = wire.unpack(packed)
    assert isinstance(message, Outcome)
    assert len(message.message) == limits.RECORD_CHARACTERS
    assert message.location is not None
    assert len(message.location.file) == 100_000
    assert message.output == wire.LEFT_OUT
    assert len(message.effects) == 16
    assert {effect.content for effect in message.effects} == {LEFT_OUT}


LEFT_OUT = "(left out: 1000045 bytes, for the call did more than can be kept)"


def test_of_many_large_effects_the_first_are_sent_whole_and_all_else_of_the_call():
    content = ["x" * 1_000_000]
    effects = Effects([Effect(Sort.HTTP, "POST x", content) for _ in range(16)], 7)
    outcome = Outcome(Status.RETURNED, returned="y" * 6_000_000, output="z", effects=effects)
    message = wire.unpack(wire.pack(outcome))
    assert isinstance(message, Outcome)
    kept = limits.CONTENT_BYTES // 1_000_045
    contents = [effect.content for effect in message.effects]
    assert contents == [content] * kept + [LEFT_OUT] * (16 - kept)
    assert (message.returned, message.output, message.effects.more) == ("y" * 6_000_000, "z", 7)


def test_an_answer_of_just_the_bound_is_sent_as_it_is():
    effects = Effects([Effect(Sort.HTTP, "POST x", [""])])
    outcome = Outcome(Status.RETURNED, effects=effects)
    room = limits.ANSWER_BYTES - len(wire.pack(outcome))
    fitting, larger = (
        dataclasses.replace(
            outcome, effects=Effects([dataclasses.replace(effects[0], content=["x" * count])])
        )
        for count in (room, room + 1)
    )
    assert wire.unpack(wire.pack(fitting)) == fitting
    assert "left out" in wire.unpack(wire.pack(larger)).effects[0].content


class Lying(dict):
    """A mapping whose own methods lie."""

    def items(self):
        raise RuntimeError

    def __class__(self):
        raise RuntimeError


class Odd:
    def __repr__(self):
        return "odd"


@pytest.mark.parametrize(
    ("content", "carried"),
    [
        ({"a": (1, 2), 3: b"x"}, {"a": [1, 2], "3": "x"}),
        ({"a": {"x"}, "b": Odd()}, {"a": ["x"], "b": "odd"}),
        (Lying(a=1), {"a": 1}),
        ({(1, 2): 3, 2: 4}, {"(1, 2)": 3, "2": 4}),
        ({"\ud800": "\udfff"}, {"\ud800": "\udfff"}),
        ([10**5000], ["(left out: a number of about 5001 digits)"]),
    ],
)
def test_what_is_no_json_is_packed_as_plain_values(content, carried):
    sent = Outcome(
        Status.RETURNED,
        effects=Effects([Effect(Sort.STUB, "x", content, answer=content, origin=Origin.GIVEN)]),
        made_up=(MadeUpVariable("A", "b", "app.py:1"),),
        wrong_calls=(WrongCall("A", "b", None),),
        stop=Stop(Effect(Sort.STUB, "x"), None, ("a", 1), "b", content, ((("a", 1), "c"),)),
    )
    message = wire.unpack(wire.pack(sent))
    assert isinstance(message, Outcome)
    assert message.effects[0].content == message.effects[0].answer == carried
    assert message.stop is not None
    assert message.stop.wanted == carried
    assert_of_type(message, Outcome)
