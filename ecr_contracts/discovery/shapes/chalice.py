"""Functions of a Chalice app: their decorator says what they are given, and by which rule.

    @app.on_sqs_message(queue="ecr-events")           # Lambda's records of a queue
    @app.on_cw_event({"source": ["aws.ecr"], …})      # a rule of its own, with this pattern

Chalice deploys each as a function of Lambda, and gives it the event as an object of its own.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.source.modules import DEPLOYED_ALONE, Source, sources
from ecr_contracts.discovery.target import Target

__all__ = ["chalice_envelopes", "chalice_rules"]

_ENVELOPES = MappingProxyType(
    {"on_sqs_message": "sqs", "on_sns_message": "sns", "on_kinesis_record": "kinesis"}
)
"""The envelopes of events, by the decorator's name."""

_RULE = "on_cw_event"
_PATTERN = "event_pattern"


def chalice_envelopes(target: Target) -> Iterator[tuple[str, str]]:
    """The envelope that the decorator of a function says."""
    for source, decorator in _decorators(target):
        name = _name(decorator)
        if name in _ENVELOPES:
            yield _ENVELOPES[name], f"@{ast.unparse(decorator.func)} ({_place(source, decorator)})"


def chalice_rules(target: Target) -> Iterator[Rule]:
    """The rules that the decorators of a function make, where their pattern is written out."""
    for source, decorator in _decorators(target):
        if _name(decorator) != _RULE:
            continue
        given = [keyword.value for keyword in decorator.keywords if keyword.arg == _PATTERN]
        pattern = _literal([*decorator.args[:1], *given], source.tree.body)
        if isinstance(pattern, dict):
            file, line = _shown(source.file), decorator.lineno
            yield Rule(target.name, pattern, "lambda", file, line)


def _decorators(target: Target) -> Iterator[tuple[Source, ast.Call]]:
    """The decorators with arguments of the function that a target names, in its own file."""
    for source in islice(sources(target), 1):
        for node in source.tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == target.name:
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Call) and _name(decorator) in DEPLOYED_ALONE:
                        yield source, decorator


def _name(decorator: ast.Call) -> str:
    return decorator.func.attr if isinstance(decorator.func, ast.Attribute) else ""


def _literal(values: Sequence[ast.expr], statements: Sequence[ast.stmt]) -> Any:
    """The first of some values, written out or by the name of a constant; None if neither."""
    for value in values:
        if isinstance(value, ast.Name):
            for statement in statements:
                match statement:
                    case ast.Assign(targets=[ast.Name(id=name)]) if name == value.id:
                        return _literal([statement.value], ())
        try:
            return ast.literal_eval(value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return None
    return None


def _place(source: Source, node: ast.expr) -> str:
    return f"{_shown(source.file)}:{node.lineno}"


def _shown(file: Path) -> str:
    """A file as people know it: relative to the working directory where it lies below."""
    path = os.path.relpath(os.path.abspath(file))
    return (file if path.startswith(os.pardir) else Path(path)).as_posix()
