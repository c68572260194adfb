"""A value of an event, and the name of its field, as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.foreign_text import in_json

_LONGEST_VALUE = 60  # characters
_LONGEST_END = 9  # characters of a long value's end that are kept


def quoted(value: Any, limit: int = _LONGEST_VALUE) -> str:
    """A value as JSON, its middle left out where it is longer than `limit` characters."""
    if value is MISSING:
        return "nothing"
    text = in_json(json_text.one_line(value))
    if len(text) <= limit:
        return text
    return f"{text[: limit - _LONGEST_END - 1]}…{text[-_LONGEST_END:]}"


def field_name(steps: Sequence[str | int]) -> str:
    """The name of a field by its steps, with the numbers of list elements: `resources[0]`."""
    first = 0
    for number, step in enumerate(steps):
        if isinstance(step, str):
            first = number
    return json_path.show(steps[first:])[1:].removeprefix(".") if steps else "the event"
