"""Batch checks: consumers as people write them, right and wrong ones, and what is found."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import replace

import pytest

from ecr_contracts.core.findings import Location, Severity
from ecr_contracts.discovery.iac.cloudformation.feeds import Feed
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.engine.phases import Effort, examine
from ecr_contracts.engine.relations import batches
from ecr_contracts.engine.relations.batches import check_batches
from ecr_contracts.engine.relations.effects_view import EffectsView
from ecr_contracts.engine.trial import BaselineCache, answered_badly, swallowed
from ecr_contracts.eventbridge.envelopes.registry import carry
from ecr_contracts.eventbridge.rules import world as rule_world
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.transformer import UNDELIVERED, Shaping, carrying
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.frontends import assertion
from ecr_contracts.reporting.sentences import headline
from ecr_contracts.runtime import invoke
from ecr_contracts.runtime.effects import Effect, Effects, Sort
from ecr_contracts.runtime.outcome import CaughtException, Outcome, Status

QUICK = Effort(strength=1, examples=0, probe=0)
SQS, STREAM = "sqs", "kinesis"
PLAN = {kind: edge_cases(kind) for kind in ("push", "scan")}


class World:
    """Notes what a consumer does to it."""

    def __init__(self):
        self.effects = []

    def deploy(self, event):
        detail = event["detail"]
        self.effects.append(
            Effect(Sort.AWS, "ecs.UpdateService", {"service": detail["repository-name"]})
        )

    def tell(self, text):
        self.effects.append(Effect(Sort.AWS, "sns.Publish", {"Message": text}))


def calls_of(consumer, count=None):
    world = World()

    def call(payload, **_):
        if count is not None:
            count.append(payload)
        world.effects.clear()
        done = invoke.call(lambda event, _: consumer(event, world), payload)
        return replace(done, effects=Effects(list(world.effects)))

    return call


def examined(consumer, *kinds, via=SQS, feed=None, effort=QUICK):
    plan = [case for kind in kinds for case in PLAN[kind]]
    return examine(
        calls_of(consumer), plan, [via], effort, feeds={via: feed} if feed else {}
    ).findings


def said(consumer, *kinds, via=SQS, feed=None):
    return {finding.check for finding in examined(consumer, *kinds, via=via, feed=feed)}


def strict(event, world):
    """Deploys a push, and raises for one without a tag: so a valid event fails."""
    image = f"{event['detail']['repository-name']}:{event['detail']['image-tag']}"
    if event["detail"]["result"] == "SUCCESS":
        world.deploy(event)
    return image


def lenient(event, world):
    """Deploys a push of whatever shape; what is no event raises."""
    if event["detail"]["result"] == "SUCCESS":
        world.deploy(event)


def body(record):
    return json.loads(record["body"])


def data(record):
    return json.loads(base64.b64decode(record["kinesis"]["data"]))


# --- right ones -----------------------------------------------------------------------------------


def goes_through(event, world):
    for record in event["Records"]:
        lenient(body(record), world)


def reports_failed(event, world):
    failures = []
    for record in event["Records"]:
        try:
            lenient(body(record), world)
        except Exception:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def reports_by_comprehension(event, world):
    def failed(record):
        try:
            lenient(body(record), world)
        except Exception:
            return True
        return False

    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]} for record in event["Records"] if failed(record)
        ]
    }


def reports_by_id(event, world):
    results = {}
    for record in event["Records"]:
        try:
            lenient(body(record), world)
            results[record["messageId"]] = True
        except Exception:
            results[record["messageId"]] = False
    return {
        "batchItemFailures": [{"itemIdentifier": key} for key, good in results.items() if not good]
    }


def stops_and_gives_back_the_rest(event, world):
    records = event["Records"]
    for number, record in enumerate(records):
        try:
            lenient(body(record), world)
        except Exception:
            return {
                "batchItemFailures": [
                    {"itemIdentifier": record["messageId"]} for record in records[number:]
                ]
            }
    return {"batchItemFailures": []}


def leaves_foreign_ones_alone(event, world):
    for record in event["Records"]:
        content = body(record)
        if content.get("source") == "aws.ecr":
            lenient(content, world)


def pushed(event):
    details = [body(record)["detail"] for record in event["Records"]]
    return [detail["repository-name"] for detail in details if detail["result"] == "SUCCESS"]


def sends_one_summary(event, world):
    if names := pushed(event):
        world.tell(f"{names[0]} and {len(names) - 1} more were pushed")


def sends_a_long_summary(event, world):
    if names := pushed(event):
        world.tell(
            f"pushed: {', '.join(names[:3])}"
            + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        )


def counts_records(event, world):
    if names := pushed(event):
        world.tell(f"{len(names)} pushed")


def drops_what_it_has_seen(event, world, seen=set()):  # noqa: B006 - as a warm container does
    for record in event["Records"]:
        content = body(record)
        if content["id"] not in seen:
            seen.add(content["id"])
            lenient(content, world)


def powertools(event, world):
    from aws_lambda_powertools.utilities.batch import (
        BatchProcessor,
        EventType,
        process_partial_response,
    )

    return process_partial_response(
        event=event,
        record_handler=lambda record: lenient(json.loads(record.body), world),
        processor=BatchProcessor(event_type=EventType.SQS),
        context=None,
    )


def powertools_fifo(event, world):
    from aws_lambda_powertools.utilities.batch import (
        SqsFifoPartialProcessor,
        process_partial_response,
    )

    return process_partial_response(
        event=event,
        record_handler=lambda record: lenient(json.loads(record.body), world),
        processor=SqsFifoPartialProcessor(),
        context=None,
    )


def powertools_stream(event, world):
    from aws_lambda_powertools.utilities.batch import (
        BatchProcessor,
        EventType,
        process_partial_response,
    )

    return process_partial_response(
        event=event,
        record_handler=lambda record: lenient(record.kinesis.data_as_json(), world),
        processor=BatchProcessor(event_type=EventType.KinesisDataStreams),
        context=None,
    )


def around_a_topic(event, world):
    failures = []
    for record in event["Records"]:
        try:
            lenient(json.loads(body(record)["Message"]), world)
        except (KeyError, ValueError):
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def stream_from_the_first(event, world):
    for record in event["Records"]:
        try:
            lenient(data(record), world)
        except Exception:
            return {"batchItemFailures": [{"itemIdentifier": record["kinesis"]["sequenceNumber"]}]}
    return {"batchItemFailures": []}


def stream_of_all(event, world):
    failures = []
    for record in event["Records"]:
        try:
            lenient(data(record), world)
        except Exception:
            failures.append({"itemIdentifier": record["kinesis"]["sequenceNumber"]})
    return {"batchItemFailures": failures}


def transforms(event, world):
    records = []
    for record in event["records"]:
        content = json.loads(base64.b64decode(record["data"]))
        if content["detail"].get("result") == "FAILURE":
            records.append({"recordId": record["recordId"], "result": "Dropped"})
            continue
        line = base64.b64encode((json.dumps(content["detail"]) + "\n").encode()).decode()
        records.append({"recordId": record["recordId"], "result": "Ok", "data": line})
    return {"records": records}


def lines(event):
    return json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))


def reads_lines(event, world):
    content = lines(event)
    if content["messageType"] != "DATA_MESSAGE":
        return
    for line in content["logEvents"]:
        lenient(json.loads(line["message"]), world)


def reads_a_list(event, world):
    for record in event:
        lenient(record, world)


def lines_of_records(event):
    for record in event["Records"]:
        packed = base64.b64decode(record["kinesis"]["data"])
        yield json.loads(gzip.decompress(packed))


def reads_streamed_lines(event, world):
    for content in lines_of_records(event):
        if content["messageType"] == "DATA_MESSAGE":
            for line in content["logEvents"]:
                lenient(json.loads(line["message"]), world)


def reads_messages_of_a_pipe(event, world):
    for message in event:
        lenient(json.loads(message["body"]), world)


def reads_deliveries(event, world):
    for delivery in event:
        lenient(delivery["Data"], world)


RIGHT = [
    (goes_through, SQS),
    (goes_through, "dlq"),
    (goes_through, "sns-sqs-raw"),
    (reports_failed, SQS),
    (reports_failed, "sqs-fifo"),
    (reports_by_comprehension, SQS),
    (reports_by_id, SQS),
    (stops_and_gives_back_the_rest, SQS),
    (stops_and_gives_back_the_rest, "sqs-fifo"),
    (leaves_foreign_ones_alone, SQS),
    (sends_one_summary, SQS),
    (sends_a_long_summary, SQS),
    (counts_records, SQS),
    (drops_what_it_has_seen, SQS),
    (powertools, SQS),
    (powertools_fifo, "sqs-fifo"),
    (powertools_stream, STREAM),
    (around_a_topic, "sns-sqs"),
    (stream_from_the_first, STREAM),
    (stream_of_all, STREAM),
    (transforms, "firehose"),
    (reads_lines, "logs"),
    (reads_a_list, "lambda-batch"),
    (reads_streamed_lines, "kinesis-logs"),
    (reads_messages_of_a_pipe, "pipe-sqs"),
    (reads_deliveries, "v2-metadata-batch"),
    (reads_deliveries, "v2-replay-batch"),
]


@pytest.mark.parametrize(
    ("consumer", "via"), RIGHT, ids=[f"{consumer.__name__}@{via}" for consumer, via in RIGHT]
)
def test_nothing_is_said_of_what_is_right(consumer, via):
    if consumer.__name__.startswith("powertools"):
        pytest.importorskip("aws_lambda_powertools")
    assert said(consumer, "push", via=via) == set()


# --- wrong ones -----------------------------------------------------------------------------------


def raises_for_one(event, world):
    for record in event["Records"]:
        strict(body(record), world)


def stream_raises_for_one(event, world):
    for record in event["Records"]:
        strict(data(record), world)


def reports_a_valid_one(event, world):
    failures = []
    for record in event["Records"]:
        try:
            strict(body(record), world)
        except Exception:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def reporting(identifier, work=lenient):
    """A consumer that answers with an entry made of the record."""

    def consumer(event, world):
        failures = []
        for record in event["Records"]:
            try:
                work(body(record), world)
            except Exception:
                failures.append(identifier(record))
        return {"batchItemFailures": failures}

    return consumer


def gives_back_the_good_ones(event, world):
    done = []
    for record in event["Records"]:
        try:
            lenient(body(record), world)
            done.append({"itemIdentifier": record["messageId"]})
        except Exception:
            print("failed", record["messageId"])
    return {"batchItemFailures": done}


def gives_all_back(event, world):
    failed = False
    for record in event["Records"]:
        try:
            lenient(body(record), world)
        except Exception:
            failed = True
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]} for record in event["Records"] if failed
        ]
    }


def stops_at_the_first(event, world):
    failures = []
    for record in event["Records"]:
        try:
            lenient(body(record), world)
        except Exception:
            failures.append({"itemIdentifier": record["messageId"]})
            break
    return {"batchItemFailures": failures}


def names_what_follows_too(event, world):
    failures = []
    for record in event["Records"]:
        try:
            lenient(body(record), world)
            failed = bool(failures)
        except Exception:
            failed = True
        if failed:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def names_the_last(event, world):
    failed = False
    for record in event["Records"]:
        try:
            lenient(body(record), world)
        except Exception:
            failed = True
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}] if failed else []}


def answers_as_text(event, world):
    return json.dumps(reports_failed(event, world))


def answers_with_ids(event, world):
    return {
        "batchItemFailures": {
            failure["itemIdentifier"]: True
            for failure in reports_failed(event, world)["batchItemFailures"]
        }
    }


def stream_names_what_follows(event, world):
    failures = []
    records = event["Records"]
    for number, record in enumerate(records):
        try:
            lenient(data(record), world)
        except Exception:
            failures += [
                {"itemIdentifier": record["kinesis"]["sequenceNumber"]}
                for record in records[number + 1 : number + 2]
            ]
            failures = failures or [{"itemIdentifier": record["kinesis"]["sequenceNumber"]}]
    return {"batchItemFailures": failures}


def stream_gives_all_back(event, world):
    try:
        for record in event["Records"]:
            lenient(data(record), world)
    except Exception:
        return {
            "batchItemFailures": [
                {"itemIdentifier": record["kinesis"]["sequenceNumber"]}
                for record in event["Records"]
            ]
        }
    return {"batchItemFailures": []}


def raises_if_all_fail(event, world):
    problems = []
    for record in event["Records"]:
        try:
            strict(body(record), world)
        except KeyError as error:
            problems.append(error)
    if len(problems) == len(event["Records"]):
        raise problems[0]


def first_record(event, world):
    lenient(body(event["Records"][0]), world)


def first_of_a_stream(event, world):
    lenient(data(event["Records"][0]), world)


def first_line(event, world):
    content = lines(event)
    if content["messageType"] == "DATA_MESSAGE":
        lenient(json.loads(content["logEvents"][0]["message"]), world)


def first_few(event, world):
    for record in event["Records"][:5]:
        lenient(body(record), world)


def first_three(event, world):
    for record in event["Records"][:3]:
        strict(body(record), world)


def first_and_prints(event, world):
    content = body(event["Records"][0])
    print(content["detail"]["image-tag"])


def last_record(event, world):
    for record in event["Records"]:
        content = body(record)
    lenient(content, world)


def all_but_the_last(event, world):
    records = event["Records"]
    for number, record in enumerate(records):
        if len(records) == 1 or number % 3:
            lenient(body(record), world)


def only_one(event, world):
    [record] = event["Records"]
    lenient(body(record), world)


def no_more_than_five(event, world):
    if len(event["Records"]) > 5:
        raise ValueError("too many records")
    goes_through(event, world)


def no_event_twice(event, world):
    ids = [body(record)["id"] for record in event["Records"]]
    if len(set(ids)) < len(ids):
        raise ValueError("an event came twice")
    goes_through(event, world)


def kind_of_the_first(event, world):
    contents = [body(record) for record in event["Records"]]
    is_scan = "scan-status" in contents[0]["detail"]
    for content in contents:
        world.tell(content["detail"]["scan-status" if is_scan else "result"])


def names_good_ones_of_ten(event, world):
    goes_through(event, world)
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]} for record in event["Records"][3:]
        ]
    }


def forgets_failed_pushes(event, world):
    records = []
    for record in event["records"]:
        content = json.loads(base64.b64decode(record["data"]))
        if content["detail"].get("result") != "FAILURE":
            records.append({"recordId": record["recordId"], "result": "Ok", "data": record["data"]})
    return {"records": records}


def transforms_the_first(event, world):
    record = event["records"][0]
    return {"records": [{"recordId": record["recordId"], "result": "Ok", "data": record["data"]}]}


def transforming(entry):
    def consumer(event, world):
        return {
            "records": [
                entry(record, json.loads(base64.b64decode(record["data"])))
                for record in event["records"]
            ]
        }

    return consumer


def reads_every_line(event, world):
    for line in lines(event)["logEvents"]:
        lenient(json.loads(line["message"]), world)


def reads_every_streamed_line(event, world):
    for content in lines_of_records(event):
        for line in content["logEvents"]:
            lenient(json.loads(line["message"]), world)


def reads_the_first_message(event, world):
    lenient(json.loads(event[0]["body"]), world)


def counts_lines(event, world):
    content = lines(event)
    failed = [line for line in content["logEvents"] if '"result":"FAILURE"' in line["message"]]
    world.tell(f"{len(content['logEvents'])} lines of {content['logGroup']}, {len(failed)} failed")


FAILING = {"raises", "batch-retried"}
WRONG = [
    (raises_for_one, SQS, FAILING),
    (raises_for_one, "dlq", FAILING),
    (stream_raises_for_one, STREAM, FAILING),
    (reports_a_valid_one, SQS, {"given-back"}),
    (gives_back_the_good_ones, SQS, {"given-back"}),
    (gives_all_back, SQS, {"partial-failure"}),
    (stops_at_the_first, SQS, {"partial-failure"}),
    (stops_at_the_first, "sqs-fifo", {"partial-failure"}),
    (names_the_last, SQS, {"partial-failure"}),
    (names_what_follows_too, SQS, {"partial-failure"}),
    (answers_as_text, SQS, {"partial-failure"}),
    (answers_with_ids, SQS, {"partial-failure"}),
    (stream_names_what_follows, STREAM, {"partial-failure"}),
    (stream_gives_all_back, STREAM, {"partial-failure"}),
    (raises_if_all_fail, SQS, {"raises", "partial-failure"}),
    (first_record, SQS, {"first-only"}),
    (first_record, "sqs-fifo", {"first-only"}),
    (first_record, "sns-sqs-raw", {"first-only"}),
    (first_of_a_stream, STREAM, {"first-only"}),
    (first_line, "logs", {"first-only"}),
    (first_few, SQS, {"first-only"}),
    (first_three, SQS, {"raises", "first-only"}),
    (first_and_prints, SQS, {"raises", "first-only"}),
    (last_record, SQS, {"batch"}),
    (all_but_the_last, SQS, {"batch"}),
    (only_one, SQS, {"batch"}),
    (no_more_than_five, SQS, {"batch"}),
    (no_event_twice, SQS, {"batch"}),
    (forgets_failed_pushes, "firehose", {"batch-answer"}),
    (transforms_the_first, "firehose", {"batch-answer"}),
    (reads_every_line, "logs", {"control-message"}),
    (reads_every_streamed_line, "kinesis-logs", {"control-message"}),
    (reads_the_first_message, "pipe-sqs", {"first-only"}),
    (counts_lines, "logs", {"control-message"}),
]


@pytest.mark.parametrize(
    ("consumer", "via", "checks"),
    WRONG,
    ids=[f"{consumer.__name__}@{via}" for consumer, via, _ in WRONG],
)
def test_what_is_wrong_is_found_and_nothing_else(consumer, via, checks):
    found = examined(consumer, "push", via=via)
    assert {finding.check for finding in found} == checks
    of_batches = [
        finding.check for finding in found if finding.check in {"first-only", *batches.CHECKED}
    ]
    assert len(of_batches) == len(set(of_batches))
    assert all((finding.kind, finding.via) == ("push", via) for finding in found)
    assert all(finding.severity is CHECKS[finding.check].severity for finding in found)


def test_every_check_of_batches_has_a_consumer_that_it_finds():
    # Those of poll loops are in `test_polled_batches`.
    assert {*batches.CHECKED, "batch-answer", "given-back"} - {"unreported", "wrongly-settled"} <= {
        check for *_, told in WRONG for check in told
    }


IDENTIFIERS = {
    "body": (
        lambda record: {"itemIdentifier": record["body"]},
        "the body of record 5 of 10, not its messageId",
    ),
    "receipt": (
        lambda record: {"itemIdentifier": record["receiptHandle"]},
        "an itemIdentifier is the receiptHandle of record 5 of 10, not its messageId: "
        "Lambda takes the whole batch for failed",
    ),
    "arn": (
        lambda record: {"itemIdentifier": "elsewhere"},
        '"elsewhere", which is no messageId of the batch',
    ),
    "null": (
        lambda record: {"itemIdentifier": None},
        "an itemIdentifier is null: Lambda takes the whole batch",
    ),
    "empty": (
        lambda record: {"itemIdentifier": ""},
        'an itemIdentifier is "": Lambda takes the whole batch',
    ),
    "key": (
        lambda record: {"messageId": record["messageId"]},
        "an entry of batchItemFailures is an object of messageId, without itemIdentifier",
    ),
    "text": (
        lambda record: record["messageId"],
        "an entry of batchItemFailures is a text, without itemIdentifier",
    ),
}


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_an_id_that_means_nothing_to_lambda_is_told_with_what_it_is(name):
    entry, words = IDENTIFIERS[name]
    [finding] = examined(reporting(entry), "push")
    assert finding.check == "partial-failure"
    assert words in finding.detail
    assert headline(finding) == "tells wrongly which records failed"


@pytest.mark.parametrize(
    ("consumer", "via", "words"),
    [
        (gives_all_back, SQS, "record 1 of 10 is good, and named all the same: it is done again"),
        (
            stops_at_the_first,
            SQS,
            "record 6 of 10 is neither dealt with nor named: it is taken for done",
        ),
        (
            names_what_follows_too,
            SQS,
            "record 6 of 10 is good, and named all the same: it is done again",
        ),
        (names_the_last, SQS, "record 5 of 10 fails and is not named: it is taken for done"),
        (
            stream_names_what_follows,
            STREAM,
            "record 5 of 10 fails and is not named: it is taken for done",
        ),
        (
            stream_gives_all_back,
            STREAM,
            "record 1 of 10 is good, and named all the same: it is done again",
        ),
        (
            raises_if_all_fail,
            SQS,
            "record 5 of 10 raises when it is alone; among others it is taken for done",
        ),
        (answers_as_text, SQS, "batchItemFailures is returned as a text, not as an object"),
        (answers_with_ids, SQS, "batchItemFailures is an object, not a list"),
        (
            raises_for_one,
            SQS,
            "record 5 of 10 raises KeyError: the 9 good ones are tried again with it",
        ),
        (first_few, SQS, "of 10 events only the first 5 are dealt with: ecs.UpdateService"),
        (last_record, SQS, "of 10 events only the last is dealt with: ecs.UpdateService"),
        (
            all_but_the_last,
            SQS,
            "of 10 events nothing is done for records 1, 4, 7, 10: ecs.UpdateService",
        ),
        (
            first_and_prints,
            SQS,
            "what raises as the first of 10 events is not looked at as the fifth",
        ),
        (only_one, SQS, "too many values to unpack (expected 1), with 2 events in one batch"),
        (no_more_than_five, SQS, "too many records, with 10 events in one batch"),
        (no_event_twice, SQS, "an event came twice, with the same event twice in one batch"),
        (
            transforms_the_first,
            "firehose",
            "record 2 of 2 is missing in the answer: Firehose takes it for failed",
        ),
        (counts_lines, "logs", "it brings about sns.Publish"),
        (reads_every_line, "logs", "Expecting value: line 1 column 1 (char 0)"),
    ],
    ids=lambda consumer: getattr(consumer, "__name__", None),
)
def test_the_words_say_which_record(consumer, via, words):
    details = [finding.detail for finding in examined(consumer, "push", via=via)]
    assert any(words in detail for detail in details), details


def test_kinds_that_come_together_are_told_of():
    assert said(kind_of_the_first, "push") == said(kind_of_the_first, "scan") == set()
    found = examined(kind_of_the_first, "push", "scan")
    assert {(finding.check, finding.exception) for finding in found} == {("batch", "KeyError")}
    assert "with 2 events, each of another kind, in one batch" in found[0].detail


def test_good_ones_that_are_named_when_all_are_good():
    [finding] = examined(names_good_ones_of_ten, "push")
    assert finding.detail.endswith("records are answered as failed, with 10 events in one batch")


def test_what_makes_a_record_fail_at_firehose_has_its_cause():
    [finding] = examined(forgets_failed_pushes, "push", via="firehose")
    assert [(cause.path, *cause.choices) for cause in finding.cause] == [
        ("$.detail.result", "failure")
    ]
    assert headline(finding) == "does not give Firehose its records back"


ENTRIES = {
    "twice": (None, "record 1 of 1 is 2 times in the answer"),
    "result": (
        lambda record, _: record | {"result": "OK"},
        'a result is "OK", not Ok, Dropped or ProcessingFailed',
    ),
    "object": (
        lambda record, content: record | {"result": "Ok", "data": content},
        "the data of a record is an object",
    ),
    "json": (
        lambda record, content: record | {"result": "Ok", "data": json.dumps(content)},
        "is a text, not base64",
    ),
    "id": (
        lambda record, _: record | {"result": "Ok", "recordId": record["recordId"] + "0"},
        "record 1 of 1 is missing",
    ),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_what_firehose_cannot_take_is_told(name):
    entry, words = ENTRIES[name]

    def doubles(event, world):
        return {
            "records": [record | {"result": "Ok"} for record in event["records"] for _ in range(2)]
        }

    consumer = transforming(entry) if entry else doubles
    found = examined(consumer, "push", via="firehose")
    assert {finding.check for finding in found} == {"batch-answer"}
    assert words in found[0].detail


def test_a_record_that_could_not_be_transformed_is_one_that_failed():
    def gives_up(record, content):
        failed = "image-tag" not in content["detail"]
        return {
            "recordId": record["recordId"],
            "result": "ProcessingFailed" if failed else "Ok",
            "data": record["data"],
        }

    [finding] = examined(transforming(gives_up), "push", via="firehose")
    assert finding.check == "given-back"
    assert [cause.choices for cause in finding.cause] == [("absent",)]


def acts_then_fails(event, world):
    failures = []
    for record in event["Records"]:
        try:
            world.tell("a push")
            strict(body(record), world)
        except Exception:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def test_what_was_done_before_a_record_is_given_back_is_done_again():
    assert said(acts_then_fails, "push") == {"given-back", "side-effects-before-failure"}


def test_a_test_of_its_own_fails_by_it():
    def handler(event, context):
        return reporting(lambda record: {"itemIdentifier": record["receiptHandle"]})(event, World())

    with pytest.raises(
        assertion.ContractViolation, match="the receiptHandle of record 5 of 10, not its messageId"
    ):
        assertion.check(handler, "push", via="sqs", strength=1, examples=0)


def test_what_the_first_record_raised_is_told_where_a_processor_raises_for_all():
    pytest.importorskip("aws_lambda_powertools")

    def fails(event, world):
        from aws_lambda_powertools.utilities.batch import (
            BatchProcessor,
            EventType,
            process_partial_response,
        )

        processor = BatchProcessor(event_type=EventType.SQS)
        return process_partial_response(
            event, lambda record: strict(json.loads(record.body), world), processor, None
        )

    [finding] = examined(fails, "push")
    assert (finding.check, finding.exception, finding.detail) == (
        "raises",
        "KeyError",
        "'image-tag'",
    )
    assert finding.location.function == "strict"


# --- the mapping ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reports", "checks"), [(False, {"unreported"}), (True, set()), (None, set())]
)
def test_what_is_told_and_not_asked_for_is_lost(reports, checks):
    assert said(reports_failed, "push", feed=Feed("template.yaml:7", reports)) == checks
    assert said(goes_through, "push", feed=Feed("template.yaml:7", reports)) == set()


def test_where_the_mapping_stands_is_told():
    [finding] = examined(reports_failed, "push", feed=Feed("template.yaml:7", False))
    assert (
        finding.detail
        == "template.yaml:7: the mapping has no FunctionResponseTypes with ReportBatchItemFailures"
    )
    assert finding.severity is Severity.WARNING


def test_who_never_gets_a_batch_is_not_asked_about_any():
    assert said(only_one, "push", feed=Feed("template.yaml:7", size=1)) == set()
    assert said(only_one, "push", feed=Feed("template.yaml:7", size=2)) == {"batch"}


# --- how much is asked ----------------------------------------------------------------------------


def alone(consumer, kind, via, count=None):
    """What comes of batches, where nothing is known of the events alone."""
    return check_batches(BaselineCache(calls_of(consumer, count)), kind, via, (), kinds=[kind])


@pytest.mark.parametrize("via", ["sqs", "kinesis", "firehose", "logs", "lambda-batch", "log-group"])
def test_few_calls_are_made(via):
    count = []
    together = alone(lambda event, world: None, "push", via, count)
    assert together.calls <= len(count) <= together.calls + 1 <= 30


def test_an_envelope_of_one_event_has_no_batches():
    count = []
    assert alone(lambda event, world: 1 / 0, "push", "lambda", count).findings == ()
    assert alone(lambda event, world: 1 / 0, "push", "sns", count).findings == ()
    assert count == []


@pytest.mark.parametrize(
    ("consumer", "via", "checks"),
    [
        (raises_for_one, SQS, FAILING),
        (gives_all_back, SQS, {"partial-failure"}),
        (last_record, SQS, {"batch"}),
    ],
    ids=lambda consumer: getattr(consumer, "__name__", None),
)
def test_a_check_that_is_off_says_nothing(consumer, via, checks):
    levels = dict.fromkeys(checks, "off")
    assert examined(consumer, "push", via=via, effort=replace(QUICK, levels=levels)) == ()


def test_a_consumer_that_fails_with_every_event_is_left_to_other_checks():
    def fails(event, world):
        raise ValueError("always")

    assert said(fails, "push") == {"raises"}


def test_what_fails_at_random_is_not_laid_at_the_batch():
    left = [3]

    def fails_once(event, world):
        if len(event["Records"]) == 10 and left:
            left.pop()
            raise ConnectionError("try again")
        goes_through(event, world)

    assert said(fails_once, "push") == set()


def test_a_bad_event_that_is_good_the_next_time_is_none():
    met = set()

    def flaky(event, world):
        for record in event["Records"]:
            content = body(record)
            lenient(content, world)
            if "image-tag" not in content["detail"] and not met:
                met.add(content["id"])
                return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
        return {"batchItemFailures": []}

    assert said(flaky, "push") == {"given-back"}


def test_images_of_one_digest_may_be_dealt_with_once():
    def once_an_image(event, world):
        contents = [body(record) for record in event["Records"]]
        pushed = [content for content in contents if content["detail"]["result"] == "SUCCESS"]
        for content in {
            content["detail"].get("image-digest"): content for content in pushed[::-1]
        }.values():
            world.deploy(content)

    assert said(once_an_image, "push") == set()


def test_what_is_caught_in_a_batch_alone_is_told_and_what_is_caught_of_an_event_alone_is_not():
    location = Location("app.py", 3)
    caught = CaughtException(
        "KeyError", "'image-tag'\n…", location, None, after=0, ends=True, outermost=True
    )
    fine = calls_of(goes_through)

    def catching(when):
        def call(payload, **how):
            return replace(
                fine(payload),
                caught=(caught,) if when(json.dumps(payload), payload["Records"]) else (),
            )

        return examine(call, PLAN["push"], [SQS], QUICK).findings

    [finding] = catching(lambda text, records: len(records) == 10)
    assert (finding.check, finding.exception, finding.location) == ("batch", "KeyError", location)
    assert (
        finding.detail
        == "'image-tag', which is caught and left at that, with 10 events in one batch"
    )
    assert (
        catching(
            lambda text, records: any(
                body(record).get("account", "").startswith("0") for record in records
            )
        )
        == ()
    )


def test_repositories_that_are_left_alone_are_not_lost():
    def picks(event, world):
        for record in event["Records"]:
            content = body(record)
            if "e" in content["detail"]["repository-name"].removesuffix("-service"):
                lenient(content, world)

    assert not {"first-only", "batch"} & said(picks, "push")


def test_who_knows_some_repositories_alone_is_given_those():
    def knows(event, world):
        for record in event["Records"]:
            content = body(record)
            {"my-repo": 1}[content["detail"]["repository-name"]]
            lenient(content, world)

    found = {finding.check: finding for finding in examined(knows, "push")}
    assert found.keys() == FAILING
    assert found["batch-retried"].detail.startswith("record 5 of 10 raises KeyError")

    def knows_and_reads_one(event, world):
        [_record] = event["Records"]
        knows(event, world)

    assert "batch" in said(knows_and_reads_one, "push")


def test_who_stops_at_a_bad_one_is_right_with_the_repositories_he_knows():
    def knows(event, world):
        def work(content):
            {"my-repo": 1}[content["detail"].get("repository-name")]
            lenient(content, world)

        records = event["Records"]
        for number, record in enumerate(records):
            try:
                work(body(record))
            except Exception:
                return {
                    "batchItemFailures": [
                        {"itemIdentifier": record["messageId"]} for record in records[number:]
                    ]
                }
        return {"batchItemFailures": []}

    assert said(knows, "push") == {"given-back"}


def test_in_a_fifo_queue_what_follows_may_be_named():
    assert said(names_what_follows_too, "push", via="sqs-fifo") == set()


def test_a_kind_that_fails_alone_is_put_into_no_batch():
    def pushes_alone(event, world):
        for record in event["Records"]:
            world.tell(body(record)["detail"]["result"])

    found = examined(pushes_alone, "push", "scan")
    assert {finding.check for finding in found if finding.kind == "push"} == set()
    assert {finding.check for finding in found if finding.kind == "scan"} == {"raises"}


def test_what_aws_misprints_is_no_bad_event():
    def wants_whole_digests(event, world):
        for record in event["Records"]:
            content = body(record)
            if 0 < len(content["detail"].get("image-digest") or "") - len("sha256:") < 64:
                raise ValueError("no digest")
            world.tell(json.dumps(content["detail"]))

    assert {finding.check for finding in examined(wants_whole_digests, "scan")} <= {"raises"}


def test_only_an_event_that_is_delivered_is_a_bad_one():
    def wants_digests_and_tags(event, world):
        for record in event["Records"]:
            content = body(record)
            assert content["detail"]["result"] == "SUCCESS", "failed"
            strict(content, world)

    pattern = Pattern.parse({"detail": {"result": ["SUCCESS"]}})
    world = rule_world.World.behind([NamedPattern(pattern)])
    call = BaselineCache(calls_of(wants_digests_and_tags), world=world)
    plan = [one for one in PLAN["push"][::-1] if world.admits(one.event)]
    for one in (plan, plan[::-1]):
        findings = examine(call, one, [SQS], QUICK).findings
        assert {finding.check for finding in findings} == FAILING


def test_what_json_cannot_carry_is_no_bad_answer():
    def returns_a_set(event, world):
        return {
            "records": [
                record | {"result": "Ok", "data": {record["data"]}} for record in event["records"]
            ]
        }

    assert said(returns_a_set, "push", via="firehose") == {"unserialisable"}


def test_what_a_target_shapes_comes_in_batches_too():
    shaping = Shaping(
        input_paths_map={"repository": "$.detail.repository-name", "result": "$.detail.result"},
        input_template='{"repository": <repository>, "result": <result>}',
    )

    def reads(event, world):
        for record in event["Records"][: 10 if world.whole else 5]:
            content = body(record)
            world.tell(f"{content['repository']}: {content['result']}")

    for whole, checks in ((True, set()), (False, {"first-only"})):
        World.whole = whole
        calls = BaselineCache(calls_of(reads), carry=carrying(shaping))
        found = examine(calls, PLAN["push"], [SQS], QUICK).findings
        assert {finding.check for finding in found} == checks


def test_what_never_arrived_needs_no_answer():
    assert answered_badly(Outcome(Status.RETURNED), UNDELIVERED) == ""
    assert answered_badly(Outcome(Status.RETURNED), carry([{}], "firehose"))


def test_a_record_that_is_given_back_was_not_dealt_with():
    failed = Outcome(Status.RETURNED, returned={"batchItemFailures": [{"itemIdentifier": "1"}]})
    assert not EffectsView.from_outcome(failed, {}).ok
    assert EffectsView.from_outcome(replace(failed, returned={"batchItemFailures": []}), {}).ok
    done = Outcome(Status.RETURNED, effects=Effects([Effect(Sort.AWS, "ecs.UpdateService")]))
    caught = CaughtException(
        "KeyError", "'image-tag'", None, None, after=0, ends=True, outermost=True
    )
    assert swallowed(replace(failed, caught=(caught,)), done) is None
    assert swallowed(Outcome(Status.RETURNED, caught=(caught,)), done) is caught


def test_what_takes_long_with_ten_is_not_laid_at_the_batch():
    slow = calls_of(goes_through)

    def call(payload, **how):
        return (
            slow(payload, **how)
            if len(payload["Records"]) < 10
            else Outcome(Status.TIMED_OUT, message="late")
        )

    assert {
        finding.check for finding in examine(call, edge_cases("push"), [SQS], QUICK).findings
    } == set()
