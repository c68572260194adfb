"""The text of `ecr_contracts/events/types.py`: a TypedDict for each class, on `typing`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from generators import layout, marks, tool
from generators.classes import Classes, Schemas

NAME = "ecr_contracts/events/types.py"

_TYPED_DICT = """
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info >= (3, 12):
    from typing import TypedDict
else:  # pydantic takes no other before Python 3.12
    try:
        from typing_extensions import TypedDict
    except ImportError:
        from typing import TypedDict
"""


def text(schemas: Schemas) -> str:
    """The module, whole."""
    classes = Classes.from_schemas(schemas)
    imports, body = tool.generated(classes, "types")
    told = marks.marks(schemas, classes)
    parts = [
        layout.heading(schemas),
        '"""The events of Amazon ECR as typed dictionaries: what `json.loads` gives, typed."""\n',
        imports.replace(", TypedDict", ""),
        marks.imports(),
        _TYPED_DICT,
        layout.exports([*classes.definitions, "EcrEvent"]),
        marks.source(told),
        _described(body, classes),
        marks.union(classes, is_told=bool(told)),
        layout.places(classes),
    ]
    return layout.formatted(NAME, "\n".join(parts))


def _described(body: str, classes: Classes) -> str:
    """The classes with the schema's descriptions where the tool has no place for them.

    Keys with hyphens need TypedDict's functional form, where comments and a string have to do for
    docstrings.
    """
    edits: list[tuple[ast.stmt, str]] = []
    for statement in ast.parse(body).body:
        match statement:
            case ast.Assign(
                [ast.Name(name)], ast.Call(ast.Name("TypedDict"), [_, ast.Dict(keys, values)])
            ):
                definition = classes.definitions[name]
                names = [ast.literal_eval(key) for key in keys if key is not None]
                rows = _rows(dict(zip(names, values, strict=True)), definition["properties"])
                docstring = layout.docstring(definition.get("description", ""))
                text = f"{name} = TypedDict({name!r}, {{\n{rows}}})\n{docstring}"
                edits.append((statement, text))
    return layout.spliced(body, edits)


def _rows(annotations: Mapping[str, ast.expr], properties: Mapping[str, Any]) -> str:
    """The keys of a TypedDict with their types, their descriptions above them as comments."""
    rows = ""
    for key, annotation in annotations.items():
        for line in properties[key].get("description", "").splitlines():
            rows += f"# {line}\n"
        rows += f"{key!r}: {ast.unparse(annotation)},\n"
    return rows
