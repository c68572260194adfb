"""What consumers of batches answer, as Lambda and Firehose read it."""

from __future__ import annotations

import pytest

from ecr_contracts.engine.checks import batch_response
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES, carry
from ecr_contracts.events.generate.cases import case

EVENT = case("push/ordinary").event
STREAMS = ("kinesis", "kinesis-logs")
LISTENING = ("sqs", "sqs-fifo", "sns-sqs", "sns-sqs-raw", "dlq", *STREAMS)
IDS = batch_response.record_ids(carry([EVENT] * 3, "sqs"))


@pytest.mark.parametrize("via", [name for name, row in ENVELOPES.items() if row.batches])
def test_records_have_ids_where_somebody_listens(via):
    ids = batch_response.record_ids(carry([EVENT] * 3, via))
    assert len(set(ids)) == (3 if via in LISTENING else 0)
    assert batch_response.is_stream(carry([EVENT], via)) == (via in STREAMS)


@pytest.mark.parametrize(
    "payload", [None, [], {}, {"Records": None}, {"Records": ["x", {"messageId": 1}, {}]}]
)
def test_what_has_no_ids_gives_none(payload):
    assert batch_response.record_ids(payload) == ()


@pytest.mark.parametrize(
    ("returned", "reports", "gives_back"),
    [
        (None, False, False),
        ("batchItemFailures", False, False),
        ([], False, False),
        ({}, False, False),
        ({"statusCode": 200, "body": '{"batchItemFailures": [1]}'}, False, False),
        ({"batchItemFailures": []}, True, False),
        ({"batchItemFailures": None}, True, False),
        ({"batchItemFailures": [{}]}, True, True),
        ({"batchItemFailures": "x"}, True, True),
        ('{"batchItemFailures": []}', True, False),
        ('{"batchItemFailures": [1]}', True, True),
        ({"records": [{"recordId": "1", "result": "Ok"}]}, False, False),
        ({"records": [{"recordId": "1", "result": "ProcessingFailed"}]}, False, True),
        ({"records": [{"result": "ProcessingFailed"}]}, False, False),
        ({"records": [None, "x"]}, False, False),
    ],
)
def test_what_an_answer_says(returned, reports, gives_back):
    assert batch_response.is_partial_response(returned) == reports
    assert batch_response.reports_failure(returned) == gives_back


def test_the_records_that_are_named():
    answer = {
        "batchItemFailures": [
            {"itemIdentifier": IDS[2]},
            {"itemIdentifier": IDS[0]},
            {"itemIdentifier": "x"},
            1,
        ]
    }
    assert batch_response.failed_numbers(answer, IDS) == {0, 2}
    assert (
        batch_response.failed_numbers({"batchItemFailures": IDS[0]}, IDS)
        == batch_response.failed_numbers(None, IDS)
        == set()
    )


@pytest.mark.parametrize("via", LISTENING)
def test_what_is_well_formed_is_not_complained_of(via):
    payload = carry([EVENT] * 3, via)
    ids = batch_response.record_ids(payload)
    for entries in (
        None,
        [],
        [{"itemIdentifier": ids[1]}],
        [{"itemIdentifier": one} for one in ids],
    ):
        assert batch_response.response_problem({"batchItemFailures": entries}, payload) == ""


def test_a_stream_does_not_fail_as_a_whole_by_an_id_it_does_not_know():
    payload = carry([EVENT] * 2, "kinesis")
    wrong = payload["Records"][1]["eventID"]
    told = batch_response.response_problem(
        {"batchItemFailures": [{"itemIdentifier": wrong}]}, payload
    )
    assert told == "an itemIdentifier is the eventID of record 2 of 2, not its sequenceNumber"


def test_the_id_of_the_event_itself_is_known_for_what_it_is():
    payload = carry([EVENT], "sqs")
    told = batch_response.response_problem(
        {"batchItemFailures": [{"itemIdentifier": EVENT["id"]}]}, payload
    )
    assert told.startswith("an itemIdentifier is the body.id of record 1 of 1, not its messageId")


def records(*entries):
    return {"records": list(entries)}


FIREHOSE = carry([EVENT] * 2, "firehose")
FIRST, SECOND = (
    {"recordId": one["recordId"], "result": "Ok", "data": one["data"]}
    for one in FIREHOSE["records"]
)


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (records(FIRST, SECOND), ""),
        (records(SECOND, FIRST), ""),
        (records(FIRST, {"recordId": SECOND["recordId"], "result": "Dropped"}), ""),
        (records(FIRST, SECOND | {"result": "ProcessingFailed", "data": None}), ""),
        (records(FIRST | {"data": ""}, SECOND), ""),
        (None, "it returns nothing without a list `records`: no record is delivered"),
        ([FIRST, SECOND], "it returns a list without a list `records`"),
        ({"Records": [FIRST, SECOND]}, "it returns an object without a list `records`"),
        (records(FIRST), "record 2 of 2 is missing in the answer: Firehose takes it for failed"),
        (records(FIRST, SECOND, FIRST), "record 1 of 2 is 2 times in the answer"),
        (
            records(FIRST, SECOND, FIRST | {"recordId": "x"}),
            "an entry has a recordId that was not handed over",
        ),
        (
            records(FIRST, SECOND | {"result": "ok"}),
            'a result is "ok", not Ok, Dropped or ProcessingFailed',
        ),
        (records(FIRST, SECOND | {"data": {}}), "the data of a record is an object, not base64"),
        (records(FIRST, SECOND | {"data": "{}"}), "the data of a record is a text, not base64"),
        (
            records(FIRST, {key: SECOND[key] for key in ("recordId", "result")}),
            "the data of a record is nothing",
        ),
        (records(FIRST, None), "record 2 of 2 is missing"),
    ],
)
def test_firehose_wants_each_record_once(returned, words):
    told = batch_response.transformation_problem(returned, FIREHOSE)
    assert told.startswith(words)
    assert bool(told) == bool(words)
