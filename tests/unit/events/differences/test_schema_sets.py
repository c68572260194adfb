"""Which schemas a name stands for, and what is said of those that cannot be used."""

import json

import pytest

from ecr_contracts.core import limits
from ecr_contracts.core.errors import SchemaSetError
from ecr_contracts.events.differences.comparison import compare
from ecr_contracts.events.differences.schema_sets import schema_set
from tests import oracle

TEXT = {"type": "string", "maxLength": 3}


def put(folder, **files):
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name.replace('__', '/')}.json").write_text(text, "utf-8")
    return str(folder)


def test_the_installed_schemas_have_every_kind():
    assert tuple(schema_set("installed").kinds) == oracle.KINDS


def test_the_folder_of_a_checkout_has_every_kind_and_no_sample():
    found = schema_set(str(oracle.SCHEMAS))
    assert tuple(found.kinds) == oracle.KINDS
    assert found.documents == oracle.documents()


def test_a_file_of_a_checkout_is_one_kind_with_what_it_refers_to():
    path = oracle.SCHEMAS / oracle.PATHS["scan"]
    found = schema_set(str(path))
    assert found.kinds == {"scan": "ecr/scan.schema.json"}
    assert sorted(found.documents) == ["ecr/scan.schema.json", "envelope.schema.json"]
    assert compare(found, schema_set(str(path))).changes == ()


def test_a_file_that_others_refer_to_is_a_part(tmp_path):
    kind = {"properties": {"tag": {"$ref": "part.json#/$defs/tag"}}}
    folder = put(tmp_path, part={"$defs": {"tag": TEXT}, "type": "object"}, kind=kind)
    assert schema_set(folder).kinds == {"kind": "kind.json"}


def test_a_part_is_known_by_its_id_as_well(tmp_path):
    defined = {"tag": dict(TEXT)}
    part = {"$id": "https://example.invalid/part.json", "$defs": defined, "type": "object"}
    kind = {"properties": {"tag": {"$ref": "https://example.invalid/part.json#/$defs/tag"}}}
    old = schema_set(put(tmp_path, part=part, kind=kind))
    assert old.kinds == {"kind": "kind.json"}
    defined["tag"]["maxLength"] = 2
    new = schema_set(put(tmp_path, part=part, kind=kind))
    assert [change.path for change in compare(old, new).changes] == ["$.tag"]


@pytest.mark.parametrize(
    "draft",
    [
        "http://json-schema.org/draft-04/schema#",
        "http://json-schema.org/draft-07/schema#",
        "https://json-schema.org/draft/2019-09/schema",
    ],
)
def test_older_drafts_are_read_as_such(tmp_path, draft):
    for name, longest in (("a", 3), ("b", 2)):
        tag = {"$ref": "#/definitions/tag"}
        schema = {"$schema": draft, "type": "object", "properties": {"tag": tag}}
        put(tmp_path, **{name: {**schema, "definitions": {"tag": {**TEXT, "maxLength": longest}}}})
    old, new = (schema_set(str(tmp_path / f"{name}.json")) for name in "ab")
    [change] = compare(old, new).changes
    assert (change.rule.id, change.what) == ("bounds-narrowed", "maxLength: 3 -> 2")
    assert len(change.witness["tag"]) == 3


def test_what_drafts_read_otherwise_is_found(tmp_path):
    number = {"properties": {"count": {"type": "integer"}}}
    put(tmp_path, a={"$schema": "http://json-schema.org/draft-04/schema#", **number}, b=number)
    old, new = (schema_set(str(tmp_path / f"{name}.json")) for name in "ab")
    [change] = compare(old, new).changes
    assert (change.rule.id, change.witness) == ("type-widened", {"count": 7.0})
    assert "in the other draft" in change.what


def test_what_is_no_schema_is_passed_over_in_a_folder(tmp_path):
    assert schema_set(put(tmp_path, kind=TEXT, package={"name": "x"})).kinds == {
        "kind": "kind.json"
    }


def test_a_schema_that_refers_to_itself_is_compared(tmp_path):
    tree = {"type": "object", "properties": {"inner": {"$ref": "#"}, "tag": TEXT}}
    old = schema_set(put(tmp_path, kind=tree))
    tree["properties"]["tag"] = {"type": "string", "maxLength": 2}
    new = schema_set(put(tmp_path, kind=tree))
    rules = {(change.rule.id, change.path) for change in compare(old, new).changes}
    assert ("bounds-narrowed", "$.tag") in rules
    assert ("undecided", "$") in rules
    assert compare(new, schema_set(str(tmp_path))).changes == ()


MALFORMED = {
    "no JSON": ("{", "kind.json:1:2: no JSON"),
    "no object": ("[]", "a schema is wanted, which is an object, not a list"),
    "a number": ("5", "a schema is wanted, which is an object, not 5"),
    "a boolean": ("true", "a schema is wanted, which is an object, not true"),
    "no schema": ({"type": "strng"}, "kind.json#/type: 'strng' is not valid"),
    "a wrong pattern": ({"properties": {"a": {"pattern": "["}}}, "kind.json#/properties/a/pattern"),
    "a reference": (
        {"properties": {"a": {"$ref": "gone.json"}}},
        "kind.json#/properties/a: $ref 'gone.json' leads nowhere",
    ),
    "the web": ({"$ref": "https://example.invalid/x.json"}, "leads nowhere"),
    "OpenAPI": ({"openapi": "3.1.0"}, "it is an API document, and no JSON Schema"),
    "deep": ('{"a":' * 100_000, "no JSON"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_cannot_be_used_is_one_line_with_its_place(tmp_path, name):
    content, words = MALFORMED[name]
    file = put(tmp_path, kind=content)
    with pytest.raises(SchemaSetError) as caught:
        schema_set(f"{file}/kind.json")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "words"), [("gone", "there is no such"), ("empty", "there is no JSON Schema in it")]
)
def test_what_is_not_there_is_told(tmp_path, name, words):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SchemaSetError) as caught:
        schema_set(str(tmp_path / name))
    assert words in str(caught.value)


def test_a_schema_without_an_end_is_told(tmp_path):
    old = schema_set(put(tmp_path, kind={"allOf": [{"$ref": "#"}]}))
    new = schema_set(put(tmp_path, kind={"allOf": [{"$ref": "#"}], "minimum": 1}))
    with pytest.raises(SchemaSetError) as caught:
        compare(old, new)
    assert "it refers to itself without an end" in str(caught.value)


def test_a_byte_order_mark_is_no_part_of_a_schema(tmp_path):
    plain = schema_set(put(tmp_path, kind={"type": "object"})).documents
    marked = schema_set(put(tmp_path, kind='\ufeff{"type": "object"}')).documents
    assert marked == plain


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            {f"k{number}": number for number in range(60_000)},
            f"more than {limits.SCHEMA_VALUES:,} values",
        ),
        ("[" * 100_000, "no JSON: "),
        (f'{{"x": "{"x" * 17_000_000}"}}', f"it has more than {limits.SCHEMA_BYTES // 10**6} MB"),
    ],
)
def test_a_schema_beyond_the_bounds_is_refused(tmp_path, content, problem):
    put(tmp_path, s=content)
    with pytest.raises(SchemaSetError, match=problem):
        schema_set(str(tmp_path / "s.json"))
