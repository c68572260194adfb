"""A value as it stands in a sentence."""

from __future__ import annotations

from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.foreign_text import in_json, one_line
from ecr_contracts.core.text import shown

__all__ = ["quoted"]

_LONGEST_VALUE = 60  # characters
_LONGEST_END = 9  # characters of a long value's end that are kept


def quoted(value: Any, limit: int = _LONGEST_VALUE) -> str:
    """A value as JSON, its middle left out where it is longer than `limit` characters.

    What JSON does not have (a `datetime`, a set) is shown as Python writes it.
    """
    try:
        text = in_json(json_text.one_line(value))
    except (TypeError, ValueError, RecursionError):
        text = one_line(shown(value))
    if len(text) <= limit:
        return text
    return f"{text[: limit - _LONGEST_END - 1]}…{text[-_LONGEST_END:]}"
