"""The functions and the rules of a Terraform module or plan, as those of a template are read."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ecr_contracts.core import limits
from ecr_contracts.core.errors import ShapingError
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.iac.cloudformation.feeds import Feed
from ecr_contracts.discovery.iac.cloudformation.functions import Function, functions
from ecr_contracts.discovery.iac.cloudformation.input_transformers import (
    Candidate,
    Transformer,
    candidates_in,
    transformer_called,
)
from ecr_contracts.discovery.iac.cloudformation.rules import Rule, rules, rules_for_others
from ecr_contracts.discovery.iac.cloudformation.template import Template
from ecr_contracts.discovery.iac.documents.document import TemplateError
from ecr_contracts.discovery.iac.terraform.hcl import NAME_A_PLAN
from ecr_contracts.discovery.iac.terraform.module import read_configuration
from ecr_contracts.discovery.iac.terraform.plan import is_plan, read_plan
from ecr_contracts.discovery.iac.terraform.registry import Call
from ecr_contracts.discovery.iac.terraform.resources import Resource
from ecr_contracts.discovery.iac.terraform.translation import Translation, resource_id

__all__ = [
    "SUFFIX",
    "ReadModule",
    "is_terraform",
    "may_have_rules_elsewhere",
    "read_terraform",
    "read_transformer",
]

SUFFIX = ".tf"
"""How the names of Terraform's files end."""

_IN_JSON = ".tf.json"
_MAX_FOLDERS = 10
_MAX_FILES = 50  # of a folder
_MAX_BYTES = 250_000
_READ_FILE = re.compile(r'\b(?:file|templatefile)\s*\(\s*"([^"\n]*)"')
_LOCAL_SOURCE = re.compile(r'\bsource\s*=\s*"(\.\.?/[^"\n]*)"')


def is_terraform(file: Path) -> bool:
    """Whether a file is one of a Terraform module, also in JSON, or a plan."""
    return file.name.endswith((SUFFIX, _IN_JSON)) or is_plan(file)


def may_have_rules_elsewhere(file: Path, words: tuple[bytes, ...]) -> bool:
    """Whether a file of a module reads a file, or calls a module here, that has one of some words.

    Nothing is parsed for that: whatever lies in their folders counts.
    """
    try:
        content = read_plain_file(file, limits.TERRAFORM_BYTES).decode("utf-8", "replace")
    except OSError:
        return False
    folders: dict[Path, None] = {}
    for written in _READ_FILE.findall(content):
        known, _, _ = written.replace("${path.module}", ".").partition("${")
        folders[Path(os.path.dirname(f"{file.parent}/{known}"))] = None
    for source in _LOCAL_SOURCE.findall(content):
        folders[file.parent / source] = None
    return any(_has_word(folder, words) for folder in list(folders)[:_MAX_FOLDERS])


def _has_word(folder: Path, words: tuple[bytes, ...]) -> bool:
    """Whether one of the files of a folder has one of some words."""
    with contextlib.suppress(OSError, ValueError):
        for entry in sorted(folder.iterdir())[:_MAX_FILES]:
            if entry.is_file() and entry.stat().st_size <= _MAX_BYTES:
                content = entry.read_bytes()
                if any(word in content for word in words):
                    return True
    return False


class ReadModule(NamedTuple):
    """What a module or plan declares; `for_others` are rules that reach what it does not have."""

    functions: tuple[Function, ...]
    rules: tuple[Rule, ...]
    for_others: tuple[tuple[str, Rule], ...]


def read_terraform(file: Path) -> ReadModule:
    """The functions and the rules of a plan, or of the module that a file is part of.

    Raises TemplateError, with file and line, for what cannot be read or evaluated.
    """
    resources, unread = _resources(file)
    with _Places(resources, file).told() as (places, template):
        known = tuple(map(places.function, functions(template)))
        others = tuple((name, places.rule(rule)) for name, rule in rules_for_others(template))
        known += tuple(_of_unread_module(call) for call in unread if _is_lambda(call))
        return ReadModule(known, tuple(map(places.rule, rules(template))), others)


def read_transformer(file: Path, name: str) -> Transformer:
    """The transformer of a target that is called by its id, its rule, or the function it reaches.

    Raises TemplateError for what cannot be read or is not there, ShapingError for a transformer
    that EventBridge would refuse.
    """
    resources, _ = _resources(file)
    with _Places(resources, file).told() as (places, template):
        candidates = [
            candidate._replace(names=places.names(candidate))
            for candidate in candidates_in(file, places.content, template.resolver)
        ]
        shaped = transformer_called(file.as_posix(), name, candidates, template.resolver)
        return places.transformer(shaped)


def _resources(file: Path) -> tuple[Mapping[str, Resource], Sequence[Call]]:
    """The resources of a module or plan by address, and the modules that are not read."""
    if not file.is_file():
        raise TemplateError(str(file), 0, "No such file or directory")
    if file.name.endswith(_IN_JSON):
        problem = "modules in JSON are not read, as CDK for Terraform writes them"
        raise TemplateError(str(file), 0, problem, NAME_A_PLAN)
    try:
        if file.suffix != SUFFIX:
            return read_plan(file), ()
        configuration = read_configuration(file.parent, file)
    except RecursionError:
        raise TemplateError(str(file), 0, "it is too deeply nested") from None
    return configuration.resources, configuration.unread


def _is_lambda(call: Call) -> bool:
    """Whether a module that lies elsewhere seems to make a Lambda function."""
    return "lambda" in call.source or not {"handler", "runtime"}.isdisjoint(call.inputs)


def _of_unread_module(call: Call) -> Function:
    """The function of a module that lies elsewhere, which cannot be loaded."""
    return Function(
        template=call.file,
        name=".".join([*call.modules, call.name]),
        line=call.line,
        file=call.file,
        attribute="",
        root=call.file.parent,
        problem=f"its module comes from {call.source}, which is not read; "
        "name its handler's file instead",
    )


class _Places:
    """Tells functions and rules of a translation by their names, files and lines in Terraform."""

    def __init__(self, resources: Mapping[str, Resource], file: Path) -> None:
        """The places of resources; raises TemplateError where they are too deeply nested."""
        self._file = file
        try:
            self._translation = Translation(resources, file.parent)
        except RecursionError:
            raise TemplateError(str(file), 0, "it is too deeply nested") from None
        self.content = self._translation.content

    @contextlib.contextmanager
    def told(self) -> Iterator[tuple[_Places, Template]]:
        """The translation as a template, whose errors are told with their places in Terraform."""
        # Its paths of code begin where we run; of its file and lines nothing is left in the end.
        template = Template(Path(self._file.name), self.content)
        try:
            yield self, template
        except TemplateError as error:
            if not error.line:
                raise
            there, line = self._translation.lines.place(error.line)
            raise TemplateError(str(there), line, error.problem, error.advice) from None
        except ShapingError as error:
            _, _, place = error.place.rpartition(":")
            counted, _, key = place.partition(", ")
            there, line = self._translation.lines.place(int(counted))
            where = f"{there.as_posix()}:{line}, {key}"
            raise ShapingError(where, error.value, error.problem, error.advice) from None

    def names(self, candidate: Candidate) -> tuple[str, ...]:
        """What a target may be called by: its rule, its id, and the function that it reaches."""
        logical_id, *ids = candidate.names
        found = [_name(self._translation.resources[logical_id]), *ids]
        reached = resource_id(candidate.target.get("Arn"))
        if reached in self._translation.resources:
            found.append(_name(self._translation.resources[reached]))
        return tuple(dict.fromkeys(found))

    def function(self, function: Function) -> Function:
        """A function as Terraform has it."""
        resource = self._translation.resources[function.name]
        shown = _name(resource)
        return replace(
            function,
            template=resource.file,
            line=resource.line,
            name=shown,
            aliases=_other_names(resource, shown),
            rules=tuple(map(self.rule, function.rules)),
        )

    def rule(self, rule: Rule) -> Rule:
        """A rule as Terraform has it."""
        file, line = self._translation.lines.place(rule.line)
        resource = self._translation.resources[rule.name]
        return replace(
            rule,
            name=_name(resource),
            file=file.as_posix(),
            line=line,
            transformer=self._transformer(rule.transformer),
            feed=self._feed(rule.feed),
        )

    def _transformer(self, transformer: Transformer | None) -> Transformer | None:
        return None if transformer is None else self.transformer(transformer)

    def transformer(self, transformer: Transformer) -> Transformer:
        """A transformer as Terraform has it."""
        file, line = self._translation.lines.place(transformer.line)
        lines = {n: self._translation.lines.place(at)[1] for n, at in transformer.lines.items()}
        name = _name(self._translation.resources[transformer.name])
        return replace(transformer, name=name, file=file.as_posix(), line=line, lines=lines)

    def _feed(self, feed: Feed | None) -> Feed | None:
        if feed is None:
            return None
        file, line = self._translation.lines.place(int(feed.place.rpartition(":")[2]))
        return replace(feed, place=f"{file.as_posix()}:{line}")


def _name(resource: Resource) -> str:
    """The name of a resource behind those of the modules around it."""
    return ".".join([*resource.modules, resource.name])


def _other_names(resource: Resource, shown: str) -> tuple[str, ...]:
    """What else a function may be called by: its name in AWS, and those of what is around it."""
    called = resource.get("function_name")
    texts = [str(called)] if isinstance(called, str) else []
    for name in (resource.name, *resource.modules):
        texts += [name, name.partition("[")[0]]
    return tuple(name for name in dict.fromkeys(texts) if name != shown)
