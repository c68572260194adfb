"""The texts that a source tests for where it does something else for all other values.

An `else`, the default of a `match`, and what follows an `if` that returns are such alternatives.
Where nothing is done with the values that the text stands for, they are turned away:

    if detail["action-type"] == "DELETE":
        return                              # this is about pushes

So are all other values by an `else` that leaves with an answer that is written out, or raises.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["LOGGING", "texts_turned_away", "texts_with_alternative"]

LOGGING = ("print", "debug", "info", "warning", "error", "exception", "log", "critical")
"""What functions that log are called."""

_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_IDLE = (ast.Return, ast.Raise, ast.Pass)
_NEGATED = (ast.NotEq, ast.NotIn)


def texts_with_alternative(statements: Iterable[ast.stmt]) -> Iterator[str]:
    """The texts in tests of some statements that an alternative follows, at any depth."""
    for statement in statements:
        for node in ast.walk(statement):
            match node:
                case ast.If(test) if _has_else(node):
                    yield from _texts(test)
                case ast.IfExp(test):
                    yield from _texts(test)
                case ast.Match(cases=cases) if any(map(_takes_all, cases)):
                    for case in cases:
                        yield from _texts(case.pattern)
            for block in _blocks(node):
                yield from _texts_before_others(block)


def texts_turned_away(statements: Iterable[ast.stmt]) -> Iterator[ast.Constant]:
    """The texts of equal values with which nothing is done, where more is done with all others."""
    for statement in statements:
        for node in ast.walk(statement):
            for block in _blocks(node):
                yield from _turned_away_in(block)


def _turned_away_in(block: Sequence[ast.stmt]) -> Iterator[ast.Constant]:
    """The texts of each `if` of a block with one test for equality, that leaves and does no more.

    The last statements of the block do something for all other values.
    """
    for position, statement in enumerate(block):
        if all(map(_is_idle, block[position + 1 :])):
            return
        match statement:
            case ast.If(ast.Compare(ops=[ast.Eq() | ast.In()]) as test, [*_, ast.Return()], []):
                if all(map(_is_idle, statement.body)):
                    for side in (test.left, *test.comparators):
                        yield from _literals(side)


def _literals(side: ast.expr) -> Iterator[ast.Constant]:
    """The texts that stand on a side of a comparison, alone or in a list."""
    match side:
        case ast.Constant(value=str()):
            yield side
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            for element in elements:
                yield from _literals(element)


def _is_idle(statement: ast.stmt) -> bool:
    """Whether a statement leaves without a call, passes, or only logs."""
    match statement:
        case ast.Pass() | ast.Raise():
            return True
        case ast.Return(value):
            return value is None or not any(isinstance(one, ast.Call) for one in ast.walk(value))
        case ast.Expr(ast.Call(ast.Attribute(attr=name) | ast.Name(id=name))):
            return name in LOGGING
        case _:
            return False


def _has_else(node: ast.If) -> bool:
    """Whether an `if`, or the last `elif` of its chain, has an `else` that does something."""
    match node.orelse:
        case [ast.If() as inner]:
            return _has_else(inner)
        case statements:
            return not all(map(_turns_away, statements))


def _turns_away(statement: ast.stmt) -> bool:
    """Whether a statement passes, raises, or returns what is written out, as JSON or not."""
    match statement:
        case ast.Pass() | ast.Raise():
            return True
        case ast.Return(value):
            return value is None or _is_written_out(value)
        case _:
            return False


def _is_written_out(value: ast.expr) -> bool:
    """Whether an expression looks nothing up and calls nothing but `json.dumps`."""
    match value:
        case ast.Call(ast.Attribute(ast.Name("json"), "dumps"), arguments):
            return all(map(_is_written_out, arguments))
        case ast.Name() | ast.Call():
            return False
        case _:
            inner = ast.iter_child_nodes(value)
            return all(_is_written_out(one) for one in inner if isinstance(one, ast.expr))


def _takes_all(case: ast.match_case) -> bool:
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def _blocks(node: ast.AST) -> Iterator[Sequence[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _texts_before_others(block: Sequence[ast.stmt]) -> Iterator[str]:
    """The texts of each `if` of a block that leaves it, where more is done behind it."""
    for position, statement in enumerate(block):
        following = block[position + 1 :]
        if all(isinstance(other, _IDLE) for other in following):
            return
        match statement:
            case ast.If(test, [*_, last], []) if isinstance(last, _LEAVING):
                if not _is_negated(test):
                    yield from _texts(test)


def _is_negated(test: ast.expr) -> bool:
    """Whether a test holds for other values than those that it names."""
    for node in ast.walk(test):
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return True
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], _NEGATED):
            return True
    return False


def _texts(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value
