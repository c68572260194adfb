"""Definitions of state machines as people keep them, JSON or YAML, with the line of each state.

It knows the Amazon States Language as far as names and lines go; it runs nothing and must not know
the engine.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import ConsumerError, did_you_mean
from ecr_contracts.core.findings import Location
from ecr_contracts.core.placeholders import resource_arn
from ecr_contracts.core.text import shortened
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.iac.cloudformation.state_machines import find_state_machine
from ecr_contracts.discovery.iac.documents.document import SUFFIXES, Block, TemplateError, read
from ecr_contracts.discovery.surroundings import rules_starting

__all__ = ["Definition"]

_ADVICE = "name a definition in the Amazon States Language, such as definition.asl.json"
_AROUND = 1  # lines
_WIDEST = 200
_DISTRIBUTED_ONLY = frozenset(
    {
        "ItemBatcher",
        "ItemReader",
        "ToleratedFailureCount",
        "ToleratedFailureCountPath",
        "ToleratedFailurePercentage",
        "ToleratedFailurePercentagePath",
    }
)
"""What a distributed Map has that no other has."""
_INNER = ("Iterator", "ItemProcessor")


@dataclass(frozen=True, slots=True)
class Definition:
    """A state machine: its name, its file, and its content with the lines of its keys.

    `states` are all states by name, those of branches and iterations too, with the line of each.
    `rules` are those that start it, where a template says so; if it stands in the template itself,
    `deployed` is its content without the functions that only a deployment can call.
    """

    name: str
    file: Path
    content: Block
    states: Mapping[str, tuple[int, Block]] = field(hash=False)
    deployed: Any = field(default=None, hash=False)
    rules: tuple[Rule, ...] = ()

    @classmethod
    def read(cls, name: str) -> Definition:
        """The definition in a file, or of a template.

        Of a template it is the one that is named, as in `template.yaml:Machine`, or its only one.
        Raises ConsumerError for a file that holds none, or one that is broken.
        """
        place, _, machine = name.rpartition(":")
        try:
            if place.endswith(SUFFIXES) and machine.isalnum():
                return cls._of_template(name, Path(place), machine)
            content = read(Path(name))
            if "Resources" in content and "States" not in content:
                return cls._of_template(name, Path(name), "")
        except TemplateError as error:
            at = f"{error.file}:{error.line}: " if error.line else ""
            raise ConsumerError(name, f"{at}{error.problem}", error.advice or _ADVICE) from None
        return cls._of(name, Path(name), content, rules=rules_starting(Path(name)))

    @classmethod
    def _of_template(cls, name: str, template: Path, machine: str) -> Definition:
        resource = find_state_machine(template, machine)
        rules = resource.rules
        if resource.file is not None:
            return cls._of(name, resource.file, read(resource.file), rules=rules)
        return cls._of(name, template, resource.content or Block(), resource.deployed, rules)

    @classmethod
    def _of(
        cls,
        name: str,
        file: Path,
        content: Block,
        deployed: Any = None,
        rules: tuple[Rule, ...] = (),
    ) -> Definition:
        states: dict[str, tuple[int, Block]] = {}
        for problem in _problems(content, states):
            advice = "put the definition right" if "States" in content else _ADVICE
            raise ConsumerError(name, problem, advice)
        about_ecr = tuple(rule for rule in rules if rule.is_about_ecr)
        return cls(name, file, content, states, deployed, about_ecr)

    def runnable(self) -> Any:
        """The definition as an engine takes it, with ARNs for what only a deployment knows."""
        return _runnable(self.content if self.deployed is None else self.deployed)

    def texts(self) -> Iterator[str]:
        """What it says: texts, and the names in them."""
        for text in json_path.texts(self.content):
            yield text
            yield from re.findall(r"[\w-]+", text)

    def location(self, state: str, path: str = "") -> Location:
        """The line of a state, or of what reads a path there."""
        line, block = self.states[state]
        if path:
            line = next(_lines_that_read(path, block), line)
        lines = self.file.read_text("utf-8-sig").splitlines()
        source = shortened(lines[line - 1].strip(), _WIDEST)
        first = max(1, line - _AROUND)
        near = [shortened(text, _WIDEST) for text in lines[first - 1 : line + _AROUND]]
        excerpt = textwrap.dedent("\n".join(near)).rstrip()
        return Location(self.file.as_posix(), line, state, source, excerpt, first)


def _lines_that_read(path: str, block: Block) -> Iterator[int]:
    """The lines of a state whose text reads a path."""
    for line, text in _lines(block):
        if _reads(text, path):
            yield line


def _reads(text: str, path: str) -> bool:
    """Whether a text is a path or has it as an argument."""
    return re.search(rf"{re.escape(path)}(?![\w.\[-])", text) is not None


def _lines(block: Block) -> Iterator[tuple[int, str]]:
    """The texts of a state with the lines of their keys, without those of states within it."""
    for key, value in block.items():
        if key in ("Comment", "States", "Branches", *_INNER):
            continue
        elements = value if isinstance(value, list) else [value]
        for element in elements:
            if isinstance(element, Block):
                yield from _lines(element)
            elif isinstance(element, str):
                yield block.lines.get(key, 0), element


def _problems(machine: Block, states: dict[str, tuple[int, Block]]) -> Iterator[str]:
    """What is wrong with a definition, or a branch of one; its states are added to those known."""
    own = machine.get("States")
    if not isinstance(own, Block) or not own:
        yield "it is no state machine: it has no States"
        return
    start = machine.get("StartAt")
    if not isinstance(start, str):
        yield "it has no StartAt"
    elif start not in own:
        yield f"StartAt names {start!r}, which is no state{did_you_mean(start, own)}"
    for name, state in own.items():
        line = own.lines.get(name, 0)
        if not isinstance(state, Block) or not isinstance(state.get("Type"), str):
            yield f"state {name!r} in line {line} has no Type"
            continue
        if name in states:
            yield f"two states are called {name!r}, in lines {states[name][0]} and {line}"
        states[name] = line, state
        for target in _targets(state):
            if target not in own:
                hint = did_you_mean(target, own)
                yield f"state {name!r} in line {line} leads to {target!r}, which is no state{hint}"
        for branch in _branches(state):
            yield from _problems(branch, states)


def _branches(state: Block) -> Iterator[Block]:
    """The machines within a state: the branches of a Parallel, the iteration of a Map."""
    branches = state.get("Branches")
    machines = [*branches] if isinstance(branches, list) else []
    machines += [state.get(key) for key in _INNER]
    for machine in machines:
        if isinstance(machine, Block):
            yield machine


def _targets(state: Block) -> Iterator[str]:
    """The states that a state leads to."""
    for key in ("Next", "Default"):
        if isinstance(state.get(key), str):
            yield state[key]
    for key in ("Choices", "Catch"):
        rows = state.get(key)
        if not isinstance(rows, list):
            continue
        for row in rows:
            if isinstance(row, Block) and isinstance(row.get("Next"), str):
                yield row["Next"]


def _runnable(value: Any) -> Any:
    """A definition, or a part of it, as an engine takes it."""
    match value:
        case dict():
            plain = {key: _runnable(inner) for key, inner in value.items()}
            resource = plain.get("Resource", "")
            if plain.get("Type") == "Task" and not str(resource).startswith("arn:"):
                plain["Resource"] = _placeholder_arn(resource)
            if plain.get("Type") == "Map" and not _DISTRIBUTED_ONLY & plain.keys():
                _run_inline(plain)
            return plain
        case list():
            return [_runnable(inner) for inner in value]
    return value


def _run_inline(state: dict[str, Any]) -> None:
    """Have a distributed Map run within its execution, where that comes to the same."""
    for key in _INNER:
        machine = state.get(key)
        if not isinstance(machine, dict):
            continue
        config = machine.get("ProcessorConfig")
        if isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED":
            machine["ProcessorConfig"] = {"Mode": "INLINE"}
            state.pop("Label", None)
            state.pop("ResultWriter", None)


def _placeholder_arn(resource: Any) -> str:
    """The ARN of a Lambda function named after what stands for it until it is deployed."""
    name = ""
    if isinstance(resource, str):
        name = re.sub(r"\W+", "", resource)
    return resource_arn("function", name or "placeholder")
