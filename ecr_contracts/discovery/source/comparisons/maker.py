"""Comparisons made at one place of the code: of a field with a literal, or with a variable."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ecr_contracts.core.json_path import Steps
from ecr_contracts.discovery.source.branches.ways import Way, Ways
from ecr_contracts.discovery.source.comparisons import field_conditions
from ecr_contracts.discovery.source.comparisons.comparison import Comparison, VariableComparison
from ecr_contracts.discovery.source.comparisons.field_conditions import NEVER, FieldCondition
from ecr_contracts.discovery.source.comparisons.values.atoms import Change, Field, Literal, Variable
from ecr_contracts.discovery.source.comparisons.values.code_files import CodeFile
from ecr_contracts.discovery.source.comparisons.values.event_fields import Form, forms_of, steps_of
from ecr_contracts.eventbridge.rules.matching.conditions import Exists

__all__ = ["Maker", "OfVariable", "Test", "place_of"]


class OfVariable(NamedTuple):
    """A comparison with an environment variable, and the name of that."""

    name: str
    comparison: VariableComparison


class Test(NamedTuple):
    """A place that compares: the node, its file, and what hangs on it."""

    node: ast.AST
    file: CodeFile
    way: Way


class Maker:
    """Makes the comparisons of a handler; `shown` is how a file's path is shown in reports."""

    def __init__(self, ways: Ways, shown: Callable[[str], str]) -> None:
        self._ways = ways
        self._shown = shown
        self._groups: dict[ast.AST, int] = {}

    def said(
        self,
        test: Test,
        field: Field,
        condition: FieldCondition | None,
        literal: Literal,
        is_sure: bool,
    ) -> Iterator[Comparison]:
        """The comparison of a field, if a condition on it can be said."""
        place = steps_of(field.path)
        if condition is None or place is None:
            return
        steps, are_keys = place
        undone = field_conditions.undone(condition, field.changes)
        if undone is None:
            return
        if are_keys:
            if undone == NEVER or not isinstance(literal.value, str):
                return
            steps, undone = (*steps, literal.value), Exists(True)
        elif not isinstance(undone, Exists) and Form.SCALAR not in forms_of(steps):
            return
        yield Comparison(
            steps,
            undone,
            literal.value,
            self._shown(str(test.file.file)),
            place_of(test.node)[0],
            test.way.leads_on,
            self._group(test.node),
            is_sure,
            str(test.file.file),
            test.way.needed,
            _letters(field.changes),
        )

    def of_variable(
        self, test: Test, field: Field, variable: Variable, how: str
    ) -> Iterator[OfVariable]:
        """The comparison of a field with a variable, or with a piece of it."""
        place = steps_of(field.path)
        if place is None or place[1]:
            return
        separator, is_parsed = "", how == "key"
        frame = ("", "")
        for change in variable.changes:
            if frame != ("", ""):
                return  # it is taken apart again
            if change[0] == "framed":
                frame = (change[1], change[2])
            elif change[0] in ("pieces", "any piece"):
                separator = str(change[1])
            elif change == ("parsed",):
                is_parsed = True
            elif change[0] not in ("strip", "lower", "upper"):
                return
        file, line = self._shown(str(test.file.file)), place_of(test.node)[0]
        yield OfVariable(
            variable.name,
            VariableComparison(
                place[0],
                how,
                separator,
                file,
                line,
                test.way.leads_on,
                is_parsed,
                field.changes,
                test.way.needed,
                frame,
            ),
        )

    def key_read(
        self, node: ast.expr, file: CodeFile, steps: Steps, key: str, is_sure: bool
    ) -> Comparison:
        """That a key is read of the object to which some steps lead."""
        return Comparison(
            (*steps, key),
            Exists(True),
            key,
            self._shown(str(file.file)),
            place_of(node)[0],
            True,
            self._group(node),
            is_sure,
            str(file.file),
            is_read=True,
        )

    def _group(self, node: ast.AST) -> int:
        """A number for all that is compared in one test, or in one chain of alternatives."""
        while True:
            parent = self._ways.parent(node)
            is_chain = isinstance(parent, ast.If) and parent.orelse == [node]
            is_part = isinstance(node, ast.expr | ast.pattern | ast.match_case)
            if parent is None or not (is_part or is_chain):
                break
            node = parent
        return self._groups.setdefault(node, len(self._groups))


def place_of(node: ast.AST) -> tuple[int, int]:
    """The line and column of a node; zeros for one that has none."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _letters(changes: Iterable[Change]) -> str:
    """The letter case that some changes bring a text to last; empty where they do not."""
    cases = [change[0] for change in changes if change[0] in ("lower", "upper")]
    return cases[-1] if cases else ""
