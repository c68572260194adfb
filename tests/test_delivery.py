"""Envelopes: what goes in comes out again, and other people's parsers take it for the real thing."""

from __future__ import annotations

import copy
import hashlib
import json
import uuid

import pytest
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, SQSEvent
from aws_lambda_powertools.utilities.parser.models import EventBridgeModel, SqsModel
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts import catalog, delivery, ecr_events, reading
from ecr_contracts.cases import case, edge_cases
from ecr_contracts.delivery import ENVELOPES, envelope
from ecr_contracts.errors import EnvelopeError, UnknownNameError

EVENT = case("scan/ordinary").event
texts = st.text(st.sampled_from('aZ0é日\ud800\udfff\u2028\0\n"\\/ '), max_size=4)
extras = st.dictionaries(texts, texts | st.integers() | st.none() | st.lists(texts, max_size=2), max_size=2)


@st.composite
def events(draw):
    """Events as AWS may send them tomorrow: with fields that nobody knows yet."""
    event = draw(ecr_events())
    event["detail"] |= {f"x{key}": value for key, value in draw(extras).items()}
    return event


few = settings(max_examples=40)  # a batch takes long to draw


# --- there and back ---------------------------------------------------------------------------------------------------


@given(st.lists(events(), min_size=1, max_size=2))
def test_the_events_in_a_batch_of_messages_come_out_as_they_went_in(batch):
    sqs = envelope("sqs")
    before = copy.deepcopy(batch)
    assert sqs.unwrap(sqs.wrap(batch)) == before
    assert batch == before


@given(events())
def test_a_bare_event_comes_out_as_it_went_in(event):
    bare = envelope("lambda")
    assert bare.unwrap(bare.wrap([event])) == [event]


@few
@given(st.lists(events(), min_size=1, max_size=2))
def test_payloads_are_plain_json(batch):
    payload = envelope("sqs").wrap(batch)
    assert json.loads(json.dumps(payload)) == payload


# --- what the transports promise --------------------------------------------------------------------------------------


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


@few
@given(st.lists(events(), min_size=1, max_size=2), st.integers(2, 3))
def test_the_same_events_give_the_same_payload_and_no_two_messages_an_id(batch, times):
    batch = batch * times
    payload = envelope("sqs").wrap(batch)
    assert payload == envelope("sqs").wrap(copy.deepcopy(batch))
    for key in ("messageId", "receiptHandle"):
        assert len({record[key] for record in payload["Records"]}) == len(batch)
    assert all(uuid.UUID(record["messageId"]).version == 4 for record in payload["Records"])


@few
@given(st.lists(ecr_events(), min_size=1, max_size=2))
def test_powertools_parses_the_payload_and_the_events_in_it(batch):
    payload = envelope("sqs").wrap(batch)
    for record, event in zip(SqsModel.model_validate(payload).Records, batch, strict=True):
        told = EventBridgeModel.model_validate_json(record.body)
        assert (told.id, told.detail_type, told.region) == (event["id"], event["detail-type"], event["region"])
        assert record.eventSource == "aws:sqs"
        assert record.attributes.SentTimestamp <= record.attributes.ApproximateFirstReceiveTimestamp


@few
@given(st.lists(ecr_events(), min_size=1, max_size=2))
def test_powertools_reads_the_payload(batch):
    read = SQSEvent(envelope("sqs").wrap(batch))
    for record, event in zip(read.records, batch, strict=True):
        assert record.json_body == event
        assert EventBridgeEvent(record.json_body).detail == event["detail"]
        assert record.aws_region == event["region"]
        assert record.md5_of_body == hashlib.md5(record.body.encode()).hexdigest()
        assert record.attributes.aws_trace_header is None
        assert record.attributes.message_group_id is None


PARTITIONS = [
    (region, choice.label)
    for choice in reading.contract("push").by_path["$.region"].choices
    for region in choice.values
]


@pytest.mark.parametrize(("region", "partition"), PARTITIONS)
def test_the_queue_lies_in_the_partition_of_the_region(region, partition):
    [record] = envelope("sqs").wrap([EVENT | {"region": region, "account": "012345678901"}])["Records"]
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


@pytest.mark.parametrize("event", [{}, {"time": "soon", "region": None, "account": 5}, {"time": None}])
def test_even_an_event_that_is_wrong_can_be_sent(event):
    assert envelope("sqs").unwrap(envelope("sqs").wrap([event])) == [event]


@pytest.mark.parametrize("kind", catalog.kinds())
def test_every_case_can_be_wrapped(kind):
    for one in edge_cases(kind):
        assert envelope("sqs").unwrap(envelope("sqs").wrap([one.event])) == [one.event]


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 2, 3])
def test_a_bare_event_comes_alone(count):
    with pytest.raises(EnvelopeError, match=f"'lambda': it carries exactly one event, not {count}"):
        envelope("lambda").wrap([EVENT] * count)


def test_a_batch_is_never_empty():
    with pytest.raises(EnvelopeError, match="'sqs': a batch holds at least one event"):
        envelope("sqs").wrap([])


@pytest.mark.parametrize(("payload", "sort"), [(None, "NoneType"), ([EVENT], "list"), ("{}", "str"), (7, "int")])
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
        ({"Records": [{"body": "{}"}, {"body": "{"}]}, r"\$\.Records\[1\]\.body is not JSON: Expecting property name"),
        ({"Records": [{"body": ""}]}, r"\$\.Records\[0\]\.body is not JSON"),
        ({"Records": [{"body": "[" * 100_000}]}, r"\$\.Records\[0\]\.body is not JSON: .*recursion"),
    ],
)
def test_a_malformed_payload_is_refused_with_its_place(payload, words):
    with pytest.raises(EnvelopeError, match=words):
        envelope("sqs").unwrap(payload)


def test_an_unknown_envelope_names_the_known_ones():
    with pytest.raises(UnknownNameError, match="no envelope is called 'pigeon'; there are: lambda, sqs"):
        envelope("pigeon")


def test_a_misspelt_envelope_is_guessed():
    with pytest.raises(UnknownNameError, match="no envelope is called 'SQS'; did you mean 'sqs'"):
        envelope("SQS")


def test_nobody_changes_the_table():
    with pytest.raises(TypeError, match="does not support item assignment"):
        ENVELOPES["lambda"] = ENVELOPES["sqs"]  # type: ignore[index]


@pytest.mark.parametrize("name", ENVELOPES)
def test_each_envelope_says_in_a_few_words_who_gets_it(name):
    row = delivery.ENVELOPES[name]
    assert row.name == name
    assert 10 < len(row.about) < 60
