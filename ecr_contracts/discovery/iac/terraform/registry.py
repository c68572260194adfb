"""Modules of the Terraform registry whose inputs are well known, as the resources they make.

Those of `terraform-aws-modules` for functions, rules, queues, topics and repositories; any other
module that lies elsewhere makes nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ecr_contracts.discovery.iac.documents.document import Block, as_block, as_list
from ecr_contracts.discovery.iac.terraform.resources import Made
from ecr_contracts.discovery.iac.terraform.values import Attribute

__all__ = ["Call", "output", "resources"]


@dataclass(frozen=True)
class Call:
    """A `module` block: the source of the module, and what it is given."""

    source: str
    name: str
    address: str
    file: Path
    line: int
    inputs: Mapping[str, Any]
    modules: tuple[str, ...] = ()

    def made(self, kind: str, name: str, values: Mapping[str, Any], line: int = 0) -> Made:
        """A resource of the module, which goes by the name of the call."""
        shown = f'{self.name}["{name}"]' if name else self.name
        address = f"{self.address}.{kind}.{name or 'this'}"
        line = line or self.line
        return Made(kind, shown, address, self.file, line, values, modules=self.modules)


def resources(call: Call) -> list[Made]:
    """The resources that a module makes, none if it is not known."""
    known = _known_module(call)
    return list(known.read(call)) if known else []


def output(call: Call, name: str) -> tuple[Made, str] | None:
    """The resource and the attribute of it that an output of a module is; None if it is unknown."""
    known = _known_module(call)
    if known is None or not known.type:
        return None
    main = call.made(known.type, "", {known.name_key: call.inputs.get(known.name_input)})
    if name.endswith("name"):
        return main, known.name_key
    return main, name.rpartition("_")[2]


def _known_module(call: Call) -> _KnownModule | None:
    for name, known in _MODULES.items():
        if name in call.source:
            return known
    return None


def _function(call: Call) -> Iterator[Made]:
    inputs = call.inputs
    values: dict[str, Any] = {
        key: inputs.get(key)
        for key in ("function_name", "handler", "runtime", "timeout", "package_type", "image_uri")
    }
    environment = Block()
    environment["variables"] = inputs.get("environment_variables")
    values["environment"] = [environment]
    source = inputs.get("source_path")
    values["source_path"] = source
    if inputs.get("s3_existing_package") is not None or source is None:
        values["filename"] = inputs.get("local_existing_package") or "package.zip"
    function = call.made("aws_lambda_function", "", values)
    yield function
    arn = Attribute.of(f"{call.name}", function.address)
    mappings = as_block(inputs.get("event_source_mapping"))
    for name, mapping in mappings.items():
        if isinstance(mapping, Mapping):
            line = mappings.lines.get(name, 0)
            of_function = {**mapping, "function_name": arn}
            yield call.made("aws_lambda_event_source_mapping", name, of_function, line)


def _rules(call: Call) -> Iterator[Made]:
    rules, targets = as_block(call.inputs.get("rules")), as_block(call.inputs.get("targets"))
    for name, rule in rules.items():
        if not isinstance(rule, Mapping):
            continue
        state = rule.get("state") or ("DISABLED" if rule.get("enabled") is False else None)
        values = {"name": name, "event_pattern": rule.get("event_pattern"), "state": state}
        made = call.made("aws_cloudwatch_event_rule", name, values, rules.lines.get(name, 0))
        made.name = name
        yield made
        for number, target in enumerate(as_list(targets.get(name))):
            if isinstance(target, Mapping):
                yield _target(call, made, number, target, targets.lines.get(name, 0))


def _target(call: Call, rule: Made, number: int, target: Mapping[str, Any], line: int) -> Made:
    values: dict[str, Any] = {key: target.get(key) for key in ("arn", "input", "input_path")}
    values["rule"] = Attribute.of(rule.name, rule.address)
    values["target_id"] = target.get("name")
    if isinstance(target.get("input_transformer"), Mapping):
        values["input_transformer"] = [target["input_transformer"]]
    if target.get("dead_letter_arn") is not None:
        dead_letters = Block()
        dead_letters["arn"] = target["dead_letter_arn"]
        values["dead_letter_config"] = [dead_letters]
    return call.made("aws_cloudwatch_event_target", f"{rule.name}/{number}", values, line)


def _queue(call: Call) -> Iterator[Made]:
    keys = ("name", "fifo_queue")
    yield call.made("aws_sqs_queue", "", {key: call.inputs.get(key) for key in keys})


def _topic(call: Call) -> Iterator[Made]:
    topic = call.made("aws_sns_topic", "", {"name": call.inputs.get("name")})
    yield topic
    subscriptions = as_block(call.inputs.get("subscriptions"))
    for name, subscription in subscriptions.items():
        if isinstance(subscription, Mapping):
            values = {**subscription, "topic_arn": Attribute.of(call.name, topic.address)}
            line = subscriptions.lines.get(name, 0)
            yield call.made("aws_sns_topic_subscription", name, values, line)


def _repository(call: Call) -> Iterator[Made]:
    values = {"name": call.inputs.get("repository_name")}
    yield call.made("aws_ecr_repository", "", values)


class _KnownModule(NamedTuple):
    """What reads a module, the type of the resource that its outputs are of, and its name.

    `name_input` is the input of the module that names the resource, `name_key` the argument there.
    """

    read: Callable[[Call], Iterator[Made]]
    type: str = ""
    name_input: str = "name"
    name_key: str = "name"


_LAMBDA = _KnownModule(_function, "aws_lambda_function", "function_name", "function_name")
_MODULES: dict[str, _KnownModule] = {
    "terraform-aws-modules/lambda/aws": _LAMBDA,
    "terraform-aws-modules/terraform-aws-lambda": _LAMBDA,
    "terraform-aws-modules/eventbridge/aws": _KnownModule(_rules),
    "terraform-aws-modules/terraform-aws-eventbridge": _KnownModule(_rules),
    "terraform-aws-modules/sqs/aws": _KnownModule(_queue, "aws_sqs_queue"),
    "terraform-aws-modules/sns/aws": _KnownModule(_topic, "aws_sns_topic"),
    "terraform-aws-modules/ecr/aws": _KnownModule(
        _repository, "aws_ecr_repository", "repository_name"
    ),
}
"""The modules by what their sources have in them."""
