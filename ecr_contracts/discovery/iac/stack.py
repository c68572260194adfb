"""A file of infrastructure as code, whatever tool it is for: the functions and rules in it.

This is the only door to these files for the rest of the package. Each tool has a reader of its own
(`Template` for CloudFormation, SAM and synthesised CDK), which gives the same `Function` and
`Rule`. A reader is a row in `_READERS`, and is loaded where a file may be one of its own. Patterns
that stand alone in a file are rules too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.plain_files import read_plain_file
from ecr_contracts.discovery.iac.cloudformation import input_transformers
from ecr_contracts.discovery.iac.cloudformation.functions import Function, functions
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.iac.cloudformation.rules import Rule, rules, rules_for_others
from ecr_contracts.discovery.iac.cloudformation.template import Template
from ecr_contracts.discovery.iac.documents.document import SUFFIXES as DOCUMENT_SUFFIXES
from ecr_contracts.discovery.iac.documents.document import (
    TemplateError,
    mapping_of,
    read_value,
    split_name,
)
from ecr_contracts.discovery.iac.plain_patterns import plain_rules

__all__ = ["SUFFIXES", "Stack", "names_other_files", "read_stack", "transformer"]

SUFFIX = ".tf"
"""How the names of Terraform's own files end; its plans are JSON."""

SUFFIXES = (*DOCUMENT_SUFFIXES, SUFFIX)
"""How the names of files end that may be read."""


@dataclass(frozen=True, slots=True)
class Stack:
    """What a file declares: its Lambda functions, and its rules, whatever they reach.

    A rule that reaches a function is among `Function.rules` too, there with its envelope.
    `for_others` are those that reach what the file does not have, each with the name by which it
    calls that; None where a reader does not tell. In a file that `is_plain` there are patterns
    alone: nothing says what they reach.
    """

    file: Path
    functions: tuple[Function, ...] = ()
    rules: tuple[Rule, ...] = ()
    for_others: tuple[tuple[str, Rule], ...] | None = None
    is_plain: bool = False


def read_stack(file: Path, value: Any = None) -> Stack:
    """What a file declares; `value` is what `read_value` gave of it, where it was read before.

    Raises TemplateError for a file that cannot be read, or that no reader is for.
    """
    try:
        for is_meant, read in _READERS:
            if is_meant(file):
                return read(file)
        return _of_template(file, value)
    except OSError as error:
        problem = f"a path that it names cannot be read: {error.strerror or error}"
        raise TemplateError(str(file), 0, problem) from None


def transformer(text: str) -> Transformer:
    """The transformer in `rule.yaml`, or in `template.yaml:Name` that of a rule, target or event.

    Of Terraform a rule, a target or a function is named, `main.tf:scans`. Raises TemplateError for
    a file that cannot be read, or holds none or several of them; ShapingError for one that
    EventBridge would refuse.
    """
    place, name = (text, "") if text.endswith(SUFFIX) else split_name(text)
    if _is_terraform(Path(place)):
        from ecr_contracts.discovery.iac.terraform.reader import read_transformer

        return read_transformer(Path(place), name)
    return input_transformers.transformer(text)


def names_other_files(file: Path, words: tuple[bytes, ...]) -> bool:
    """Whether a file takes its rules from other files, which have one of some words."""
    if file.suffix == SUFFIX:
        from ecr_contracts.discovery.iac.terraform.reader import may_have_rules_elsewhere

        return may_have_rules_elsewhere(file, words)
    try:
        content = read_plain_file(file, limits.DOCUMENT_BYTES)
    except OSError:
        return False
    return b"${file(" in content and _is_serverless(file)


def _of_template(file: Path, value: Any = None) -> Stack:
    """What a template of CloudFormation or SAM declares, or a file of plain patterns."""
    content = read_value(file) if value is None else value
    if found := plain_rules(file, content):
        return Stack(file, (), found, is_plain=True)
    template = Template(file, mapping_of(file, content))
    known, others = tuple(functions(template)), tuple(rules_for_others(template))
    return Stack(file, known, tuple(rules(template)), others)


def _is_serverless(file: Path) -> bool:
    """Whether a file is a configuration of the Serverless Framework."""
    from ecr_contracts.discovery.iac.serverless.configuration import is_serverless

    return is_serverless(file)


def _of_serverless(file: Path) -> Stack:
    """What a configuration of the Serverless Framework declares."""
    from ecr_contracts.discovery.iac.serverless.configuration import read_serverless

    return Stack(file, *read_serverless(file))


def _is_terraform(file: Path) -> bool:
    """Whether a file is one of Terraform's, or one of its plans."""
    if file.suffix not in (SUFFIX, ".json"):
        return False
    from ecr_contracts.discovery.iac.terraform.reader import is_terraform

    return is_terraform(file)


def _of_terraform(file: Path) -> Stack:
    """What the Terraform module of a file declares."""
    from ecr_contracts.discovery.iac.terraform.reader import read_terraform

    module = read_terraform(file)
    return Stack(file, module.functions, module.rules, module.for_others)


_READERS: tuple[tuple[Callable[[Path], bool], Callable[[Path], Stack]], ...] = (
    (_is_serverless, _of_serverless),
    (_is_terraform, _of_terraform),
)
"""Of each other tool: whether a file is one of its own, and how it is read."""
