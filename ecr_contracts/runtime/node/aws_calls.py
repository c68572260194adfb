"""Calls of AWS by JavaScript's SDK, made with botocore: names, parameters, answers and errors."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ecr_contracts.core.errors import SetupError
from ecr_contracts.core.text import message as message_of

__all__ = ["Clients", "described", "sent"]

_BYTES, _DATE, _STREAM = "$bytes", "$date", "$stream"
"""The keys of what JSON cannot carry."""
_TEXT_PROTOCOLS = frozenset({"query", "ec2", "rest-xml"})
"""Protocols that write each scalar as text."""


class Clients:
    """Clients of botocore by the names that JavaScript's SDK has for the services.

    Raises SetupError where botocore is not installed: it knows what AWS answers.
    """

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def call(self, service: str, operation: str, parameters: Any) -> Any:
        """The answer to an operation of a service, with made-up values as the sandbox gives them.

        Raises what botocore raises.
        """
        client = self._client(service)
        model = client.meta.service_model
        name = _named(operation, model.operation_names)
        shape = model.operation_model(name).input_shape
        given = _received(parameters or {}, shape, model.metadata.get("protocol", ""))
        return client._make_api_call(name, given)

    def answered_by(self, service: str, operation: str) -> tuple[str, Any]:
        """What botocore calls an operation (`ecr.DescribeImages`), and the shape of its answers."""
        model = self._client(service).meta.service_model
        name = _named(operation, model.operation_names)
        return f"{model.service_name}.{name}", model.operation_model(name).output_shape

    def _client(self, service: str) -> Any:
        if service not in self._known:
            self._known[service] = self._session.create_client(self._service_name(service))
        return self._known[service]

    @cached_property
    def _session(self) -> Any:
        try:
            from botocore.session import get_session  # late: only such handlers need it
        except ImportError:
            cause = "what AWS answers is not known here: botocore is not installed"
            advice = "python -m pip install boto3"
            raise SetupError("the handler", "it calls AWS", cause, advice) from None
        return get_session()

    @cached_property
    def _names(self) -> dict[str, str]:
        """The names of botocore's services, by their letters and digits."""
        names: dict[str, str] = {}
        for name in self._session.get_available_services():
            names.setdefault(_letters(name), name)
        return names | _OTHER_NAMES

    def _service_name(self, service: str) -> str:
        """Botocore's name of a service, which JavaScript calls by its id, or by a short form."""
        letters = _letters(service)
        if letters in self._names:
            return self._names[letters]
        for name in self._session.get_available_services():
            model = self._session.get_service_model(name)
            if _letters(str(model.service_id)) == letters:
                self._names[letters] = name
                return str(name)
        return service


_OTHER_NAMES = {
    "sfn": "stepfunctions",
    "cloudwatchlogs": "logs",
    "cloudwatchevents": "events",
    "eventbridge": "events",
    "sesv2": "sesv2",
    "elasticloadbalancingv2": "elbv2",
    "costexplorer": "ce",
    "cognitoidentityprovider": "cognito-idp",
    "cognitoidentityserviceprovider": "cognito-idp",
    "cognitoidentity": "cognito-identity",
    "ecrpublic": "ecr-public",
    "configservice": "config",
    "applicationautoscaling": "application-autoscaling",
    "databasemigrationservice": "dms",
    "elasticsearchservice": "es",
    "efs": "efs",
    "resourcegroupstaggingapi": "resourcegroupstaggingapi",
}
"""Names of JavaScript's packages and classes that are not those of botocore, in letters."""


def _letters(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _named(operation: str, known: list[str]) -> str:
    """The operation as botocore writes it: version 2 of the SDK begins it with a small letter."""
    for name in known:
        if name.lower() == operation.lower():
            return name
    return operation[:1].upper() + operation[1:]


# Parameters
# --------------------------------------------------------------------------------------------------


def _received(value: Any, shape: Any, protocol: str) -> Any:
    """A value as botocore takes it; members that the service has none of are left out.

    JavaScript's SDK leaves them out as well, and sends numbers as text where all is text.
    """
    if isinstance(value, dict) and len(value) == 1:
        key, held = next(iter(value.items()))
        if key == _BYTES:
            return base64.b64decode(held)
        if key == _DATE:
            return datetime.datetime.fromtimestamp(held / 1000, datetime.UTC)
    kind = getattr(shape, "type_name", "")
    if kind == "structure" and isinstance(value, dict):
        if getattr(shape, "is_document_type", False):
            return value
        received = {}
        for name, inner in value.items():
            if name in shape.members and inner is not None:
                received[name] = _received(inner, shape.members[name], protocol)
        return received
    if kind == "map" and isinstance(value, dict):
        return {name: _received(inner, shape.value, protocol) for name, inner in value.items()}
    if kind == "list" and isinstance(value, list):
        return [_received(inner, shape.member, protocol) for inner in value]
    if kind == "string" and protocol in _TEXT_PROTOCOLS and type(value) in (int, float, bool):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "blob" and isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    return value


# Answers and errors
# --------------------------------------------------------------------------------------------------


def sent(value: Any) -> Any:
    """A value of an answer as JSON."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): sent(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [sent(inner) for inner in value]
    if isinstance(value, bytes | bytearray):
        return {_BYTES: base64.b64encode(bytes(value)).decode()}
    if isinstance(value, datetime.datetime):
        return {_DATE: int(value.timestamp() * 1000)}
    if hasattr(value, "read"):
        return {_STREAM: base64.b64encode(bytes(value.read())).decode()}
    return str(value)


def described(error: Exception) -> dict[str, Any]:
    """An exception as the error that JavaScript's SDK, or Node, throws in its place."""
    response = getattr(error, "response", None)
    if isinstance(response, dict) and isinstance(response.get("Error"), dict):
        code = str(response["Error"].get("Code", "Error"))
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        text = str(response["Error"].get("Message", ""))
        return {"name": code, "code": code, "message": text, "status": int(status)}
    if type(error).__name__ == "ParamValidationError":
        text = "; ".join(message_of(error).splitlines()[1:]) or message_of(error)
        return {
            "name": "ValidationException",
            "code": "ValidationException",
            "message": text,
            "status": 400,
        }
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), "")
    return {"name": "Error", "code": code, "message": message_of(error)}


_CODES = {
    ConnectionRefusedError: "ECONNREFUSED",
    PermissionError: "EACCES",
    TimeoutError: "ETIMEDOUT",
}
"""Node's codes of the errors that a sandbox raises."""
