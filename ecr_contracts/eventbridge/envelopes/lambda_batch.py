"""A list of events, as a Lambda function gets it that subscribes to a custom event bus of the second version.

Source: EventBridge user guide, custom event buses (September 2026): a JSON array unless
MaxBatchSize is 1. `version` and `id` may be missing there; events are carried as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.eventbridge.envelopes.codec import Coding, Part, some, unwrapped


def wrap(events: Sequence[Any]) -> Any:
    """The events in a list. Raises EnvelopeError for no event."""
    return list(some("lambda-batch", events))


def unwrap(payload: Any) -> list[Any]:
    """The elements of the list. Raises EnvelopeError for what is none."""
    return unwrapped("lambda-batch", parts(payload))


def parts(payload: Any) -> Iterator[Part]:
    """The elements of the list."""
    if not isinstance(payload, list):
        raise EnvelopeError("lambda-batch", f"a batch is a list, not {type(payload).__name__}")
    for index, event in enumerate(payload):
        yield Part(f"$[{index}]", event, Coding.NONE)
