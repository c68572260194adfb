"""Resources of Terraform, and the attributes that AWS gives them once they are deployed.

It knows how ARNs and URLs of each type are formed; where the arguments come from, a file or a
plan, the classes of `module` and `plan` know.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecr_contracts.core.placeholders import ACCOUNT, REGION, resource_arn
from ecr_contracts.discovery.iac.documents.document import Block, as_block
from ecr_contracts.discovery.iac.terraform.values import (
    Either,
    Partial,
    Unknown,
    owned,
    text_of,
)
from ecr_contracts.discovery.iac.values.known_values import PLACE, UNKNOWN

__all__ = ["DATA", "Made", "Resource", "computed", "first_block"]

DATA = "data."
"""What the types of data sources begin with here."""

_SORTS = {
    "aws_cloudwatch_event_bus": "bus",
    "aws_cloudwatch_event_rule": "rule",
    "aws_cloudwatch_log_group": "group",
    "aws_codebuild_project": "project",
    "aws_dynamodb_table": "table",
    "aws_ecr_repository": "repository",
    "aws_ecs_cluster": "cluster",
    "aws_ecs_service": "service",
    "aws_ecs_task_definition": "definition",
    "aws_iam_role": "role",
    "aws_kinesis_stream": "stream",
    "aws_kms_key": "key",
    "aws_lambda_alias": "function",
    "aws_lambda_function": "function",
    "aws_s3_bucket": "bucket",
    "aws_secretsmanager_secret": "secret",
    "aws_sfn_state_machine": "machine",
    "aws_sns_topic": "topic",
    "aws_sqs_queue": "queue",
    "aws_ssm_parameter": "parameter",
}
"""What each type of resource is called in `resource_arn`."""
_NAME_KEYS = {
    "aws_ecs_task_definition": "family",
    "aws_lambda_alias": "function_name",
    "aws_lambda_function": "function_name",
    "aws_s3_bucket": "bucket",
}
"""The argument that names a resource, where it is not `name`."""
_ARN_AS_ID = ("aws_secretsmanager_secret", "aws_sfn_state_machine", "aws_sns_topic")
_ARNS = ("arn", "qualified_arn", "invoke_arn", "topic_arn")
_OF_ACCOUNTS = {
    ("data.aws_caller_identity", "account_id"): ACCOUNT,
    ("data.aws_caller_identity", "id"): ACCOUNT,
    ("data.aws_region", "id"): REGION,
    ("data.aws_region", "name"): REGION,
    ("data.aws_region", "region"): REGION,
}
"""The data sources that tell where something is deployed."""


class Resource(ABC):
    """A resource: its type, its name in the configuration, its address, and where it stands.

    The type of a data source begins with `data.`. `folder` is that of its module, `modules` are the
    names of the modules around it.
    """

    type: str
    name: str
    address: str
    file: Path
    line: int
    modules: tuple[str, ...]

    @abstractmethod
    def get(self, key: str) -> Any:
        """The value of an argument, or the list of the blocks of that name; None without one."""

    @abstractmethod
    def line_of(self, key: str) -> int:
        """The line of an argument or block, that of the resource without one."""

    def attribute(self, name: str) -> Any:
        """What a reference to an attribute gives."""
        value = self.get(name)
        return computed(self, name) if value is None else owned(value, self.address)


@dataclass(eq=False)
class Made(Resource):
    """A resource whose arguments are all there, as those of a plan are."""

    type: str
    name: str
    address: str
    file: Path
    line: int
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    modules: tuple[str, ...] = ()

    def get(self, key: str) -> Any:
        """The value of an argument."""
        return self.values.get(key)

    def line_of(self, key: str) -> int:
        """The line of an argument."""
        return self.lines.get(key, self.line)


def first_block(value: Any) -> Block:
    """The first of the blocks that an argument is, an empty one without any."""
    if isinstance(value, list) and value:
        return as_block(value[0])
    return as_block(value)


def computed(resource: Resource, attribute: str) -> Any:
    """What AWS gives a resource for an attribute that its configuration does not set."""
    address, kind = resource.address, resource.type
    if (kind, attribute) in _OF_ACCOUNTS:
        return Unknown(_OF_ACCOUNTS[kind, attribute], address, PLACE)
    if (kind, attribute) == ("data.aws_partition", "partition"):
        return "aws"
    kind = kind.removeprefix(DATA)
    name_key = _NAME_KEYS.get(kind, "name")
    if kind in _SORTS and (attribute in _ARNS or (attribute == "id" and kind in _ARN_AS_ID)):
        return _arn(resource, _SORTS[kind])
    if attribute in ("url", "id") and kind == "aws_sqs_queue":
        text = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{text_of(_name(resource))}"
        return Unknown(text, address)
    if attribute == "repository_url":
        text = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{text_of(_name(resource))}"
        return Unknown(text, address)
    if kind in _SORTS and attribute in ("id", "name", name_key):
        return owned(_name(resource), address)
    return Unknown(None, address)


def _name(resource: Resource) -> Any:
    """The name that a resource has in AWS; for one that AWS makes up, that of its block."""
    kind = resource.type.removeprefix(DATA)
    value = resource.get(_NAME_KEYS.get(kind, "name"))
    if value is not None:
        return value
    prefix = resource.get("name_prefix")
    if isinstance(prefix, str):
        return Partial((prefix, Unknown(resource.name)))
    return Unknown(resource.name.lower())


def _arn(resource: Resource, sort: str) -> Any:
    name = _name(resource)
    form = UNKNOWN
    match name:
        case str():
            form = name
        case Partial(parts):
            form = "".join(part if isinstance(part, str) else part.form for part in parts)
        case Either(options):
            name = options[0]
    arn = resource_arn(sort, form).replace(ACCOUNT, PLACE).replace(REGION, PLACE)
    return Unknown(resource_arn(sort, text_of(name)), resource.address, arn)
