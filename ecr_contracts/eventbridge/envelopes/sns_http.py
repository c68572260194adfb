"""A notification of an SNS topic, as a web server gets it: the request, with its headers and its body.

Source: SNS developer guide, "Parsing message formats" and "HTTP/HTTPS headers". With raw message
delivery the body would be the event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.eventbridge.envelopes import sns
from ecr_contracts.eventbridge.envelopes.codec import Part, at, one, unwrapped
from ecr_contracts.eventbridge.envelopes.stamps import Stamp, text


def wrap(events: Sequence[Any]) -> Any:
    """The request of one event: `method`, `headers` and `body`. Raises EnvelopeError for none or several."""
    event = one("sns-http", events)
    stamp = Stamp.of(event, "sns-http")
    told = sns.notification(event, stamp)
    return {
        "method": "POST",
        "headers": {
            "x-amz-sns-message-type": told["Type"],
            "x-amz-sns-message-id": told["MessageId"],
            "x-amz-sns-topic-arn": told["TopicArn"],
            "x-amz-sns-subscription-arn": sns.subscription(stamp),
            "Content-Type": "text/plain; charset=UTF-8",
            "User-Agent": "Amazon Simple Notification Service Agent",
        },
        "body": text(told),
    }


def unwrap(payload: Any) -> list[Any]:
    """The event in the message of the body. Raises EnvelopeError, naming the place, for anything else."""
    if not recognises(payload):
        raise EnvelopeError(
            "sns-http", "it is no request with the header x-amz-sns-message-type and a body"
        )
    [told] = unwrapped("sns-http", parts(payload))
    if not sns.is_notification(told):
        raise EnvelopeError(
            "sns-http", "$.body is no notification: Type, TopicArn and Message belong to one"
        )
    return unwrapped(
        "sns-http", (Part(f"$.body{part.place[1:]}", part.held) for part in sns.told(told))
    )


def parts(payload: Any) -> Iterator[Part]:
    """The body."""
    yield Part("$.body", at(payload, "body"))


def recognises(payload: Any) -> bool:
    """Whether a payload is a request that SNS makes."""
    headers = at(payload, "headers")
    names = {str(name).lower() for name in headers} if isinstance(headers, Mapping) else set()
    return "x-amz-sns-message-type" in names and "body" in payload
