"""Vacuity: who does nothing with any event is told, and nobody else is."""

from __future__ import annotations

import json
import socket
from importlib import import_module

import pytest
from pydantic import BaseModel

from ecr_contracts.engine.checks.catalog import VACUOUS
from ecr_contracts.engine.relations.vacuity import check_vacuity
from ecr_contracts.engine.trial import run_trials
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.runtime import invoke
from ecr_contracts.runtime.loader import Consumer
from tests.acceptance.zoo.expected import ROWS
from tests.rows import in_one_test

HERE = [row for row in ROWS if row.family != "acting"]  # those call AWS
SLOW = {"wait_for_children", "flat_name", "give_up"}
"""Those that hang or end the process are not called in this one."""


def vacuity_of(function, kinds=("scan",), via="lambda"):
    """What vacuity says of a consumer after all cases of its kinds."""
    consumer = Consumer.of(function)

    def call(payload, *, trace=False):
        return invoke.call(consumer, payload, trace=trace)

    cases = [case for kind in kinds for case in edge_cases(kind)]
    return check_vacuity(call, list(run_trials(call, cases, via)))


def consumer_of(row):
    return getattr(import_module(f"tests.acceptance.zoo.{row.module}"), row.name)


@in_one_test
@pytest.mark.parametrize(
    "row", [row for row in HERE if row.family != "vacuous" and row.name not in SLOW], ids=str
)
def test_no_consumer_of_the_zoo_that_does_something_is_vacuous(row):
    assert vacuity_of(consumer_of(row), row.kinds, row.via) == ()


@pytest.mark.parametrize("row", [row for row in HERE if row.family == "vacuous"], ids=str)
def test_every_vacuous_consumer_of_the_zoo_is_told(row):
    findings = vacuity_of(consumer_of(row), row.kinds, row.via)
    assert [(finding.check, finding.kind) for finding in findings] == [
        (VACUOUS, kind) for kind in row.kinds
    ]


def prints(event, context):
    print(event)


def prints_one_field(event, context):
    print(event["time"])


def dumps(event, context):
    json.dumps(event)


def compares(event, context):
    return event["resources"] != []


def counts(event, context):
    len(event["resources"])


def connects(event, context):
    socket.socket().close()


def writes(event, context):
    with open("/dev/null", "a") as file:
        file.write("called")


def sends(event, context):
    from rich.text import Text

    Text("called")


class Event(BaseModel):
    id: str
    detail: dict


def models(event, context):
    Event.model_validate(event)


def models_by_keywords(event, context):
    Event(**event)


def remembers(event, context):
    SEEN.append(event["id"])


SEEN: list[str] = []


@pytest.mark.parametrize(
    "function",
    [prints, prints_one_field, dumps, compares, counts, connects, writes, sends, models,
     models_by_keywords, remembers],
)  # fmt: skip
@pytest.mark.parametrize("kind", kind_names())
def test_who_looks_at_an_event_or_sets_something_going_is_not_vacuous(function, kind):
    assert vacuity_of(function, (kind,)) == ()


def other_detail_type(event, context):
    if event.get("detail-type") != "ECR Repository Action":
        return
    print(event["detail"]["repository-name"])


def other_kind(event, context):
    if event.get("detail-type") == "ECR Image Scan":
        print(event["detail"]["repository-name"])


def one_line(event, context):
    return {"statusCode": 200}


def handles_records(event, context):
    return [record["body"] for record in event.get("Records", ())]


@pytest.mark.parametrize("function", [other_detail_type, one_line, handles_records])
@pytest.mark.parametrize("kind", kind_names())
def test_who_never_gets_to_an_event_is_vacuous(function, kind):
    (finding,) = vacuity_of(function, (kind,))
    assert (finding.check, finding.kind, finding.case) == (VACUOUS, kind, f"{kind}/ordinary")
    assert finding.failed == tuple(case.id for case in edge_cases(kind))
    assert finding.detail == f"returns {json.dumps(invoke.call(function, {}).returned)} each time"


def test_a_filter_on_another_kind_is_told_where_that_kind_is_not_among_the_events():
    assert [finding.kind for finding in vacuity_of(other_kind, ("push",))] == ["push"]
    assert vacuity_of(other_kind, ("scan",)) == ()
    assert vacuity_of(other_kind, ("push", "scan")) == ()


def test_what_answers_differently_without_any_event_looks_at_it():
    assert vacuity_of(lambda event, context: bool(event)) == ()


def test_what_fails_has_other_findings():
    def handler(event, context):
        raise RuntimeError

    assert vacuity_of(handler) == ()


def test_without_events_there_is_nothing_to_tell():
    assert (
        check_vacuity(lambda payload, *, trace=False: pytest.fail("nothing is to be called"), [])
        == ()
    )
