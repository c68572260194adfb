"""What a path of a state machine leads to, as Step Functions reads it.

A step into what is not known leads to what is not known.

Source: Step Functions developer guide, Reference Paths and Paths. A path to one place (names and
indices alone) leads to its value, or nowhere. One to several places (wildcards, slices, filters)
leads to a list, be it empty; that an empty list stands for a missing one too is inferred.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ecr_contracts.core.findings import MISSING
from ecr_contracts.engine.subjects.step_functions.unknown import UNKNOWN, is_unknown

__all__ = ["at", "steps_to_one"]

_STEP = re.compile(r"""\.([^\s.\[\]()*?@,:'"]+)|\['([^'\\]*)'\]|\["([^"\\]*)"\]|\[(-?\d+)\]""")


@lru_cache(1024)
def steps_to_one(path: str) -> tuple[str | int, ...] | None:
    """The names and indices of a path to one place, None for a path to several."""
    steps: list[str | int] = []
    position = 1
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            return None
        if step[4]:
            steps.append(int(step[4]))
        else:
            steps.append(step[1] or step[2] or step[3] or "")
        position = step.end()
    return tuple(steps)


def at(value: Any, path: str) -> Any:
    """What a path leads to, MISSING for nothing."""
    single = steps_to_one(path)
    if single is None:
        return _values(path, value)
    for step in single:
        if is_unknown(value):
            return UNKNOWN
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return MISSING
        elif not isinstance(value, list) or not -len(value) <= step < len(value):
            return MISSING
        value = value[step]
    return value


def _values(path: str, value: Any) -> list[Any]:
    return [match.value for match in _compiled(path).find(value)]


@lru_cache(256)
def _compiled(path: str) -> Any:
    from jsonpath_ng.ext import parse  # late: slow to import, and few paths need it

    return parse(path)
