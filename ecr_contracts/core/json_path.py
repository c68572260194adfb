"""JSON paths as this project writes them (`$`, `.key`, `["odd key"]`, `[0]`), and what is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from ecr_contracts.core.findings import MISSING

Steps = tuple[str | int, ...]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_STEP = re.compile(r'\.([A-Za-z_][A-Za-z0-9_-]*)|\[([0-9]+)\]|\[("(?:[^"\\]|\\.)*")\]')


def show(steps: Iterable[str | int]) -> str:
    """The path as text: `show(["detail", "image-tags", 0])` is `$.detail.image-tags[0]`."""
    text = "$"
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            text += f".{step}"
        else:
            text += f"[{json.dumps(step)}]"
    return text


def parse(text: str) -> Steps:
    """The steps of a path; raises ValueError when the text is none. The reverse of `show`."""
    if not text.startswith("$"):
        raise ValueError(f"a path starts with '$', not {text!r}")
    steps: list[str | int] = []
    position = 1
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            raise ValueError(
                f"{text!r} is no path: {text[position:]!r} is neither '.key' nor '[0]'"
            )
        plain, index, quoted = match.groups()
        if plain is not None:
            steps.append(plain)
        elif index is not None:
            steps.append(int(index))
        else:
            steps.append(json.loads(quoted))
        position = match.end()
    return tuple(steps)


def texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value, but for keys."""
    match value:
        case dict():
            for inner in value.values():
                yield from texts(inner)
        case list():
            for inner in value:
                yield from texts(inner)
        case str():
            yield value


def at(value: Any, steps: Iterable[str | int]) -> Any:
    """What stands at a path of a JSON value; `MISSING` where the path leads nowhere."""
    for step in steps:
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return MISSING
            value = value[step]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return MISSING
    return value


def put(container: Any, steps: Sequence[str | int], value: Any) -> None:
    """Puts a value at a path of a JSON object, making the containers on the way.

    `MISSING` takes the key or the element away.
    """
    if value is MISSING and at(container, steps) is MISSING:
        return  # nothing to take away, and nothing to make on the way there
    for step, following in pairwise(steps):
        if isinstance(step, int):
            container = container[step]
        else:
            container = container.setdefault(step, [] if isinstance(following, int) else {})
    last = steps[-1]
    if isinstance(last, int):
        container[last : last + 1] = [] if value is MISSING else [value]
    elif value is MISSING:
        container.pop(last, None)
    else:
        container[last] = value


def differences(one: Any, other: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any, Any]]:
    """The places at which two JSON values differ, with what stands there in each.

    `MISSING` stands for an absent key. Arrays are compared as wholes.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            yield from differences(one.get(key, MISSING), other.get(key, MISSING), (*steps, key))
    elif one is MISSING or other is MISSING or json.dumps(one) != json.dumps(other):
        yield steps, one, other


def is_deeper(value: Any, depth: int) -> bool:
    """Whether a value is nested more than so many levels deep."""
    if not isinstance(value, (dict, list)):
        return False
    children = value.values() if isinstance(value, dict) else value
    return depth == 0 or any(is_deeper(child, depth - 1) for child in children)


def has_more_values(value: Any, most: int) -> bool:
    """Whether there are more values in a value than so many, itself counted."""
    count, pending = 0, [value]
    while pending and count <= most:
        count += 1
        inner = pending.pop()
        if isinstance(inner, dict):
            pending.extend(inner.values())
        elif isinstance(inner, list):
            pending.extend(inner)
    return count > most
