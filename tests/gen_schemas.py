"""Small schemas with a baseline each, of every keyword that the reader understands."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]

_WORDS = [
    {"type": "string", "pattern": "^[a-z]{2,5}$"},
    {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "maxLength": 7},
    {"type": "string", "pattern": "^(ab|cd)(-[0-9]{1,3})?$", "minLength": 2, "maxLength": 6},
]
_MATCHING = ["abc", "2026-03", "cd-12"]
_ENUMS = [["RED", "GREEN"], ["ONE_ONLY"], ["a", "b", "c", "d"], [1, 2, 30], [True, False], [True]]


@st.composite
def schemas(draw: Draw, depth: int = 2) -> dict[str, Any]:
    """A schema without constraints. Every key within it is called differently."""
    node, baseline = _object(draw, (f"k{number}" for number in count(1)), depth)
    node["properties"] = {"sort": {"const": "made"}, **node["properties"]}
    node["required"] = ["sort", *node.get("required", [])]
    node["x-ecr"] = {"discriminator": ["$.sort"], "baseline": {"sort": "made", **baseline}}
    return node


def _place(draw: Draw, names: Any, depth: int) -> tuple[dict[str, Any], Any]:
    """One place of a schema, and what the baseline has there."""
    makers = [_string, _integer, _boolean, _word, _listed]
    if depth:
        makers += [_object, _array]
    maker: Any = draw(st.sampled_from(makers))
    found: tuple[dict[str, Any], Any]
    found = maker(draw, names, depth - 1) if maker in (_object, _array) else maker(draw)
    return found


def _string(draw: Draw) -> tuple[dict[str, Any], Any]:
    node: dict[str, Any] = {"type": "string"}
    low = draw(st.integers(0, 3))
    if draw(st.booleans()):
        node["minLength"] = low
    if draw(st.booleans()):
        node["maxLength"] = max(low, 1) + draw(st.integers(0, 3))
    match draw(st.integers(0, 3)):
        case 0 if not node.get("minLength"):
            node["x-ecr"] = {"choices": {"none": {"value": ""}, "plain": {"evidence": "captured"}}}
        case 1 if node.get("maxLength", 4) > 3 and node.get("minLength", 0) <= 2:
            node["x-ecr"] = {
                "choices": {
                    "upper": {"pattern": "^[A-Z]{2,4}$", "draw": "^[A-C]{2,3}$"},
                    "odd": {"values": ["%%%", "%%"]},
                }
            }
            return node, "XYZ"
    return node, "b" * max(low, 1)


def _word(draw: Draw) -> tuple[dict[str, Any], Any]:
    which = draw(st.integers(0, len(_WORDS) - 1))
    return dict(_WORDS[which]), _MATCHING[which]


def _listed(draw: Draw) -> tuple[dict[str, Any], Any]:
    values = draw(st.sampled_from(_ENUMS))
    sort = {bool: "boolean", int: "integer", str: "string"}[type(values[0])]
    node: dict[str, Any] = {"type": sort} if draw(st.booleans()) else {}
    node |= {"const": values[0]} if draw(st.booleans()) else {"enum": values}
    return node, values[0] if "const" in node else draw(st.sampled_from(values))


def _integer(draw: Draw) -> tuple[dict[str, Any], Any]:
    node: dict[str, Any] = {"type": "integer"}
    low = draw(st.integers(-5, 5))
    high = low + draw(st.integers(0, 5))
    if bounded_below := draw(st.booleans()):
        node["minimum"] = low
    if bounded_above := draw(st.booleans()):
        node["maximum"] = high
    if bounded_below and high > low and draw(st.booleans()):
        node["x-ecr"] = {
            "choices": {"few": {"range": [low, low]}, "many": {"range": [low + 1, high]}}
        }
    if not bounded_below:
        high = max(high, 0)
        node |= {"maximum": high} if bounded_above else {}
        low = 0
    return node, draw(st.integers(low, high))


def _boolean(draw: Draw) -> tuple[dict[str, Any], Any]:
    return {"type": "boolean"}, draw(st.booleans())


def _object(draw: Draw, names: Any, depth: int) -> tuple[dict[str, Any], dict[str, Any]]:
    properties, baseline, required = {}, {}, []
    for _ in range(draw(st.integers(1 if depth == 2 else 0, 3))):
        name = next(names)
        properties[name], value = _place(draw, names, depth)
        if draw(st.booleans()):
            required.append(name)
            baseline[name] = value
        elif draw(st.booleans()):
            baseline[name] = value
    node: dict[str, Any] = {"type": "object", "properties": properties}
    return (node | {"required": required} if required else node), baseline


def _array(draw: Draw, names: Any, depth: int) -> tuple[dict[str, Any], list[Any]]:
    items, value = _place(draw, names, depth)
    node: dict[str, Any] = {"type": "array", "items": items}
    low = draw(st.integers(0, 4))
    high = low + draw(st.integers(0, 3))
    if draw(st.booleans()):
        node["minItems"] = low
    else:
        low = 0
    if draw(st.booleans()):
        node["maxItems"] = high
    length = draw(st.integers(low, max(low, min(high, 2))))
    return node, [value] * length


SORTS = ("string", "integer", "boolean", "object", "array")

_KEYS = [
    *(
        "type",
        "const",
        "enum",
        "pattern",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
    ),
    *(
        "items",
        "properties",
        "required",
        "$ref",
        "allOf",
        "x-ecr",
        "choices",
        "value",
        "values",
        "range",
        "length",
    ),
    *(
        "template",
        "others",
        "draw",
        "example",
        "evidence",
        "noun",
        "discriminator",
        "baseline",
        "constraints",
    ),
    *("when", "then", "because", "a", "$.a", "$.sort"),
]
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.sampled_from([*SORTS, "a", "^a$", "#", "$.a", "inferred"])
)

NONSENSE = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4)
    ),
    max_leaves=10,
)
"""JSON with the words of schemas in all the wrong places."""
