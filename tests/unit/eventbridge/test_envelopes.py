"""Envelopes: what goes in comes out again, and what is of no such envelope is refused."""

from __future__ import annotations

import copy
import hashlib
import json
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts import ecr_events
from ecr_contracts.core.errors import EnvelopeError, PayloadError, UnknownNameError
from ecr_contracts.eventbridge.envelopes import logs, registry
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES, envelope
from ecr_contracts.eventbridge.unwrap import unwrap
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import case, edge_cases
from ecr_contracts.events.kinds import kind_names
from tests.rows import in_one_test

EVENT = case("scan/ordinary").event
OTHER = case("push/no-tag").event
texts = st.text(st.sampled_from('aZ0é日\ud800\u2028\0\n"\\/ '), max_size=4)
extras = st.dictionaries(
    texts, texts | st.integers() | st.none() | st.lists(texts, max_size=2), max_size=2
)


@st.composite
def events(draw):
    """Events as AWS may send them tomorrow: with fields that nobody knows yet."""
    event = draw(ecr_events())
    event["detail"] |= {f"x{key}": value for key, value in draw(extras).items()}
    return event


few = settings(max_examples=25)  # a batch takes long to draw
BATCHES = [name for name, row in ENVELOPES.items() if row.batches]
ALONE = [name for name, row in ENVELOPES.items() if not row.batches]
LOSSLESS = [name for name, row in ENVELOPES.items() if row.lossless]
ONE_WAY = ["run-command", "ecs-task", "detail"]


# --- there and back -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in LOSSLESS if name in BATCHES])
@few
@given(batch=st.lists(events(), min_size=1, max_size=2))
def test_the_events_of_a_batch_come_out_as_they_went_in(name, batch):
    row = envelope(name)
    before = copy.deepcopy(batch)
    payload = row.wrap(batch)
    assert row.unwrap(payload) == before
    assert batch == before
    assert unwrap(payload) == before
    assert unwrap(json.dumps(payload)) == before
    assert json.loads(json.dumps(payload)) == payload


@pytest.mark.parametrize("name", [name for name in LOSSLESS if name in ALONE])
@few
@given(event=events())
def test_an_event_that_comes_alone_comes_out_as_it_went_in(name, event):
    row = envelope(name)
    payload = row.wrap([event])
    assert row.unwrap(payload) == [event]
    assert unwrap(payload) == [event]
    assert json.loads(json.dumps(payload)) == payload


@few
@given(event=events())
def test_a_replayed_event_is_the_same_but_for_the_name_of_its_replay(event):
    row = envelope("archive-replay")
    [replayed] = row.unwrap(row.wrap([event]))
    assert replayed["replay-name"] == event.get("replay-name", "ecr-events-again")
    assert {**replayed, "replay-name": 0} == {**event, "replay-name": 0}
    keys = list(replayed)
    assert keys[keys.index("resources") - 1] == "replay-name"
    assert unwrap(row.wrap([event])) == [replayed]


def test_a_message_has_another_id_in_the_queue_than_at_the_topic():
    [record] = envelope("sns-sqs").wrap([case("push/ordinary").event])["Records"]
    assert json.loads(record["body"])["MessageId"] != record["messageId"]


@pytest.mark.parametrize("name", ONE_WAY)
def test_what_goes_one_way_says_so(name):
    payload = envelope(name).wrap([EVENT])
    with pytest.raises(EnvelopeError, match=f"'{name}': it goes one way only"):
        envelope(name).unwrap(payload)
    with pytest.raises(PayloadError, match=rf"\$ looks like what --via {name} makes of an event"):
        unwrap(payload)


def test_a_control_message_holds_no_event():
    payload = logs.control_message()
    assert envelope("logs").unwrap(payload) == unwrap(payload) == []


def test_the_table_is_whole():
    assert {*ONE_WAY, "archive-replay"} == set(ENVELOPES) - set(LOSSLESS)
    assert len(ENVELOPES) == 32


# --- what the transports promise ------------------------------------------------------------------


@few
@given(st.lists(events(), min_size=1, max_size=2))
def test_a_body_is_the_event_as_compact_json_in_its_own_order(batch):
    for record, event in zip(envelope("sqs").wrap(batch)["Records"], batch, strict=True):
        assert record["body"] == json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        # The order of the keys is that of the event.
        assert json.dumps(json.loads(record["body"])) == json.dumps(event)


@few
@given(st.lists(events(), min_size=1, max_size=2))
def test_the_digest_is_that_of_the_body(batch):
    for record in envelope("sqs").wrap(batch)["Records"]:
        body = record["body"].encode("utf-8", "surrogatepass")
        assert record["md5OfBody"] == hashlib.md5(body).hexdigest()


@pytest.mark.parametrize("name", ENVELOPES)
def test_the_same_events_give_the_same_payload(name):
    batch = [EVENT, OTHER] if name in BATCHES else [EVENT]
    payload = envelope(name).wrap(batch)
    assert payload == envelope(name).wrap(copy.deepcopy(batch))
    changed = [
        *batch[:-1],
        {**batch[-1], "detail": {**batch[-1]["detail"], "repository-name": "other"}},
    ]
    assert payload != envelope(name).wrap(changed)


IDS = {
    "sqs": (lambda payload: [one["messageId"] for one in payload["Records"]], uuid.UUID),
    "sqs-fifo": (
        lambda payload: [one["attributes"]["SequenceNumber"] for one in payload["Records"]],
        int,
    ),
    "sqs-message": (lambda payload: [one["ReceiptHandle"] for one in payload["Messages"]], str),
    "sns-sqs": (
        lambda payload: [json.loads(one["body"])["MessageId"] for one in payload["Records"]],
        uuid.UUID,
    ),
    "sns-sqs-message": (lambda payload: [one["ReceiptHandle"] for one in payload["Messages"]], str),
    "sns-sqs-raw": (lambda payload: [one["receiptHandle"] for one in payload["Records"]], str),
    "kinesis": (
        lambda payload: [one["kinesis"]["sequenceNumber"] for one in payload["Records"]],
        int,
    ),
    "firehose": (lambda payload: [one["recordId"] for one in payload["records"]], int),
    "kinesis-logs": (
        lambda payload: [one["kinesis"]["sequenceNumber"] for one in payload["Records"]],
        int,
    ),
    "pipe-sqs": (lambda payload: [one["messageId"] for one in payload], uuid.UUID),
    "pipe-kinesis": (lambda payload: [one["sequenceNumber"] for one in payload], int),
    "v2-metadata-batch": (
        lambda payload: [one["SystemMetadata"]["aws:SequenceNumber"] for one in payload],
        int,
    ),
    "v2-replay-batch": (
        lambda payload: [one["SystemMetadata"]["DeduplicationId"] for one in payload],
        str,
    ),
    "dlq": (lambda payload: [one["messageId"] for one in payload["Records"]], uuid.UUID),
}


@pytest.mark.parametrize("name", IDS)
def test_no_two_records_have_an_id_even_of_the_same_event(name):
    ids, sort = IDS[name]
    found = [sort(one) for one in ids(envelope(name).wrap([EVENT, OTHER, EVENT]))]
    assert len(set(found)) == 3
    if sort is int and name != "sqs-fifo":
        assert found == sorted(found)


PARTITIONS = [
    (region, choice.label)
    for choice in reader.contract("push").by_path["$.region"].choices
    for region in choice.values
]


@in_one_test
@pytest.mark.parametrize(("region", "partition"), PARTITIONS)
def test_the_queue_lies_in_the_partition_of_the_region(region, partition):
    [record] = envelope("sqs").wrap([EVENT | {"region": region, "account": "012345678901"}])[
        "Records"
    ]
    assert record["eventSourceARN"] == f"arn:{partition}:sqs:{region}:012345678901:ecr-events"
    assert record["awsRegion"] == region


def test_a_region_that_nobody_knows_is_taken_for_one_of_the_great_partition():
    [record] = envelope("sqs").wrap([EVENT | {"region": "mars-north-1"}])["Records"]
    assert record["eventSourceARN"].startswith("arn:aws:sqs:mars-north-1:")


def test_a_message_is_sent_after_the_event_and_received_after_that():
    [record] = envelope("sqs").wrap([EVENT | {"time": "2026-03-01T12:00:00Z"}])["Records"]
    sent = int(record["attributes"]["SentTimestamp"])
    assert 0 < sent - 1_772_366_400_000 < 5_000
    assert sent <= int(record["attributes"]["ApproximateFirstReceiveTimestamp"])


WRONG = [
    {},
    {"time": "soon", "region": None, "account": 5},
    {"time": None, "id": 7},
    "shaped",
    [1],
    None,
    4.5,
]


@in_one_test
@pytest.mark.parametrize("name", [name for name in LOSSLESS if name not in ("lambda", "event-bus")])
@pytest.mark.parametrize("event", WRONG, ids=repr)
def test_even_what_is_no_event_can_be_sent(name, event):
    assert envelope(name).unwrap(envelope(name).wrap([event])) == [event]


@pytest.mark.parametrize(
    "name", ["sqs", "sns", "kinesis", "logs", "stepfunctions", "v2-metadata", "on-failure"]
)
@pytest.mark.parametrize("kind", kind_names())
def test_every_case_can_be_wrapped(kind, name):
    for one in edge_cases(kind):
        assert envelope(name).unwrap(envelope(name).wrap([one.event])) == [one.event]


@pytest.mark.parametrize("kind", kind_names())
def test_of_an_event_the_detail_alone_is_left_as_it_is(kind):
    for one in edge_cases(kind):
        assert envelope("detail").wrap([one.event]) == one.event["detail"]


@pytest.mark.parametrize("event", [{}, "shaped", None, EVENT["detail"]], ids=repr)
def test_what_has_no_detail_gives_none(event):
    with pytest.raises(EnvelopeError, match="'detail': there is no key `detail`"):
        envelope("detail").wrap([event])


@few
@given(event=events())
def test_a_replay_on_a_bus_of_version_2_differs_in_its_delivery_type_alone(event):
    live, replayed = envelope("v2-metadata").wrap([event]), envelope("v2-replay").wrap([event])
    assert live["SystemMetadata"].pop("aws:DeliveryType") == "LIVE"
    assert replayed["SystemMetadata"].pop("aws:DeliveryType") == "REPLAY"
    assert live == replayed


@few
@given(event=events())
def test_a_function_that_failed_was_tried_three_times(event):
    failed, done = envelope("on-failure").wrap([event]), envelope("on-success").wrap([event])
    assert failed["requestContext"]["approximateInvokeCount"] == 3
    assert failed["requestContext"]["requestId"] in failed["responsePayload"]["errorMessage"]
    assert done["requestContext"]["condition"] == "Success"
    assert "functionError" not in done["responseContext"]


@few
@given(batch=st.lists(events(), min_size=1, max_size=2))
@pytest.mark.parametrize(
    ("name", "of_lambda", "shape"),
    [
        ("pipe-kinesis", "kinesis", lambda one: {**one.pop("kinesis"), **one}),
        ("pipe-sqs", "sqs", lambda one: one),
    ],
)
def test_records_of_a_pipe_have_the_keys_of_those_of_lambda(batch, name, of_lambda, shape):
    records = [shape(one) for one in envelope(of_lambda).wrap(batch)["Records"]]
    assert [set(one) for one in envelope(name).wrap(batch)] == [set(one) for one in records]


# --- what is refused ------------------------------------------------------------------------------


@in_one_test
@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize("count", [0, 2, 3])
def test_an_event_that_comes_alone_comes_in_no_other_count(name, count):
    with pytest.raises(EnvelopeError, match=f"'{name}': it carries exactly one event, not {count}"):
        envelope(name).wrap([EVENT] * count)


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_is_never_empty(name):
    with pytest.raises(EnvelopeError, match=f"'{name}': a batch holds at least one event"):
        envelope(name).wrap([])


@in_one_test
@pytest.mark.parametrize(
    "name", [name for name in ENVELOPES if name not in ("lambda", "event-bus")]
)
@pytest.mark.parametrize(
    "payload", [None, 7, "{}", {}, EVENT], ids=["null", "number", "text", "object", "event"]
)
def test_what_is_of_no_such_envelope_is_refused(name, payload):
    with pytest.raises(EnvelopeError, match=f"not a payload of the envelope {name!r}: "):
        envelope(name).unwrap(payload)


@pytest.mark.parametrize(
    ("payload", "sort"), [(None, "NoneType"), ([EVENT], "list"), ("{}", "str"), (7, "int")]
)
def test_what_is_no_object_is_no_bare_event(payload, sort):
    with pytest.raises(EnvelopeError, match=f"'lambda': an event is an object, not {sort}"):
        envelope("lambda").unwrap(payload)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (None, "there is no list `Records`"),
        ([], "there is no list `Records`"),
        ({}, "there is no list `Records`"),
        ({"records": []}, "there is no list `Records`"),
        ({"Records": {}}, "there is no list `Records`"),
        ({"Records": ["x"]}, r"\$\.Records\[0\]\.body is not a string"),
        ({"Records": [{}]}, r"\$\.Records\[0\]\.body is not a string"),
        ({"Records": [{"body": "{}"}, {"body": {}}]}, r"\$\.Records\[1\]\.body is not a string"),
        (
            {"Records": [{"body": "{}"}, {"body": "{"}]},
            r"\$\.Records\[1\]\.body is not JSON: Expecting property name",
        ),
        ({"Records": [{"body": ""}]}, r"\$\.Records\[0\]\.body is not JSON"),
        (
            {"Records": [{"body": "[" * 100_000}]},
            r"\$\.Records\[0\]\.body is not JSON: .*recursion",
        ),
    ],
)
def test_a_malformed_payload_is_refused_with_its_place(payload, words):
    with pytest.raises(EnvelopeError, match=words):
        envelope("sqs").unwrap(payload)


def test_an_unknown_envelope_names_the_known_ones():
    with pytest.raises(UnknownNameError, match="no envelope is called 'pigeon'; there are: "):
        envelope("pigeon")


def test_a_misspelt_envelope_is_guessed():
    with pytest.raises(UnknownNameError, match="no envelope is called 'SQS'; did you mean 'sqs'"):
        envelope("SQS")


def test_nobody_changes_the_table():
    with pytest.raises(TypeError, match="does not support item assignment"):
        ENVELOPES["lambda"] = ENVELOPES["sqs"]  # type: ignore[index]


@pytest.mark.parametrize("name", ENVELOPES)
def test_each_envelope_says_in_a_few_words_who_gets_it(name):
    row = registry.ENVELOPES[name]
    assert row.name == name
    assert 10 < len(row.about) < 60


def test_digests_are_made_where_md5_is_forbidden_for_security(monkeypatch):
    """As on machines under FIPS 140: the digest of a message protects nothing."""
    md5 = hashlib.md5

    def refusing(content=b"", *, usedforsecurity=True):
        if usedforsecurity:
            raise ValueError("disabled for FIPS")
        return md5(content, usedforsecurity=False)

    monkeypatch.setattr(hashlib, "md5", refusing)
    [record] = envelope("dlq").wrap([EVENT])["Records"]
    assert record["md5OfBody"] == md5(record["body"].encode()).hexdigest()
