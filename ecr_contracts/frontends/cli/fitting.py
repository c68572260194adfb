"""How lines fit a terminal.

This writes nothing, and so stands apart from `output`: an error in there is one of the output.
"""

from __future__ import annotations

from typing import TextIO

from ecr_contracts.core import foreign_text
from ecr_contracts.core.wrapping import wrapped
from ecr_contracts.reporting.terminal import columns

__all__ = ["fitting"]


def fitting(text: str, stream: TextIO) -> str:
    """Lines as they are written to a stream: broken where that says how wide it is."""
    width = None if stream.closed else columns(stream)
    # A line that begins at a break may not be a command either.
    return text if width is None else foreign_text.lines(wrapped(text, width))
