"""What is in a payload: envelopes are told by themselves, in one another too; bad input is one line
and no more.
"""

from __future__ import annotations

import base64
import gzip
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.core import limits
from ecr_contracts.core.errors import EcrContractsError, PayloadError
from ecr_contracts.eventbridge import unwrap as unwrapping
from ecr_contracts.eventbridge.envelopes.codec import decoded, gzip_stored
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.eventbridge.unwrap import (
    DEEPEST,
    Held,
    Unread,
    contents,
    is_event,
    is_wrapped,
    opened,
    unwrap,
)
from ecr_contracts.events.generate.cases import case, edge_cases
from tests.rows import in_one_test

EVENT = case("scan/no-tags").event
OTHER = case("push/ordinary").event
BARE = ("lambda", "event-bus", "archive-replay")
LISTS = ("lambda-batch", "pipe-sqs", "pipe-kinesis", "v2-metadata-batch", "v2-replay-batch")
CARRYING = [name for name, row in ENVELOPES.items() if row.lossless]


def text(value: object) -> str:
    return json.dumps(value)


def packed(content: bytes) -> dict:
    return {"awslogs": {"data": base64.b64encode(content).decode()}}


# --- envelopes in envelopes -----------------------------------------------------------------------


PAIRS = [
    (outer, inner)
    for outer in CARRYING
    if outer not in ("lambda", "event-bus")
    for inner in CARRYING
]
"""Each envelope that changes something around each other."""


@in_one_test
@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_any_two_envelopes_may_stand_in_one_another(outer, inner):
    payload = ENVELOPES[outer].wrap([ENVELOPES[inner].wrap([EVENT])])
    assert unwrap(payload) == [EVENT]


def test_the_place_of_an_event_leads_through_all_envelopes():
    payload = ENVELOPES["sns-sqs"].wrap([EVENT, OTHER])
    first, second = opened(payload)
    assert (first.place, first.outer) == ("$.Records[0].body.Message", "$.Records[0].body")
    assert (second.place, second.event) == ("$.Records[1].body.Message", OTHER)
    [held] = opened(ENVELOPES["logs"].wrap([EVENT]))
    assert (held.place, held.outer) == ("$.awslogs.data.logEvents[0].message", "$.awslogs.data")
    assert list(opened(EVENT)) == [Held("$", "", EVENT)]
    assert [one.place for one in opened([EVENT, OTHER])] == ["$[0]", "$[1]"]


@pytest.mark.parametrize(
    "value",
    [
        {"Messages": [{"Body": text(EVENT)}]},
        {"Data": EVENT, "SystemMetadata": {}},
        {"requestContext": {}, "requestPayload": EVENT},
        {"messageId": "1", "body": text(EVENT), "eventSource": "aws:sqs"},
        {"MessageId": "x", "Body": text(EVENT)},
        {"Records": [{"body": text(EVENT)}]},
        {"timestamp": 1, "message": text(EVENT)},
        {
            "messageType": "DATA_MESSAGE",
            "logEvents": [{"id": "1", "timestamp": 1, "message": text(EVENT)}],
        },
        {"Type": "Notification", "TopicArn": "arn", "Message": text(EVENT)},
        {"headers": {"X-Amz-Sns-Message-Type": "Notification"}, "body": text(EVENT)},
        text(EVENT),
        text(text(EVENT)),
        f"  {text(EVENT)}\n",
        {"Records": [{"kinesis": {"data": base64.b64encode(text(EVENT).encode()).decode()}}]},
    ],
)
def test_what_people_keep_of_a_payload_is_enough(value):
    assert unwrap(value) == [EVENT]


@pytest.mark.parametrize(
    "value",
    [
        {"Records": []},
        [],
        {"Messages": []},
        {"events": []},
        {
            "Type": "SubscriptionConfirmation",
            "TopicArn": "arn",
            "Message": "You have chosen …",
            "Token": "t",
        },
        {
            "messageType": "CONTROL_MESSAGE",
            "logEvents": [{"id": "", "timestamp": 1, "message": "health"}],
        },
    ],
)
def test_some_payloads_hold_no_event(value):
    assert unwrap(value) == []


# --- bad input ------------------------------------------------------------------------------------

BAD = [
    ({"a": 1}, "$ is neither an EventBridge event nor in an envelope that is known"),
    (None, "$ is neither an EventBridge event nor in an envelope that is known"),
    (5, "$ is neither an EventBridge event nor in an envelope that is known"),
    ("{", "$ is not JSON: Expecting property name"),
    ("", "$ is not JSON: Expecting value"),
    ({"Records": [{"body": None}]}, "$.Records[0].body is not a string"),
    ({"Records": [{"body": "[" * 100_000}]}, "$.Records[0].body is not JSON: maximum recursion"),
    ({"Records": [{"kinesis": {"data": "%%%"}}]}, "$.Records[0].kinesis.data is not base64: "),
    (
        {"Records": [{"kinesis": {"data": "YWJ"}}]},
        "$.Records[0].kinesis.data is not base64: Incorrect padding",
    ),
    (
        {"Records": [{"kinesis": {"data": 5}}]},
        "$.Records[0].kinesis.data is not a string of base64",
    ),
    (
        {"Records": [{"kinesis": {"data": "gICA"}}]},
        "$.Records[0].kinesis.data is not UTF-8: invalid start byte",
    ),
    ({"records": [{}], "deliveryStreamArn": "a"}, "$.records[0].data is not a string of base64"),
    ({"awslogs": {}}, "$.awslogs.data is not a string of base64"),
    (packed(b"abc"), "$.awslogs.data is not gzip: incorrect header check"),
    (packed(b""), "$.awslogs.data is gzip that stops before its end"),
    (packed(gzip.compress(b"{}")[:-9]), "$.awslogs.data is gzip that stops before its end"),
    (packed(gzip.compress(b"{}" * 50)[:15] + b"\xff" * 30), "$.awslogs.data is not gzip: "),
    (packed(gzip.compress(b"no JSON")), "$.awslogs.data is not JSON: "),
    (
        packed(gzip.compress(b'{"x": 1}')),
        "$.awslogs.data is neither an EventBridge event nor in an envelope",
    ),
]


@pytest.mark.parametrize(("payload", "words"), BAD)
def test_bad_input_is_one_clear_line(payload, words):
    with pytest.raises(PayloadError) as refused:
        unwrap(payload)
    assert str(refused.value).startswith(words)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 160
    assert isinstance(refused.value, ValueError)
    assert isinstance(refused.value, EcrContractsError)
    assert refused.value.events == []


@pytest.mark.parametrize("bad", ["{", "7", text({"a": 1}), text(text(text("no event")))])
def test_nothing_else_is_lost(bad):
    payload = ENVELOPES["sqs"].wrap([EVENT, OTHER, EVENT])
    payload["Records"][1]["body"] = bad
    with pytest.raises(PayloadError) as refused:
        unwrap(payload)
    assert refused.value.events == [EVENT, EVENT]
    [(place, _)] = refused.value.problems
    assert place == "$.Records[1].body"
    assert [type(one) for one in opened(payload)] == [Held, Unread, Held]


def test_texts_in_texts_are_followed_so_far_and_no_further():
    value = text(EVENT)
    for _ in range(DEEPEST):
        assert unwrap(value) == [EVENT]
        value = text(value)
    for deep in (value, text(text(text(text(value))))):
        with pytest.raises(
            PayloadError, match=f"is wrapped more than {DEEPEST} times, and was not looked into"
        ):
            unwrap(deep)


def test_a_bomb_is_not_unpacked():
    bomb = packed(gzip.compress(b" " * 80_000_000, 9))
    tracemalloc.start()
    with pytest.raises(PayloadError, match=f"unpacks to more than {limits.UNPACKED_BYTES:,} bytes"):
        unwrap(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 150_000_000


@pytest.mark.parametrize("more", [0, 1])
def test_the_limit_is_what_may_come_out(more):
    content = text(
        {"messageType": "DATA_MESSAGE", "logEvents": [{"message": text(EVENT)}]}
    ).encode()
    payload = packed(gzip.compress(content))
    if more:
        with pytest.raises(PayloadError, match=f"more than {len(content) - 1:,} bytes"):
            unwrap(payload, limit=len(content) - 1)
    else:
        assert unwrap(payload, limit=len(content)) == [EVENT]


KEYS = (
    *(
        "Records",
        "body",
        "Sns",
        "Message",
        "kinesis",
        "data",
        "records",
        "deliveryStreamArn",
        "awslogs",
        "Messages",
    ),
    *(
        "Body",
        "Type",
        "TopicArn",
        "headers",
        "events",
        "message",
        "timestamp",
        "input",
        "stateMachineArn",
    ),
    *(
        "messageType",
        "logEvents",
        "detail-type",
        "commands",
        "containerOverrides",
        "messageAttributes",
    ),
)


@pytest.mark.parametrize("size", [0, 1, 65_534, 65_535, 65_536, 65_537, 200_000])
def test_what_is_packed_is_gzip_of_any_size(size):
    content = bytes(index % 251 for index in range(size))
    assert gzip.decompress(gzip_stored(content)) == content
    large = EVENT | {"detail": EVENT["detail"] | {"x": "a" * size}}
    assert unwrap(ENVELOPES["logs"].wrap([large])) == [large]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=300)
@given(json_values)
def test_nothing_makes_it_stumble(value):
    try:
        found = unwrap(value)
    except PayloadError:
        return
    assert isinstance(found, list)


@in_one_test
@pytest.mark.parametrize(
    ("value", "wrapped"),
    [
        (EVENT, False),
        ({"id": 1}, False),
        ({}, False),
        ([EVENT], False),
        (text(EVENT), True),
        ("word", False),
        (7, False),
    ]
    + [(row.wrap([EVENT]), name not in (*BARE, *LISTS)) for name, row in ENVELOPES.items()],
)
def test_what_is_wrapped_can_be_told(value, wrapped):
    assert is_wrapped(value) is wrapped
    held = list(contents(value))
    assert wrapped or held == [Held("$", "", value)]


def test_an_object_without_any_key_of_an_event_is_in_no_known_envelope():
    [unread] = contents({"Records": [{"eventSource": "aws:s3", "s3": {}}]})
    assert (unread.place, unread.problem) == ("$", unwrapping._UNKNOWN)


LAYERS = list(
    dict.fromkeys(layer for row in ENVELOPES.values() for layer in row.layers if layer.recognises)
)


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_payload_is_recognised_as_one_document_alone(name):
    row = ENVELOPES[name]
    document = row.wrap([EVENT])
    for layer in row.layers:
        recognising = [other for other in LAYERS if other.recognises(document)]
        assert recognising == [layer] * (layer.recognises is not None)
        if not row.one_way:
            [part] = layer.parts(document)
            document = decoded(part)
    assert row.one_way or is_event(document)


@pytest.mark.parametrize("kind", ["push", "scan", "replication", "inspector-scan"])
def test_a_detail_alone_is_told_from_what_is_no_event(kind):
    for one in edge_cases(kind):
        [unread] = opened(one.event["detail"])
        problem = "looks like what --via detail makes of an event"
        assert (unread.by_nature, unread.problem.split(":")[0]) == (True, problem)
    assert not is_wrapped({"repository-name": "a", "name": "b"})
    assert not is_wrapped(ENVELOPES["kinesis"].wrap([EVENT])["Records"][0])


def test_records_of_a_topic_or_a_stream_are_none_of_a_queue_even_with_a_body():
    notification = {"Sns": {"Message": text(EVENT)}, "body": "{}"}
    data = base64.b64encode(text(EVENT).encode()).decode()
    assert unwrap({"Records": [notification]}) == [EVENT]
    assert unwrap({"Records": [{"kinesis": {"data": data}, "body": "{}"}]}) == [EVENT]
    assert unwrap({"Records": [{"body": text(EVENT), "Sns": None}]}) == [EVENT]


def _in_lists(value, times):
    for _ in range(times):
        value = [value]
    return value


def test_no_depth_of_lists_or_records_is_too_much():
    assert unwrap(_in_lists(EVENT, 20)) == [EVENT]
    payload = EVENT
    for _ in range(100_000):
        payload = {"version": "1.0", "requestContext": {}, "requestPayload": payload}
    for deep in (_in_lists(EVENT, 100_000), payload):
        with pytest.raises(
            PayloadError, match=f"is wrapped more than {limits.UNWRAPPED_LEVELS} times"
        ):
            unwrap(deep)
