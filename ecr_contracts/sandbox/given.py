"""Answers that a user gives to AWS operations: mappings, errors, and callables, made to fit the operation's model.

What is written in TOML has no bytes and few types, so that text becomes bytes, times and bodies where the model wants
them, and a mapping becomes JSON where the model wants text.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ecr_contracts import wording
from ecr_contracts.errors import AnswerError
from ecr_contracts.sandbox.configured import dynamodb_value
from ecr_contracts.sandbox.shapes import stream, streamed

__all__ = ["Given"]

Parameters = Mapping[str, Any]
Answering = Callable[[Parameters, Any], Any]


class Given:
    """The answers of a user by operation, `secretsmanager.GetSecretValue` or `secretsmanager.get_secret_value`."""

    def __init__(self, answers: Mapping[str, Any], start: str | None = None) -> None:
        self._answers = {_key(name): (name, value) for name, value in answers.items()}
        self._start = start or os.getcwd()
        self._loaded: dict[str, Answering] = {}

    def names(self, name: str) -> bool:
        """Whether there is an answer to an operation."""
        return _key(name) in self._answers

    def answer(self, name: str, parameters: Parameters, event: Any, output_shape: Any) -> dict[str, Any]:
        """The answer to a call; an error is one with a key `Error`.

        Raises `AnswerError` when it does not fit the operation, and what a user's callable raises of botocore's own.
        """
        name, value = self._answers[_key(name)]
        if isinstance(value, str):
            value = self._function(name, value)
        if callable(value):
            value = _called(name, value, parameters, event)
        if not isinstance(value, Mapping):
            form = "a mapping, or the text 'path/to/file.py:function'"
            raise AnswerError(name, f"wanted is {form}, not {wording.shown(value)}")
        if "Error" in value:
            return _error(name, value)
        return _fitted(name, value, output_shape)

    def _function(self, name: str, text: str) -> Answering:
        if text not in self._loaded:
            self._loaded[text] = _load(name, text, self._start)
        return self._loaded[text]


def _key(name: str) -> str:
    service, _, operation = name.partition(".")
    return f"{service}.{operation.replace('_', '')}".lower()


def _load(name: str, text: str, start: str) -> Answering:
    path, _, attribute = text.rpartition(":")
    file = os.path.join(start, path)
    if not path.endswith(".py") or not os.path.isfile(file):
        raise AnswerError(name, f"{text!r} is not 'path/to/file.py:function' of a file that exists")
    spec = importlib.util.spec_from_file_location("ecr_contracts_answers", file)
    if spec is None or spec.loader is None:
        raise AnswerError(name, f"{path!r} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise AnswerError(name, f"{path!r} raised {type(error).__name__}: {wording.message(error)}") from error
    function: Any = getattr(module, attribute, None)
    if not callable(function):
        raise AnswerError(name, f"{path!r} has no function {attribute!r}")
    return function  # type: ignore[no-any-return] # a callable is all that is known of it


def _called(name: str, function: Answering, parameters: Parameters, event: Any) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return function(parameters, event)
    except (BotoCoreError, ClientError):
        raise
    except Exception as error:
        raise AnswerError(name, f"its function raised {type(error).__name__}: {wording.message(error)}") from error


def _error(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    error = value["Error"]
    if not isinstance(error, Mapping) or not isinstance(error.get("Code"), str):
        raise AnswerError(name, 'an error is {"Error" = {"Code" = "…", "Message" = "…"}}')
    status = {"HTTPStatusCode": 400, **value.get("ResponseMetadata", {})}
    return {**value, "Error": {"Message": "", **error}, "ResponseMetadata": status}


def _fitted(name: str, value: Mapping[str, Any], shape: Any) -> dict[str, Any]:
    from botocore.exceptions import ParamValidationError
    from botocore.validate import validate_parameters

    given = {key: inner for key, inner in value.items() if key != "ResponseMetadata"}
    if shape is None:
        if given:
            raise AnswerError(name, "the operation answers with nothing, so that {} is all that fits")
        return {}
    answer: dict[str, Any] = _coerced(given, shape, name)
    body = streamed(shape)
    if body is not None and isinstance(answer.get(body), bytes):
        answer[body] = stream(answer[body])
    try:
        validate_parameters(answer, shape)
    except ParamValidationError as error:
        raise AnswerError(name, str(error.kwargs["report"])) from error
    return answer


def _coerced(value: Any, shape: Any, name: str) -> Any:
    match shape.type_name:
        case "structure" if shape.name == "AttributeValue" and name.startswith("dynamodb."):
            return dynamodb_value(value)
        case "structure" if isinstance(value, Mapping) and not shape.is_document_type:
            members = shape.members
            return {k: _coerced(inner, members[k], name) if k in members else inner for k, inner in value.items()}
        case "list" if isinstance(value, list | tuple):
            return [_coerced(inner, shape.member, name) for inner in value]
        case "map" if isinstance(value, Mapping):
            return {key: _coerced(inner, shape.value, name) for key, inner in value.items()}
        case "string" if isinstance(value, Mapping | list):
            return json.dumps(value)
        case "blob":
            return _bytes(value)
        case "timestamp" if isinstance(value, str | int | float | date):
            return _time(value, name)
    return value


def _bytes(value: Any) -> Any:
    if isinstance(value, Mapping | list):
        value = json.dumps(value)
    return value.encode() if isinstance(value, str) else value


def _time(value: Any, name: str) -> Any:
    from botocore.utils import parse_timestamp

    try:
        return parse_timestamp(value.isoformat() if isinstance(value, date) else value)
    except ValueError as error:
        raise AnswerError(name, f"{value!r} is not a time") from error
