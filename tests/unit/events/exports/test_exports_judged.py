"""Exported schemas before outside judges: OpenAPI's validators, and the models of AsyncAPI."""

from __future__ import annotations

import warnings

import jsonschema
import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from ecr_contracts.events.compile import reader
from ecr_contracts.events.exports.documents import documents
from ecr_contracts.events.exports.languages import openapi_3_0
from ecr_contracts.events.kinds import kind_names
from tests import oracle
from tests.unit.events.exports.judging import assert_agreement, component, exported

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its models have fields that pydantic has too
    from asyncapi3.models import AsyncAPI3


def openapi(kind):
    """The judge of events by the exported component of a kind."""
    components = exported("openapi3", kind)["components"]
    return OAS30Validator({"allOf": [{"$ref": component(kind)}], "components": components})


@pytest.mark.parametrize("kind", kind_names())
def test_openapi_accepts_and_refuses_what_ours_do(kind):
    assert_agreement(kind, {"openapi3": openapi(kind)}, 20)


@pytest.mark.long
@pytest.mark.parametrize("kind", kind_names())
def test_openapi_accepts_and_refuses_what_ours_do_in_bulk(kind):
    assert_agreement(kind, {"openapi3": openapi(kind)}, 400)


def test_a_whole_number_with_a_fraction_is_lost_in_openapi():
    event = reader.contract("scan").build(reader.contract("scan").ordinary)
    event["detail"]["finding-severity-counts"] = {"HIGH": 1.0}
    assert oracle.accepts("scan", event)
    assert not openapi("scan").is_valid(event)


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


NULLS = {
    "properties": {
        "object": {"type": ["object", "null"], "properties": {"a": {"const": True}}},
        "list": {"type": "array", "items": {"const": "x"}},
        "nothing": {"type": "null"},
    }
}


def test_null_is_a_word_beside_the_type_in_openapi():
    judge = OAS30Validator(openapi_3_0(NULLS))
    for event in ({"object": None, "nothing": None}, {"object": {"a": True}, "list": ["x"]}):
        assert judge.is_valid(event)
    for event in ({"nothing": {}}, {"list": None}, {"object": {"a": None}}, {"list": ["y"]}):
        assert not judge.is_valid(event)
