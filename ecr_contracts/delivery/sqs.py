"""A batch of SQS messages, as a Lambda function gets it whose event source is a queue that is a rule's target.

Source: Lambda developer guide, "Using Lambda with Amazon SQS", example event; EventBridge writes the event as compact
JSON into the body and sets no message attributes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from calendar import timegm
from collections.abc import Mapping, Sequence
from time import strptime
from typing import Any

from ecr_contracts import catalog, reading
from ecr_contracts.errors import EnvelopeError

_QUEUE = "ecr-events"
_LATENCY_MS = 750  # between the event's time, which has whole seconds, and the message


def wrap(events: Sequence[Mapping[str, Any]]) -> Any:
    """The payload with one record an event. Ids, handles and digests follow from the bodies and their places alone.

    Raises EnvelopeError for no event: a function is never invoked with an empty batch.
    """
    if not events:
        raise EnvelopeError("sqs", "a batch holds at least one event")
    return {"Records": [_record(event, index) for index, event in enumerate(events)]}


def unwrap(payload: Any) -> list[Any]:
    """The events in the bodies of the records. Raises EnvelopeError, naming the place, for anything else."""
    records = payload.get("Records") if isinstance(payload, Mapping) else None
    if not isinstance(records, list):
        raise EnvelopeError("sqs", "there is no list `Records`")
    events = []
    for index, record in enumerate(records):
        body = record.get("body") if isinstance(record, Mapping) else None
        if not isinstance(body, str):
            raise EnvelopeError("sqs", f"$.Records[{index}].body is not a string")
        try:
            events.append(json.loads(body))
        except (ValueError, RecursionError) as problem:
            raise EnvelopeError("sqs", f"$.Records[{index}].body is not JSON: {problem}") from None
    return events


def _record(event: Mapping[str, Any], index: int) -> dict[str, Any]:
    body = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
    data = body.encode("utf-8", "surrogatepass")
    seed = hashlib.sha256(data + index.to_bytes(4, "big")).digest()
    region = str(event.get("region", "us-east-1"))
    sent = _milliseconds(event.get("time")) + _LATENCY_MS
    return {
        "messageId": str(uuid.UUID(bytes=seed[:16], version=4)),
        "receiptHandle": base64.b64encode(seed * 6).decode(),
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": str(sent),
            "SenderId": "AIDACKCEVSQ6C2EXAMPLE",
            "ApproximateFirstReceiveTimestamp": str(sent + 12),
        },
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:{_partition(event)}:sqs:{region}:{event.get('account', '123456789012')}:{_QUEUE}",
        "awsRegion": region,
    }


def _milliseconds(time: Any) -> int:
    try:
        return timegm(strptime(str(time), "%Y-%m-%dT%H:%M:%SZ")) * 1000
    except ValueError:
        return 0


def _partition(event: Mapping[str, Any]) -> str:
    """The partition of the event's region: the choices of `$.region` are named after them."""
    facet = reading.contract(catalog.kinds()[0]).by_path["$.region"]
    return (facet.recognise(event) or facet.baseline).label
