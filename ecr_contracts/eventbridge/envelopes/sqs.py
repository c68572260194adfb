"""Envelopes of SQS: messages of a queue as Lambda gets them, and as ReceiveMessage gives them.

Sources: Lambda developer guide, "Using Lambda with Amazon SQS", example events; EventBridge writes
the event as compact JSON into the body and sets no message attributes. A FIFO queue needs a message
group id, which the target names. SQS API reference, ReceiveMessage. EventBridge user guide, "Using
dead-letter queues": the body is the event, and six message attributes say what went wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.eventbridge.envelopes.codec import (
    Layer,
    Part,
    all_have,
    encoded,
    parts_of_list,
    value_at,
)
from ecr_contracts.eventbridge.envelopes.stamps import Stamp

_QUEUE = "ecr-events"
_FAILED_QUEUE = "ecr-events-failed"
_SENDER = "AIDACKCEVSQ6C2EXAMPLE"  # whoever sends a message has such an id
_RECEIVED_MS = 12  # after it was sent
_STRING = b"\x01"  # how SQS writes the sort of a value when it digests attributes


def wrap(events: Sequence[Any]) -> Any:
    """Lambda's payload of a queue, one record for each event.

    Ids, handles and digests follow from the bodies and their places alone.
    """
    records = []
    for index, event in enumerate(events):
        records.append(record(json_text.compact(event), Stamp.of(event, "sqs", index)))
    return {"Records": records}


def wrap_fifo(events: Sequence[Any]) -> Any:
    """The same of a FIFO queue."""
    records = []
    for index, event in enumerate(events):
        body, stamp = json_text.compact(event), Stamp.of(event, "sqs-fifo", index)
        fifo_record = record(body, stamp)
        fifo_record["attributes"] |= {
            "SequenceNumber": f"188{stamp.digits(17, 'sequence')}",
            "MessageGroupId": _QUEUE,
            "MessageDeduplicationId": hashlib.sha256(encoded(body)).hexdigest(),
        }
        fifo_record["eventSourceARN"] = stamp.arn("sqs", f"{_QUEUE}.fifo")
        records.append(fifo_record)
    return {"Records": records}


def wrap_failed(events: Sequence[Any]) -> Any:
    """The same of a dead-letter queue.

    The target refused each event, and EventBridge tried as often as it does.
    """
    records = []
    for index, event in enumerate(events):
        stamp = Stamp.of(event, "dlq", index)
        reasons = {
            "ERROR_CODE": "ERROR_FROM_TARGET",
            "ERROR_MESSAGE": "the target answered with an error",
            "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
            "RETRY_ATTEMPTS": "185",
            "RULE_ARN": stamp.arn("events", "rule/ecr-events"),
            "TARGET_ARN": stamp.arn("lambda", "function:ecr-events"),
        }
        failed_record = record(json_text.compact(event), stamp)
        failed_record["messageAttributes"] = _string_attributes(reasons)
        failed_record["md5OfMessageAttributes"] = _attributes_digest(reasons)
        failed_record["eventSourceARN"] = stamp.arn("sqs", _FAILED_QUEUE)
        records.append(failed_record)
    return {"Records": records}


def wrap_messages(events: Sequence[Any]) -> Any:
    """The response of ReceiveMessage, one message for each event."""
    messages = []
    for index, event in enumerate(events):
        stamp = Stamp.of(event, "sqs-message", index)
        messages.append(message(json_text.compact(event), stamp))
    return {"Messages": messages}


def wrap_message(events: Sequence[Any]) -> Any:
    """One message out of such a response."""
    [event] = events
    return message(json_text.compact(event), Stamp.of(event, "sqs-one"))


def message(body: str, stamp: Stamp) -> dict[str, Any]:
    """One message as ReceiveMessage gives it."""
    return {
        "MessageId": stamp.uuid("message"),
        "ReceiptHandle": stamp.base64(192, "receipt"),
        "MD5OfBody": _md5(encoded(body)),
        "Body": body,
        "Attributes": _system_attributes(stamp),
    }


def record(body: str, stamp: Stamp) -> dict[str, Any]:
    """One message as Lambda hands it over."""
    return {
        "messageId": stamp.uuid("message"),
        "receiptHandle": stamp.base64(192, "receipt"),
        "body": body,
        "attributes": _system_attributes(stamp),
        "messageAttributes": {},
        "md5OfBody": _md5(encoded(body)),
        "eventSource": "aws:sqs",
        "eventSourceARN": stamp.arn("sqs", _QUEUE),
        "awsRegion": stamp.region,
    }


def _system_attributes(stamp: Stamp) -> dict[str, str]:
    """What the queue itself says of a message."""
    return {
        "ApproximateReceiveCount": "1",
        "SentTimestamp": str(stamp.sent),
        "SenderId": _SENDER,
        "ApproximateFirstReceiveTimestamp": str(stamp.sent + _RECEIVED_MS),
    }


def _string_attributes(values: Mapping[str, str]) -> dict[str, Any]:
    """Message attributes as Lambda hands them over."""
    return {
        name: {
            "stringValue": value,
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": "String",
        }
        for name, value in values.items()
    }


def _attributes_digest(values: Mapping[str, str]) -> str:
    """The MD5 of string attributes: of names, types and values, each after its length."""
    content = b""
    for name, value in sorted(values.items()):
        content += _with_length(name) + _with_length("String") + _STRING + _with_length(value)
    return _md5(content)


def _with_length(text: str) -> bytes:
    content = encoded(text)
    return len(content).to_bytes(4, "big") + content


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _record_parts(payload: Any) -> Iterator[Part]:
    """The bodies of the records."""
    return parts_of_list(payload, "Records", "body")


def _has_records(payload: Any) -> bool:
    """Whether a payload has records that name SQS as their source, or have a body and no source.

    Records of SNS and Kinesis have neither.
    """
    records = value_at(payload, "Records")
    if not isinstance(records, list) or all_have(records, "Sns") or all_have(records, "kinesis"):
        return False
    return all(map(_is_record, records))


def _is_record(value: Any) -> bool:
    if not isinstance(value, Mapping) or "body" not in value:
        return False
    return bool(value.get("eventSource", "aws:sqs") == "aws:sqs")


def _message_parts(payload: Any) -> Iterator[Part]:
    """The bodies of the messages of a response, or that of a single message."""
    if isinstance(payload, Mapping) and "Body" in payload:
        return iter([Part("$.Body", payload["Body"])])
    return parts_of_list(payload, "Messages", "Body")


def _has_messages(payload: Any) -> bool:
    """Whether a payload is such a response, or one message out of it."""
    if not isinstance(payload, Mapping):
        return False
    return isinstance(payload.get("Messages"), list) or {"Body", "MessageId"} <= payload.keys()


RECORDS = Layer(_record_parts, _has_records)
"""Lambda's records of a queue."""

MESSAGES = Layer(_message_parts, _has_messages)
"""Messages of ReceiveMessage."""
