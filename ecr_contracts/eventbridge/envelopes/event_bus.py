"""An event that a rule forwards to another event bus, as a rule's target there gets it.

Source: EventBridge user guide, "Sending and receiving events between event buses": the same event;
`account` stays that of its origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ecr_contracts.eventbridge.envelopes import bare
from ecr_contracts.eventbridge.envelopes.codec import one


def wrap(events: Sequence[Any]) -> Any:
    """The one event. Raises EnvelopeError for none or several."""
    return one("event-bus", events)


def unwrap(payload: Any) -> list[Any]:
    """The event, in a list. Raises EnvelopeError for what is no object."""
    return bare.unwrap(payload)
