"""Strategies for JSON: values, the many ways to write one down, and texts that are nearly JSON."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from ecr_contracts.core import json_path

text_of_keys = st.one_of(
    st.sampled_from(["a", "b", "image-tags", "", '"', "\\", "\n", "é", "😀", "]}"]),
    st.text(max_size=5),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(['{"a": [1, 2]}', '"', "\\", '":', "[", "\ud800"]),
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text_of_keys, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def formatted(draw: st.DrawFn, values: st.SearchStrategy[Any] = json_values) -> tuple[Any, str]:
    """A value and one of the many ways to write it down."""
    value = draw(values)
    text = json.dumps(
        value,
        indent=draw(st.sampled_from([None, 0, 2, "\t"])),
        separators=(
            draw(st.sampled_from([",", ", ", "\n,", " \r ,\t"])),
            draw(st.sampled_from([":", ": ", " : ", "\n:\n"])),
        ),
        ensure_ascii=draw(st.booleans()),
    )
    return value, text


def same(left: Any, right: Any) -> bool:
    """Equal also where Python takes 1, 1.0 and True for the same."""
    return json.dumps(left) == json.dumps(right)


def steps_of(value: Any, steps: json_path.Steps = ()) -> list[json_path.Steps]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [steps, *(path for step, child in inner for path in steps_of(child, (*steps, step)))]


pieces_of_json = st.lists(
    st.sampled_from(
        [
            *'{}[],:"\\ \n',
            '"a"',
            '"a":',
            '"\\u00e9"',
            '"\\u00"',
            "0",
            "-1",
            "1.5e3",
            "01",
            "true",
            "nul",
            "NaN",
            "-Infinity",
            "'",
            "/",
        ]
    ),
    max_size=12,
).map("".join)
