"""Paths as `InputPath` and `InputPathsMap` write them: `$.detail.image-tags[0]`, with wildcards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ecr_contracts.core.errors import ShapingError
from ecr_contracts.core.findings import MISSING

LONGEST_PATH = 256
"""Characters that a path may have."""

Steps = tuple[str | int, ...]
"""Keys and indices; `*` is a wildcard."""

_STEP = re.compile(r"\.(?P<key>[A-Za-z0-9_/-]+|\*)|\[(?P<index>[0-9]+|\*)\]")
_SHOWN = 39  # characters of a path that is too long


def steps_of(path: str, place: str) -> Steps:
    """The steps of a path that stands at a place of a target.

    Raises ShapingError for what EventBridge does not read.
    """
    if not isinstance(path, str) or not path.startswith("$"):
        advice = "write $ and dots, as in $.detail.image-tag"
        raise ShapingError(place, path, "it is no path", advice)
    if len(path) > LONGEST_PATH:
        problem = f"it has {len(path)} characters"
        raise ShapingError(place, f"{path[:_SHOWN]}…", problem, f"AWS admits {LONGEST_PATH}")
    steps: list[str | int] = []
    position = 1
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            problem = f"EventBridge does not read {path[position:]!r} in a path"
            advice = "write dots and indices, as in $.detail.image-tags[0]"
            raise ShapingError(place, path, problem, advice)
        if step["index"] and step["index"] != "*":
            steps.append(int(step["index"]))
        else:
            steps.append(step["key"] or "*")
        position = step.end()
    return tuple(steps)


def value_at(event: Any, steps: Steps) -> Any:
    """What stands at a path of an event; `MISSING` where nothing does.

    Of a path with wildcards it is the list of all that stands there, in order.
    """
    values = [event]
    for step in steps:
        values = [child for value in values for child in _children(value, step)]
    if not values:
        return MISSING
    return values if "*" in steps else values[0]


def _children(value: Any, step: str | int) -> Iterator[Any]:
    if isinstance(value, Mapping):
        if step == "*":
            yield from value.values()
        elif step in value:
            yield value[step]
    elif isinstance(value, list):
        if step == "*":
            yield from value
        elif isinstance(step, int) and step < len(value):
            yield value[step]
