"""The union of all kinds of events, and the table of what tells them apart, as text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.json_path import Steps
from generators import by_kind, layout, telling
from generators.classes import Classes, Schemas

Marks = tuple[tuple[tuple[Steps, str], ...], tuple[tuple[Steps, ...], ...]]


def marks(schemas: Schemas, classes: Classes) -> dict[str, Marks]:
    """What tells each kind, by the name of its class, those that say most of themselves first.

    Empty where a schema does not say what tells its kind.
    """
    told: dict[str, Marks] = {}
    for kind, name in classes.events.items():
        annotation = schemas[kind].get("x-ecr", {})
        constants: list[tuple[Steps, str]] = []
        for path in annotation.get("discriminator", ()):
            steps = json_path.parse(path)
            constants.append((steps, _constant(schemas[kind], steps)))
        if not constants:
            return {}
        groups: list[tuple[Steps, ...]] = []
        for group in annotation.get("told-by-keys", ()):
            groups.append(tuple(json_path.parse(path) for path in group))
        told[name] = (tuple(constants), tuple(groups))
    return dict(sorted(told.items(), key=lambda row: (-len(row[1][0]), row[0])))


def imports() -> str:
    """The import statements that `source` needs, where the kinds are told apart or not."""
    return (
        layout.split(Path(telling.__file__))[0]
        + "from typing import Annotated, Any, TypeAlias, get_args\n"
    )


def source(told: Mapping[str, Marks], *, for_pydantic: bool = True) -> str:
    """The code that tells the class of an event, with its table; nothing where nothing is told.

    `for_pydantic` adds what makes pydantic use it.
    """
    if not told:
        return ""
    rows = "".join(f"    {name!r}: {row!r},\n" for name, row in told.items())
    table = (
        f"_MARKS: dict[str, _Marks] = {{\n{rows}}}\n"
        '"""By class: what stands where in its events, and of which places they have one each."""\n'
    )
    code, _, _ = layout.split(Path(telling.__file__))[1].rpartition("_MARKS: ")
    if for_pydantic:
        code += layout.split(Path(by_kind.__file__))[1].lstrip() + "\n\n"
    return code + table


def union(classes: Classes, *, is_told: bool) -> str:
    """The alias for an event of any kind; `is_told`, where pydantic shall choose by the kind."""
    kinds = " | ".join(sorted(classes.events.values()))
    value = f"Annotated[{kinds}, _ByKind()]" if is_told else kinds
    return f'EcrEvent: TypeAlias = {value}\n"""An event of any kind."""\n'


def _constant(schema: Mapping[str, Any], steps: Steps) -> str:
    node: Any = schema
    for step in steps:
        node = node["properties"][step]
    return str(node["const"])
