"""How large an event is, as EventBridge counts it, and how large it may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.findings import Severity, Violation

__all__ = ["LARGEST", "NEAR", "OLD", "oversize", "size"]

LARGEST = 1024 * 1024
"""Bytes that an entry may have since 29 January 2026."""

OLD = 256 * 1024
"""Bytes that it might have before; some pages of AWS still say so, those of China among them."""

NEAR = OLD * 9 // 10
"""From here on an event is so near the old limit that a tag or a finding more may take it there."""

_TIME = 14  # bytes that are counted for a time


def size(event: Mapping[str, Any]) -> int:
    """The bytes of an event: 14 for its time, and those of its source, detail type, detail and resources in UTF-8.

    Source: EventBridge user guide, "Calculating PutEvents event entry size".
    """
    resources = event.get("resources")
    parts = [event.get("source", ""), event.get("detail-type", ""), event.get("detail", "")]
    parts += resources if isinstance(resources, list) else []
    return (_TIME if "time" in event else 0) + sum(map(_bytes, parts))


def oversize(event: Any) -> Violation | None:
    """What is to be said of the size of an event: an error above the limit, a warning near the old one, or nothing."""
    if not isinstance(event, Mapping):
        return None
    counted = size(event)
    if counted > LARGEST:
        hint = "EventBridge refuses it"
        return Violation(
            "$", f"{counted:,} bytes", f"at most {LARGEST:,} bytes", hint, keyword="size"
        )
    if counted >= NEAR:
        hint = "it fits since January 2026; some regions and targets may still refuse it"
        return Violation(
            "$",
            f"{counted:,} bytes",
            f"less than {OLD:,} bytes",
            hint,
            Severity.WARNING,
            keyword="size",
        )
    return None


def _bytes(value: Any) -> int:
    text = value if isinstance(value, str) else json_text.compact(value)
    return len(text.encode("utf-8", "surrogatepass"))
