"""A value that nobody here knows, such as what a Lambda function answers.

Whatever is made of it is not known either. It is text, so that it can stand wherever JSON can,
with a character in it that no event has.
"""

from __future__ import annotations

from typing import Any

__all__ = ["UNKNOWN", "is_known", "is_unknown", "legible"]

_MARK = "\ue000"  # of the private use area
UNKNOWN = f"{_MARK}unknown{_MARK}"


def is_unknown(value: Any) -> bool:
    """Whether a value is not known, or a text that was made of one that is not."""
    return isinstance(value, str) and _MARK in value


def legible(value: Any) -> Any:
    """A value as it can be shown: what is not known says so."""
    if isinstance(value, dict):
        return {key: legible(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [legible(inner) for inner in value]
    if isinstance(value, str):
        return value.replace(_MARK, "")
    return value


def is_known(value: Any) -> bool:
    """Whether all of a value is known."""
    if isinstance(value, dict):
        return all(is_known(inner) for inner in value.values())
    if isinstance(value, list):
        return all(is_known(inner) for inner in value)
    return not is_unknown(value)
