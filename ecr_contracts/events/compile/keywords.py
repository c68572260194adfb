"""The keywords of JSON Schema, and the annotations of `x-ecr`, that are understood.

What is not understood is refused, by name and place, since a keyword passed over would be a promise
broken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ecr_contracts.core.errors import UnreadableSchemaError
from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.events.regexes import Pattern
from ecr_contracts.events.shapes import same

ANNOTATIONS = {"$schema", "$comment", "$defs", "title", "description", "x-ecr"}
KEYWORDS = {
    "object": {"type", "properties", "required", "additionalProperties"},
    "array": {"type", "items", "minItems", "maxItems"},
    "string": {"type", "const", "enum", "pattern", "minLength", "maxLength"},
    "integer": {"type", "const", "enum", "minimum", "maximum"},
    "number": {"type", "minimum", "maximum"},
    "boolean": {"type", "const", "enum"},
    "null": {"type", "const"},
}
"""The keywords that each type may have."""

PROVENANCE = {"source", "since"}
"""The annotations that say where a claim comes from, and since when it is known, by evidence."""

ROOT_ANNOTATIONS = PROVENANCE | {
    "discriminator",
    "sample",
    "samples",
    "usual",
    "order",
    "constraints",
    "combinations",
    "baseline",
    "told-by-keys",
    "shared-keys",
    "open",
}
FACET_ANNOTATIONS = PROVENANCE | {
    "noun",
    "advice",
    "expected",
    "evidence",
    "choices",
    "sets",
    "always",
    "open",
    "partial",
    "each",
}
SHAPE_ANNOTATIONS = {"value", "values", "pattern", "range", "length"}
"""The annotations of a choice that say what it looks like."""

CHOICE_ANNOTATIONS = (
    SHAPE_ANNOTATIONS
    | PROVENANCE
    | {
        "evidence",
        "hypothetical",
        "id",
        "note",
        "draw",
        "frame",
        "example",
        "others",
        "template",
    }
)
IN_WORDS = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
"""What each type is called in a sentence."""

_OBJECTS = "properties items $defs x-ecr choices sets baseline when then source since"
_LISTS = (
    "required allOf enum values range length template discriminator constraints combinations "
    "told-by-keys open samples shared-keys"
)
_STRINGS = (
    "$ref $schema $comment title description pattern draw frame noun advice expected evidence id "
    "note others sample because each"
)
_INTEGERS = "minimum maximum minLength maxLength minItems maxItems order"
_PYTHON_TYPES: dict[str, tuple[str, type]] = {
    **dict.fromkeys(_OBJECTS.split(), ("an object", dict)),
    **dict.fromkeys(_LISTS.split(), ("a list", list)),
    **dict.fromkeys(_STRINGS.split(), ("a string", str)),
    **dict.fromkeys(_INTEGERS.split(), ("an integer", int)),
    **dict.fromkeys(("always", "hypothetical", "usual"), ("true or false", bool)),
}
"""What the value of each keyword and annotation is, in words and in Python."""

_JSON_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    str: "string",
    type(None): "null",
}
"""The JSON type of a constant, by its type in Python."""

_TYPES_OF_VALUES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}
"""The types in Python of the values of each JSON type."""

_LISTS_OF_STRINGS = {"required", "template", "discriminator", "open"}

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
"""A year, a month or a day."""


@dataclass(frozen=True)
class Dialect:
    """The part of JSON Schema that the schema of a kind may use; anything else is refused."""

    kind: str

    def refusal(self, pointer: str, problem: str) -> UnreadableSchemaError:
        """The complaint about a place of the schema."""
        return UnreadableSchemaError(self.kind, pointer, problem)

    def check_keys(self, node: Any, known: set[str], pointer: str, noun: str) -> None:
        """Refuses all but an object of known keys with values of the types that these have."""
        if not isinstance(node, dict):
            raise self.refusal(pointer, f"an object is wanted here, not {json.dumps(node)}")
        if unknown := sorted(set(node) - known):
            key = unknown[0]
            raise self.refusal(f"{pointer}/{key}", f"the {noun} {key!r} is not understood")
        self.check_types(node, pointer)

    def check_types(self, node: dict[str, Any], pointer: str) -> None:
        """Refuses values of known keys that are of another type than these have."""
        for key, value in node.items():
            words, python_type = _PYTHON_TYPES.get(key, ("", object))
            is_other = not isinstance(value, python_type)
            if is_other or (python_type is int and isinstance(value, bool)):
                problem = f"{words} is wanted here, not {json.dumps(value)}"
                raise self.refusal(f"{pointer}/{key}", problem)
            if key in _LISTS_OF_STRINGS and not _is_list_of_strings(value):
                problem = f"a list of strings is wanted here, not {json.dumps(value)}"
                raise self.refusal(f"{pointer}/{key}", problem)

    def check_provenance(self, annotation: Mapping[str, Any], pointer: str) -> None:
        """Refuses sources and dates but by evidence: texts, and years, months or days."""
        for name in sorted(PROVENANCE & set(annotation)):
            for evidence, text in annotation[name].items():
                place = f"{pointer}/{name}/{evidence}"
                if evidence not in set(Evidence):
                    known = ", ".join(Evidence)
                    raise self.refusal(place, f"the evidence {evidence!r} is none of {known}")
                if not isinstance(text, str) or not text.strip():
                    raise self.refusal(place, f"a text is wanted here, not {json.dumps(text)}")
                if name == "since" and not _DATE.fullmatch(text):
                    raise self.refusal(place, f"{text!r} is no year, month or day (2026-03-01)")

    def type_of(self, node: dict[str, Any], pointer: str) -> str:
        """The JSON type of a place; a constant or a list of values says it without `type`.

        It is the other one of two where a place may hold null (see `is_nullable`).
        """
        name = node.get("type")
        if isinstance(name, list) and len(name) == 2 and name[1] == "null":
            name = name[0]
        if name is None and ("const" in node or "enum" in node):
            value = node["const"] if "const" in node else next(iter(node["enum"]), MISSING)
            name = _JSON_TYPES.get(type(value))
        if not isinstance(name, str) or name not in KEYWORDS:
            raise self.refusal(f"{pointer}/type", f"the type {json.dumps(name)} is not understood")
        return name

    def pattern(self, text: str, pointer: str) -> Pattern:
        """The pattern that a text is."""
        try:
            return _pattern(text)
        except ValueError as problem:
            raise self.refusal(pointer, str(problem)) from problem


def admits(node: Mapping[str, Any], value: Any) -> bool:
    """Whether the keywords of a scalar's place admit a value."""
    if "type" in node and not _is_of_type(value, node["type"]):
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
        case int() | float():
            return is_within_bounds(node, value)
        case _:
            return True


def is_within_bounds(node: Mapping[str, Any], number: float) -> bool:
    """Whether a number lies between the bounds of its place."""
    return bool(node.get("minimum", number) <= number <= node.get("maximum", number))


def expected(node: dict[str, Any], json_type: str) -> str:
    """What belongs at a place, in words."""
    if "const" in node:
        return json.dumps(node["const"])
    if "enum" in node:
        return " or ".join(json.dumps(value) for value in node["enum"])
    words = f"{IN_WORDS[json_type]}{' or null' if is_nullable(node) else ''}"
    if json_type == "integer" and "minimum" in node:
        words += f", {node['minimum']} or more"
    if json_type == "array" and "items" in node and (inner := node["items"].get("type")):
        words += f" of {inner}s"
    return words


def escaped(key: str) -> str:
    """A key as a JSON pointer spells it."""
    return key.replace("~", "~0").replace("/", "~1")


def is_nullable(node: Mapping[str, Any]) -> bool:
    """Whether a place may hold null beside values of its type."""
    return isinstance(node.get("type"), list)


def _is_of_type(value: Any, json_type: str | list[str]) -> bool:
    if isinstance(json_type, list):
        return any(_is_of_type(value, name) for name in json_type)
    return type(value) in _TYPES_OF_VALUES[json_type]


def _is_list_of_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


@cache
def _pattern(text: str) -> Pattern:
    return Pattern(text)
