"""Lambda functions out of SAM and CloudFormation templates: their code, their surroundings, and the rules they serve.

Nothing is deployed or asked of AWS; what only a deployment knows is made up plausibly.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ecr_contracts.core.errors import ShapingError
from ecr_contracts.discovery.iac.input_transformers import RULE_EVENTS, Transformer, transformer_of
from ecr_contracts.discovery.iac.intrinsics import (
    Block,
    Resolver,
    TemplateError,
    intrinsic,
    mappings,
    marked,
    read,
)

__all__ = [
    "SUFFIXES",
    "Feed",
    "Function",
    "Rule",
    "StateMachine",
    "TemplateError",
    "contents",
    "functions",
    "state_machines",
]

SUFFIXES = (".yaml", ".yml", ".json", ".template")
"""How names of templates end."""

_FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
_MACHINES = ("AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine")
_LAYERS = ("AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion")
_FEEDING_EVENTS = {
    "SQS": ("Queue", "sqs"),
    "SNS": ("Topic", "sns"),
    "Kinesis": ("Stream", "kinesis"),
    "CloudWatchLogs": ("LogGroupName", "logs"),
}
_FEEDING_TYPES = {"AWS::SQS::Queue": "sqs", "AWS::Kinesis::Stream": "kinesis"}


_MAPPED = ("sqs", "sqs-fifo", "sns-sqs", "sns-sqs-raw", "dlq", "kinesis")
_BATCHED = ("AWS::Lambda::EventSourceMapping", "SQS", "Kinesis")
_REPORTS = "ReportBatchItemFailures"


@dataclass(frozen=True, slots=True)
class Feed:
    """An event source mapping that hands batches of records to a function, and where it stands.

    `reports`: it asks which records failed; `size`: how many it hands over at the most. None is
    what a template does not tell, or tells by what only a deployment knows.
    """

    place: str
    reports: bool | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule whose events reach a function: its pattern, the envelope they come in, and where it stands.

    `transformer` is how its target has them shaped, None if they come as they are. `feed` is the
    event source mapping on the way, if there is one.
    """

    name: str
    pattern: Mapping[str, Any] = field(hash=False)
    via: str
    file: str
    line: int
    transformer: Transformer | None = None
    feed: Feed | None = None

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}, rule {self.name}"
            if self.name
            else f"{self.file}:{self.line}"
        )


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function of a template.

    `file` and `attribute` are its handler, `root` the folder that its imports start from and that
    it runs in. Code that stands in the template itself is `code`, whose first line is `code_line`
    of the template (then `file` is the template), indented by `indent` columns there. `layers` are
    folders for `sys.path`. `problem` says why it cannot be loaded, if it cannot.
    """

    template: Path
    name: str
    line: int
    file: Path
    attribute: str
    root: Path
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    layers: tuple[Path, ...] = ()
    timeout: float | None = None
    rules: tuple[Rule, ...] = ()
    code: str | None = None
    code_line: int = 0
    indent: int = 0
    problem: str = ""

    def __reduce__(self) -> Any:
        # Read-only mappings cannot be pickled.
        values = [getattr(self, name) for name in self.__slots__]
        return Function, tuple(dict(one) if isinstance(one, Mapping) else one for one in values)


@dataclass(frozen=True, slots=True)
class StateMachine:
    """A Step Functions state machine of a template, and the rules that start it.

    Its definition is in `file`, or stands in the template itself: `content` has the lines of its
    keys there, and `deployed` is the same with what only a deployment knows made up. `problem` says
    why there is none, if so.
    """

    name: str
    file: Path | None = None
    content: Block | None = field(default=None, hash=False)
    deployed: Any = field(default=None, hash=False)
    rules: tuple[Rule, ...] = ()
    problem: str = ""


def state_machines(file: Path) -> tuple[StateMachine, ...]:
    """The state machines of a template, in its order; those that have no definition here say why.

    Raises TemplateError when the file cannot be read or is no template.
    """
    return tuple(_reader(file).state_machines())


def functions(file: Path) -> tuple[Function, ...]:
    """The Lambda functions of a template, in its order; those that cannot be loaded say why.

    Raises TemplateError when the file cannot be read or is no template.
    """
    return tuple(_reader(file).functions())


def contents(file: Path) -> tuple[tuple[Function, ...], tuple[Rule, ...]]:
    """The functions of a template, and all its rules whatever they reach (`via` is empty), of one reading."""
    reader = _reader(file)
    return tuple(reader.functions()), tuple(reader.rules())


def _reader(file: Path) -> _Reader:
    template = read(file)
    if not isinstance(template.get("Resources"), Block):
        raise TemplateError(
            str(file), 0, "it is no SAM or CloudFormation template: it has no Resources"
        )
    return _Reader(file, template)


class _Reader:
    """Reads one template."""

    def __init__(self, file: Path, template: Block) -> None:
        self._file = file
        self._resources: Block = template["Resources"]
        self._globals = _block(_block(template.get("Globals")).get("Function"))
        self._resolver = Resolver(template)

    def functions(self) -> Iterator[Function]:
        rules = list(self._rules())
        for name, resource in mappings(self._resources):
            if resource.get("Type") in _FUNCTIONS:
                feed = self._feed(name, resource)
                own = dict.fromkeys(rule for function, rule in rules if function == name)
                fed = (replace(rule, feed=feed) if rule.via in _MAPPED else rule for rule in own)
                yield self._function(name, resource, tuple(fed))

    def rules(self) -> Iterator[Rule]:
        for name, resource in mappings(self._resources):
            if resource.get("Type") == "AWS::Events::Rule":
                pattern = _block(resource.get("Properties")).get("EventPattern")
                yield from (
                    rule
                    for _, rule in self._rule(
                        "", name, pattern, "", self._resources.lines.get(name, 0)
                    )
                )

    # --- state machines ---------------------------------------------------------------------------

    def state_machines(self) -> Iterator[StateMachine]:
        for name, resource in mappings(self._resources):
            if resource.get("Type") in _MACHINES:
                given = _block(resource.get("Properties"))
                rules = tuple(dict.fromkeys(self._starts(name, _block(given.get("Events")))))
                yield self._machine(name, given, rules)

    def _machine(self, name: str, given: Block, rules: tuple[Rule, ...]) -> StateMachine:
        uri, content = given.get("DefinitionUri"), given.get("Definition")
        if isinstance(uri, str) and "://" not in uri:
            return StateMachine(name, self._file.parent / uri, rules=rules)
        if "DefinitionString" in given:
            content = self._definition_text(given)
        if not isinstance(content, Block):
            problem = "its definition lies elsewhere (in S3), or is put together; name its own file instead"
            return StateMachine(name, rules=rules, problem=problem)
        return StateMachine(
            name, content=content, deployed=self._resolver.data(content), rules=rules
        )

    def _definition_text(self, given: Block) -> Any:
        """A definition that stands in the template as a text of JSON, None for what is none."""
        value, (line, _) = given["DefinitionString"], given.texts["DefinitionString"]
        if isinstance(value, Block):
            function, *others = value
            if function != "Fn::Sub" or others:
                return None
            line, _ = value.texts[function]
        with contextlib.suppress(ValueError, RecursionError):
            return marked(self._resolver.text(value, ""), line - 1)
        return None

    def _starts(self, name: str, events: Block) -> Iterator[Rule]:
        """The rules that start a state machine: its own, and those of the template that have it as a target."""
        for event, content in mappings(events):
            inner = _block(content.get("Properties"))
            if content.get("Type") in RULE_EVENTS:
                pattern = inner.get("Pattern", inner.get("EventPattern"))
                found = self._rule(
                    name, event, pattern, "stepfunctions", events.lines.get(event, 0), inner
                )
                yield from (rule for _, rule in found)
        for rule_name, resource in mappings(self._resources):
            given = _block(resource.get("Properties"))
            line = self._resources.lines.get(rule_name, 0)
            for target in (
                _list(given.get("Targets")) if resource.get("Type") == "AWS::Events::Rule" else []
            ):
                if self._resolver.resource(_block(target).get("Arn")) == name:
                    found = self._rule(
                        name, rule_name, given.get("EventPattern"), "stepfunctions", line, target
                    )
                    yield from (rule for _, rule in found)

    # --- one function -----------------------------------------------------------------------------

    def _function(self, name: str, resource: Block, rules: tuple[Rule, ...]) -> Function:
        given = _block(resource.get("Properties"))
        shared = self._globals if resource["Type"] == _FUNCTIONS[0] else Block()
        handler = self._resolver.text(given.get("Handler", shared.get("Handler", "")), "handler")
        module, _, attribute = handler.rpartition(".")
        line = self._resources.lines.get(name, 0)
        code, place = self._inline(given)
        root = self._file.parent if code is not None else self._code_root(given, shared, resource)
        source = self._file if code is not None else _source(root or self._file.parent, module)
        runtime = given.get("Runtime", shared.get("Runtime", ""))
        runtime = self._resolver.text(runtime, "")
        timeout = given.get("Timeout", shared.get("Timeout"))
        problem = ""
        if given.get("PackageType") == "Image" or "ImageUri" in given:
            problem = "it is a container image; name its handler's file instead"
        elif runtime and not runtime.startswith("python"):
            problem = f"its Runtime is {runtime}, not Python"
        elif not module:
            problem = f"its Handler is {handler!r}, not of the form module.function"
        elif root is None:
            problem = "its code lies elsewhere (in S3 or an archive), not in a folder here; name its handler's file instead"
        elif code is None and not root.is_dir():
            problem = f"its code is to lie in {root.as_posix()}, where there is no folder"
        elif code is None and not source.is_file():
            problem = f"its Handler is {handler}, but there is no file {source.as_posix()}"
        return Function(
            template=self._file,
            name=name,
            line=line,
            file=source,
            attribute=attribute,
            root=root or self._file.parent,
            environment=self._environment(shared) | self._environment(given),
            layers=tuple(self._layers([*_list(shared.get("Layers")), *_list(given.get("Layers"))])),
            timeout=float(timeout) if isinstance(timeout, int | float) else None,
            rules=rules,
            code=code,
            code_line=place[0],
            indent=place[1],
            problem=problem,
        )

    def _inline(self, given: Block) -> tuple[str | None, tuple[int, int]]:
        """Code that stands in the template, and where it begins."""
        holder, key = _block(given.get("Code")), "ZipFile"
        if key not in holder:
            holder, key = given, "InlineCode"
        value = holder.get(key)
        if value is None:
            return None, (0, 0)
        place = holder.texts[key]
        if isinstance(value, Block) and (function := intrinsic(value)) is not None:
            place = value.texts.get(function[0], place)
            if isinstance(function[1], list):
                place = place[0], 0
        return self._resolver.text(value, ""), place

    def _code_root(self, given: Block, shared: Block, resource: Block) -> Path | None:
        """The folder that a function's code lies in, None where it is none."""
        if resource["Type"] == _FUNCTIONS[0]:
            code: Any = given.get("CodeUri", shared.get("CodeUri", "."))
        else:
            code = given.get("Code", ".")
        if not isinstance(code, str) or "://" in code or code.endswith((".zip", ".whl", ".jar")):
            return None
        return self._file.parent / code

    def _environment(self, given: Block) -> dict[str, str]:
        variables = _block(_block(given.get("Environment")).get("Variables"))
        return {name: self._resolver.text(value, name) for name, value in variables.items()}

    def _layers(self, references: list[Any]) -> Iterator[Path]:
        for reference in references:
            resource = _block(self._resources.get(self._resolver.resource(reference) or ""))
            given = _block(resource.get("Properties"))
            place = given.get("ContentUri", given.get("Content"))
            if resource.get("Type") not in _LAYERS or not isinstance(place, str):
                continue
            folder = self._file.parent / place
            installed = sorted(folder.glob("python/lib/python3*/site-packages"))
            inner = [folder / "python", *installed] if (folder / "python").is_dir() else [folder]
            yield from (one for one in inner if one.is_dir())

    # --- the rules --------------------------------------------------------------------------------

    def _rules(self) -> Iterator[tuple[str, Rule]]:
        """The functions with the rules whose events reach them."""
        feeds = list(self._feeds())
        for name, resource in mappings(self._resources):
            given = _block(resource.get("Properties"))
            if resource.get("Type") == _FUNCTIONS[0]:
                events = _block(given.get("Events"))
                for event, content in mappings(events):
                    inner = _block(content.get("Properties"))
                    if content.get("Type") in RULE_EVENTS:
                        pattern = inner.get("Pattern", inner.get("EventPattern"))
                        yield from self._rule(
                            name, event, pattern, "lambda", events.lines.get(event, 0), inner
                        )
            if resource.get("Type") != "AWS::Events::Rule":
                continue
            line = self._resources.lines.get(name, 0)
            for target in _list(given.get("Targets")):
                reached = self._resolver.resource(_block(target).get("Arn"))
                reached = self._behind(reached)
                if _block(self._resources.get(reached or "")).get("Type") in _FUNCTIONS:
                    yield from self._rule(
                        str(reached), name, given.get("EventPattern"), "lambda", line, target
                    )
                for function, via in [
                    (fed, via) for source, fed, via in feeds if source == reached
                ]:
                    yield from self._rule(
                        function, name, given.get("EventPattern"), via, line, target
                    )
                dead = self._resolver.resource(
                    _block(_block(target).get("DeadLetterConfig")).get("Arn")
                )
                for function in [
                    fed for source, fed, via in feeds if source == dead and via == "sqs"
                ]:
                    yield from self._rule(function, name, given.get("EventPattern"), "dlq", line)

    def _rule(
        self, function: str, name: str, pattern: Any, via: str, line: int, target: Any = None
    ) -> Iterator[tuple[str, Rule]]:
        if isinstance(pattern, str):
            try:
                pattern = json.loads(pattern)
            except ValueError:
                return
        if isinstance(pattern, Mapping):
            pattern, file = self._resolver.data(pattern), self._file.as_posix()
            shaped = None
            with contextlib.suppress(ShapingError):  # it is complained about where it is asked for
                shaped = transformer_of(
                    _block(target), self._resolver, file, line, name=name, pattern=pattern
                )
            yield function, Rule(name, pattern, via, file, line, shaped)

    def _feed(self, name: str, resource: Block) -> Feed | None:
        """The event source mapping of a function; nothing where there are several, of which nobody says which it is."""
        events = _block(_block(resource.get("Properties")).get("Events"))
        found = [(one, content, events) for one, content in mappings(events)]
        found += [(one, content, self._resources) for one, content in mappings(self._resources)]
        feeds = []
        for one, content, within in found:
            given = _block(content.get("Properties"))
            own = (
                within is events
                or self._behind(self._resolver.resource(given.get("FunctionName"))) == name
            )
            if content.get("Type") in _BATCHED and own:
                size = given.get("BatchSize")
                place = f"{self._file.as_posix()}:{within.lines.get(one, 0)}"
                reports = _reporting(given.get("FunctionResponseTypes"))
                feeds.append(Feed(place, reports, size if isinstance(size, int) else None))
        return feeds[0] if len(feeds) == 1 else None

    def _behind(self, name: str | None) -> str | None:
        """The function behind an alias or a version."""
        resource = _block(self._resources.get(name or ""))
        if resource.get("Type") in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
            return self._resolver.resource(_block(resource.get("Properties")).get("FunctionName"))
        return name

    def _feeds(self) -> Iterator[tuple[str, str, str]]:
        """Queues, topics and streams, each with a function that gets what they hold, and its envelope."""
        direct = list(self._direct_feeds())
        yield from direct
        for topic, queue, raw in self._subscribed_queues():
            via = "sns-sqs-raw" if raw else "sns-sqs"
            yield from ((topic, function, via) for source, function, _ in direct if source == queue)

    def _direct_feeds(self) -> Iterator[tuple[str, str, str]]:
        for name, resource in mappings(self._resources):
            given, kind = _block(resource.get("Properties")), resource.get("Type")
            if kind == _FUNCTIONS[0]:
                for _, content in mappings(given.get("Events")):
                    key, via = _FEEDING_EVENTS.get(str(content.get("Type")), ("", ""))
                    if source := self._resolver.resource(
                        _block(content.get("Properties")).get(key)
                    ):
                        yield source, name, self._ordered(source, via)
            elif kind == "AWS::Lambda::EventSourceMapping":
                source = self._resolver.resource(given.get("EventSourceArn"))
                function = self._behind(self._resolver.resource(given.get("FunctionName")))
                via = _FEEDING_TYPES.get(
                    str(_block(self._resources.get(source or "")).get("Type")), ""
                )
                if source and function and via:
                    yield source, function, self._ordered(source, via)
            elif kind == "AWS::Logs::SubscriptionFilter":
                group = self._resolver.resource(given.get("LogGroupName"))
                function = self._behind(self._resolver.resource(given.get("DestinationArn")))
                if group and function:
                    yield group, function, "logs"
            elif kind == "AWS::KinesisFirehose::DeliveryStream":
                yield from ((name, function, "firehose") for function in self._transforming(given))
        for topic, endpoint, entry in self._subscriptions():
            if entry.get("Protocol") == "lambda":
                yield topic, self._behind(endpoint) or endpoint, "sns"

    def _ordered(self, source: str, via: str) -> str:
        """The envelope, that of a FIFO queue where it comes out of one."""
        queue = _block(_block(self._resources.get(source)).get("Properties"))
        return "sqs-fifo" if via == "sqs" and queue.get("FifoQueue") in (True, "true") else via

    def _transforming(self, stream: Block) -> Iterator[str]:
        """The functions that a Firehose stream has its records transformed by."""
        for key, destination in mappings(stream):
            if key.endswith("DestinationConfiguration"):
                for processor in _list(
                    _block(destination.get("ProcessingConfiguration")).get("Processors")
                ):
                    for parameter in _list(_block(processor).get("Parameters")):
                        told = _block(parameter)
                        if told.get("ParameterName") == "LambdaArn":
                            name = self._resolver.resource(told.get("ParameterValue"))
                            yield self._behind(name) or str(name)

    def _subscribed_queues(self) -> Iterator[tuple[str, str, bool]]:
        """Topics with the queues that subscribe to them, and whether those get the messages raw."""
        for topic, endpoint, entry in self._subscriptions():
            if entry.get("Protocol") == "sqs":
                yield topic, endpoint, entry.get("RawMessageDelivery") in (True, "true")

    def _subscriptions(self) -> Iterator[tuple[str, str, Block]]:
        for name, resource in mappings(self._resources):
            given = _block(resource.get("Properties"))
            entries = []
            if resource.get("Type") == "AWS::SNS::Subscription":
                entries = [(self._resolver.resource(given.get("TopicArn")), given)]
            elif resource.get("Type") == "AWS::SNS::Topic":
                entries = [(name, _block(one)) for one in _list(given.get("Subscription"))]
            for topic, entry in entries:
                if topic and (endpoint := self._resolver.resource(entry.get("Endpoint"))):
                    yield topic, endpoint, entry


def _reporting(types: Any) -> bool | None:
    """Whether response types have the one by which records are told to have failed."""
    if types is None:
        return False
    if not isinstance(types, list) or not all(isinstance(one, str) for one in types):
        return None
    return _REPORTS in types


def _source(root: Path, module: str) -> Path:
    """The file of a handler's module below the root of its code."""
    place = root.joinpath(*module.replace("/", ".").split("."))
    package = place / "__init__.py"
    return (
        package
        if package.is_file() and not place.with_name(f"{place.name}.py").is_file()
        else (place.with_name(f"{place.name}.py"))
    )


def _block(value: Any) -> Block:
    return value if isinstance(value, Block) else Block()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
