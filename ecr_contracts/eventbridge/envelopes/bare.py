"""The event itself, as a Lambda function gets it that is a rule's target.

Source: EventBridge user guide, targets: without an input transformer the whole event is the
payload.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.eventbridge.envelopes.codec import one


def wrap(events: Sequence[Any]) -> Any:
    """The one event. Raises EnvelopeError for none or several: a function is invoked with one at a time."""
    return one("lambda", events)


def unwrap(payload: Any) -> list[Any]:
    """The event, in a list. Raises EnvelopeError for what is no object."""
    if not isinstance(payload, Mapping):
        raise EnvelopeError("lambda", f"an event is an object, not {type(payload).__name__}")
    return [payload]
