"""The user's answers to AWS operations: mappings, errors and functions, fitted to the models.

What is written in TOML has no bytes and few types, so that text becomes bytes, times and bodies
where the model wants them, and a mapping becomes JSON where the model wants text.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ecr_contracts.core.errors import AnswerError
from ecr_contracts.core.text import message, shown
from ecr_contracts.runtime.sandbox.aws.config_stores import dynamodb_value
from ecr_contracts.runtime.sandbox.aws.page_tokens import without_a_repeated_token
from ecr_contracts.runtime.sandbox.aws.synthesis import stream_body, stream_member

__all__ = ["AnswerFunction", "AnswerFunctions", "Overrides", "function_error"]

Parameters = Mapping[str, Any]

AnswerFunction = Callable[[Any, Any], Any]
"""A user's function that answers a call, from its parameters or request and the event in hand."""


class Overrides:
    """The user's answers by operation: `ssm.GetParameter` or `ssm.get_parameter`."""

    def __init__(self, answers: Mapping[str, Any], start: str | None = None) -> None:
        self._answers = {_key(name): (name, value) for name, value in answers.items()}
        self._functions = AnswerFunctions(start)

    def names(self, name: str) -> bool:
        """Whether there is an answer to an operation."""
        return _key(name) in self._answers

    def answer(
        self, name: str, parameters: Parameters, event: Any, output_shape: Any
    ) -> dict[str, Any]:
        """The answer to a call; an error is one with a key `Error`.

        Raises `AnswerError` when it does not fit the operation, and what a user's function raises
        of botocore's own.
        """
        operation = name
        name, value = self._answers[_key(name)]
        if isinstance(value, str):
            value = self._functions.named(name, value)
        is_fixed = not callable(value)
        if callable(value):
            value = _called(name, value, parameters, event)
        if not isinstance(value, Mapping):
            form = "a mapping, or the text 'path/to/file.py:function'"
            raise AnswerError(name, f"wanted is {form}, not {shown(value)}")
        if "Error" in value:
            return _error(name, value)
        if is_fixed:
            value = without_a_repeated_token(operation, value, parameters)
        return _fitted(name, value, output_shape)


def _key(name: str) -> str:
    service, _, operation = name.partition(".")
    return f"{service}.{operation.replace('_', '')}".lower()


def _called(name: str, function: AnswerFunction, parameters: Parameters, event: Any) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return function(parameters, event)
    except (BotoCoreError, ClientError):
        raise
    except Exception as error:
        raise function_error(name, "its function", error) from error


def function_error(name: str, source: str, error: Exception) -> AnswerError:
    """The error for a user's function or file that raised instead of answering `name`."""
    return AnswerError(name, f"{source} raised {type(error).__name__}: {message(error)}")


def _error(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    error = value["Error"]
    if not isinstance(error, Mapping) or not isinstance(error.get("Code"), str):
        raise AnswerError(name, 'an error is {"Error" = {"Code" = "…", "Message" = "…"}}')
    status = {"HTTPStatusCode": 400, **value.get("ResponseMetadata", {})}
    return {**value, "Error": {"Message": "", **error}, "ResponseMetadata": status}


def _fitted(name: str, value: Mapping[str, Any], shape: Any) -> dict[str, Any]:
    from botocore.exceptions import ParamValidationError
    from botocore.validate import validate_parameters

    members = dict(value)
    members.pop("ResponseMetadata", None)
    if shape is None:
        if members:
            problem = "the operation answers with nothing, so that {} is all that fits"
            raise AnswerError(name, problem)
        return {}
    answer: dict[str, Any] = _coerced(members, shape, name)
    body = stream_member(shape)
    if body is not None and isinstance(answer.get(body), bytes):
        answer[body] = stream_body(answer[body])
    try:
        validate_parameters(answer, shape)
    except ParamValidationError as error:
        raise AnswerError(name, str(error.kwargs["report"])) from error
    return answer


def _coerced(value: Any, shape: Any, name: str) -> Any:
    """A value with the types that a shape of the operation `name` wants, where TOML has others."""
    match shape.type_name:
        case "structure" if shape.name == "AttributeValue" and name.startswith("dynamodb."):
            return dynamodb_value(value)
        case "structure" if isinstance(value, Mapping) and not shape.is_document_type:
            return _coerced_members(value, shape.members, name)
        case "list" if isinstance(value, list | tuple):
            return [_coerced(element, shape.member, name) for element in value]
        case "map" if isinstance(value, Mapping):
            return {key: _coerced(inner, shape.value, name) for key, inner in value.items()}
        case "string" if isinstance(value, Mapping | list):
            return json.dumps(value)
        case "blob":
            return _bytes(value)
        case "timestamp" if isinstance(value, str | int | float | date):
            return _time(value, name)
    return value


def _coerced_members(
    value: Mapping[str, Any], members: Mapping[str, Any], name: str
) -> dict[str, Any]:
    coerced = dict(value)
    for key in members.keys() & value.keys():
        coerced[key] = _coerced(value[key], members[key], name)
    return coerced


def _bytes(value: Any) -> Any:
    if isinstance(value, Mapping | list):
        value = json.dumps(value)
    return value.encode() if isinstance(value, str) else value


def _time(value: Any, name: str) -> Any:
    from botocore.utils import parse_timestamp

    text = value.isoformat() if isinstance(value, date) else value
    try:
        return parse_timestamp(text)
    except ValueError as error:
        raise AnswerError(name, f"{value!r} is not a time") from error


class AnswerFunctions:
    """The user's functions, named as `path/to/file.py:function`; each file is loaded once."""

    def __init__(self, start: str | None = None) -> None:
        self._start = start or os.getcwd()
        self._loaded: dict[str, AnswerFunction] = {}

    def named(self, name: str, text: str) -> AnswerFunction:
        """The function that a text names, to answer the operation or host `name`.

        Raises `AnswerError` when there is none.
        """
        if text not in self._loaded:
            self._loaded[text] = self._load(name, text)
        return self._loaded[text]

    def _load(self, name: str, text: str) -> AnswerFunction:
        path, _, attribute = text.rpartition(":")
        file = os.path.join(self._start, path)
        spec = None
        if os.path.isfile(file):
            spec = importlib.util.spec_from_file_location("ecr_contracts_answers", file)
        if spec is None or spec.loader is None:
            problem = f"{text!r} is not 'path/to/file.py:function' of a file that exists"
            raise AnswerError(name, problem)
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            raise function_error(name, repr(path), error) from error
        function: Any = getattr(module, attribute, None)
        if not callable(function):
            raise AnswerError(name, f"{path!r} has no function {attribute!r}")
        return function  # type: ignore[no-any-return] # a callable is all that is known of it
