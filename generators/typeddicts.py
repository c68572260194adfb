"""The text of `ecr_contracts/events/types.py`: a TypedDict for each class, on `typing` alone."""

from __future__ import annotations

import ast

from generators import layout, tool
from generators.classes import Classes, Schemas

NAME = "ecr_contracts/events/types.py"


def text(schemas: Schemas) -> str:
    """The module, whole."""
    classes = Classes.from_schemas(schemas)
    imports, body = tool.generated(classes, "types")
    parts = [
        layout.heading(schemas),
        '"""The events of Amazon ECR as typed dictionaries: what `json.loads` gives, with names and types."""\n',
        imports,
        "from typing import TypeAlias\n",
        layout.exports([*classes.definitions, "EcrEvent"]),
        _described(body, classes),
        layout.union(classes),
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
                rows = ""
                for key, value in zip(
                    map(ast.literal_eval, filter(None, keys)), values, strict=True
                ):
                    description = definition["properties"][key].get("description", "")
                    rows += "".join(f"# {line}\n" for line in description.splitlines())
                    rows += f"{key!r}: {ast.unparse(value)},\n"
                described = layout.docstring(definition.get("description", ""))
                edits.append(
                    (statement, f"{name} = TypedDict({name!r}, {{\n{rows}}})\n{described}")
                )
    return layout.spliced(body, edits)
