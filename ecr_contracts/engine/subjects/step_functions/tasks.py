"""What the tasks of a state machine are answered with: what users told, what the event says, else what is not known.

It knows the resources of tasks; it must not know the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ecr_contracts.core.errors import AnswerError
from ecr_contracts.core.masking import masked
from ecr_contracts.core.text import message
from ecr_contracts.engine.subjects.step_functions.unknown import UNKNOWN, is_known, legible
from ecr_contracts.runtime.effects import Effect, Effects, Origin, Sort
from ecr_contracts.runtime.sandbox.aws.client import reads
from ecr_contracts.runtime.sandbox.aws.ecr import ecr_answer, event_images
from ecr_contracts.runtime.sandbox.aws.overrides import AnswerFunctions

__all__ = ["TaskError", "Tasks"]


class TaskError(Exception):
    """A task is answered with an error, as a user told: its name, and what is said of it."""

    def __init__(self, name: str, cause: str) -> None:
        self.name, self.cause = name, cause
        super().__init__(name, cause)


class Tasks:
    """Answers tasks, by the names that users give them: `lambda:Notify` for a function, `sns.Publish` for a call.

    An answer is the result, `{"Error": {"Code": …}}` for one that fails, or
    `path/to/file.py:function`, which gets the parameters and `event`: the execution's input. What
    ECR is asked of the image that the event is about it answers in agreement with that. Of whatever
    else is asked, the result is not known.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = {_key(name): (name, value) for name, value in answers.items()}
        self._functions = AnswerFunctions()
        self.event: Any = None
        self._done: list[Effect] = []

    def begin(self, event: Any) -> None:
        """An execution begins with this input."""
        self.event = event
        self._done.clear()

    @property
    def done(self) -> Effects:
        """What was asked for in the execution."""
        return Effects(self._done)

    def answer(self, resource: str, parameters: Any) -> Any:
        """The result of a task. Raises TaskError for one that fails, AnswerError for an answer that cannot be used."""
        called, is_wrapped = _called(resource, parameters)
        is_told = _key(called) in self._answers
        derived = None if is_told else self._of_event(called, parameters)
        origin = Origin.GIVEN if is_told else Origin.NONE if derived is None else Origin.EVENT
        self._done.append(
            Effect(Sort.AWS, called, masked(legible(parameters)), reads(called), origin=origin)
        )
        if not is_told:
            return UNKNOWN if derived is None else derived
        name, value = self._answers[_key(called)]
        if isinstance(value, str):
            value = self._computed(
                name, value, parameters.get("Payload") if is_wrapped else parameters
            )
        if isinstance(value, Mapping) and isinstance(value.get("Error"), Mapping):
            error = value["Error"]
            raise TaskError(
                str(error.get("Code", "States.TaskFailed")), str(error.get("Message", ""))
            )
        return (
            {"ExecutedVersion": "$LATEST", "Payload": value, "StatusCode": 200}
            if is_wrapped
            else value
        )

    def _of_event(self, called: str, parameters: Any) -> Any:
        """What ECR answers in agreement with the event; None where that says nothing, or the question is not known."""
        told = (
            event_images([self.event])
            if called.startswith("ecr.") and isinstance(self.event, Mapping)
            else []
        )
        if (
            not told
            or not reads(called)
            or not isinstance(parameters, Mapping)
            or not is_known(parameters)
        ):
            return None
        answer = ecr_answer(
            called.removeprefix("ecr."), _cased(parameters, str.lower), told, filled=True
        )
        return None if answer is None else _cased(answer, str.upper)

    def _computed(self, name: str, text: str, parameters: Any) -> Any:
        function = self._functions.named(name, text)
        try:
            return function(parameters, self.event)
        except Exception as error:
            problem = f"its function raised {type(error).__name__}: {message(error)}"
            raise AnswerError(name, problem) from error


def _cased(value: Any, begin: Callable[[str], str]) -> Any:
    """Data whose keys begin in one case: the service's names are capital in state machines, and small elsewhere."""
    match value:
        case Mapping():
            # The names of severities are no keys of the service's.
            return {
                key if key.isupper() else begin(key[:1]) + key[1:]: _cased(inner, begin)
                for key, inner in value.items()
            }
        case list() | tuple():
            return [_cased(inner, begin) for inner in value]
        case datetime():
            return value.isoformat()
    return value


def _key(name: str) -> str:
    """A name as it is looked up: a call may be written in either of botocore's ways, a function has its own name."""
    service, dot, operation = name.partition(".")
    return f"{service}.{operation.replace('_', '')}".lower() if dot and ":" not in name else name


def _called(resource: str, parameters: Any) -> tuple[str, bool]:
    """What a task calls, and whether its result is a Lambda function's within that of the call."""
    called = [part for part in resource.split(":")[5:] if part]
    if resource.split(":")[2] == "lambda":
        return f"lambda:{called[1]}", False
    if len(called) < 2 or called[0] == "activity":
        return ":".join(called), False
    service, action = called[-2], called[-1].partition(".")[0]
    if called[0] == "lambda" and action == "invoke" and isinstance(parameters, Mapping):
        return f"lambda:{_function(str(parameters.get('FunctionName', '')))}", True
    return f"{service}.{action[:1].upper()}{action[1:]}", False


def _function(named: str) -> str:
    """The name of a function out of its ARN, or of what stands for it until it is deployed."""
    return named.split(":function:")[-1].split(":")[0].strip("${}")
