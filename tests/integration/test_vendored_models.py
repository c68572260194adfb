"""Models that are generated for other schemas than ours: they accept what those accept."""

import sys
import types
from random import Random

import jsonschema
import pytest

from ecr_contracts.events.generate.hypothesis_plugin import NOT_VENDORED
from tests.unit.events import test_models, test_records_and_structs
from tests.unit.events.test_models import LONE, mutants, twice_changed

EVERY_KEYWORD = {
    "title": "Every keyword",
    "type": "object",
    "required": ["one", "yes"],
    "properties": {
        "one": {"const": 1},
        "few": {"enum": [0, 1, 2], "type": "integer"},
        "yes": {"const": True},
        "flag": {"type": "boolean"},
        "letter": {"enum": ["a", "B-c"]},
        "1st": {"type": "integer", "minimum": 1, "maximum": 9},
        "class": {"type": "string", "pattern": "^a+$"},
        "unguarded": {"type": "string", "pattern": "^[0-9]{2}$"},
        "short": {"type": "string", "minLength": 1, "maxLength": 3},
        "copy": {"type": "string"},
        "_private": {"type": "string"},
        "model_name": {"type": "string"},
        "open": {"type": "object"},
        "pair": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "string", "maxLength": 2},
        },
        "free": {"type": "array"},
        "grid": {
            "type": "array",
            "items": {"type": "array", "items": {"type": "integer", "minimum": 0}},
        },
        "layers": {
            "type": "array",
            "items": {
                "title": "Layer",
                "type": "object",
                "required": ["size"],
                "properties": {"size": {"type": "integer"}},
            },
        },
    },
}


@pytest.fixture
def vendored(request, monkeypatch):
    """What a vendored copy of the classes for some schemas defines, by the name of their module."""
    generator = pytest.importorskip(f"generators.{request.param}")

    def of(schemas):
        text = generator.text(schemas).partition(NOT_VENDORED)[0]
        module = types.ModuleType("vendored")
        monkeypatch.setitem(sys.modules, "vendored", module)  # where types are looked up by name
        exec(compile(text, "vendored.py", "exec", dont_inherit=True), vars(module))
        return vars(module)

    return of


@pytest.mark.parametrize(
    ("vendored", "judged", "changed"),
    [
        ("models", test_models.judged, {}),
        ("records", test_records_and_structs.judged, {}),
        # msgspec has no Literal[True].
        ("structs", test_records_and_structs.judged, {"yes": {"type": "boolean"}}),
    ],
    indirect=["vendored"],
)
def test_class_and_schema_agree_whatever_the_keywords(vendored, judged, changed):
    schema = EVERY_KEYWORD | {"properties": EVERY_KEYWORD["properties"] | changed}
    whole = {
        "one": 1,
        "few": 2,
        "yes": True,
        "flag": False,
        "letter": "a",
        "1st": 1,
        "class": "a",
        "unguarded": "12",
    }
    whole |= {
        "short": "abc",
        "copy": "c",
        "_private": "p",
        "model_name": "m",
        "open": {"a": [LONE]},
    }
    whole |= {
        "free": [1],
        "pair": ["a", LONE],
        "grid": [[1, 2], []],
        "layers": [{"size": 1, LONE: 2}, {"size": 2}],
    }
    cls = vendored({"every": schema})["EveryKeyword"]
    validator = jsonschema.Draft202012Validator(schema)
    verdicts = judged(
        cls, validator, [whole, *mutants(whole, set()), *twice_changed(whole, Random(1), 1000)]
    )
    assert verdicts[True] > 300
    assert verdicts[False] > 300
