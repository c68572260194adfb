"""What pydantic says of a value that it refuses, in one line: each field once, with what it lacks.

Its own text has three lines for each error, one for each member of a union that a value was tried
as, and shows the values.
"""

from __future__ import annotations

import re

__all__ = ["by_field"]

_HEAD = re.compile(r"\d+ validation errors? for .+")
_ERROR = re.compile(r"  (\S.*?)(?: \[type=\w+, input_value=.*)?")
_FURTHER = "    For further information visit "
_MOST_FIELDS = 4


def by_field(text: str) -> str:
    r"""The text of a `ValidationError` of pydantic by its fields; any other text as it is.

    >>> by_field("1 validation error for E\nid\n  Field required [type=missing, input_value={}]")
    'id: Field required'
    """
    first, *lines = str.split(text, "\n")
    if _HEAD.fullmatch(first) is None:
        return text
    problems: dict[str, dict[str, None]] = {}
    field = ""
    for line in lines:
        if line.startswith(_FURTHER):
            continue
        error = _ERROR.fullmatch(line)
        if error is None:
            field = line
        else:
            problems.setdefault(field, {})[error[1]] = None
    if not problems:
        return text
    told: list[str] = []
    for name, messages in list(problems.items())[:_MOST_FIELDS]:
        told.append(f"{name}: {', or '.join(messages)}" if name else ", or ".join(messages))
    left = len(problems) - len(told)
    if left:
        told.append(f"and {left} more {'field' if left == 1 else 'fields'}")
    return "; ".join(told)
