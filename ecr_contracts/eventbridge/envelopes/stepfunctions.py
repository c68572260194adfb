"""The start of a Step Functions execution: the event is its input.

Sources: Step Functions API reference, StartExecution: the input is JSON in a string; EventBridge
begins the name of the execution with the event's id (seen in an emulator that is held against AWS).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.eventbridge.envelopes.codec import Part, at, one, unwrapped
from ecr_contracts.eventbridge.envelopes.stamps import Stamp, text

_LONGEST = 80  # characters of a name


def wrap(events: Sequence[Any]) -> Any:
    """`stateMachineArn`, `name` and `input` of one event. Raises EnvelopeError for none or several."""
    event = one("stepfunctions", events)
    stamp = Stamp.of(event, "stepfunctions")
    told = event.get("id") if isinstance(event, Mapping) else None
    begin = told if isinstance(told, str) and told else stamp.uuid("event")
    return {
        "stateMachineArn": stamp.arn("states", "stateMachine:ecr-events"),
        "name": f"{begin}_{stamp.uuid('execution')}"[:_LONGEST],
        "input": text(event),
    }


def unwrap(payload: Any) -> list[Any]:
    """The event in the input. Raises EnvelopeError, naming the place, for anything else."""
    if not recognises(payload):
        raise EnvelopeError("stepfunctions", "it is no execution with stateMachineArn and input")
    return unwrapped("stepfunctions", parts(payload))


def parts(payload: Any) -> Iterator[Part]:
    """The input."""
    yield Part("$.input", at(payload, "input"))


def recognises(payload: Any) -> bool:
    """Whether a payload is an execution, started or described."""
    return isinstance(payload, Mapping) and {"stateMachineArn", "input"} <= payload.keys()
