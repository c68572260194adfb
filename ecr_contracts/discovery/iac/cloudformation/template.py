"""A SAM or CloudFormation template: its resources by type, and which of them refers to which.

Nothing is deployed or asked of AWS; what only a deployment knows is a placeholder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecr_contracts.discovery.iac.documents.document import (
    Block,
    TemplateError,
    as_block,
    blocks,
    read,
)
from ecr_contracts.discovery.iac.values.conditions import existing, left_out
from ecr_contracts.discovery.iac.values.event_patterns import KnownPattern, known_patterns
from ecr_contracts.discovery.iac.values.intrinsics import Resolver
from ecr_contracts.discovery.iac.values.known_values import KnownValues

__all__ = [
    "FUNCTION",
    "FUNCTIONS",
    "RULE",
    "Resource",
    "Template",
    "event_pattern",
    "event_patterns",
]

FUNCTION = "AWS::Serverless::Function"
FUNCTIONS = (FUNCTION, "AWS::Lambda::Function")
"""The types of resources that are Lambda functions; the first is SAM's."""

RULE = "AWS::Events::Rule"
_SAM_RULES = ("EventBridgeRule", "CloudWatchEvent", "EventBridge")
"""What SAM calls a rule among the events of a function or a state machine."""

_ALIASES = ("AWS::Lambda::Alias", "AWS::Lambda::Version")


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a template, or an event of a SAM resource, which has the same parts.

    `name` is its logical id, `line` where that stands, `attributes` is the whole of it.
    """

    name: str
    attributes: Block
    line: int

    @property
    def type(self) -> str:
        """Its type, such as `AWS::Events::Rule`; empty if it has none."""
        return str(self.attributes.get("Type", ""))

    @property
    def properties(self) -> Block:
        """Its properties; none if they are no mapping."""
        return as_block(self.attributes.get("Properties"))

    def events(self) -> Iterator[Resource]:
        """What SAM has it react to."""
        return _resources(as_block(self.properties.get("Events")))

    def rule_events(self) -> Iterator[Resource]:
        """The rules among its SAM events."""
        return (event for event in self.events() if event.type in _SAM_RULES)


class Template:
    """One template, with the values of its functions resolved as they may be once deployed.

    What its conditions leave out, by the defaults of its parameters, is not in it.
    """

    def __init__(self, file: Path, content: Block) -> None:
        """A template that was read from `file`; raises TemplateError if it has no Resources."""
        self.file = file
        if not isinstance(content.get("Resources"), Block):
            problem = "it is no SAM or CloudFormation template: it has no Resources"
            raise TemplateError(str(file), 0, problem)
        known = KnownValues(content)
        self._left_out: list[tuple[Resource, str]] = []
        for name, condition in left_out(content["Resources"], known).items():
            section = content["Resources"]
            resource = Resource(name, section[name], section.lines.get(name, 0))
            self._left_out.append((resource, condition))
        content = existing(content, known)
        self.resolver = Resolver(content)
        self.function_defaults = as_block(as_block(content.get("Globals")).get("Function"))
        self.outputs = as_block(content.get("Outputs"))
        self._resources: Block = as_block(content["Resources"])
        self._by_type: dict[str, list[tuple[int, Resource]]] = {}
        for number, resource in enumerate(_resources(self._resources)):
            self._by_type.setdefault(resource.type, []).append((number, resource))

    @classmethod
    def read(cls, file: Path) -> Template:
        """The template in a file; raises TemplateError if it cannot be read or is none."""
        return cls(file, read(file))

    def resources(self, *types: str) -> Iterator[Resource]:
        """The resources of some types, of all types if none is named, in the template's order."""
        numbered: list[tuple[int, Resource]] = []
        for kind in dict.fromkeys(types or self._by_type):
            numbered += self._by_type.get(kind, [])
        for _, resource in sorted(numbered, key=lambda entry: entry[0]):
            yield resource

    def left_out(self, *types: str) -> Iterator[tuple[Resource, str]]:
        """The resources of some types that its conditions leave out, each with the false one."""
        for resource, condition in self._left_out:
            if resource.type in types:
                yield resource, condition

    def referred(self, value: Any) -> Resource:
        """The resource that a value refers to, one without a name if the template has none."""
        return self.resource(self.resolver.resource(value) or "")

    def resource(self, name: str) -> Resource:
        """The resource with a logical id, one without a name if there is none."""
        block = self._resources.get(name)
        if not isinstance(block, Block):
            return Resource("", Block(), 0)
        return Resource(name, block, self._resources.lines.get(name, 0))

    def referred_function(self, value: Any) -> Resource:
        """The resource that a value refers to; the function itself for one of its aliases."""
        resource = self.referred(value)
        if resource.type in _ALIASES:
            return self.referred(resource.properties.get("FunctionName"))
        return resource


def event_patterns(holder: Block, resolver: Resolver) -> tuple[KnownPattern, ...]:
    """The event patterns of a rule or a SAM event, as far as they are known; see `known_patterns`.

    Mostly it is one; there are several where conditions around parts of it cannot be told.
    """
    written = holder.get("EventPattern", holder.get("Pattern"))
    return known_patterns(written, resolver.known)


def event_pattern(holder: Block, resolver: Resolver) -> Mapping[str, Any] | None:
    """The event pattern of a rule or a SAM event; one that admits all that its alternatives do."""
    patterns = [known.pattern for known in event_patterns(holder, resolver)]
    if len(patterns) > 1:
        return {"$or": patterns}
    return patterns[0] if patterns else None


def _resources(holder: Block) -> Iterator[Resource]:
    for name, block in blocks(holder):
        yield Resource(name, block, holder.lines.get(name, 0))
