"""The rules of a template, and the functions and state machines that their events reach.

It knows which events reach which target, in which envelope and shape, and nothing of what a
pattern admits.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ecr_contracts.core.errors import ShapingError
from ecr_contracts.discovery.iac.document import Block, as_block, as_list
from ecr_contracts.discovery.iac.feeds import Delivery, Feed, deliveries
from ecr_contracts.discovery.iac.input_transformers import Transformer, transformer_of
from ecr_contracts.discovery.iac.template import (
    FUNCTION,
    FUNCTIONS,
    RULE,
    Resource,
    Template,
    event_pattern,
)

__all__ = ["Rule", "function_rules", "rules", "state_machine_rules"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule whose events reach a target: its pattern, the envelope they come in, and its place.

    `transformer` is how its target has them shaped, None if they come as they are. `feed` is the
    event source mapping on the way, if there is one. `unresolved` are the paths of its pattern, as
    in `$.detail.repository-name`, whose values are not known before it is deployed; the pattern
    then admits any value there (`{"exists": true}`).
    """

    name: str
    pattern: Mapping[str, Any] = field(hash=False)
    envelope: str
    file: str
    line: int
    transformer: Transformer | None = None
    feed: Feed | None = None
    unresolved: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place}, rule {self.name}" if self.name else place


def rules(template: Template) -> Iterator[Rule]:
    """All rules of a template, whatever they reach; their envelope is empty."""
    for resource in template.resources(RULE):
        if rule := _rule(template, resource, ""):
            yield rule


def function_rules(template: Template) -> Iterator[tuple[str, Rule]]:
    """The rules whose events reach functions, each with the logical id of the function."""
    records = list(deliveries(template))
    for resource in template.resources(FUNCTION, RULE):
        for event in resource.rule_events():
            if rule := _rule(template, event, "lambda", event.properties):
                yield resource.name, rule
        for target in _targets(resource):
            for function, envelope, shaping in _functions_behind(template, target, records):
                if rule := _rule(template, resource, envelope, shaping):
                    yield function, rule


def state_machine_rules(template: Template, machine: Resource) -> Iterator[Rule]:
    """The rules that start a state machine: its own, and those that have it as a target."""
    for event in machine.rule_events():
        if rule := _rule(template, event, "stepfunctions", event.properties):
            yield rule
    for resource in template.resources(RULE):
        for target in _targets(resource):
            if template.referred(target.get("Arn")).name != machine.name:
                continue
            if rule := _rule(template, resource, "stepfunctions", target):
                yield rule


def _targets(resource: Resource) -> Iterator[Block]:
    """The targets of a rule; none of what is no rule."""
    if resource.type == RULE:
        yield from map(as_block, as_list(resource.properties.get("Targets")))


def _functions_behind(
    template: Template, target: Block, records: Sequence[Delivery]
) -> Iterator[tuple[str, str, Block]]:
    """The functions that events for a target reach: logical id, envelope, and what shapes them."""
    reached = template.referred_function(target.get("Arn"))
    if reached.type in FUNCTIONS:
        yield reached.name, "lambda", target
    for delivery in records:
        if delivery.source == reached.name:
            yield delivery.function, delivery.envelope, target
    dead_letters = template.referred(as_block(target.get("DeadLetterConfig")).get("Arn"))
    for delivery in records:
        if delivery.source == dead_letters.name and delivery.envelope == "sqs":
            yield delivery.function, "dlq", Block()


def _rule(
    template: Template, holder: Resource, envelope: str, target: Block | None = None
) -> Rule | None:
    """The rule of a resource or SAM event for one of its targets; None without a pattern."""
    pattern = event_pattern(holder.properties, template.resolver)
    if pattern is None:
        return None
    file = template.file.as_posix()
    transformer = None
    # What EventBridge would refuse is reported where the transformer itself is under contract.
    with contextlib.suppress(ShapingError):
        transformer = transformer_of(
            target or Block(),
            template.resolver,
            file,
            holder.line,
            name=holder.name,
            pattern=pattern,
        )
    return Rule(holder.name, pattern, envelope, file, holder.line, transformer)
