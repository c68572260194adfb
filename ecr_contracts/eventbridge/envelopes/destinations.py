"""Envelopes of Lambda destinations: what a function gets of an asynchronous call of another one.

Source: Lambda developer guide, "Capturing records of Lambda asynchronous invocations": the record
holds what the other function was given (`requestPayload`) and what came of it (`responsePayload`);
`condition` is `Success`, or says why it was given up; `approximateInvokeCount` is 3 after the two
retries of a function that fails. EventBridge calls functions asynchronously.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.eventbridge.envelopes.codec import Coding, Layer, Part
from ecr_contracts.eventbridge.envelopes.stamps import Stamp

_FUNCTION = "function:ecr-events:$LATEST"
_TRIES = 3
_KEYS = frozenset({"requestContext", "requestPayload"})


def wrap_success(events: Sequence[Any]) -> Any:
    """The record of a function that returned nothing."""
    [event] = events
    stamp = Stamp.of(event, "on-success")
    response_context = {"statusCode": 200, "executedVersion": "$LATEST"}
    return _record(event, stamp, ("Success", 1), response_context, None)


def wrap_failure(events: Sequence[Any]) -> Any:
    """The record of a function that raised each time."""
    [event] = events
    stamp = Stamp.of(event, "on-failure")
    response_context = {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    response = {
        "errorMessage": f"RequestId: {stamp.uuid('request')} Error: the function failed",
        "errorType": "RuntimeError",
        "stackTrace": [],
    }
    return _record(event, stamp, ("RetriesExhausted", _TRIES), response_context, response)


def _record(
    event: Any,
    stamp: Stamp,
    ending: tuple[str, int],
    response_context: Mapping[str, Any],
    response: Any,
) -> dict[str, Any]:
    """The record of calls with an event, of how they ended, and after how many tries."""
    condition, count = ending
    return {
        "version": "1.0",
        "timestamp": stamp.time,
        "requestContext": {
            "requestId": stamp.uuid("request"),
            "functionArn": stamp.arn("lambda", _FUNCTION),
            "condition": condition,
            "approximateInvokeCount": count,
        },
        "requestPayload": event,
        "responseContext": dict(response_context),
        "responsePayload": response,
    }


def _parts(payload: Any) -> Iterator[Part]:
    """What the other function was given."""
    if not _is_record(payload):
        raise ValueError("it is no record with a requestContext and a requestPayload")
    yield Part("$.requestPayload", payload["requestPayload"], Coding.NONE)


def _is_record(payload: Any) -> bool:
    return isinstance(payload, Mapping) and payload.keys() >= _KEYS


RECORD = Layer(_parts, _is_record)
"""The record of asynchronous calls."""
