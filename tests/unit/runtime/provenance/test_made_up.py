"""Made-up values are used as plain ones are, and say where they come from."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.provenance.made_up import JSON, Origin, Reads, origin_of, tagged

TEXTS = st.text(max_size=8)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def origin():
    return Origin(
        Effect(Sort.HTTP, "GET https://chat.example.invalid/"), None, Reads(lambda _: False)
    )


def classes(value):
    """The classes of a value and of all that is in it."""
    inner = []
    if isinstance(value, dict):
        inner = [*value, *value.values()]
    elif isinstance(value, list):
        inner = list(value)
    return [type(value), *(kind for part in inner for kind in classes(part))]


@given(PLAIN)
def test_a_made_up_value_is_what_a_plain_one_is(value):
    made = tagged(value, origin())
    assert made == value
    assert json.dumps(made) == json.dumps(value)
    assert repr(made) == repr(value)
    assert isinstance(made, type(value))
    assert type(made).__name__ == type(value).__name__


@pytest.mark.parametrize(
    "read",
    [
        lambda made: made["items"],
        lambda made: made.get("items"),
        lambda made: "items" in made,
        lambda made: list(made),
        lambda made: made.keys(),
        lambda made: dict.__getitem__(made, "items")[0],
        lambda made: len(dict.__getitem__(made, "items")),
    ],
    ids=["key", "get", "in", "iteration", "keys", "element", "length"],
)
def test_what_reads_a_made_up_value_is_noted_with_its_place(read):
    """In the consumer's own code alone; here all code is its own, or none."""
    noted, unnoted = (Reads(lambda _, owns=owns: owns) for owns in (True, False))
    for reads in (noted, unnoted):
        origin = Origin(Effect(Sort.HTTP, "GET https://chat.example.invalid/"), None, reads)
        made = tagged({"items": ["x"]}, origin)
        reads.places.clear()
        read(made)
    assert read.__code__ in {code for code, _ in noted.places}
    assert unnoted.places == {}


@given(PLAIN)
def test_a_pickle_of_it_is_plain(value):
    assert classes(pickle.loads(pickle.dumps(tagged(value, origin())))) == classes(value)


@given(PLAIN.filter(lambda value: value is not None and not isinstance(value, bool)))
def test_a_copy_of_it_says_the_same(value):
    copied = copy.deepcopy(tagged(value, origin()))
    assert copied == value
    assert origin_of(copied) == origin()


@given(TEXTS, TEXTS)
def test_what_is_made_of_a_text_is_what_plain_texts_make(text, other):
    made = tagged(text, origin())
    assert made + other == text + other
    assert other + made == other + text
    assert made.split("a") == text.split("a")
    assert made.upper() == text.upper()
    assert f"{made}{other}" == text + other
    assert (other in made) == (other in text)
    assert origin_of(other + made) == origin()
    assert all(origin_of(part) == origin() for part in made.split("a"))


def test_the_parts_of_an_answer_say_their_way_into_it():
    made = tagged({"services": [{"name": "web", "count": 2}]}, origin())
    assert origin_of(made["services"][0]["name"]).path == ("services", 0, "name")
    with pytest.raises(KeyError) as raised:
        made["services"][0]["status"]
    assert origin_of(raised.value).missing == "status"
    with pytest.raises(IndexError) as beyond:
        made["services"][7]
    assert origin_of(beyond.value).path == ("services",)


def test_a_document_that_nobody_has_described_holds_what_is_looked_up():
    made = tagged({}, origin().inner(JSON))
    assert made["message"]["ts"]
    assert origin_of(made["message"]["ts"]).path == (JSON, "message", "ts")
    assert int(made["count"]) + 1 == 11
    assert made["count"] > 3
    assert [item["id"] for item in made["items"]]
    assert made["message"].get("error") is None
    assert "error" not in made
    assert set(made) == {"message", "count", "items"}
