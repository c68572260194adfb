"""Edits to schemas, each of which makes some event valid or invalid that was not so before."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]
Steps = tuple[str | int, ...]


def objects(node: Schema, steps: Steps = ()) -> Iterator[tuple[Steps, Schema]]:
    """The objects with properties that some event has, each with its path."""
    if "properties" in node:
        yield steps, node
        for key, inner in node["properties"].items():
            yield from objects(inner, (*steps, key))
    elif isinstance(node.get("items"), dict) and node.get("maxItems", 1):
        yield from objects(node["items"], (*steps, 0))


def without_annotations(schema: Schema) -> Schema:
    """The schema without ours."""
    bare: Schema = {}
    for key, value in schema.items():
        if key == "x-ecr":
            continue
        if key == "properties":
            value = {name: without_annotations(inner) for name, inner in value.items()}
        bare[key] = without_annotations(value) if key == "items" else value
    return bare


Edit = Callable[[Any, Schema], Steps | None]
"""Changes an object's schema; gives the path within it, None where it does not fit."""


def _drop_required(draw: Any, node: Schema) -> Steps | None:
    if not node.get("required"):
        return None
    key = draw(st.sampled_from(node["required"]))
    node["required"] = [name for name in node["required"] if name != key]
    return (key,)


def _add_required(draw: Any, node: Schema) -> Steps | None:
    optional = [key for key in node["properties"] if key not in node.get("required", ())]
    if not optional:
        return None
    key = draw(st.sampled_from(optional))
    node["required"] = [*node.get("required", ()), key]
    return (key,)


def _remove(draw: Any, node: Schema) -> Steps | None:
    key = draw(st.sampled_from(list(node["properties"])))
    del node["properties"][key]
    node["required"] = [name for name in node.get("required", ()) if name != key]
    return (key,)


def _add(draw: Any, node: Schema) -> Steps | None:
    node["properties"]["added"] = {"type": draw(st.sampled_from(["string", "object", "boolean"]))}
    return ("added",)


def _rename(draw: Any, node: Schema) -> Steps | None:
    key = draw(st.sampled_from(list(node["properties"])))
    node["properties"]["renamed"] = node["properties"].pop(key)
    required = node.get("required", ())
    node["required"] = ["renamed" if name == key else name for name in required]
    return (key,)


def _close(draw: Any, node: Schema) -> Steps | None:
    node["additionalProperties"] = False
    return ()


def _of_field(
    fits: Callable[[Schema], bool], change: Callable[[Any, Schema], None]
) -> Callable[[Any, Schema], Steps | None]:
    """An edit of a field that some event has."""

    def edit(draw: Any, node: Schema) -> Steps | None:
        fields = [key for key, inner in node["properties"].items() if fits(inner)]
        if not fields:
            return None
        key = draw(st.sampled_from(fields))
        change(draw, node["properties"][key])
        return (key,)

    return edit


def _add_value(draw: Any, node: Schema) -> None:
    other = {str: "ADDED", bool: None, int: 77}[type(node["enum"][0])]
    if isinstance(node["enum"][0], bool):
        node["enum"] = [True, False] if len(node["enum"]) == 1 else node["enum"][:1]
    else:
        node["enum"] = [*node["enum"], other]


def _drop_value(draw: Any, node: Schema) -> None:
    node["enum"] = node["enum"][:-1]


def _other_constant(draw: Any, node: Schema) -> None:
    value = node["const"]
    node["const"] = (not value) if isinstance(value, bool) else type(value)(f"1{value}")


def _is_text(node: Schema) -> bool:
    return node.get("type") == "string" and not {"pattern", "enum", "const"} & node.keys()


def _is_number(node: Schema) -> bool:
    return node.get("type") == "integer" and not {"enum", "const"} & node.keys()


def _longer(draw: Any, node: Schema) -> None:
    node["maxLength"] += draw(st.integers(1, 3))


def _bounded(draw: Any, node: Schema) -> None:
    node["maxLength"] = node.get("minLength", 0) + draw(st.integers(0, 3))


def _smaller(draw: Any, node: Schema) -> None:
    node["minimum"] -= draw(st.integers(1, 3))


def _at_least(draw: Any, node: Schema) -> None:
    node["minimum"] = node.get("maximum", 0) - draw(st.integers(0, 3))


def _more_elements(draw: Any, node: Schema) -> None:
    node["maxItems"] += 1


def _fewest(draw: Any, node: Schema) -> None:
    node["minItems"] = node.get("maxItems", 2)


def _nullable(draw: Any, node: Schema) -> None:
    node["type"] = [node["type"], "null"]


def _other_pattern(draw: Any, node: Schema) -> None:
    node["pattern"] = {
        "^[a-z]{2,5}$": "^[a-z]{2,4}$",
        "^[0-9]{4}-[0-9]{2}$": "^[0-9]{4}-[0-9]{2}(-x)?$",
    }.get(node["pattern"], "^(ab|cd)(-[0-9]{1,2})?$")
    if node["pattern"].endswith("(-x)?$"):
        node.pop("maxLength", None)


EDITS: dict[str, Edit] = {
    "drop-required": _drop_required,
    "add-required": _add_required,
    "remove": _remove,
    "add": _add,
    "rename": _rename,
    "close": _close,
    "add-value": _of_field(lambda node: "enum" in node, _add_value),
    "drop-value": _of_field(lambda node: len(node.get("enum", ())) > 1, _drop_value),
    "constant": _of_field(
        lambda node: "const" in node and node["const"] != "made", _other_constant
    ),
    "longer": _of_field(lambda node: _is_text(node) and "maxLength" in node, _longer),
    "bounded": _of_field(lambda node: _is_text(node) and "maxLength" not in node, _bounded),
    "smaller": _of_field(lambda node: _is_number(node) and "minimum" in node, _smaller),
    "at-least": _of_field(lambda node: _is_number(node) and "minimum" not in node, _at_least),
    "more-elements": _of_field(lambda node: node.get("maxItems", 0) > 0, _more_elements),
    "fewest": _of_field(
        lambda node: (
            node.get("type") == "array" and "minItems" not in node and node.get("maxItems", 2) > 0
        ),
        _fewest,
    ),
    "nullable": _of_field(
        lambda node: isinstance(node.get("type"), str) and not {"enum", "const"} & node.keys(),
        _nullable,
    ),
    "pattern": _of_field(lambda node: "pattern" in node, _other_pattern),
}
"""Every edit by its name."""


FIELDS: dict[str, Schema] = {
    "add-value": {"type": "string", "enum": ["RED", "GREEN"]},
    "drop-value": {"type": "string", "enum": ["RED", "GREEN"]},
    "constant": {"const": "RED"},
    "longer": {"type": "string", "maxLength": 3},
    "bounded": {"type": "string"},
    "smaller": {"type": "integer", "minimum": 3},
    "at-least": {"type": "integer"},
    "more-elements": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
    "fewest": {"type": "array", "items": {"type": "string"}},
    "pattern": {"type": "string", "pattern": "^[a-z]{2,5}$"},
}
"""A field that each edit of fields fits, for schemas without one."""


@st.composite
def edits(draw: Any, name: str, schema: Schema) -> tuple[Schema, Schema, Steps]:
    """A schema, a copy of it with one edit, and the path that this is about."""
    schema = copy.deepcopy(schema)
    schema["properties"]["extra"] = copy.deepcopy(FIELDS.get(name, {"type": "boolean"}))
    changed = copy.deepcopy(schema)
    places = list(objects(changed))
    start = draw(st.integers(0, len(places) - 1))
    for steps, node in [*places[start:], *places[:start]]:
        inner = EDITS[name](draw, node) if node["properties"] else None
        if inner is not None:
            return schema, changed, (*steps, *inner)
    raise AssertionError(f"{name} fits no field of {schema}")
