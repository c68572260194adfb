"""Events that EventBridge could not deliver, as a Lambda function gets them from the dead-letter queue of a rule.

Source: EventBridge user guide, "Using dead-letter queues": the body is the event, and six message
attributes say what went wrong. How Lambda hands attributes over is in its developer guide, "Using
Lambda with Amazon SQS".
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from ecr_contracts.eventbridge.envelopes import sqs
from ecr_contracts.eventbridge.envelopes.codec import some, unwrapped
from ecr_contracts.eventbridge.envelopes.stamps import Stamp, text

_QUEUE = "ecr-events-failed"
_STRING = b"\x01"  # how SQS writes the sort of a value when it digests attributes


def wrap(events: Sequence[Any]) -> Any:
    """The payload with one record an event: each was refused by its target, and tried again to the last.

    Raises EnvelopeError for no event.
    """
    return {"Records": [_record(event, index) for index, event in enumerate(some("dlq", events))]}


def unwrap(payload: Any) -> list[Any]:
    """The events in the bodies of the records. Raises EnvelopeError, naming the place, for anything else."""
    return unwrapped("dlq", sqs.parts(payload))


def _record(event: Any, index: int) -> dict[str, Any]:
    stamp = Stamp.of(event, "dlq", index)
    said = {
        "ERROR_CODE": "ERROR_FROM_TARGET",
        "ERROR_MESSAGE": "the target answered with an error",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "RETRY_ATTEMPTS": "185",
        "RULE_ARN": stamp.arn("events", "rule/ecr-events"),
        "TARGET_ARN": stamp.arn("lambda", "function:ecr-events"),
    }
    attributes = {
        name: {
            "stringValue": value,
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": "String",
        }
        for name, value in said.items()
    }
    record = sqs.record(text(event), stamp, attributes=attributes)
    record["md5OfMessageAttributes"] = _digest(said)
    record["eventSourceARN"] = stamp.arn("sqs", _QUEUE)
    return record


def _digest(attributes: Mapping[str, str]) -> str:
    """The MD5 of string attributes: of each its name, type and value in the order of the names, lengths before them."""
    written = bytearray()
    for name, value in sorted(attributes.items()):
        written += _counted(name) + _counted("String") + _STRING + _counted(value)
    return hashlib.md5(bytes(written), usedforsecurity=False).hexdigest()


def _counted(text: str) -> bytes:
    content = text.encode("utf-8", "surrogatepass")
    return len(content).to_bytes(4, "big") + content
