"""Exported schemas: others take them for what they are to be, and they judge events as ours do."""

from __future__ import annotations

import json
import warnings
from random import Random

import jsonschema
import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.exports.definitions import Definitions, pascal
from ecr_contracts.events.exports.documents import FORMS, LOSSES, documents
from ecr_contracts.events.exports.languages import draft_4, openapi_3_0
from ecr_contracts.events.kinds import kind_names
from tests import gen_events, oracle

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its models have fields that pydantic has too
    from asyncapi3.models import AsyncAPI3

NARROWER = {"draft4", "openapi3"}
"""The forms in which 1.0 is no integer."""


def exported(form, kind, annotated=False):
    [document] = documents(form, [kind], annotated=annotated)
    return document.content


def component(kind):
    return f"#/components/schemas/{pascal(oracle.schema(kind)['title'])}"


JUDGES = {
    "jsonschema": lambda kind: jsonschema.Draft202012Validator(exported("jsonschema", kind)),
    "draft4": lambda kind: jsonschema.Draft4Validator(exported("draft4", kind)),
    "openapi3": lambda kind: OAS30Validator(
        {
            "allOf": [{"$ref": component(kind)}],
            "components": exported("openapi3", kind)["components"],
        }
    ),
    "asyncapi": lambda kind: jsonschema.Draft7Validator(
        {
            "allOf": [exported("asyncapi", kind)["components"]["messages"][kind]["payload"]],
            "components": exported("asyncapi", kind)["components"],
        }
    ),
}
"""What judges events by the exported schema of a kind, by its form."""


def has_whole_float(value):
    match value:
        case dict():
            return any(map(has_whole_float, value.values()))
        case list():
            return any(map(has_whole_float, value))
        case float():
            return value.is_integer()
    return False


def judged_events(kind, count):
    """Valid events and mutants of all sorts: our own one by one, then random ones."""
    contract, random = reader.contract(kind), Random(kind)
    yield from gen_events.events(contract, count, seed=13)
    for mutation in contract.mutations:
        yield mutation.applied(contract.build(full_assignment(contract, mutation.needs)))
    for event in gen_events.events(contract, 2 * count, seed=31):
        yield gen_events.mutated(event, random)
    if kind in oracle.SAMPLED:
        yield json.loads(oracle.sample(kind).read_bytes())


def assert_agreement(kind, count):
    judges = {form: judge(kind) for form, judge in JUDGES.items()}
    refused = 0
    for event in judged_events(kind, count):
        ours = oracle.accepts(kind, event)
        refused += not ours
        for form, judge in judges.items():
            theirs = judge.is_valid(event)
            if form in NARROWER and has_whole_float(event):
                assert ours or not theirs
            else:
                assert theirs == ours, (form, event)
    assert refused > count // 2


@pytest.mark.parametrize("kind", kind_names())
def test_they_accept_and_refuse_what_ours_do(kind):
    assert_agreement(kind, 20)


@pytest.mark.long
@pytest.mark.parametrize("kind", kind_names())
def test_they_accept_and_refuse_what_ours_do_in_bulk(kind):
    assert_agreement(kind, 400)


@pytest.mark.parametrize("form", sorted(NARROWER))
def test_a_whole_number_with_a_fraction_is_told_to_be_lost(form):
    event = dict(reader.contract("scan").build(reader.contract("scan").ordinary))
    event["detail"]["finding-severity-counts"] = {"HIGH": 1.0}
    assert oracle.accepts("scan", event)
    assert not JUDGES[form]("scan").is_valid(event)
    assert any("1.0" in loss for loss in exported(form, "scan")[LOSSES])
    assert not any("1.0" in loss for loss in exported(form, "push")[LOSSES])


# --- judged by others -----------------------------------------------------------------------------


@pytest.mark.parametrize("annotated", [False, True])
@pytest.mark.parametrize("kind", kind_names())
def test_the_metaschemas_take_them(kind, annotated):
    jsonschema.Draft202012Validator.check_schema(exported("jsonschema", kind, annotated))
    jsonschema.Draft4Validator.check_schema(exported("draft4", kind, annotated))


@pytest.mark.parametrize("annotated", [False, True])
@pytest.mark.parametrize("kinds", [(), ("scan",), ("cloudtrail-api-call", "push")])
def test_the_validators_of_openapi_and_asyncapi_take_them(kinds, annotated):
    [openapi] = documents("openapi3", kinds, annotated=annotated)
    assert list(OpenAPIV30SpecValidator(openapi.content).iter_errors()) == []
    [asyncapi] = documents("asyncapi", kinds, annotated=annotated)
    AsyncAPI3.model_validate(asyncapi.content)
    jsonschema.Draft7Validator(ASYNCAPI).validate(asyncapi.content)
    for schema in asyncapi.content["components"]["schemas"].values():
        jsonschema.Draft7Validator.check_schema(schema)


# What the AsyncAPI specification (3.0.0) wants of a document, of the parts that ours has.
_REFERENCE = {
    "type": "object",
    "required": ["$ref"],
    "properties": {"$ref": {"type": "string"}},
    "additionalProperties": False,
}
_NAMES = {"pattern": r"^[A-Za-z0-9._-]+$"}
ASYNCAPI = {
    "type": "object",
    "required": ["asyncapi", "info"],
    "additionalProperties": False,
    "patternProperties": {"^x-": {}},
    "properties": {
        "asyncapi": {"const": "3.0.0"},
        "info": {
            "required": ["title", "version"],
            "properties": {
                "title": {"type": "string"},
                "version": {"type": "string"},
                "description": {"type": "string"},
            },
            "additionalProperties": False,
        },
        "defaultContentType": {"type": "string"},
        "channels": {
            "propertyNames": _NAMES,
            "additionalProperties": {
                "properties": {
                    "address": {"type": ["string", "null"]},
                    "description": {"type": "string"},
                    "messages": {"propertyNames": _NAMES, "additionalProperties": _REFERENCE},
                },
                "additionalProperties": False,
            },
        },
        "operations": {
            "propertyNames": _NAMES,
            "additionalProperties": {
                "required": ["action", "channel"],
                "properties": {
                    "action": {"enum": ["send", "receive"]},
                    "channel": _REFERENCE,
                    "messages": {"type": "array", "items": _REFERENCE},
                },
                "additionalProperties": False,
            },
        },
        "components": {
            "properties": {
                "schemas": {"propertyNames": _NAMES},
                "messages": {
                    "propertyNames": _NAMES,
                    "additionalProperties": {
                        "properties": {
                            "name": {"type": "string"},
                            "title": {"type": "string"},
                            "summary": {"type": "string"},
                            "contentType": {"type": "string"},
                            "payload": _REFERENCE,
                            "examples": {
                                "type": "array",
                                "items": {
                                    "properties": {"name": {"type": "string"}, "payload": {}},
                                    "additionalProperties": False,
                                },
                            },
                        },
                        "additionalProperties": False,
                    },
                },
            },
            "additionalProperties": False,
        },
    },
}


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


def test_null_is_a_word_beside_the_type_in_openapi():
    changed = openapi_3_0(NODE)["properties"]
    assert (changed["properties"]["type"], changed["properties"]["nullable"]) == ("object", True)
    judge = OAS30Validator(openapi_3_0(NODE))
    assert judge.is_valid({"const": 7, "properties": None, "nothing": None})
    assert not judge.is_valid({"nothing": {}})
    assert not judge.is_valid({"list": None})


def test_parts_of_one_title_that_differ_have_names_of_their_own():
    definitions = Definitions("#/$defs/")
    parts = [{"title": "Scan detail", "minimum": number} for number in (0, 1, 0, 1, 2, 3)]
    added = [definitions.add("scan", part)["$ref"] for part in parts]
    one, other = "#/$defs/ScanDetail", "#/$defs/ScanScanDetail"
    assert added == [one, other, one, other, f"{other}2", f"{other}3"]
    assert list(definitions.sorted()) == sorted(definitions.parts)
    assert definitions.add("scan", {"properties": {}})["$ref"] == "#/$defs/Part"
