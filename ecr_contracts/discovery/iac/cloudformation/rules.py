"""The rules of a template, and the functions and state machines that their events reach.

It knows which events reach which target, in which envelope and shape, and nothing of what a
pattern admits.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import PatternError, ShapingError
from ecr_contracts.discovery.iac.cloudformation.feeds import Delivery, Feed, deliveries
from ecr_contracts.discovery.iac.cloudformation.input_transformers import (
    Transformer,
    transformer_of,
)
from ecr_contracts.discovery.iac.cloudformation.names_elsewhere import name_elsewhere
from ecr_contracts.discovery.iac.cloudformation.subscribers import (
    SUBSCRIBER,
    Subscriber,
    subscribers,
)
from ecr_contracts.discovery.iac.cloudformation.template import (
    FUNCTION,
    FUNCTIONS,
    RULE,
    Resource,
    Template,
    event_patterns,
)
from ecr_contracts.discovery.iac.documents.document import Block, TemplateError, as_block, as_list
from ecr_contracts.discovery.iac.values.conditions import alternatives
from ecr_contracts.discovery.iac.values.event_patterns import KnownPattern
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.pattern import Pattern

__all__ = ["Rule", "function_rules", "rules", "rules_for_others", "state_machine_rules"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule whose events reach a target: its pattern, the envelope they come in, and its place.

    `transformer` is how its target has them shaped, None if they come as they are. `feed` is the
    event source mapping on the way, if there is one. `unresolved` are the paths of its pattern, as
    in `$.detail.repository-name`, whose values are not known before it is deployed; the pattern
    then admits any value there (`{"exists": true}`). A rule that is `disabled` delivers nothing.
    `problem` says why the shape of what it delivers is not known here; its envelope is empty then.
    `refused` is the path and the problem of what EventBridge refuses of it beside its pattern,
    `unmatched` what it wants and nothing ever has.

    One whose pattern depends on conditions that cannot be told is several rules in the same place.
    """

    name: str
    pattern: Mapping[str, Any] = field(hash=False)
    envelope: str
    file: str
    line: int
    transformer: Transformer | None = None
    feed: Feed | None = None
    unresolved: tuple[str, ...] = ()
    disabled: bool = False
    problem: str = ""
    refused: tuple[str, str] | None = None
    unmatched: str = ""

    def __str__(self) -> str:
        return f"{self.place}, rule {self.name}" if self.name else self.place

    @property
    def place(self) -> str:
        """The file and the line in which it stands."""
        return f"{self.file}:{self.line}"

    def named_pattern(self) -> NamedPattern:
        """Its pattern, ready to be matched. Raises PatternError for what EventBridge refuses."""
        if self.refused is not None:
            raise PatternError(*self.refused)
        return NamedPattern(_parsed(json_text.compact(self.pattern)), self.place)

    @property
    def is_about_ecr(self) -> bool:
        """Whether its pattern speaks of ECR or its scanner, or leaves the sender open."""
        source, detail_type = self.pattern.get("source"), self.pattern.get("detail-type")
        text = json_text.compact([source, detail_type]).lower()
        if source is None and (detail_type is None or "cloudtrail" in text):
            return True
        return "ecr" in text or "inspector2" in text


@lru_cache(maxsize=256)
def _parsed(text: str) -> Pattern:
    return Pattern.parse(text)


class _Holder(NamedTuple):
    """What has event patterns: a rule, an event of a SAM resource, or a subscriber.

    `direct` is the envelope of a target that has its events from there without another service.
    """

    resource: Resource
    patterns: tuple[KnownPattern, ...]
    targets: tuple[Block, ...]
    disabled: bool
    direct: str = "lambda"
    problem: str = ""
    refused: tuple[str, str] | None = None
    unmatched: str = ""


def rules(template: Template) -> Iterator[Rule]:
    """All rules of a template, whatever they reach, also disabled ones; their envelope is empty."""
    for resource in template.resources():
        for event in resource.rule_events():
            yield from _rules(template, _of_event(template, event), _NOWHERE)
    for holder in _holders(template):
        yield from _rules(template, holder, _NOWHERE)


def function_rules(template: Template) -> Iterator[tuple[str, Rule]]:
    """The rules whose events reach functions, each with the logical id of the function."""
    records = list(deliveries(template))
    for resource in template.resources(FUNCTION):
        for event in resource.rule_events():
            holder = _of_event(template, event)
            if not holder.disabled:
                for reached in _reached_of(resource, event.properties, records):
                    for rule in _rules(template, holder, reached):
                        yield reached.function, rule
    for holder in _holders(template):
        if holder.disabled:
            continue
        for target in holder.targets:
            for reached in _functions_behind(template, target, records):
                for rule in _rules(template, holder, _of_holder(holder, reached)):
                    yield reached.function, rule


def rules_for_others(template: Template) -> Iterator[tuple[str, Rule]]:
    """The rules with targets that the template does not have, each with what it calls them.

    See `names_elsewhere` for these names; the name is empty where that is not known, as it is for a
    rule without targets.
    """
    for holder in _holders(template):
        if holder.disabled:
            continue
        for target in holder.targets or (Block(),):
            arn = target.get("Arn")
            if not template.referred(arn).name:
                reached = _Reached("", holder.direct, target, holder.problem)
                for rule in _rules(template, holder, reached):
                    yield name_elsewhere(arn, template.resolver.known), rule


def state_machine_rules(template: Template, machine: Resource) -> Iterator[Rule]:
    """The rules that start a state machine: its own, and those that have it as a target."""
    for event in machine.rule_events():
        holder = _of_event(template, event)
        if not holder.disabled:
            started = _Reached(machine.name, "stepfunctions", event.properties)
            yield from _rules(template, holder, started)
    for holder in _holders(template):
        if holder.disabled or holder.resource.type == SUBSCRIBER:
            continue
        for target in holder.targets:
            if template.referred(target.get("Arn")).name == machine.name:
                started = _Reached(machine.name, "stepfunctions", target)
                yield from _rules(template, holder, started)


def _holders(template: Template) -> Iterator[_Holder]:
    """The rules and subscribers of a template that stand for themselves, in its order."""
    subscribed: dict[str, Subscriber] = {}
    for subscriber in subscribers(template):
        subscribed[subscriber.resource.name] = subscriber
    for resource in template.resources(RULE, SUBSCRIBER):
        if resource.type == RULE:
            yield _Holder(
                resource,
                _patterns(template, resource),
                tuple(_targets(resource)),
                _is_disabled(template, resource.properties),
            )
        else:
            one = subscribed[resource.name]
            yield _Holder(
                resource,
                one.patterns,
                (one.target,),
                one.disabled,
                one.envelope,
                one.problem,
                one.refused,
                one.unmatched,
            )


def _of_event(template: Template, event: Resource) -> _Holder:
    """The rule that an event of a SAM resource makes."""
    disabled = _is_disabled(template, event.properties)
    return _Holder(event, _patterns(template, event), (), disabled)


def _patterns(template: Template, holder: Resource) -> tuple[KnownPattern, ...]:
    """The patterns of a rule; raises TemplateError for one that is too deeply nested."""
    try:
        return event_patterns(holder.properties, template.resolver)
    except RecursionError:
        problem = f"the pattern of {holder.name} is too deeply nested"
        raise TemplateError(str(template.file), holder.line, problem) from None


def _is_disabled(template: Template, properties: Block) -> bool:
    """Whether a rule delivers nothing; one of which only a deployment knows does deliver."""
    known = template.resolver.known
    if known.text(properties.get("State", "")) == "DISABLED":
        return True
    return known.text(properties.get("Enabled", True)) == "false"


def _targets(resource: Resource) -> Iterator[Block]:
    """The targets of a rule; those of both branches where a condition cannot be told."""
    for targets in alternatives(resource.properties.get("Targets")):
        for item in as_list(targets):
            yield from map(as_block, alternatives(item))


class _Reached(NamedTuple):
    """A function that events reach: its logical id, the envelope, what shapes them on the way.

    `problem` says why their shape is not known; then the envelope is empty.
    """

    function: str
    envelope: str
    shaping: Block
    problem: str = ""


_NOWHERE = _Reached("", "", Block())


def _functions_behind(
    template: Template, target: Block, records: Sequence[Delivery]
) -> Iterator[_Reached]:
    """The functions that events for a target reach."""
    reached = template.referred_function(target.get("Arn"))
    if reached.type in FUNCTIONS:
        yield from _reached_of(reached, target, records)
    else:
        yield from _delivered(reached, target, records)
    dead_letters = template.referred(as_block(target.get("DeadLetterConfig")).get("Arn"))
    for delivery in records:
        if delivery.source == dead_letters.name and delivery.envelope == "sqs":
            yield _Reached(delivery.function, "dlq", Block())


def _reached_of(
    function: Resource, target: Block, records: Sequence[Delivery]
) -> Iterator[_Reached]:
    """A function that is called asynchronously, and those that get the records of its calls."""
    yield _Reached(function.name, "lambda", target)
    yield from _delivered(function, target, records)


def _delivered(source: Resource, target: Block, records: Sequence[Delivery]) -> Iterator[_Reached]:
    """The functions that get records of a source."""
    for delivery in records:
        if delivery.source == source.name:
            yield _Reached(delivery.function, delivery.envelope, target, delivery.problem)


def _of_holder(holder: _Holder, reached: _Reached) -> _Reached:
    """What is reached, as it is by what hands events over in a shape of its own."""
    if reached.envelope == "lambda":
        return reached._replace(envelope=holder.direct, problem=holder.problem)
    if holder.direct in ("lambda", "lambda-batch") or reached.problem:
        return reached
    # A queue or a topic holds what the subscriber made of the event, for which there is no name.
    problem = holder.problem or "hands events over with their metadata, in an envelope around it"
    return reached._replace(envelope="", problem=f"{problem}: that is not tried")


def _rules(template: Template, holder: _Holder, reached: _Reached) -> Iterator[Rule]:
    """The rule of what has event patterns for one of its targets, as often as it has patterns."""
    name, line = holder.resource.name, holder.resource.line
    file = template.file.as_posix()
    for pattern, unresolved in holder.patterns:
        transformer = None
        # What EventBridge would refuse is reported where the transformer itself is under contract.
        with contextlib.suppress(ShapingError):
            transformer = transformer_of(
                reached.shaping, template.resolver, file, line, name=name, pattern=pattern
            )
        yield Rule(
            name,
            pattern,
            reached.envelope,
            file,
            line,
            transformer,
            unresolved=unresolved,
            disabled=holder.disabled,
            problem=reached.problem,
            refused=holder.refused,
            unmatched=holder.unmatched,
        )
