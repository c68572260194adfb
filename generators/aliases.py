"""Generated classes without the names that the tool gives to the elements of their lists."""

from __future__ import annotations

import ast
from collections.abc import Callable

from generators import layout

Simplified = Callable[[ast.expr], ast.expr]


def without(body: str, simplified: Simplified = lambda annotation: annotation) -> str:
    """The classes with what each alias stands for in its place; each type is simplified last."""
    aliases: dict[str, ast.expr] = {}
    edits: list[tuple[ast.expr | ast.stmt, str]] = []
    is_described = False
    for statement in ast.parse(body).body:
        match statement:
            case ast.AnnAssign(ast.Name(name), ast.Name("TypeAlias"), ast.expr() as value):
                aliases[name] = _Inlined(aliases).visit(value)
                edits.append((statement, ""))
                is_described = True
            case ast.Expr(ast.Constant(str())) if is_described:
                edits.append((statement, ""))
                is_described = False
            case ast.ClassDef(body=fields):
                is_described = False
                for field in fields:
                    if isinstance(field, ast.AnnAssign):
                        plain = simplified(_Inlined(aliases).visit(field.annotation))
                        edits.append((field.annotation, ast.unparse(plain)))
    return layout.spliced(body, edits)


class _Inlined(ast.NodeTransformer):
    def __init__(self, aliases: dict[str, ast.expr]) -> None:
        self.aliases = aliases

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.aliases.get(node.id, node)
