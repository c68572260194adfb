"""Reading: a schema becomes its contract, or is refused by name and place."""

import copy
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import UnknownNameError, UnreadableSchemaError
from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.events.compile import reader, references
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.regexes import Digits
from tests import oracle
from tests.gen_schemas import NONSENSE, SORTS, schemas

NUMBERS = st.integers(0, 2**256)


def schema(properties=None, required=(), baseline=None, **annotations):
    """A schema with one constant and the properties."""
    return {
        "type": "object",
        "required": ["sort", *required],
        "properties": {"sort": {"const": "made"}, **(properties or {})},
        "x-ecr": {
            "discriminator": ["$.sort"],
            "baseline": {"sort": "made", **({} if baseline is None else baseline)},
            **annotations,
        },
    }


def read(*arguments, **annotations):
    return reader.read("made", schema(*arguments, **annotations))


def labels(contract, path):
    return [choice.label for choice in contract.by_path[path].choices]


# --- what is understood ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "value", "expected"),
    [
        ({"const": "x"}, "x", ["only"]),
        ({"enum": ["RED", "DARK_BLUE", ""]}, "RED", ["red", "dark-blue", "empty"]),
        ({"enum": ["text/html", "a+b c"]}, "a+b c", ["a-b-c", "text-html"]),
        ({"type": "string"}, "x", ["plain"]),
        ({"type": "string", "pattern": "^[a-z]$"}, "x", ["plain"]),
        ({"type": "boolean"}, False, ["false", "true"]),
        ({"type": "integer"}, 5, ["some", "zero"]),
        ({"type": "integer", "minimum": 0}, 0, ["zero", "some"]),
        ({"type": "integer", "minimum": 0, "maximum": 0}, 0, ["zero"]),
        ({"type": "integer", "minimum": 3}, 5, ["some"]),
        ({"type": "integer", "maximum": -3}, -3, ["some"]),
        ({"type": "integer", "minimum": -3, "maximum": -3}, -3, ["some"]),
        ({"type": "object"}, {}, ["empty"]),
        (
            {"type": "object", "properties": {"b": {"type": "string"}}},
            {"b": "x"},
            ["present", "empty"],
        ),
        (
            {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]},
            {"b": "x"},
            ["present"],
        ),
        ({"type": "array", "items": {"type": "string"}}, [], ["empty", "one", "several"]),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1}, ["x"], ["one", "several"]),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 1}, ["x"], ["one", "empty"]),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, ["x"] * 2, ["several"]),
        ({"type": "array", "items": {"type": "string"}, "minItems": 5}, ["x"] * 5, ["several"]),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 0}, [], ["empty"]),
    ],
)
def test_the_choices_that_keywords_give(node, value, expected):
    """The baseline's comes first; a key that is not required can be absent besides."""
    assert labels(read({"a": node}, ["a"], {"a": value}), "$.a") == expected
    assert labels(read({"a": node}, [], {"a": value}), "$.a") == [
        expected[0],
        "absent",
        *expected[1:],
    ]
    assert labels(read({"a": node}), "$.a")[0] == "absent"


def test_declared_choices_say_all_there_is():
    node = {
        "type": "string",
        "x-ecr": {
            "noun": "colour",
            "evidence": "registry",
            "choices": {
                "red": {"value": "RED", "evidence": "documented", "id": "red", "note": "as seen"},
                "pale": {"values": ["PALE_RED", "PALE_BLUE"]},
                "code": {"pattern": "^#[0-9a-f]{6}$", "draw": "^#[0-9]{6}$", "example": "#123456"},
            },
        },
    }
    facet = read({"a": node}, ["a"], {"a": "#00ff00"}).by_path["$.a"]
    assert facet.noun == "colour"
    assert [
        (choice.label, choice.token, choice.evidence, choice.note) for choice in facet.choices
    ] == [
        ("code", "code-colour", Evidence.REGISTRY, ""),
        ("red", "red", Evidence.DOCUMENTED, "as seen"),
        ("pale", "pale-colour", Evidence.REGISTRY, ""),
    ]
    assert [choice.label for choice in facet.declared] == ["red", "pale", "code"]
    assert facet["pale"].values == ("PALE_RED", "PALE_BLUE")


def test_evidence_that_is_not_stated_is_the_weakest():
    assert {
        choice.evidence for choice in read({"a": {"type": "boolean"}}).by_path["$.a"].choices
    } == {"inferred"}


def test_the_baselines_value_is_the_plainest_of_its_choice():
    node = {"type": "string", "x-ecr": {"choices": {"east": {"values": ["e1", "e2", "e3"]}}}}
    contract = read({"a": node}, ["a"], {"a": "e2"})
    assert contract.build(contract.ordinary) == {"sort": "made", "a": "e2"}
    assert contract.by_path["$.a"].baseline.values == ("e2", "e1", "e3")


def test_what_stands_beside_a_reference_goes_over_it():
    made = schema(
        {"a": {"$ref": "#/$defs/word", "title": "Mine", "x-ecr": {"noun": "mine"}}},
        ["a"],
        {"a": "x"},
    )
    made["$defs"] = {
        "word": {
            "type": "string",
            "title": "Word",
            "description": "A word.",
            "x-ecr": {"advice": "a word"},
        }
    }
    facet = reader.read("made", made).by_path["$.a"]
    assert (facet.title, facet.noun, facet.expected, facet.advised) == (
        "Mine",
        "mine",
        "a word",
        True,
    )


def test_references_reach_other_files_and_escaped_names():
    made = schema({"a": {"$ref": "parts.schema.json#/$defs/a~1b~0c"}}, ["a"], {"a": True})
    parts = {"$defs": {"a/b~c": {"$ref": "#/$defs/flag"}, "flag": {"type": "boolean"}}}
    contract = reader.read("made", made, {"parts.schema.json": parts})
    assert labels(contract, "$.a") == ["true", "false"]


def test_a_contract_is_read_once_and_unknown_kinds_are_named():
    assert reader.contract("push") is reader.contract("push")
    with pytest.raises(
        UnknownNameError, match=r"no kind is called 'pull'; did you mean 'push'\?|there are"
    ):
        reader.contract("pull")


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_the_merged_schema_judges_as_the_files_do(kind):
    merged = references.merged_schema(kind)
    assert "$ref" not in json.dumps(merged)
    assert "allOf" not in merged
    alone, files = oracle.judge_of(merged), oracle.judge(kind)
    baseline = merged["x-ecr"]["baseline"]
    assert alone.is_valid(baseline)
    for flaw in reader.contract(kind).mutations:
        wrong = flaw.applied(
            reader.contract(kind).build(full_assignment(reader.contract(kind), flaw.needs))
        )
        assert oracle.faults(alone, wrong) == oracle.faults(files, wrong)


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_reading_changes_no_schema(kind):
    documents = copy.deepcopy(oracle.documents())
    reader.read(kind, documents[oracle.PATHS[kind]], documents, oracle.PATHS[kind])
    references.merged_schema(kind)
    assert documents == oracle.documents()


def test_flaws_of_one_name_are_told_apart_by_their_path():
    def holder(name):
        items = {"type": "string", "x-ecr": {"noun": f"{name}-tag"}}
        tags = {"type": "array", "items": items, "x-ecr": {"noun": f"{name}-tags"}}
        return {"type": "object", "properties": {"tags": tags}}

    outer = {name: holder(name) for name in ("a", "b")}
    names = [flaw.name for flaw in read(outer).mutations]
    assert len(set(names)) == len(names)
    assert {"null-a-tags", "null-b-tags", "null-a-tags-item", "numeric-b-tags-item"} <= set(names)


# --- what is refused ------------------------------------------------------------------------------


def string(**choices):
    return {"a": {"type": "string", "x-ecr": {"choices": choices}}}


def arn(template, length=(1, 1)):
    spec = {"length": list(length), "template": template}
    return {
        "a": {"type": "array", "items": {"type": "string"}, "x-ecr": {"choices": {"arn": spec}}},
        "b": {"type": "string"},
    }


RULE = {
    "when": {"$.a": ["true"]},
    "then": {"$.b": ["true"]},
    "evidence": "inferred",
    "because": "so",
}
FLAGS = ({"a": {"type": "boolean"}, "b": {"type": "boolean"}}, ["a", "b"], {"a": False, "b": False})


def ruled(**changes):
    rule = {key: value for key, value in {**RULE, **changes}.items() if value is not MISSING}
    return schema(*FLAGS, constraints=[rule])


TOGETHER = {
    "choices": {"$.a": ["true"], "$.b": ["true"]},
    "evidence": "necessary",
    "because": "so",
}


def known_together(**changes):
    one = {key: value for key, value in {**TOGETHER, **changes}.items() if value is not MISSING}
    return schema(*FLAGS, combinations=[one])


ABSENT_OR_NOT = {"type": "integer", "minimum": 0}


def with_sets(**sets):
    """A schema with an object of two keys, and names for the keys that occur together."""
    counts = {"type": "object", "properties": {"a": ABSENT_OR_NOT, "b": ABSENT_OR_NOT}}
    counts["x-ecr"] = {"sets": sets}
    return schema({"c": counts}, ["c"], {"c": {"a": 1, "b": 1}})


def without(made, *keys):
    node = made
    for key in keys[:-1]:
        node = node[key]
    del node[keys[-1]]
    return made


def circular():
    made = schema({"a": {"$ref": "#/$defs/tree"}})
    made["$defs"] = {"tree": {"type": "object", "properties": {"child": {"$ref": "#/$defs/tree"}}}}
    return made


REFUSED = {
    # keywords
    "unknown keyword": (
        schema({"a": {"type": "string", "format": "uri"}}),
        "#/properties/a/format: the keyword 'format' is not understood",
    ),
    "unknown keyword of the whole": (
        schema() | {"patternProperties": {}},
        "#/patternProperties: the keyword 'patternProperties' is not understood",
    ),
    "keyword of another type": (
        schema({"a": {"type": "integer", "pattern": "^a$"}}),
        "#/properties/a/pattern: the keyword 'pattern' is not understood",
    ),
    "keyword within an object": (
        schema(
            {"a": {"type": "object", "properties": {"b": {"type": "integer", "multipleOf": 2}}}}
        ),
        "#/properties/a/properties/b/multipleOf: the keyword 'multipleOf' is not understood",
    ),
    "keyword within an array": (
        schema({"a": {"type": "array", "items": {"type": "string", "format": "uri"}}}),
        "#/properties/a/items/format: the keyword 'format' is not understood",
    ),
    "alternatives": (
        schema({"a": {"type": "string", "anyOf": []}}),
        "#/properties/a/anyOf: the keyword 'anyOf' is not understood",
    ),
    "several types": (
        schema({"a": {"type": ["string", "integer"]}}),
        '#/properties/a/type: the type ["string", "integer"] is not understood',
    ),
    "null first": (
        schema({"a": {"type": ["null", "string"]}}),
        '#/properties/a/type: the type ["null", "string"] is not understood',
    ),
    "any number": (
        schema({"a": {"type": "number"}}),
        "#/properties/a: declare choices for a number: none follow from it",
    ),
    "no type": (
        schema({"a": {"title": "A"}}),
        "#/properties/a/type: the type null is not understood",
    ),
    "a constant that is a fraction": (
        schema({"a": {"const": 1.5}}),
        "#/properties/a/type: the type null is not understood",
    ),
    "a constant that is an object": (
        schema({"a": {"const": {}}}),
        "#/properties/a/type: the type null is not understood",
    ),
    "an empty enum": (
        schema({"a": {"enum": []}}),
        "#/properties/a/type: the type null is not understood",
    ),
    "enum values of one name": (
        schema({"a": {"enum": ["A_B", "a-b"]}}),
        "#/properties/a/enum: two values would be called 'a-b'; declare choices for them",
    ),
    "an enum value called absent": (
        schema({"a": {"enum": ["here", "absent"]}}),
        "#/properties/a/enum: two values would be called 'absent'; declare choices for them",
    ),
    "schema that is no object": (
        schema({"a": True}),
        "#/properties/a: a schema is an object here, not true",
    ),
    "closed object": (
        schema() | {"additionalProperties": False},
        "#/additionalProperties: objects stay open, since AWS adds fields",
    ),
    "half-closed object": (
        schema({"a": {"type": "object", "additionalProperties": {"type": "string"}}}),
        "#/properties/a/additionalProperties: objects stay open, since AWS adds fields",
    ),
    "required but not described": (
        schema() | {"required": ["sort", "ghost"]},
        "#/required: 'ghost' is required but not described",
    ),
    "array of anything": (
        schema({"a": {"type": "array"}}),
        "#/properties/a: an array says what its items are",
    ),
    "pattern not understood": (
        schema({"a": {"type": "string", "pattern": "^\\d$"}}),
        "#/properties/a: an escape that engines read differently at position 2 of the pattern "
        "'^\\\\d$'",
    ),
    "pattern beyond the length": (
        schema({"a": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 5}}),
        "#/properties/a: it draws words of 1 to 9 characters, which the schema refuses",
    ),
    "bounds that exclude each other": (
        schema({"a": {"type": "integer", "minimum": 5, "maximum": 3}}),
        "#/properties/a: the schema refuses 5",
    ),
    "lengths that exclude each other": (
        schema({"a": {"type": "string", "minLength": 5, "maxLength": 3}}),
        "#/properties/a: it draws words of 5 to 5 characters, which the schema refuses",
    ),
    "numbers of items that exclude each other": (
        schema({"a": {"type": "array", "items": {"type": "string"}, "minItems": 5, "maxItems": 3}}),
        "#/properties/a: no value is admitted",
    ),
    # keywords and annotations of a wrong type
    "properties in a list": (
        schema({"a": {"type": "object", "properties": []}}),
        "#/properties/a/properties: an object is wanted here, not []",
    ),
    "required as text": (
        schema({"a": {"type": "object", "required": "b"}}),
        '#/properties/a/required: a list is wanted here, not "b"',
    ),
    "items in a list": (
        schema({"a": {"type": "array", "items": [{}]}}),
        "#/properties/a/items: an object is wanted here, not [{}]",
    ),
    "a broken minimum": (
        schema({"a": {"type": "integer", "minimum": 0.5}}),
        "#/properties/a/minimum: an integer is wanted here, not 0.5",
    ),
    "a length as text": (
        schema({"a": {"type": "string", "maxLength": "3"}}),
        '#/properties/a/maxLength: an integer is wanted here, not "3"',
    ),
    "a pattern of null": (
        schema({"a": {"type": "string", "pattern": None}}),
        "#/properties/a/pattern: a string is wanted here, not null",
    ),
    "an enum as text": (
        schema({"a": {"enum": "ab"}}),
        '#/properties/a/enum: a list is wanted here, not "ab"',
    ),
    "a reference of a number": (
        schema({"a": {"$ref": 5}}),
        "#/properties/a/$ref: a string is wanted here, not 5",
    ),
    "allOf as an object": (schema() | {"allOf": {}}, "#/allOf: a list is wanted here, not {}"),
    "choices in a list": (
        schema({"a": {"type": "string", "x-ecr": {"choices": ["b"]}}}),
        '#/properties/a/x-ecr/choices: an object is wanted here, not ["b"]',
    ),
    "annotation as text": (
        schema({"a": {"type": "string", "x-ecr": "varies"}}),
        '#/properties/a/x-ecr: an object is wanted here, not "varies"',
    ),
    "choice as text": (
        schema(string(b="B")),
        '#/properties/a/x-ecr/choices/b: an object is wanted here, not "B"',
    ),
    "constraints as an object": (
        schema(*FLAGS, constraints=RULE),
        "#/x-ecr/constraints: a list is wanted here",
    ),
    "required of numbers": (
        schema({"a": {"type": "object", "required": [5]}}),
        "#/properties/a/required: a list of strings is wanted here, not [5]",
    ),
    "template of numbers": (
        schema(arn([5]), ["a", "b"], {"a": ["x"], "b": "x"}),
        "#/properties/a/x-ecr/choices/arn/template: a list of strings is wanted here, not [5]",
    ),
    "discriminator of lists": (
        schema(discriminator=[["$.sort"]]),
        '#/x-ecr/discriminator: a list of strings is wanted here, not [["$.sort"]]',
    ),
    "keyword at a place of an odd name": (
        schema({"a/b~c": {"type": "string", "format": "uri"}}),
        "#/properties/a~1b~0c/format: the keyword 'format' is not understood",
    ),
    # references
    "dangling file": (
        schema({"a": {"$ref": "other.schema.json"}}),
        "#/properties/a: $ref 'other.schema.json': there is no other.schema.json",
    ),
    "dangling name": (
        schema({"a": {"$ref": "#/$defs/word"}}),
        "#/properties/a: $ref '#/$defs/word': made.schema.json has no '$defs' there",
    ),
    "anchor": (
        schema({"a": {"$ref": "#word"}}),
        "#/properties/a: $ref '#word': only '#' and '#/...' are understood",
    ),
    "circular": (
        circular(),
        "#/properties/a/properties/child: $ref '#/$defs/tree' leads back to itself",
    ),
    "itself": (
        schema({"a": {"$ref": "#"}}),
        "#/properties/a/properties/a: $ref '#' leads back to itself",
    ),
    "circular allOf": (
        schema() | {"allOf": [{"$ref": "made.schema.json"}]},
        "#/allOf/0/allOf/0: $ref 'made.schema.json' leads back to itself",
    ),
    # annotations of a place
    "unknown annotation": (
        schema({"a": {"type": "string", "x-ecr": {"nown": "b"}}}),
        "#/properties/a/x-ecr/nown: the annotation 'nown' is not understood",
    ),
    "unknown annotation of a choice": (
        schema(string(b={"value": "B", "weight": 5})),
        "#/properties/a/x-ecr/choices/b/weight: the annotation 'weight' is not understood",
    ),
    "unknown evidence": (
        schema(string(b={"value": "B", "evidence": "rumour"})),
        "#/properties/a/x-ecr: the evidence 'rumour' is none of documented, captured, handled, "
        "necessary, registry, inferred",
    ),
    "unknown evidence of all choices": (
        schema({"a": {"type": "boolean", "x-ecr": {"evidence": "hearsay"}}}),
        "#/properties/a/x-ecr: the evidence 'hearsay' is none of",
    ),
    "choice without a value": (
        schema(string(b={"evidence": "captured"})),
        "#/properties/a/x-ecr/choices/b: says no value, and none follows from the keywords",
    ),
    "absence of what is required": (
        schema(string(absent={}), ["a"], {"a": "x"}),
        "#/properties/a/x-ecr/choices/absent: says no value, and none follows from the keywords",
    ),
    "choice that says two things": (
        schema(string(b={"value": "B", "pattern": "^B$"})),
        "#/properties/a/x-ecr/choices/b: says both 'pattern' and 'value'",
    ),
    "draw without a pattern": (
        schema(string(b={"value": "B", "draw": "^B$"})),
        "#/properties/a/x-ecr/choices/b/draw: means nothing without 'pattern'",
    ),
    "others without a length": (
        schema(string(b={"value": "B", "others": "c"})),
        "#/properties/a/x-ecr/choices/b/others: means nothing without 'length'",
    ),
    "range of strings": (
        schema(string(b={"range": [1, 2]})),
        "#/properties/a/x-ecr/choices/b/range: means nothing for a string",
    ),
    "pattern of integers": (
        schema({"a": {"type": "integer", "x-ecr": {"choices": {"b": {"pattern": "^1$"}}}}}),
        "#/properties/a/x-ecr/choices/b/pattern: means nothing for an integer",
    ),
    "value of the wrong type": (
        schema(string(b={"value": 5})),
        "#/properties/a/x-ecr/choices/b: the schema refuses 5",
    ),
    "value that the schema refuses": (
        schema(
            {"a": {"type": "string", "minLength": 1, "x-ecr": {"choices": {"none": {"value": ""}}}}}
        ),
        '#/properties/a/x-ecr/choices/none: the schema refuses ""',
    ),
    "value that is not in the enum": (
        schema(
            {
                "a": {
                    "enum": ["A", "B"],
                    "x-ecr": {"choices": {"a": {"value": "A"}, "c": {"value": "C"}}},
                }
            }
        ),
        '#/properties/a/x-ecr/choices/c: the schema refuses "C"',
    ),
    "value that is not the constant": (
        schema({"a": {"const": "A", "x-ecr": {"choices": {"b": {"value": "B"}}}}}),
        '#/properties/a/x-ecr/choices/b: the schema refuses "B"',
    ),
    "one value of several that the schema refuses": (
        schema(
            {
                "a": {
                    "type": "string",
                    "pattern": "^[a-z]$",
                    "x-ecr": {"choices": {"b": {"values": ["b", "B"]}}},
                }
            }
        ),
        '#/properties/a/x-ecr/choices/b: the schema refuses "B"',
    ),
    "no values": (
        schema(string(b={"values": []})),
        "#/properties/a/x-ecr/choices/b/values: names no value",
    ),
    "range that the schema refuses": (
        schema(
            {"a": {"type": "integer", "minimum": 2, "x-ecr": {"choices": {"b": {"range": [1, 3]}}}}}
        ),
        "#/properties/a/x-ecr/choices/b: the schema refuses 1",
    ),
    "range above what the schema admits": (
        schema(
            {"a": {"type": "integer", "maximum": 2, "x-ecr": {"choices": {"b": {"range": [1, 3]}}}}}
        ),
        "#/properties/a/x-ecr/choices/b: the schema refuses 3",
    ),
    "range the wrong way round": (
        schema({"a": {"type": "integer", "x-ecr": {"choices": {"b": {"range": [3, 1]}}}}}),
        "#/properties/a/x-ecr/choices/b/range: is wanted as [least, most], not [3, 1]",
    ),
    "range of one": (
        schema({"a": {"type": "integer", "x-ecr": {"choices": {"b": {"range": [3]}}}}}),
        "#/properties/a/x-ecr/choices/b/range: is wanted as [least, most], not [3]",
    ),
    "example outside the range": (
        schema(
            {"a": {"type": "integer", "x-ecr": {"choices": {"b": {"range": [1, 3], "example": 4}}}}}
        ),
        "#/properties/a/x-ecr/choices/b: the example 4 is not within the range",
    ),
    "choices of one value": (
        schema(string(b={"value": "B"}, c={"values": ["C", "B"]})),
        "#/properties/a/x-ecr/choices/c: its 'B' is taken for the choice 'b'",
    ),
    "pattern that an earlier one covers": (
        schema(string(b={"pattern": "^[a-z]+$"}, c={"pattern": "^c[a-z]$"})),
        "#/properties/a/x-ecr/choices/c: its 'ca' is taken for the choice 'b'",
    ),
    "ranges that overlap": (
        schema(
            {
                "a": {
                    "type": "integer",
                    "x-ecr": {"choices": {"b": {"range": [1, 3]}, "c": {"range": [3, 9]}}},
                }
            }
        ),
        "#/properties/a/x-ecr/choices/c: its 3 is taken for the choice 'b'",
    ),
    "length that the schema refuses": (
        schema(
            {
                "a": {
                    "type": "array",
                    "items": {"type": "string"},
                    "maxItems": 2,
                    "x-ecr": {"choices": {"b": {"length": [1, 3]}}},
                }
            }
        ),
        "#/properties/a/x-ecr/choices/b: the schema refuses a list of 3",
    ),
    "length below nothing": (
        schema(
            {
                "a": {
                    "type": "array",
                    "items": {"type": "string"},
                    "x-ecr": {"choices": {"b": {"length": [-1, 3]}}},
                }
            }
        ),
        "#/properties/a/x-ecr/choices/b/length: is wanted as [least, most], not [-1, 3]",
    ),
    "pattern of a choice not understood": (
        schema(string(b={"pattern": "^[^a]$"})),
        "#/properties/a/x-ecr/choices/b: a negated class at position 2 of the pattern '^[^a]$'",
    ),
    "draw not understood": (
        schema(string(b={"pattern": "^a$", "draw": "a"})),
        "#/properties/a/x-ecr/choices/b: the pattern 'a' is not anchored",
    ),
    "example outside the pattern": (
        schema(string(b={"pattern": "^a$", "example": "b"})),
        "#/properties/a/x-ecr/choices/b: the example 'b' does not match the pattern",
    ),
    "draw outside the pattern": (
        schema(string(b={"pattern": "^[ab]$", "draw": "^[abc]$"})),
        "#/properties/a/x-ecr/choices/b: it draws 'c', which its pattern does not match",
    ),
    "draw outside the schema": (
        schema(
            {
                "a": {
                    "type": "string",
                    "pattern": "^[ab]$",
                    "x-ecr": {"choices": {"b": {"pattern": "^[abc]$"}}},
                }
            }
        ),
        '#/properties/a/x-ecr/choices/b: the schema refuses "c"',
    ),
    "draw too long": (
        schema(
            {
                "a": {
                    "type": "string",
                    "maxLength": 2,
                    "x-ecr": {"choices": {"b": {"pattern": "^a{3}$"}}},
                }
            }
        ),
        "#/properties/a/x-ecr/choices/b: it draws words of 3 to 3 characters, which the schema "
        "refuses",
    ),
    "draw too short": (
        schema(
            {
                "a": {
                    "type": "string",
                    "minLength": 2,
                    "x-ecr": {"choices": {"b": {"pattern": "^a{1,3}$"}}},
                }
            }
        ),
        "#/properties/a/x-ecr/choices/b: it draws words of 1 to 3 characters, which the schema "
        "refuses",
    ),
    "others of no choice": (
        schema(
            {
                "a": {
                    "type": "array",
                    "items": {"type": "boolean"},
                    "x-ecr": {"choices": {"b": {"length": [2, 3], "others": "maybe"}}},
                }
            }
        ),
        "#/properties/a/x-ecr/choices/b/others: $.a[0] has no choice 'maybe' to draw a value of",
    ),
    "id taken": (
        schema({"a": {"type": "boolean"}, "b": {"type": "boolean", "x-ecr": {"noun": "a"}}}),
        "#/x-ecr ($.b absent): the id 'no-a' is taken by $.a; give this choice another",
    ),
    "id reserved": (
        schema(string(b={"value": "B", "id": "ordinary"})),
        "#/x-ecr ($.a b): the id 'ordinary' is taken by the baseline; give this choice another",
    ),
    "id that no case id can hold": (
        schema(string(b={"value": "B", "id": "this+that"})),
        "#/x-ecr ($.a b): the id 'this+that' may hold letters, digits and . _ - only",
    ),
    "noun that no case id can hold": (
        schema({"a": {"type": "boolean", "x-ecr": {"noun": "red flag"}}}),
        "#/x-ecr ($.a absent): the id 'no-red flag' may hold letters, digits and . _ - only",
    ),
    # templates
    "template of nothing": (
        schema(arn(["arn:{$.ghost}"]), ["a", "b"], {"a": ["x"], "b": "x"}),
        "#/properties/a/x-ecr/choices/arn: the template names $.ghost, which is not in every event",
    ),
    "template of what may be absent": (
        schema(arn(["arn:{$.b}"]), ["a"], {"a": ["x"], "b": "x"}),
        "#/properties/a/x-ecr/choices/arn: the template names $.b, which is not in every event",
    ),
    "template of the choice of nothing": (
        schema(arn(["arn:{$.ghost|choice}"]), ["a", "b"], {"a": ["x"], "b": "x"}),
        "#/properties/a/x-ecr/choices/arn: the template names $.ghost, which is not in every event",
    ),
    "template with a broken field": (
        schema(arn(["arn:{b}"]), ["a", "b"], {"a": ["x"], "b": "x"}),
        "#/properties/a/x-ecr/choices/arn: the template 'arn:{b}' has braces that hold no path",
    ),
    "template of another length": (
        schema(arn(["arn:{$.b}"], (2, 2)), ["a", "b"], {"a": ["x", "x"], "b": "x"}),
        "#/properties/a/x-ecr/choices/arn: the template gives 1 elements, the length says [2, 2]",
    ),
    # the whole
    "unknown annotation of the whole": (
        schema(specimens="a"),
        "#/x-ecr/specimens: the annotation 'specimens' is not understood",
    ),
    "no baseline": (
        without(schema(), "x-ecr", "baseline"),
        "#/x-ecr: no baseline: the ordinary event",
    ),
    "no annotation": (without(schema(), "x-ecr"), "#/x-ecr: no baseline: the ordinary event"),
    "baseline that is none of the choices": (
        schema({"a": {"type": "boolean"}}, ["a"], {"a": "yes"}),
        "#/properties/a: the baseline's $.a is 'yes', which is none of its choices",
    ),
    "baseline without a required key": (
        schema({"a": {"type": "boolean"}}, ["a"]),
        "#/properties/a: the baseline's $.a is MISSING, which is none of its choices",
    ),
    "baseline without a key that its object requires": (
        schema(
            {"a": {"type": "object", "properties": {"b": {"type": "boolean"}}, "required": ["b"]}},
            [],
            {"a": {"c": 1}},
        ),
        "#/properties/a/properties/b: the baseline's $.a.b is MISSING, which is none of its "
        "choices",
    ),
    "baseline with a key that is not described": (
        schema(baseline={"ghost": 1}),
        '#/x-ecr/baseline: its choices give {"sort": "made"}, which is not the same',
    ),
    "baseline with elements of different choices": (
        schema({"a": {"type": "array", "items": {"type": "boolean"}}}, ["a"], {"a": [True, False]}),
        '#/x-ecr/baseline: its choices give {"sort": "made", "a": [true, true]}, which is not the '
        "same",
    ),
    "baseline that the schema refuses": (
        schema({"a": {"type": "string", "maxLength": 3}}, ["a"], {"a": "long"}),
        "#/properties/a: the baseline's $.a is 'long', which the schema refuses",
    ),
    "discriminator missing": (
        without(schema(), "x-ecr", "discriminator"),
        "#/x-ecr/discriminator: nothing tells an event of this kind from others",
    ),
    "discriminator that varies": (
        schema({"a": {"const": "x"}}, [], {"a": "x"})
        | {"x-ecr": {"discriminator": ["$.a"], "baseline": {"sort": "made", "a": "x"}}},
        "#/x-ecr/discriminator: $.a is not a constant of the schema",
    ),
    "discriminator of nothing": (
        schema(discriminator=["$.ghost"]),
        "#/x-ecr/discriminator: $.ghost is not a constant of the schema",
    ),
    # constraints
    "constraint on an unknown path": (
        ruled(when={"$.c": ["true"]}),
        "#/x-ecr/constraints/0/when: there is no $.c",
    ),
    "constraint on an unknown path without choices": (
        ruled(then={"$.c": []}),
        "#/x-ecr/constraints/0/then: there is no $.c",
    ),
    "constraint on an unknown choice": (
        ruled(then={"$.b": ["maybe"]}),
        "#/x-ecr/constraints/0/then: $.b has no choice 'maybe'",
    ),
    "constraint on a choice that is no list": (
        ruled(when={"$.a": "true"}),
        '#/x-ecr/constraints/0/when: a list is wanted here, not "true"',
    ),
    "constraint of unknown evidence": (
        ruled(evidence="rumour"),
        "#/x-ecr/constraints/0: the evidence 'rumour' is none of documented, captured, handled, "
        "necessary, registry, inferred",
    ),
    **{
        f"constraint without {key}": (
            ruled(**{key: MISSING}),
            f"#/x-ecr/constraints/0: {key!r} is missing",
        )
        for key in RULE
    },
    "constraint with something else": (
        ruled(unless={}),
        "#/x-ecr/constraints/0/unless: the annotation 'unless' is not understood",
    ),
    "combination of nothing known": (
        known_together(choices={"$.a": ["true"], "$.c": ["true"]}),
        "#/x-ecr/combinations/0/choices: there is no $.c",
    ),
    "combination of no choice": (
        known_together(choices={"$.a": ["true"], "$.b": ["maybe"]}),
        "#/x-ecr/combinations/0/choices: $.b has no choice 'maybe'",
    ),
    "combination of one place": (
        known_together(choices={"$.a": ["true"]}),
        "#/x-ecr/combinations/0/choices: a combination is of choices of two places or more",
    ),
    "combination of unknown evidence": (
        known_together(evidence="rumour"),
        "#/x-ecr/combinations/0: the evidence 'rumour' is none of",
    ),
    **{
        f"combination without {key}": (
            known_together(**{key: MISSING}),
            f"#/x-ecr/combinations/0: {key!r} is missing",
        )
        for key in TOGETHER
    },
    "combination with something else": (
        known_together(when={}),
        "#/x-ecr/combinations/0/when: the annotation 'when' is not understood",
    ),
    "set of no keys": (
        with_sets(**{"only-a": {"evidence": "inferred"}}),
        "#/properties/c/x-ecr/sets/only-a: 'keys' is missing",
    ),
    "set of unknown keys": (
        with_sets(**{"only-d": {"keys": ["d"], "evidence": "inferred"}}),
        "#/properties/c/x-ecr/sets/only-d/keys: $.c has no key 'd' that may be absent",
    ),
    "set without evidence": (
        with_sets(**{"only-a": {"keys": ["a"]}}),
        "#/properties/c/x-ecr/sets/only-a: 'evidence' is missing",
    ),
    "set that is called as a choice is": (
        with_sets(**{"no-a": {"keys": ["b"], "evidence": "inferred"}}),
        "#/x-ecr ($.c sets): the id 'no-a' is taken by $.c.a; give this choice another",
    ),
    "constraint that the baseline breaks": (
        ruled(when={"$.a": ["false"]}),
        "#/x-ecr/constraints: the baseline does not keep to: so",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_understood_is_refused_by_name_and_place(name):
    made, words = REFUSED[name]
    with pytest.raises(
        UnreadableSchemaError, match=f"^{re.escape(f'made.schema.json{words}')}"
    ) as raised:
        reader.read("made", made)
    assert raised.value.schema == "made"
    assert raised.value.path == words.partition(": ")[0]


def test_the_constraint_that_others_break_is_fine_by_itself():
    contract = reader.read("made", ruled())
    assert [rule.terms for rule in contract.constraints] == [
        (("$.a", frozenset({"true"})), ("$.b", frozenset({"false"})))
    ]
    assert contract.constraints[0].evidence is Evidence.INFERRED
    assert not contract.constraints[0].structural


# --- any small schema -----------------------------------------------------------------------------


def drawn(data, contract):
    """A settled assignment of choices, and the event built of it with some number."""
    start = {
        facet.path: data.draw(st.sampled_from(facet.choices)).label for facet in contract.facets
    }
    assignment = full_assignment(contract, {}, start)
    return assignment, contract.build(assignment, Digits(data.draw(NUMBERS)))


@given(schemas())
def test_the_baseline_is_built_as_declared(made):
    contract = reader.read("made", made)
    assert contract.build(contract.ordinary) == made["x-ecr"]["baseline"]
    found = contract.recognise(made["x-ecr"]["baseline"])
    assert found == {
        path: label
        for path, label in contract.ordinary.items()
        if path in {f.path for f in contract.varying}
    }


@given(schemas(), st.data())
def test_events_of_any_assignment_are_admitted_and_recognised(made, data):
    contract = reader.read("made", made)
    assignment, event = drawn(data, contract)
    assert oracle.faults(oracle.judge_of(made), event) == []
    assert contract.recognise(event) == {
        facet.path: assignment[facet.path] for facet in contract.varying if facet.path in assignment
    }


@given(schemas(), st.data())
def test_every_flaw_is_refused_once_and_where_it_is(made, data):
    contract = reader.read("made", made)
    flaw = data.draw(st.sampled_from(contract.mutations))
    start = {
        facet.path: data.draw(st.sampled_from(facet.choices)).label for facet in contract.facets
    }
    event = contract.build(full_assignment(contract, flaw.needs, start), Digits(data.draw(NUMBERS)))
    before = copy.deepcopy(event)
    assert oracle.faults(oracle.judge_of(made), flaw.applied(event)) == [flaw.steps]
    assert event == before


@given(schemas(), st.data())
def test_every_choice_can_be_had(made, data):
    contract = reader.read("made", made)
    facet = data.draw(st.sampled_from(contract.facets))
    choice = data.draw(st.sampled_from(facet.choices))
    event = contract.build(
        full_assignment(contract, {facet.path: choice.label}), Digits(data.draw(NUMBERS))
    )
    assert oracle.faults(oracle.judge_of(made), event) == []
    assert choice.recognises(json_path.at(event, facet.steps))


@given(schemas())
@settings(max_examples=50)
def test_flaws_and_tokens_have_names_of_their_own(made):
    contract = reader.read("made", made)
    names = [flaw.name for flaw in contract.mutations]
    tokens = [choice.token for facet in contract.varying for choice in facet.choices]
    assert len(set(names)) == len(names)
    assert len(set(tokens)) == len(tokens) == len(contract.by_token)


@given(NONSENSE, NONSENSE, st.sampled_from([{}, *({"type": sort} for sort in SORTS)]))
@settings(max_examples=400)
def test_nonsense_is_refused_and_never_a_traceback(node, annotation, start):
    """Whatever stands in a schema, it is read or refused as a schema."""
    place = {**start, **(node if isinstance(node, dict) else {"x-ecr": node})}
    for made in (
        schema({"a": place}),
        schema({"a": {**start, "x-ecr": {"choices": {"b": annotation}}}}),
        schema() | {"x-ecr": annotation},
        schema(constraints=[annotation]),
    ):
        try:
            contract = reader.read("made", made)
        except UnreadableSchemaError as refusal:
            problem = str(refusal)
        else:
            problem = ""
            assert contract.by_path["$.sort"].baseline.values == ("made",)
        assert problem.startswith("made.schema.json#") or not problem


# --- null, numbers, frames, keys that tell --------------------------------------------------------


def contract_of(properties, required, baseline, **annotations):
    return reader.read("made", schema(properties, required, baseline, **annotations))


def test_a_place_that_may_hold_null_has_a_choice_for_it():
    block = {"type": ["object", "null"], "properties": {"a": {"type": "boolean"}}}
    contract = contract_of({"block": block}, ["block"], {"block": {"a": True}})
    assert contract.by_path["$.block"].labels == {"empty", "null", "present"}
    event = contract.build(full_assignment(contract, {"$.block": "null"}))
    assert event == {"sort": "made", "block": None}
    assert "null-block" not in {mutation.name for mutation in contract.mutations}
    assert contract.expectations["$.block"] == "an object or null"
    for value in (None, {}, {"a": False}):
        assert contract.by_path["$.block"].recognise({"block": value}) is not None


def test_what_is_always_null_is_wrong_as_anything_else():
    contract = contract_of({"a": {"type": "null"}}, ["a"], {"a": None})
    assert contract.build(contract.ordinary) == {"sort": "made", "a": None}
    [mutation] = [mutation for mutation in contract.mutations if mutation.path == "$.a"][1:]
    assert (mutation.name, mutation.value) == ("text-a", "text")


def test_a_number_has_the_choices_that_are_declared():
    score = {
        "type": "number",
        "minimum": 0,
        "x-ecr": {"choices": {"whole": {"value": 9}, "part": {"value": 7.5}}},
    }
    contract = contract_of({"a": score}, ["a"], {"a": 7.5})
    assert contract.by_path["$.a"].baseline.label == "part"
    assert contract.build(contract.ordinary | {"$.a": "whole"})["a"] == 9
    assert {"text-a", "boolean-a"} <= {mutation.name for mutation in contract.mutations}


def test_what_is_always_there_may_be_missing_by_the_schema_alone():
    key = {"type": "boolean", "x-ecr": {"always": True}}
    contract = contract_of({"a": key}, [], {"a": True})
    assert contract.by_path["$.a"].labels == {"true", "false"}
    assert contract.by_path["$.a"].recognise({"sort": "made"}) is None


NAME = {"type": "string", "pattern": "^[a-z]{1,9}$", "maxLength": 9}
FRAMED = {
    "type": "string",
    "x-ecr": {
        "choices": {
            "arn": {
                "pattern": "^arn:[a-z]+/[0-9]$",
                "draw": "^[0-9]$",
                "example": "1",
                "frame": "arn:{$.name}/{}",
            }
        }
    },
}


def test_a_frame_is_filled_with_the_word_and_other_values():
    contract = contract_of(
        {"name": NAME, "b": FRAMED}, ["name", "b"], {"name": "x", "b": "arn:x/1"}
    )
    assert contract.build(contract.ordinary)["b"] == "arn:x/1"
    pinned = contract.build(contract.ordinary, pins={("name",): "other"})
    assert pinned["b"] == "arn:other/1"
    for number in range(60):
        event = contract.build(contract.ordinary, Digits(number))
        assert re.fullmatch(f"arn:{event['name']}/[0-9]", event["b"])
        assert contract.by_path["$.b"].recognise(event) is not None


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ("arn:{$.ghost}/{}", "the template names $.ghost, which is not in every event"),
        ("arn:{$.name}/{}{}", "has braces that hold no path"),
    ],
)
def test_a_frame_that_cannot_be_filled_is_refused(frame, words):
    framed = copy.deepcopy(FRAMED)
    framed["x-ecr"]["choices"]["arn"]["frame"] = frame
    with pytest.raises(UnreadableSchemaError, match=re.escape(words)):
        contract_of({"name": NAME, "b": framed}, ["name", "b"], {"name": "x", "b": "arn:x/1"})


def owned(then, **constraint):
    """A schema whose `id` names what lies within an object that may be absent."""
    identity = copy.deepcopy(FRAMED)
    choices = identity["x-ecr"]["choices"]
    choices["arn"]["frame"] = "arn:{$.owner.name}/{}"
    choices["none"] = {"value": "none"}
    owner = {"type": "object", "required": ["name"], "properties": {"name": NAME}}
    declared = {"when": {"$.id": ["arn"]}, "then": then, "evidence": "inferred", "because": "so"}
    return schema(
        {"owner": owner, "id": identity},
        ["id"],
        {"owner": {"name": "x"}, "id": "arn:x/1"},
        constraints=[{**declared, **constraint}],
    )


def test_a_frame_may_name_what_a_constraint_demands_beside_it():
    contract = reader.read("made", owned({"$.owner": ["present"]}))
    assert contract.build(contract.ordinary)["id"] == "arn:x/1"
    gone = contract.build(full_assignment(contract, {"$.owner": "absent"}))
    assert gone == {"sort": "made", "id": "none"}
    for number in range(60):
        event = contract.build(contract.ordinary, Digits(number))
        assert event["id"].startswith(f"arn:{event['owner']['name']}/")


@pytest.mark.parametrize(
    "made",
    [
        owned({"$.id": ["arn"]}),
        owned({"$.owner": ["present"]}, when={"$.id": ["none"]}),
        owned({"$.owner": ["present", "absent"]}),
    ],
    ids=["of something else", "of another choice", "that demands nothing"],
)
def test_a_constraint_does_not_make_room_for_a_frame(made):
    with pytest.raises(UnreadableSchemaError, match=r"names \$\.owner\.name, which is not in"):
        reader.read("made", made)


def test_null_takes_a_choice_away_that_follows_from_keywords():
    word = {"type": "boolean", "x-ecr": {"choices": {"true": {}, "false": None}}}
    assert labels(reader.read("made", schema({"a": word}, ["a"], {"a": True})), "$.a") == ["true"]
    block = {
        "type": "object",
        "properties": {"a": {"type": "boolean"}},
        "x-ecr": {"choices": {"present": {}, "empty": None}},
    }
    contract = reader.read("made", schema({"b": block}, ["b"], {"b": {"a": True}}))
    assert labels(contract, "$.b") == ["present"]
    word["x-ecr"]["choices"]["ghost"] = None
    with pytest.raises(UnreadableSchemaError, match="ghost: takes away a choice that does not fol"):
        reader.read("made", schema({"a": word}, ["a"], {"a": True}))


def test_groups_of_keys_that_tell_are_checked():
    block = {"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}}}
    made = ({"block": block}, ["block"], {"block": {"a": True}})
    contract = contract_of(*made, **{"told-by-keys": [["$.block.a", "$.block.unknown"]]})
    assert contract.told_by_keys == (("$.block.a", "$.block.unknown"),)
    for groups, words in (
        (["$.block.a"], 'a list of paths is wanted here, not "$.block.a"'),
        ([[]], "a list of paths is wanted here, not []"),
        ([["$.ghost.a"]], "there is no place for $.ghost.a"),
    ):
        with pytest.raises(UnreadableSchemaError, match=re.escape(words)):
            contract_of(*made, **{"told-by-keys": groups})


def test_shared_keys_are_keys_of_the_detail():
    block = {"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}}}
    made = ({"detail": block}, ["detail"], {"detail": {"a": True}})
    assert contract_of(*made, **{"shared-keys": ["a"]}).shared_keys == ("a",)
    with pytest.raises(UnreadableSchemaError, match='there is no "b" in the detail'):
        contract_of(*made, **{"shared-keys": ["b"]})


def test_null_takes_a_choice_of_another_file_away():
    parts = {"$defs": {"word": {"type": "string", "x-ecr": {"choices": {
        "one": {"value": "1"}, "two": {"value": "2"}}}}}}  # fmt: skip
    own = {"$ref": "parts.schema.json#/$defs/word", "x-ecr": {"choices": {"two": None}}}
    contract = reader.read(
        "made", schema({"a": own}, ["a"], {"a": "1"}), {"parts.schema.json": parts}
    )
    assert contract.by_path["$.a"].labels == {"one"}


def test_choices_that_are_known_together_rest_on_that_alone_and_as_part_of_more():
    contract = reader.read("made", known_together())
    assert contract.weakest_evidence({"$.a": "true", "$.b": "true"}) == "necessary"
    assert contract.weakest_evidence({"$.a": "true", "$.b": "false"}) == "inferred"
    assert contract.evidence_of({"$.a": "true"}) == "necessary"  # since there is $.b too
    assert contract.evidence_of({"$.a": "true", "$.b": "false"}) == "inferred"
    assert contract.evidence_of({}) == "documented"
    met, unmet = {"$.a": "true", "$.b": "true"}, {"$.a": "true", "$.b": "false"}
    assert contract.evidence_of({"$.a": "true"}, [unmet, met]) == "necessary"
    assert contract.evidence_of({"$.a": "true"}, [unmet]) == "inferred"  # $.b is not there with it


def test_choices_that_exclude_each_other_are_not_known_together():
    made = known_together()
    made["x-ecr"]["constraints"] = [{**RULE, "then": {"$.b": ["false"]}}]
    assert reader.read("made", made).evidence_of({"$.a": "true"}) == "inferred"


def test_keys_that_occur_together_have_a_name_and_rest_on_that():
    sets = {"only-a": {"keys": ["a"], "evidence": "captured", "note": "seen"}}
    contract = reader.read("made", with_sets(**sets))
    [key_set] = contract.key_sets
    assert (key_set.token, key_set.path, key_set.note) == ("only-a", "$.c", "seen")
    assert key_set.is_had({"$.c.a": "zero", "$.c.b": "absent"})
    assert not key_set.is_had({"$.c.a": "zero", "$.c.b": "some"})
    assert contract.evidence_of({"$.c.b": "absent"}) == "captured"
    named = contract.key_set_of({"$.c": "present", "$.c.a": "some", "$.c.b": "absent"}, "$.c")
    assert named is key_set
