"""The shapes of a place's choices: as keywords give them or as they are declared, and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from ecr_contracts.events.compile.keywords import (
    CHOICE_ANNOTATIONS,
    IN_WORDS,
    SHAPE_ANNOTATIONS,
    Dialect,
    admits,
    is_nullable,
)
from ecr_contracts.events.regexes import Digits, Pattern
from ecr_contracts.events.shapes import Exactly, Items, Object, OneOf, Shape, Whole, Word

_NEEDED_BESIDE = {
    "draw": {"pattern"},
    "frame": {"draw"},
    "example": {"pattern", "range"},
    "others": {"length"},
    "template": {"length"},
}
"""Annotations that mean nothing without one of others."""

_SCALARS = {"string", "integer", "number", "boolean"}
_TYPES_OF = {"pattern": {"string"}, "range": {"integer"}, "length": {"array"}}
"""The types that an annotation of a shape is for; `value` and `values` are for every scalar."""

_PROBES = (*range(4), *(3 ** (101 * number) + number for number in range(1, 6)))
"""Numbers whose words a pattern is tried with."""

_WIDTH = 999
"""How far an integer without an upper bound is drawn beyond its lowest value."""


# --- derived from keywords ------------------------------------------------------------------------


def derived_shapes(
    dialect: Dialect, node: dict[str, Any], json_type: str, pointer: str, *, may_clash: bool
) -> dict[str, Shape]:
    """The choices that the keywords alone give, by label.

    With `may_clash`, values of a list may have the same label, since declared choices stand for
    them.
    """
    if "const" in node:
        return {"only": Exactly(node["const"])}
    if "enum" in node:
        return _listed_values(dialect, node["enum"], pointer, may_clash)
    if is_nullable(node):
        bare = {**node, "type": json_type}
        shapes = derived_shapes(dialect, bare, json_type, pointer, may_clash=may_clash)
        return {**shapes, "null": Exactly(None)}
    match json_type:
        case "object":
            return _fillings(node)
        case "array":
            return _lengths(dialect, node, pointer)
        case "boolean":
            return {"true": Exactly(True), "false": Exactly(False)}
        case "integer":
            return _numbers(node)
        case "number" if may_clash:
            return {}
        case "number":
            raise dialect.refusal(pointer, "declare choices for a number: none follow from it")
        case "null":
            return {"null": Exactly(None)}
        case _:
            return {"plain": _string(dialect, node, pointer)}


def _listed_values(
    dialect: Dialect, values: list[Any], pointer: str, may_clash: bool
) -> dict[str, Shape]:
    labels = [_slug(value) for value in values]
    for label in labels:
        if not may_clash and (label == "absent" or labels.count(label) > 1):
            problem = f"two values would be called {label!r}; declare choices for them"
            raise dialect.refusal(f"{pointer}/enum", problem)
    return {label: Exactly(value) for label, value in zip(labels, values, strict=True)}


def _fillings(node: dict[str, Any]) -> dict[str, Shape]:
    """The choices of an object: whether any of its keys is there."""
    shapes: dict[str, Shape] = {}
    properties = node.get("properties", {})
    is_never_empty = bool(node.get("required")) or any(map(_is_always_there, properties.values()))
    if not (properties and is_never_empty):
        shapes["empty"] = Object(empty=True)
    if properties:
        shapes["present"] = Object(empty=False)
    return shapes


def _is_always_there(node: Mapping[str, Any]) -> bool:
    annotation = node.get("x-ecr")
    return isinstance(annotation, dict) and bool(annotation.get("always"))


def _lengths(dialect: Dialect, node: dict[str, Any], pointer: str) -> dict[str, Shape]:
    """The choices of an array: how many elements it has."""
    if "items" not in node:
        raise dialect.refusal(pointer, "an array says what its items are")
    low, high = node.get("minItems", 0), node.get("maxItems")
    least = max(low, 2)
    most = least + 1 if high is None else min(least + 1, high)
    shapes: dict[str, Shape] = {}
    for label, fewest, greatest, reach in (
        ("empty", 0, 0, 0),
        ("one", 1, 1, 1),
        ("several", least, most, None),
    ):
        if low <= fewest <= greatest and (high is None or greatest <= high):
            shapes[label] = Items(fewest, greatest, reach, "", None)
    if not shapes:
        raise dialect.refusal(pointer, "no value is admitted")
    return shapes


def _numbers(node: dict[str, Any]) -> dict[str, Shape]:
    """The choices of an integer: zero, where that is the least, and some other number."""
    high = node.get("maximum")
    low = node.get("minimum", 0 if high is None else min(0, high))
    first = 1 if low == 0 else low
    last = first + _WIDTH if high is None else min(first + _WIDTH, high)
    shapes: dict[str, Shape] = {}
    if low == 0:
        shapes["zero"] = Exactly(0)
    if low != 0 or high != 0:
        shapes["some"] = Whole(first, last, None, first)
    return shapes


def _string(dialect: Dialect, node: dict[str, Any], pointer: str) -> Word:
    text = node.get("pattern")
    if text is not None:
        pattern = dialect.pattern(text, pointer)
        return Word(pattern, pattern, pattern.word(Digits()))
    low, high = max(node.get("minLength", 1), 1), node.get("maxLength", 20)
    longest = max(low, min(high, low + 20))
    return Word(None, dialect.pattern(f"^[a-z]{{{low},{longest}}}$", pointer), "a" * low)


def _slug(value: Any) -> str:
    """What a value of a list is called."""
    slug = re.sub(r"[^a-z0-9.]+", "-", str(value).lower()).strip("-")
    if slug:
        return slug
    return "odd" if value else "empty"


# --- declared -------------------------------------------------------------------------------------


def check_annotations(
    dialect: Dialect, spec: Mapping[str, Any], json_type: str, pointer: str
) -> None:
    """Refuses annotations of a choice that do not belong together, or to a place of this type."""
    dialect.check_keys(spec, CHOICE_ANNOTATIONS, pointer, "annotation")
    dialect.check_provenance(spec, pointer)
    shaping = sorted(SHAPE_ANNOTATIONS & set(spec))
    if len(shaping) > 1:
        raise dialect.refusal(pointer, f"says both {shaping[0]!r} and {shaping[1]!r}")
    for key in spec:
        if key in SHAPE_ANNOTATIONS and json_type not in _TYPES_OF.get(key, _SCALARS):
            raise dialect.refusal(f"{pointer}/{key}", f"means nothing for {IN_WORDS[json_type]}")
        if key in _NEEDED_BESIDE and not _NEEDED_BESIDE[key] & set(spec):
            owners = " or ".join(map(repr, sorted(_NEEDED_BESIDE[key])))
            raise dialect.refusal(f"{pointer}/{key}", f"means nothing without {owners}")


def declared_shape(dialect: Dialect, spec: dict[str, Any], pointer: str) -> Shape:
    """The shape that a choice is declared to have."""
    if "value" in spec:
        return Exactly(spec["value"])
    if "values" in spec:
        if not spec["values"]:
            raise dialect.refusal(f"{pointer}/values", "names no value")
        return OneOf(tuple(spec["values"]))
    if "range" in spec:
        return _declared_range(dialect, spec, pointer)
    if "length" in spec:
        return _declared_length(dialect, spec, pointer)
    return _declared_pattern(dialect, spec, pointer)


def _declared_range(dialect: Dialect, spec: dict[str, Any], pointer: str) -> Whole:
    low, high = _bounds(dialect, spec, "range", pointer)
    example = spec.get("example", low)
    if example not in range(low, high + 1):
        raise dialect.refusal(pointer, f"the example {example!r} is not within the range")
    return Whole(low, high, None, example)


def _declared_length(dialect: Dialect, spec: dict[str, Any], pointer: str) -> Items:
    low, high = _bounds(dialect, spec, "length", pointer)
    template = spec.get("template")
    if template is not None and [low, high] != [len(template)] * 2:
        problem = f"the template gives {len(template)} elements, the length says {spec['length']}"
        raise dialect.refusal(pointer, problem)
    return Items(low, high, None, spec.get("others", ""), tuple(template) if template else None)


def _declared_pattern(dialect: Dialect, spec: dict[str, Any], pointer: str) -> Word:
    recognised = dialect.pattern(spec["pattern"], pointer)
    drawn = dialect.pattern(spec.get("draw", spec["pattern"]), pointer)
    example = spec.get("example", drawn.word(Digits()))
    if "frame" in spec:
        return Word(recognised, drawn, example, spec["frame"])
    if not recognised.matches(example):
        raise dialect.refusal(pointer, f"the example {example!r} does not match the pattern")
    for word in _some_words(drawn):
        if not recognised.matches(word):
            raise dialect.refusal(pointer, f"it draws {word!r}, which its pattern does not match")
    return Word(recognised, drawn, example)


def _bounds(dialect: Dialect, spec: dict[str, Any], key: str, pointer: str) -> tuple[int, int]:
    match spec[key]:
        case [int(low), int(high)] if low <= high and (low >= 0 or key == "range"):
            return low, high
    problem = f"is wanted as [least, most], not {json.dumps(spec[key])}"
    raise dialect.refusal(f"{pointer}/{key}", problem)


# --- both -----------------------------------------------------------------------------------------


def check_admitted(dialect: Dialect, shape: Shape, node: dict[str, Any], pointer: str) -> None:
    """Refuses a choice that gives what the schema does not admit."""
    match shape:
        case Word(_, draw, _, ""):
            shortest, longest = draw.lengths()
            if shortest < node.get("minLength", 0) or longest > node.get("maxLength", longest):
                problem = f"it draws words of {shortest} to {longest} characters"
                raise dialect.refusal(pointer, f"{problem}, which the schema refuses")
        case Items(low, high):
            for count in (low, high):
                if not node.get("minItems", 0) <= count <= node.get("maxItems", count):
                    raise dialect.refusal(pointer, f"the schema refuses a list of {count}")
    for value in some_values(shape):
        if not admits(node, value):
            raise dialect.refusal(pointer, f"the schema refuses {json.dumps(value)}")


def with_reach(shapes: dict[str, Shape]) -> dict[str, Shape]:
    """The shapes with how far those that count are recognised.

    It is up to their end where another one goes further, else without a limit.
    """
    result = dict(shapes)
    for label, shape in shapes.items():
        if isinstance(shape, (Items, Whole)):
            has_end = isinstance(shape, Items) and shape.high == 0
            for other in shapes.values():
                has_end |= isinstance(other, (Items, Whole)) and other.low > shape.high
            result[label] = replace(shape, reach=shape.high if has_end else None)
    return result


def some_values(shape: Shape) -> list[Any]:
    """Some values that a choice gives; none where they are made of what lies within."""
    match shape:
        case Exactly(value):
            return [value]
        case OneOf(values):
            return list(values)
        case Whole(low, high, _, example):
            return [low, high, example]
        case Word(_, Pattern() as draw, example, ""):
            return [example, *_some_words(draw)]
        case _:
            return []


@cache
def _some_words(pattern: Pattern) -> list[str]:
    return [pattern.word(Digits(number)) for number in _PROBES]
