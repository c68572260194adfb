"""The same rules in each form in which rules are kept, as the text of one file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Patterns = Sequence[Mapping[str, Any]]


def names(patterns: Patterns) -> list[str]:
    """The names of the rules, one for each pattern."""
    return [f"Rule{number}" for number in range(len(patterns))]


def _resources(patterns: Patterns) -> dict[str, Any]:
    resources = {}
    for name, pattern in zip(names(patterns), patterns, strict=True):
        resources[name] = {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": pattern}}
    return resources


def template_json(patterns: Patterns) -> str:
    return json.dumps({"Resources": _resources(patterns)}, indent=1)


def template_yaml(patterns: Patterns) -> str:
    lines = ["Resources:"]
    for name, pattern in zip(names(patterns), patterns, strict=True):
        lines += [f"  {name}:", "    Type: AWS::Events::Rule", "    Properties:"]
        lines.append(f"      EventPattern: {json.dumps(pattern)}")
    return "\n".join(lines)


def sam(patterns: Patterns) -> str:
    lines = [
        "Transform: AWS::Serverless-2016-10-31",
        "Resources:",
        "  Fn:",
        "    Type: AWS::Serverless::Function",
        "    Properties:",
        "      Handler: app.handler",
        "      Runtime: python3.12",
        "      CodeUri: .",
        "      Events:",
    ]
    for name, pattern in zip(names(patterns), patterns, strict=True):
        lines += [f"        {name}:", "          Type: EventBridgeRule", "          Properties:"]
        lines.append(f"            Pattern: {json.dumps(pattern)}")
    return "\n".join(lines)


def cdk(patterns: Patterns) -> str:
    """What CDK writes: names with a hash, and paths of constructs."""
    resources = _resources(patterns)
    for name, resource in resources.items():
        resource["Properties"]["State"] = "ENABLED"
        resource["Metadata"] = {"aws:cdk:path": f"Stack/{name}/Resource"}
    return json.dumps(
        {
            "Resources": resources,
            "Parameters": {
                "BootstrapVersion": {
                    "Type": "AWS::SSM::Parameter::Value<String>",
                    "Default": "/cdk-bootstrap/hnb659fds/version",
                }
            },
        },
        indent=1,
    )


def terraform(patterns: Patterns) -> str:
    blocks = []
    for number, (name, pattern) in enumerate(zip(names(patterns), patterns, strict=True)):
        text = json.dumps(pattern).replace("${", "$${")
        value = f"jsonencode({text})" if number % 2 else f"<<EOF\n{text}\nEOF"
        blocks.append(
            f'resource "aws_cloudwatch_event_rule" "{name}" {{\n  event_pattern = {value}\n}}'
        )
    return "\n".join(blocks)


def serverless(patterns: Patterns) -> str:
    lines = [
        "service: images",
        "provider: {name: aws, runtime: python3.12}",
        "functions:",
        "  fn:",
        "    handler: app.handler",
        "    events:",
    ]
    for pattern in patterns:
        lines.append(f"      - eventBridge: {{pattern: {json.dumps(pattern)}}}")
    return "\n".join(lines)


def listed(patterns: Patterns) -> str:
    """What `aws events list-rules` prints."""
    rules = []
    for name, pattern in zip(names(patterns), patterns, strict=True):
        rules.append({"Name": name, "EventPattern": json.dumps(pattern), "State": "ENABLED"})
    return json.dumps({"Rules": rules}, indent=1)


FORMS: dict[str, tuple[str, Callable[[Patterns], str]]] = {
    "CloudFormation in YAML": ("template.yaml", template_yaml),
    "CloudFormation in JSON": ("template.json", template_json),
    "SAM": ("sam.yaml", sam),
    "CDK": ("Stack.template.json", cdk),
    "Terraform": ("main.tf", terraform),
    "Serverless": ("serverless.yml", serverless),
    "list-rules": ("rules.json", listed),
}
"""Each form with the name of its file and what writes it."""
