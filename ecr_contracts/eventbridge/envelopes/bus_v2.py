"""Envelopes of event buses of version 2: an event with its metadata, alone, in a list, replayed.

Sources: EventBridge user guide, custom event buses (September 2026): a subscriber whose transformer
is WITH_METADATA hands over `Data`, `Metadata` and `SystemMetadata`, a list of these unless its
MaxBatchSize is 1. The keys of the system metadata are those that AWS's agent toolkit and Powertools
for TypeScript name: `aws:IngestionTime` is in milliseconds, `aws:SequenceNumber` a text, and a
replay is told by `aws:DeliveryType` alone. A transformer that is RAW hands over the event itself
(`lambda`) or a list of events (`lambda-batch`). `version` and `id` may be missing in the event (two
texts of AWS disagree); it is carried as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.eventbridge.envelopes.codec import Coding, Layer, Part, value_at
from ecr_contracts.eventbridge.envelopes.stamps import Stamp

CONTENT_TYPE = "application/eventbridge+json"
"""The value of `ContentType`."""

LIVE, REPLAY = "LIVE", "REPLAY"
"""The values of `aws:DeliveryType`."""

_FIRST_NUMBER = 50_000_000_000_000_000_000  # the sequence number of the first event (inferred)
_KEYS = frozenset({"Data", "SystemMetadata"})
_COPIED = {"aws:DetailType": "detail-type", "aws:Source": "source"}  # system metadata: event


def wrap(events: Sequence[Any]) -> Any:
    """One event with its metadata."""
    [event] = events
    return _delivery(event, 0, LIVE)


def wrap_list(events: Sequence[Any]) -> Any:
    """The events with their metadata in a list."""
    return [_delivery(event, index, LIVE) for index, event in enumerate(events)]


def wrap_replayed(events: Sequence[Any]) -> Any:
    """One event out of a replay, with its metadata."""
    [event] = events
    return _delivery(event, 0, REPLAY)


def wrap_replayed_list(events: Sequence[Any]) -> Any:
    """The events out of a replay in a list, with their metadata."""
    return [_delivery(event, index, REPLAY) for index, event in enumerate(events)]


def _delivery(event: Any, index: int, delivery_type: str) -> dict[str, Any]:
    return {
        "Data": event,
        "Metadata": {},
        "SystemMetadata": _system_metadata(event, index, delivery_type),
    }


def _system_metadata(event: Any, index: int, delivery_type: str) -> dict[str, Any]:
    """What the bus itself says of an event, as far as the event has it."""
    # A replay hands over the same event: its ids stay, for they are those of the event.
    stamp = Stamp.of(event, "bus-v2", index)
    event_id = value_at(event, "id")
    metadata: dict[str, Any] = {
        "ContentType": CONTENT_TYPE,
        "DeduplicationId": stamp.hex("deduplication"),
        "EventGroupId": stamp.uuid("group"),
        "aws:DeliveryType": delivery_type,
        "aws:EventId": event_id if isinstance(event_id, str) else stamp.uuid("event"),
        "aws:IngestionTime": stamp.sent,
        "aws:SequenceNumber": str(_FIRST_NUMBER + index),
    }
    for key, key_of_event in _COPIED.items():
        value = value_at(event, key_of_event)
        if isinstance(value, str):
            metadata[key] = value
    return dict(sorted(metadata.items()))


def _parts(payload: Any) -> Iterator[Part]:
    """The data."""
    if not _is_delivery(payload):
        raise ValueError("it has no Data with SystemMetadata")
    yield Part("$.Data", payload["Data"], Coding.NONE)


def _is_delivery(payload: Any) -> bool:
    return isinstance(payload, Mapping) and payload.keys() >= _KEYS


DELIVERY = Layer(_parts, _is_delivery, optional=frozenset({"version", "id"}))
"""An event with its metadata."""
