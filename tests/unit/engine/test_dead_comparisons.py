"""Findings about comparisons that no valid event meets."""

from __future__ import annotations

from pathlib import Path

from ecr_contracts.core.findings import Finding, Severity
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine.dead_comparisons import dead_comparison_findings
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD

CODE = """
def deploy(detail):
    with open(detail["image-tag"]) as file:
        file.read()

def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] == "PUSH" and detail["result"] in ("Success", "Succeeded"):
        deploy(detail)
"""


def _findings(folder: Path, code: str) -> list[Finding]:
    file = folder / "app.py"
    file.write_text(code)
    target = Target.parse(f"{file}:handler")
    return list(dead_comparison_findings(target, WHOLE_WORLD, ("push",), "lambda"))


def test_a_place_has_one_finding_with_each_of_its_literals(tmp_path: Path) -> None:
    """It stands where the comparison does."""
    (finding,) = _findings(tmp_path, CODE)
    assert finding.check == "dead-comparison"
    assert finding.severity is Severity.ERROR
    assert finding.location is not None
    assert (finding.location.line, finding.kind) == (8, "push")
    assert finding.detail.splitlines() == [
        'no event has result "Success"; did you mean "SUCCESS"?',
        'no event has result "Succeeded"; did you mean "SUCCESS"?',
    ]


def test_places_that_look_into_one_table_are_one_finding(tmp_path: Path) -> None:
    code = """
RANK = {"SUCCES": 1}

def handler(event, context):
    result = event["detail"]["result"]
    if RANK[result] > 0:
        open(event["detail"]["image-tag"]).write(str(RANK[result]))
"""
    (finding,) = _findings(tmp_path, code)
    assert finding.location is not None
    assert finding.location.line == 6
    assert finding.detail.splitlines()[0].startswith('no event has result "SUCCES"')
    assert finding.detail.splitlines()[1].endswith("app.py:7")


def test_nothing_is_said_of_code_that_cannot_be_read() -> None:
    """Nor of what has no source."""
    target = Target("app:handler", "handler", module="no_such_module_anywhere")
    assert list(dead_comparison_findings(target, WHOLE_WORLD, ("push",), "lambda")) == []
    assert list(dead_comparison_findings(None, WHOLE_WORLD, ("push",), "lambda")) == []
