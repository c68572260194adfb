"""The places of events that a schema speaks of, with all that it says of each.

References and the keywords that apply other schemas (`allOf`, `anyOf`, `if` …) are followed. An
index 0 stands for every element of an array.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ecr_contracts.core.json_path import Steps

Node = Mapping[str, Any]

_DEEPEST = 16  # steps of a path
_MOST_PLACES = 3_000
_ALWAYS = ("allOf",)
_SOMETIMES = ("anyOf", "oneOf")
_SOMETIMES_ONE = ("not", "if", "then", "else")
_WORDS = {
    *("$schema", "$id", "id", "$anchor", "$comment", "$defs", "definitions", "title"),
    *("description", "examples", "default", "deprecated", "readOnly", "writeOnly"),
}
"""Keywords that demand nothing of an event."""

_STRING = 'type "string"'

_VALUES = {"const", "enum", "default", "examples"}  # what stands there is no schema
_MAPS = {"properties", "patternProperties", "dependentSchemas"}  # from names to schemas
_APPLIED = {"$ref", "allOf", "properties", "items", "prefixItems", "required"}
UNKNOWN_KEY = "x-unknown-key"
"""A key that no schema names."""


@dataclass
class Place:
    """One place: the schemas that speak of it, and what they demand without conditions."""

    nodes: list[Node] = field(default_factory=list)
    demands: set[str] = field(default_factory=set)


@dataclass
class SchemaPlaces:
    """What a schema says of each place, by the steps of its path.

    Not `is_whole` is what has more places than are followed, or deeper ones.
    """

    places: dict[Steps, Place] = field(default_factory=dict)
    is_whole: bool = True

    def nodes(self, steps: Steps) -> list[Node]:
        """The schemas that speak of a place; none where it is not described."""
        place = self.places.get(steps)
        return place.nodes if place is not None else []

    def demands(self, steps: Steps) -> set[str]:
        """The demands of a place that hold without conditions, each as text."""
        place = self.places.get(steps)
        return place.demands if place is not None else set()


def schema_places(schema: Node, resolver: Any) -> SchemaPlaces:
    """The places of a schema; `resolver` follows the references in it."""
    walk = _Walk(SchemaPlaces())
    walk.visit(schema, resolver, (), frozenset(), is_sure=True)
    return walk.found


@dataclass
class _Walk:
    """A walk over one schema, which collects places."""

    found: SchemaPlaces

    def visit(
        self, node: Any, resolver: Any, steps: Steps, seen: frozenset[str], *, is_sure: bool
    ) -> None:
        """Notes what a schema says of a place and of those within it.

        `seen` are references on the way to it at this place; what is not `is_sure` holds under
        conditions alone.
        """
        if len(steps) > _DEEPEST or len(self.found.places) > _MOST_PLACES:
            self.found.is_whole = False
            return
        if isinstance(node, bool):
            node = {} if node else {"not": {}}
        if not isinstance(node, Mapping):
            return
        place = self.found.places.setdefault(steps, Place())
        place.nodes.append(node)
        if is_sure:
            place.demands.update(_demands(node, resolver))
        self._visit_applied(node, resolver, steps, seen, is_sure=is_sure)
        self._visit_inner(node, resolver, steps, is_sure=is_sure)

    def _visit_applied(
        self, node: Node, resolver: Any, steps: Steps, seen: frozenset[str], *, is_sure: bool
    ) -> None:
        """Visits the schemas that speak of the same place."""
        reference = node.get("$ref")
        if isinstance(reference, str):
            resolved = resolver.lookup(reference)
            mark = str(id(resolved.contents))
            if mark not in seen:
                seen_now = seen | {mark}
                self.visit(resolved.contents, resolved.resolver, steps, seen_now, is_sure=is_sure)
        for key in (*_ALWAYS, *_SOMETIMES):
            for part in node.get(key, ()):
                still_sure = is_sure and key in _ALWAYS
                self.visit(part, resolver, steps, seen, is_sure=still_sure)
        for key in _SOMETIMES_ONE:
            if key in node:
                self.visit(node[key], resolver, steps, seen, is_sure=False)
        for part in node.get("dependentSchemas", {}).values():
            self.visit(part, resolver, steps, seen, is_sure=False)

    def _visit_inner(self, node: Node, resolver: Any, steps: Steps, *, is_sure: bool) -> None:
        """Visits the schemas of what lies right within the place."""
        for key in node.get("required", ()):
            self.found.places.setdefault((*steps, key), Place())
        for key, inner in node.get("properties", {}).items():
            self.visit(inner, resolver, (*steps, key), frozenset(), is_sure=is_sure)
        additional = node.get("additionalProperties")
        if isinstance(additional, Mapping):
            self.visit(additional, resolver, (*steps, UNKNOWN_KEY), frozenset(), is_sure=False)
        items = node.get("items")
        listed = items if isinstance(items, list) else node.get("prefixItems", ())
        for index, inner in enumerate(listed):
            self.visit(inner, resolver, (*steps, index), frozenset(), is_sure=is_sure)
        if isinstance(items, (Mapping, bool)):
            self.visit(items, resolver, (*steps, len(listed)), frozenset(), is_sure=is_sure)


def _demands(node: Node, resolver: Any) -> Iterator[str]:
    """What a schema itself demands of its place, references within conditions resolved."""
    for key in node.get("required", ()):
        yield f"required {json.dumps(key)}"
    listed = [node["const"]] if "const" in node else node.get("enum")
    if isinstance(listed, list):
        yield f"enum {json.dumps(listed, sort_keys=True)}"
        if all(isinstance(value, str) for value in listed):
            yield _STRING  # it follows, whether a schema says it or not
    for key, value in node.items():
        if key not in _WORDS | _APPLIED | {"const", "enum"} and not key.startswith("x-"):
            content = value
            if key not in _VALUES:
                content = _resolved(value, resolver, frozenset(), is_map=key in _MAPS)
            yield f"{key} {json.dumps(content, sort_keys=True)}"


def _resolved(value: Any, resolver: Any, seen: frozenset[str], *, is_map: bool = False) -> Any:
    """A value of a keyword with references replaced by what they lead to, and without words.

    The keys of a map are names, and no keywords.
    """
    if isinstance(value, list):
        return [_resolved(inner, resolver, seen) for inner in value]
    if not isinstance(value, Mapping):
        return value
    result: dict[str, Any] = {}
    for key, inner in value.items():
        if is_map:
            result[key] = _resolved(inner, resolver, seen)
        elif key in _VALUES:
            result[key] = inner
        elif key not in _WORDS and not key.startswith("x-"):
            result[key] = _resolved(inner, resolver, seen, is_map=key in _MAPS)
    reference = value.get("$ref")
    if isinstance(reference, str) and not is_map:
        target = resolver.lookup(reference)
        mark = str(id(target.contents))
        if mark not in seen:
            result["$ref"] = _resolved(target.contents, target.resolver, seen | {mark})
    return result
