"""Envelopes of SNS: notifications of a topic for Lambda, a web server, or a queue.

Sources: Lambda developer guide, "Using AWS Lambda with Amazon SNS", example event: `SigningCertUrl`
and `UnsubscribeUrl` are written so there and nowhere else. EventBridge sets no subject and no
attributes. That one invocation has one record is inferred. SNS developer guide, "Parsing message
formats", "HTTP/HTTPS headers" and "Fanout to Amazon SQS queues": the body is the notification,
whose message is the event, JSON in a string in JSON. With raw message delivery the body is the
event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.eventbridge.envelopes import sqs
from ecr_contracts.eventbridge.envelopes.codec import (
    Layer,
    Part,
    all_have,
    parts_of_list,
    value_at,
)
from ecr_contracts.eventbridge.envelopes.stamps import Stamp

_TOPIC = "ecr-events"


def wrap(events: Sequence[Any]) -> Any:
    """Lambda's payload with the record of one event."""
    [event] = events
    stamp = Stamp.of(event, "sns")
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": _subscription_arn(stamp),
                "Sns": {
                    "Type": "Notification",
                    "MessageId": stamp.uuid("message"),
                    "TopicArn": stamp.arn("sns", _TOPIC),
                    "Subject": None,
                    "Message": json_text.compact(event),
                    "Timestamp": stamp.time,
                    "SignatureVersion": "1",
                    "Signature": stamp.base64(256, "signature"),
                    "SigningCertUrl": _certificate_url(stamp),
                    "UnsubscribeUrl": _unsubscribe_url(stamp),
                    "MessageAttributes": {},
                },
            }
        ]
    }


def wrap_request(events: Sequence[Any]) -> Any:
    """The request that a web server gets: `method`, `headers` and `body`."""
    [event] = events
    stamp = Stamp.of(event, "sns-http")
    notification = _notification(event, stamp)
    return {
        "method": "POST",
        "headers": {
            "x-amz-sns-message-type": notification["Type"],
            "x-amz-sns-message-id": notification["MessageId"],
            "x-amz-sns-topic-arn": notification["TopicArn"],
            "x-amz-sns-subscription-arn": _subscription_arn(stamp),
            "Content-Type": "text/plain; charset=UTF-8",
            "User-Agent": "Amazon Simple Notification Service Agent",
        },
        "body": json_text.compact(notification),
    }


def wrap_in_sqs(events: Sequence[Any]) -> Any:
    """Lambda's payload of a queue that subscribes to the topic, one record for each event."""
    records = []
    for index, event in enumerate(events):
        # The topic and the queue each give the message an id of their own.
        notification = _notification(event, Stamp.of(event, "sns", index))
        records.append(
            sqs.record(json_text.compact(notification), Stamp.of(event, "sns-sqs", index))
        )
    return {"Records": records}


def wrap_in_messages(events: Sequence[Any]) -> Any:
    """The response of ReceiveMessage of such a queue, one message for each event."""
    messages = []
    for index, event in enumerate(events):
        notification = _notification(event, Stamp.of(event, "sns", index))
        stamp = Stamp.of(event, "sns-sqs-message", index)
        messages.append(sqs.message(json_text.compact(notification), stamp))
    return {"Messages": messages}


def wrap_raw_in_sqs(events: Sequence[Any]) -> Any:
    """The same where the subscription has raw message delivery."""
    records = []
    for index, event in enumerate(events):
        records.append(sqs.record(json_text.compact(event), Stamp.of(event, "sns-sqs", index)))
    return {"Records": records}


def _notification(event: Any, stamp: Stamp) -> dict[str, Any]:
    """A notification as SNS sends it to queues and over HTTP: without the keys that are not set."""
    return {
        "Type": "Notification",
        "MessageId": stamp.uuid("message"),
        "TopicArn": stamp.arn("sns", _TOPIC),
        "Message": json_text.compact(event),
        "Timestamp": stamp.time,
        "SignatureVersion": "1",
        "Signature": stamp.base64(256, "signature"),
        "SigningCertURL": _certificate_url(stamp),
        "UnsubscribeURL": _unsubscribe_url(stamp),
    }


def _subscription_arn(stamp: Stamp) -> str:
    return f"{stamp.arn('sns', _TOPIC)}:{stamp.uuid('subscription')}"


def _certificate_url(stamp: Stamp) -> str:
    """Where the certificate lies that a notification is signed with."""
    name = f"SimpleNotificationService-{stamp.hex('certificate')}.pem"
    return f"https://sns.{stamp.region}.{stamp.suffix}/{name}"


def _unsubscribe_url(stamp: Stamp) -> str:
    """Where a subscription can be ended."""
    query = f"Action=Unsubscribe&SubscriptionArn={_subscription_arn(stamp)}"
    return f"https://sns.{stamp.region}.{stamp.suffix}/?{query}"


def _record_parts(payload: Any) -> Iterator[Part]:
    """The messages of the records."""
    return parts_of_list(payload, "Records", "Sns", "Message")


def _has_records(payload: Any) -> bool:
    """Whether a payload has records of notifications."""
    return all_have(value_at(payload, "Records"), "Sns")


def _request_parts(payload: Any) -> Iterator[Part]:
    """The body."""
    if not _is_request(payload):
        raise ValueError("it is no request with the header x-amz-sns-message-type and a body")
    yield Part("$.body", payload["body"])


def _is_request(payload: Any) -> bool:
    """Whether a payload is a request that SNS makes."""
    headers = value_at(payload, "headers")
    if not isinstance(headers, Mapping):
        return False
    return "x-amz-sns-message-type" in {str(name).lower() for name in headers} and "body" in payload


def _notification_parts(document: Any) -> Iterator[Part]:
    """The message; of other documents that SNS sends, which confirm a subscription, nothing."""
    if not _is_notification(document):
        raise ValueError("is no notification: Type, TopicArn and Message belong to one")
    if document["Type"] == "Notification":
        yield Part("$.Message", document["Message"])


def _is_notification(document: Any) -> bool:
    """Whether this is what SNS sends to queues and over HTTP."""
    return isinstance(document, Mapping) and {"Type", "TopicArn", "Message"} <= document.keys()


RECORDS = Layer(_record_parts, _has_records)
"""Lambda's records of notifications."""

REQUEST = Layer(_request_parts, _is_request)
"""The request that SNS makes of a server."""

NOTIFICATION = Layer(_notification_parts, _is_notification)
"""What stands in the body of a request, or of a message in a queue."""
