"""Exported schemas judge events as ours do, are complete in themselves, and tell what they lose."""

from __future__ import annotations

import json

import jsonschema
import pytest

from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.events.compile import reader
from ecr_contracts.events.exports.definitions import Definitions
from ecr_contracts.events.exports.documents import FORMS, LOSSES, documents
from ecr_contracts.events.exports.languages import draft_4
from ecr_contracts.events.kinds import kind_names
from tests import oracle
from tests.unit.events.exports.judging import NARROWER, assert_agreement, exported

JUDGES = {
    "jsonschema": lambda kind: jsonschema.Draft202012Validator(exported("jsonschema", kind)),
    "draft4": lambda kind: jsonschema.Draft4Validator(exported("draft4", kind)),
    "asyncapi": lambda kind: jsonschema.Draft7Validator(
        {
            "allOf": [exported("asyncapi", kind)["components"]["messages"][kind]["payload"]],
            "components": exported("asyncapi", kind)["components"],
        }
    ),
}
"""What judges events by the exported schema of a kind, by its form."""


@pytest.mark.parametrize("kind", kind_names())
def test_they_accept_and_refuse_what_ours_do(kind):
    assert_agreement(kind, {form: judge(kind) for form, judge in JUDGES.items()}, 20)


@pytest.mark.long
@pytest.mark.parametrize("kind", kind_names())
def test_they_accept_and_refuse_what_ours_do_in_bulk(kind):
    assert_agreement(kind, {form: judge(kind) for form, judge in JUDGES.items()}, 400)


@pytest.mark.parametrize("form", sorted(NARROWER))
def test_a_whole_number_with_a_fraction_is_told_to_be_lost(form):
    assert any("1.0" in loss for loss in exported(form, "scan")[LOSSES])
    assert not any("1.0" in loss for loss in exported(form, "push")[LOSSES])


def test_a_whole_number_with_a_fraction_is_lost_in_draft_4():
    event = reader.contract("scan").build(reader.contract("scan").ordinary)
    event["detail"]["finding-severity-counts"] = {"HIGH": 1.0}
    assert oracle.accepts("scan", event)
    assert not JUDGES["draft4"]("scan").is_valid(event)


# --- judged by others -----------------------------------------------------------------------------


@pytest.mark.parametrize("annotated", [False, True])
@pytest.mark.parametrize("kind", kind_names())
def test_the_metaschemas_take_them(kind, annotated):
    jsonschema.Draft202012Validator.check_schema(exported("jsonschema", kind, annotated))
    jsonschema.Draft4Validator.check_schema(exported("draft4", kind, annotated))


# --- what is in them ------------------------------------------------------------------------------


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolved(document, reference):
    assert reference.startswith("#/")
    for part in reference.removeprefix("#/").split("/"):
        document = document[part]
    return document


@pytest.mark.parametrize("form", FORMS)
def test_each_document_is_complete_in_itself(form):
    count = 0
    for document in documents(form):
        for reference in set(references(document.content)):
            assert resolved(document.content, reference)
            count += 1
    assert count > len(kind_names())


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_is_in_the_documents_of_a_form(form):
    files = documents(form)
    text = json.dumps([document.content for document in files])
    for kind in kind_names():
        assert oracle.schema(kind)["title"] in text
    names = [document.name for document in files]
    assert len(names) == len(set(names))
    assert len(names) in (1, len(kind_names()))


@pytest.mark.parametrize("form", FORMS)
def test_the_same_bytes_come_each_time(form):
    once, again = documents(form), documents(form)
    assert [json.dumps(one.content) for one in once] == [json.dumps(one.content) for one in again]


@pytest.mark.parametrize("form", FORMS)
def test_annotations_are_there_when_asked_for(form):
    bare, annotated = documents(form, ["scan"]), documents(form, ["scan"], annotated=True)
    assert '"x-ecr"' not in json.dumps([one.content for one in bare])
    assert '"no-tags"' in json.dumps([one.content for one in annotated])
    assert any("x-ecr" in loss for loss in bare[0].losses)
    assert not any("left out" in loss for loss in annotated[0].losses)


@pytest.mark.parametrize("form", FORMS)
def test_what_a_document_does_not_say_stands_in_it(form):
    for document in documents(form):
        assert list(document.losses) == document.content[LOSSES]
        assert len(set(document.losses)) == len(document.losses)
    told = {loss for document in documents(form) for loss in document.losses}
    assert any("go together" in loss for loss in told)
    assert any("warnings" in loss for loss in told)


def test_the_ordinary_event_is_an_example():
    event = oracle.schema("scan")["x-ecr"]["baseline"]
    assert exported("jsonschema", "scan")["examples"] == [event]
    assert exported("openapi3", "scan")["components"]["schemas"]["ScanEvent"]["example"] == event
    message = exported("asyncapi", "scan")["components"]["messages"]["scan"]
    assert message["examples"] == [{"name": "ordinary", "payload": event}]


def test_draft_4_bears_the_keys_of_the_registry():
    schema = exported("draft4", "inspector-scan")
    assert schema["x-amazon-events-source"] == "aws.inspector2"
    assert schema["x-amazon-events-detail-type"] == "Inspector2 Scan"


@pytest.mark.parametrize("form", FORMS)
def test_a_name_that_is_no_kind_is_refused(form):
    with pytest.raises(UnknownNameError, match="scam"):
        documents(form, ["scam"])


# --- words of languages ---------------------------------------------------------------------------

NODE = {
    "properties": {
        "const": {"const": 7},
        "properties": {"type": ["object", "null"], "properties": {"a": {"const": True}}},
        "list": {"type": "array", "items": {"const": "x", "title": "X"}},
        "nothing": {"type": "null"},
    },
    "x-ecr": {"const": 1},
}


def test_a_constant_is_a_list_of_one_in_draft_4():
    changed = draft_4(NODE)["properties"]
    assert changed["const"] == {"type": "integer", "enum": [7]}
    assert changed["properties"]["properties"] == {"a": {"type": "boolean", "enum": [True]}}
    assert changed["list"]["items"] == {"type": "string", "enum": ["x"], "title": "X"}
    assert changed["properties"]["type"] == ["object", "null"]
    assert draft_4(NODE)["x-ecr"] == {"const": 1}


def test_parts_of_one_title_that_differ_have_names_of_their_own():
    definitions = Definitions("#/$defs/")
    parts = [{"title": "Scan detail", "minimum": number} for number in (0, 1, 0, 1, 2, 3)]
    added = [definitions.add("scan", part)["$ref"] for part in parts]
    one, other = "#/$defs/ScanDetail", "#/$defs/ScanScanDetail"
    assert added == [one, other, one, other, f"{other}2", f"{other}3"]
    assert list(definitions.sorted()) == sorted(definitions.parts)
    untitled = {"properties": {}}
    assert definitions.add("scan", untitled, "layers item")["$ref"] == "#/$defs/LayersItem"
    assert definitions.add("scan", untitled, "é")["$ref"] == "#/$defs/Part"
