"""When two numbers of JSON are the same for EventBridge: by their value, or by their spelling.

EventBridge compares numbers as doubles, so that `1`, `1.0` and `1e0` are one. It does so only where
a double carries the number exactly: where the shortest decimal that reads as that double is the
number itself. Any other number (`9007199254740993`, `1e400`, thirty decimals) is text to it: equal
to the same spelling alone, and neither less nor greater than anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import isinf
from typing import Any

_SURELY_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class SpelledNumber:
    """A number that no double carries exactly, as it is spelled in JSON."""

    text: str

    def __str__(self) -> str:
        return self.text


Number = float | SpelledNumber
"""A number as EventBridge compares it."""


def from_text(text: str) -> Number:
    """The number of a JSON literal."""
    value = float(text)
    if isinf(value):
        return SpelledNumber(text)
    if value == 0:
        mantissa = text.lower().partition("e")[0]
        return SpelledNumber(text) if set(mantissa) - set("-0.") else 0.0
    if Decimal(text) != Decimal(repr(value)):
        return SpelledNumber(text)
    return value


def from_value(value: Any) -> Number | None:
    """The number of a value as `json.loads` gives it; None for what is no number (True is none)."""
    kind = value.__class__
    if kind is float:
        return SpelledNumber(repr(value)) if isinf(value) else value
    if kind is int:
        if -_SURELY_EXACT <= value <= _SURELY_EXACT:
            return float(value)
        return _large_integer(value)
    return value if kind is SpelledNumber else None


def spelling(value: Any) -> str:
    """How a number, as `json.loads` gives it, is spelled in JSON."""
    return repr(value) if isinstance(value, float) else str(value)


def _large_integer(value: int) -> Number:
    # Decimal spells integers of any length, where str has a limit.
    return from_text(f"{Decimal(value):f}")
