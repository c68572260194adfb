"""The overrides that EventBridge gives to an ECS task which it starts.

Source: EventBridge user guide, targets: an ECS task gets nothing of the event but what a constant
or an input transformer says, as overrides of its containers. Here one is assumed that sets
variables to what names the image.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.eventbridge.envelopes.codec import at, one

_VARIABLES = {
    "EVENT_ID": ("id",),
    "ACTION_TYPE": ("detail", "action-type"),
    "REPOSITORY_NAME": ("detail", "repository-name"),
    "IMAGE_DIGEST": ("detail", "image-digest"),
    "IMAGE_TAG": ("detail", "image-tag"),
}


def wrap(events: Sequence[Any]) -> Any:
    """The overrides for one event; a path that leads nowhere gives an empty text. Raises EnvelopeError otherwise."""
    event = one("ecs-task", events)
    said = {name: at(event, *steps) for name, steps in _VARIABLES.items()}
    variables = [
        {"name": name, "value": value if isinstance(value, str) else ""}
        for name, value in said.items()
    ]
    return {"containerOverrides": [{"name": "ecr-events", "environment": variables}]}


def unwrap(payload: Any) -> list[Any]:
    """Nothing can be got back: raises EnvelopeError."""
    raise EnvelopeError(
        "ecs-task", "it goes one way only: of the event nothing is left but what was asked for"
    )


def recognises(payload: Any) -> bool:
    """Whether a payload is a map of overrides."""
    return isinstance(payload, Mapping) and isinstance(payload.get("containerOverrides"), list)
