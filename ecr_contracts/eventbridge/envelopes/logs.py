"""Lines of a CloudWatch Logs group that is a rule's target, as a Lambda function gets them that subscribes to it.

Sources: CloudWatch Logs user guide, "Log group-level subscription filters": `awslogs.data` is
base64 of gzip of an object whose `logEvents` hold the lines; a line is the event's JSON. Its
messageType may also be CONTROL_MESSAGE, by which CloudWatch sees whether the destination can be
reached: no event is in it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.eventbridge.envelopes.codec import (
    Coding,
    Part,
    at,
    gzipped,
    listed,
    some,
    unwrapped,
)
from ecr_contracts.eventbridge.envelopes.stamps import Stamp, data, text

GROUP = "/aws/events/ecr-events"
"""The name of the log group: those that EventBridge writes to begin so."""

_FIRST = 36_944_834_210_612_350_264_116_563_262_080_187_109_377_163_376_040_083_456
_DATA, _CONTROL = "DATA_MESSAGE", "CONTROL_MESSAGE"


def wrap(events: Sequence[Any]) -> Any:
    """The payload with one line an event. Raises EnvelopeError for no event."""
    stamps = [Stamp.of(event, "logs", index) for index, event in enumerate(some("logs", events))]
    lines = [
        {"id": str(_FIRST + index), "timestamp": stamp.sent, "message": text(event)}
        for index, (event, stamp) in enumerate(zip(events, stamps, strict=True))
    ]
    return _packed(_DATA, stamps[0].account, GROUP, stamps[0].uuid("stream"), ["ecr-events"], lines)


def control_message() -> Any:
    """The payload that holds no event, but asks whether anybody is there."""
    line = {
        "id": "",
        "timestamp": Stamp.of(None, "logs").sent,
        "message": "CWL CONTROL MESSAGE: Checking health of destination Lambda function.",
    }
    return _packed(_CONTROL, "CloudwatchLogs", "", "", [], [line])


def unwrap(payload: Any) -> list[Any]:
    """The events in the lines; none of a control message. Raises EnvelopeError, naming the place, for anything else."""
    [unpacked] = unwrapped("logs", parts(payload))
    if not _is_unpacked(unpacked):
        raise EnvelopeError("logs", "$.awslogs.data holds no messageType with logEvents")
    inner = (Part(f"$.awslogs.data{part.place[1:]}", part.held) for part in parts(unpacked))
    return unwrapped("logs", inner)


def parts(payload: Any) -> Iterator[Part]:
    """The packed data, or the lines in it once it is unpacked."""
    if not _is_unpacked(payload):
        yield Part("$.awslogs.data", at(payload, "awslogs", "data"), Coding.GZIP)
    elif payload["messageType"] == _DATA:
        for index, line in enumerate(listed("logs", payload, "logEvents")):
            yield Part(f"$.logEvents[{index}].message", at(line, "message"))


def recognises(payload: Any) -> bool:
    """Whether a payload holds lines of a log group, packed or not."""
    return at(payload, "awslogs") is not None or _is_unpacked(payload)


def _is_unpacked(payload: Any) -> bool:
    return at(payload, "messageType") in (_DATA, _CONTROL) and isinstance(
        at(payload, "logEvents"), list
    )


def _packed(
    sort: str, owner: str, group: str, stream: str, filters: list[str], lines: list[dict[str, Any]]
) -> Any:
    told = {
        "messageType": sort,
        "owner": owner,
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": filters,
        "logEvents": lines,
    }
    return {"awslogs": {"data": base64.b64encode(gzipped(data(text(told)))).decode()}}
