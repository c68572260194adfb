"""Envelopes of streams: records of Kinesis, and records that Lambda transforms for Firehose.

Sources: Lambda developer guide, "Using AWS Lambda with Amazon Kinesis", example event; the data of
a record is base64 of the event's JSON, and the partition key is the event's id where the target
names no path. CloudWatch Logs user guide, "Subscription filters with Kinesis Data Streams": the
data of a record may be lines of a log group, gzip of what a subscription of Lambda gets. Firehose
developer guide, "Transform source data": the data have no newline behind them, and the list is
called `records`, not `Records`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any

from ecr_contracts.eventbridge.envelopes import logs
from ecr_contracts.eventbridge.envelopes.codec import (
    Coding,
    Layer,
    Part,
    all_have,
    base64_json,
    parts_of_list,
    value_at,
)
from ecr_contracts.eventbridge.envelopes.stamps import Stamp

_STREAM = "ecr-events"
_GZIP_IN_BASE64 = "H4sI"  # how base64 of gzip begins; no JSON begins so

# The numbers of the first record: those of AWS's examples.
_KINESIS_SEQUENCE = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898
_FIREHOSE_RECORD = 49_546_986_683_135_544_286_507_457_936_321_625_675_700_192_471_156_785_154


def wrap_kinesis(events: Sequence[Any]) -> Any:
    """Lambda's payload of a Kinesis stream, one record for each event, sequence numbers rising."""
    records = []
    for index, event in enumerate(events):
        records.append(_kinesis_record(event, index, base64_json(event)))
    return {"Records": records}


def wrap_logs_in_kinesis(events: Sequence[Any]) -> Any:
    """The same of a stream that a log group writes to, one record with one line for each event."""
    records = []
    for index, event in enumerate(events):
        data = base64.b64encode(logs.packed_lines([event])).decode()
        record = _kinesis_record(event, index, data)
        # CloudWatch Logs knows nothing of the event's id.
        record["kinesis"]["partitionKey"] = Stamp.of(event, "kinesis-logs", index).hex("key")
        records.append(record)
    return {"Records": records}


def control_message() -> Any:
    """The payload of such a stream that holds no event, but asks whether anybody is there."""
    data = base64.b64encode(logs.packed_control_message()).decode()
    return {"Records": [_kinesis_record(None, 0, data)]}


def wrap_firehose(events: Sequence[Any]) -> Any:
    """Lambda's payload of a Firehose stream, one record for each event."""
    first = Stamp.of(events[0], "firehose")
    records = []
    for index, event in enumerate(events):
        records.append(
            {
                "recordId": f"{_FIREHOSE_RECORD + index}000000",
                "approximateArrivalTimestamp": Stamp.of(event, "firehose", index).sent,
                "data": base64_json(event),
            }
        )
    return {
        "invocationId": first.uuid("invocation"),
        "deliveryStreamArn": first.arn("firehose", f"deliverystream/{_STREAM}"),
        "region": first.region,
        "records": records,
    }


def _kinesis_record(event: Any, index: int, data: str) -> dict[str, Any]:
    """The record of one event, whose data are these."""
    stamp = Stamp.of(event, "kinesis", index)
    sequence_number = str(_KINESIS_SEQUENCE + index)
    event_id = value_at(event, "id")
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": event_id if isinstance(event_id, str) else stamp.uuid("key"),
            "sequenceNumber": sequence_number,
            "data": data,
            "approximateArrivalTimestamp": stamp.sent / 1000,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"shardId-000000000006:{sequence_number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": stamp.role("ecr-events"),
        "awsRegion": stamp.region,
        "eventSourceARN": stamp.arn("kinesis", f"stream/{_STREAM}"),
    }


def _kinesis_parts(payload: Any) -> Iterator[Part]:
    """The data of the records."""
    for part in parts_of_list(payload, "Records", "kinesis", "data", coding=Coding.BASE64):
        yield data_part(part.place, part.content)


def data_part(place: str, data: Any) -> Part:
    """The data of a record of a stream as a part: base64, perhaps of gzip."""
    is_packed = isinstance(data, str) and data.startswith(_GZIP_IN_BASE64)
    return Part(place, data, Coding.GZIP if is_packed else Coding.BASE64)


def _has_kinesis_records(payload: Any) -> bool:
    return all_have(value_at(payload, "Records"), "kinesis")


def _firehose_parts(payload: Any) -> Iterator[Part]:
    """The data of the records."""
    return parts_of_list(payload, "records", "data", coding=Coding.BASE64)


def _has_firehose_records(payload: Any) -> bool:
    if value_at(payload, "deliveryStreamArn") is None:
        return False
    return isinstance(value_at(payload, "records"), list)


KINESIS = Layer(_kinesis_parts, _has_kinesis_records)
"""Lambda's records of a Kinesis stream."""

FIREHOSE = Layer(_firehose_parts, _has_firehose_records)
"""The records that Lambda transforms for Firehose."""
