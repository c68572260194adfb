"""What the tasks of a state machine are answered with.

That is the user's answer, else what agrees with the event, else a value that is not known. It knows
the resources of tasks; it must not know the engine.
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
    """A task is answered with an error of the user's: its name, and its cause."""

    def __init__(self, name: str, cause: str) -> None:
        self.name, self.cause = name, cause
        super().__init__(name, cause)


class Tasks:
    """Answers tasks, by the names that users give them.

    These are `lambda:Notify` for a function, `sns.Publish` for a call. An answer is the result,
    `{"Error": {"Code": …}}` for one that fails, or `path/to/file.py:function`, which gets the
    parameters and `event`: the execution's input. What ECR is asked of the image that the event is
    about it answers in agreement with that. The result of any other task is not known.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = {_key(name): (name, value) for name, value in answers.items()}
        self._functions = AnswerFunctions()
        self.event: Any = None
        self._effects: list[Effect] = []

    def begin(self, event: Any) -> None:
        """An execution begins with this input."""
        self.event = event
        self._effects.clear()

    @property
    def effects(self) -> Effects:
        """What the execution called so far."""
        return Effects(self._effects)

    def answer(self, resource: str, parameters: Any) -> Any:
        """The result of a task.

        Raises TaskError for one that fails, AnswerError for an answer that cannot be used.
        """
        name, is_wrapped = _called(resource, parameters)
        if _key(name) in self._answers:
            self._note(name, parameters, Origin.GIVEN)
            return self._users_answer(name, parameters, is_wrapped=is_wrapped)
        answer = self._answer_of_event(name, parameters)
        if answer is None:
            self._note(name, parameters, Origin.NONE)
            return UNKNOWN
        self._note(name, parameters, Origin.EVENT)
        return answer

    def _note(self, name: str, parameters: Any, origin: Origin) -> None:
        content = masked(legible(parameters))
        self._effects.append(Effect(Sort.AWS, name, content, reads(name), origin=origin))

    def _users_answer(self, called: str, parameters: Any, *, is_wrapped: bool) -> Any:
        """What the user answers a call with: a value, or the result of a function."""
        name, value = self._answers[_key(called)]
        if isinstance(value, str):
            payload = parameters.get("Payload") if is_wrapped else parameters
            value = self._computed(name, value, payload)
        if isinstance(value, Mapping) and isinstance(value.get("Error"), Mapping):
            error = value["Error"]
            code = str(error.get("Code", "States.TaskFailed"))
            raise TaskError(code, str(error.get("Message", "")))
        if is_wrapped:
            return {"ExecutedVersion": "$LATEST", "Payload": value, "StatusCode": 200}
        return value

    def _answer_of_event(self, called: str, parameters: Any) -> Any:
        """What ECR answers in agreement with the event.

        None where the event says nothing about it, or the parameters are not known.
        """
        if not called.startswith("ecr.") or not reads(called):
            return None
        if not isinstance(self.event, Mapping) or not isinstance(parameters, Mapping):
            return None
        images = event_images([self.event])
        if not images or not is_known(parameters):
            return None
        small = _with_first_letters(parameters, str.lower)
        answer = ecr_answer(called.removeprefix("ecr."), small, images, filled=True)
        if answer is None:
            return None
        return _with_first_letters(answer, str.upper)

    def _computed(self, name: str, text: str, parameters: Any) -> Any:
        function = self._functions.named(name, text)
        try:
            return function(parameters, self.event)
        except Exception as error:
            problem = f"its function raised {type(error).__name__}: {message(error)}"
            raise AnswerError(name, problem) from error


def _with_first_letters(value: Any, case: Callable[[str], str]) -> Any:
    """Data whose keys begin in capitals (`str.upper`) or small letters (`str.lower`).

    The names of a service's parameters begin in capitals in state machines, and small elsewhere.
    """
    match value:
        case Mapping():
            renamed: dict[str, Any] = {}
            for key, inner in value.items():
                # The names of severities are no keys of the service's.
                name = key if key.isupper() else case(key[:1]) + key[1:]
                renamed[name] = _with_first_letters(inner, case)
            return renamed
        case list() | tuple():
            return [_with_first_letters(inner, case) for inner in value]
        case datetime():
            return value.isoformat()
    return value


def _key(name: str) -> str:
    """A name as it is looked up.

    A call may be written in either of botocore's ways; a function has its own name.
    """
    service, dot, operation = name.partition(".")
    if not dot or ":" in name:
        return name
    return f"{service}.{operation.replace('_', '')}".lower()


def _called(resource: str, parameters: Any) -> tuple[str, bool]:
    """What a task calls, and whether a function's result is wrapped in that of the call."""
    parts = [part for part in resource.split(":")[5:] if part]
    if resource.split(":")[2] == "lambda":
        return f"lambda:{parts[1]}", False
    if len(parts) < 2 or parts[0] == "activity":
        return ":".join(parts), False
    service, action = parts[-2], parts[-1].partition(".")[0]
    if parts[0] == "lambda" and action == "invoke" and isinstance(parameters, Mapping):
        function = _function_name(str(parameters.get("FunctionName", "")))
        return f"lambda:{function}", True
    return f"{service}.{action[:1].upper()}{action[1:]}", False


def _function_name(reference: str) -> str:
    """The name of a function out of its ARN, or of what stands for it until it is deployed."""
    return reference.split(":function:")[-1].split(":")[0].strip("${}")
