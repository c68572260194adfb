"""The report for programs is as its schema says, and tells what the findings hold."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from ecr_contracts.engine.trial import distinct
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import case, edge_cases
from ecr_contracts.events.validation import validate
from ecr_contracts.reporting.json import FORMAT, verdict_as_json
from ecr_contracts.reporting.verdicts import guarantee
from tests.integration.reporting.runs import DRAWN, checked

SCHEMA = json.loads(files("ecr_contracts").joinpath("report.schema.json").read_text("utf-8"))


def test_the_schema_of_the_report_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"]["const"] == FORMAT


@pytest.mark.parametrize(
    ("handler", "arguments"),
    [
        ("handler", {}),
        ("handler", {"case_ids": ["scan/sample"]}),
        ("handler", {"case_ids": ["scan/sample"], "probe": 0}),
        ("worker", {"via": ["event-bus", "lambda"]}),
        ("deploy", {}),
        ("dates", {"kinds": ["scan"]}),
        ("misprint", {"kinds": ["scan"]}),
        ("odd_together", {"kinds": ["push"], "strength": 1, "probe": 0}),
        ("stuck", {"kinds": ["scan"], "timeout": 0.05}),
        ("fine", {"examples": 20}),
        ("fine", {"kinds": ["push"], "strength": 3, "evidence": "registry"}),
        ("idle", {}),
        ("once", {"kinds": ["push"], "strength": 1}),
        ("picky", {"kinds": ["push"], "examples": DRAWN}),
        ("talkative", {"kinds": ["scan"]}),
    ],
)
def test_the_report_for_programs_is_as_its_schema_says(handler, arguments):
    verdict = checked(handler.replace("worker", "handler"), **arguments)
    document = verdict_as_json(verdict)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert json.loads(json.dumps(document, ensure_ascii=True)) == document
    assert len(document["findings"]) == len(verdict.findings)
    assert document["cases_run"] == len(verdict.trials)
    assert document["cases_planned"] == verdict.planned
    assert document["strength"] == verdict.strength
    assert (document["events_drawn"], document["probes"]) == (verdict.drawn, verdict.probes)
    assert document["guarantee"] == guarantee(verdict)
    named = set(SCHEMA["$defs"]["finding"]["properties"])
    assert all(set(finding) == named for finding in document["findings"])
    assert set(document) == set(SCHEMA["properties"])
    assert set(SCHEMA["required"]) == set(document)
    assert set(SCHEMA["$defs"]["finding"]["required"]) == named


ABSENT_DIGEST = {
    "path": "$.detail.image-digest",
    "is": ["absent"],
    "words": "is absent",
    "choice": "absent",
}


@pytest.mark.parametrize(
    ("handler", "arguments", "told"),
    [
        (
            "once",
            {"kinds": ["push"], "strength": 1},
            ("flaky", False, [], "push/leading-zero-account"),
        ),
        ("choosy", {"kinds": ["push"], "examples": DRAWN}, ("value", False, [], None)),
        (
            "odd_together",
            {"kinds": ["push"], "strength": 1, "probe": 0},
            ("unknown", False, [], "push/sample"),
        ),
        (
            "no_digest",
            {"kinds": ["push"]},
            (None, True, [ABSENT_DIGEST], "push/no-digest"),
        ),
    ],
)
def test_programs_are_told_why_there_is_no_cause(handler, arguments, told):
    doubt, explained, cause, simplest = told
    [finding] = verdict_as_json(checked(handler, **arguments))["findings"]
    assert (finding["doubt"], finding["explained"], finding["cause"]) == (doubt, explained, cause)
    assert finding["case"] == (simplest or finding["case"])
    assert finding["failed"] == len(finding["failed_cases"])
    assert finding["nearest_case"] is not None
    assert validate(finding["nearest"]) == ()
    assert finding["nearest"] != finding["example"]


def test_programs_are_told_of_no_passing_event_where_there_is_none():
    [finding] = verdict_as_json(checked("talkative", kinds=["scan"]))["findings"]
    assert (finding["nearest_case"], finding["nearest"]) == (None, None)
    # Those of the further calls that tell the causes come on top.
    assert {one.id for one in edge_cases("scan", 2)} <= set(finding["failed_cases"])
    assert finding["failed"] == finding["alike"] == len(finding["failed_cases"])


def test_what_was_done_is_counted_for_programs():
    document = verdict_as_json(
        checked("no_digest", kinds=["push"], strength=1, examples=30, probe=40)
    )
    assert (document["strength"], document["cases_run"]) == (1, len(edge_cases("push")))
    assert document["events_drawn"] >= 30
    assert 0 < document["probes"] <= 40
    chosen = verdict_as_json(checked("handler", case_ids=["scan/sample"], probe=0))
    assert (chosen["strength"], chosen["events_drawn"], chosen["probes"]) == (0, 0, 0)


def test_a_finding_for_programs():
    [finding, *_] = verdict_as_json(checked("handler"))["findings"]
    cases = edge_cases("scan", 2)
    failed = [one.id for one in cases if one.event["detail"].get("image-tags") == []]
    passed = sum(
        bool(one.event["detail"].get("image-tags"))
        and "CRITICAL" in one.event["detail"].get("finding-severity-counts", {})
        for one in cases
    )
    # Those of the further calls that tell the causes come on top.
    assert finding["failed_cases"][: len(failed)] == failed
    assert finding["passed"] >= passed
    assert finding == {
        "check": "raises",
        "code": "ECR101",
        "severity": "error",
        "kind": "scan",
        "via": "lambda",
        "cause": [
            {
                "path": "$.detail.image-tags",
                "is": ["empty"],
                "words": "is empty",
                "choice": "empty",
            }
        ],
        "explained": True,
        "exception": "IndexError",
        "message": "list index out of range",
        "mend": "check that image-tags is not empty, or, if you do not need such events, skip them",
        "location": {"file": "app.py", "line": 9},
        "places": [],
        "evidence": "documented",
        "doubt": None,
        "failed": len(finding["failed_cases"]),
        "alike": len(finding["failed_cases"]),
        "passed": finding["passed"],
        "failed_cases": finding["failed_cases"],
        "case": "scan/no-tags",
        "example": distinct(case("scan/no-tags")).event,
        "nearest_case": "scan/ordinary",
        "nearest": case("scan/ordinary").event,
        "repeat": "ecr-contracts check app.py:handler --case scan/no-tags",
        "group": "scan@lambda#0",
        "through": None,
        "rule": None,
        "effects": [],
        "effects_left_out": 0,
    }


def test_every_choice_of_a_cause_is_one_that_the_kind_lists():
    for finding in verdict_as_json(checked("named"))["findings"]:
        facets = reader.contract(finding["kind"]).by_path
        for condition in finding["cause"]:
            assert condition["choice"] == " or ".join(condition["is"])
            assert all(facets[condition["path"]][label] for label in condition["is"])
