"""The fields of generated classes in the order of their schemas.

The tool puts those with a default last, which classes whose fields are given by name do not need.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from generators.classes import Classes

Keys = Mapping[str, Mapping[str, str]]
"""The keys of events by the names of their fields, by the names of their classes."""


def keys(body: str) -> Keys:
    """The keys that the Structs of a text say of their fields (`field(name=…)`)."""
    found: dict[str, dict[str, str]] = {}
    for statement in ast.parse(body).body:
        if isinstance(statement, ast.ClassDef):
            rows = (row for row in statement.body if isinstance(row, ast.AnnAssign))
            found[statement.name] = dict(map(_name_and_key, rows))
    return found


def in_order(body: str, classes: Classes, keys: Keys) -> str:
    """The classes with their fields, and the docstrings of these, as their schemas have them."""
    lines = f"{body}\n".splitlines(keepends=True)
    for statement in ast.parse(body).body:
        if not isinstance(statement, ast.ClassDef):
            continue
        order = list(classes.definitions[statement.name]["properties"])
        blocks: dict[str, str] = {}
        spans: list[tuple[int, int]] = []
        for row, after in zip(statement.body, [*statement.body[1:], None], strict=True):
            if isinstance(row, ast.AnnAssign):
                name, _ = _name_and_key(row)
                last = after if isinstance(after, ast.Expr) else row
                spans.append((row.lineno - 1, last.end_lineno or 0))
                blocks[keys[statement.name][name]] = "".join(lines[slice(*spans[-1])])
        for (first, end), key in zip(spans, sorted(blocks, key=order.index), strict=True):
            lines[first:end] = [blocks[key], *[""] * (end - first - 1)]
    return "".join(lines)


def _name_and_key(row: ast.AnnAssign) -> tuple[str, str]:
    name = ast.unparse(row.target)
    match row.value:
        case ast.Call(ast.Name("field"), keywords=keywords):
            for keyword in keywords:
                if keyword.arg == "name":
                    return name, str(ast.literal_eval(keyword.value))
    return name, name
