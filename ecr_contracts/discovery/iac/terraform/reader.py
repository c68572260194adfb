"""The functions and the rules of a Terraform module or plan, as those of a template are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ecr_contracts.discovery.iac.document import TemplateError
from ecr_contracts.discovery.iac.feeds import Feed
from ecr_contracts.discovery.iac.functions import Function, functions
from ecr_contracts.discovery.iac.input_transformers import Transformer
from ecr_contracts.discovery.iac.rules import Rule, rules
from ecr_contracts.discovery.iac.template import Template
from ecr_contracts.discovery.iac.terraform.module import read_configuration
from ecr_contracts.discovery.iac.terraform.plan import is_plan, read_plan
from ecr_contracts.discovery.iac.terraform.resources import Resource
from ecr_contracts.discovery.iac.terraform.translation import Translation

__all__ = ["SUFFIX", "is_terraform", "read_terraform"]

SUFFIX = ".tf"
"""How the names of Terraform's files end."""


def is_terraform(file: Path) -> bool:
    """Whether a file is one of a Terraform module, or a plan in JSON."""
    return file.suffix == SUFFIX or is_plan(file)


def read_terraform(file: Path) -> tuple[tuple[Function, ...], tuple[Rule, ...]]:
    """The functions and the rules of a plan, or of the module that a file is part of.

    Raises TemplateError, with file and line, for what cannot be read or evaluated.
    """
    if not file.is_file():
        raise TemplateError(str(file), 0, "No such file or directory")
    try:
        if file.suffix != SUFFIX:
            return _read(file, read_plan(file))
        configuration = read_configuration(file.parent, file)
        return _read(file, configuration.resources)
    except RecursionError:
        raise TemplateError(str(file), 0, "it is too deeply nested") from None


def _read(
    file: Path, resources: Mapping[str, Resource]
) -> tuple[tuple[Function, ...], tuple[Rule, ...]]:
    """The functions and rules of resources, each with its name, file and line there."""
    translation = Translation(resources, file.parent)
    # Its paths of code begin where we run; of its files and lines nothing is left below.
    template = Template(Path(file.name), translation.content)
    places = _Places(translation)
    try:
        known = tuple(map(places.function, functions(template)))
        return known, tuple(map(places.rule, rules(template)))
    except TemplateError as error:
        there, line = translation.lines.place(error.line)
        raise TemplateError(str(there), line, error.problem, error.advice) from None


class _Places:
    """Tells functions and rules of a translation by their names, files and lines in Terraform."""

    def __init__(self, translation: Translation) -> None:
        self._translation = translation

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
        if transformer is None:
            return None
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
