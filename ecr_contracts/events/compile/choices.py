"""Shapes: what a choice looks like, as keywords give it or as it is declared, and whether the schema admits it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from typing import Any

from ecr_contracts.events.compile.keywords import CHOICE_ANNOTATIONS, IN_WORDS, Terms, admits
from ecr_contracts.events.regexes import Digits, Pattern
from ecr_contracts.events.shapes import Exactly, Items, Object, OneOf, Shape, Whole, Word

SHAPING = {"value", "values", "pattern", "range", "length"}
"""The annotations of a choice that say what it looks like."""
_BESIDE = {
    "draw": {"pattern"},
    "example": {"pattern", "range"},
    "others": {"length"},
    "template": {"length"},
}
_SHAPED = {
    "pattern": {"string"},
    "range": {"integer"},
    "length": {"array"},
}  # the other two: every scalar
_SCALARS = {"string", "integer", "boolean"}
_PROBES = (
    *range(4),
    *(3 ** (101 * number) + number for number in range(1, 6)),
)  # words to try a pattern with


def derived(
    terms: Terms, node: dict[str, Any], sort: str, pointer: str, declared: bool
) -> dict[str, Shape]:
    """The choices that the keywords alone give."""
    if "const" in node:
        return {"only": Exactly(node["const"])}
    if "enum" in node:
        names = [_slug(value) for value in node["enum"]]
        if not declared and (
            clash := [name for name in names if names.count(name) > 1 or name == "absent"]
        ):
            problem = f"two values would be called {clash[0]!r}; declare choices for them"
            raise terms.refusal(f"{pointer}/enum", problem)
        return {name: Exactly(value) for name, value in zip(names, node["enum"], strict=True)}
    match sort:
        case "object":
            filled: dict[str, Shape] = {"present": Object(empty=False)}
            if not node.get("properties"):
                return {"empty": Object(empty=True)}
            return filled if node.get("required") else {"empty": Object(empty=True), **filled}
        case "array":
            return _lengths(terms, node, pointer)
        case "boolean":
            return {"true": Exactly(True), "false": Exactly(False)}
        case "integer":
            high = node.get("maximum")
            low = node.get("minimum", 0 if high is None else min(0, high))
            first = 1 if low == 0 else low
            some = Whole(
                first, first + 999 if high is None else min(first + 999, high), None, first
            )
            if low != 0:
                return {"some": some}
            return {"zero": Exactly(0)} if high == 0 else {"zero": Exactly(0), "some": some}
        case _:
            text = node.get("pattern")
            if text is None:
                low, high = max(node.get("minLength", 1), 1), node.get("maxLength", 20)
                text = f"^[a-z]{{{low},{max(low, min(high, low + 20))}}}$"
                return {"plain": Word(None, terms.pattern(text, pointer), "a" * low)}
            pattern = terms.pattern(text, pointer)
            return {"plain": Word(pattern, pattern, pattern.word(Digits()))}


def _lengths(terms: Terms, node: dict[str, Any], pointer: str) -> dict[str, Shape]:
    """The choices of an array: how many elements it has."""
    if "items" not in node:
        raise terms.refusal(pointer, "an array says what its items are")
    low, high = node.get("minItems", 0), node.get("maxItems")
    least = max(low, 2)
    most = least + 1 if high is None else min(least + 1, high)
    bounds = {"empty": (0, 0, 0), "one": (1, 1, 1), "several": (least, most, None)}
    shapes: dict[str, Shape] = {
        label: Items(least, most, reach, "", None)
        for label, (least, most, reach) in bounds.items()
        if low <= least <= most and (high is None or most <= high)
    }
    if not shapes:
        raise terms.refusal(pointer, "no value is admitted")
    return shapes


def consistent(terms: Terms, spec: Any, sort: str, pointer: str) -> None:
    """That what is said of a choice belongs together, and to its place."""
    terms.only(spec, CHOICE_ANNOTATIONS, pointer, "annotation")
    shaping = sorted(SHAPING & set(spec))
    if len(shaping) > 1:
        raise terms.refusal(pointer, f"says both {shaping[0]!r} and {shaping[1]!r}")
    for key in spec:
        if key in SHAPING and sort not in _SHAPED.get(key, _SCALARS):
            raise terms.refusal(f"{pointer}/{key}", f"means nothing for {IN_WORDS[sort]}")
        if key in _BESIDE and not _BESIDE[key] & set(spec):
            owners = " or ".join(map(repr, sorted(_BESIDE[key])))
            raise terms.refusal(f"{pointer}/{key}", f"means nothing without {owners}")


def declared(terms: Terms, spec: dict[str, Any], pointer: str) -> Shape:
    """The shape that a choice is declared to have."""
    if "value" in spec:
        return Exactly(spec["value"])
    if "values" in spec:
        if not spec["values"]:
            raise terms.refusal(f"{pointer}/values", "names no value")
        return OneOf(tuple(spec["values"]))
    if "range" in spec:
        low, high = _ends(terms, spec, "range", pointer)
        example = spec.get("example", low)
        if example not in range(low, high + 1):
            raise terms.refusal(pointer, f"the example {example!r} is not within the range")
        return Whole(low, high, None, example)
    if "length" in spec:
        low, high = _ends(terms, spec, "length", pointer)
        template = spec.get("template")
        if template is not None and [low, high] != [len(template)] * 2:
            problem = (
                f"the template gives {len(template)} elements, the length says {spec['length']}"
            )
            raise terms.refusal(pointer, problem)
        return Items(low, high, None, spec.get("others", ""), tuple(template) if template else None)
    recognised = terms.pattern(spec["pattern"], pointer)
    drawn = terms.pattern(spec.get("draw", spec["pattern"]), pointer)
    example = spec.get("example", drawn.word(Digits()))
    if not recognised.matches(example):
        raise terms.refusal(pointer, f"the example {example!r} does not match the pattern")
    if strange := [word for word in _words(drawn) if not recognised.matches(word)]:
        raise terms.refusal(pointer, f"it draws {strange[0]!r}, which its pattern does not match")
    return Word(recognised, drawn, example)


def _ends(terms: Terms, spec: dict[str, Any], key: str, pointer: str) -> tuple[int, int]:
    match spec[key]:
        case [int(low), int(high)] if low <= high and (low >= 0 or key == "range"):
            return low, high
    raise terms.refusal(
        f"{pointer}/{key}", f"is wanted as [least, most], not {json.dumps(spec[key])}"
    )


def admitted(terms: Terms, shape: Shape, node: dict[str, Any], pointer: str) -> None:
    """That the schema admits what a choice gives."""
    match shape:
        case Word(_, draw, _):
            shortest, longest = draw.lengths()
            if shortest < node.get("minLength", 0) or longest > node.get("maxLength", longest):
                problem = f"it draws words of {shortest} to {longest} characters, which the schema refuses"
                raise terms.refusal(pointer, problem)
        case Items(low, high):
            for count in (low, high):
                if not node.get("minItems", 0) <= count <= node.get("maxItems", count):
                    raise terms.refusal(pointer, f"the schema refuses a list of {count}")
    if refused := [value for value in values(shape) if not admits(node, value)]:
        raise terms.refusal(pointer, f"the schema refuses {json.dumps(refused[0])}")


def apart(shapes: dict[str, Shape]) -> dict[str, Shape]:
    """The shapes, those that count recognised up to their end where another one goes further."""
    result = dict(shapes)
    for label, shape in shapes.items():
        if isinstance(shape, (Items, Whole)):
            ends = any(
                isinstance(other, (Items, Whole)) and other.low > shape.high
                for other in shapes.values()
            )
            ends = ends or (isinstance(shape, Items) and shape.high == 0)
            result[label] = replace(shape, reach=shape.high if ends else None)
    return result


def values(shape: Shape) -> list[Any]:
    """Some of the values that a choice gives; none where they are made of what lies within."""
    match shape:
        case Exactly(value):
            return [value]
        case OneOf(values):
            return list(values)
        case Whole(low, high, _, example):
            return [low, high, example]
        case Word(_, draw, example):
            return [example, *_words(draw)]
        case _:
            return []


@cache
def _words(pattern: Pattern) -> list[str]:
    """Some words of a pattern."""
    return [pattern.word(Digits(number)) for number in _PROBES]


def _slug(value: Any) -> str:
    """What a value of an enum is called."""
    return re.sub(r"[^a-z0-9.]+", "-", str(value).lower()).strip("-") or (
        "odd" if value else "empty"
    )
