"""Envelopes of nothing but events: as Lambda gets one, its detail, replayed, several in a list.

Sources: EventBridge user guide. Targets: without an input transformer the whole event is the
payload. "Sending and receiving events between event buses": the same event; `account` stays that
of its origin. "Archives and replays": `replay-name` is added; an emulator that is held against AWS
puts it between `region` and `resources`. Custom event buses of the second version (September
2026): a JSON array unless MaxBatchSize is 1; `version` and `id` may be missing there; events are
carried as they are. "Input transformation": with the InputPath `$.detail` the detail alone is the
payload.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.eventbridge.envelopes.codec import Coding, Layer, Part
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names

_HYPHENATED, _COMPOUND = 2, 6  # so many keys of a detail are no coincidence
_REPLAY_KEY = "replay-name"
_REPLAY_NAME = "ecr-events-again"


def wrap_bare(events: Sequence[Any]) -> Any:
    """The event itself."""
    [event] = events
    return event


def wrap_replayed(events: Sequence[Any]) -> Any:
    """The event with the name of the replay in it. Raises EnvelopeError for what is no object."""
    [event] = events
    if not isinstance(event, Mapping):
        raise EnvelopeError("archive-replay", _no_object(event))
    replayed: dict[str, Any] = {}
    for key, value in event.items():
        if key == "resources" and _REPLAY_KEY not in event:
            replayed[_REPLAY_KEY] = _REPLAY_NAME
        replayed[key] = value
    return {**replayed, _REPLAY_KEY: replayed.get(_REPLAY_KEY, _REPLAY_NAME)}


def wrap_detail(events: Sequence[Any]) -> Any:
    """The detail of the event. Raises EnvelopeError for what has none."""
    [event] = events
    if not isinstance(event, Mapping) or "detail" not in event:
        raise EnvelopeError("detail", "there is no key `detail`")
    return event["detail"]


def wrap_list(events: Sequence[Any]) -> Any:
    """The events in a list."""
    return list(events)


def _bare_parts(payload: Any) -> Iterator[Part]:
    if not isinstance(payload, Mapping):
        raise ValueError(_no_object(payload))
    yield Part("$", payload, Coding.NONE)


def _replayed_parts(payload: Any) -> Iterator[Part]:
    """The event, still with the name of its replay."""
    if not isinstance(payload, Mapping) or _REPLAY_KEY not in payload:
        raise ValueError(f"there is no key `{_REPLAY_KEY}`")
    yield Part("$", payload, Coding.NONE)


def _list_parts(payload: Any) -> Iterator[Part]:
    if not _is_list(payload):
        raise ValueError(f"a batch is a list, not {type(payload).__name__}")
    for index, event in enumerate(payload):
        yield Part(f"$[{index}]", event, Coding.NONE)


def _is_list(payload: Any) -> bool:
    return isinstance(payload, list)


def _detail_parts(_: Any) -> Iterator[Part]:
    """No part: what was around the detail is lost."""
    raise ValueError("it goes one way only: of the event nothing is left but its detail")


def _is_detail(payload: Any) -> bool:
    """Whether an object has enough keys that only details of events of some kind have."""
    if not isinstance(payload, Mapping):
        return False
    known = _detail_keys().intersection(payload)
    hyphenated = [key for key in known if "-" in key]
    return len(hyphenated) >= _HYPHENATED or len(known) >= _COMPOUND


@cache
def _detail_keys() -> frozenset[str]:
    """The keys of details of all kinds that are made of several words."""
    keys: set[str] = set()
    for kind in kind_names():
        keys.update(reader.contract(kind).known_keys.get("$.detail", ()))
    return frozenset(key for key in keys if "-" in key or not key.islower())


def _no_object(value: Any) -> str:
    return f"an event is an object, not {type(value).__name__}"


BARE = Layer(_bare_parts)
"""The event itself."""

REPLAYED = Layer(_replayed_parts)
"""The event with the name of its replay."""

DETAIL = Layer(_detail_parts, _is_detail)
"""The detail of an event; there is no way back."""

LIST = Layer(_list_parts, _is_list)
"""The elements of a list."""
