"""Payloads of other senders than EventBridge, told by the words of the code that opens them.

Nothing of them is made here: they are named, so that whoever wrote the code knows what is meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["FOREIGN", "Foreign", "foreign_form", "other_entrance"]


@dataclass(frozen=True, slots=True)
class Foreign:
    """What somebody else than EventBridge gives a function.

    `sender` says who. It is told by any of `keys`, or by all of `together`. `payload` is how one
    with an event in it is written in Python, `EVENT` standing for the event; empty where none
    carries an event.
    """

    sender: str
    keys: frozenset[str]
    together: frozenset[str] = frozenset()
    payload: str = ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FOREIGN = (
    Foreign(
        "what API Gateway, a function URL or a load balancer sends",
        _words(
            "requestContext httpMethod queryStringParameters pathParameters rawPath isBase64Encoded"
            " multiValueHeaders rawQueryString"
        ),
        _words("body headers"),
        '{"body": json.dumps(event), "headers": {}}',
    ),
    Foreign("what S3 notifies of", _words("s3 s3SchemaVersion"), _words("bucket object")),
    Foreign(
        "records of a DynamoDB stream",
        _words("NewImage OldImage dynamodb"),
        _words("Keys NewImage"),
    ),
    Foreign(
        "a CloudTrail record by itself",
        _words("eventName userIdentity requestParameters responseElements eventSource"),
    ),
    Foreign("what Cognito sends", _words("triggerSource userPoolId")),
    Foreign("a CodePipeline job", _words("CodePipeline.job")),
    Foreign("what CloudFormation sends of a custom resource", _words("ResponseURL RequestType")),
    Foreign("an order of a Config rule", _words("invokingEvent ruleParameters resultToken")),
    Foreign(
        "what API Gateway, a function URL or a load balancer sends",
        _words("body"),
        payload='{"body": json.dumps(event)}',
    ),
    Foreign("a batch of a stream or a queue", _words("Records"), payload='{"Records": [event]}'),
)
"""The forms that are known, the surest first."""


def foreign_form(looked_for: Iterable[str], words: frozenset[str]) -> Foreign | None:
    """What a code takes that looks for some keys, and has some words; None where none tells it."""
    looked = frozenset(looked_for)
    for form in FOREIGN[:-2]:
        if form.keys & looked or (form.together and form.together <= words & looked):
            return form
    for form in FOREIGN[:-2]:
        is_told = bool(form.keys & words) or bool(form.together and form.together <= words)
        if is_told and looked & _FRAMES:
            return form
    return next((form for form in FOREIGN[-2:] if form.keys & looked), None)


_FRAMES = _words("Records body Message data")
"""Keys that many forms have in common."""


def other_entrance(read: Iterable[str]) -> tuple[str, str]:
    """Who else sends what a code opens that reads some keys off what it is given, and a key of it.

    Batches are no other sender: envelopes have them. Both are empty where nothing tells another.
    """
    keys = frozenset(read)
    for form in FOREIGN[:-1]:
        if told := sorted(form.keys & keys):
            return form.sender, told[0]
    return "", ""
