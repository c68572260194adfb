"""What instances run of an SSM document: the commands of its shell steps, and how a shell reads the values in them.

Sources: Systems Manager user guide, Command documents (schema 1.2 and 2.2, parameters,
interpolationType) and AWS-RunShellScript. Nothing is run: commands are parsed by `bash -n`, and
taken apart by `shlex`. That a list within a longer text is written as JSON is inferred.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.text import shortened
from ecr_contracts.discovery.iac.intrinsics import Block, Resolver, TemplateError, mappings, read

__all__ = [
    "SHELL_SCRIPT",
    "Document",
    "Parameter",
    "Quoting",
    "Refusal",
    "Script",
    "document",
    "flaw",
    "quoting",
    "words",
]

SHELL_SCRIPT = "AWS-RunShellScript"
"""AWS's own document, which runs the commands that it is given."""

_SHELL = "aws:runShellScript"
_SUFFIXES = (".yaml", ".yml", ".json", ".template")
_PLACE = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
_HERE = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_SHELLS = ("sh", "bash", "dash")
_SECONDS = 10  # for bash to parse a script
_METACHARACTERS = (" ", ";", "|", "&", "$(x)", "`x`", ">", "<", "'", '"', "\n", "*", "\\")


class Quoting(Enum):
    """How a shell reads what stands somewhere."""

    BARE = "outside quotes"
    DOUBLE = "in double quotes"
    SINGLE = "in single quotes"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a document; one `in_environment` is a variable of the shell, and no part of a command."""

    name: str
    is_list: bool = False
    default: Any = None
    pattern: str = ""
    values: tuple[str, ...] = ()
    in_environment: bool = False

    @property
    def is_guarded(self) -> bool:
        """Whether no value that it admits has a character that a shell reads."""
        if self.values:
            return not any(mark in value for value in self.values for mark in _METACHARACTERS)
        return bool(self.pattern) and not any(self.admits(f"a{mark}a") for mark in _METACHARACTERS)

    def admits(self, value: str) -> bool:
        """Whether its allowedPattern and allowedValues let a value pass; a pattern that Python cannot read does."""
        if self.values and value not in self.values:
            return False
        try:
            return not self.pattern or re.search(self.pattern, value) is not None
        except re.error:
            return True


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why Run Command refuses parameters; `meant` where the document itself keeps a value out."""

    problem: str
    meant: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """The commands of one step as an instance runs them, and the line of the document in which each of them stands."""

    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Document:
    """A Command document. `left_out` are the names of steps that are no shell's, and are not looked at."""

    name: str
    file: str
    parameters: Mapping[str, Parameter] = field(hash=False)
    steps: tuple[tuple[tuple[str, int], ...], ...]
    left_out: tuple[str, ...] = ()

    def refusals(self, given: Any) -> Iterator[Refusal]:
        """Why Run Command refuses what it is given as parameters."""
        if not isinstance(given, Mapping):
            yield Refusal(
                f"parameters are an object whose values are lists of texts, not {_shown(given)}"
            )
            return
        for name, values in given.items():
            if name not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                yield Refusal(f"{self.name} has no parameter {name!r}; there are: {known}")
            elif not isinstance(values, list) or not all(isinstance(one, str) for one in values):
                yield Refusal(f"the parameter {name!r} is a list of texts, not {_shown(values)}")
            elif not all(map(self.parameters[name].admits, values)):
                yield Refusal(
                    f"what the parameter {name!r} is given is not of its allowedPattern or allowedValues",
                    True,
                )
        for name, parameter in self.parameters.items():
            if parameter.default is None and name not in given:
                yield Refusal(f"the parameter {name!r} has no default, and is not given")

    def scripts(self, given: Mapping[str, Any]) -> list[Script]:
        """What an instance runs with these parameters, which must be lists of texts."""
        found = []
        for step in self.steps:
            commands = [
                (line, at) for command, at in step for line in self._commands(command, given)
            ]
            found.append(
                Script("\n".join(line for line, _ in commands), tuple(at for _, at in commands))
            )
        return found

    def _commands(self, command: str, given: Mapping[str, Any]) -> list[str]:
        """One entry of runCommand with the parameters in place: several lines where it stands for a list of them."""
        whole = _PLACE.fullmatch(command.strip())
        if whole and whole[1] in self.parameters and self.parameters[whole[1]].is_list:
            return "\n".join(self._values(whole[1], given)).split("\n")
        return _PLACE.sub(lambda found: self._text(found[1], given), command).split("\n")

    def _text(self, name: str, given: Mapping[str, Any]) -> str:
        if name not in self.parameters:
            return "placeholder"  # out of Parameter Store, or what the agent knows of its platform
        if self.parameters[name].in_environment:
            return f"${{SSM_{name}}}"
        values = self._values(name, given)
        return json_text.one_line(values) if self.parameters[name].is_list else "".join(values[:1])

    def _values(self, name: str, given: Mapping[str, Any]) -> list[str]:
        values = given.get(name, self.parameters[name].default)
        return (
            [str(one) for one in values]
            if isinstance(values, list)
            else []
            if values is None
            else [str(values)]
        )


def document(text: str) -> Document:
    """The document of a file, of `template.yaml:LogicalId`, or AWS-RunShellScript.

    Raises TemplateError for what cannot be read, is no Command document, or has no step of a shell.
    """
    if text == SHELL_SCRIPT:
        parameters = (Parameter("commands", True), Parameter("workingDirectory", default=""))
        known = {
            one.name: one for one in (*parameters, Parameter("executionTimeout", default="3600"))
        }
        return Document(text, "", known, ((("{{ commands }}", 0),),))
    place, _, name = text.rpartition(":")
    if text.endswith(_SUFFIXES) or not place:
        place, name = text, ""
    if not place.endswith(_SUFFIXES):
        advice = f"name its file, or {SHELL_SCRIPT}"
        raise TemplateError(
            place, 0, "it is neither a file nor a document that is known here", advice
        )
    file = Path(place)
    content = read(file)
    resolver = Resolver(content)
    lines = file.read_text("utf-8-sig").splitlines()
    if isinstance(content.get("Resources"), Block):
        name, content = _of_template(place, content["Resources"], name)
    known = {key: _parameter(key, value) for key, value in mappings(content.get("parameters"))}
    steps: list[tuple[tuple[str, int], ...]] = []
    left_out = []
    for called, action, inputs in _steps(content):
        commands = inputs.get("runCommand")
        if action != _SHELL or not isinstance(commands, str | list):
            left_out.append(f"{called} ({action})")
            continue
        entries = (
            [commands]
            if isinstance(commands, str)
            else [resolver.text(one, "placeholder") for one in commands]
        )
        start = inputs.lines.get("runCommand", 0)
        steps.append(tuple(_placed(entries, lines, start)))
    if not steps:
        problem = f"it has no step of {_SHELL} whose commands could be looked at"
        raise TemplateError(place, 0, problem, "name a Command document of schema 2.2 or 1.2")
    return Document(name or file.name, file.as_posix(), known, tuple(steps), tuple(left_out))


def _of_template(place: str, resources: Block, name: str) -> tuple[str, Block]:
    """The document of a CloudFormation template that has this name, or the only one."""
    found = {
        key: resource["Properties"]["Content"]
        for key, resource in mappings(resources)
        if resource.get("Type") == "AWS::SSM::Document"
        and isinstance(resource.get("Properties"), Block)
        and isinstance(resource["Properties"].get("Content"), Block)
    }
    chosen = [name] if name in found else [] if name else list(found)
    if len(chosen) != 1:
        listed = (
            ", ".join(f"{place}:{key}" for key in found)
            or "it has no AWS::SSM::Document whose Content is written out"
        )
        raise TemplateError(
            place, 0, "it is not clear which document is meant", f"name one: {listed}"
        )
    return chosen[0], found[chosen[0]]


def _steps(content: Block) -> Iterator[tuple[str, str, Block]]:
    """The steps of a document: name, action and inputs."""
    steps = content.get("mainSteps")
    for number, step in enumerate(steps if isinstance(steps, list) else [], 1):
        if isinstance(step, Block):
            inputs = step.get("inputs")
            yield (
                str(step.get("name", number)),
                str(step.get("action")),
                inputs if isinstance(inputs, Block) else Block(),
            )
    for action, plugin in mappings(content.get("runtimeConfig")):
        properties = plugin.get("properties")
        for inputs in properties if isinstance(properties, list) else [properties]:
            if isinstance(inputs, Block):
                yield str(inputs.get("id", action)), action, inputs


def _placed(entries: list[str], lines: list[str], start: int) -> Iterator[tuple[str, int]]:
    """The commands of a step, line by line, each with the line of the file in which it stands."""
    at = max(start, 1)
    for command in (line for entry in entries for line in entry.split("\n")):
        at = line_with(command.strip(), lines, at - 1)
        yield command, at


def line_with(wanted: str, lines: list[str], start: int) -> int:
    """The number of the first line, of those behind the first `start`, that holds a text as it is or as in JSON.

    Where none does it is the first of these lines.
    """
    escaped = json_text.one_line(wanted)[1:-1]
    held = (
        number
        for number in range(start, len(lines))
        if wanted in lines[number] or escaped in lines[number]
    )
    return next(held, start) + 1


def _parameter(name: str, given: Block) -> Parameter:
    values = given.get("allowedValues")
    return Parameter(
        name,
        given.get("type") == "StringList",
        given.get("default"),
        str(given.get("allowedPattern", "")),
        tuple(map(str, values)) if isinstance(values, list) else (),
        given.get("interpolationType") == "ENV_VAR",
    )


# How a shell reads them
# ----------------------------------------------------------------------------------------------


@lru_cache(4096)
def flaw(script: str) -> str | None:
    """What keeps a script from being parsed, an empty text if nothing; None where nobody here can tell."""
    import shutil
    import subprocess

    bash = shutil.which("bash")
    if bash is None or not _is_for_shell(script):
        return None
    try:
        done = subprocess.run(
            [bash, "--norc", "--noprofile", "-n"],
            input=script.encode("utf-8", "replace"),
            capture_output=True,
            timeout=_SECONDS,
            env={"LC_ALL": "C"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return "" if done.returncode == 0 else (said or ["it does not parse"])[0].removeprefix("bash: ")


def _is_for_shell(script: str) -> bool:
    """Whether no first line says that something else than a shell is to read a script."""
    if not script.startswith("#!"):
        return True
    program = script.split("\n", 1)[0][2:].split() or ["sh"]
    names = [name.rpartition("/")[2] for name in program if not name.startswith("-")]
    return (names[1:] or names)[0] in _SHELLS if names[0] == "env" else names[0] in _SHELLS


@lru_cache(4096)
def words(script: str) -> tuple[str, ...] | None:
    """The words of a script, without comments and here-documents; None where quotes are beyond `shlex`."""
    text = _plain(script)
    for comments in (False, True):
        try:
            return tuple(shlex.split(text, comments=comments))
        except ValueError:
            continue
    return None


def quoting(script: str, mark: str) -> Quoting | None:
    """How a shell reads what stands in place of a mark, a word of letters; None where it stands in no word.

    Of several places the least protected one counts.
    """
    known = words(script)
    if known is None or not any(mark in word for word in known):
        return None

    def changes(text: str) -> bool:
        found = words(script.replace(mark, text))
        return found is None or len(found) != len(known)

    if changes(f"{mark} {mark}"):
        return Quoting.BARE
    return Quoting.SINGLE if changes(f"{mark}'{mark}") else Quoting.DOUBLE


def _plain(script: str) -> str:
    """A script without its comment lines and the bodies of its here-documents."""
    kept = []
    until = ""
    for line in script.split("\n"):
        if until:
            until = "" if line.strip() == until else until
            continue
        if line.lstrip().startswith("#"):
            continue
        here = _HERE.search(line)
        until = here[2] if here else ""
        kept.append(line)
    return "\n".join(kept)


def _shown(value: Any) -> str:
    return shortened(json_text.one_line(value), 60)
