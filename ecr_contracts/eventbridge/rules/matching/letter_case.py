"""Texts that differ in the case of their letters only, as EventBridge compares them.

Each character of the text in a pattern stands for its lower and for its upper case, one by one: `ß`
for itself and for `SS`, but `SS` not for `ß`; `k` not for the Kelvin sign. Characters beyond the
Basic Multilingual Plane have one case to EventBridge.
"""

from __future__ import annotations

import re
from functools import cached_property


class AnyCase:
    """A text in any letter case."""

    def __init__(self, text: str) -> None:
        self._text = text
        # What is in ASCII stands for ASCII only, character by character.
        self._lowered = text.lower() if text.isascii() else None

    def equals(self, value: str) -> bool:
        """Whether a value is the text."""
        if self._lowered is not None:
            return self._is_lowered(value)
        return self._forwards.fullmatch(value) is not None

    def begins(self, value: str) -> bool:
        """Whether a value begins with the text."""
        if self._lowered is not None:
            return self._is_lowered(value[: len(self._lowered)])
        return self._forwards.match(value) is not None

    def ends(self, value: str) -> bool:
        """Whether a value ends with the text."""
        if self._lowered is not None:
            return self._is_lowered(value[len(value) - len(self._lowered) :])
        # From its end the value is tried at one place only.
        return self._backwards.match(value[::-1]) is not None

    def _is_lowered(self, part: str) -> bool:
        return part.isascii() and part.lower() == self._lowered

    @cached_property
    def _forwards(self) -> re.Pattern[str]:
        return re.compile("".join(_either_case(cases) for cases in map(_cases, self._text)))

    @cached_property
    def _backwards(self) -> re.Pattern[str]:
        parts = []
        for character in reversed(self._text):
            parts.append(_either_case([case[::-1] for case in _cases(character)]))
        return re.compile("".join(parts))


def _cases(character: str) -> list[str]:
    """The texts that a character stands for."""
    if ord(character) > 0xFFFF:
        return [character]
    return sorted({character.lower(), character.upper()})


def _either_case(cases: list[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, cases))})"
