"""The builder of findings: what is left out follows from the check and from the example."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import Condition, Evidence, Severity
from ecr_contracts.engine.checks.catalog import CHECKS, REPEATED
from ecr_contracts.engine.checks.finding import build_finding, follow_up
from ecr_contracts.events.generate.cases import case


@pytest.mark.parametrize("check", CHECKS)
def test_the_severity_is_that_of_the_row_of_the_check(check):
    finding = build_finding(check, case("scan/no-tags"), "sqs", "what happened")
    assert finding.severity is CHECKS[check].severity
    assert build_finding(
        check, case("scan/no-tags"), "sqs", "what happened", severity=Severity.WARNING
    ).severity is (Severity.WARNING)


def test_what_is_left_out_is_taken_from_the_example():
    example = case("scan/no-tags")
    finding = build_finding("raises", example, "sqs", "list index out of range")
    assert (finding.kind, finding.via, finding.group) == ("scan", "sqs", "scan@sqs#raises")
    assert (finding.case, finding.example, finding.evidence) == (
        example.id,
        example.event,
        example.evidence,
    )
    assert (finding.failed, finding.alike, finding.passed) == ((example.id,), 1, 0)
    assert (finding.cause, finding.doubt) == ((), "")
    assert (finding.nearest_case, finding.nearest) == ("", None)
    assert finding.explained


def test_what_is_given_stands_as_it_is():
    example, other = case("scan/no-tags"), case("scan/ordinary")
    finding = build_finding(
        "raises",
        example,
        "lambda",
        "boom",
        exception="IndexError",
        cause=(Condition("$.detail.image-tags", ("empty",)),),
        doubt="value",
        evidence=Evidence.INFERRED,
        failed=[example, other],
        passed=3,
        alike=9,
        nearest=other,
        group="one",
    )
    assert finding.failed == ("scan/no-tags", "scan/ordinary")
    assert (finding.passed, finding.alike, finding.group) == (3, 9, "one")
    assert (finding.nearest_case, finding.nearest) == (other.id, other.event)
    assert (finding.evidence, finding.doubt) == (Evidence.INFERRED, "value")
    assert not finding.explained


def test_a_check_that_is_not_in_the_table_is_misuse():
    with pytest.raises(KeyError, match="no-such-check"):
        build_finding("no-such-check", case("scan/ordinary"), "lambda", "")


def test_a_follow_up_is_of_the_same_events_and_in_a_group_of_its_own():
    first = build_finding("raises", case("scan/no-tags"), "lambda", "boom", exception="IndexError")
    second = follow_up(first, REPEATED, "s3.PutObject was done before")
    assert (second.check, second.severity) == (REPEATED, CHECKS[REPEATED].severity)
    assert (second.detail, second.group) == (
        "s3.PutObject was done before",
        f"{first.group}/{REPEATED}",
    )
    assert (second.failed, second.example, second.exception) == (
        first.failed,
        first.example,
        first.exception,
    )


@pytest.mark.parametrize(("check", "doubt"), [("raises", "unknown"), ("monotone", "")])
def test_every_event_is_not_said_to_fail_where_some_pass(check, doubt):
    finding = build_finding(check, case("scan/ordinary"), "lambda", "boom", passed=1)
    assert (finding.explained, finding.doubt) == (not doubt, doubt)
