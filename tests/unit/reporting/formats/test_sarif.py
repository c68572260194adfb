"""SARIF: rules, places and fingerprints. The schema's judge is in `tests/integration/reporting`."""

from __future__ import annotations

import json
from dataclasses import replace

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog import REFUSES
from ecr_contracts.reporting.formats.registry import document
from ecr_contracts.reporting.formats.run import Run, Unjudged
from tests.unit.reporting.formats.made import run, verdict
from tests.unit.reporting.made import COUNTS, FINDING, when, with_


def log(*verdicts, **changes):
    [only] = json.loads(document("sarif", run(*verdicts, **changes)))["runs"]
    return only


def prints(*findings):
    return [result["partialFingerprints"] for result in log(verdict(*findings))["results"]]


def test_a_fault_stands_at_its_columns_from_the_root_of_the_repository():
    place = replace(FINDING.location, column=5, around="a\nb\nc", first=7, function="handler")
    [result] = log(verdict(with_(location=place)))["results"]
    [location] = result["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "svc/app.py", "uriBaseId": "%SRCROOT%"}
    region = physical["region"]
    assert (region["startLine"], region["startColumn"]) == (8, 5)
    assert region["endColumn"] == 5 + len('tag = detail["image-tags"][0]')
    assert (physical["contextRegion"]["startLine"], physical["contextRegion"]["endLine"]) == (7, 9)
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "handler"


def test_a_rule_says_what_its_check_means_and_what_to_do():
    [rule] = log()["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("ECR101", "Raises")
    assert rule["shortDescription"]["text"] == "A valid event makes the consumer raise."
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert "What to do: handle such events" in rule["help"]["text"]


def test_levels_are_those_of_the_faults():
    advice = with_(check="mutates", severity=Severity.WARNING, group="a")
    refusal = with_(check=REFUSES, severity=Severity.WARNING, group="b")
    results = log(verdict(FINDING, advice, refusal))["results"]
    assert [result["level"] for result in results] == ["error", "warning", "note"]


def test_a_fingerprint_stays_when_lines_move_and_goes_with_the_cause():
    moved = with_(location=replace(FINDING.location, line=99))
    other = with_(cause=(when(COUNTS, "absent"),))
    assert prints(FINDING) == prints(moved)
    assert prints(FINDING) != prints(other)


def test_two_faults_of_one_line_are_told_apart_by_github_too():
    other = with_(cause=(when(COUNTS, "absent"),), group="other", exception="KeyError")
    first, second = prints(FINDING, other)
    assert set(first) == {"ecrContractsCause/v1"}
    assert second["primaryLocationLineHash"] == second["ecrContractsCause/v1"]
    assert second["ecrContractsCause/v1"] != first["ecrContractsCause/v1"]


def test_a_value_makes_no_link():
    [result] = log(verdict(with_(detail="see [here](1) and [1][2]", exception="Odd")))["results"]
    assert r"see \[here](1) and [1][2]" in result["message"]["text"]


def test_a_run_that_was_not_whole_says_so():
    [invocation] = log(
        verdict(is_interrupted=True, planned=9),
        unjudged=(Unjudged("lost.py:handler", "no such file"),),
    )["invocations"]
    assert invocation["executionSuccessful"] is False
    [alone] = log(verdict(is_interrupted=True))["invocations"]
    assert alone["executionSuccessful"] is False
    assert log(verdict())["invocations"] == [{"executionSuccessful": True}]
    words = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert words == [
        "lost.py:handler could not be judged: no such file",
        "app.py:handler: interrupted: 2 of 9 events were given",
    ]


def test_several_consumers_are_one_run_with_each_rule_once():
    only = log(verdict(FINDING), verdict(FINDING, consumer="other.py:handler"))
    assert [rule["id"] for rule in only["tool"]["driver"]["rules"]] == ["ECR101"]
    marks = {result["partialFingerprints"]["ecrContractsCause/v1"] for result in only["results"]}
    assert len(marks) == 2


def test_a_fingerprint_is_the_same_from_every_folder(tmp_path):
    (tmp_path / "svc").mkdir()
    (tmp_path / "svc" / "app.py").write_text("")
    marks = []
    for folder, name in (("svc", "app.py"), ("", "svc/app.py"), ("svc", "../svc/app.py")):
        place = replace(FINDING.location, file=name)
        judged = verdict(with_(location=place), consumer=f"{name}:handler")
        there = Run((judged,), folder=str(tmp_path / folder), root=str(tmp_path))
        [only] = json.loads(document("sarif", there))["runs"]
        marks.append(only["results"][0]["partialFingerprints"])
    assert marks[0] == marks[1] == marks[2]
