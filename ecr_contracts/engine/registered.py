"""Functions that a framework calls: a decorator with arguments registers them somewhere."""

from __future__ import annotations

import ast
from collections.abc import Collection

from ecr_contracts.discovery.source.branches.blocks import Block, Lead
from ecr_contracts.discovery.source.modules import is_called_alone

__all__ = ["is_registered", "wrapping_functions"]

_KEEPING = frozenset(["add", "append", "insert", "register", "setdefault", "update"])
"""Methods of what keeps functions."""


def is_registered(block: Block, wrapping: Collection[str]) -> bool:
    """Whether a decorator with arguments stands before a function: a framework calls it.

    Not where the decorator is one of those that only wrap what they are given.
    """
    node = block.node
    if block.lead is not Lead.FUNCTION or is_called_alone(node):
        return False
    for decorator in getattr(node, "decorator_list", []):
        match decorator:
            case ast.Call(func=ast.Name(id=name)) if name in wrapping:
                continue
            case ast.Call():
                return True
    return False


def wrapping_functions(tree: ast.Module) -> frozenset[str]:
    """The functions of a file that keep nothing of what they are given: `retry` is one."""
    functions: list[ast.FunctionDef] = []
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            functions.append(statement)
    return frozenset(node.name for node in functions if not any(map(_keeps, ast.walk(node))))


def _keeps(node: ast.AST) -> bool:
    """Whether something is set under a key or a name elsewhere, or handed to what keeps it."""
    match node:
        case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
            return True
        case ast.Global():
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _KEEPING
        case _:
            return False
