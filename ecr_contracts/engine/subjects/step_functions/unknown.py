"""A value that nobody here knows: what a Lambda function answers. Whatever is made of it is not known either.

It is text, so that it can stand wherever JSON can, with a character in it that no event has.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "CONTEXT",
    "DISTRIBUTED",
    "GUESSED",
    "JSONATA",
    "UNDECIDED",
    "UNKNOWN",
    "is_known",
    "is_unknown",
    "legible",
]

_MARK = "\ue000"  # of the private use area
UNKNOWN = f"{_MARK}unknown{_MARK}"


UNDECIDED = "what it decides on is an answer that nobody told"
GUESSED = "it fails by an answer that nobody told"
CONTEXT = "what it decides on is of the execution itself, its start for one, and made up here"
JSONATA = "it is written in JSONata, which moto does not run"
DISTRIBUTED = "its items are read from elsewhere, come in batches, or may fail"
"""Why an execution is not followed any further."""


def is_unknown(value: Any) -> bool:
    """Whether a value is not known, or a text that was made of one that is not."""
    return isinstance(value, str) and _MARK in value


def legible(value: Any) -> Any:
    """A value as it can be shown: what is not known says so."""
    if isinstance(value, dict):
        return {key: legible(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [legible(inner) for inner in value]
    return value.replace(_MARK, "") if isinstance(value, str) else value


def is_known(value: Any) -> bool:
    """Whether all of a value is known."""
    if isinstance(value, dict):
        return all(is_known(inner) for inner in value.values())
    if isinstance(value, list):
        return all(is_known(inner) for inner in value)
    return not is_unknown(value)
