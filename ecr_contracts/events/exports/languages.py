"""What each language calls the keywords of our schemas, and what it cannot say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ecr_contracts.events.exports.definitions import Node

_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    type(None): "null",
}
"""The JSON type of a constant, by its type in Python."""


def draft_4(node: Node) -> Node:
    """A schema in JSON Schema draft 4, which has no `const`."""
    return _changed(node, _listed_constant)


def openapi_3_0(node: Node) -> Node:
    """A schema as OpenAPI 3.0 has it: draft 4, one type at a time, and `nullable`."""
    return _changed(_changed(node, _listed_constant), _nullable)


def _changed(node: Node, change: Callable[[Node], Node]) -> Node:
    """A schema with all its parts changed by a function. Annotations stay as they are."""
    copied = dict(node)
    if "properties" in copied:
        copied["properties"] = {
            name: _changed(child, change) for name, child in copied["properties"].items()
        }
    if "items" in copied:
        copied["items"] = _changed(copied["items"], change)
    return change(copied)


def _listed_constant(node: Node) -> Node:
    """A constant as a list of one value, with the type that it implies."""
    if "const" not in node:
        return node
    listed: Node = {}
    for key, value in node.items():
        if key == "const":
            listed.setdefault("type", node.get("type", _TYPES.get(type(value), "string")))
            listed["enum"] = [value]
        else:
            listed[key] = value
    return listed


def _nullable(node: Node) -> Node:
    """A type that may be null as `nullable`; null alone as a list of it."""
    types = node.get("type")
    if types == "null":
        return {**node, "type": "object", "nullable": True, "enum": [None]}
    if not isinstance(types, list):
        return node
    [name] = [name for name in types if name != "null"]
    return {**node, "type": name, "nullable": True}


def has_integers(node: Any) -> bool:
    """Whether a schema, or a document that holds some, has a place for whole numbers."""
    if not isinstance(node, dict):
        return False
    types = node.get("type", ())
    if "integer" in ([types] if isinstance(types, str) else types):
        return True
    inner = [node["items"]] if "items" in node else []
    for name in ("properties", "$defs", "definitions", "schemas"):
        inner += node.get(name, {}).values()
    return has_integers(node.get("components")) or any(map(has_integers, inner))
