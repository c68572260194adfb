"""A configuration of the Serverless Framework, as the CloudFormation template that it stands for.

A function `notify` is the resource `NotifyLambdaFunction` there, and its events are rules, event
source mappings and subscriptions beside those that stand under `resources`. So what reaches what
is decided by the readers of templates, and a rule reads the same whatever tool it is written for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.iac.cloudformation.functions import Function, functions
from ecr_contracts.discovery.iac.cloudformation.rules import Rule, rules, rules_for_others
from ecr_contracts.discovery.iac.cloudformation.template import RULE, Template
from ecr_contracts.discovery.iac.documents.document import (
    Block,
    TemplateError,
    as_block,
    as_list,
    blocks,
    read,
)
from ecr_contracts.discovery.iac.serverless.variables import Variables, is_unknown
from ecr_contracts.discovery.iac.values.intrinsics import Resolver

__all__ = ["is_serverless", "read_serverless"]

_SUFFIXES = (".yml", ".yaml", ".json")
_PROVIDER = re.compile(rb"(?m)^provider:")
_SAM = re.compile(rb"(?m)^Resources:")
_HEAD = 100_000  # bytes that are looked at

_SECTIONS = ("Resources", "Parameters", "Mappings", "Conditions")
_RULES = {"eventBridge": "pattern", "cloudwatchEvent": "event"}
"""The events that are rules, and where their patterns stand."""
_SHAPING = {"input": "Input", "inputPath": "InputPath", "inputTransformer": "InputTransformer"}
_ARN_PARTS = 6
_ARN_SORTS = re.compile("^(?:function:|stream/|log-group:)")
_LOG_GROUPS = "logs"
_NAMES = {
    "AWS::SQS::Queue": ("sqs", "QueueName"),
    "AWS::SNS::Topic": ("sns", "TopicName"),
    "AWS::Kinesis::Stream": ("kinesis", "Name"),
    "AWS::Logs::LogGroup": (_LOG_GROUPS, "LogGroupName"),
    "AWS::Lambda::Function": ("lambda", "FunctionName"),
}
"""Of resources that others name by an ARN: its service, and which property is their name there."""
_REFERRING = {
    "AWS::Lambda::EventSourceMapping": ("EventSourceArn", "FunctionName"),
    "AWS::SNS::Subscription": ("TopicArn", "Endpoint"),
    "AWS::Logs::SubscriptionFilter": ("LogGroupName", "DestinationArn"),
}
"""Under which properties resources refer to those that they join."""


def is_serverless(file: Path) -> bool:
    """Whether a file is a configuration of the Serverless Framework, by its name or its keys."""
    if file.suffix not in _SUFFIXES:
        return False
    if file.name.startswith("serverless."):
        return True
    try:
        head = read_plain_file(file, limits.DOCUMENT_BYTES)[:_HEAD]
    except OSError:
        return False
    return _PROVIDER.search(head) is not None and _SAM.search(head) is None


def read_serverless(
    file: Path,
) -> tuple[tuple[Function, ...], tuple[Rule, ...], tuple[tuple[str, Rule], ...]]:
    """The functions and the rules of a configuration, and those rules that reach what it lacks.

    Functions are called as they are there; rules that reach something else come with its name.

    Raises TemplateError for a file that cannot be read, and for one without functions and rules.
    """
    content = read(file)
    configuration = _Configuration(file, content)
    template = Template(file, configuration.template())
    known = tuple(map(configuration.placed_function, functions(template)))
    found = tuple(map(configuration.placed, rules(template)))
    if not known and not found:
        problem = "it is no configuration of the Serverless Framework: it has no functions"
        raise TemplateError(str(file), 0, problem)
    others = [(name, configuration.placed(rule)) for name, rule in rules_for_others(template)]
    return known, found, tuple(others)


class _Configuration:
    """A configuration, and the template that it stands for."""

    def __init__(self, file: Path, content: Block) -> None:
        self._content = content
        self._variables = Variables(file, content)
        self._provider = self._section("provider")
        self._template = Block()
        self._resources = Block()
        self._names: dict[str, str] = {}
        self._places: dict[tuple[str, int], Path] = {}

    def template(self) -> Block:
        """The template, its resources in the order of the configuration."""
        for section in _SECTIONS:
            self._template[section] = Block()
        self._resources = self._template["Resources"]
        for name, layer in blocks(self._section("layers")):
            self._add_layer(name, layer)
        known = list(self._functions())
        for name, function, line in known:
            self._add_function(name, function, line)
        for part in self._parts("resources"):
            self._add_resources(part)
        for name, function, _ in known:
            for number, event in enumerate(as_list(function.get("events")), 1):
                self._add_event(name, number, as_block(event))
        _Links(self._template).make()
        return self._template

    def placed(self, rule: Rule) -> Rule:
        """A rule with the file that it stands in."""
        file = self._places.get((rule.name, rule.line))
        return replace(rule, file=file.as_posix() if file else rule.file)

    def placed_function(self, function: Function) -> Function:
        """A function by its own name, with its rules."""
        file = self._places.get((function.name, function.line))
        return replace(
            function,
            name=self._names.get(function.name, function.name),
            template=file or function.template,
            rules=tuple(map(self.placed, function.rules)),
        )

    # Sections
    # ----------------------------------------------------------------------------------------------

    def _section(self, name: str) -> Block:
        return as_block(self._variables.resolved(self._content.get(name)))

    def _parts(self, name: str) -> Iterator[Block]:
        """The mappings of a section that may be a list of them."""
        section = self._variables.resolved(self._content.get(name))
        if isinstance(section, list):
            yield from map(as_block, section)
        else:
            yield as_block(section)

    def _functions(self) -> Iterator[tuple[str, Block, int]]:
        """The functions: their names, what is said of them, and where their names stand."""
        for part in self._parts("functions"):
            for name, function in blocks(part):
                line = part.lines.get(name, 0)
                self._places[_function_id(name), line] = self._variables.place(part)
                yield name, function, line

    def _add(self, name: str, kind: str, properties: Mapping[str, Any], line: int) -> None:
        """Add a resource to the template, which stands in one line."""
        resource = _block({"Type": kind, "Properties": _block(properties, line)}, line)
        self._resources[name] = resource
        self._resources.lines[name] = line

    def _add_resources(self, part: Block) -> None:
        """Add what stands under `resources`, which is CloudFormation."""
        for section in _SECTIONS:
            block = as_block(part.get(section))
            for name, value in block.items():
                self._template[section][name] = value
                self._template[section].lines[name] = block.lines.get(name, 0)
                self._places[name, block.lines.get(name, 0)] = self._variables.place(block)

    # Functions
    # ----------------------------------------------------------------------------------------------

    def _add_layer(self, name: str, layer: Block) -> None:
        content = layer.get("path")
        line = layer.lines.get("path", 0)
        name = f"{_normalised(name)}LambdaLayer"
        self._add(name, "AWS::Lambda::LayerVersion", {"Content": content}, line)

    def _add_function(self, name: str, function: Block, line: int) -> None:
        identifier = _function_id(name)
        self._names[identifier] = name
        properties: dict[str, Any] = {
            "FunctionName": function.get("name", self._full_name(name)),
            "Handler": function.get("handler", ""),
            "Code": _code_folder(function),
            "Environment": _block({"Variables": self._environment(function)}, line),
            "Layers": function.get("layers", self._provider.get("layers")),
        }
        for key, wanted in (("Runtime", "runtime"), ("Timeout", "timeout")):
            value = function.get(wanted, self._provider.get(wanted))
            if value is not None and not is_unknown(value):
                properties[key] = value
        if "image" in function:
            properties["PackageType"] = "Image"
        self._add(identifier, "AWS::Lambda::Function", properties, line)

    def _full_name(self, name: str) -> str:
        """The name that a function has at AWS."""
        service = self._variables.resolved(self._content.get("service"))
        service = service.get("name") if isinstance(service, Block) else service
        stage = self._variables.resolved("${sls:stage}")
        return f"{service}-{stage}-{name}"

    def _environment(self, function: Block) -> Block:
        """The variables of all functions and those of one; a value of null takes one away."""
        variables = Block()
        for part in (self._provider, function):
            holder = as_block(part.get("environment"))
            variables.update(holder)
            variables.lines.update(holder.lines)
            variables.texts.update(holder.texts)
        for name in [name for name, value in variables.items() if value is None]:
            del variables[name]
        return variables

    # Events
    # ----------------------------------------------------------------------------------------------

    def _add_event(self, function: str, number: int, event: Block) -> None:
        """Add what hands events to a function, if it is of a sort that brings events of ECR."""
        target = _reference(_function_id(function), "Arn")
        for kind, value in event.items():
            line = event.lines.get(kind, 0)
            name = f"{function}-{kind}-{number}"
            if kind in _RULES:
                name = f"{function}-rule-{number}"
                self._add_rule(name, as_block(value), _RULES[kind], line, target)
            elif kind in ("sqs", "stream"):
                self._add_mapping(name, value, line, target)
            elif kind == "sns":
                self._add_topic(name, value, line, target)
            elif kind == "cloudwatchLog":
                group = as_block(value).get("logGroup", value)
                properties = {"LogGroupName": group, "DestinationArn": target}
                self._add(name, "AWS::Logs::SubscriptionFilter", properties, line)
            self._places[name, line] = self._variables.place(event)

    def _add_rule(self, name: str, rule: Block, key: str, line: int, function: Block) -> None:
        """Add a rule with a function as its target; nothing for a mere schedule."""
        if key not in rule:
            return
        target = _block({"Id": name, "Arn": function}, line)
        for written, wanted in _SHAPING.items():
            if written in rule:
                target[wanted] = _shaping(rule[written])
                target.lines[wanted] = rule.lines.get(written, line)
        if "deadLetterQueueArn" in rule:
            target["DeadLetterConfig"] = _block({"Arn": rule["deadLetterQueueArn"]}, line)
        properties = {"EventPattern": rule[key], "Targets": [target]}
        if "eventBus" in rule:
            properties["EventBusName"] = rule["eventBus"]
        if rule.get("enabled") is False:
            properties["State"] = "DISABLED"
        self._add(name, RULE, properties, line)

    def _add_mapping(self, name: str, value: Any, line: int, function: Block) -> None:
        """Add the event source mapping of a queue or a stream."""
        said = as_block(value)
        properties: dict[str, Any] = {
            "EventSourceArn": said.get("arn", value),
            "FunctionName": function,
        }
        if "batchSize" in said:
            properties["BatchSize"] = said["batchSize"]
        if "functionResponseType" in said:
            properties["FunctionResponseTypes"] = [said["functionResponseType"]]
        self._add(name, "AWS::Lambda::EventSourceMapping", properties, line)

    def _add_topic(self, name: str, value: Any, line: int, function: Block) -> None:
        """Add the subscription to a topic, and the topic where only its name is given."""
        said = as_block(value)
        topic = said.get("arn", said.get("topicName", value))
        if isinstance(topic, str) and not topic.startswith("arn:"):
            identifier = f"SNSTopic{_normalised(re.sub('[^0-9A-Za-z]', '', topic))}"
            if identifier not in self._resources:
                self._add(identifier, "AWS::SNS::Topic", {"TopicName": topic}, line)
            topic = _reference(identifier)
        properties = {"TopicArn": topic, "Endpoint": function, "Protocol": "lambda"}
        self._add(name, "AWS::SNS::Subscription", properties, line)


class _Links:
    """References between the resources of a template, in place of ARNs that are written out."""

    def __init__(self, template: Block) -> None:
        self._resources = template["Resources"]
        self._resolver = Resolver(template)
        self._named: dict[tuple[str, str], str] = {}
        for name, resource in blocks(self._resources):
            service, key = _NAMES.get(str(resource.get("Type", "")), ("", ""))
            own_name = as_block(resource.get("Properties")).get(key)
            if own_name is not None:
                self._named[service, self._resolver.text(own_name, "")] = name

    def make(self) -> None:
        """Replace the ARNs in all resources that join others."""
        for _, resource in blocks(self._resources):
            properties = as_block(resource.get("Properties"))
            for key in _REFERRING.get(str(resource.get("Type", "")), ()):
                self._replace(properties, key)
            if resource.get("Type") == RULE:
                for target in map(as_block, as_list(properties.get("Targets"))):
                    self._replace(target, "Arn")

    def _replace(self, holder: Block, key: str) -> None:
        """Replace a value by a reference if it is the ARN or the name of a resource."""
        value = holder.get(key)
        if value is None or self._resolver.resource(value) is not None:
            return
        text = self._resolver.text(value, "")
        service = _LOG_GROUPS
        parts = text.removesuffix(":*").split(":", 5)
        if len(parts) == _ARN_PARTS:
            service, text = parts[2], _ARN_SORTS.sub("", parts[5])
        if identifier := self._named.get((service, text)):
            holder[key] = _reference(identifier, "Arn")


# Parts of the template
# --------------------------------------------------------------------------------------------------


def _block(values: Mapping[str, Any], line: int) -> Block:
    """A block of some values, all of which stand in one line."""
    block = Block()
    for key, value in values.items():
        block[key] = value
        block.lines[key] = line
        block.texts[key] = line, 0
    return block


def _reference(name: str, attribute: str = "") -> Block:
    """A reference to a resource, or to an attribute of it."""
    if attribute:
        return _block({"Fn::GetAtt": [name, attribute]}, 0)
    return _block({"Ref": name}, 0)


def _function_id(name: str) -> str:
    """What the function of a name is called in the template."""
    return f"{_normalised(name)}LambdaFunction"


def _normalised(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}".replace("-", "Dash").replace("_", "Underscore")


def _code_folder(function: Block) -> Any:
    """The folder of a function's code; a plugin for requirements lets each have its own."""
    module = function.get("module")
    return module if isinstance(module, str) else "."


def _shaping(value: Any) -> Any:
    """How a target has events shaped, its keys as CloudFormation writes them."""
    if not isinstance(value, Block) or "inputTemplate" not in value:
        return value
    block = Block()
    for key, wanted in (("inputPathsMap", "InputPathsMap"), ("inputTemplate", "InputTemplate")):
        if key in value:
            block[wanted] = value[key]
            block.lines[wanted] = value.lines.get(key, 0)
            block.texts[wanted] = value.texts.get(key, (0, 0))
    return block
