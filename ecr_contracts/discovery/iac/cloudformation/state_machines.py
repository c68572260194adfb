"""State machines of a template: where their definitions are, and the rules that start them.

It knows where a definition stands, and nothing of the language that it is written in.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecr_contracts.discovery.iac.cloudformation.rules import Rule, state_machine_rules
from ecr_contracts.discovery.iac.cloudformation.template import Resource, Template
from ecr_contracts.discovery.iac.documents.document import Block, TemplateError, json_within

__all__ = ["StateMachine", "find_state_machine", "state_machines"]

_STATE_MACHINES = ("AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine")


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


def state_machines(template: Template) -> Iterator[StateMachine]:
    """The state machines of a template, in its order; those without a definition here say why."""
    for resource in template.resources(*_STATE_MACHINES):
        rules = dict.fromkeys(state_machine_rules(template, resource))
        yield _state_machine(template, resource, tuple(rules))


def find_state_machine(file: Path, name: str) -> StateMachine:
    """The state machine of a template that has a name, its only one if the name is empty.

    Raises TemplateError for a file that is no template, if it is not clear which one is meant, and
    if that one has no definition here.
    """
    known = list(state_machines(Template.read(file)))
    chosen = [machine for machine in known if machine.name == name or not name]
    if len(chosen) != 1:
        number = f"{len(known) or 'no'} state machines"
        which = f"no state machine {name!r}" if name else number
        listed = ", ".join(f"{file}:{machine.name}" for machine in known)
        advice = f"name one: {listed}" if listed else ""
        raise TemplateError(str(file), 0, f"{file} has {which}", advice)
    if chosen[0].problem:
        raise TemplateError(str(file), 0, chosen[0].problem)
    return chosen[0]


def _state_machine(template: Template, resource: Resource, rules: tuple[Rule, ...]) -> StateMachine:
    name, properties = resource.name, resource.properties
    uri, content = properties.get("DefinitionUri"), properties.get("Definition")
    if isinstance(uri, str) and "://" not in uri:
        return StateMachine(name, template.file.parent / uri, rules=rules)
    if "DefinitionString" in properties:
        content = _definition_in_text(template, properties)
    if not isinstance(content, Block):
        problem = (
            "its definition lies elsewhere (in S3), or is put together; name its own file instead"
        )
        return StateMachine(name, rules=rules, problem=problem)
    deployed = template.resolver.data(content)
    return StateMachine(name, content=content, deployed=deployed, rules=rules)


def _definition_in_text(template: Template, properties: Block) -> Any:
    """A definition that is a text of JSON in the template, None for what is none."""
    value, (line, _) = properties["DefinitionString"], properties.texts["DefinitionString"]
    if isinstance(value, Block):
        function, *others = value
        if function != "Fn::Sub" or others:
            return None
        line, _ = value.texts[function]
    with contextlib.suppress(ValueError, RecursionError):
        return json_within(template.resolver.text(value, ""), line - 1)
    return None
