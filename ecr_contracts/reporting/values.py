"""A value of an event, and the name of its field, as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecr_contracts.core import json_path, quoting
from ecr_contracts.core.findings import MISSING

_LONGEST_VALUE = 60  # characters


def quoted(value: Any, limit: int = _LONGEST_VALUE) -> str:
    """A value as JSON, its middle left out where it is longer; "nothing" for a missing key."""
    return "nothing" if value is MISSING else quoting.quoted(value, limit)


def field_name(steps: Sequence[str | int]) -> str:
    """The name of a field by its steps, with the numbers of list elements: `resources[0]`."""
    first = 0
    for number, step in enumerate(steps):
        if isinstance(step, str):
            first = number
    return json_path.show(steps[first:])[1:].removeprefix(".") if steps else "the event"
