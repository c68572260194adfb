"""Texts that the functions of a template make: a few lines of it may make any number of bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ecr_contracts.core import limits

__all__ = ["DYNAMIC", "VARIABLE", "TextBudget"]

VARIABLE = re.compile(r"\$\{(!?)([^}]{1,1000})\}")
"""A variable of `Fn::Sub`; without a bound on its name a text of many `${` takes for ever."""

DYNAMIC = re.compile(r"\{\{resolve:[^}]{0,1000}\}\}")
"""A dynamic reference."""


class TextBudget:
    """How many characters the functions of one template may still make."""

    def __init__(self) -> None:
        self._left = limits.MADE_CHARACTERS

    def joined(self, separator: str, parts: Iterable[str]) -> str | None:
        """The parts with a separator between them; None where that is too much."""
        texts: list[str] = []
        for part in parts:
            texts.append(part)
            if not self._takes(len(part) + len(separator)):
                return None
        return separator.join(texts)

    def substituted(self, value: Callable[[re.Match[str]], str], text: str) -> str | None:
        """A text with values in place of its variables; None where that is too much."""
        texts: list[str] = []
        end = 0
        for match in VARIABLE.finditer(text):
            texts += (text[end : match.start()], value(match))
            end = match.end()
            if not self._takes(len(texts[-1]) + len(texts[-2])):
                return None
        return "".join((*texts, text[end:]))

    def _takes(self, count: int) -> bool:
        self._left -= count
        return self._left >= 0
