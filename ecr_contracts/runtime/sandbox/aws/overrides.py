"""Answers that a user gives to AWS operations: mappings, errors, and callables, made to fit the operation's model.

What is written in TOML has no bytes and few types, so that text becomes bytes, times and bodies
where the model wants them, and a mapping becomes JSON where the model wants text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from ecr_contracts.core.errors import AnswerError
from ecr_contracts.core.text import message, shown
from ecr_contracts.runtime.sandbox.aws.config_stores import dynamodb_value
from ecr_contracts.runtime.sandbox.aws.functions import Answering, Functions
from ecr_contracts.runtime.sandbox.aws.synthesis import stream, streamed

__all__ = ["Given"]

Parameters = Mapping[str, Any]


class Given:
    """The answers of a user by operation, `secretsmanager.GetSecretValue` or `secretsmanager.get_secret_value`."""

    def __init__(self, answers: Mapping[str, Any], start: str | None = None) -> None:
        self._answers = {_key(name): (name, value) for name, value in answers.items()}
        self._functions = Functions(start)

    def names(self, name: str) -> bool:
        """Whether there is an answer to an operation."""
        return _key(name) in self._answers

    def answer(
        self, name: str, parameters: Parameters, event: Any, output_shape: Any
    ) -> dict[str, Any]:
        """The answer to a call; an error is one with a key `Error`.

        Raises `AnswerError` when it does not fit the operation, and what a user's callable raises
        of botocore's own.
        """
        name, value = self._answers[_key(name)]
        if isinstance(value, str):
            value = self._functions.named(name, value)
        if callable(value):
            value = _called(name, value, parameters, event)
        if not isinstance(value, Mapping):
            form = "a mapping, or the text 'path/to/file.py:function'"
            raise AnswerError(name, f"wanted is {form}, not {shown(value)}")
        if "Error" in value:
            return _error(name, value)
        return _fitted(name, value, output_shape)


def _key(name: str) -> str:
    service, _, operation = name.partition(".")
    return f"{service}.{operation.replace('_', '')}".lower()


def _called(name: str, function: Answering, parameters: Parameters, event: Any) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return function(parameters, event)
    except (BotoCoreError, ClientError):
        raise
    except Exception as error:
        raise AnswerError(
            name, f"its function raised {type(error).__name__}: {message(error)}"
        ) from error


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
            raise AnswerError(
                name, "the operation answers with nothing, so that {} is all that fits"
            )
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
            return {
                k: _coerced(inner, members[k], name) if k in members else inner
                for k, inner in value.items()
            }
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
