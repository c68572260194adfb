"""Answers of configuration stores: their values have the form that the consumer's code reads.

A secret whose use cannot be seen is a text that its name tells the form of: a URL for one named
after a webhook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecr_contracts.core.placeholders import ACCOUNT, resource_arn, words
from ecr_contracts.discovery.source.fetched_values import ITEM, Hints, Uses, tree, value_for
from ecr_contracts.runtime.sandbox.aws.event_names import EventNames
from ecr_contracts.runtime.sandbox.aws.member_values import LATER
from ecr_contracts.runtime.sandbox.aws.synthesis import stream_body

__all__ = ["dynamodb_value", "fill_stored_values"]

Answer = dict[str, Any]


def fill_stored_values(
    name: str,
    answer: Answer,
    parameters: Mapping[str, Any],
    hints: Hints,
    *,
    filled: bool,
    names: EventNames | None = None,
) -> bool:
    """Put usable values into a made-up answer to an operation (`ssm.GetParameter`).

    `names` are those of the event in hand, which an item of a table may be about. Gives whether the
    operation is one that reads such values.
    """
    fill = _FILLERS.get(name)
    if fill is not None:
        fill(answer, parameters, hints, filled)
    if names is not None and name.startswith("dynamodb."):
        for item in (answer.get("Item"), *answer.get("Items", ())):
            _tell_of_event(item or {}, parameters.get("Key", {}), names)
    return fill is not None


def _tell_of_event(item: Answer, key: Mapping[str, Any], names: EventNames) -> None:
    """Let the attributes of an item that name a repository name that of the event."""
    for name, value in item.items():
        is_repository = not _REPOSITORY.isdisjoint(words(name))
        if is_repository and name not in key and set(value) == {"S"}:
            item[name] = {"S": names.repository}


_REPOSITORY = frozenset({"repository", "repo"})


def _secret(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    name = str(parameters.get("SecretId", ""))
    binary = hints.uses.get("SecretBinary")
    answer["SecretString"] = value_for(_last(name), hints.of_field("SecretString"))
    answer.pop("SecretBinary", None)
    if binary is not None:
        answer["SecretBinary"] = value_for(_last(name), hints.of_field("SecretBinary")).encode()


def _secrets(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    values = answer.get("SecretValues") or [{}]
    if names := parameters.get("SecretIdList"):
        values = [{**values[0], "Name": _last(name)} for name in names]
    answer["SecretValues"] = values if names or filled else []
    for value in answer["SecretValues"]:
        _secret(value, {"SecretId": value.get("Name", "")}, hints, filled)
    answer["Errors"] = []


def _parameter(value: Answer, hints: Hints) -> None:
    value["Value"] = value_for(_last(str(value.get("Name", ""))), hints.of_field("Value"))
    value["Type"] = "String"


def _one_parameter(
    answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool
) -> None:
    answer["Parameter"] = {
        **answer.get("Parameter", {}),
        "Name": parameters.get("Name", "placeholder"),
    }
    _parameter(answer["Parameter"], hints)


def _parameters(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    names = parameters.get("Names")
    if names and not answer.get("Parameters"):
        answer["Parameters"] = [{"Name": name} for name in names]
    for value in answer.get("Parameters", ()):
        if (path := parameters.get("Path")) and not value.get("Name", "").startswith(path):
            value["Name"] = f"{path.rstrip('/')}/{_last(value.get('Name', 'placeholder'))}"
        _parameter(value, hints)


def _item(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    answer.pop("Item", None)
    if filled:
        answer["Item"] = {**_attributes(hints), **parameters.get("Key", {})}


def _items(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    answer["Items"] = []
    if filled:
        answer["Items"].append(_attributes(hints))
    answer["Count"] = answer["ScannedCount"] = len(answer["Items"])


def _attributes(hints: Hints) -> dict[str, Any]:
    """The attributes of an item that the code reads."""
    keys = {}
    for name in ("Item", "Items"):
        for path, use in hints.uses.get(name, Uses()).keys.items():
            is_number = len(path) > 1 and path[-1] == "N"
            keys[_untyped(path)] = "number" if is_number else use
    plain = _numbered(tree(Uses(keys=keys)), keys, ())
    return {name: dynamodb_value(value) for name, value in plain.items()}


_TYPES = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL"})


def _untyped(path: tuple[str, ...]) -> tuple[str, ...]:
    """A path without DynamoDB's types, which name lists by `L`: `tags.L.S` is an item of `tags`."""
    steps = [path[0]]
    for step in path[1:]:
        if step == "L":
            steps.append(ITEM)
        elif step not in _TYPES:
            steps.append(step)
    return tuple(steps)


def _numbered(value: Any, keys: Mapping[tuple[str, ...], str], path: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {key: _numbered(inner, keys, (*path, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_numbered(inner, keys, (*path, ITEM)) for inner in value]
    return int(value) if keys.get(path) == "number" else value


def dynamodb_value(value: Any) -> dict[str, Any]:
    """A plain value as an attribute of DynamoDB; one that is written so already stays."""
    match value:
        case dict() if len(value) == 1 and next(iter(value)) in _TYPES:
            return value
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case dict():
            return {"M": {str(key): dynamodb_value(inner) for key, inner in value.items()}}
        case list() | tuple():
            return {"L": [dynamodb_value(inner) for inner in value]}
        case bytes():
            return {"B": value}
    return {"S": str(value)}


def _object(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    key = str(parameters.get("Key", ""))
    uses = hints.of_field("Body")
    text = _document(_last(key), uses) if key.endswith(".json") else value_for(_last(key), uses)
    body = text.encode()
    answer["Body"] = stream_body(body)
    answer["ContentLength"] = len(body)
    for name in ("ContentRange", "DeleteMarker", "ErrorCode"):
        answer.pop(name, None)


def _objects(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    prefix = parameters.get("Prefix", "")
    for value in answer.get("Contents", ()):
        if not value.get("Key", "").startswith(prefix):
            value["Key"] = prefix + value.get("Key", "")


def _document(name: str, uses: Uses) -> str:
    """A JSON document in the form that the code reads; an empty one if it reads none."""
    return "{}" if uses == Uses() else value_for(name, uses)


def _head(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    _object(answer, parameters, hints, filled)
    del answer["Body"]


def _configuration(
    answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool
) -> None:
    uses = hints.of_field("Configuration")
    answer["Configuration"] = stream_body(_document("", uses).encode())
    answer["ContentType"] = "application/json"


def _invoked(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    uses = hints.of_field("Payload")
    if uses.loaded and parameters.get("InvocationType") not in ("Event", "DryRun"):
        answer["Payload"] = stream_body(value_for("", uses).encode())


def _decrypted(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    answer["Plaintext"] = value_for("", hints.of_field("Plaintext")).encode()


def _identity(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    answer |= {"Account": ACCOUNT, "UserId": "AROAPLACEHOLDER:placeholder"}
    answer["Arn"] = resource_arn("assumed role")


def _role(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    answer["Credentials"] = {
        "AccessKeyId": "ASIAPLACEHOLDER00000",
        "SecretAccessKey": "placeholder-secret",
        "SessionToken": "placeholder-token",
        "Expiration": LATER,
    }


def _no_message(answer: Answer, parameters: Mapping[str, Any], hints: Hints, filled: bool) -> None:
    answer["Messages"] = []  # who empties a queue would never be done


_FILLERS: dict[str, Callable[[Answer, Mapping[str, Any], Hints, bool], None]] = {
    "secretsmanager.GetSecretValue": _secret,
    "secretsmanager.BatchGetSecretValue": _secrets,
    "ssm.GetParameter": _one_parameter,
    "ssm.GetParameters": _parameters,
    "ssm.GetParametersByPath": _parameters,
    "dynamodb.GetItem": _item,
    "dynamodb.Query": _items,
    "dynamodb.Scan": _items,
    "s3.GetObject": _object,
    "s3.ListObjects": _objects,
    "s3.ListObjectsV2": _objects,
    "s3.HeadObject": _head,
    "appconfig.GetConfiguration": _configuration,
    "appconfigdata.GetLatestConfiguration": _configuration,
    "kms.Decrypt": _decrypted,
    "lambda.Invoke": _invoked,
    "sqs.ReceiveMessage": _no_message,
    "sts.GetCallerIdentity": _identity,
    "sts.AssumeRole": _role,
    "sts.AssumeRoleWithWebIdentity": _role,
    "sts.GetSessionToken": _role,
}


def _last(name: str) -> str:
    """The last part of a path or an ARN, which says most."""
    return name.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]
