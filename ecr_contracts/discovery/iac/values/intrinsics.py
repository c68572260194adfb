"""CloudFormation's intrinsic functions (`Ref`, `Fn::Sub`), and the values that they may give.

It knows what deployed values look like, and nothing of Lambda functions or rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_contracts.core.placeholders import ACCOUNT, REGION, placeholder, resource_arn
from ecr_contracts.discovery.iac.values.conditions import alternatives
from ecr_contracts.discovery.iac.values.known_values import (
    KnownValues,
    as_mapping,
    has_marks,
    intrinsic,
)
from ecr_contracts.discovery.iac.values.made_text import DYNAMIC, VARIABLE, TextBudget

__all__ = ["Resolver", "intrinsic"]

_MAX_DEPTH = 60

_UUID = "00000000-0000-4000-8000-000000000000"
_PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT,
    "AWS::NoValue": "",
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackId": resource_arn("stack"),
    "AWS::StackName": "placeholder",
    "AWS::URLSuffix": "amazonaws.com",
}
_ARN_SORTS = {
    "AWS::CodeBuild::Project": "project",
    "AWS::DynamoDB::Table": "table",
    "AWS::ECR::Repository": "repository",
    "AWS::ECS::Cluster": "cluster",
    "AWS::ECS::Service": "service",
    "AWS::ECS::TaskDefinition": "definition",
    "AWS::Events::EventBus": "bus",
    "AWS::Events::Rule": "rule",
    "AWS::IAM::Role": "role",
    "AWS::KMS::Key": "key",
    "AWS::Kinesis::Stream": "stream",
    "AWS::Lambda::Function": "function",
    "AWS::Logs::LogGroup": "group",
    "AWS::S3::Bucket": "bucket",
    "AWS::SNS::Topic": "topic",
    "AWS::SQS::Queue": "queue",
    "AWS::SSM::Parameter": "parameter",
    "AWS::SecretsManager::Secret": "secret",
    "AWS::Serverless::Function": "function",
    "AWS::Serverless::SimpleTable": "table",
    "AWS::Serverless::StateMachine": "machine",
    "AWS::StepFunctions::StateMachine": "machine",
}
"""What each type of resource is called in `resource_arn`."""
_REFERRED_BY_ARN = frozenset(
    {
        "AWS::ECS::Service",
        "AWS::ECS::TaskDefinition",
        "AWS::SNS::Topic",
        "AWS::SecretsManager::Secret",
        "AWS::Serverless::StateMachine",
        "AWS::StepFunctions::StateMachine",
    }
)
"""Types of which `Ref` gives the ARN; of the others it gives the name."""


class Resolver:
    """Evaluates a template's functions to values as they may be once it is deployed.

    `known` has what is known before: it makes nothing up, and tells whether conditions hold.
    """

    def __init__(self, template: Mapping[str, Any]) -> None:
        self.known = KnownValues(template)
        self._budget = TextBudget()
        self._parameters = as_mapping(template.get("Parameters"))
        self._resources = as_mapping(template.get("Resources"))
        self._mappings = as_mapping(template.get("Mappings"))

    def text(self, value: Any, name: str, depth: int = 0) -> str:
        """A value as text; one that only a deployment knows is a placeholder that suits `name`."""
        if depth > _MAX_DEPTH:
            return placeholder(name)
        if (function := intrinsic(value)) is not None:
            return self._evaluate(*function, name, depth + 1)
        match value:
            case bool():
                return str(value).lower()
            case str() if DYNAMIC.fullmatch(value):
                return placeholder(name)
            case str():
                return DYNAMIC.sub("placeholder", value)
            case None:
                return ""
            case int() | float():
                return str(value)
            case list():
                return ",".join(self.text(item, name, depth + 1) for item in value)
        return placeholder(name)

    def resource(self, value: Any) -> str | None:
        """The logical id of the resource that a value refers to, None if the template has none."""
        return next((name for name in _referred(value, 0) if name in self._resources), None)

    def data(self, value: Any) -> Any:
        """A value with its functions replaced by what they may give."""
        if intrinsic(value) is not None:
            return self.text(value, "")
        match value:
            case Mapping():
                return {key: self.data(inner) for key, inner in value.items()}
            case list():
                return [self.data(inner) for inner in value]
        return value

    def _evaluate(self, function: str, argument: Any, name: str, depth: int) -> str:
        match function, argument:
            case "Ref", str(referred):
                return self._reference(referred, name)
            case "Fn::GetAtt", [str(referred), str(attribute)]:
                return self._attribute(referred, attribute, name)
            case "Fn::GetAtt", str(both):
                return self._attribute(*both.partition(".")[::2], name)
            case "Fn::Sub", str(text):
                return self._substituted(text, {}, name, depth)
            case "Fn::Sub", [str(text), Mapping() as values]:
                return self._substituted(text, values, name, depth)
            case "Fn::Join", [str(separator), list() as parts]:
                made = self._budget.joined(
                    separator, (self.text(part, name, depth) for part in parts)
                )
                return placeholder(name) if made is None else made
            case "Fn::If", [_, _, _]:
                return self.text(self._branch(argument), name, depth)
            case "Fn::Select", [index, values]:
                return self._selected(index, values, name, depth)
            case "Fn::FindInMap", [str(table), first, second]:
                return self._in_map(table, [first, second], name, depth)
            case "Fn::Base64" | "Fn::ToJsonString", inner:
                return self.text(inner, name, depth)
        known = self.known.text({function: argument})
        return placeholder(name) if has_marks(known) else known

    def _branch(self, argument: list[Any]) -> Any:
        """The branch of an `Fn::If`; the first that has a value where that cannot be told."""
        condition, chosen, other = argument
        holds = self.known.holds(condition)
        if holds is not None:
            return chosen if holds else other
        return next(alternatives({"Fn::If": argument}), "")

    def _in_map(self, table: str, keys: list[Any], name: str, depth: int) -> str:
        value: Any = self._mappings.get(table)
        for key in keys:
            value = as_mapping(value).get(self.text(key, "", depth))
        return placeholder(name) if value is None else self.text(value, name, depth)

    def _selected(self, index: Any, values: Any, name: str, depth: int) -> str:
        match intrinsic(values):
            case "Fn::Split", [str(separator), text]:
                values = self.text(text, name, depth).split(separator)
        try:
            return self.text(values[int(index)], name, depth)
        except (TypeError, ValueError, LookupError):
            return placeholder(name)

    def _substituted(self, text: str, values: Mapping[str, Any], name: str, depth: int) -> str:
        def value(match: re.Match[str]) -> str:
            escaped, variable = match.groups()
            if escaped:
                return f"${{{variable}}}"
            if variable in values:
                return self.text(values[variable], name, depth)
            referred, dot, attribute = variable.partition(".")
            if dot:
                return self._attribute(referred, attribute, name)
            return self._reference(referred, name)

        made = self._budget.substituted(value, text)
        return placeholder(name) if made is None else made

    def _reference(self, referred: str, name: str) -> str:
        """What `Ref` gives: of a pseudo parameter, a parameter or a resource."""
        if referred in _PSEUDO_PARAMETERS:
            return _PSEUDO_PARAMETERS[referred]
        if referred in self._parameters:
            return self._parameter(referred, name)
        kind = self._type(referred)
        if not kind:
            return placeholder(name or referred)
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{self._physical_name(referred)}"
        if kind in _REFERRED_BY_ARN:
            return self._arn(referred, kind)
        return self._physical_name(referred)

    def _parameter(self, referred: str, name: str) -> str:
        """A parameter's default, else the first of the values that it allows."""
        parameter = as_mapping(self._parameters[referred])
        stored = str(parameter.get("Type", "")).startswith("AWS::SSM::")
        allowed = parameter.get("AllowedValues") or ()
        default = parameter.get("Default", next(iter(allowed), None))
        is_scalar = isinstance(default, str | int | float)  # a function is no default
        if stored or not is_scalar:
            return placeholder(name or referred)
        return self.text(default, name)

    def _attribute(self, referred: str, attribute: str, name: str) -> str:
        """What `Fn::GetAtt` gives."""
        kind = self._type(referred)
        if attribute in ("Arn", "TopicArn") and kind in _ARN_SORTS:
            return self._arn(referred, kind)
        if kind == "AWS::SQS::Queue" and attribute == "QueueUrl":
            return self._reference(referred, name)
        if attribute in ("Name", "QueueName", "TopicName") and kind:
            return self._physical_name(referred)
        return placeholder(name if attribute in ("", "Value") else f"{referred}.{attribute}")

    def _type(self, referred: str) -> str:
        return str(as_mapping(self._resources.get(referred)).get("Type", ""))

    def _arn(self, referred: str, kind: str) -> str:
        arn = resource_arn(_ARN_SORTS[kind], self._physical_name(referred))
        return f"{arn}:*" if kind == "AWS::Logs::LogGroup" else arn

    def _physical_name(self, referred: str) -> str:
        """The name that a resource has, else its logical id in lower case, fit for all services."""
        properties = as_mapping(as_mapping(self._resources.get(referred)).get("Properties"))
        for key, value in properties.items():
            if key.endswith("Name") and isinstance(value, str):
                return value
        return referred.lower()


def _referred(value: Any, depth: int) -> Iterator[str]:
    """The logical ids that a value refers to, or parts of it do."""
    inner: Sequence[Any] = ()
    match intrinsic(value):
        case "Ref", str(name):
            yield name
            yield name.partition(".")[0]  # `Fn.Alias`, as SAM has it
        case "Fn::GetAtt", [str(name), *_] | str(name):
            yield name.partition(".")[0]
        case "Fn::Sub", str(text):
            yield from _variables(text)
        case "Fn::Sub", [str(text), Mapping() as values]:
            for name in _variables(text):
                if name in values and depth < _MAX_DEPTH:
                    yield from _referred(values[name], depth + 1)
                else:
                    yield name
        case "Fn::Join", [_, list() as parts]:
            inner = parts
        case "Fn::If", [_, *branches]:
            inner = branches
    for part in inner if depth < _MAX_DEPTH else ():
        yield from _referred(part, depth + 1)


def _variables(text: str) -> Iterator[str]:
    """The names of resources, or of values, that stand in the text of an `Fn::Sub`."""
    for escaped, name in VARIABLE.findall(text):
        if not escaped:
            yield name.partition(".")[0]
