"""SSM documents: the commands that instances run in shell steps, with parameters filled in.

Sources: Systems Manager user guide, Command documents (schema 1.2 and 2.2, parameters,
interpolationType) and AWS-RunShellScript. That a list within a longer text is written as JSON is
inferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ecr_contracts.core import json_text, limits
from ecr_contracts.core.linear_search import finds, is_broken
from ecr_contracts.core.text import shortened
from ecr_contracts.discovery.iac.cloudformation.template import Template
from ecr_contracts.discovery.iac.documents.document import (
    SUFFIXES,
    Block,
    TemplateError,
    as_block,
    as_list,
    blocks,
    read,
    split_name,
)
from ecr_contracts.discovery.iac.values.intrinsics import Resolver

__all__ = ["SHELL_SCRIPT", "Document", "Parameter", "Refusal", "Script", "document", "line_with"]

SHELL_SCRIPT = "AWS-RunShellScript"
"""AWS's own document, which runs the commands that it is given."""

_LINES_AHEAD = 500
_SHOWN = 60  # characters of a name or a value

_SHELL_ACTION = "aws:runShellScript"
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
_METACHARACTERS = (" ", ";", "|", "&", "$(x)", "`x`", ">", "<", "'", '"', "\n", "*", "\\")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a document; one `in_environment` is a variable that the shell reads itself."""

    name: str
    is_list: bool = False
    default: Any = None
    pattern: str = ""
    values: tuple[str, ...] = ()
    in_environment: bool = False

    @property
    def is_judged(self) -> bool:
        """Whether its allowedPattern, if it has one, can be read here."""
        return not self.pattern or finds(self.pattern, "") is not None

    @property
    def is_guarded(self) -> bool:
        """Whether no value that it admits has a character that a shell reads, as far as we know."""
        if self.values:
            return not any(map(_has_metacharacter, self.values))
        if not self.pattern:
            return False
        if not self.is_judged:
            return not is_broken(self.pattern)
        return not any(self.admits(f"a{character}a") for character in _METACHARACTERS)

    def admits(self, value: str) -> bool:
        """Whether allowedPattern (if it can be read here) and allowedValues let a value pass."""
        if self.values and value not in self.values:
            return False
        return not self.pattern or finds(self.pattern, value) is not False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why Run Command refuses parameters; `meant` where the document itself keeps a value out."""

    problem: str
    meant: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """The commands of one step as an instance runs them, and the line of the document of each."""

    text: str
    lines: tuple[int, ...]


class _Step(NamedTuple):
    name: str
    action: str
    inputs: Block


@dataclass(frozen=True)
class Document:
    """A Command document; `steps` are the commands of its shell steps, each with its line.

    `left_out` are the names of steps that are no shell's, and `too_long` of those whose commands
    are longer than Systems Manager takes; neither are looked at.
    """

    name: str
    file: str
    parameters: Mapping[str, Parameter] = field(hash=False)
    steps: tuple[tuple[tuple[str, int], ...], ...]
    left_out: tuple[str, ...] = ()
    too_long: tuple[str, ...] = ()

    def refusals(self, arguments: Any) -> Iterator[Refusal]:
        """Why Run Command refuses arguments for the parameters of the document."""
        if not isinstance(arguments, Mapping):
            problem = "parameters are an object whose values are lists of texts"
            yield Refusal(f"{problem}, not {_shown(arguments)}")
            return
        for name, values in arguments.items():
            if name not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                yield Refusal(f"{self.name} has no parameter {name!r}; there are: {known}")
            elif not _are_texts(values):
                yield Refusal(f"the parameter {name!r} is a list of texts, not {_shown(values)}")
            elif not all(map(self.parameters[name].admits, values)):
                problem = "is given is not of its allowedPattern or allowedValues"
                yield Refusal(f"what the parameter {name!r} {problem}", meant=True)
        for name, parameter in self.parameters.items():
            if parameter.default is None and name not in arguments:
                yield Refusal(f"the parameter {name!r} has no default, and is not given")

    def scripts(self, arguments: Mapping[str, Any]) -> list[Script]:
        """What an instance runs with these arguments, which must be lists of texts."""
        return [self._script(step, arguments) for step in self.steps]

    def _script(self, step: tuple[tuple[str, int], ...], arguments: Mapping[str, Any]) -> Script:
        commands: list[str] = []
        lines: list[int] = []
        for command, line in step:
            filled = self._filled(command, arguments)
            commands += filled
            lines += [line] * len(filled)
        return Script("\n".join(commands), tuple(lines))

    def _filled(self, command: str, arguments: Mapping[str, Any]) -> list[str]:
        """The lines of one entry of runCommand with its parameters filled in."""
        whole = _PLACEHOLDER.fullmatch(command.strip())
        if whole and whole[1] in self.parameters and self.parameters[whole[1]].is_list:
            return "\n".join(self._values(whole[1], arguments)).split("\n")
        text = _PLACEHOLDER.sub(lambda match: self._text(match[1], arguments), command)
        return text.split("\n")

    def _text(self, name: str, arguments: Mapping[str, Any]) -> str:
        """What stands in a command for a parameter."""
        if name not in self.parameters:
            return "placeholder"  # out of Parameter Store, or what the agent knows of its platform
        if self.parameters[name].in_environment:
            return f"${{SSM_{name}}}"
        values = self._values(name, arguments)
        if self.parameters[name].is_list:
            return json_text.one_line(values)
        return values[0] if values else ""

    def _values(self, name: str, arguments: Mapping[str, Any]) -> list[str]:
        values = arguments.get(name, self.parameters[name].default)
        if values is None:
            return []
        if not isinstance(values, list):
            values = [values]
        return [str(value) for value in values]


def document(text: str) -> Document:
    """The document of a file, of `template.yaml:LogicalId`, or AWS-RunShellScript.

    Raises TemplateError for what cannot be read, is no Command document, or has no step of a shell.
    """
    if text == SHELL_SCRIPT:
        return _shell_script()
    place, name = split_name(text)
    if not place.endswith(SUFFIXES):
        advice = f"name its file, or {SHELL_SCRIPT}"
        problem = "it is neither a file nor a document that is known here"
        raise TemplateError(place, 0, problem, advice)
    file = Path(place)
    content = read(file)
    resolver = Resolver(content)
    lines = file.read_text("utf-8-sig").splitlines()
    if isinstance(content.get("Resources"), Block):
        name, content = _of_template(place, Template(file, content), name)
    parameters = {key: _parameter(key, value) for key, value in blocks(content.get("parameters"))}
    steps: list[tuple[tuple[str, int], ...]] = []
    left_out: list[str] = []
    too_long: list[str] = []
    for step in _steps(content):
        commands = _commands(step, resolver)
        if commands is None:
            left_out.append(f"{step.name} ({step.action})")
            continue
        if sum(map(len, commands)) > limits.SCRIPT_CHARACTERS:
            too_long.append(shortened(step.name, _SHOWN))
            continue
        start = step.inputs.lines.get("runCommand", 0)
        steps.append(tuple(_with_lines(commands, lines, start)))
    if too_long and not steps:
        problem = f"its commands have more than {limits.SCRIPT_CHARACTERS:,} characters"
        raise TemplateError(place, 0, problem, "no document of Systems Manager is as long")
    if not steps:
        problem = f"it has no step of {_SHELL_ACTION} whose commands could be looked at"
        raise TemplateError(place, 0, problem, "name a Command document of schema 2.2 or 1.2")
    return Document(
        name or file.name,
        file.as_posix(),
        parameters,
        tuple(steps),
        tuple(left_out),
        tuple(too_long),
    )


def _shell_script() -> Document:
    """AWS-RunShellScript."""
    parameters = (
        Parameter("commands", is_list=True),
        Parameter("workingDirectory", default=""),
        Parameter("executionTimeout", default="3600"),
    )
    steps = ((("{{ commands }}", 0),),)
    return Document(SHELL_SCRIPT, "", {one.name: one for one in parameters}, steps)


def _of_template(place: str, template: Template, name: str) -> tuple[str, Block]:
    """The name and content of a template's document that has a name, or of its only one."""
    found: dict[str, Block] = {}
    for resource in template.resources("AWS::SSM::Document"):
        content = resource.properties.get("Content")
        if isinstance(content, Block):
            found[resource.name] = content
    if not name and len(found) == 1:
        [name] = found
    if name not in found:
        listed = ", ".join(f"{place}:{key}" for key in found)
        listed = listed or "it has no AWS::SSM::Document whose Content is written out"
        problem = "it is not clear which document is meant"
        raise TemplateError(place, 0, problem, f"name one: {listed}")
    return name, found[name]


def _steps(content: Block) -> Iterator[_Step]:
    """The steps of a document, of schema 2.2 or of schema 1.2."""
    for number, item in enumerate(as_list(content.get("mainSteps")), 1):
        if isinstance(item, Block):
            name, action = str(item.get("name", number)), str(item.get("action"))
            yield _Step(name, action, as_block(item.get("inputs")))
    for action, plugin in blocks(content.get("runtimeConfig")):
        properties = plugin.get("properties")
        for inputs in properties if isinstance(properties, list) else [properties]:
            if isinstance(inputs, Block):
                yield _Step(str(inputs.get("id", action)), action, inputs)


def _commands(step: _Step, resolver: Resolver) -> list[str] | None:
    """The entries of a shell step's runCommand, None for another step."""
    commands = step.inputs.get("runCommand")
    if step.action != _SHELL_ACTION:
        return None
    if isinstance(commands, str):
        return [commands]
    if isinstance(commands, list):
        return [resolver.text(command, "placeholder") for command in commands]
    return None


def _with_lines(entries: list[str], lines: list[str], start: int) -> Iterator[tuple[str, int]]:
    """The commands of a step, each with the line of the file in which it stands."""
    number = max(start, 1)
    for entry in entries:
        for command in entry.split("\n"):
            number = line_with(command.strip(), lines, number - 1)
            yield command, number


def line_with(text: str, lines: list[str], start: int) -> int:
    """The number of the first line behind the first `start` that holds a text, or it in JSON.

    Where none of the next few hundred does it is the first of these lines.
    """
    escaped = json_text.one_line(text)[1:-1]
    for number, line in enumerate(lines[start : start + _LINES_AHEAD], start + 1):
        if text in line or escaped in line:
            return number
    return start + 1


def _parameter(name: str, attributes: Block) -> Parameter:
    return Parameter(
        name,
        is_list=attributes.get("type") == "StringList",
        default=attributes.get("default"),
        pattern=str(attributes.get("allowedPattern", "")),
        values=tuple(map(str, as_list(attributes.get("allowedValues")))),
        in_environment=attributes.get("interpolationType") == "ENV_VAR",
    )


def _has_metacharacter(value: str) -> bool:
    return any(character in value for character in _METACHARACTERS)


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _shown(value: Any) -> str:
    return shortened(json_text.one_line(value), _SHOWN)
