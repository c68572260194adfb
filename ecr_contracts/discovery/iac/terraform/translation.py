"""Terraform's resources as the resources of CloudFormation that AWS makes of both.

So rules, targets, queues and functions are read by the same code, whichever tool declares them.
Lines are counted through all files of a configuration; `Lines` tells the file of each.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ecr_contracts.discovery.iac.documents.document import Block, TemplateError, as_block, as_list
from ecr_contracts.discovery.iac.terraform.event_patterns import pattern_with_marks
from ecr_contracts.discovery.iac.terraform.resources import Resource, first_block
from ecr_contracts.discovery.iac.terraform.values import (
    Either,
    Encoded,
    FileText,
    Partial,
    Unknown,
    is_known,
    resource_of,
    text_of,
)
from ecr_contracts.discovery.iac.values.known_values import has_marks

__all__ = ["ELSEWHERE", "Lines", "Translation", "resource_id"]

ELSEWHERE = "package.zip"
"""The code of a function that lies in no folder here."""

_LINES_OF_A_FILE = 100_000_000  # more than a file has
_FUNCTION = "aws_lambda_function"
_RULE = "aws_cloudwatch_event_rule"


class Lines:
    """Lines counted through several files, as if one stood below the other, all equally long."""

    def __init__(self) -> None:
        self._files: list[Path] = []

    def counted(self, file: Path, line: int) -> int:
        """The line of a file, counted through."""
        if file not in self._files:
            self._files.append(file)
        return self._files.index(file) * _LINES_OF_A_FILE + line

    def place(self, counted: int) -> tuple[Path, int]:
        """The file of a line that was counted through, and its line there."""
        number, line = divmod(counted, _LINES_OF_A_FILE)
        return self._files[number], line


class Translation:
    """A template of CloudFormation that was made of resources.

    `content` is the template, whose logical ids are the addresses of the resources with slashes in
    place of dots; `resources` are by these.
    """

    def __init__(self, resources: Mapping[str, Resource], folder: Path) -> None:
        """A translation of resources by address, whose root module lies in a folder."""
        self._folder = folder.absolute()
        self.resources = {_logical_id(address): one for address, one in resources.items()}
        self.lines = Lines()
        self.content = Block()
        self._by_name: dict[tuple[str, str], str] = {}
        for logical_id, resource in self.resources.items():
            for key in ("name", "function_name"):
                name = resource.get(key)
                if isinstance(name, str):
                    self._by_name.setdefault((resource.type, name), logical_id)
        self._translate()

    def path(self, written: str) -> str:
        """A path of the configuration as an absolute one."""
        return os.path.normpath(self._folder / written)

    def _translate(self) -> None:
        templates = Block()
        for logical_id, resource in self.resources.items():
            if resource.type not in _TYPES:
                continue
            kind, properties_of = _TYPES[resource.type]
            block = Block()
            block["Type"] = kind
            block["Properties"] = properties_of(self, resource)
            templates[logical_id] = block
            line = self.lines.counted(resource.file, resource.line)
            templates.lines[logical_id] = line
            templates.texts[logical_id] = line, 0
        self.content["Resources"] = templates
        for resource in self.resources.values():
            if resource.type == "aws_cloudwatch_event_target":
                self._add_target(resource)

    def refer(self, value: Any) -> Any:
        """A value as a reference to the resource that it is of, else as text.

        What is not known refers to what no template has.
        """
        logical_id = self.logical_id(value)
        reference = Block()
        if logical_id in self.resources and self.resources[logical_id].type in _TYPES:
            reference["Fn::GetAtt"] = [logical_id, "Arn"]
            return reference
        if isinstance(value, Unknown) and value.text is None:
            reference["Ref"] = "Terraform::Unknown"
            return reference
        return None if value is None else text_of(value)

    def logical_id(self, value: Any) -> str:
        """The resource that a value names or is an attribute of, else an empty text."""
        logical_id = _logical_id(resource_of(value))
        if logical_id in self.resources:
            return logical_id
        if isinstance(value, Partial):
            value = text_of(value)
        if not isinstance(value, str):
            return ""
        parts = value.rsplit(":", 2)
        names = [value, parts[-1], parts[-1].rpartition("/")[2]]
        if ":function:" in value:
            names.append(value.partition(":function:")[2].partition(":")[0])
        for name in names:
            for kind in _named_by(value):
                if (kind, name) in self._by_name:
                    return self._by_name[kind, name]
        return ""

    def put(self, block: Block, resource: Resource, key: str, source: str, value: Any) -> None:
        """Set a property from an argument, if there is a value."""
        if value is None:
            return
        block[key] = value
        line = self.lines.counted(resource.file, resource.line_of(source))
        block.lines[key] = line
        block.texts[key] = line, 0

    def _add_target(self, target: Resource) -> None:
        """Give a target to its rule."""
        rule = target.get("rule")
        logical_id = _logical_id(resource_of(rule))
        if not logical_id and isinstance(rule, str):
            logical_id = self._by_name.get((_RULE, rule), "")
        holder = as_block(as_block(self.content["Resources"]).get(logical_id))
        if not holder or holder["Type"] != "AWS::Events::Rule":
            return
        holder["Properties"].setdefault("Targets", []).append(_target(self, target))


def resource_id(reference: Any) -> str:
    """The logical id in a reference, an empty text if it is none."""
    match reference:
        case {"Fn::GetAtt": [str(logical_id), _]}:
            return logical_id
    return ""


def _logical_id(address: str) -> str:
    # The readers of templates take what stands before a dot for the whole name.
    return address.replace(".", "/")


def _named_by(value: str) -> Iterable[str]:
    """The types of resources that a text may name: of an ARN its service tells."""
    if not value.startswith("arn:"):
        return _TYPES
    services = {
        ":lambda:": (_FUNCTION,),
        ":sqs:": ("aws_sqs_queue",),
        ":sns:": ("aws_sns_topic",),
        ":kinesis:": ("aws_kinesis_stream",),
        ":logs:": ("aws_cloudwatch_log_group",),
        ":firehose:": ("aws_kinesis_firehose_delivery_stream",),
        ":states:": ("aws_sfn_state_machine",),
    }
    return next((kinds for service, kinds in services.items() if service in value), ())


# Rules and targets
# --------------------------------------------------------------------------------------------------


def _rule(translation: Translation, rule: Resource) -> Block:
    properties = Block()
    if rule.get("event_pattern") is not None:
        pattern = pattern_with_marks(rule.get("event_pattern"))
        _refuse_broken(pattern, rule)
        translation.put(properties, rule, "EventPattern", "event_pattern", pattern)
    state = rule.get("state")
    if rule.get("is_enabled") is False:
        state = "DISABLED"
    if isinstance(state, str):
        translation.put(properties, rule, "State", "state", str(state))
    return properties


def _refuse_broken(pattern: Any, rule: Resource) -> None:
    """Raise TemplateError for a pattern that is a text and no JSON, as Terraform does."""
    if not isinstance(pattern, str) or has_marks(pattern):
        return
    try:
        json.loads(pattern)
    except RecursionError:
        return  # what is too deep is told for all tools alike
    except ValueError as error:
        line = rule.line_of("event_pattern")
        if "\n" in pattern:  # a heredoc, whose text begins on the next line
            line += getattr(error, "lineno", 0)
        problem = f"the event pattern of {rule.address} is no JSON: {error}"
        raise TemplateError(str(rule.file), line, problem) from None


def _target(translation: Translation, target: Resource) -> Block:
    properties = Block()

    def put(key: str, source: str, value: Any) -> None:
        translation.put(properties, target, key, source, value)

    put("Id", "target_id", _known_text(target.get("target_id")))
    put("Arn", "arn", translation.refer(target.get("arn")))
    put("Input", "input", _text(target.get("input")))
    put("InputPath", "input_path", _text(target.get("input_path")))
    transformer = target.get("input_transformer")
    if transformer:
        shaped = _transformer(translation, target, first_block(transformer))
        put("InputTransformer", "input_transformer", shaped)
    dead_letters = first_block(target.get("dead_letter_config"))
    if dead_letters.get("arn") is not None:
        queue = Block()
        queue["Arn"] = translation.refer(dead_letters["arn"])
        put("DeadLetterConfig", "dead_letter_config", queue)
    return properties


def _transformer(translation: Translation, target: Resource, block: Block) -> Block:
    """An input transformer with the lines of its paths and of its template."""
    shaped, paths = Block(), Block()

    def counted(holder: Block, key: str) -> int:
        line = holder.lines.get(key) or target.line_of("input_transformer")
        return translation.lines.counted(target.file, line)

    given_paths = as_block(block.get("input_paths"))
    for name, path in given_paths.items():
        paths[name] = text_of(path, name)
        paths.lines[name] = counted(given_paths, name)
        paths.texts[name] = paths.lines[name], 0
    for key, source, value in (
        ("InputPathsMap", "input_paths", paths or None),
        ("InputTemplate", "input_template", _text(block.get("input_template"))),
    ):
        if value is not None:
            shaped[key] = value
            shaped.lines[key] = counted(block, source)
            shaped.texts[key] = shaped.lines[key], 0
    return shaped


def _text(value: Any) -> str | None:
    return None if value is None else text_of(value)


def _text_with_marks(value: Any) -> str | None:
    """A text with marks for its parts that are not known; None if nothing of it is."""
    if isinstance(value, Partial):
        return "".join(part if isinstance(part, str) else part.form for part in value.parts)
    return _known_text(value)


def _known_text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) else None


# Functions
# --------------------------------------------------------------------------------------------------


def _function(translation: Translation, function: Resource) -> Block:
    properties = Block()

    def put(key: str, source: str, value: Any) -> None:
        translation.put(properties, function, key, source, value)

    put("FunctionName", "function_name", _text_with_marks(function.get("function_name")))
    put("Handler", "handler", _text(function.get("handler")))
    runtime = function.get("runtime")
    put("Runtime", "runtime", str(runtime) if isinstance(runtime, str) else None)
    if isinstance(function.get("timeout"), int | float):
        put("Timeout", "timeout", function.get("timeout"))
    if function.get("package_type") == "Image" or function.get("image_uri") is not None:
        put("PackageType", "package_type", "Image")
    put("Code", "filename", _code(translation, function))
    variables = first_block(function.get("environment")).get("variables")
    if isinstance(variables, Either):
        variables = variables.options[0]
    if isinstance(variables, Mapping):
        texts = Block()
        texts.update({name: text_of(value, name) for name, value in variables.items()})
        environment = Block()
        environment["Variables"] = texts
        put("Environment", "environment", environment)
    layers = [translation.refer(layer) for layer in as_list(function.get("layers"))]
    put("Layers", "layers", layers or None)
    return properties


def _code(translation: Translation, function: Resource) -> str:
    """The folder that the code of a function or a layer comes from, `ELSEWHERE` if that is none."""
    source = function.get("source_path")
    if source is not None:
        return _of_source_path(translation, source)
    if function.get("s3_bucket") is not None or function.get("s3_key") is not None:
        archive = _archive_of(translation, function.get("s3_key"))
        return _archived(translation, archive) if archive else ELSEWHERE
    archive = _archive_of(translation, function.get("filename"))
    if archive is None:
        archive = _archive_of(translation, function.get("source_code_hash"))
    return _archived(translation, archive) if archive else ELSEWHERE


def _archive_of(translation: Translation, value: Any) -> Resource | None:
    """The `archive_file` that a value is an output of, or that writes the file that it names."""
    resource = translation.resources.get(_logical_id(resource_of(value)))
    if resource is not None and resource.type in _ARCHIVES:
        return resource
    if resource is not None and resource.type == "aws_s3_object":
        return _archive_of(translation, resource.get("source"))
    if not isinstance(value, str):
        return None
    path = translation.path(value)
    for candidate in translation.resources.values():
        if candidate.type in _ARCHIVES:
            written = candidate.get("output_path")
            if isinstance(written, str) and translation.path(written) == path:
                return candidate
    return None


def _archived(translation: Translation, archive: Resource) -> str:
    """The folder whose files an archive has."""
    folder = archive.get("source_dir")
    if isinstance(folder, str):
        return _shown(translation.path(folder))
    file = archive.get("source_file")
    if isinstance(file, str):
        return _shown(os.path.dirname(translation.path(file)))
    for source in as_list(archive.get("source")):
        block = as_block(source)
        content, name = block.get("content"), block.get("filename")
        if isinstance(content, FileText) and isinstance(name, str):
            path, end = os.path.abspath(content.path), os.path.normpath(name)
            if path.endswith(end):
                return _shown(path.removesuffix(end))
    return ELSEWHERE


def _of_source_path(translation: Translation, source: Any) -> str:
    """The folder of a function's `source_path`, which may be a list, or have the path within it."""
    if isinstance(source, list):
        source = source[0] if source else None
    if isinstance(source, Mapping):
        source = source.get("path")
    if not isinstance(source, str):
        return ELSEWHERE
    path = translation.path(source)
    return _shown(os.path.dirname(path) if path.endswith(".py") else path)


def _shown(path: str) -> str:
    """An absolute path as one that begins where we run, if it lies below that."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def _layer(translation: Translation, layer: Resource) -> Block:
    properties = Block()
    properties["Content"] = _code(translation, layer)
    return properties


_ARCHIVES = ("data.archive_file", "archive_file")


# What hands over records
# --------------------------------------------------------------------------------------------------


def _properties(
    references: Mapping[str, str], values: Mapping[str, str]
) -> Callable[[Translation, Resource], Block]:
    """A reader of properties that are taken over: references, and other values, by argument."""

    def read(translation: Translation, resource: Resource) -> Block:
        properties = Block()
        for source, key in references.items():
            value = translation.refer(resource.get(source))
            translation.put(properties, resource, key, source, value)
        for source, key in values.items():
            value = _data(resource.get(source))
            translation.put(properties, resource, key, source, value)
        return properties

    return read


def _data(value: Any) -> Any:
    """A known value; a mapping, which no reader takes, for one that is not known."""
    if is_known(value) and not isinstance(value, Encoded):
        return str(value) if isinstance(value, str) else value
    return Block()


def _stream(translation: Translation, stream: Resource) -> Block:
    """A Firehose stream with the function that transforms its records."""
    properties = Block()
    for key in _DESTINATIONS:
        destination = first_block(stream.get(key))
        processing = first_block(destination.get("processing_configuration"))
        parameters: list[Block] = []
        for processor in as_list(processing.get("processors")):
            for item in as_list(as_block(processor).get("parameters")):
                parameter = Block()
                parameter["ParameterName"] = text_of(as_block(item).get("parameter_name"))
                value = translation.refer(as_block(item).get("parameter_value"))
                parameter["ParameterValue"] = value
                parameters.append(parameter)
        if parameters:
            properties["ExtendedS3DestinationConfiguration"] = _processing(parameters)
    return properties


def _processing(parameters: list[Block]) -> Block:
    processor, processing, destination = Block(), Block(), Block()
    processor["Parameters"] = parameters
    processing["Processors"] = [processor]
    destination["ProcessingConfiguration"] = processing
    return destination


def _event_invoke(translation: Translation, config: Resource) -> Block:
    """The destinations of a function's asynchronous calls."""
    properties, destinations = Block(), Block()
    function = translation.refer(config.get("function_name"))
    translation.put(properties, config, "FunctionName", "function_name", function)
    given = first_block(config.get("destination_config"))
    for source, key in (("on_failure", "OnFailure"), ("on_success", "OnSuccess")):
        holder = first_block(given.get(source))
        if holder.get("destination") is not None:
            destination = Block()
            destination["Destination"] = translation.refer(holder["destination"])
            destinations[key] = destination
    properties["DestinationConfig"] = destinations
    return properties


def _pipe(translation: Translation, pipe: Resource) -> Block:
    """A pipe; of its parameters only the templates that shape records are read."""
    properties = Block()
    for source, key in (("source", "Source"), ("enrichment", "Enrichment"), ("target", "Target")):
        translation.put(properties, pipe, key, source, translation.refer(pipe.get(source)))
    for source, key in (
        ("enrichment_parameters", "EnrichmentParameters"),
        ("target_parameters", "TargetParameters"),
    ):
        template = first_block(pipe.get(source)).get("input_template")
        if template is not None:
            parameters = Block()
            parameters["InputTemplate"] = text_of(template)
            translation.put(properties, pipe, key, source, parameters)
    return properties


_DESTINATIONS = (
    "extended_s3_configuration",
    "http_endpoint_configuration",
    "opensearch_configuration",
    "redshift_configuration",
    "splunk_configuration",
)

_NOTHING = _properties({}, {})
_TYPES: dict[str, tuple[str, Callable[[Translation, Resource], Block]]] = {
    "aws_cloudwatch_event_rule": ("AWS::Events::Rule", _rule),
    "aws_cloudwatch_log_group": ("AWS::Logs::LogGroup", _NOTHING),
    "aws_cloudwatch_log_subscription_filter": (
        "AWS::Logs::SubscriptionFilter",
        _properties({"log_group_name": "LogGroupName", "destination_arn": "DestinationArn"}, {}),
    ),
    "aws_ecr_repository": ("AWS::ECR::Repository", _NOTHING),
    "aws_kinesis_firehose_delivery_stream": ("AWS::KinesisFirehose::DeliveryStream", _stream),
    "aws_kinesis_stream": ("AWS::Kinesis::Stream", _NOTHING),
    "aws_lambda_alias": (
        "AWS::Lambda::Alias",
        _properties({"function_name": "FunctionName"}, {}),
    ),
    "aws_lambda_event_source_mapping": (
        "AWS::Lambda::EventSourceMapping",
        _properties(
            {"event_source_arn": "EventSourceArn", "function_name": "FunctionName"},
            {"batch_size": "BatchSize", "function_response_types": "FunctionResponseTypes"},
        ),
    ),
    "aws_lambda_function": ("AWS::Lambda::Function", _function),
    "aws_lambda_function_event_invoke_config": ("AWS::Lambda::EventInvokeConfig", _event_invoke),
    "aws_lambda_layer_version": ("AWS::Lambda::LayerVersion", _layer),
    "aws_pipes_pipe": ("AWS::Pipes::Pipe", _pipe),
    "aws_sfn_state_machine": ("AWS::StepFunctions::StateMachine", _NOTHING),
    "aws_sns_topic": ("AWS::SNS::Topic", _NOTHING),
    "aws_sns_topic_subscription": (
        "AWS::SNS::Subscription",
        _properties(
            {"topic_arn": "TopicArn", "endpoint": "Endpoint"},
            {"protocol": "Protocol", "raw_message_delivery": "RawMessageDelivery"},
        ),
    ),
    "aws_sqs_queue": ("AWS::SQS::Queue", _properties({}, {"fifo_queue": "FifoQueue"})),
}
"""The type that each resource has in CloudFormation, and what reads its properties."""
