"""Where an environment variable decides: what code compares it with, and the answer that leads on.

A client of the data flow. A decision is a condition on the variable's value that has to hold for an
event to get on to the code behind it: `if repo != os.environ["REPO"]: return` wants the value to be
the event's repository. Which way leads on is read off the branches: not the one that only logs and
turns back.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from ecr_contracts.discovery.source.flow import Flow, Stage, Value, called_name, key_read
from ecr_contracts.discovery.source.variables.event_values import EVENT, Evaluator

__all__ = ["ORDERS", "Decision", "Relation", "decisions", "truth_tests"]


class Relation(Enum):
    """What a condition says of a variable's value, or of a part of it, and an operand."""

    EQUAL = "it is one of the operands"
    HOLDS = "it holds the first operand"
    WITHIN = "it is a part of the first operand"
    PREFIX = "the first operand begins with it"
    SUFFIX = "the first operand ends with it"
    BEGINS = "it begins with the first operand"
    LESS = "as a number it is less than the first operand"
    AT_MOST = "as a number it is at most the first operand"
    MORE = "as a number it is more than the first operand"
    AT_LEAST = "as a number it is at least the first operand"


ORDERS: Mapping[Relation, Callable[[Any, Any], bool]] = {
    Relation.LESS: operator.lt,
    Relation.AT_MOST: operator.le,
    Relation.MORE: operator.gt,
    Relation.AT_LEAST: operator.ge,
}
_ORDERS_BY_OPERATOR: Mapping[type[ast.cmpop], tuple[Relation, Relation]] = {
    ast.Lt: (Relation.LESS, Relation.MORE),
    ast.LtE: (Relation.AT_MOST, Relation.AT_LEAST),
    ast.Gt: (Relation.MORE, Relation.LESS),
    ast.GtE: (Relation.AT_LEAST, Relation.AT_MOST),
}
"""What an operator says of its left side, and of its right side."""

_EQUALITIES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)
_NEGATIONS = (ast.NotEq, ast.NotIn, ast.IsNot)
_TURNING_BACK = (ast.Return, ast.Raise, ast.Continue)
_LOGGING = frozenset({"print", "debug", "info", "warning", "warn", "error", "exception", "log"})
_BUILDING = frozenset({"dict", "dumps", "format", "get", "join", "len", "list", "str"})
"""Functions that only build a text or an answer."""
_UNKNOWN_NUMBER = 1  # what a number of the event is taken for where it is not known


class Decision(NamedTuple):
    """A condition on a variable that has to hold, or (`holds` is false) must not.

    `value` says which part of the variable it is about. `field` are the steps to the field of the
    event that is the operand, none where it is no single field; `place` says where it stands.
    """

    value: Value
    relation: Relation
    operands: tuple[Any, ...]
    holds: bool
    field: tuple[str | int, ...] = ()
    place: str = ""


def decisions(flow: Flow, files: Mapping[str, ast.AST], evaluator: Evaluator) -> Iterator[Decision]:
    """The decisions of some files for an event that the evaluator knows, in the order of code.

    The files are trees by the names that reports show.
    """
    for file, tree in files.items():
        yield from _Reader(flow, file, tree, evaluator).decisions()


def truth_tests(flow: Flow, trees: Iterable[ast.AST]) -> set[str]:
    """The variables whose text guards code: `if topic:`, `topic and publish(topic)`."""
    names: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            for tested in _tested(node):
                for value in flow.values_of(tested, tree):
                    if isinstance(value.origin, str) and value.stage is Stage.TEXT:
                        names.add(value.origin)
    return names


def _tested(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions whose truth a node asks for."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield test
        case ast.BoolOp(op=ast.And(), values=values):
            yield from values
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand


class _Reader:
    """Reads the decisions of one file."""

    def __init__(self, flow: Flow, file: str, tree: ast.AST, evaluator: Evaluator) -> None:
        self._file = file
        self._flow, self._tree, self._evaluator = flow, tree, evaluator
        self._nodes = list(ast.walk(tree))
        self._parents: dict[ast.AST, ast.AST] = {}
        for node in self._nodes:
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node

    def decisions(self) -> Iterator[Decision]:
        """All decisions, from the outermost statements inwards."""
        for node in self._nodes:
            match node:
                case ast.Compare(ops=[_], comparators=[_]):
                    yield from self._of_comparison(node)
                case ast.Call(func=ast.Attribute(), args=[_, *_]):
                    yield from self._of_call(node)
                case ast.Subscript(value=holder, slice=key):
                    yield from self._of_key(holder, key)
                case ast.Match(subject=subject, cases=cases):
                    yield from self._of_match(subject, cases)

    def _of_variables(self, node: ast.expr) -> list[Value]:
        """The values of variables that an expression may stand for."""
        values = self._flow.values_of(node, self._tree)
        return [value for value in values if value.origin != EVENT]

    def _operand(self, node: ast.expr) -> Any:
        """What the other side is, None where it is not known."""
        return self._evaluator.value(node, self._tree)

    def _of_comparison(self, node: ast.Compare) -> Iterator[Decision]:
        left, kind, right = node.left, type(node.ops[0]), node.comparators[0]
        branch = self._leads_on(node)
        for values, other, is_left in (
            (self._of_variables(left), right, True),
            (self._of_variables(right), left, False),
        ):
            if not values:
                continue
            operand = self._operand(other)
            if branch is None and _is_literal(other):
                continue
            leads_on = (branch is not False) is not (kind in _NEGATIONS)
            field = self._evaluator.field(other, self._tree)
            place = (field, f"{self._file}:{node.lineno}")
            for value in values:
                if kind in _ORDERS_BY_OPERATOR:
                    if value.stage is Stage.NUMBER:
                        yield self._of_order(value, kind, operand, leads_on, is_left=is_left)
                elif operand is None:
                    continue
                elif kind in _EQUALITIES:
                    yield Decision(value, Relation.EQUAL, (operand,), leads_on, *place)
                elif not is_left:
                    yield Decision(value, Relation.HOLDS, (operand,), leads_on, *place)
                elif isinstance(operand, str):
                    yield Decision(value, Relation.WITHIN, (operand,), leads_on)
                elif isinstance(operand, list | dict):
                    yield Decision(value, Relation.EQUAL, tuple(operand), leads_on)

    def _of_order(
        self, value: Value, kind: type[ast.cmpop], operand: Any, leads_on: bool, *, is_left: bool
    ) -> Decision:
        relation = _ORDERS_BY_OPERATOR[kind][0 if is_left else 1]
        is_number = isinstance(operand, int | float)
        return Decision(value, relation, (operand if is_number else _UNKNOWN_NUMBER,), leads_on)

    def _of_call(self, node: ast.Call) -> Iterator[Decision]:
        """The decisions of `text.startswith(variable)`, and of what has a key of the event."""
        assert isinstance(node.func, ast.Attribute)
        receiver, name, argument = node.func.value, called_name(node), node.args[0]
        if name in ("startswith", "endswith"):
            leads_on = self._leads_on(node) is not False
            if values := self._of_variables(argument):
                operand = self._operand(receiver)
                relation = Relation.PREFIX if name == "startswith" else Relation.SUFFIX
            else:
                values, operand = self._of_variables(receiver), self._operand(argument)
                relation = Relation.BEGINS
                if name == "endswith":
                    return
            for value in values:
                if isinstance(operand, str):
                    yield Decision(value, relation, (operand,), leads_on)
        elif name in ("get", "pop") and key_read(node) is None:
            yield from self._of_key(receiver, argument)

    def _of_key(self, holder: ast.expr, key: ast.expr) -> Iterator[Decision]:
        """A variable that is a key of a table, or a table in a variable that is asked for a key."""
        if isinstance(key, ast.Constant | ast.Slice):
            return
        for value in self._of_variables(key):
            table = self._operand(holder)
            if isinstance(table, dict) and table:
                yield Decision(value, Relation.EQUAL, tuple(table), holds=True)
        for value in self._of_variables(holder):
            is_table = value.stage is Stage.DATA or value.stage is Stage.PARTS
            operand = self._operand(key) if is_table else None
            if isinstance(operand, str):
                field = self._evaluator.field(key, self._tree)
                place = f"{self._file}:{key.lineno}"
                yield Decision(value, Relation.HOLDS, (operand,), True, field, place)

    def _of_match(self, subject: ast.expr, cases: Sequence[ast.match_case]) -> Iterator[Decision]:
        literals = []
        for case in cases:
            for pattern in ast.walk(case.pattern):
                if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant):
                    literals.append(pattern.value.value)
        for value in self._of_variables(subject):
            if literals:
                yield Decision(value, Relation.EQUAL, tuple(literals), holds=True)

    def _leads_on(self, node: ast.AST) -> bool | None:
        """Which truth value of a condition leads to more of the code, None if it is no branch."""
        is_positive = True
        while node in self._parents:
            inner, node = node, self._parents[node]
            match node:
                case ast.UnaryOp(op=ast.Not()):
                    is_positive = not is_positive
                case ast.BoolOp():
                    pass
                case ast.If(test=test, body=body, orelse=other) if inner is test:
                    return is_positive is not _turns_back(body, other)
                case ast.IfExp(test=test) | ast.While(test=test) if inner is test:
                    return is_positive
                case ast.comprehension() | ast.Assert():
                    return is_positive
                case _:
                    break
        return None


def _is_literal(node: ast.expr) -> bool:
    """Whether an expression is written out, and so nothing of the event."""
    return isinstance(node, ast.Constant | ast.List | ast.Tuple | ast.Set | ast.Dict)


def _turns_back(body: Sequence[ast.stmt], other: Sequence[ast.stmt]) -> bool:
    """Whether the first branch leads nowhere, or to less than the other one."""
    if _works(body):
        return False
    return isinstance(body[-1], _TURNING_BACK) or _exits(body[-1]) or _works(other)


def _exits(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call() as call):
            return called_name(call) == "exit"
    return False


def _works(body: Iterable[ast.stmt]) -> bool:
    """Whether statements do more than to log and to build an answer."""
    for statement in body:
        if isinstance(statement, ast.Raise) or _exits(statement):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and called_name(node) not in _LOGGING | _BUILDING:
                return True
    return False
