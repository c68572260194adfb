"""Lines of a CloudWatch Logs group that is a rule's target, as they are stored: what GetLogEvents gives.

Source: CloudWatch Logs API reference, GetLogEvents; a line is the event's JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.eventbridge.envelopes.codec import Part, at, listed, some, unwrapped
from ecr_contracts.eventbridge.envelopes.stamps import Stamp, text

_INGESTED_MS = 40  # after it was sent


def wrap(events: Sequence[Any]) -> Any:
    """The response with one line an event. Raises EnvelopeError for no event."""
    return {
        "events": [_line(event, index) for index, event in enumerate(some("log-group", events))]
    }


def unwrap(payload: Any) -> list[Any]:
    """The events in the lines. Raises EnvelopeError, naming the place, for anything else."""
    return unwrapped("log-group", parts(payload))


def parts(payload: Any) -> Iterator[Part]:
    """The messages of the lines of a response, or that of a single line."""
    if _is_line(payload):
        yield Part("$.message", payload["message"])
        return
    for index, line in enumerate(listed("log-group", payload, "events")):
        yield Part(f"$.events[{index}].message", at(line, "message"))


def recognises(payload: Any) -> bool:
    """Whether a payload is such a response, or one line out of it."""
    lines = at(payload, "events")
    return _is_line(payload) or (isinstance(lines, list) and all(map(_is_line, lines)))


def _is_line(value: Any) -> bool:
    return isinstance(value, Mapping) and {"timestamp", "message"} <= value.keys()


def _line(event: Any, index: int) -> dict[str, Any]:
    stamp = Stamp.of(event, "log-group", index)
    return {
        "timestamp": stamp.sent,
        "message": text(event),
        "ingestionTime": stamp.sent + _INGESTED_MS,
    }
