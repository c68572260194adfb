"""Advice on missing environment variables: where each is read, and options to paste.

It words the message and keeps it short; which variables code needs is known elsewhere.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from ecr_contracts.discovery.source.variables.environment import Variable, value_of

__all__ = ["advice_for"]

_MAX_LINES = 9  # that the options and the places take together
_MIN_PLACES = 2  # lines that are left for the places
_WIDTH = 78


def advice_for(missing: Sequence[Variable]) -> str:
    """What to do about missing variables, in a dozen lines at the most."""
    options = [f"--env {each.name}={shlex.quote(value_of(each))}" for each in missing]
    option_lines = _packed(options, " ", " \\")
    if not 0 < len(option_lines) <= _MAX_LINES - _MIN_PLACES:
        return "\n  ".join(
            [
                "read by its code and not set:",
                *_places(missing, _MAX_LINES - 1),
                "give them in a file of NAME=value lines: --env-file FILE",
                "or have them made up: --env-auto",
            ]
        )
    return "\n  ".join(
        [
            "read by its code and not set:",
            *_places(missing, _MAX_LINES - len(option_lines)),
            "give them values that suit it:",
            *option_lines,
            "or let such values be made up: --env-auto",
        ]
    )


def _places(missing: Sequence[Variable], max_lines: int) -> list[str]:
    """The variables with their places in a few lines; the last says how many are left out."""
    lines = _packed([f"{each.name} ({each.location})" for each in missing], ", ", ",")
    if len(lines) > max_lines:
        shown = sum(line.count(" (") for line in lines[: max_lines - 1])
        lines[max_lines - 1 :] = [f"  and {len(missing) - shown} more"]
    return lines


def _packed(parts: Sequence[str], joint: str, end: str) -> list[str]:
    """Parts in lines that are not too wide; each line but the last has an end."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{joint}{part}" if lines else ""
        if longer and len(longer) + 4 + len(end) <= _WIDTH:
            lines[-1] = longer
        else:
            lines.append(part)
    ended = [f"  {line}{end}" for line in lines[:-1]]
    return ended + [f"  {line}" for line in lines[-1:]]
