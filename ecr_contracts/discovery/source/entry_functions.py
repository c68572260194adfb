"""Which functions of a file are given the event, where the handler's name stands for another one.

The event goes to `lambda_handler`, `main`, `Handler.__call__` and `run` where a file says
`handler = lambda_handler`, `handler = traced(main)`, `handler = Handler()`, `handler = App().run`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

__all__ = ["entry_names"]

_CALL = "__call__"


def entry_names(statements: Iterable[ast.stmt], handler: str) -> frozenset[str]:
    """The names of the functions and methods that are given the event, the handler's own too.

    `statements` are those at the top of a file, `handler` is the handler's name, dotted where it is
    a method. A call that gives the handler is taken to hand the event on to its only argument.
    """
    statements = list(statements)
    assigned = {} if "<locals>" in handler else dict(_assigned(statements))
    classes = {node.name for node in statements if isinstance(node, ast.ClassDef)}
    found: set[str] = set()
    todo = [handler.rpartition(".")[2]]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            if name in assigned:
                todo += _meant(assigned[name], classes)
    return frozenset(found)


def _assigned(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in statements:
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        yield target.id, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def _meant(node: ast.expr, classes: set[str]) -> Iterator[str]:
    """The names of what an expression may stand for, if that is a function."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(attr=name):
            yield name
        case ast.Call(func=ast.Name(id=name)) if name in classes:
            yield _CALL
        case ast.Call(args=[ast.Name(id=name)]):
            yield name
