"""The texts that a source tests for where it does something else for all other values.

An `else`, the default of a `match`, and what follows an `if` that returns are such alternatives.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["texts_with_alternative"]

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


def _has_else(node: ast.If) -> bool:
    """Whether an `if`, or the last `elif` of its chain, has an `else`."""
    match node.orelse:
        case []:
            return False
        case [ast.If() as inner]:
            return _has_else(inner)
        case _:
            return True


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
