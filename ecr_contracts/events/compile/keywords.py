"""The keywords of JSON Schema, and the annotations of `x-ecr`, that are understood, and what the keywords admit.

What is not understood is refused, by name and place, since a keyword passed over would be a promise
broken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ecr_contracts.core.errors import UnreadableSchemaError
from ecr_contracts.events.regexes import Pattern
from ecr_contracts.events.shapes import same

ANNOTATIONS = {"$schema", "$comment", "$defs", "title", "description", "x-ecr"}
KEYWORDS = {
    "object": {"type", "properties", "required", "additionalProperties"},
    "array": {"type", "items", "minItems", "maxItems"},
    "string": {"type", "const", "enum", "pattern", "minLength", "maxLength"},
    "integer": {"type", "const", "enum", "minimum", "maximum"},
    "boolean": {"type", "const", "enum"},
}
ROOT_ANNOTATIONS = {"discriminator", "sample", "constraints", "baseline"}
FACET_ANNOTATIONS = {"noun", "advice", "expected", "evidence", "choices"}
CHOICE_ANNOTATIONS = {
    *("evidence", "id", "note"),
    *("value", "values", "pattern", "draw", "example", "range", "length", "others", "template"),
}
IN_WORDS = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "an integer",
    "boolean": "true or false",
}
"""What each type is called in a sentence."""
_JSON: dict[str, tuple[type, set[str]]] = {
    "an object": (
        dict,
        {"properties", "items", "$defs", "x-ecr", "choices", "baseline", "when", "then"},
    ),
    "a list": (
        list,
        {
            "required",
            "allOf",
            "enum",
            "values",
            "range",
            "length",
            "template",
            "discriminator",
            "constraints",
        },
    ),
    "a string": (
        str,
        {
            *(
                "$ref",
                "$schema",
                "$comment",
                "title",
                "description",
                "pattern",
                "draw",
                "noun",
                "advice",
                "expected",
            ),
            *("evidence", "id", "note", "others", "sample", "because"),
        },
    ),
    "an integer": (int, {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}),
}
_WANTED = {key: (words, sort) for words, (sort, keys) in _JSON.items() for key in keys}
_OF_STRINGS = {"required", "template", "discriminator"}


@dataclass(frozen=True)
class Terms:
    """The terms that the schema of a kind is read on: what they do not cover is refused."""

    kind: str

    def refusal(self, pointer: str, problem: str) -> UnreadableSchemaError:
        """The complaint about a place of the schema."""
        return UnreadableSchemaError(self.kind, pointer, problem)

    def only(self, found: Any, known: set[str], pointer: str, what: str) -> None:
        """That an object holds nothing but known keys, and values of the JSON types that these want."""
        if not isinstance(found, dict):
            raise self.refusal(pointer, f"an object is wanted here, not {json.dumps(found)}")
        if unknown := sorted(set(found) - known):
            raise self.refusal(
                f"{pointer}/{unknown[0]}", f"the {what} {unknown[0]!r} is not understood"
            )
        self.typed(found, pointer)

    def typed(self, found: dict[str, Any], pointer: str) -> None:
        """That the values of known keys have the JSON types that these want."""
        for key, value in found.items():
            words, sort = _WANTED.get(key, ("", object))
            if not isinstance(value, sort) or (sort is int and isinstance(value, bool)):
                raise self.refusal(
                    f"{pointer}/{key}", f"{words} is wanted here, not {json.dumps(value)}"
                )
            if (
                key in _OF_STRINGS
                and isinstance(value, list)
                and not all(isinstance(item, str) for item in value)
            ):
                raise self.refusal(
                    f"{pointer}/{key}", f"a list of strings is wanted here, not {json.dumps(value)}"
                )

    def sort(self, node: dict[str, Any], pointer: str) -> str:
        """Which JSON type a place has; a constant or a list of values says it without `type`."""
        sort = node.get("type")
        if sort is None and ("const" in node or "enum" in node):
            value = node["const"] if "const" in node else next(iter(node["enum"]), None)
            sort = {bool: "boolean", int: "integer", str: "string"}.get(type(value))
        if not isinstance(sort, str) or sort not in KEYWORDS:
            raise self.refusal(f"{pointer}/type", f"the type {json.dumps(sort)} is not understood")
        return sort

    def pattern(self, text: str, pointer: str) -> Pattern:
        """The pattern that a text is."""
        try:
            return _pattern(text)
        except ValueError as problem:
            raise self.refusal(pointer, str(problem)) from problem


def admits(node: Mapping[str, Any], value: Any) -> bool:
    """Whether the keywords of a scalar's place admit a value."""
    if (
        "type" in node
        and type(value) is not {"string": str, "integer": int, "boolean": bool}[node["type"]]
    ):
        return False
    if "const" in node and not same(value, node["const"]):
        return False
    if "enum" in node and not any(same(value, known) for known in node["enum"]):
        return False
    match value:
        case str():
            if not node.get("minLength", 0) <= len(value) <= node.get("maxLength", len(value)):
                return False
            return "pattern" not in node or _pattern(node["pattern"]).matches(value)
        case int():
            return within(node, value)
        case _:
            return True


def within(node: Mapping[str, Any], number: float) -> bool:
    """Whether a number lies between the bounds of its place."""
    return bool(node.get("minimum", number) <= number <= node.get("maximum", number))


def expected(node: dict[str, Any], sort: str) -> str:
    """What belongs at a place, in words."""
    if "const" in node:
        return json.dumps(node["const"])
    if "enum" in node:
        return " or ".join(json.dumps(value) for value in node["enum"])
    words = IN_WORDS[sort]
    if sort == "integer" and "minimum" in node:
        words += f", {node['minimum']} or more"
    if sort == "array" and "items" in node and (inner := node["items"].get("type")):
        words += f" of {inner}s"
    return words


def escaped(key: str) -> str:
    """A key as a JSON pointer spells it."""
    return key.replace("~", "~0").replace("/", "~1")


@cache
def _pattern(text: str) -> Pattern:
    return Pattern(text)
