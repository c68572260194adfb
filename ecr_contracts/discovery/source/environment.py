"""Environment variables that code reads: which it needs, and values that suit their uses.

A client of the data flow. Nothing is imported or run, so what a library reads is not seen, nor are
names that are put together at run time, nor settings classes that take in the whole environment.
"""

from __future__ import annotations

import ast
import base64
import json
import os
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ecr_contracts.core.placeholders import HOST, placeholder
from ecr_contracts.discovery.source.flow import (
    Action,
    Flow,
    Stage,
    Use,
    Value,
    literal_text,
)
from ecr_contracts.discovery.source.lookups import Lookup, lookups
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.source.wanted_forms import WantedForm, wanted_form
from ecr_contracts.discovery.target import Target

__all__ = ["Variable", "missing_variables", "value_of", "variables"]


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that a consumer's code reads, and where it is read first.

    `required`: a look-up fails without it. `has_default`: what is used in its stead is written in
    the code, in `default` where that is a literal. `form` is a text of the form that the code wants
    (JSON, a number, a URL), empty where any text will do.
    """

    name: str
    file: str
    line: int
    required: bool
    has_default: bool = False
    default: str | None = None
    form: str = ""

    @property
    def location(self) -> str:
        """The place of the first look-up, `app.py:12`."""
        return f"{self.file}:{self.line}"


def variables(target: Target) -> tuple[Variable, ...]:
    """The environment variables that a consumer's code reads, in the order of files and lines."""
    trees: dict[Path, ast.Module] = {}
    reached: dict[Path, set[ast.stmt]] = defaultdict(set)
    for source in sources(target):
        trees.setdefault(source.file, source.tree)
        reached[source.file].update(source.reached)
    known = {file: lookups(tree, reached[file]) for file, tree in trees.items()}
    found: dict[str, Variable] = {}
    for file, lookups_of_file in known.items():
        for lookup in lookups_of_file:
            variable = _variable(lookup, file)
            earlier = found.get(variable.name)
            found[variable.name] = _merged(earlier, variable) if earlier else variable
    if not found:
        return ()
    uses = _uses(list(trees.values()), known.values())
    return tuple(
        replace(variable, form=_form(name, uses.get(name, ()))) for name, variable in found.items()
    )


def value_of(variable: Variable) -> str:
    """A value that suits what the code does with a variable, else the name that it goes by."""
    return variable.form or placeholder(variable.name)


def missing_variables(
    variables: Iterable[Variable], present: Container[str]
) -> tuple[Variable, ...]:
    """Those variables that the code cannot do without and that are not present."""
    missing = (variable for variable in variables if variable.name not in present)
    return tuple(variable for variable in missing if variable.required)


def _variable(lookup: Lookup, file: Path) -> Variable:
    return Variable(
        lookup.name,
        _shown(file),
        lookup.node.lineno,
        lookup.required,
        has_default=lookup.default is not None or lookup.tested,
        default=literal_text(lookup.default),
    )


def _merged(first: Variable, second: Variable) -> Variable:
    """A variable that is looked up twice: it is required if one look-up needs it."""
    return replace(
        first,
        required=first.required or second.required,
        has_default=first.has_default and second.has_default,
        default=first.default if first.default is not None else second.default,
    )


def _shown(file: Path) -> str:
    path = os.path.abspath(file)
    if path.startswith(os.path.join(os.getcwd(), "")):
        path = os.path.relpath(path)
    return Path(path).as_posix()


# What the values are taken for
# --------------------------------------------------------------------------------------------------


def _uses(
    trees: Sequence[ast.Module], known: Iterable[Sequence[Lookup]]
) -> Mapping[str, Sequence[Use]]:
    """What is done with the values of look-ups, by the name of the variable."""
    origins: dict[ast.expr, set[Value]] = defaultdict(set)
    for lookups_of_file in known:
        for lookup in lookups_of_file:
            if not lookup.tested:
                origins[lookup.node].add(Value(lookup.name))
    flow = Flow(trees)
    flow.follow(lambda node, _: origins.get(node, ()))
    uses: dict[str, list[Use]] = defaultdict(list)
    for use in flow.uses():
        uses[str(use.value.origin)].append(use)
    return uses


def _form(name: str, uses: Sequence[Use]) -> str:
    """A text of the form that some uses of a variable want; empty if they take any text."""
    of_text = [use for use in uses if use.value.stage is Stage.TEXT]
    wanted = {wanted_form(use) for use in of_text}
    is_parsed = any(use.action is Action.PARSED for use in of_text)
    content = json.dumps(_json_value(uses)) if is_parsed else ""
    value = placeholder(name)
    if WantedForm.BASE64 in wanted:
        return base64.b64encode((content or "placeholder").encode()).decode()
    if content:
        return content
    if WantedForm.BOOLEAN in wanted:
        return "false"
    if WantedForm.LOG_LEVEL in wanted:
        return "INFO"
    if WantedForm.NUMBER in wanted:
        return value if value.isdigit() else "10"
    if WantedForm.URL in wanted:
        return value if "://" in value else f"https://{HOST}/{name.lower().replace('_', '-')}"
    return _in_pieces(value, uses)


def _in_pieces(value: str, uses: Iterable[Use]) -> str:
    """The value in as many pieces as it is split into; empty if it is never split."""
    for use in uses:
        if use.value.stage is not Stage.PARTS:
            continue
        [separator] = use.value.path
        pieces = 1
        if use.action is Action.INDEX:
            pieces = use.detail + 1
        elif use.action is Action.UNPACKED:
            pieces = use.detail
        if separator and pieces > 1:
            enough = len(value.split(separator)) >= pieces
            return value if enough else separator.join([value] * pieces)
    return ""


def _json_value(uses: Iterable[Use]) -> Any:
    """The smallest data that suits what is done with it: an empty list, or what has the keys."""
    keys: dict[tuple[str, ...], list[str]] = defaultdict(list)
    lists: set[tuple[str, ...]] = set()
    for use in uses:
        if use.value.stage is not Stage.DATA:
            continue
        if use.action is Action.KEY:
            keys[use.value.path].append(use.detail)
        elif use.action in (Action.ITERATED, Action.INDEX, Action.SEARCHED):
            lists.add(use.value.path)

    def value(path: tuple[str, ...]) -> Any:
        if path in keys:
            return {key: value((*path, key)) for key in keys[path]}
        if path in lists:
            return []
        return placeholder(path[-1]) if path else {}

    return value(())
