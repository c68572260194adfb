"""An event that is replayed from an archive, as a Lambda function gets it.

Source: EventBridge user guide, "Archives and replays": `replay-name` is added; an emulator that is
held against AWS puts it between `region` and `resources`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.eventbridge.envelopes.codec import one

_KEY = "replay-name"
_REPLAY = "ecr-events-again"


def wrap(events: Sequence[Any]) -> Any:
    """The one event with the name of the replay in it. Raises EnvelopeError for none or several, or for no object."""
    event = one("archive-replay", events)
    if not isinstance(event, Mapping):
        raise EnvelopeError("archive-replay", f"an event is an object, not {type(event).__name__}")
    replayed: dict[str, Any] = {}
    for key, value in event.items():
        if key == "resources" and _KEY not in event:
            replayed[_KEY] = _REPLAY
        replayed[key] = value
    return {**replayed, _KEY: replayed.get(_KEY, _REPLAY)}


def unwrap(payload: Any) -> list[Any]:
    """The event, in a list, still with the name of its replay. Raises EnvelopeError if it has none."""
    if not isinstance(payload, Mapping) or _KEY not in payload:
        raise EnvelopeError("archive-replay", f"there is no key `{_KEY}`")
    return [payload]
