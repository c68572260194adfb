"""Events for the judges of exported schemas, and whether these judge as ours do."""

from __future__ import annotations

import json
from random import Random

from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.exports.definitions import pascal
from ecr_contracts.events.exports.documents import documents
from tests import gen_events, oracle

NARROWER = {"draft4", "openapi3"}
"""The forms in which 1.0 is no integer."""


def exported(form, kind, annotated=False):
    [document] = documents(form, [kind], annotated=annotated)
    return document.content


def component(kind):
    return f"#/components/schemas/{pascal(oracle.schema(kind)['title'])}"


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


def assert_agreement(kind, judges, count):
    """Each judge, by its form, says of every event what ours say."""
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
