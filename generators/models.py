"""The text of `ecr_contracts/events/models.py`: a pydantic model a class, based on `base`."""

from __future__ import annotations

import ast
from pathlib import Path

from generators import base, layout, marks, tool
from generators.classes import Classes, Schemas

NAME = "ecr_contracts/events/models.py"

_PLUGIN = "ecr_contracts.events.generate.hypothesis_plugin"


def text(schemas: Schemas) -> str:
    """The module, whole. What stands above the line `NOT_VENDORED` needs nothing but pydantic."""
    classes = Classes.from_schemas(schemas)
    imports, body = tool.generated(classes, "models")
    base_imports, base_body = layout.split(Path(base.__file__))
    told = marks.marks(schemas, classes)
    parts = [
        layout.heading(schemas),
        '"""The events of Amazon ECR as pydantic models: they accept what the schemas accept."""\n',
        imports,
        base_imports,
        marks.imports(),
        layout.exports([*classes.definitions, "EcrEvent", "EcrModel"]),
        base_body,
        marks.source(told),
        _plain(body),
        marks.union(classes, is_told=bool(told)),
        layout.places(classes),
        f"from {_PLUGIN} import register_models  # noqa: E402\n",
        "register_models(PLACES)\n",
    ]
    return layout.formatted(NAME, "\n".join(parts))


def _plain(body: str) -> str:
    """The classes without the tool's wrappers of elements of lists, which would need `.root`."""
    tree = ast.parse(body)
    wrappers: dict[str, ast.expr] = {}
    edits: list[tuple[ast.expr | ast.stmt, str]] = []
    for statement in tree.body:
        match statement:
            case ast.ClassDef(
                name, [ast.Subscript(ast.Name("RootModel"))], body=[ast.AnnAssign(_, wrapped), *_]
            ):
                wrappers[name] = _Unwrapped(wrappers).visit(wrapped)
                edits.append((statement, ""))
            case ast.ClassDef(body=fields):
                for field in fields:
                    if isinstance(field, ast.AnnAssign):
                        plain = _Unwrapped(wrappers).visit(field.annotation)
                        edits.append((field.annotation, ast.unparse(plain)))
    return layout.spliced(body, edits)


class _Unwrapped(ast.NodeTransformer):
    def __init__(self, wrappers: dict[str, ast.expr]) -> None:
        self.wrappers = wrappers

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.wrappers.get(node.id, node)
