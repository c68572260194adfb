"""Where source code calls a debugger, which nobody sits at when it runs for a check."""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["breakpoints"]

_DEBUGGERS = frozenset({"pdb", "ipdb", "pudb"})


def breakpoints(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls of `breakpoint()`, and of `set_trace()` of a debugger, in the order of the code."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name("breakpoint"):
                yield node
            case ast.Attribute(ast.Name(module), "set_trace") if module in _DEBUGGERS:
                yield node
