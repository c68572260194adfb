"""What an empty moto lacks, and making it: a topic, a queue, a table that a call names.

A handler's topics and tables are there in its account. That a moto in which nobody made any has
none says nothing of the handler, so that what a call names is made, and the call repeated. What is
not made here moto cannot answer; the sandbox answers then, as it does without moto.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["create_resources", "is_lacking"]

_LACKING = re.compile(
    r"not ?found|no ?such|non ?exist|(?:does|do)(?: not|n't) ?exist|can't find|unable to describe"
    r"|not verified|does not have a|not (?:yet |been )*implemented",
    re.IGNORECASE,
)
"""How moto says that something is not there, or that it has no such operation."""
_EQUALITY = re.compile(r"([#\w]+)\s*=\s*(:\w+)")

Parameters = Mapping[str, Any]
ClientMaker = Callable[[str, str | None], Any]
"""Makes a client of a service, for a region or for that of the call."""


def is_lacking(response: tuple[Any, Mapping[str, Any]]) -> bool:
    """Whether moto answered with an error since it has no such resource or operation."""
    http, parsed = response
    if http.status_code < 300:
        return False
    error = parsed.get("Error", {})
    return _LACKING.search(f"{error.get('Code', '')} {error.get('Message', '')}") is not None


def create_resources(name: str, parameters: Parameters, make_client: ClientMaker) -> None:
    """Make the resources that a call of an operation (`sns.Publish`) names.

    What it is not known how to make here is left out.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    service = name.partition(".")[0]
    creations = _CREATIONS.get(service)
    if creations is None:
        return
    for region, operation, arguments in creations(parameters):
        try:
            getattr(make_client(service, region), operation)(**arguments)
        except (BotoCoreError, ClientError):
            continue  # it is there, or moto wants more: the call will tell


Creation = tuple[str | None, str, dict[str, Any]]
"""The region of a resource if it names one, the operation that makes it, and its parameters."""


def _topics(parameters: Parameters) -> Iterator[Creation]:
    for member in ("TopicArn", "TargetArn"):
        if (topic := parameters.get(member)) is not None:
            region, name = _named(topic)
            yield region, "create_topic", {"Name": name, **_fifo(name, "FifoTopic")}


def _queues(parameters: Parameters) -> Iterator[Creation]:
    queue = parameters.get("QueueName") or parameters.get("QueueUrl")
    if queue is not None:
        name = str(queue).rstrip("/").rpartition("/")[2]
        yield None, "create_queue", {"QueueName": name, **_fifo(name, "FifoQueue")}


def _fifo(name: str, attribute: str) -> dict[str, Any]:
    """What makes a topic or a queue one that keeps the order, where its name says so."""
    if not name.endswith(".fifo"):
        return {}
    return {"Attributes": {attribute: "true", "ContentBasedDeduplication": "true"}}


def _tables(parameters: Parameters) -> Iterator[Creation]:
    if "TableName" in parameters:
        yield _table(parameters["TableName"], parameters)
    for table, requests in (parameters.get("RequestItems") or {}).items():
        for request in _requests(requests):
            yield _table(table, request)
    for item in parameters.get("TransactItems") or ():
        for request in item.values():
            yield _table(request.get("TableName", ""), request)


def _requests(requests: Any) -> Iterator[Parameters]:
    """The requests of a batch: each names an item, or a key."""
    if isinstance(requests, Mapping):
        for key in requests.get("Keys", ()):
            yield {"Key": key}
        return
    for request in requests:
        yield from request.values()


def _table(table: str, parameters: Parameters) -> Creation:
    region, name = _named(table)
    kinds = dict(_key_attributes(parameters)) or {"id": "S"}
    schema = [
        {"AttributeName": attribute, "KeyType": kind}
        for attribute, kind in zip(kinds, ("HASH", "RANGE"), strict=False)
    ]
    attributes = [
        {"AttributeName": key["AttributeName"], "AttributeType": kinds[key["AttributeName"]]}
        for key in schema
    ]
    return (
        region,
        "create_table",
        {
            "TableName": name,
            "KeySchema": schema,
            "AttributeDefinitions": attributes,
            "BillingMode": "PAY_PER_REQUEST",
        },
    )


def _key_attributes(parameters: Parameters) -> Iterator[tuple[str, str]]:
    """The attributes of a table's key, with their types, as a call tells or may well mean them."""
    if key := parameters.get("Key"):
        for name, value in key.items():
            yield name, next(iter(value))
    elif item := parameters.get("Item"):
        # Whoever writes an item down begins with its key.
        for name, value in item.items():
            if (kind := next(iter(value), "")) in ("S", "N", "B") and value[kind] != "":
                yield name, kind
                break
    elif condition := parameters.get("KeyConditionExpression"):
        names = parameters.get("ExpressionAttributeNames") or {}
        values = parameters.get("ExpressionAttributeValues") or {}
        for name, value in _EQUALITY.findall(str(condition)):
            yield names.get(name, name), next(iter(values.get(value) or {"S": ""}))


def _buckets(parameters: Parameters) -> Iterator[Creation]:
    if (bucket := parameters.get("Bucket")) is not None:
        yield "us-east-1", "create_bucket", {"Bucket": bucket}


def _log_groups(parameters: Parameters) -> Iterator[Creation]:
    if (group := parameters.get("logGroupName")) is not None:
        yield None, "create_log_group", {"logGroupName": group}
        if (stream := parameters.get("logStreamName")) is not None:
            names = {"logGroupName": group, "logStreamName": stream}
            yield None, "create_log_stream", names


def _clusters(parameters: Parameters) -> Iterator[Creation]:
    name = _named(parameters.get("cluster") or "default")[1].rpartition("/")[2]
    yield None, "create_cluster", {"clusterName": name}


def _repositories(parameters: Parameters) -> Iterator[Creation]:
    if (repository := parameters.get("repositoryName")) is not None:
        yield None, "create_repository", {"repositoryName": repository}


def _buses(parameters: Parameters) -> Iterator[Creation]:
    for entry in parameters.get("Entries") or ():
        if (bus := entry.get("EventBusName")) is not None:
            region, name = _named(bus)
            yield region, "create_event_bus", {"Name": name.rpartition("/")[2]}


def _streams(parameters: Parameters) -> Iterator[Creation]:
    if (stream := parameters.get("StreamName") or parameters.get("StreamARN")) is not None:
        region, name = _named(stream)
        yield (
            region,
            "create_stream",
            {
                "StreamName": name.rpartition("/")[2],
                "ShardCount": 1,
            },
        )


_CREATIONS: Mapping[str, Callable[[Parameters], Iterator[Creation]]] = MappingProxyType(
    {
        "dynamodb": _tables,
        "ecr": _repositories,
        "ecs": _clusters,
        "events": _buses,
        "kinesis": _streams,
        "logs": _log_groups,
        "s3": _buckets,
        "sns": _topics,
        "sqs": _queues,
    }
)


def _named(identifier: str) -> tuple[str | None, str]:
    """The region and the name of what an ARN or a name identifies."""
    parts = str(identifier).split(":", 5)
    if len(parts) == 6 and parts[0] == "arn":
        return parts[3] or None, parts[5].removeprefix("table/")
    return None, str(identifier)
