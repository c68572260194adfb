"""Envelopes of EventBridge Pipes: a list of the records that a pipe read from a queue or a stream.

Sources: EventBridge user guide, "Amazon Simple Queue Service as a source" and "Amazon Kinesis
stream as a source", example events; "batching and concurrency": a function gets a list even where
it holds one record. The records are those that Lambda gets, without `Records` around them; those of
a stream have what is in `kinesis` there beside the other keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.eventbridge.envelopes import sqs, streams
from ecr_contracts.eventbridge.envelopes.codec import Layer, Part
from ecr_contracts.eventbridge.envelopes.stamps import Stamp

_MESSAGE_KEYS = frozenset({"messageId", "body", "eventSource"})
_RECORD_KEYS = frozenset({"partitionKey", "sequenceNumber", "data", "eventSource"})


def wrap_sqs(events: Sequence[Any]) -> Any:
    """The messages of a queue, one for each event."""
    messages = []
    for index, event in enumerate(events):
        messages.append(sqs.record(json_text.compact(event), Stamp.of(event, "pipe-sqs", index)))
    return messages


def wrap_kinesis(events: Sequence[Any]) -> Any:
    """The records of a stream, one for each event."""
    records = []
    for record in streams.wrap_kinesis(events)["Records"]:
        records.append({**record.pop("kinesis"), **record})
    return records


def _message_parts(message: Any) -> Iterator[Part]:
    """The body."""
    if not _is_message(message):
        raise ValueError("is no message with a messageId, a body and an eventSource")
    yield Part("$.body", message["body"])


def _is_message(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() >= _MESSAGE_KEYS


def _record_parts(record: Any) -> Iterator[Part]:
    """The data."""
    if not _is_record(record):
        raise ValueError("is no record with a partitionKey, a sequenceNumber and data")
    yield streams.data_part("$.data", record["data"])


def _is_record(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() >= _RECORD_KEYS


MESSAGE = Layer(_message_parts, _is_message)
"""A message of a queue as Lambda and pipes get it."""

RECORD = Layer(_record_parts, _is_record)
"""A record of a stream as pipes get it."""
