"""What CloudFormation templates are written in: YAML with tags, or JSON, and functions that stand for values.

It knows the notation and what a deployed value looks like; it must not know what a Lambda function
is.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ecr_contracts.core.errors import EcrContractsError
from ecr_contracts.core.placeholders import ACCOUNT, REGION, placeholder

__all__ = ["Block", "Resolver", "TemplateError", "can_read", "intrinsic", "marked", "read"]

_DEEPEST = 60
_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")
_DYNAMIC = re.compile(r"\{\{resolve:[^}]*\}\}")

_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::NoValue": "",
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/placeholder/00000000-0000-4000-8000-000000000000",
    "AWS::StackName": "placeholder",
    "AWS::URLSuffix": "amazonaws.com",
}
_ARNS = {
    "AWS::CodeBuild::Project": "arn:aws:codebuild:{region}:{account}:project/{name}",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "AWS::ECR::Repository": "arn:aws:ecr:{region}:{account}:repository/{name}",
    "AWS::ECS::Cluster": "arn:aws:ecs:{region}:{account}:cluster/{name}",
    "AWS::ECS::Service": "arn:aws:ecs:{region}:{account}:service/placeholder/{name}",
    "AWS::ECS::TaskDefinition": "arn:aws:ecs:{region}:{account}:task-definition/{name}:1",
    "AWS::Events::EventBus": "arn:aws:events:{region}:{account}:event-bus/{name}",
    "AWS::Events::Rule": "arn:aws:events:{region}:{account}:rule/{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::KMS::Key": "arn:aws:kms:{region}:{account}:key/00000000-0000-4000-8000-000000000000",
    "AWS::Kinesis::Stream": "arn:aws:kinesis:{region}:{account}:stream/{name}",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{name}",
    "AWS::SSM::Parameter": "arn:aws:ssm:{region}:{account}:parameter/{name}",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:{region}:{account}:secret:{name}-AbCdEf",
    "AWS::Serverless::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "AWS::Serverless::SimpleTable": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "AWS::Serverless::StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
}
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


class TemplateError(EcrContractsError):
    """A template that cannot be read or used; `line` is counted from one, 0 for the file as a whole."""

    def __init__(self, file: str, line: int, problem: str, advice: str = "") -> None:
        self.file, self.line, self.problem, self.advice = file, line, problem, advice
        super().__init__(file, line, problem, advice)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.problem}" + (f"\n  {self.advice}" if self.advice else "")


class Block(dict[str, Any]):
    """A mapping of a template that knows where its keys stand; `lines` are counted from one.

    `texts` are the lines in which the values that are texts begin, and by how many columns they are
    indented.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}
        self.texts: dict[str, tuple[int, int]] = {}


def can_read(file: Path) -> bool:
    """Whether what it takes to read a template of this name is installed."""
    return file.suffix == ".json" or importlib.util.find_spec("ruamel") is not None


def read(file: Path) -> Block:
    """A template as data, in which a tag such as `!Ref` is a mapping as in JSON. Raises TemplateError."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problem = (
            error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8"
        )
        raise TemplateError(str(file), 0, str(problem)) from None
    content = _of_json(file, text) if text.lstrip().startswith("{") else _of_yaml(file, text)
    if not isinstance(content, Block):
        raise TemplateError(str(file), 1, "it is no template: not a mapping")
    return content


def _of_json(file: Path, text: str) -> Any:
    try:
        return _Marker(text).marked(json.loads(text))
    except RecursionError:
        raise TemplateError(str(file), 0, "it is too deeply nested") from None
    except ValueError as error:
        if file.suffix == ".json":
            raise TemplateError(
                str(file), getattr(error, "lineno", 0), f"it is not JSON: {error}"
            ) from None
        return _of_yaml(file, text)


def marked(text: str, above: int) -> Any:
    """JSON in a template, below so many lines, as data. Raises ValueError and RecursionError as json does."""
    return _Marker(text, above).marked(json.loads(text))


class _Marker:
    """Finds the lines of keys in a JSON text, in the order in which they are asked for."""

    def __init__(self, text: str, above: int = 0) -> None:
        self._text, self._at, self._above = text, 0, above

    def marked(self, value: Any) -> Any:
        """The value, its objects as blocks that know the lines of their keys."""
        if isinstance(value, list):
            return [self.marked(inner) for inner in value]
        if not isinstance(value, dict):
            return value
        block = Block()
        for key, inner in value.items():
            found = re.compile(re.escape(json.dumps(key)) + r"\s*:").search(self._text, self._at)
            if found:
                self._at = found.end()
            line = self._text.count("\n", 0, self._at) + 1 + self._above
            block.lines[key] = line
            block.texts[key] = line, 0
            block[key] = self.marked(inner)
        return block


def _of_yaml(file: Path, text: str) -> Any:
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError
    except ImportError:
        advice = "install it: python -m pip install 'ecr-contracts[templates]'"
        raise TemplateError(
            str(file), 0, "reading YAML takes ruamel.yaml, which is not here", advice
        ) from None
    try:
        return _plain(YAML(typ="safe", pure=True).compose(text), 0)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise TemplateError(
            str(file), mark.line + 1 if mark else 0, f"it is not YAML: {problem}"
        ) from None
    except RecursionError:
        raise TemplateError(str(file), 0, "it is too deeply nested") from None


def _plain(node: Any, depth: int) -> Any:
    """A node as data."""
    if depth > _DEEPEST:
        raise RecursionError
    if node is None:
        return None
    tag = str(node.tag)
    if tag.startswith("!") and tag != "!":
        name = tag.removeprefix("!")
        value = _content(node, depth, text=True)
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        block = Block()
        name = name if name in ("Ref", "Condition") else f"Fn::{name}"
        block[name] = value
        block.texts[name] = _text_start(node)
        return block
    return _content(node, depth, text=False)


def _content(node: Any, depth: int, *, text: bool) -> Any:
    if isinstance(node.value, str):
        return node.value if text or node.style else _scalar(str(node.tag), node.value)
    if not node.value or isinstance(node.value[0], tuple):
        if str(node.tag).endswith(":seq") or type(node).__name__ == "SequenceNode":
            return []
        block = Block()
        for key, value in node.value:
            name = str(key.value)
            inner = _plain(value, depth + 1)
            if name == "<<" and isinstance(inner, Block):
                for one in inner.keys() - block.keys():
                    block[one], block.lines[one], block.texts[one] = (
                        inner[one],
                        inner.lines[one],
                        inner.texts[one],
                    )
                continue
            block[name], block.lines[name] = inner, key.start_mark.line + 1
            block.texts[name] = _text_start(value)
        return block
    return [_plain(inner, depth + 1) for inner in node.value]


def _text_start(node: Any) -> tuple[int, int]:
    """The line and the indentation of a text; that of a block stands below its `|`."""
    mark = node.start_mark
    if getattr(node, "style", None) not in ("|", ">"):
        return mark.line + 1, 0
    written = (
        mark.buffer[mark.pointer if hasattr(mark, "pointer") else mark.index :].split("\n")
        if mark.buffer
        else []
    )
    first = next((line for line in written[1:] if line.strip()), "")
    return mark.line + 2, len(first) - len(first.lstrip(" "))


def _scalar(tag: str, text: str) -> Any:
    kind = tag.rpartition(":")[2]
    try:
        if kind == "int":
            return int(text.replace("_", ""), 0) if not re.fullmatch(r"0\d+", text) else text
        if kind == "float":
            return float(text.replace("_", ""))
    except ValueError:
        return text
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    return None if kind == "null" else text


def intrinsic(value: Any) -> tuple[str, Any] | None:
    """The name and the argument of a function that stands for a value, as in `{"Ref": "Topic"}`."""
    if isinstance(value, Mapping) and len(value) == 1:
        (name, argument), *_ = value.items()
        if name in ("Ref", "Condition") or str(name).startswith("Fn::"):
            return str(name), argument
    return None


class Resolver:
    """Gives the values of a template's functions as they may be once it is deployed."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        self._parameters = _mapping(template.get("Parameters"))
        self._resources = _mapping(template.get("Resources"))
        self._mappings = _mapping(template.get("Mappings"))

    def text(self, value: Any, name: str, depth: int = 0) -> str:
        """A value as text; what nobody can know is made up by `name`, the name of what it is for."""
        if depth > _DEEPEST:
            return placeholder(name)
        if (function := intrinsic(value)) is not None:
            return self._called(*function, name, depth + 1)
        match value:
            case bool():
                return "true" if value else "false"
            case str():
                return (
                    placeholder(name)
                    if _DYNAMIC.fullmatch(value)
                    else _DYNAMIC.sub("placeholder", value)
                )
            case None:
                return ""
            case int() | float():
                return str(value)
            case list():
                return ",".join(self.text(one, name, depth + 1) for one in value)
        return placeholder(name)

    def resource(self, value: Any) -> str | None:
        """The logical id of the resource that a value refers to, if it is of this template."""
        match intrinsic(value):
            case "Ref", str(name):
                return name if name in self._resources else None
            case "Fn::GetAtt", [str(name), *_] | str(name):
                name = name.partition(".")[0]
                return name if name in self._resources else None
            case "Fn::Sub", str(text):
                found = [
                    one.partition(".")[0] for escaped, one in _VARIABLE.findall(text) if not escaped
                ]
                return next((one for one in found if one in self._resources), None)
        return None

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

    def _called(self, function: str, argument: Any, name: str, depth: int) -> str:
        match function, argument:
            case "Ref", str(referred):
                return self._referred(referred, name)
            case "Fn::GetAtt", [str(referred), str(attribute)]:
                return self._attribute(referred, attribute, name)
            case "Fn::GetAtt", str(both):
                return self._attribute(*both.partition(".")[::2], name)
            case "Fn::Sub", str(text):
                return self._substituted(text, {}, name, depth)
            case "Fn::Sub", [str(text), Mapping() as values]:
                return self._substituted(text, values, name, depth)
            case "Fn::Join", [str(separator), list() as parts]:
                return separator.join(self.text(part, name, depth) for part in parts)
            case "Fn::If", [_, chosen, _]:
                return self.text(chosen, name, depth)
            case "Fn::Select", [index, values]:
                return self._selected(index, values, name, depth)
            case "Fn::FindInMap", [str(table), *keys]:
                found: Any = self._mappings.get(table)
                for key in keys:
                    found = _mapping(found).get(self.text(key, "", depth))
                return placeholder(name) if found is None else self.text(found, name, depth)
            case "Fn::Base64" | "Fn::ToJsonString", inner:
                return self.text(inner, name, depth)
        return placeholder(name)

    def _selected(self, index: Any, values: Any, name: str, depth: int) -> str:
        match intrinsic(values):
            case "Fn::Split", [str(separator), text]:
                values = self.text(text, name, depth).split(separator)
        try:
            return self.text(values[int(index)], name, depth)
        except (TypeError, ValueError, LookupError):
            return placeholder(name)

    def _substituted(self, text: str, values: Mapping[str, Any], name: str, depth: int) -> str:
        def value(found: re.Match[str]) -> str:
            if found[1]:
                return f"${{{found[2]}}}"
            if found[2] in values:
                return self.text(values[found[2]], name, depth)
            referred, dot, attribute = found[2].partition(".")
            return (
                self._attribute(referred, attribute, name)
                if dot
                else self._referred(referred, name)
            )

        return _VARIABLE.sub(value, text)

    def _referred(self, referred: str, name: str) -> str:
        if referred in _PSEUDO:
            return _PSEUDO[referred]
        if referred in self._parameters:
            parameter = _mapping(self._parameters[referred])
            stored = str(parameter.get("Type", "")).startswith("AWS::SSM::")
            default = parameter.get(
                "Default", next(iter(parameter.get("AllowedValues") or ()), None)
            )
            return (
                placeholder(name or referred)
                if default is None or stored
                else self.text(default, name)
            )
        resource = _mapping(self._resources.get(referred))
        kind = str(resource.get("Type", ""))
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{self._physical(referred)}"
        if kind in _REFERRED_BY_ARN:
            return self._arn(referred, kind)
        return self._physical(referred) if kind else placeholder(name or referred)

    def _attribute(self, referred: str, attribute: str, name: str) -> str:
        kind = str(_mapping(self._resources.get(referred)).get("Type", ""))
        if attribute in ("Arn", "TopicArn") and kind in _ARNS:
            return self._arn(referred, kind)
        if kind == "AWS::SQS::Queue" and attribute == "QueueUrl":
            return self._referred(referred, name)
        if attribute in ("Name", "QueueName", "TopicName") and kind:
            return self._physical(referred)
        return placeholder(name if attribute in ("", "Value") else f"{referred}.{attribute}")

    def _arn(self, referred: str, kind: str) -> str:
        return _ARNS[kind].format(region=REGION, account=ACCOUNT, name=self._physical(referred))

    def _physical(self, referred: str) -> str:
        """The name that a resource is given, else its logical id in the lower case that every service takes."""
        properties = _mapping(_mapping(self._resources.get(referred)).get("Properties"))
        named = (
            value for key, value in properties.items() if key == "Name" or key.endswith("Name")
        )
        return next((value for value in named if isinstance(value, str)), referred.lower())


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def mappings(value: Any) -> Iterator[tuple[str, Block]]:
    """The entries of a mapping that are mappings themselves."""
    for name, inner in _mapping(value).items():
        if isinstance(inner, Block):
            yield name, inner
