"""SQS messages as ReceiveMessage gives them to code that asks a queue itself.

Source: SQS API reference, ReceiveMessage; EventBridge writes the event as compact JSON into the
body and sets no message attributes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.eventbridge.envelopes.codec import Part, at, listed, some, unwrapped
from ecr_contracts.eventbridge.envelopes.sqs import system_attributes
from ecr_contracts.eventbridge.envelopes.stamps import Stamp, data, text


def wrap(events: Sequence[Any]) -> Any:
    """The response with one message an event. Raises EnvelopeError for no event."""
    return {
        "Messages": [
            _message(event, index) for index, event in enumerate(some("sqs-message", events))
        ]
    }


def unwrap(payload: Any) -> list[Any]:
    """The events in the bodies. Raises EnvelopeError, naming the place, for anything else."""
    return unwrapped("sqs-message", parts(payload))


def parts(payload: Any) -> Iterator[Part]:
    """The bodies of the messages of a response, or that of a single message."""
    if isinstance(payload, Mapping) and "Body" in payload:
        yield Part("$.Body", payload["Body"])
        return
    for index, one in enumerate(listed("sqs-message", payload, "Messages")):
        yield Part(f"$.Messages[{index}].Body", at(one, "Body"))


def recognises(payload: Any) -> bool:
    """Whether a payload is such a response, or one message out of it."""
    if not isinstance(payload, Mapping):
        return False
    return isinstance(payload.get("Messages"), list) or {"Body", "MessageId"} <= payload.keys()


def _message(event: Any, index: int) -> dict[str, Any]:
    stamp = Stamp.of(event, "sqs-message", index)
    body = text(event)
    return {
        "MessageId": stamp.uuid("message"),
        "ReceiptHandle": stamp.base64(192, "receipt"),
        "MD5OfBody": hashlib.md5(data(body), usedforsecurity=False).hexdigest(),
        "Body": body,
        "Attributes": system_attributes(stamp),
    }
