"""The text of `ecr_contracts/events/records.py`: a dataclass a class, on `record_base`.

It is there to be vendored: nothing of the package imports it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generators import aliases, field_order, layout, marks, record_base, tool
from generators.classes import Classes, Schemas

NAME = "ecr_contracts/events/records.py"

_NO_RULES = ("description", "x-nullable", "anyOf", "items")

_READ = '''
def read_event(event: Any) -> EcrEvent:
    """The event, as the class of its kind. Raises ValueError for one that the schema refuses."""
    name = _class_name(event)
    if name is None:
        raise ValueError(_NO_KIND)
    cls: type[EcrEvent] = globals()[name]
    return cls.from_event(event)
'''


def text(schemas: Schemas) -> str:
    """The module, whole. It needs nothing but the standard library."""
    classes = Classes.from_schemas(schemas)
    imports, body = tool.generated(classes, "records")
    keys = field_order.keys(tool.generated(classes, "structs")[1])
    body = field_order.in_order(body, classes, keys)
    base_imports, base_body = layout.split(Path(record_base.__file__))
    told = marks.marks(schemas, classes)
    names = [*classes.definitions, "EcrEvent", "EcrRecord", *(["read_event"] if told else [])]
    parts = [
        layout.heading(schemas),
        '"""The events of Amazon ECR as dataclasses: they take what the schemas accept."""\n',
        imports,
        base_imports,
        marks.imports(),
        layout.exports(names),
        base_body,
        marks.source(told, for_pydantic=False),
        _with_rules(aliases.without(body), classes),
        marks.union(classes, is_told=False),
        _READ if told else "",
    ]
    return layout.formatted(NAME, "\n".join(parts))


def _with_rules(body: str, classes: Classes) -> str:
    """The classes on their base, each field with the key of the event and what the schema asks."""
    edits: list[tuple[ast.stmt, str]] = []
    for statement in ast.parse(body).body:
        if not isinstance(statement, ast.ClassDef):
            continue
        definition = classes.definitions[statement.name]
        rows = [row for row in statement.body if isinstance(row, ast.AnnAssign)]
        for row, key in zip(rows, definition["properties"], strict=True):
            rules = _rules(definition["properties"][key])
            default = "" if row.value is None else f"default={ast.unparse(row.value)}, "
            if key in definition.get("required", ()):
                rules = f"{{'required': True, {rules[1:]}"
            metadata = f"{{'key': {key!r}, 'schema': {rules}}}"
            declared = f"{ast.unparse(row.target)}: {ast.unparse(row.annotation)}"
            edits.append((row, f"{declared} = field({default}metadata={metadata})"))
    body = layout.spliced(body, edits)
    return re.sub(r"^(class \w+):$", r"\1(EcrRecord):", body, flags=re.MULTILINE)


def _rules(node: Mapping[str, Any]) -> str:
    """What a schema asks of a value, as the text of a dictionary."""
    choices = node.get("anyOf", [node])
    [reference] = [choice["$ref"] for choice in choices if "$ref" in choice] or [None]
    if reference:
        nullable = ", 'nullable': True" if "anyOf" in node else ""
        return f"{{'class': {reference.rpartition('/')[2]}{nullable}}}"
    rows = [f"{word!r}: {node[word]!r}" for word in node if word not in _NO_RULES]
    if "items" in node:
        rows.append(f"'items': {_rules(node['items'])}")
    return f"{{{', '.join(rows)}}}"
