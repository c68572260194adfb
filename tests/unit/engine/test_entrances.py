"""Which envelopes a consumer opens, and what it fails at, with functions of this module."""

from __future__ import annotations

import json

import pytest

from ecr_contracts.core.findings import Location
from ecr_contracts.discovery.entrances import foreign_form
from ecr_contracts.engine.entrances.decoys import decoys, frame_keys, known_keys, with_key
from ecr_contracts.engine.entrances.first_look import look_of
from ecr_contracts.engine.entrances.opened import entrances_of, openings
from ecr_contracts.engine.trial import ordinary_case
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES, carry
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.outcome import CaughtException, Outcome, Status

EVENT = ordinary_case("push").event
HERE = Location("app.py", 3, "handler", 'x = event["body"]')


def of_queue(event):
    return [json.loads(record["body"])["detail"]["result"] for record in event["Records"]]


def of_both(event):
    if "Records" in event:
        return of_queue(event)
    return event["detail"]["result"]


def of_both_and_fails(event):
    return of_queue(event) if "Records" in event else event["detail"]["no such key"]


def of_queue_and_lenient(event):
    if "detail" in event:
        print("not from the queue", event)
        return None
    return [json.loads(record["body"])["detail"] for record in event.get("Records", [])]


def of_topic_behind_queue(event):
    for record in event["Records"]:
        body = json.loads(record["body"])
        if "Message" in body:
            body = json.loads(body["Message"])
        print(body["detail"]["result"])


def logs_all(event):
    print(json.dumps(event))
    return of_queue(event)


@pytest.mark.parametrize(
    ("does", "tried", "taken"),
    [
        (of_queue, ["sqs", "lambda"], ("sqs",)),
        (of_queue, ["sns", "sqs", "lambda"], ("sqs",)),
        (of_both, ["sqs", "lambda"], ("sqs", "lambda")),
        (of_both_and_fails, ["sqs", "lambda"], ("sqs", "lambda")),
        (of_queue_and_lenient, ["sqs", "lambda"], ("sqs",)),
        (of_topic_behind_queue, ["sqs", "sns-sqs", "lambda"], ("sqs", "sns-sqs")),
        (of_queue, ["dlq", "sqs", "lambda"], ("dlq",)),
        (logs_all, ["sqs", "lambda"], ("sqs",)),
        (lambda event: event["detail"]["result"], ["sqs", "lambda"], ("lambda",)),
        (lambda event: event["nothing"], ["sqs", "lambda"], ("sqs",)),
    ],
    ids=lambda value: getattr(value, "__name__", None) if callable(value) else None,
)
def test_an_entrance_is_an_envelope_that_the_code_gets_the_event_out_of(does, tried, taken):
    def give(payload, *, trace=False):
        return call(does, payload, trace=trace)

    assert entrances_of(openings(give, EVENT, tried, carry)) == taken


def test_decoys_have_nothing_of_the_event_and_all_of_its_envelope():
    for name in ENVELOPES:
        payloads = list(decoys(EVENT, name, carry))
        assert len(payloads) == 2, name
        for payload in payloads:
            assert EVENT["detail"]["image-digest"] not in json.dumps(payload), name


def test_a_missing_key_is_put_into_the_event_and_into_its_envelope():
    [in_event, around] = with_key("body", EVENT, "sns", carry)
    assert ENVELOPES["sns"].unwrap(in_event) == [{**EVENT, "body": "unrelated"}]
    assert around["body"] == around["Records"][0]["body"] == "unrelated"
    assert ENVELOPES["sns"].unwrap(around) == [EVENT]


def test_keys_of_envelopes_are_those_around_the_event():
    assert {"Records", "body", "Sns", "Message", "awslogs", "Data"} <= frame_keys()
    assert not {"detail-type", "source", "region"} & frame_keys()
    assert known_keys(carry([EVENT], "lambda"), EVENT) == set(EVENT)


def failing(exception, message="'body'", **more):
    return Outcome(Status.RAISED, exception, message, HERE, **more)


def caught(exception, *, ends=True, after=0):
    error = CaughtException(exception, "'Records'", HERE, HERE, after, ends, True)
    return Outcome(Status.RETURNED, caught=(error,))


def test_what_looking_at_a_value_raises_is_a_look_and_nothing_else_is():
    for exception in ("KeyError", "AttributeError", "TypeError", "IndexError"):
        assert look_of(failing(exception)) is not None
    for exception in ("pydantic_core._pydantic_core.ValidationError", "binascii.Error"):
        assert look_of(failing(exception)) is not None
    for exception in ("NameError", "ZeroDivisionError", "botocore.exceptions.ClientError"):
        assert look_of(failing(exception)) is None
    assert look_of(Outcome(Status.RETURNED)) is None
    assert look_of(Outcome(Status.TIMED_OUT)) is None
    assert look_of(caught("KeyError")) is not None
    assert look_of(caught("KeyError", ends=False)) is None


def test_messages_are_compared_without_the_values_in_them():
    one, other = (
        look_of(failing("ValidationError", f"1 error\nbody\n  missing [type=m, input={value}]"))
        for value in (1, 2)
    )
    assert one.is_same(other)
    assert one.missing == ("body",)
    assert not one.is_same(look_of(failing("ValidationError", "1 error\nheaders\n  missing")))


@pytest.mark.parametrize(
    ("looked_for", "words", "sender"),
    [
        (["body"], [], "API Gateway"),
        (["Records"], ["s3", "bucket"], "S3"),
        (["s3"], [], "S3"),
        (["Records"], ["dynamodb", "NewImage"], "DynamoDB"),
        (["eventName"], [], "CloudTrail"),
        (["repository"], ["s3"], None),
    ],
)
def test_other_senders_are_known_by_their_keys(looked_for, words, sender):
    form = foreign_form(looked_for, frozenset(words))
    assert (form is None) if sender is None else (sender in form.sender)
