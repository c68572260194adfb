"""Records of a Firehose stream that is a rule's target, as the Lambda function gets them that transforms them.

Sources: Firehose developer guide, "Transform source data"; the data of a record is base64 of the
event's JSON, with no newline behind it. The list is called `records`, not `Records`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any

from ecr_contracts.eventbridge.envelopes.codec import Coding, Part, at, listed, some, unwrapped
from ecr_contracts.eventbridge.envelopes.stamps import Stamp, data, text

_STREAM = "ecr-events"
_FIRST = 49_546_986_683_135_544_286_507_457_936_321_625_675_700_192_471_156_785_154


def wrap(events: Sequence[Any]) -> Any:
    """The payload with one record an event. Raises EnvelopeError for no event."""
    first = Stamp.of(some("firehose", events)[0], "firehose")
    return {
        "invocationId": first.uuid("invocation"),
        "deliveryStreamArn": first.arn("firehose", f"deliverystream/{_STREAM}"),
        "region": first.region,
        "records": [_record(event, index) for index, event in enumerate(events)],
    }


def unwrap(payload: Any) -> list[Any]:
    """The events in the data of the records. Raises EnvelopeError, naming the place, for anything else."""
    return unwrapped("firehose", parts(payload))


def parts(payload: Any) -> Iterator[Part]:
    """The data of the records."""
    for index, record in enumerate(listed("firehose", payload, "records")):
        yield Part(f"$.records[{index}].data", at(record, "data"), Coding.BASE64)


def recognises(payload: Any) -> bool:
    """Whether a payload is a batch that is to be transformed."""
    return isinstance(at(payload, "records"), list) and at(payload, "deliveryStreamArn") is not None


def _record(event: Any, index: int) -> dict[str, Any]:
    return {
        "recordId": f"{_FIRST + index}000000",
        "approximateArrivalTimestamp": Stamp.of(event, "firehose", index).sent,
        "data": base64.b64encode(data(text(event))).decode(),
    }
