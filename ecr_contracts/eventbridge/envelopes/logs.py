"""Envelopes of CloudWatch Logs: lines of a log group, packed for a subscription or as stored.

Sources: CloudWatch Logs user guide, "Log group-level subscription filters": `awslogs.data` is
base64 of gzip of an object whose `logEvents` hold the lines; a line is the event's JSON. Its
messageType may also be CONTROL_MESSAGE, by which CloudWatch sees whether the destination can be
reached: no event is in it. CloudWatch Logs API reference, GetLogEvents.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.eventbridge.envelopes.codec import (
    Coding,
    Layer,
    Part,
    encoded,
    gzip_stored,
    parts_of_list,
    value_at,
)
from ecr_contracts.eventbridge.envelopes.stamps import Stamp

_GROUP = "/aws/events/ecr-events"  # the log groups that EventBridge writes to begin so
_FIRST_ID = 36_944_834_210_612_350_264_116_563_262_080_187_109_377_163_376_040_083_456
_DATA, _CONTROL = "DATA_MESSAGE", "CONTROL_MESSAGE"
_INGESTED_MS = 40  # after it was sent


def wrap_subscription(events: Sequence[Any]) -> Any:
    """Lambda's payload of a subscription, one line for each event."""
    return {"awslogs": {"data": base64.b64encode(packed_lines(events)).decode()}}


def packed_lines(events: Sequence[Any]) -> bytes:
    """The gzip of what a subscription is given, one line for each event."""
    lines = []
    for index, event in enumerate(events):
        sent = Stamp.of(event, "logs", index).sent
        lines.append(
            {"id": str(_FIRST_ID + index), "timestamp": sent, "message": json_text.compact(event)}
        )
    first = Stamp.of(events[0], "logs")
    return _packed(
        {
            "messageType": _DATA,
            "owner": first.account,
            "logGroup": _GROUP,
            "logStream": first.uuid("stream"),
            "subscriptionFilters": ["ecr-events"],
            "logEvents": lines,
        }
    )


def control_message() -> Any:
    """The payload that holds no event, but asks whether anybody is there."""
    return {"awslogs": {"data": base64.b64encode(packed_control_message()).decode()}}


def packed_control_message() -> bytes:
    """The gzip of the message that holds no event."""
    line = {
        "id": "",
        "timestamp": Stamp.of(None, "logs").sent,
        "message": "CWL CONTROL MESSAGE: Checking health of destination Lambda function.",
    }
    return _packed(
        {
            "messageType": _CONTROL,
            "owner": "CloudwatchLogs",
            "logGroup": "",
            "logStream": "",
            "subscriptionFilters": [],
            "logEvents": [line],
        }
    )


def wrap_stored(events: Sequence[Any]) -> Any:
    """The response of GetLogEvents, one line for each event."""
    lines = []
    for index, event in enumerate(events):
        sent = Stamp.of(event, "log-group", index).sent
        lines.append(
            {
                "timestamp": sent,
                "message": json_text.compact(event),
                "ingestionTime": sent + _INGESTED_MS,
            }
        )
    return {"events": lines}


def _packed(document: Mapping[str, Any]) -> bytes:
    return gzip_stored(encoded(json_text.compact(document)))


def _packed_parts(payload: Any) -> Iterator[Part]:
    """The packed data."""
    yield Part("$.awslogs.data", value_at(payload, "awslogs", "data"), Coding.GZIP)


def _is_packed(payload: Any) -> bool:
    return value_at(payload, "awslogs") is not None


def _unpacked_parts(document: Any) -> Iterator[Part]:
    """The lines; none of a control message."""
    if not _is_unpacked(document):
        raise ValueError("holds no messageType with logEvents")
    if document["messageType"] == _DATA:
        yield from parts_of_list(document, "logEvents", "message")


def _is_unpacked(document: Any) -> bool:
    if value_at(document, "messageType") not in (_DATA, _CONTROL):
        return False
    return isinstance(value_at(document, "logEvents"), list)


def _stored_parts(payload: Any) -> Iterator[Part]:
    """The messages of the lines of a response, or that of a single line."""
    if _is_line(payload):
        return iter([Part("$.message", payload["message"])])
    return parts_of_list(payload, "events", "message")


def _is_stored(payload: Any) -> bool:
    """Whether a payload is such a response, or one line out of it."""
    lines = value_at(payload, "events")
    return _is_line(payload) or (isinstance(lines, list) and all(map(_is_line, lines)))


def _is_line(value: Any) -> bool:
    return isinstance(value, Mapping) and {"timestamp", "message"} <= value.keys()


PACKED = Layer(_packed_parts, _is_packed)
"""What Lambda gets of a subscription."""

UNPACKED = Layer(_unpacked_parts, _is_unpacked)
"""What stands in the packed data."""

STORED = Layer(_stored_parts, _is_stored)
"""Lines of GetLogEvents."""
