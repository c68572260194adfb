"""A notification of an SNS topic, as a Lambda function gets it that subscribes to a topic that is a rule's target.

Sources: Lambda developer guide, "Using AWS Lambda with Amazon SNS", example event: `SigningCertUrl`
and `UnsubscribeUrl` are written so here and nowhere else. EventBridge sets no subject and no
attributes. That one invocation has one record is inferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.eventbridge.envelopes.codec import Part, at, listed, one, unwrapped
from ecr_contracts.eventbridge.envelopes.stamps import Stamp, text

TOPIC = "ecr-events"
"""The name of the topic."""


def wrap(events: Sequence[Any]) -> Any:
    """The payload with the record of one event. Raises EnvelopeError for none or several."""
    event = one("sns", events)
    stamp = Stamp.of(event, "sns")
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription(stamp),
                "Sns": {
                    "Type": "Notification",
                    "MessageId": stamp.uuid("message"),
                    "TopicArn": stamp.arn("sns", TOPIC),
                    "Subject": None,
                    "Message": text(event),
                    "Timestamp": stamp.time,
                    "SignatureVersion": "1",
                    "Signature": stamp.base64(256, "signature"),
                    "SigningCertUrl": certificate(stamp),
                    "UnsubscribeUrl": unsubscribing(stamp),
                    "MessageAttributes": {},
                },
            }
        ]
    }


def unwrap(payload: Any) -> list[Any]:
    """The event in the message. Raises EnvelopeError, naming the place, for anything else."""
    return unwrapped("sns", parts(payload))


def parts(payload: Any) -> Iterator[Part]:
    """The messages of the records."""
    for index, record in enumerate(listed("sns", payload, "Records")):
        yield Part(f"$.Records[{index}].Sns.Message", at(record, "Sns", "Message"))


def recognises(payload: Any) -> bool:
    """Whether a payload has records of notifications."""
    records = at(payload, "Records")
    return (
        isinstance(records, list)
        and bool(records)
        and all(at(one, "Sns") is not None for one in records)
    )


def subscription(stamp: Stamp) -> str:
    """The ARN of a subscription to the topic."""
    return f"{stamp.arn('sns', TOPIC)}:{stamp.uuid('subscription')}"


def certificate(stamp: Stamp) -> str:
    """Where the certificate lies that a notification is signed with."""
    name = f"SimpleNotificationService-{stamp.hex('certificate')}.pem"
    return f"https://sns.{stamp.region}.{stamp.suffix}/{name}"


def unsubscribing(stamp: Stamp) -> str:
    """Where a subscription can be ended."""
    return f"https://sns.{stamp.region}.{stamp.suffix}/?Action=Unsubscribe&SubscriptionArn={subscription(stamp)}"


def notification(event: Any, stamp: Stamp) -> dict[str, Any]:
    """A notification as SNS sends it to queues and over HTTP: without the keys that are not set."""
    return {
        "Type": "Notification",
        "MessageId": stamp.uuid("message"),
        "TopicArn": stamp.arn("sns", TOPIC),
        "Message": text(event),
        "Timestamp": stamp.time,
        "SignatureVersion": "1",
        "Signature": stamp.base64(256, "signature"),
        "SigningCertURL": certificate(stamp),
        "UnsubscribeURL": unsubscribing(stamp),
    }


def is_notification(payload: Any) -> bool:
    """Whether this is what SNS sends to queues and over HTTP."""
    return isinstance(payload, Mapping) and {"Type", "TopicArn", "Message"} <= payload.keys()


def told(payload: Any) -> Iterator[Part]:
    """The message of a notification; of others that SNS sends, which confirm a subscription, nothing."""
    if at(payload, "Type") == "Notification":
        yield Part("$.Message", payload["Message"])
