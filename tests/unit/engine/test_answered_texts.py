"""What an answer says is the same set of texts, whether places and order are wanted or not."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.engine.relations import effects_view

CONTENT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(), inner, max_size=3)
        | inner.map(json.dumps)
    ),
    max_leaves=8,
)


@given(CONTENT)
def test_texts_are_those_of_the_leaves(content):
    texts: set[str] = set()
    effects_view._add_texts(content, texts)
    assert texts == {text for _, text in effects_view._leaves(content, ())}
