"""Unwraps payloads: recognises envelopes, within one another too, and finds the events in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import PayloadError
from ecr_contracts.core.findings import MISSING
from ecr_contracts.eventbridge.envelopes.codec import LIMIT, Coding, Layer, Part, decoded
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES, Envelope

DEEPEST = 6
"""So many envelopes may stand within one another; three are known to do so."""

_EVENT_KEYS = frozenset(
    {
        "version",
        "id",
        "detail-type",
        "source",
        "account",
        "time",
        "region",
        "replay-name",
        "resources",
        "detail",
    }
)
_UNKNOWN = "is neither an EventBridge event nor in an envelope that is known"


@dataclass(frozen=True, slots=True)
class Held:
    """An event in a payload: its place there, and the place of the text that it is in (`outer`).

    `optional` are the keys that may be missing in it, by what it stands in.
    """

    place: str
    outer: str
    event: Any
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a payload that no event could be got out of: its place, as for `Held`, and why not.

    `by_nature`: nothing is wrong with it, but there is no way back. `content` is the value or
    the text that cannot be opened; MISSING where it is not to be looked into.
    """

    place: str
    outer: str
    problem: str
    by_nature: bool = False
    content: Any = MISSING


def unwrap(payload: Any, *, limit: int = LIMIT) -> list[Any]:
    """The events in a payload, whatever it is wrapped in, and however often.

    A text is taken for JSON. A payload that holds no event, such as a control message of CloudWatch
    Logs, gives an empty list. Gzip may unpack to `limit` bytes. Raises PayloadError, a ValueError
    that names the place, for what is no event and in no known envelope, or cannot be read; its
    `events` are those that could.
    """
    events, problems = [], []
    for item in opened(payload, limit=limit):
        if isinstance(item, Held):
            events.append(item.event)
        else:
            problems.append((item.place, item.problem))
    if problems:
        raise PayloadError(problems, events)
    return events


def opened(payload: Any, *, limit: int = LIMIT) -> Iterator[Held | Unread]:
    """The events in a payload in their order, and what could not be read between them."""
    if isinstance(payload, str):
        return _opened_part(Part("$", payload), "$", limit, 0)
    return _opened_value(payload, "$", "", limit, 0)


def contents(value: Any, *, limit: int = LIMIT) -> Iterator[Held | Unread]:
    """The events in a value if it is a known envelope, else the value itself, taken for an event.

    An object that has no key of an event is in no known envelope.
    """
    is_foreign = isinstance(value, Mapping) and value and _EVENT_KEYS.isdisjoint(value)
    if is_foreign or is_wrapped(value):
        return opened(value, limit=limit)
    return iter([Held("$", "", value)])


def is_event(value: Any) -> bool:
    """Whether a value is meant to be an EventBridge event, valid or not."""
    if not isinstance(value, Mapping):
        return False
    return "detail-type" in value or {"source", "detail"} <= value.keys()


def is_wrapped(payload: Any) -> bool:
    """Whether a payload is a known envelope, readable or not; a list is none by itself."""
    if isinstance(payload, str):
        return payload.lstrip()[:1] in ("{", "[", '"')
    if not isinstance(payload, Mapping) or is_event(payload):
        return False
    return _recognised(payload) is not None


@cache
def _layers() -> tuple[tuple[Callable[[Any], bool], Envelope, Layer], ...]:
    """The layers that are recognised, each once, with an envelope that has it."""
    rows: dict[Layer, Envelope] = {}
    for row in ENVELOPES.values():
        for layer in row.layers:
            rows.setdefault(layer, row)
    return tuple(
        (layer.recognises, row, layer)
        for layer, row in rows.items()
        if layer.recognises is not None
    )


def _recognised(value: Any) -> tuple[Envelope, Layer] | None:
    """The layer that a value is, and an envelope that has it; None for what is unknown."""
    for recognises, row, layer in _layers():
        if recognises(value):
            return row, layer
    return None


def _opened_value(
    value: Any,
    place: str,
    outer: str,
    limit: int,
    depth: int,
    optional: frozenset[str] = frozenset(),
    level: int = 0,
) -> Iterator[Held | Unread]:
    if is_event(value):
        yield Held(place, outer, value, optional)
        return
    recognised = _recognised(value)
    if recognised is None:
        yield Unread(place, outer, _UNKNOWN, content=value)
        return
    if level == limits.UNWRAPPED_LEVELS:
        yield Unread(place, outer, _too_deep(limits.UNWRAPPED_LEVELS))
        return
    row, layer = recognised
    if row.one_way:
        problem = (
            f"looks like what --via {row.name} makes of an event: the rest of that is lost, and "
            "it is not judged"
        )
        yield Unread(place, outer, problem, by_nature=True)
        return
    for part in layer.parts(value):
        inner = part.within(place)
        if part.coding is Coding.NONE:
            yield from _opened_value(
                part.content, inner.place, outer, limit, depth, layer.optional, level + 1
            )
        else:
            yield from _opened_part(inner, outer or inner.place, limit, depth)


def _opened_part(part: Part, outer: str, limit: int, depth: int) -> Iterator[Held | Unread]:
    """What a part holds; a text within a text is one more envelope."""
    if depth == DEEPEST:
        yield Unread(part.place, outer, _too_deep(DEEPEST))
        return
    try:
        value = decoded(part, limit)
    except ValueError as problem:
        yield Unread(part.place, outer, str(problem), content=part.content)
        return
    if isinstance(value, str):
        yield from _opened_part(Part(part.place, value), outer, limit, depth + 1)
    else:
        yield from _opened_value(value, part.place, outer, limit, depth + 1)


def _too_deep(limit: int) -> str:
    return f"is wrapped more than {limit} times, and was not looked into"
