"""What a handler's own code compares with fields of its event, and which answer leads on.

Nothing is run. A comparison that cannot be said truly as a condition on the field is left out.
"""

from __future__ import annotations

import ast
import dataclasses
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ecr_contracts.discovery.source.branches.ways import Way, Ways
from ecr_contracts.discovery.source.comparisons import field_conditions
from ecr_contracts.discovery.source.comparisons.comparison import (
    Compared,
    Comparison,
    VariableComparison,
)
from ecr_contracts.discovery.source.comparisons.maker import Maker, OfVariable, Test, place_of
from ecr_contracts.discovery.source.comparisons.values import text_methods
from ecr_contracts.discovery.source.comparisons.values.atoms import (
    Atoms,
    Collection,
    Expression,
    Field,
    Joined,
    Literal,
    Variable,
    items_of,
)
from ecr_contracts.discovery.source.comparisons.values.code_files import CodeFile, files_of
from ecr_contracts.discovery.source.comparisons.values.event_fields import Form, forms_of, steps_of
from ecr_contracts.discovery.source.comparisons.values.field_values import FieldValues
from ecr_contracts.discovery.source.flow import called_name
from ecr_contracts.discovery.target import Target
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.eventbridge.rules.matching.conditions import Exists, Numeric
from ecr_contracts.eventbridge.rules.matching.regular import Matches, Where

__all__ = [
    "compared",
    "comparisons",
    "variables_compared",
]

_MOST = 300
"""Comparisons that are told."""

_KEPT = 4
"""Handlers of which the comparisons are kept: several rooms ask for those of one."""

_WITHIN_DETAIL = 2
"""Steps to an object within the detail."""


@dataclass(frozen=True)
class _Code:
    """The code of a handler; it is alike as long as no file of it was written anew."""

    stamps: tuple[object, ...]
    handler: str
    folder: str
    files: list[CodeFile] = dataclasses.field(compare=False)

    @classmethod
    def of(cls, target: Target) -> _Code:
        """The code of a target as its files are now. Raises OSError for one that is gone."""
        files = files_of(target)
        stamps: list[object] = [target.function and target.function.code]
        for one in files:
            status = one.file.stat()
            used = tuple(statement.lineno for statement in one.statements)
            stamps.append((str(one.file), status.st_mtime_ns, status.st_size, used))
        return cls(tuple(stamps), target.attribute, os.getcwd(), files)


def compared(target: Target) -> Compared:
    """What a handler's code compares with fields of its event."""
    return _compared(_Code.of(target))


@lru_cache(maxsize=_KEPT)
def _compared(code: _Code) -> Compared:
    said: dict[Comparison, None] = {}
    keys: dict[Comparison, None] = {}
    variables: dict[str, dict[VariableComparison, None]] = defaultdict(dict)
    for found in _Finder(code).found():
        if isinstance(found, OfVariable):
            variables[found.name][found.comparison] = None
        elif found.is_read:
            keys[found] = None
        else:
            said[found] = None
    by_name = {name: tuple(comparisons_) for name, comparisons_ in variables.items()}
    return Compared(tuple(said)[:_MOST], tuple(keys)[:_MOST], by_name)


def comparisons(target: Target) -> tuple[Comparison, ...]:
    """What a handler's code compares with fields of its event, in the order of files and lines."""
    return compared(target).comparisons


def variables_compared(target: Target) -> Mapping[str, tuple[VariableComparison, ...]]:
    """The fields that a handler's code compares with environment variables, by variable."""
    return compared(target).variables


class _Finder:
    """Finds the comparisons in the code of a handler."""

    def __init__(self, code: _Code) -> None:
        self._values = FieldValues(code.files, code.handler)
        nodes = self._values.nodes
        self._calls: dict[ast.AST, list[ast.Call]] = defaultdict(list)
        for node, _ in nodes:
            if isinstance(node, ast.Call):
                for function in self._values.functions_called(node):
                    self._calls[function].append(node)
        self._ways = Ways(
            (node for node, _ in nodes), lambda function: self._calls.get(function, ())
        )
        self._make = Maker(self._ways, UserCode((), code.folder).shown)

    def found(self) -> Iterator[Comparison | OfVariable]:
        """All comparisons, in the order of files and lines."""
        order = {file.file: number for number, file in enumerate(self._values.files)}
        places = [one for one in self._values.nodes if isinstance(one[0], _COMPARING)]
        places.sort(key=lambda one: (order[one[1].file], *place_of(one[0])))
        for node, file in places:
            yield from self._at(node, file)

    def _at(self, node: ast.AST, file: CodeFile) -> Iterator[Comparison | OfVariable]:
        match node:
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                yield from self._compared(node, file, left, operator, right)
            case ast.Call(func=ast.Attribute(value=receiver, attr=name)):
                yield from self._called(node, file, receiver, name)
            case ast.Call():
                yield from self._of_function(node, file, called_name(node))
            case ast.Subscript(value=holder, slice=key, ctx=ast.Load()):
                yield from self._read(node, file, holder, key)
                yield from self._looked_up(Test(node, file, Way(True, False, True)), holder, key)
            case ast.Match(subject=subject, cases=cases):
                for case in cases:
                    test = Test(node, file, self._ways.of_case(case))
                    yield from self._matched(test, case.pattern, self._of(subject), subject)
            case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
                yield from self._shared(Test(node, file, self._ways.of(node)), left, right)

    def _of(self, node: ast.expr) -> Atoms:
        return self._values.of(node)

    # The places
    # ----------------------------------------------------------------------------------------------

    def _compared(
        self,
        node: ast.Compare,
        file: CodeFile,
        left: ast.expr,
        operator: ast.cmpop,
        right: ast.expr,
    ) -> Iterator[Comparison | OfVariable]:
        """What a comparison of two sides says."""
        way = self._ways.of(node)
        if isinstance(operator, ast.NotEq | ast.NotIn | ast.IsNot):
            way = way.flipped()
        test = Test(node, file, way)
        one, other = self._of(left), self._of(right)
        match operator:
            case ast.Eq() | ast.NotEq():
                yield from self._equal(test, one, other)
            case ast.Is() | ast.IsNot() if _is_none(right):
                yield from self._present(test._replace(way=way.flipped()), one)
            case ast.Is() | ast.IsNot():
                yield from self._equal(test, one, other)
            case ast.In() | ast.NotIn():
                yield from self._contained(test, one, other)
            case ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE():
                yield from self._ordered(test, one, operator, other)

    def _called(
        self, node: ast.Call, file: CodeFile, receiver: ast.expr, name: str
    ) -> Iterator[Comparison | OfVariable]:
        """What a call of a method says of what it is called on, or of its argument."""
        test = Test(node, file, self._ways.of(node))
        first = node.args[0] if node.args else None
        if first is None:
            return
        if name in ("startswith", "endswith"):
            how = "prefix" if name == "startswith" else "suffix"
            yield from self._parts(test, self._of(receiver), self._of(first), how)
        elif name in ("match", "fullmatch", "search"):
            yield from self._regular(test, self._of(receiver), self._of(first), name)
            yield from self._of_function(node, file, name)
        elif name in ("fnmatch", "fnmatchcase"):
            yield from self._of_function(node, file, name)
        elif name == "get":
            yield from self._read(node, file, receiver, first)
            rest = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
            way = test.way
            if way.leads_on is None:
                way = Way(not rest or bool(way.needed), False, way.needed)
            yield from self._looked_up(test._replace(way=way), receiver, first)
        elif name in ("intersection", "isdisjoint"):
            way = test.way.flipped() if name == "isdisjoint" else test.way
            yield from self._shared(test._replace(way=way), receiver, first)

    def _of_function(
        self, node: ast.Call, file: CodeFile, name: str
    ) -> Iterator[Comparison | OfVariable]:
        """What a call of `re.match` or `fnmatch` says of its argument."""
        if len(node.args) < 2:
            return
        test = Test(node, file, self._ways.of(node))
        first, second = self._of(node.args[0]), self._of(node.args[1])
        if name in ("match", "fullmatch", "search"):
            ignore_case = text_methods.ignores_case(node.args[2:], node.keywords)
            if ignore_case is None:
                return
            compiled: set[Any] = set()
            for atom in first:
                match atom:
                    case Literal(value=str(text)):
                        compiled.add(Expression(text, ignore_case))
                    case _:
                        compiled.add(atom)
            yield from self._regular(test, frozenset(compiled), second, name)
        elif name in ("fnmatch", "fnmatchcase"):
            yield from self._parts(test, first, second, "glob")

    # What is said at them
    # ----------------------------------------------------------------------------------------------

    def _equal(
        self, test: Test, one: Atoms, other: Atoms, *, may_be_sure: bool = True
    ) -> Iterator[Comparison | OfVariable]:
        """That two values are equal, of which none is a form of the other one."""
        if _paths(one) & _paths(other):
            return
        for fields, others in ((one, other), (other, one)):
            for field in _ordered(fields):
                if isinstance(field, Joined):
                    yield from self._of_joined(test, field, fields, others)
                if not isinstance(field, Field):
                    continue
                for atom in _ordered(others):
                    if isinstance(atom, Literal):
                        is_sure = may_be_sure and _is_sure(fields, others, atom)
                        condition = field_conditions.equals(atom.value)
                        yield from self._make.said(test, field, condition, atom, is_sure)
                    elif isinstance(atom, Variable):
                        yield from self._make.of_variable(test, field, atom, "equal")
        for pair in _ordered(one):
            for another in _ordered(other):
                if isinstance(pair, Collection) and isinstance(another, Collection):
                    yield from self._equal_parts(test, pair, another)

    def _equal_parts(
        self, test: Test, one: Collection, other: Collection
    ) -> Iterator[Comparison | OfVariable]:
        """That two tuples are equal: what that says of each of their parts."""
        if len(one.items) == len(other.items) and one.values is None and other.values is None:
            for part, another in zip(one.items, other.items, strict=True):
                yield from self._equal(test, part, another, may_be_sure=False)

    def _of_joined(
        self, test: Test, joined: Joined, fields: Atoms, others: Atoms
    ) -> Iterator[Comparison]:
        """That a text put together of fields is a literal: what that says of each field."""
        for atom in _ordered(others):
            if not isinstance(atom, Literal) or not isinstance(atom.value, str):
                continue
            for field, text in _taken_apart(joined, atom.value):
                literal = Literal.of(text)
                condition = field_conditions.equals(text)
                yield from self._make.said(test, field, condition, literal, is_sure=False)

    def _contained(
        self, test: Test, one: Atoms, container: Atoms
    ) -> Iterator[Comparison | OfVariable]:
        """That a value is in another: an element, a key, or a part of a text."""
        for atom in _ordered(container):
            match atom:
                case Collection(items):
                    for item in items:
                        is_alone = len(container) == 1
                        yield from self._equal(test, one, item, may_be_sure=is_alone)
                case Variable(_, (*_, ("pieces", *_) | ("parsed",))):
                    yield from self._equal(test, one, frozenset(items_of([atom])))
                case Variable() | Literal(value=str()):
                    pass  # whether a field is a part of a text that the code has
                case Field(path, changes):
                    yield from self._within(test, one, Field(path, changes), len(container) == 1)

    def _within(
        self, test: Test, ones: Atoms, field: Field, is_alone: bool
    ) -> Iterator[Comparison | OfVariable]:
        """That a literal or variable is an element, a key or a part of a field."""
        if field.changes and field.changes[-1][0] == "pieces":
            yield from self._equal(test, frozenset(items_of([field])), ones)
            return
        place = steps_of(field.path)
        if place is None:
            return
        forms = forms_of(place[0])
        if Form.SCALAR in forms and not place[1]:
            yield from self._parts(test, frozenset([field]), ones, "within")
        elif not field.changes:
            yield from self._equal(test, frozenset(items_of([field])), ones)

    def _parts(
        self, test: Test, fields: Atoms, others: Atoms, how: str
    ) -> Iterator[Comparison | OfVariable]:
        """That a field begins or ends with a text, has it within, or is like a glob."""
        texts: set[Any] = set()
        for atom in _ordered(others):
            texts.update(items_of([atom]) if isinstance(atom, Collection) else [atom])
        for field in _ordered(fields):
            if not isinstance(field, Field):
                continue
            for atom in _ordered(texts):
                match atom:
                    case Literal(value=str(text)):
                        is_sure = len(fields) == 1 and len(others) == 1
                        condition = _CONDITIONS[how](text)
                        yield from self._make.said(test, field, condition, atom, is_sure)
                    case Variable():
                        yield from self._make.of_variable(test, field, atom, how)

    def _regular(
        self, test: Test, expressions: Atoms, fields: Atoms, name: str
    ) -> Iterator[Comparison | OfVariable]:
        """That a regular expression matches a field."""
        for field in _ordered(fields):
            if not isinstance(field, Field):
                continue
            for atom in _ordered(expressions):
                match atom:
                    case Expression(text, ignore_case) if _compiles(text):
                        condition = Matches(text, Where(name), ignore_case)
                        is_sure = len(fields) == 1 and len(expressions) == 1
                        yield from self._make.said(
                            test, field, condition, Literal.of(text), is_sure
                        )
                    case Variable():
                        yield from self._make.of_variable(test, field, atom, "pattern")

    def _looked_up(
        self, test: Test, holder: ast.expr, key: ast.expr
    ) -> Iterator[Comparison | OfVariable]:
        """That a field is a key of a dictionary of the code."""
        keys = self._of(key)
        if not any(isinstance(atom, Field | Joined | Collection) for atom in keys):
            return
        for atom in _ordered(self._of(holder)):
            match atom:
                case Collection(items, values) if values is not None:
                    for item in items:
                        yield from self._equal(test, keys, item)
                case Variable(name, (*_, ("parsed",))):
                    for field in _ordered(keys):
                        if isinstance(field, Field):
                            yield from self._make.of_variable(test, field, Variable(name), "key")

    def _read(
        self, node: ast.expr, file: CodeFile, holder: ast.expr, key: ast.expr
    ) -> Iterator[Comparison]:
        """That a key is read of an object within the detail."""
        holders, keys = self._of(holder), self._of(key)
        for field in _ordered(holders):
            place = steps_of(field.path) if isinstance(field, Field) and not field.changes else None
            if place is None or place[1] or len(place[0]) < _WITHIN_DETAIL:
                continue
            if forms_of(place[0]) != frozenset([Form.OBJECT]):
                continue
            for atom in _ordered(keys):
                if isinstance(atom, Literal) and isinstance(atom.value, str):
                    is_sure = all(one == field or _is_empty(one) for one in holders)
                    yield self._make.key_read(node, file, place[0], atom.value, is_sure)

    def _shared(
        self, test: Test, one: ast.expr, other: ast.expr
    ) -> Iterator[Comparison | OfVariable]:
        """That two collections have an element in common."""
        ones, others = self._of(one), self._of(other)
        if any(isinstance(atom, Field | Collection) for atom in ones):
            yield from self._equal(test, frozenset(items_of(ones)), frozenset(items_of(others)))

    def _present(self, test: Test, fields: Atoms) -> Iterator[Comparison]:
        """That a field is there, of a test that it is not None."""
        for field in _ordered(fields):
            if isinstance(field, Field) and not field.changes:
                is_sure = len(fields) == 1
                yield from self._make.said(test, field, Exists(True), Literal.of(None), is_sure)

    def _ordered(
        self, test: Test, one: Atoms, operator: ast.cmpop, other: Atoms
    ) -> Iterator[Comparison]:
        """That a number is greater or less than another."""
        for field in _ordered(one):
            for atom in _ordered(other):
                if isinstance(field, Field) and isinstance(atom, Literal):
                    condition = _numeric(operator, atom.value)
                    if condition is not None:
                        yield from self._make.said(test, field, condition, atom, is_sure=False)

    def _matched(
        self, test: Test, pattern: ast.pattern, values: Atoms, subject: ast.expr | None
    ) -> Iterator[Comparison | OfVariable]:
        """What a pattern of a `match` says of the subject, and of what is in it."""
        test = test._replace(node=pattern)
        match pattern:
            case ast.MatchValue(value=value):
                yield from self._equal(test, values, self._of(value))
            case ast.MatchOr(patterns=patterns):
                for inner in patterns:
                    yield from self._matched(test, inner, values, subject)
            case ast.MatchAs(pattern=ast.pattern() as inner):
                yield from self._matched(test, inner, values, subject)
            case ast.MatchMapping(keys=keys, patterns=patterns):
                for key, inner in zip(keys, patterns, strict=True):
                    under = self._values.below(values, key)
                    yield from self._matched(test, inner, under, None)
            case ast.MatchSequence(patterns=patterns):
                parts = subject.elts if isinstance(subject, ast.Tuple) else []
                for part, inner in zip(parts, patterns, strict=False):
                    yield from self._matched(test, inner, self._of(part), part)


_COMPARING = (ast.Compare, ast.Call, ast.Subscript, ast.Match, ast.BinOp)

_CONDITIONS = {
    "prefix": field_conditions.begins,
    "suffix": field_conditions.ends,
    "within": field_conditions.holds_within,
    "glob": field_conditions.globs,
}


def _ordered(atoms: Iterable[Any]) -> list[Any]:
    """Some values in an order that is the same in each run."""
    return sorted(atoms, key=repr)


def _paths(atoms: Atoms) -> set[object]:
    """The paths of the fields that a value may be, whatever was done with these."""
    return {atom.path for atom in atoms if isinstance(atom, Field)}


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_sure(fields: Atoms, others: Atoms, literal: Literal) -> bool:
    """Whether it is the field and nothing else that a literal is compared with."""
    for atom in _ordered(fields):
        if not isinstance(atom, Field | Literal) or atom == literal:
            return False
    return all(isinstance(atom, Literal) for atom in others)


def _is_empty(atom: Any) -> bool:
    """Whether a value is one to fall back on: an empty list or dictionary, None, or an empty text.

    No key is read of it, and nothing of a field is compared with it.
    """
    match atom:
        case Collection(items):
            return not items
        case Literal(value=value):
            return not value
    return False


def _compiles(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _numeric(operator: ast.cmpop, value: Any) -> Numeric | None:
    """The condition that a number is ordered so to a value."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value)
    match operator:
        case ast.Lt():
            return Numeric(upper=number)
        case ast.LtE():
            return Numeric(upper=number, with_upper=True)
        case ast.Gt():
            return Numeric(lower=number)
        case ast.GtE():
            return Numeric(lower=number, with_lower=True)
    return None


def _taken_apart(joined: Joined, text: str) -> Iterable[tuple[Field, str]]:
    """The text of each field of a joined one that is a text, where there is only one way for it."""
    fields = [part for part in joined.parts if isinstance(part, Field)]
    pattern = "".join(re.escape(part) if isinstance(part, str) else "(.*)" for part in joined.parts)
    lazy = re.fullmatch(pattern.replace("(.*)", "(.*?)"), text)
    greedy = re.fullmatch(pattern, text)
    if lazy is None or greedy is None or lazy.groups() != greedy.groups():
        return ()
    return zip(fields, greedy.groups(), strict=True)
