"""Frames: texts of which one part is a value of its own, and the rest is taken from the event.

    arn:{$.region|choice}:ecr:{$.region}:{$.account}:repository/{}

The braces without a name stand for the part, the others for the value at a path, or for the label
of its choice. So the whole text follows from several values, each of which varies for itself.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ecr_contracts.events.model import TEMPLATE_FIELD

__all__ = ["PART", "part_of"]

PART = "{}"
"""What stands for the part in a frame."""


def part_of(frame: str, text: str) -> str | None:
    """The part of a text that fits a frame; None where the text does not fit.

    Of the values of other paths is only known that there are some characters. Where the text can be
    divided in several ways, they are taken to be as short as can be.
    """
    match = _expression(frame).fullmatch(text)
    return None if match is None else match[1]


@lru_cache(64)
def _expression(frame: str) -> re.Pattern[str]:
    before, _, after = frame.partition(PART)
    return re.compile(f"{_escaped(before)}(.*){_escaped(after)}", re.DOTALL)


def _escaped(template: str) -> str:
    """A template as a regular expression in which any characters stand for its fields."""
    pieces: list[str] = []
    end = 0
    for field in TEMPLATE_FIELD.finditer(template):
        pieces += [re.escape(template[end : field.start()]), ".+?"]
        end = field.end()
    return "".join(pieces) + re.escape(template[end:])
