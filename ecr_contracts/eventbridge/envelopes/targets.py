"""Envelopes of other targets: API destinations, Step Functions, Run Command, ECS tasks.

Sources: EventBridge user guide, "API destinations": the body is the event; User-Agent and
Content-Type as an emulator notes them that is held against AWS. Step Functions API reference,
StartExecution: the input is JSON in a string; EventBridge begins the name of the execution with the
event's id (seen in that emulator). EventBridge user guide, targets: Run Command and an ECS task get
nothing of the event but what a constant or an input transformer says. Run Command gets a map in
which each value is a list of strings; here one is assumed that names the image. An ECS task gets
overrides of its containers; here one is assumed that sets variables to what names the image.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.eventbridge.envelopes.codec import Layer, Part, value_at
from ecr_contracts.eventbridge.envelopes.stamps import Stamp

_AGENT = "Amazon/EventBridge/ApiDestinations"
_LONGEST_NAME = 80  # characters of the name of an execution
_TASK_VARIABLES = {
    "EVENT_ID": ("id",),
    "ACTION_TYPE": ("detail", "action-type"),
    "REPOSITORY_NAME": ("detail", "repository-name"),
    "IMAGE_DIGEST": ("detail", "image-digest"),
    "IMAGE_TAG": ("detail", "image-tag"),
}


def wrap_request(events: Sequence[Any]) -> Any:
    """The request that EventBridge makes of an API destination: `method`, `headers` and `body`."""
    [event] = events
    return {
        "method": "POST",
        "headers": {"Content-Type": "application/json; charset=utf-8", "User-Agent": _AGENT},
        "body": json_text.compact(event),
    }


def wrap_execution(events: Sequence[Any]) -> Any:
    """The start of an execution: `stateMachineArn`, `name` and `input`."""
    [event] = events
    stamp = Stamp.of(event, "stepfunctions")
    event_id = value_at(event, "id")
    prefix = event_id if isinstance(event_id, str) and event_id else stamp.uuid("event")
    return {
        "stateMachineArn": stamp.arn("states", "stateMachine:ecr-events"),
        "name": f"{prefix}_{stamp.uuid('execution')}"[:_LONGEST_NAME],
        "input": json_text.compact(event),
    }


def wrap_command(events: Sequence[Any]) -> Any:
    """The parameters of AWS-RunShellScript: a command that pulls the image by its digest."""
    [event] = events
    stamp = Stamp.of(event, "image")
    registry = f"{stamp.account}.dkr.ecr.{stamp.region}.{stamp.suffix}"
    repository = value_at(event, "detail", "repository-name") or ""
    digest = value_at(event, "detail", "image-digest") or ""
    return {"commands": [f"docker pull {registry}/{repository}@{digest}"]}


def wrap_task(events: Sequence[Any]) -> Any:
    """The overrides of an ECS task; a variable that the event has no text for is empty."""
    [event] = events
    variables = []
    for name, keys in _TASK_VARIABLES.items():
        value = value_at(event, *keys)
        variables.append({"name": name, "value": value if isinstance(value, str) else ""})
    return {"containerOverrides": [{"name": "ecr-events", "environment": variables}]}


def _request_parts(payload: Any) -> Iterator[Part]:
    """The body."""
    if not _is_request(payload):
        raise ValueError(f"it is no request with headers, whose User-Agent is {_AGENT}, and a body")
    yield Part("$.body", payload["body"])


def _is_request(payload: Any) -> bool:
    """Whether a payload is a request that EventBridge makes."""
    headers = value_at(payload, "headers")
    if not isinstance(headers, Mapping):
        return False
    agents = [headers[name] for name in headers if str(name).lower() == "user-agent"]
    return agents == [_AGENT] and "body" in payload


def _execution_parts(payload: Any) -> Iterator[Part]:
    """The input."""
    if not _is_execution(payload):
        raise ValueError("it is no execution with stateMachineArn and input")
    yield Part("$.input", payload["input"])


def _is_execution(payload: Any) -> bool:
    """Whether a payload is an execution, started or described."""
    return isinstance(payload, Mapping) and {"stateMachineArn", "input"} <= payload.keys()


def _is_command(payload: Any) -> bool:
    """Whether a payload is a map of parameters with commands among them."""
    if not isinstance(payload, Mapping) or not isinstance(payload.get("commands"), list):
        return False
    return all(map(_is_list_of_texts, payload.values()))


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(element, str) for element in value)


def _is_task(payload: Any) -> bool:
    """Whether a payload is a map of overrides."""
    return isinstance(payload, Mapping) and isinstance(payload.get("containerOverrides"), list)


def _nothing(_: Any) -> Iterator[Part]:
    """No part: of the event nothing is left but what was asked for."""
    raise ValueError("it goes one way only: of the event nothing is left but what was asked for")


REQUEST = Layer(_request_parts, _is_request)
"""The request that EventBridge makes."""

EXECUTION = Layer(_execution_parts, _is_execution)
"""An execution of a state machine."""

COMMAND = Layer(_nothing, _is_command)
"""Parameters of Run Command; there is no way back."""

TASK = Layer(_nothing, _is_task)
"""Overrides of an ECS task; there is no way back."""
