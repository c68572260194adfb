"""The parameters that EventBridge gives to an SSM document which it runs on instances: a rule with Run Command.

Source: EventBridge user guide, targets: Run Command gets nothing of the event but what a constant
or an input transformer says, as a map in which each value is a list of strings. Here one is assumed
that names the image.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.eventbridge.envelopes.codec import at, one
from ecr_contracts.eventbridge.envelopes.stamps import Stamp


def wrap(events: Sequence[Any]) -> Any:
    """The parameters of AWS-RunShellScript for one event. Raises EnvelopeError for none or several."""
    return {"commands": [f"docker pull {image(one('run-command', events))}"]}


def unwrap(payload: Any) -> list[Any]:
    """Nothing can be got back: raises EnvelopeError."""
    raise EnvelopeError(
        "run-command", "it goes one way only: of the event nothing is left but what was asked for"
    )


def recognises(payload: Any) -> bool:
    """Whether a payload is a map of parameters."""
    return (
        isinstance(payload, Mapping)
        and isinstance(payload.get("commands"), list)
        and all(
            isinstance(one, list) and all(isinstance(text, str) for text in one)
            for one in payload.values()
        )
    )


def image(event: Any) -> str:
    """The address of the image that an event is about, by its digest."""
    stamp = Stamp.of(event, "image")
    registry = f"{stamp.account}.dkr.ecr.{stamp.region}.{stamp.suffix}"
    return f"{registry}/{at(event, 'detail', 'repository-name') or ''}@{at(event, 'detail', 'image-digest') or ''}"
