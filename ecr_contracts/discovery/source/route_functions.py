"""Which functions of a source answer a route of a web app: those that are sent events, behind one.

A function is decorated with a route, or handed with a path to what registers one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

__all__ = ["FunctionNode", "answers_route", "route_functions"]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

_ROUTING = frozenset({"post", "put", "route", "api_route", "api_view", "view"})
"""Decorators of functions that answer a route."""

_REGISTERING = frozenset(
    {
        *("Route", "add_route", "add_api_route", "add_url_rule", "add_post", "add_view"),
        *("post", "route", "path", "re_path", "url"),
    }
)
"""Functions that are given a path and what answers it."""


def route_functions(modules: Iterable[Iterable[ast.stmt]]) -> Iterator[FunctionNode]:
    """The functions at the top of some modules that answer a route."""
    for statements in modules:
        tree = ast.Module(list(statements), [])
        for statement in tree.body:
            if isinstance(statement, FunctionNode) and answers_route(statement, tree):
                yield statement


def answers_route(function: FunctionNode, tree: ast.AST) -> bool:
    """Whether a function is decorated with a route, or is handed to what registers one."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr=called), args=[first, *_]):
                if called in _ROUTING and _is_path(first):
                    return True
            case ast.Call(func=ast.Attribute(attr=called), keywords=[*keywords]):
                if called in _ROUTING and any(word.arg in ("path", "rule") for word in keywords):
                    return True
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)):
                if called in _REGISTERING and _is_given(node, function.name):
                    return True
    return False


def _is_given(call: ast.Call, name: str) -> bool:
    """Whether a call is given a path and a function of a name."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return any(map(_is_path, values)) and any(_is_name(value, name) for value in values)


def _is_path(node: ast.expr) -> bool:
    """Whether an expression is the path of a route, as far as that can be seen."""
    match node:
        case ast.Constant(value=str(text)):
            return text.startswith("/") or text == ""
        case ast.Name() | ast.Attribute() | ast.JoinedStr() | ast.BinOp():
            return True
    return False


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
