"""Records of a Kinesis data stream that is a rule's target, as a Lambda function gets them.

Sources: Lambda developer guide, "Using AWS Lambda with Amazon Kinesis", example event; the data of
a record is base64 of the event's JSON, and the partition key is the event's id where the target
names no path.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.eventbridge.envelopes.codec import Coding, Part, at, listed, some, unwrapped
from ecr_contracts.eventbridge.envelopes.stamps import Stamp, data, text

STREAM = "ecr-events"
"""The name of the stream."""

_FIRST = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898


def wrap(events: Sequence[Any]) -> Any:
    """The payload with one record an event, their sequence numbers rising. Raises EnvelopeError for no event."""
    return {
        "Records": [_record(event, index) for index, event in enumerate(some("kinesis", events))]
    }


def unwrap(payload: Any) -> list[Any]:
    """The events in the data of the records. Raises EnvelopeError, naming the place, for anything else."""
    return unwrapped("kinesis", parts(payload))


def parts(payload: Any) -> Iterator[Part]:
    """The data of the records."""
    for index, record in enumerate(listed("kinesis", payload, "Records")):
        yield Part(f"$.Records[{index}].kinesis.data", at(record, "kinesis", "data"), Coding.BASE64)


def recognises(payload: Any) -> bool:
    """Whether a payload has records of a stream."""
    records = at(payload, "Records")
    return (
        isinstance(records, list)
        and bool(records)
        and all(at(one, "kinesis") is not None for one in records)
    )


def _record(event: Any, index: int) -> dict[str, Any]:
    stamp = Stamp.of(event, "kinesis", index)
    sequence = str(_FIRST + index)
    key = event.get("id") if isinstance(event, Mapping) else None
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": key if isinstance(key, str) else stamp.uuid("key"),
            "sequenceNumber": sequence,
            "data": base64.b64encode(data(text(event))).decode(),
            "approximateArrivalTimestamp": stamp.sent / 1000,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"shardId-000000000006:{sequence}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": stamp.role("ecr-events"),
        "awsRegion": stamp.region,
        "eventSourceARN": stamp.arn("kinesis", f"stream/{STREAM}"),
    }
