"""Places are judged by json itself: what it parses at an offset."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.audit import json_places
from ecr_contracts.core import json_path
from tests.unit.audit.json_texts import formatted, same, steps_of, text_of_keys


@given(formatted())
def test_every_path_leads_to_where_json_reads_the_value(written):
    value, text = written
    decoder = json.JSONDecoder()
    for steps in steps_of(value):
        assert same(
            decoder.raw_decode(text, json_places.Places(text).offset_of(steps))[0],
            json_path.at(value, steps),
        )
        key = decoder.raw_decode(text, json_places.Places(text).offset_of(steps, key=True))[0]
        assert same(
            key, steps[-1] if steps and isinstance(steps[-1], str) else json_path.at(value, steps)
        )


@given(formatted(), st.lists(text_of_keys | st.integers(0, 5), max_size=3))
def test_a_path_that_leads_nowhere_ends_at_the_last_value_on_the_way(written, steps):
    value, text = written
    there = 0
    while there < len(steps) and json_path.at(value, steps[: there + 1]) is not json_path.MISSING:
        there += 1
    places = json_places.Places(text)
    assert places.offset_of(tuple(steps)) == places.offset_of(tuple(steps[:there]))


def test_of_a_repeated_key_the_last_counts():
    text = '{"a": 1, "b": 2, "a": 3}'
    assert text[json_places.Places(text).offset_of(("a",))] == "3"
    assert json_places.Places(text).offset_of(("a",), key=True) == 17


def test_leading_white_space_is_not_part_of_a_value():
    assert json_places.Places(" \n[1]").offset_of(()) == 2


def test_text_that_is_no_json_is_searched_as_far_as_it_goes():
    assert json_places.Places('{"a": 1, "b"').offset_of(("b",)) == 0


@given(st.text(alphabet="ab\n"), st.data())
def test_lines_and_columns_are_those_of_a_split(text, data):
    offset = data.draw(st.integers(0, len(text)))
    start = data.draw(st.integers(0, offset))
    before = text[:offset].split("\n")
    assert json_places.line_and_column(text, offset) == (len(before), len(before[-1]) + 1)
    line, column = json_places.line_and_column(text, start)
    assert json_places.line_and_column(text, offset, start=start, line=line, column=column) == (
        len(before),
        len(before[-1]) + 1,
    )
    places = json_places.Places(text[start:])
    assert places.line_and_column(offset - start, line, column) == (
        len(before),
        len(before[-1]) + 1,
    )


def test_a_list_is_read_once_however_many_places_in_it_are_asked_for(monkeypatch):
    children = json_places._children
    reads = []

    def counted(text, at):
        reads.append(at)
        return children(text, at)

    monkeypatch.setattr(json_places, "_children", counted)
    text = json.dumps([{"a": 1}] * 300)
    for index in range(300):
        offset = json_places.places_in(text).offset_of((index, "a"))
        assert text[offset] == "1"
    assert len(reads) == len(set(reads)) == 301
