"""Typed dictionaries: on `typing` alone, with the keys of the schemas, known to type checkers and
to Hypothesis.
"""

import ast
import copy
import sys
import typing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.events import types
from ecr_contracts.events.compile import reader, references
from ecr_contracts.events.generate.hypothesis_plugin import NOT_VENDORED
from tests import oracle

PLACES = sorted(types.PLACES.items(), key=lambda item: item[0].__name__)


def imported():
    """The modules that `types.py` imports."""
    for node in ast.walk(ast.parse(Path(types.__file__).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_the_standard_library_is_enough(monkeypatch):
    assert set(imported()) == {"collections.abc", "sys", "typing", "typing_extensions"}
    monkeypatch.setitem(sys.modules, "typing_extensions", None)
    namespace = {}
    exec(Path(types.__file__).read_text("utf-8").partition(NOT_VENDORED)[0], namespace)
    assert namespace["PushEvent"].__required_keys__ == types.PushEvent.__required_keys__


@pytest.mark.parametrize(("cls", "place"), PLACES)
def test_keys_are_those_of_the_schema(cls, place):
    schema = schema_at(place)
    required = set(schema.get("required", ()))
    assert list(cls.__annotations__) == list(schema["properties"])
    assert cls.__required_keys__ == required
    assert cls.__optional_keys__ == set(schema["properties"]) - required


@pytest.mark.parametrize(("cls", "place"), PLACES)
def test_types_are_those_of_the_schema(cls, place):
    schema = schema_at(place)
    for key, hint in typing.get_type_hints(cls).items():
        assert_is_type(hint, schema["properties"][key])


def schema_at(place):
    kind, steps = place
    schema = references.merged_schema(kind)
    for step in steps:
        schema = schema["items"] if isinstance(step, int) else schema["properties"][step]
    return schema


def assert_is_type(hint, node):
    simple = {"string": str, "integer": int, "number": float, "boolean": bool, "null": type(None)}
    if "const" in node:
        assert hint == typing.Literal[node["const"]]
    elif isinstance(node["type"], list):
        assert type(None) in typing.get_args(hint)
        [other] = set(typing.get_args(hint)) - {type(None)}
        assert_is_type(other, node | {"type": node["type"][0]})
    elif node["type"] == "array":
        [element] = typing.get_args(hint)
        assert typing.get_origin(hint) is list
        assert_is_type(element, node["items"])
    elif node["type"] == "object" and node.get("properties"):
        assert list(schema_at(types.PLACES[hint])["properties"]) == list(node["properties"])
    elif node["type"] == "object":
        assert typing.get_origin(hint) is dict
    else:
        assert hint is simple[node["type"]]


def test_everything_public_is_a_class_or_their_union():
    assert sorted([*(cls.__name__ for cls in types.PLACES), "EcrEvent"]) == types.__all__
    union, _ = typing.get_args(types.EcrEvent)
    assert set(typing.get_args(union)) == {cls for cls, (_, steps) in PLACES if not steps}


def test_pydantic_judges_an_event_by_its_kind_alone():
    pydantic = pytest.importorskip("pydantic")
    adapter = pydantic.TypeAdapter(types.EcrEvent)
    for kind in oracle.KINDS:
        event = copy.deepcopy(dict(reader.contract(kind).baseline))
        assert adapter.validate_python(event) == event
        event["account"] = 7
        with pytest.raises(pydantic.ValidationError) as refusal:
            adapter.validate_python(event)
        [error] = refusal.value.errors()
        assert error["loc"][1:] == ("account",)


def test_descriptions_stand_beside_what_they_describe():
    text = Path(types.__file__).read_text("utf-8")
    assert (
        "        # How the scan ended. Not `result`: that is a word of pushes.\n"
        '        "scan-status": str,\n' in text
    )
    assert '    """Findings of severity HIGH."""\n' in text
    assert '"""Detail of a basic scan."""\n' in text


def test_the_vendored_text_is_whole():
    text = Path(types.__file__).read_text("utf-8")
    assert text.count(f"\n{NOT_VENDORED}\n") == 1
    namespace = {}
    exec(text.partition(NOT_VENDORED)[0], namespace)
    assert all(name in namespace for name in types.__all__)


@pytest.mark.parametrize(("cls", "place"), PLACES)
@settings(max_examples=10)
@given(st.data())
def test_hypothesis_draws_every_class(cls, place, data):
    kind, steps = place
    value = data.draw(st.from_type(cls))
    assert cls.__required_keys__ <= set(value) <= set(cls.__annotations__)
    whole = copy.deepcopy(dict(reader.contract(kind).baseline))
    if not steps:
        assert oracle.accepts(kind, value)
    elif json_path.at(whole, steps) is not MISSING:
        *outer, last = steps
        json_path.at(whole, outer)[last] = value
        assert oracle.accepts(kind, whole)


def takes_an_event(event: types.EcrEvent, counts: types.FindingSeverityCounts):
    return event, counts


@given(st.builds(takes_an_event))
def test_hypothesis_fills_in_by_annotation(both):
    event, counts = both
    assert any(oracle.accepts(kind, event) for kind in oracle.KINDS)
    assert all(value >= 0 for value in counts.values())
