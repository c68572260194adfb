"""JSON as text: compact as AWS sends it, on one line for people, or indented for files.

All three keep keys in their order and the letters of every script as they are, so that a lone
surrogate stays one (see `text.encodable`).
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["compact", "indented", "one_line"]


def compact(value: Any) -> str:
    """The value without any space between its parts, as EventBridge writes events."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def one_line(value: Any) -> str:
    """The value on one line, with spaces after commas and colons: what a message shows."""
    return json.dumps(value, ensure_ascii=False)


def indented(value: Any) -> str:
    """The value over many lines, two spaces a level: what a file or a terminal shows."""
    return json.dumps(value, indent=2, ensure_ascii=False)
