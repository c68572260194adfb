"""Event patterns and events that speak of the same few keys and values, so that they often meet."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

TEXTS = st.sampled_from(["", "a", "b", "A", "ab", "ba", "aab", "*", "\\", "10.0.0.1", "::1", "ß"])
NUMBERS = st.sampled_from([0, 1, -1, 2, 1.0, 0.5, 100, 1e2, 2**53, 10**16 + 1, 1e300])
EXACT_NUMBERS = st.sampled_from([0, 1, -1, 2, 0.5, 100, 1e300])
SCALARS = TEXTS | NUMBERS | st.none() | st.booleans()
KEYS = st.sampled_from(["a", "b", "c", "a.b", "a-b"])

WILDCARDS = st.lists(st.sampled_from(["a", "b", "*", "\\*", "\\\\"]), max_size=6).map(
    lambda parts: "".join(
        part
        for part, before in zip(parts, ["", *parts], strict=False)
        if (part, before) != ("*", "*")
    )
)
SOME_TEXT = st.sampled_from(["a", "b", "A", "ab"])


def _operator(name: str, operands: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return operands.map(lambda operand: {name: operand})


def _one_or_list(operands: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return operands | st.lists(operands, min_size=1, max_size=2)


_FOLDED = _operator("equals-ignore-case", TEXTS)
_RANGES = st.tuples(
    st.sampled_from([">", ">="]),
    st.integers(-2, 1),
    st.sampled_from(["<", "<="]),
    st.integers(2, 4),
).map(list)
_COMPARISONS = st.tuples(st.sampled_from(["=", "<", "<=", ">", ">="]), EXACT_NUMBERS).map(list)

OPERATORS = st.one_of(
    _operator("exists", st.booleans()),
    _operator("prefix", TEXTS | _FOLDED),
    _operator("suffix", TEXTS | _FOLDED),
    _FOLDED,
    _operator("wildcard", WILDCARDS),
    _operator("numeric", _RANGES | _COMPARISONS),
    _operator("cidr", st.sampled_from(["10.0.0.0/24", "::/0", "0.0.0.0/0", "2001:db8::/32"])),
    _operator("anything-but", _one_or_list(TEXTS)),
    _operator("anything-but", _one_or_list(EXACT_NUMBERS)),
    _operator("anything-but", _operator("prefix", _one_or_list(SOME_TEXT))),
    _operator("anything-but", _operator("suffix", _one_or_list(SOME_TEXT))),
    _operator("anything-but", _operator("equals-ignore-case", _one_or_list(TEXTS))),
    _operator("anything-but", _operator("wildcard", _one_or_list(WILDCARDS))),
)
LEAVES = st.lists(SCALARS | OPERATORS, min_size=1, max_size=3)


def _with_alternatives(
    objects: st.SearchStrategy[dict[str, Any]],
) -> st.SearchStrategy[dict[str, Any]]:
    alternatives = st.lists(objects, min_size=2, max_size=3).map(lambda listed: {"$or": listed})
    return st.builds(lambda one, other: one | other, objects, alternatives)


FLAT_PATTERNS = st.recursive(
    st.dictionaries(KEYS, LEAVES, min_size=1, max_size=3),
    lambda inner: st.dictionaries(KEYS, LEAVES | inner, min_size=1, max_size=3),
    max_leaves=3,
)
"""Patterns without `$or`."""

PATTERNS = st.one_of(
    FLAT_PATTERNS,
    _with_alternatives(FLAT_PATTERNS),
    st.dictionaries(KEYS, _with_alternatives(FLAT_PATTERNS), min_size=1, max_size=2),
)
"""Valid patterns as data."""

_VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
EVENTS = st.dictionaries(KEYS, _VALUES, max_size=4)
"""Events as data; their arrays hold objects and other arrays as well."""

JSON_VALUES = st.recursive(
    SCALARS | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS | st.sampled_from(["$or", "prefix", "exists"]), inner, max_size=3)
    ),
    max_leaves=8,
)
"""Anything that JSON can say, most of it no pattern."""


def shuffled(value: Any, draw: Any) -> Any:
    """The same JSON value with the keys of its objects in another order."""
    if isinstance(value, dict):
        pairs = draw(st.permutations(list(value.items())))
        return {key: shuffled(inner, draw) for key, inner in pairs}
    if isinstance(value, list):
        return [shuffled(inner, draw) for inner in value]
    return value


def respelled(number: float) -> st.SearchStrategy[str]:
    """Other spellings of a number in JSON."""
    plain = json.dumps(number)
    spellings = [plain, plain + ("" if "e" in plain else "e0")]
    if isinstance(number, int):
        spellings += [f"{number}.0", f"{number * 10}e-1", f"{number}.000E+0"]
    return st.sampled_from(spellings)
