"""Two versions of schemas: each change is found, and each witness is one, as jsonschema judges."""

import copy
import json
from collections.abc import Mapping

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.events.differences.comparison import compare
from ecr_contracts.events.differences.rules import RULES, Effect, Party
from ecr_contracts.events.differences.schema_sets import schema_set
from tests import oracle
from tests.gen_schema_edits import EDITS, edits, without_annotations
from tests.gen_schemas import schemas

NOTES = {"choice-added", "choice-removed", "unread", "undecided"}


def written(folder, documents: Mapping[str, dict]) -> str:
    """A folder with schemas, by its name."""
    for path, document in documents.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document), "utf-8")
    return str(folder)


def judge(documents, path):
    """jsonschema on some documents, with a registry of the test's own."""
    resources = [
        (name, Resource.from_contents(document, DRAFT202012))
        for name, document in documents.items()
    ]
    registry = Registry().with_resources(resources)
    return jsonschema.Draft202012Validator({"$ref": path}, registry=registry)


def compared(tmp_path_factory, old, new):
    """The changes between two maps of documents; what is a witness is judged by jsonschema."""
    folder = tmp_path_factory.mktemp("schemas")
    sets = [schema_set(written(folder / name, it)) for name, it in (("old", old), ("new", new))]
    comparison = compare(*sets)
    assert not comparison.unfinished
    for change in comparison.changes:
        if change.rule.id in NOTES:
            assert change.is_gained is None
            continue
        assert change.witness is not MISSING, change
        paths = [found.kinds[change.kind] for found in sets if change.kind in found.kinds]
        is_old = any(judge(old, path).is_valid(change.witness) for path in paths if path in old)
        is_new = any(judge(new, path).is_valid(change.witness) for path in paths if path in new)
        assert (is_old, is_new) == (not change.is_gained, change.is_gained), change
    return comparison.changes


# --- random schemas -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EDITS)
@given(schemas(), st.booleans(), st.data())
@settings(max_examples=6)
def test_every_edit_is_found_with_witnesses(tmp_path_factory, name, schema, is_annotated, data):
    finds_edit(
        tmp_path_factory, name, schema if is_annotated else without_annotations(schema), data
    )


@pytest.mark.search
@pytest.mark.parametrize("name", EDITS)
@given(schemas(), st.booleans(), st.data())
@settings(max_examples=40)
def test_every_edit_is_found_in_many_schemas(tmp_path_factory, name, schema, is_annotated, data):
    finds_edit(
        tmp_path_factory, name, schema if is_annotated else without_annotations(schema), data
    )


def finds_edit(tmp_path_factory, name, schema, data):
    schema, changed, steps = data.draw(edits(name, schema))
    for old, new in ((schema, changed), (changed, schema)):
        changes = compared(tmp_path_factory, {"made.json": old}, {"made.json": new})
        shown = [change for change in changes if change.rule.id not in NOTES]
        places = [json_path.parse(change.path) for change in shown]
        assert any(place[: len(steps)] == steps for place in places), (steps, changes)


@given(schemas())
@settings(max_examples=12)
def test_what_is_the_same_has_no_changes(tmp_path_factory, schema):
    bare = without_annotations(schema)
    other_order = json.loads(json.dumps(bare), object_pairs_hook=lambda pairs: dict(pairs[::-1]))
    described = copy.deepcopy(bare) | {"title": "Other words", "$comment": "as before"}
    for old, new in ((schema, schema), (schema, other_order), (schema, bare), (bare, described)):
        changes = compared(tmp_path_factory, {"made.json": old}, {"made.json": new})
        assert changes == ()


def test_the_installed_schemas_are_those_of_the_checkout():
    assert compare(schema_set("installed"), schema_set(str(oracle.SCHEMAS))).changes == ()


@given(schemas(), st.data())
@settings(max_examples=6)
def test_two_edits_are_both_told(tmp_path_factory, schema, data):
    schema, changed, added = data.draw(edits("add", schema))
    _, twice, dropped = data.draw(edits("drop-required", changed))
    changes = compared(tmp_path_factory, {"made.json": schema}, {"made.json": twice})
    rules = {(change.rule.id, change.path) for change in changes}
    assert ("field-described", json_path.show(added)) in rules
    assert ("may-be-absent", json_path.show(dropped)) in rules


# --- the schemas of this package ------------------------------------------------------------------


def few():
    """The schemas of pushes and scans, with what they refer to."""
    paths = ["envelope.schema.json", oracle.PATHS["push"], oracle.PATHS["scan"]]
    return {path: copy.deepcopy(oracle.documents()[path]) for path in paths}


def detail(documents, kind):
    return documents[oracle.PATHS[kind]]["properties"]["detail"]


def field(documents, kind, name):
    return detail(documents, kind)["properties"][name]


def _rename(documents):
    properties = detail(documents, "push")["properties"]
    properties["tag"] = properties.pop("image-tag")


def _listed(documents):
    field(documents, "push", "action-type").pop("const")
    field(documents, "push", "action-type")["enum"] = ["PUSH", "POKE"]


def _condition(documents):
    condition = {"properties": {"scan-status": {"const": "FAILED"}}, "required": ["scan-status"]}
    detail(documents, "scan").update({"if": condition, "then": {"required": ["image-digest"]}})


REAL = {
    "required": (
        lambda documents: detail(documents, "scan")["required"].remove("scan-status"),
        {("gained", "may-be-absent", "$.detail.scan-status", "may be absent; it was always there")},
    ),
    "constant": (
        lambda documents: field(documents, "push", "action-type").update(const="PUSHED"),
        {
            ("gained", "value-added", "$.detail.action-type", 'may be "PUSHED" too'),
            ("lost", "value-removed", "$.detail.action-type", 'is never "PUSH" any more'),
        },
    ),
    "listed": (
        _listed,
        {("gained", "value-added", "$.detail.action-type", 'may be "POKE" too')},
    ),
    "closed list": (
        lambda documents: field(documents, "scan", "scan-status").update(enum=["COMPLETE"]),
        {("lost", "value-removed", "$.detail.scan-status", 'only ["COMPLETE"]')},
    ),
    "shared bound": (
        lambda documents: documents["envelope.schema.json"]["properties"]["account"].update(
            pattern="^[1-9][0-9]{11}$"
        ),
        {("lost", "bounds-narrowed", "$.account", 'pattern: "^[0-9]{12}$" -> "^[1-9][0-9]{11}$"')},
    ),
    "new field": (
        lambda documents: detail(documents, "push")["properties"].update(
            signed={"type": "boolean"}
        ),
        {("lost", "field-described", "$.detail.signed", 'is new: "boolean"')},
    ),
    "renamed": (
        _rename,
        {
            (
                *("gained", "field-undescribed", "$.detail.image-tag"),
                "is not described any more: it may be anything",
            ),
            ("lost", "field-described", "$.detail.tag", 'is new: "string"'),
        },
    ),
    "closed": (
        lambda documents: detail(documents, "push").update(additionalProperties=False),
        {("lost", "object-closed", "$.detail", "admits only the keys that are described")},
    ),
    "condition": (
        _condition,
        {
            (
                *("lost", "field-required", "$.detail.image-digest"),
                "is always there; it could be absent",
            )
        },
    ),
    "alternatives": (
        lambda documents: detail(documents, "push").update(
            oneOf=[{"required": ["image-tag"]}, {"required": ["image-digest"]}]
        ),
        {("lost", "alternative-removed", "$.detail", "admits less: `oneOf` differs")},
    ),
    "a reader's pattern": (
        lambda documents: documents["envelope.schema.json"]["properties"]["id"].update(
            pattern="^[0-9a-f-]{36}$|^(?!x)[a-z]+$"
        ),
        {
            (*("gained", "bounds-widened", "$.id"), None),
            (*("lost", "bounds-narrowed", "$.id"), None),
        },
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_an_edit_of_our_schemas_is_told_in_words(tmp_path_factory, name):
    edit, expected = REAL[name]
    old, new = few(), few()
    edit(new)
    changes = [
        change for change in compared(tmp_path_factory, old, new) if change.rule.id not in NOTES
    ]
    told = set()
    for change in changes:
        what = change.what if (*_key(change), change.what) in expected else None
        told.add((*_key(change), what))
    assert told == expected
    back = compared(tmp_path_factory, new, old)
    sides = {"gained": "lost", "lost": "gained"}
    keys = {(sides[side], path) for side, _, path, _ in expected}
    assert {(side, path) for side, _, path in map(_key, back) if side} == keys


def _key(change):
    side = {True: "gained", False: "lost", None: None}[change.is_gained]
    return side, change.rule.id, change.path


def test_a_new_choice_is_a_note(tmp_path_factory):
    old, new = few(), few()
    choice = {"evidence": "inferred", "value": "IMAGE_SIZE_EXCEEDED", "id": "too-large"}
    field(new, "scan", "scan-status")["x-ecr"]["choices"]["too-large"] = choice
    [change] = compared(tmp_path_factory, old, new)
    assert (change.kind, change.rule.id) == ("scan", "choice-added")
    assert change.path == "$.detail.scan-status"
    assert 'too-large ("IMAGE_SIZE_EXCEEDED") is a choice now' in change.what
    assert change.witness["detail"]["scan-status"] == "IMAGE_SIZE_EXCEEDED"
    [change] = compared(tmp_path_factory, new, old)
    assert change.rule.id == "choice-removed"


def test_a_field_that_may_be_absent_is_told_once(tmp_path_factory):
    old, new = few(), few()
    detail(new, "scan")["required"].remove("scan-status")
    choices = field(new, "scan", "scan-status")["x-ecr"]["choices"]
    choices["absent"] = {"id": "absent-status", "evidence": "inferred"}
    for one, other in ((old, new), (new, old)):
        [change] = compared(tmp_path_factory, one, other)
        assert change.path == "$.detail.scan-status"


def test_what_one_pattern_alone_has_is_found_however_rare(tmp_path_factory):
    old = {"made.json": {"type": "string", "pattern": "^[a-z]{12}$"}}
    new = {"made.json": {"type": "string", "pattern": "^([a-z]{11}[a-y]|[a-y][a-z]{11})$"}}
    [change] = compared(tmp_path_factory, old, new)
    assert (change.rule.id, change.is_gained) == ("bounds-narrowed", False)
    assert (change.witness[0], change.witness[-1]) == ("z", "z")


def test_what_follows_from_a_list_of_values_is_no_difference(tmp_path_factory):
    for word in ({"enum": ["a"]}, {"const": "a"}, {"const": "a", "type": "string"}):
        old = {"made.json": {"type": "string", "enum": ["a"]}}
        assert compared(tmp_path_factory, old, {"made.json": word}) == ()


def test_a_change_that_no_event_shows_is_told_as_undecided(tmp_path_factory):
    old = {"made.json": {"type": "string", "maxLength": 3, "pattern": "^[a-z]{2}$"}}
    new = {"made.json": {"type": "string", "pattern": "^[a-z]{2}$"}}
    [change] = compared(tmp_path_factory, old, new)
    assert (change.rule.id, change.path) == ("undecided", "$")


PLAIN = {
    "elements": (
        {"type": "array", "prefixItems": [{"const": "a"}], "items": False},
        {"type": "array", "prefixItems": [{"const": "a"}]},
    ),
    "field": ({"properties": {"a": False}}, {"properties": {"a": True}}),
    "anyOf": (
        {"anyOf": [{"required": ["a"]}, {"required": ["b"]}], "type": "object"},
        {"anyOf": [{"required": ["a"]}, {"required": ["c"]}], "type": "object"},
    ),
    "dependentRequired": (
        {"properties": {"a": {}, "b": {}}},
        {"properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}},
    ),
    "uniqueItems": ({"type": "array"}, {"type": "array", "uniqueItems": True}),
    "contains": ({"type": "array"}, {"type": "array", "contains": {"const": 5}}),
    "propertyNames": ({"type": "object"}, {"type": "object", "propertyNames": {"maxLength": 8}}),
    "not": ({"type": "integer"}, {"type": "integer", "not": {"multipleOf": 5}}),
    "exclusiveMinimum": (
        {"type": "number", "exclusiveMinimum": 3},
        {"type": "number", "exclusiveMinimum": 4},
    ),
    "nothing": ({"type": "string", "minLength": 5, "maxLength": 3}, {"type": "string"}),
}


@pytest.mark.parametrize("name", PLAIN)
def test_keywords_that_our_schemas_do_not_use_are_compared_as_well(tmp_path_factory, name):
    for old, new in (PLAIN[name], PLAIN[name][::-1]):
        changes = compared(tmp_path_factory, {"made.json": old}, {"made.json": new})
        assert [change for change in changes if change.rule.id not in NOTES]
        assert not any("draft" in change.what for change in changes)


# --- kinds ----------------------------------------------------------------------------------------


def test_kinds_that_are_new_gone_and_renamed(tmp_path_factory):
    old = {path: copy.deepcopy(document) for path, document in oracle.documents().items()}
    new = copy.deepcopy(old)
    del new[oracle.PATHS["archive"]]
    new["ecr/basic-scan.schema.json"] = new.pop(oracle.PATHS["scan"])
    changes = compared_kinds(tmp_path_factory, old, new)
    assert changes == {("archive", "kind-removed"), ("basic-scan", "kind-renamed")}
    changes = compared_kinds(tmp_path_factory, new, old)
    assert changes == {("archive", "sibling-added"), ("scan", "kind-renamed")}
    del new["ecr/basic-scan.schema.json"]
    changes = compared_kinds(tmp_path_factory, new, old)
    assert changes == {("archive", "sibling-added"), ("scan", "kind-added")}


def compared_kinds(tmp_path_factory, old, new):
    folder = tmp_path_factory.mktemp("kinds")
    sets = [schema_set(written(folder / name, it)) for name, it in (("old", old), ("new", new))]
    changes = compare(*sets).changes
    for change in changes:
        if change.rule.id != "kind-renamed":
            admitting = new if change.is_gained else old
            others = old if change.is_gained else new
            assert judge(admitting, oracle.PATHS[change.kind]).is_valid(change.witness)
            kinds = [path for path in others if "/" in path]
            assert not any(judge(others, path).is_valid(change.witness) for path in kinds)
    return {(change.kind, change.rule.id) for change in changes}


def test_two_single_files_are_one_kind(tmp_path):
    (tmp_path / "a.json").write_text('{"type": "integer", "minimum": 3}')
    (tmp_path / "b.json").write_text('{"type": "integer", "minimum": 4}')
    sets = [schema_set(str(tmp_path / name)) for name in ("a.json", "b.json")]
    [change] = compare(*sets).changes
    assert (change.kind, change.rule.id, change.path) == ("b", "bounds-narrowed", "$")
    assert change.witness == 3


# --- time, and the table --------------------------------------------------------------------------


def test_what_there_was_no_time_for_is_told(tmp_path_factory):
    old, new = few(), few()
    detail(new, "scan")["required"].remove("scan-status")
    folder = tmp_path_factory.mktemp("late")
    sets = [schema_set(written(folder / name, it)) for name, it in (("old", old), ("new", new))]
    comparison = compare(*sets, seconds=0)
    assert comparison.unfinished == ("scan",)


def test_what_a_change_breaks_for_consumers_it_does_not_break_for_producers():
    for rule in RULES.values():
        effects = {rule.effect(Party.CONSUMER), rule.effect(Party.PRODUCER)}
        if rule.id in {"kind-added", "kind-renamed"}:
            assert effects == {Effect.SAFE}
        elif rule.id in NOTES:
            assert effects == {Effect.NOTE}
        else:
            assert effects == {Effect.SAFE, Effect.BREAKING}
