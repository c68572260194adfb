"""Events wherever people keep them: found with their places, in bounded time."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.delivery import carry
from ecr_contracts.eventbridge import inner_events
from ecr_contracts.eventbridge.inner_events import InnerEvent, Records, events_in
from ecr_contracts.eventbridge.unwrap import DEEPEST, Held, Unread
from ecr_contracts.events.generate.cases import case

PUSH = case("push/ordinary").event
SCAN = case("scan/ordinary").event
ACME = {"source": "com.acme", "detail-type": "Forwarded", "detail": {"original": [PUSH]}}
CLOUD_EVENT = {"specversion": "1.0", "id": "1", "source": "aws.ecr", "type": "t", "data": PUSH}


def found(value):
    return [(part.place, part.event) for part in events_in(value)]


@pytest.mark.parametrize(
    ("value", "places"),
    [
        ({"type": "x", "data": PUSH}, ["$.data"]),
        (CLOUD_EVENT, ["$.data"]),
        (
            {"context": {"condition": "Success"}, "requestPayload": PUSH},
            ["$.requestPayload"],
        ),
        ({"event": PUSH, "context": None}, ["$.event"]),
        ({"body": json.dumps({"event": PUSH})}, ["$.body.event"]),
        ({"a": {"b": [[PUSH], {"c d": PUSH}]}}, ["$.a.b[0][0]", '$.a.b[1]["c d"]']),
        ({"payload": json.dumps(json.dumps({"in": json.dumps(PUSH)}))}, ["$.payload.in"]),
        ({"message": f"[INFO] id Received event: {json.dumps(PUSH)} done"}, ["$.message"]),
        ({"name": "t", "event": carry([PUSH], "sqs")}, ["$.event.Records[0].body"]),
        (carry([{"data": PUSH}], "sqs"), ["$.Records[0].body.data"]),
        ([{"data": PUSH}], ["$[0].data"]),
    ],
)
def test_an_event_that_stands_deeper_is_found(value, places):
    assert found(value) == [(place, PUSH) for place in places]
    assert all(isinstance(part, InnerEvent) for part in events_in(value))


def test_several_events_are_found_in_their_order():
    assert found({"events": [SCAN, PUSH], "last": SCAN}) == [
        ("$.events[0]", SCAN),
        ("$.events[1]", PUSH),
        ("$.last", SCAN),
    ]


def test_what_another_sender_passes_on_is_found_in_its_event():
    assert found(ACME) == [("$", ACME), ("$.detail.original[0]", PUSH)]


def test_what_looks_like_a_detail_in_the_event_of_another_is_not_told():
    """A target may be given the detail alone, but nobody was given this one."""
    foo = PUSH | {"detail-type": "ECR Foo Action"}
    assert found(foo) == [("$", foo)]


def test_the_detail_of_an_event_with_a_contract_is_not_searched():
    event = PUSH | {"detail": PUSH["detail"] | {"note": SCAN}}
    assert found(event) == [("$", event)]


def test_what_stands_in_a_known_envelope_is_no_inner_event():
    [part] = events_in(carry([PUSH], "sqs"))
    assert (type(part), part.place, part.event) == (Held, "$.Records[0].body", PUSH)


def test_the_text_that_an_event_is_in_is_told():
    [part] = events_in({"a": {"body": json.dumps({"event": carry([PUSH], "sqs")})}})
    assert (part.outer, part.place) == ("$.a.body", "$.a.body.event.Records[0].body")


def test_the_text_of_an_envelope_deep_in_a_value_is_told():
    payload = carry([PUSH, PUSH], "sqs")
    payload["Records"][1]["body"] = "{"
    good, bad = events_in({"name": "test", "event": payload})
    assert (good.outer, good.place) == ("$.event.Records[0].body", "$.event.Records[0].body")
    assert (bad.outer, bad.place) == ("$.event.Records[1].body", "$.event.Records[1].body")
    assert isinstance(bad, Unread)
    good, bad = events_in({"a": json.dumps({"event": payload})})
    assert (good.outer, good.place) == ("$.a", "$.a.event.Records[0].body")
    assert (bad.outer, bad.place) == ("$.a", "$.a.event.Records[1].body")


def in_texts(number):
    value = PUSH
    for _ in range(number):
        value = {"in": json.dumps(value)}
    return value


def test_so_many_texts_within_one_another_are_looked_into():
    assert found(in_texts(DEEPEST)) == [("$" + ".in" * DEEPEST, PUSH)]
    [part] = events_in(in_texts(DEEPEST + 1))
    assert isinstance(part, Unread)


@pytest.mark.parametrize(
    "value",
    [
        {"EventPattern": {"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}},
        {"failures": [{"source": "x.py", "detail": "boom"}]},
        {"text": "the key detail-type is there {not json"},
        {"detail-types": 1},
        {"a": "{" * 5000 + "detail-type"},
    ],
)
def test_talk_about_events_is_none(value):
    [part] = events_in(value)
    assert isinstance(part, Unread)
    assert part.place == "$"


@pytest.mark.parametrize("value", [None, 7, "text", [], {}, {"version": "1.0", "name": "x"}])
def test_what_holds_no_event_is_taken_for_one(value):
    parts = list(events_in(value))
    assert [part.event for part in parts if isinstance(part, Held)] == [value]


def test_records_of_another_service_are_told():
    value = {"Records": [{"eventSource": "aws:s3", "s3": {}}]}
    assert list(events_in(value)) == [Records("$", "", "aws:s3")]
    [inner] = events_in(carry([value], "sqs"))
    assert inner == Records("$.Records[0].body", "$.Records[0].body", "aws:s3")


def test_the_search_ends(monkeypatch):
    monkeypatch.setattr(inner_events, "EVENT_VALUES", 1_000)
    value = {"a": [[index, {"b": "detail-type"}] for index in range(5_000)], "last": PUSH}
    [part] = events_in(value)
    assert isinstance(part, Unread)
    assert part.problem == "has more values than are looked at for events (1,000)"


def test_the_search_takes_no_longer_than_reading():
    value = {"a": [['{"detail-type": ' * 20] * 4] * 20_000}
    text = json.dumps(value)
    started = time.perf_counter()
    list(events_in(value))
    assert time.perf_counter() - started < 10
    assert len(text) > 10_000_000


KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)


@given(st.lists(KEYS | st.integers(0, 2) | st.none(), min_size=1, max_size=6))
def test_an_event_is_found_at_any_path(steps):
    """A text stands for a key, a number for a place in a list, None for a text of JSON."""
    value, shown = PUSH, []
    for step in reversed(steps):
        if step is None:
            value = json.dumps(value)
            continue
        value = {step: value} if isinstance(step, str) else [*[0] * step, value]
        shown.insert(0, step)
    whole = {"data": value}
    [part] = events_in(whole)
    assert part.event == PUSH
    assert part.place == json_path.show(["data", *shown])
