"""Environment variables that code reads: which it needs, and values that suit their uses.

A client of the data flow. Nothing is imported or run, so what a library reads for itself is not
seen, nor are names that are put together at run time.
"""

from __future__ import annotations

import ast
import os
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.placeholders import beginning, ending, placeholder
from ecr_contracts.discovery.javascript.comparisons import comparisons
from ecr_contracts.discovery.javascript.variables import variables_of_source
from ecr_contracts.discovery.source.entry_functions import FunctionNode, entry_functions
from ecr_contracts.discovery.source.flow import Flow, Use, Value, literal_text
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.source.variables.decisions import Decision, decisions, truth_tests
from ecr_contracts.discovery.source.variables.event_values import Evaluator, event_origins
from ecr_contracts.discovery.source.variables.library_lookups import LibraryLookup, library_lookups
from ecr_contracts.discovery.source.variables.lookups import Lookup, lookups, written_names
from ecr_contracts.discovery.source.variables.suitable_values import suitable_value
from ecr_contracts.discovery.target import Target, is_javascript

__all__ = ["Variable", "missing_variables", "value_of", "variables"]


_PARTS = {"prefix": beginning, "suffix": ending}


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that a consumer's code reads, and where it is read first.

    `required`: a look-up fails without it. `has_default`: what is used in its stead is written in
    the code, in `default` where that is a literal. `form` is a text of the form that the code wants
    (JSON, a number, a URL), empty where any text will do. `guards`: code runs only where it is set
    to something. `is_replaced`: where it is not set, the code takes another value, or sets it.
    `set_before`: it is read by what takes in the environment as a whole. `decisions` are those in
    which its value is compared with fields of the event.
    """

    name: str
    file: str
    line: int
    required: bool
    has_default: bool = False
    default: str | None = None
    form: str = ""
    guards: bool = False
    is_replaced: bool = False
    set_before: bool = False
    decisions: tuple[Decision, ...] = ()

    @property
    def location(self) -> str:
        """The place of the first look-up, `app.py:12`."""
        return f"{self.file}:{self.line}"


def variables(
    target: Target,
    events: Sequence[Mapping[str, Any]] = (),
    forms: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Variable, ...]:
    """The environment variables that a consumer's code reads, in the order of files and lines.

    Their forms let through the `events`, as far as that is up to the variables. `forms` are what
    somebody else tells of them.
    """
    if is_javascript(target):
        return _variables_of_javascript(target, events)
    trees: dict[Path, ast.Module] = {}
    reached: dict[Path, set[ast.stmt]] = defaultdict(set)
    for source in sources(target):
        trees.setdefault(source.file, source.tree)
        reached[source.file].update(source.reached)
    known = {file: lookups(tree, reached[file]) for file, tree in trees.items()}
    of_libraries = {file: list(library_lookups(tree)) for file, tree in trees.items()}
    found: dict[str, Variable] = {}
    told = dict(forms)
    for file, lookups_of_file in known.items():
        for lookup in (*lookups_of_file, *(made.lookup for made in of_libraries[file])):
            variable = _variable(lookup, file)
            if lookup not in lookups_of_file:
                variable = replace(variable, set_before=True)
            earlier = found.get(variable.name)
            found[variable.name] = _merged(earlier, variable) if earlier else variable
    if not found:
        return ()
    files = {_shown(file): tree for file, tree in trees.items()}
    entries = entry_functions([tree.body for tree in trees.values()], target.attribute)
    by_library = list(chain.from_iterable(of_libraries.values()))
    for made in by_library:
        told.setdefault(made.lookup.name, made.form)
    uses = _Uses(files, known.values(), by_library, entries, events)
    written = set().union(*(written_names(tree) for tree in trees.values()))
    return tuple(
        replace(
            variable,
            form=suitable_value(
                name, uses.by_name.get(name, ()), uses.decisions.get(name, ()), told.get(name, "")
            ),
            guards=name in uses.guarding,
            decisions=tuple(one for one in uses.decisions.get(name, ()) if one.field),
            is_replaced=variable.is_replaced or name in written,
        )
        for name, variable in found.items()
    )


def _variables_of_javascript(
    target: Target, events: Sequence[Mapping[str, Any]]
) -> tuple[Variable, ...]:
    """Those of a handler for Node; one that is compared with a field has the event's own value."""
    forms: dict[str, str] = {}
    for comparison in comparisons(target):
        value = json_path.at(events[0], comparison.steps) if events else None
        if comparison.variable and isinstance(value, str):
            part = _PARTS.get(comparison.how)
            forms.setdefault(comparison.variable, part(value) if part else value)
    compared = set(forms)
    lookups_of_files = list(variables_of_source(target))
    for lookup in lookups_of_files:
        if lookup.form:
            forms.setdefault(lookup.name, lookup.form)
    found: dict[str, Variable] = {}
    for lookup in lookups_of_files:
        # An empty list of names may let everything through, or nothing: its own value shows it.
        is_empty = lookup.is_empty and lookup.name not in compared
        can_miss = lookup.has_default or lookup.compared or is_empty
        variable = Variable(
            lookup.name,
            _shown(lookup.file),
            lookup.line,
            required=False,
            has_default=can_miss,
            form=forms.get(lookup.name, ""),
            is_replaced=can_miss,
        )
        earlier = found.get(lookup.name)
        found[lookup.name] = _merged(earlier, variable) if earlier else variable
    return tuple(found.values())


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
        is_replaced=lookup.default is not None and literal_text(lookup.default) != "",
        set_before=lookup.of_copy and not lookup.tested,
    )


def _merged(first: Variable, second: Variable) -> Variable:
    """A variable that is looked up twice: it is required if one look-up needs it."""
    return replace(
        first,
        required=first.required or second.required,
        has_default=first.has_default and second.has_default,
        default=first.default if first.default is not None else second.default,
        is_replaced=first.is_replaced and second.is_replaced,
        set_before=first.set_before or second.set_before,
    )


def _shown(file: Path) -> str:
    path = os.path.abspath(file)
    if path.startswith(os.path.join(os.getcwd(), "")):
        path = os.path.relpath(path)
    return Path(path).as_posix()


# What the values are taken for
# --------------------------------------------------------------------------------------------------


class _Uses:
    """What files do with the values of variables, by the name of the variable."""

    def __init__(
        self,
        files: Mapping[str, ast.Module],
        known: Iterable[Sequence[Lookup]],
        of_libraries: Iterable[LibraryLookup],
        entries: frozenset[FunctionNode],
        events: Sequence[Mapping[str, Any]],
    ) -> None:
        trees = list(files.values())
        looked_up: dict[ast.expr, set[Value]] = defaultdict(set)
        for lookups_of_file in known:
            for lookup in lookups_of_file:
                if not lookup.tested:
                    looked_up[lookup.node].add(Value(lookup.name))
        fields: dict[str, set[Value]] = defaultdict(set)
        for made in of_libraries:
            if made.attribute:
                fields[made.attribute].add(made.value)
            else:
                looked_up[made.lookup.node].add(made.value)
        flow = Flow(trees, tells_keys=True)
        of_event = event_origins(entries, flow)

        def origins(node: ast.expr, values: set[Value]) -> Iterable[Value]:
            if isinstance(node, ast.Attribute) and node.attr in fields:
                return fields[node.attr]
            return looked_up.get(node) or of_event(node, values)

        flow.follow(origins)
        self.by_name: dict[str, list[Use]] = defaultdict(list)
        for use in flow.uses():
            if isinstance(use.value.origin, str):
                self.by_name[use.value.origin].append(use)
        self.guarding = truth_tests(flow, trees)
        self.decisions: dict[str, list[Decision]] = defaultdict(list)
        for event in events or [{}]:
            for decision in decisions(flow, files, Evaluator(flow, trees, event)):
                self.decisions[str(decision.value.origin)].append(decision)
