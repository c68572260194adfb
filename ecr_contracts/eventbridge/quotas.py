"""Quotas: how large an event is, as EventBridge counts it, and how large it may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.findings import Severity, Violation
from ecr_contracts.eventbridge.envelopes.codec import encoded

__all__ = ["LARGEST", "NEAR", "OLD", "oversize", "size"]

LARGEST = 1024 * 1024
"""Bytes that an entry may have since 29 January 2026."""

OLD = 256 * 1024
"""Bytes that it might have before; some pages of AWS still say so, those of China among them."""

NEAR = OLD * 9 // 10
"""From here on an event is so near the old limit that a tag or a finding more may take it there."""

_TIME = 14  # bytes that are counted for a time


def size(event: Mapping[str, Any]) -> int:
    """The bytes of an event: of source, detail type, detail and resources, and 14 for its time.

    Source: EventBridge user guide, "Calculating PutEvents event entry size".
    """
    counted = [event.get(key, "") for key in ("source", "detail-type", "detail")]
    resources = event.get("resources")
    if isinstance(resources, list):
        counted += resources
    total = _TIME if "time" in event else 0
    for value in counted:
        text = value if isinstance(value, str) else json_text.compact(value)
        total += len(encoded(text))
    return total


def oversize(event: Any) -> Violation | None:
    """What is wrong with the size of an event: an error above the limit, a warning near the old."""
    if not isinstance(event, Mapping):
        return None
    counted = size(event)
    value = f"{counted:,} bytes"
    if counted > LARGEST:
        limit = f"at most {LARGEST:,} bytes"
        return Violation("$", value, limit, "EventBridge refuses it", keyword="size")
    if counted >= NEAR:
        limit = f"less than {OLD:,} bytes"
        hint = "it fits since January 2026; some regions and targets may still refuse it"
        return Violation("$", value, limit, hint, Severity.WARNING, keyword="size")
    return None
