"""SQS messages from a queue that subscribes to an SNS topic that is a rule's target, as a Lambda function gets them.

Sources: SNS developer guide, "Fanout to Amazon SQS queues": the body is the notification, whose
message is the event, JSON in a string in JSON. With raw message delivery the body is the event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.eventbridge.envelopes import sns, sqs
from ecr_contracts.eventbridge.envelopes.codec import Part, some, unwrapped
from ecr_contracts.eventbridge.envelopes.stamps import Stamp, text


def wrap(events: Sequence[Any]) -> Any:
    """The payload with one record an event. Raises EnvelopeError for no event."""
    return {
        "Records": [
            _record(event, index, raw=False) for index, event in enumerate(some("sns-sqs", events))
        ]
    }


def wrap_raw(events: Sequence[Any]) -> Any:
    """The same where the subscription has raw message delivery."""
    return {
        "Records": [
            _record(event, index, raw=True)
            for index, event in enumerate(some("sns-sqs-raw", events))
        ]
    }


def unwrap(payload: Any) -> list[Any]:
    """The events in the notifications in the bodies. Raises EnvelopeError, naming the place, for anything else."""
    return unwrapped("sns-sqs", _messages(payload))


def _messages(payload: Any) -> Iterator[Part]:
    for body in sqs.parts(payload):
        [told] = unwrapped("sns-sqs", [body])
        if not sns.is_notification(told):
            raise EnvelopeError(
                "sns-sqs",
                f"{body.place} is no notification: Type, TopicArn and Message belong to one",
            )
        for part in sns.told(told):
            yield Part(f"{body.place}{part.place[1:]}", part.held)


def _record(event: Any, index: int, *, raw: bool) -> dict[str, Any]:
    # The topic and the queue each give the message an id of their own.
    body = event if raw else sns.notification(event, Stamp.of(event, "sns", index))
    return sqs.record(text(body), Stamp.of(event, "sns-sqs", index))
