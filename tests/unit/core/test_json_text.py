"""JSON as text, in three forms that Python's reader reads the same."""

from __future__ import annotations

import json

import pytest

from ecr_contracts.core import json_text

VALUE = {"b": [1, 2.5, None], "a": "größer 日本", "": {}}


@pytest.mark.parametrize("form", [json_text.compact, json_text.one_line, json_text.indented])
def test_every_form_gives_the_value_again_with_its_keys_in_their_order(form):
    assert list(json.loads(form(VALUE)).items()) == list(VALUE.items())
    assert "größer 日本" in form(VALUE)


def test_compact_has_no_space_between_the_parts():
    assert json_text.compact(VALUE) == '{"b":[1,2.5,null],"a":"größer 日本","":{}}'


def test_one_line_has_a_space_after_commas_and_colons():
    assert json_text.one_line(VALUE) == '{"b": [1, 2.5, null], "a": "größer 日本", "": {}}'


def test_indented_has_a_line_for_each_part():
    assert json_text.indented({"a": [1]}) == '{\n  "a": [\n    1\n  ]\n}'
