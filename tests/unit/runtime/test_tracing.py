"""Tracing: every look at an event is noted, and the consumer cannot tell the difference."""

from __future__ import annotations

import copy
import gc
import json
import operator
import pickle
import pprint
import socket
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import Consumer
from ecr_contracts.runtime.outcome import Status
from ecr_contracts.runtime.tracing import Tracer
from tests.acceptance.zoo import choices, right

PAYLOAD = {"a": 1, "l": ["x", "y"], "d": {"b": 3, "c": None}}
KEYS = {"$.d.b", "$.d.c"}
ITEMS = {"$.l[0]", "$.l[1]"}


def read(look: Callable[[Any], Any], payload: Any = PAYLOAD) -> set[str]:
    """What is noted of a look at a payload."""
    tracer = Tracer(Consumer.of(look).user_code)
    event = tracer.event(payload)
    with tracer:
        look(event)
    return set(tracer.trace().paths_read)


def of_object(look: Callable[[Any], Any]) -> set[str]:
    return read(lambda event: look(event["d"])) - {"$.d"}


def of_array(look: Callable[[Any], Any]) -> set[str]:
    return read(lambda event: look(event["l"])) - {"$.l"}


def by_pattern(value):
    match value:
        case {"b": _, **rest}:
            return rest


def by_sequence(value):
    match value:
        case [first, *_]:
            return first


@pytest.mark.parametrize(
    "look",
    [
        lambda d: d["b"],
        lambda d: d.get("b"),
        lambda d: d.get("b", 0),
        lambda d: "b" in d,
        lambda d: "b" not in d,
        lambda d: d.pop("b"),
        lambda d: d.setdefault("b", 1),
        operator.itemgetter("b"),
        "{b}".format_map,
    ],
)
def test_a_look_at_one_key_is_noted_alone(look):
    assert of_object(look) == {"$.d.b"}


def test_a_key_that_is_not_there_is_noted():
    assert of_object(lambda d: d.get("none")) == {"$.d.none"}
    assert of_object(lambda d: "odd key" in d) == {'$.d["odd key"]'}


@pytest.mark.parametrize(
    "look",
    [
        list,
        set,
        sorted,
        dict,
        repr,
        str,
        json.dumps,
        copy.deepcopy,
        pickle.dumps,
        pprint.pformat,
        by_pattern,
        dict.fromkeys,
        lambda d: list(d.keys()),
        lambda d: list(d.values()),
        lambda d: list(d.items()),
        lambda d: list(reversed(d)),
        lambda d: d == {},
        lambda d: operator.eq({}, d),
        lambda d: d != {},
        lambda d: operator.ne({}, d),
        lambda d: f"{d}",
        lambda d: f"{d!r}",
        lambda d: "%s" % d,  # noqa: UP031 - one more way to read it
        lambda d: {**d},
        lambda d: (lambda **all_of_it: all_of_it)(**d),
        lambda d: d | {},
        lambda d: {} | d,
        lambda d: {}.update(d),
        lambda d: list(d.copy()),
        lambda d: list(copy.copy(d)),
        lambda d: d.popitem(),
        lambda d: json.dumps(d, indent=1, sort_keys=True),
    ],
)
def test_a_look_at_all_of_an_object_is_noted(look):
    assert of_object(look) >= KEYS


@pytest.mark.parametrize("look", [len, bool, lambda d: not d, lambda d: 1 if d else 2])
def test_a_look_at_how_much_an_object_holds_is_noted(look):
    assert of_object(look) == {'$.d["*"]'}


@pytest.mark.parametrize(
    "look", [len, bool, lambda items: not items, lambda items: 1 if items else 2]
)
def test_a_look_at_how_much_an_array_holds_is_noted(look):
    assert of_array(look) == {'$.l["*"]'}


@pytest.mark.parametrize(
    "look", [lambda items: items[0], lambda items: items[-2], operator.itemgetter(0)]
)
def test_a_look_at_one_element_is_noted_alone(look):
    assert of_array(look) == {"$.l[0]"}


@pytest.mark.parametrize(
    "look",
    [
        list,
        tuple,
        set,
        sorted,
        repr,
        json.dumps,
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        ",".join,
        any,
        max,
        lambda items: [*items],
        dict.fromkeys,
        lambda items: items[:1],
        lambda items: items[::-1],
        lambda items: "x" in items,
        lambda items: items == [],
        lambda items: items != [],
        lambda items: operator.eq([], items),
        lambda items: operator.ne([], items),
        lambda items: items < ["z"],
        lambda items: items <= ["z"],
        lambda items: items > ["a"],
        lambda items: items >= ["a"],
        lambda items: operator.add(items, ["z"]),
        lambda items: operator.add(["z"], items),
        lambda items: items * 2,
        lambda items: 2 * items,
        lambda items: items.copy(),
        lambda items: items.index("y"),
        lambda items: items.count("y"),
        lambda items: items.pop(),
        lambda items: items.pop(0),
        lambda items: list(reversed(items)),
        lambda items: list(enumerate(items)),
        lambda items: list(zip(items, items, strict=True)),
        lambda items: [].extend(items),
        lambda items: f"{items}",
    ],
)  # fmt: skip
def test_a_look_at_all_of_an_array_is_noted(look):
    assert of_array(look) >= ITEMS


def test_a_pattern_that_takes_the_first_element_looks_at_that_and_at_how_many_there_are():
    assert of_array(by_sequence) >= {"$.l[0]", '$.l["*"]'}


def test_an_index_beyond_the_end_tells_how_long_an_array_is():
    def look(items):
        with pytest.raises(IndexError):
            items[2]

    assert '$.l["*"]' in of_array(look)


@pytest.mark.parametrize(
    "look", [repr, json.dumps, pickle.dumps, copy.deepcopy, lambda event: event == {}]
)
def test_who_looks_at_all_looks_at_what_is_within(look):
    assert read(look) >= {"$.a", "$.l", *KEYS, *ITEMS}


def test_what_is_not_looked_at_is_not_noted():
    assert read(lambda event: None) == set()
    assert read(lambda event: event["d"]) == {"$.d"}
    assert not read(lambda event: list(event.items())) & (KEYS | ITEMS)


def test_what_is_looked_at_after_the_call_is_not_noted():
    tracer = Tracer(Consumer.of(by_pattern).user_code)
    event = tracer.event(PAYLOAD)
    with tracer:
        pass
    assert event["a"] == 1
    assert tracer.trace().paths_read == ()


# --- behaving as plain values do ------------------------------------------------------------------

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)

OPERATIONS: list[Callable[[Any], Any]] = [
    lambda v: v["a"],
    lambda v: v[0],
    lambda v: v[-1],
    lambda v: v[1:],
    lambda v: v.get("a"),
    lambda v: v.get("z", 5),
    lambda v: "a" in v,
    lambda v: list(v),
    lambda v: list(reversed(v)),
    lambda v: list(v.items()),
    lambda v: list(v.values()),
    lambda v: list(v.keys()),
    lambda v: len(v),
    lambda v: bool(v),
    lambda v: v == {"a": 1},
    lambda v: v != ["a"],
    lambda v: repr(v),
    lambda v: f"{v}",
    lambda v: json.dumps(v),
    lambda v: dict(v),
    lambda v: {**v},
    lambda v: v | {"z": 1},
    lambda v: {"z": 1} | v,
    lambda v: v.copy(),
    lambda v: copy.copy(v),
    lambda v: copy.deepcopy(v),
    lambda v: pickle.loads(pickle.dumps(v)),
    lambda v: v.pop("a"),
    lambda v: v.pop("z", None),
    lambda v: v.pop(),
    lambda v: v.setdefault("z", []),
    lambda v: v.popitem(),
    lambda v: v.update(z=1),
    lambda v: v.append(1),
    lambda v: v.extend(["b"]),
    lambda v: v.insert(0, "a"),
    lambda v: v.remove("a"),
    lambda v: v.index("a"),
    lambda v: v.count("a"),
    lambda v: v.sort(),
    lambda v: v.reverse(),
    lambda v: v.clear(),
    lambda v: operator.add(v, [1]),
    lambda v: operator.add([1], v),
    lambda v: operator.add(v, (1,)),
    lambda v: v * 2,
    lambda v: v * "2",
    lambda v: 2 * v,
    lambda v: v < ["b"],
    lambda v: v >= ["b"],
    lambda v: v < 3,
    lambda v: operator.setitem(v, "a", 1),
    lambda v: operator.setitem(v, 0, 1),
    lambda v: operator.delitem(v, "a"),
    lambda v: operator.delitem(v, 0),
    lambda v: operator.iadd(v, [1]),
    lambda v: operator.ior(v, {"a": 2}),
    lambda v: hash(v),
    lambda v: isinstance(v, dict | list),
    by_pattern,
    by_sequence,
]


def done(operation: Callable[[Any], Any], value: Any) -> Any:
    try:
        return operation(value)
    except Exception as error:  # noqa: BLE001 - what an operation raises is what it does
        return type(error)


@given(
    st.lists(plain, max_size=3) | st.dictionaries(st.sampled_from("abc"), plain, max_size=3),
    st.data(),
)
def test_traced_values_behave_as_plain_ones(value, data):
    watched = Tracer(Consumer.of(by_pattern).user_code).event(value)
    ordinary = copy.deepcopy(value)
    for operation in data.draw(st.lists(st.sampled_from(OPERATIONS), max_size=8)):
        assert done(operation, watched) == done(operation, ordinary)
        assert watched == ordinary
        assert ordinary == watched
        assert json.dumps(watched) == json.dumps(ordinary)


@pytest.mark.parametrize(
    "function",
    [
        right.repository,
        right.by_match,
        right.by_dataclass,
        right.report,
        right.parsed,
        right.audit_line,
        right.by_await,
        choices.first_tag,
        choices.newest_first,
        choices.filled_counts,
        choices.page_on_critical,
    ],
)
def test_a_traced_call_does_as_an_untraced_one(function):
    for case in edge_cases("scan"):
        plain = call(function, case.event)
        watched = call(function, case.event, trace=True)
        assert plain.trace is None
        assert watched.trace is not None
        for name in (
            "status",
            "exception",
            "message",
            "location",
            "returned",
            "unserialisable",
            "mutated",
            "output",
        ):
            assert getattr(watched, name) == getattr(plain, name)


# --- the trail ------------------------------------------------------------------------------------


def branching(event, context):
    answer = 0
    if event["a"] > 1:
        answer = 1
    for _ in range(event["a"] % 3):
        answer += 0
    return 0


def seen(function, event):
    outcome = call(function, event, trace=True)
    assert outcome.trace is not None
    return outcome.trace


def test_the_line_digest_is_the_same_if_the_same_lines_ran():
    assert seen(branching, {"a": 2}).line_digest == seen(branching, {"a": 5}).line_digest
    assert seen(branching, {"a": 1}).line_digest == seen(branching, {"a": -2}).line_digest


def test_the_line_digest_differs_if_other_lines_ran_or_ran_more_often():
    assert len({seen(branching, {"a": number}).line_digest for number in (0, 1, 2, 3, 4)}) == 5


def test_what_the_tracing_function_was_is_restored():
    def mine(*_):
        return None

    before = sys.gettrace()
    sys.settrace(mine)
    try:
        seen(branching, {"a": 1})
        after = sys.gettrace()
    finally:
        sys.settrace(before)
    assert after is mine


# --- side effects ---------------------------------------------------------------------------------


def test_nothing_is_set_going_by_looking(tmp_path):
    file = tmp_path / "settings.json"
    file.write_text("{}")

    def handler(event, context):
        with open(file) as text:
            return json.load(text), event["a"]

    assert seen(handler, {"a": 1}).side_effects == ()


def test_a_socket_is_seen():
    def handler(event, context):
        socket.socket().close()

    assert any(effect.startswith("socket.") for effect in seen(handler, {}).side_effects)


@pytest.mark.parametrize("mode", ["w", "a", "x", "r+"])
def test_a_file_that_is_written_is_seen(tmp_path, mode):
    file = tmp_path / "log.txt"
    if mode == "r+":
        file.write_text("")

    def handler(event, context):
        with open(file, mode) as text:
            text.write("called")

    assert seen(handler, {}).side_effects == ("open",)


def test_other_peoples_code_is_seen():
    def handler(event, context):
        from rich.text import Text

        return str(Text("hello"))

    assert any(effect.startswith("calls rich.") for effect in seen(handler, {}).side_effects)


def test_what_one_call_sets_going_is_not_another_ones():
    def handler(event, context):
        socket.socket().close()

    assert seen(handler, {}).side_effects
    assert seen(branching, {"a": 1}).side_effects == ()
    assert call(branching, {"a": 1}, trace=True).status is Status.RETURNED


def test_no_garbage_is_collected_within_a_traced_call_but_afterwards_again():
    collections, inside = [], []

    def note(phase, info):
        if inside:
            collections.append(phase)

    def allocates(event, context):
        inside.append(True)
        kept = [[{}] for _ in range(5_000)]
        inside.clear()
        return len(kept)

    gc.callbacks.append(note)
    try:
        trace = call(Consumer.of(allocates), {}, trace=True).trace
    finally:
        gc.callbacks.remove(note)
    assert gc.isenabled()
    assert collections == []
    assert trace.side_effects == ()
