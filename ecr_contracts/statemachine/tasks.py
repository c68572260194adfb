"""What the tasks of a state machine are answered with: what users told, else what is not known.

It knows the resources of tasks; it must not know the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecr_contracts.statemachine.unknown import UNKNOWN

__all__ = ["Tasks"]


class Tasks:
    """Answers tasks, by the names that users give them: `lambda:Notify` for a function, `sns.Publish` for a call."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def answer(self, resource: str, parameters: Any) -> Any:
        """The result of a task."""
        name, is_wrapped = _named(resource, parameters)
        if name not in self._answers:
            return UNKNOWN
        told = self._answers[name]
        return {"ExecutedVersion": "$LATEST", "Payload": told, "StatusCode": 200} if is_wrapped else told


def _named(resource: str, parameters: Any) -> tuple[str, bool]:
    """What a task is called in answers, and whether its result is a Lambda function's within that of its call."""
    _, _, service, _, _, *rest = [*resource.split(":"), "", "", "", "", "", ""]
    if service == "lambda":
        return f"lambda:{rest[1]}", False
    called = [part for part in resource.split(":")[5:] if part]
    called[-1:] = [called[-1].partition(".")[0]] if called else []
    if called == ["lambda", "invoke"]:
        function = str(parameters.get("FunctionName", "")) if isinstance(parameters, Mapping) else ""
        return f"lambda:{_function(function)}", True
    *_, api, action = ["", "", *called]
    return f"{api}.{action[:1].upper()}{action[1:]}", False


def _function(named: str) -> str:
    """The name of a function out of its ARN or what stands for it."""
    return named.split(":function:")[-1].split(":")[0].strip("${}")
