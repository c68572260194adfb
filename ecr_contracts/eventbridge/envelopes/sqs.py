"""A batch of SQS messages, as a Lambda function gets it whose event source is a queue that is a rule's target.

Sources: Lambda developer guide, "Using Lambda with Amazon SQS", example events; EventBridge writes
the event as compact JSON into the body and sets no message attributes. A FIFO queue needs a message
group id, which the target names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.eventbridge.envelopes.codec import Part, at, listed, some, unwrapped
from ecr_contracts.eventbridge.envelopes.stamps import Stamp, data, text

QUEUE = "ecr-events"
"""The name of the queue."""

SENDER = "AIDACKCEVSQ6C2EXAMPLE"
"""The id of whoever sent a message."""

_RECEIVED_MS = 12  # after it was sent


def wrap(events: Sequence[Any], *, fifo: bool = False) -> Any:
    """The payload with one record an event. Ids, handles and digests follow from the bodies and their places alone.

    Raises EnvelopeError for no event: a function is never invoked with an empty batch.
    """
    name = "sqs-fifo" if fifo else "sqs"
    stamps = [Stamp.of(event, name, index) for index, event in enumerate(some(name, events))]
    return {
        "Records": [
            record(text(event), stamp, fifo=fifo)
            for event, stamp in zip(events, stamps, strict=True)
        ],
    }


def wrap_fifo(events: Sequence[Any]) -> Any:
    """The same from a FIFO queue."""
    return wrap(events, fifo=True)


def unwrap(payload: Any) -> list[Any]:
    """The events in the bodies of the records. Raises EnvelopeError, naming the place, for anything else."""
    return unwrapped("sqs", parts(payload))


def parts(payload: Any) -> Iterator[Part]:
    """The bodies of the records."""
    for index, one in enumerate(listed("sqs", payload, "Records")):
        yield Part(f"$.Records[{index}].body", at(one, "body"))


def recognises(payload: Any) -> bool:
    """Whether a payload is such a batch: its records name their source, or have a body."""
    records = at(payload, "Records")
    if not isinstance(records, list) or not all(isinstance(one, Mapping) for one in records):
        return False
    return all(one.get("eventSource", "aws:sqs") == "aws:sqs" and "body" in one for one in records)


def record(
    body: str,
    stamp: Stamp,
    *,
    attributes: Mapping[str, Mapping[str, Any]] | None = None,
    fifo: bool = False,
) -> dict[str, Any]:
    """One message as Lambda hands it over."""
    content = data(body)
    ordered = {
        "SequenceNumber": f"188{stamp.digits(17, 'sequence')}",
        "MessageGroupId": QUEUE,
        "MessageDeduplicationId": hashlib.sha256(content).hexdigest(),
    }
    return {
        "messageId": stamp.uuid("message"),
        "receiptHandle": stamp.base64(192, "receipt"),
        "body": body,
        "attributes": system_attributes(stamp) | (ordered if fifo else {}),
        "messageAttributes": dict(attributes or {}),
        "md5OfBody": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": stamp.arn("sqs", QUEUE + (".fifo" if fifo else "")),
        "awsRegion": stamp.region,
    }


def system_attributes(stamp: Stamp) -> dict[str, str]:
    """What the queue itself says of a message."""
    return {
        "ApproximateReceiveCount": "1",
        "SentTimestamp": str(stamp.sent),
        "SenderId": SENDER,
        "ApproximateFirstReceiveTimestamp": str(stamp.sent + _RECEIVED_MS),
    }
