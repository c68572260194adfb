"""Who in a repository reacts to ECR's events: what a list of consumers would name, and why.

Templates say it first: a function that a rule about ECR reaches is a consumer, by its name there.
Else the code does: an entrance whose source speaks of ECR's events. What speaks of them and is
neither is told, with what to do about it: nothing is left out without a word.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.text import listed, some_of
from ecr_contracts.discovery.iac.cloudformation.functions import Function
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.iac.cloudformation.state_machines import state_machines
from ecr_contracts.discovery.iac.cloudformation.template import Template
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.other_tools import other_tool
from ecr_contracts.discovery.iac.stack import Stack, read_stack
from ecr_contracts.discovery.purpose import Purpose, purpose_of
from ecr_contracts.discovery.repository.entries import (
    is_readable,
    javascript_entries,
    python_entries,
    speaking_functions,
)
from ecr_contracts.discovery.repository.repository_files import (
    Files,
    files_near,
    is_outspoken,
    read_text,
    repository_files,
)
from ecr_contracts.discovery.shapes.pollers import asked_queue
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.target import Target, is_javascript

__all__ = ["Found", "Survey", "Unclear", "survey"]

_MOST_NAMED = 3
_PYTHON = ".".join(map(str, sys.version_info[:2]))
_OF_TEMPLATES = re.compile(rb"Resources|[Ee]vent_?[Pp]attern|EventBridgeRule|eventBridge")
_TELLING = 2
"""Keys of ECR's events in a source that are more than a coincidence."""


@dataclass(frozen=True, slots=True)
class Found:
    """A consumer: what names it, the kinds of events that it is for, and why it is taken for one.

    `files` are those of its source, and `rules` the rules that deliver its events.
    """

    target: Target
    kinds: tuple[str, ...]
    why: str
    files: frozenset[Path] = frozenset()
    rules: tuple[Rule, ...] = ()

    @property
    def name(self) -> str:
        """What a list of consumers names it by."""
        return self.target.text

    def __str__(self) -> str:
        since = "" if self.rules else "since "
        return f"{listed(self.kinds, 'and')} events, {since}{self.why}"


@dataclass(frozen=True, slots=True)
class Unclear:
    """What has to do with ECR's events and was not understood: where, why, and what to do.

    `line` is one to copy, of a command or of the table; empty where there is none.
    """

    place: str
    problem: str
    advice: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a repository has: its consumers, what was not understood, and how much was read."""

    found: tuple[Found, ...]
    unclear: tuple[Unclear, ...]
    files: int
    is_whole: bool


def survey(folder: Path = Path()) -> Survey:
    """What a folder has that reacts to ECR's events; names are relative to the working directory.

    Nothing is run, and nothing is raised for files that cannot be read: they are told as unclear.
    """
    files = repository_files(folder)
    found = _Survey(files)
    found.look()
    return Survey(tuple(found.found), tuple(found.unclear), files.read, files.is_whole)


@dataclass(slots=True)
class _Survey:
    """A survey as it is made: templates first, then code, then what is left."""

    files: Files
    found: list[Found] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    stacks: list[Stack] = field(default_factory=list)
    lost: list[Function] = field(default_factory=list)

    def look(self) -> None:
        """Go through all files."""
        for file in self.files.templates:
            self._read(file)
        for stack in self.stacks:
            self._add_functions(stack)
        if self.files.speaking:
            self._add_entries()
        self._tell_lost_functions()
        self._tell_rules()
        self._tell_tools()
        self._tell_sources()

    def _read(self, file: Path) -> None:
        try:
            self.stacks.append(read_stack(file))
        except (RecursionError, OSError):
            return  # whoever checks it is told
        except TemplateError as error:
            if _has_rules(file):
                place = f"{error.file}:{error.line}" if error.line else str(error.file)
                advice = error.advice or "mend it, or name the handler's own file"
                self.unclear.append(Unclear(place, error.problem, advice))

    # --- consumers ------------------------------------------------------------------------------

    def _add_functions(self, stack: Stack) -> None:
        """Add the functions of a template that rules about ECR reach, or whose code speaks so."""
        seen = {(found.target.file, found.target.attribute) for found in self.found}
        for function in stack.functions:
            if function.problem:
                self.lost.append(function)
                continue
            target = _named_in(function, stack)
            if target is not None and (target.file, target.attribute) not in seen:
                self._add(target)

    def _add_entries(self) -> None:
        """Add the entrances in the code that no template names."""
        for file in files_near(self.files):
            for attribute in python_entries(file):
                self._add_entry(file, attribute)
        for file in self.files.javascript:
            if file in self.files.speaking:
                for attribute in javascript_entries(file):
                    self._add_entry(file, attribute)

    def _add_entry(self, file: Path, attribute: str) -> None:
        is_known = any(
            _is_same(found.target.file, file) and found.target.attribute == attribute
            for found in self.found
        )
        if is_known or self._is_of_template(file, attribute):
            return
        try:
            target = Target.parse(f"{file.as_posix()}:{attribute}")
        except ConsumerError:
            return
        if is_javascript(target) or not _files_of(target).isdisjoint(self.files.speaking):
            self._add(target)

    def _is_of_template(self, file: Path, attribute: str) -> bool:
        """Whether code is that of a function which no rule of ECR reaches and speaks of nothing."""
        for stack in self.stacks:
            for function in stack.functions:
                is_here = not function.problem and function.attribute == attribute
                if is_here and _is_same(function.file, file):
                    return True
        return False

    def _add(self, target: Target) -> None:
        """Add what a target names, if it is for events of ECR."""
        purpose = purpose_of(target)
        own = _files_of(target)
        why = _reason(purpose, own)
        if not why:
            return
        asked = asked_queue(target) if not purpose.rules else None
        if asked is not None:
            why = f"{why}; it asks a queue by {asked}"
        kept = [found for found in self.found if not _is_part(found, target, own)]
        is_part = len(kept) == len(self.found) and any(
            _is_within(target, own, found) for found in self.found
        )
        if not is_part:
            rules = purpose.rules
            self.found = [*kept, Found(target, purpose.kinds, why, own, rules)]

    # --- what was not understood ------------------------------------------------------------------

    def _tell_lost_functions(self) -> None:
        """Tell of functions that rules of ECR reach, and whose code is not here."""
        used = self._used_rules()
        for function in self.lost:
            rules = [rule for rule in function.rules if rule.is_about_ecr]
            if not rules or all(rule.place in used for rule in rules):
                continue
            place = f"{function.template.as_posix()}:{function.line}"
            try:
                Target.parse(f"{function.template.as_posix()}:{function.name}")
            except ConsumerError as error:
                problem = f"{function.name} is reached by {rules[0]}, and {function.problem}"
                line = ""
                if function.is_other_language:
                    rule = f"{function.template.as_posix()}:{function.name}"
                    line = f'{{ command = "./bootstrap", rule = "{rule}" }},'
                self.unclear.append(Unclear(place, problem, error.advice, line))

    def _tell_rules(self) -> None:
        """Tell of rules that reach no function of this repository."""
        used = self._used_rules() | {rule.place for one in self.lost for rule in one.rules}
        told: set[str] = set()
        for stack in self.stacks:
            machines = dict(_rules_of_machines(stack))
            for rule in stack.rules:
                if not rule.is_about_ecr or rule.place in used | told:
                    continue
                told.add(rule.place)
                self.unclear.append(_unclear_rule(rule, machines.get(rule.place), stack))

    def _used_rules(self) -> set[str]:
        return {rule.place for found in self.found for rule in found.rules}

    def _tell_tools(self) -> None:
        """Tell of configurations that have to be run to know what they declare."""
        speaking = any(map(is_outspoken, self.files.speaking))
        for file in self.files.tools:
            other = other_tool(file.as_posix(), "")
            if other is not None and speaking:
                self.unclear.append(Unclear(file.as_posix(), other.problem, other.advice))

    def _tell_sources(self) -> None:
        """Tell of sources that speak of ECR's events and belong to no consumer that was found."""
        known: set[Path] = set()
        for found in self.found:
            known |= found.files
        for stack in self.stacks:
            known |= {function.file for function in stack.functions}
        known = {Path(os.path.realpath(file)) for file in known}
        tools = {file.parent for file in self.files.tools}
        for file in sorted(self.files.speaking):
            if Path(os.path.realpath(file)) in known or not is_outspoken(file):
                continue
            other = other_tool(file.as_posix(), "")
            if other is not None:
                if not any(folder in file.parents for folder in tools):
                    self.unclear.append(Unclear(file.as_posix(), other.problem, other.advice))
                continue
            if file.suffix == ".py" and not is_readable(file):
                problem = "it speaks of ECR's events, and is no Python that this version can read"
                advice = f"mend it, or use the version that it is for (this is {_PYTHON})"
                self.unclear.append(Unclear(file.as_posix(), problem, advice))
                continue
            problem = "it speaks of ECR's events, and nothing in it looks like what is given them"
            names = [f"{file.as_posix()}:{name}" for name in speaking_functions(file)]
            advice = "if events reach it, name the function that is given them, or an adapter"
            if names:
                advice = (
                    f"{advice}; its functions that speak of them: {some_of(names, _MOST_NAMED)}"
                )
            self.unclear.append(Unclear(file.as_posix(), problem, advice, _entry("FUNCTION", file)))


def _named_in(function: Function, stack: Stack) -> Target | None:
    """What names a function: the template that it stands in, else the one that has it as a part.

    A function of a module of Terraform has its name and values from the configuration that calls
    the module. None where neither names it.
    """
    for template in dict.fromkeys([function.template, stack.file]):
        with contextlib.suppress(ConsumerError):
            return Target.parse(f"{template.as_posix()}:{function.name}")
    return None


def _reason(purpose: Purpose, own: frozenset[Path]) -> str:
    """Why code is taken for a consumer of ECR's events; empty if it is none.

    `own` are its files. Keys that other details have as well count only where there are several.
    """
    if purpose.rules:
        return f"by {purpose.why}"
    keys = [word for word in purpose.words if "-" in word]
    names = [word for word in purpose.words if not word.islower()]
    is_told = len(keys) >= _TELLING or (keys and names)
    if is_told or (purpose.words and any(map(is_outspoken, own))):
        return purpose.why
    return ""


def _files_of(target: Target) -> frozenset[Path]:
    """The files of a consumer's source, as the walk through the repository names them."""
    if is_javascript(target) and target.file is not None:
        return frozenset({target.file})
    return frozenset(Path(os.path.relpath(source.file)) for source in sources(target))


def _is_part(found: Found, target: Target, own: frozenset[Path]) -> bool:
    """Whether what was found before is a mere part of a target, which hands events on to it."""
    is_by_rule = bool(found.rules) or found.target.function is not None
    if is_by_rule or found.target.file is None or target.file is None:
        return False
    is_other_file = not _is_same(found.target.file, target.file)
    return is_other_file and found.target.file in own and target.file not in found.files


def _is_within(target: Target, own: frozenset[Path], found: Found) -> bool:
    """Whether a target is a mere part of what was found before."""
    if target.function is not None or target.file is None or found.target.file is None:
        return False
    is_other_file = not _is_same(found.target.file, target.file)
    return is_other_file and target.file in found.files and found.target.file not in own


def _rules_of_machines(stack: Stack) -> Iterator[tuple[str, str]]:
    """The places of the rules that start state machines of a template, each with the machine."""
    with contextlib.suppress(TemplateError, RecursionError, OSError):
        for machine in state_machines(Template.read(stack.file)):
            for rule in machine.rules:
                yield rule.place, machine.name


def _unclear_rule(rule: Rule, machine: str | None, stack: Stack) -> Unclear:
    """That a rule reaches no consumer here."""
    file = stack.file.as_posix()
    if machine is not None:
        problem = f"rule {rule.name} starts the state machine {machine}, which no table can name"
        line = f"ecr-contracts check --state-machine {file}:{machine}"
        return Unclear(rule.place, problem, "check it by a command of its own", line)
    if rule.disabled:
        problem = f"rule {rule.name} is disabled, and delivers nothing"
        return Unclear(rule.place, problem, "nothing has to be done, unless it should")
    if stack.is_plain:
        problem = "it is a pattern for ECR's events, and nothing says whose they are"
        advice = "if code of yours is behind it, give it to its entry of the table"
        return Unclear(rule.place, problem, advice, _entry("FUNCTION", rule=file))
    problem = f"rule {rule.name} reaches nothing here that could be called"
    advice = "if code of yours is behind it, name that and the rule"
    return Unclear(rule.place, problem, advice, _entry("FUNCTION", rule=f"{file}:{rule.name}"))


def _entry(function: str, file: Path | None = None, rule: str = "") -> str:
    """An entry of the table, to be filled in."""
    place = "FILE.py" if file is None else file.as_posix()
    named = f', rule = "{rule}"' if rule else ""
    return f'{{ handler = "{place}:{function}"{named} }},'


def _has_rules(file: Path) -> bool:
    """Whether a file that cannot be read is meant as a template with rules about ECR.

    A sample event names ECR as well.
    """
    content = read_text(file)
    return b"aws.ecr" in content and _OF_TEMPLATES.search(content) is not None


def _is_same(one: Path | None, other: Path | None) -> bool:
    return one is not None and other is not None and _real(one) == _real(other)


def _real(file: Path) -> str:
    return os.path.realpath(file)
