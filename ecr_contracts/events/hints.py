"""How to put a violation right: keys and values that look like known ones, and types mixed up."""

from __future__ import annotations

from collections.abc import Container, Iterable
from difflib import get_close_matches
from typing import Any

__all__ = ["ALWAYS_THERE", "intended_key", "missing_key_hint", "near_value_hint", "type_hint"]

ALWAYS_THERE = "this key is always there"
"""The hint for a missing key where nothing looks like it."""


def missing_key_hint(key: str, present: Iterable[str], known: Container[str]) -> str:
    """The hint for a missing key: a key that stands there and looks like it."""
    for candidate in present:
        if candidate not in known and intended_key(candidate, (key,), ()):
            return f"rename `{candidate}`: did you mean `{key}`?"
    return ALWAYS_THERE


def intended_key(
    key: str, known: Iterable[str], present: Container[str], *, is_partial: bool = False
) -> str | None:
    """The known key that an unknown one was probably meant to be, unless it is there as well.

    Where the known keys are only some of those that there are (`is_partial`), a key that differs
    from one in more than what separates its words may be another.
    """
    names = {_squeezed(name): name for name in known if name not in present}
    exact = names.get(_squeezed(key))
    if exact is not None or is_partial:
        return exact
    near = get_close_matches(_squeezed(key), names, n=1, cutoff=0.86)
    return names[near[0]] if near else None


def near_value_hint(value: Any, known: Iterable[Any]) -> str:
    """The known text that a value looks like, as a question; empty for none."""
    if not isinstance(value, str):
        return ""
    words = {word.lower(): word for word in known if isinstance(word, str)}
    near = get_close_matches(value.strip().lower(), words, n=1, cutoff=0.75)
    return f"did you mean {words[near[0]]!r}?" if near else ""


def type_hint(value: Any, json_type: str, *, is_optional: bool, is_detail: bool) -> str:
    """How a value of another type is to be written, where that can be guessed."""
    match value:
        case None:
            sentence = "AWS sends no null here"
            return f"leave the key out: {sentence}" if is_optional else sentence
        case bool():
            return ""
        case int() if json_type == "string":
            return f'write "{value}", in quotes'
        case str() if json_type == "integer" and value.isascii() and value.isdigit():
            return f"write {int(value)}, without quotes" if len(value) < 20 else ""
        case str() if json_type == "array":
            return "write a list, also for one"
        case str() if json_type == "object" and is_detail:
            return "the detail is an object, not JSON in a string"
    return ""


def _squeezed(key: str) -> str:
    """A key without what separates its words, for `imageTags`, `image_tags` and `image-tags`."""
    return key.replace("-", "").replace("_", "").replace(" ", "").lower()
