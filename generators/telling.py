"""The part of the generated modules that is written by hand: by what an event's class is told.

Its source is copied in front of the generated classes, so it may import nothing but the standard
library. The table `_MARKS` is written in place of the last line (see `marks`).
"""

from collections.abc import Mapping
from typing import Any

_Steps = tuple[str | int, ...]
_Marks = tuple[tuple[tuple[_Steps, str], ...], tuple[tuple[_Steps, ...], ...]]


_NO_KIND = (
    "source, detail-type and what tells kinds apart in detail "
    "(action-type, target-storage-class, …) are those of no kind of ECR event"
)


def _class_name(event: Any) -> str | None:
    """The name of the class that an event is of, None for no kind of event."""
    if not isinstance(event, Mapping):
        name = type(event).__name__
        return name if name in _MARKS else None
    for name, (constants, groups) in _MARKS.items():
        if any(_at(event, steps) != value for steps, value in constants):
            continue
        if all(any(_at(event, steps) is not None for steps in group) for group in groups):
            return name
    return None


def _at(event: Any, steps: _Steps) -> Any:
    """What an event has at a place, None where that is missing."""
    value = event
    for step in steps:
        if isinstance(step, str) and isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        else:
            return None
    return value


_MARKS: dict[str, _Marks] = {}
