"""Refusals are told as decisions: a warning of their own check, unless nothing is let through."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from ecr_contracts.core.findings import Location, Severity
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.checks.outcome import symptoms
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.refusals import OwnRefusals
from ecr_contracts.engine.session import Session
from ecr_contracts.engine.subjects.handler import Function
from ecr_contracts.engine.trial import Trial
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.events.generate.cases import case
from ecr_contracts.runtime.outcome import CaughtException, Outcome, Status
from tests.judging import judged

GATE = """
    class NotDecided(Exception):
        pass

    def handler(event, context):
        counts = event["detail"].get("finding-severity-counts")
        if counts is None:
            raise NotDecided("no counts")
"""
QUICK = {"strength": 1, "examples": 0, "kinds": ("scan",), "envelopes": ("lambda",)}


def _function(folder: Path, code: str) -> Function:
    file = folder / "app.py"
    file.write_text(dedent(code))
    spec = importlib.util.spec_from_file_location("app", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "app", module)
        spec.loader.exec_module(module)
        function = Function(module.handler)
        function.modules()  # the file is looked for where its module is listed
    return function


def _verdict(folder: Path, code: str, **asked: object) -> Verdict:
    return judged(_function(folder, code), **QUICK | asked)


def _told(verdict: Verdict) -> list[tuple[str, str | None, Severity]]:
    return [(one.check, one.exception, one.severity) for one in verdict.findings]


def test_a_refusal_is_a_warning_and_no_error(tmp_path: Path) -> None:
    verdict = _verdict(tmp_path, GATE)
    assert _told(verdict) == [("refuses", "app.NotDecided", Severity.WARNING)]
    assert not verdict.failed
    assert verdict.findings[0].location is not None
    assert verdict.findings[0].location.line == 8


def test_with_strict_it_is_an_error(tmp_path: Path) -> None:
    assert _told(_verdict(tmp_path, GATE, strict=True))[0][2] is Severity.ERROR


@pytest.mark.parametrize(
    ("level", "told"),
    [("off: it is a gate", []), ("error", [("refuses", "app.NotDecided", Severity.ERROR)])],
)
def test_its_level_can_be_set(tmp_path: Path, level: str, told: list[object]) -> None:
    assert _told(_verdict(tmp_path, GATE, levels={"refuses": level})) == told


def test_what_refuses_every_event_is_an_error(tmp_path: Path) -> None:
    """A misspelt status: nothing is ever let through."""
    code = GATE.replace("counts is None", 'event["detail"]["scan-status"] != "COMPLETED"')
    told = _told(_verdict(tmp_path, code))
    assert ("raises", "app.NotDecided", Severity.ERROR) in told
    assert "refuses" not in {check for check, _, _ in told}


def test_a_kind_may_be_refused_as_a_whole(tmp_path: Path) -> None:
    code = GATE.replace("counts is None", 'event["detail"].get("action-type") == "DELETE"')
    verdict = _verdict(tmp_path, code, kinds=("push", "delete"))
    assert [(one.check, one.kind) for one in verdict.findings] == [("refuses", "delete")]
    assert not verdict.failed


def test_a_kind_that_is_refused_as_a_whole_is_told_alike_by_itself(tmp_path: Path) -> None:
    """Pytest has an item for each kind, which is run without the others."""
    code = GATE.replace("counts is None", 'event["detail"].get("action-type") == "DELETE"')
    effort = Effort(strength=1, examples=0)
    request = Request(kinds=("push", "delete"), envelopes=("lambda",), effort=effort)
    with Session(_function(tmp_path, code), request) as session:
        verdict = session.report_run(("delete", "lambda"))
    assert [(one.check, one.kind) for one in verdict.findings] == [("refuses", "delete")]


def test_a_built_in_exception_is_none(tmp_path: Path) -> None:
    code = GATE.replace('NotDecided("no counts")', 'ValueError("no counts")')
    assert _told(_verdict(tmp_path, code)) == [("raises", "ValueError", Severity.ERROR)]


def test_what_passes_on_that_something_broke_is_none(tmp_path: Path) -> None:
    """The exception of its own is raised outside of the block that caught the other one."""
    code = """
        class NotDecided(Exception):
            pass

        def worst(event):
            problem = None
            for name in ("finding-severity-counts",):
                try:
                    event["detail"][name]["CRITICAL"]
                except KeyError as error:
                    problem = error
            return problem

        def handler(event, context):
            problem = worst(event)
            if problem:
                raise NotDecided() from problem
    """
    told = _told(_verdict(tmp_path, code))
    assert told
    assert {(check, exception) for check, exception, _ in told} == {("raises", "app.NotDecided")}


REFUSED = "app.NotDecided"


def _trial(case_id: str, outcome: Outcome) -> Trial:
    return Trial(case(case_id), "lambda", outcome, tuple(symptoms(outcome)))


@pytest.mark.parametrize("is_caught_always", [True, False])
def test_only_what_is_caught_before_a_refusal_alone_is_why(
    tmp_path: Path, is_caught_always: bool
) -> None:
    """A handler may catch anything while it logs, and then refuse an event all the same."""
    modules = _function(tmp_path, GATE).modules()
    where = Location(modules[0].shown, 8, "handler")
    caught = CaughtException("TypeError", "", Location("app.py", 3), None, 0, True, False)
    refused = Outcome(Status.RAISED, REFUSED, location=where, caught=(caught,))
    passed = Outcome(Status.RETURNED, caught=(caught,) if is_caught_always else ())
    trials = [_trial("scan/ordinary", passed), _trial("scan/no-counts", refused)]
    finding = build_finding(
        "raises", trials[1].case, "lambda", "", exception=REFUSED, location=where
    )
    (told,) = OwnRefusals(lambda: modules).told([finding], trials)
    assert told.check == ("refuses" if is_caught_always else "raises")


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({}, "refuses"),
        ({"doubt": "unknown", "explained": False}, "refuses"),
        ({"doubt": "flaky", "explained": False}, "raises"),
        ({"through": "ecr.DescribeImages"}, "raises"),
        ({"check": "swallowed"}, "swallowed"),
        ({"exception": "NotDecided"}, "raises"),
        ({"exception": None}, "raises"),
        ({"location": None}, "raises"),
        ({"location": Location("other.py", 8)}, "raises"),
        ({"location": Location("app.py", 6)}, "raises"),
        ({"places": (Location("app.py", 6),)}, "raises"),
    ],
    ids=str,
)
def test_what_calls_say_has_to_agree_with_the_source(
    tmp_path: Path, changes: dict[str, Any], check: str
) -> None:
    """An exception without the name of a module is built in, whatever the code has besides."""
    modules = _function(tmp_path, GATE).modules()
    where = Location(modules[0].shown, 8, "handler")
    outcome = Outcome(Status.RAISED, REFUSED, location=where)
    trials = [_trial("scan/ordinary", Outcome(Status.RETURNED)), _trial("scan/no-counts", outcome)]
    built = build_finding("raises", trials[1].case, "lambda", "", exception=REFUSED, location=where)
    (told,) = OwnRefusals(lambda: modules).told([replace(built, **changes)], trials)
    assert told.check == check


def test_a_case_by_itself_counts_as_the_report_does(tmp_path: Path) -> None:
    """The items of pytest judge case by case."""
    refused = case("scan/failed+no-counts")
    request = Request(kinds=("scan",), envelopes=("lambda",), effort=Effort(strength=1, examples=0))
    with Session(_function(tmp_path, GATE), request) as session:
        trial = session.give(refused, "lambda")
        assert trial is not None
        assert trial.symptoms
        assert session.errors_of(trial) == []
