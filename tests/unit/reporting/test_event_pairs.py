"""The event that fails is told next to the one that passes."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import Condition, Severity
from ecr_contracts.events.generate.cases import case
from ecr_contracts.reporting.event_pairs import events_apart
from tests.unit.reporting.made import COUNTS, ORDINARY, when, with_


def pair(failing, passing=ORDINARY, **changes):
    """What is told of two events; a case by its id or itself."""
    failing = case(failing)
    return events_apart(
        with_(
            case=failing.id,
            example=failing.event,
            nearest_case=passing and passing.id,
            nearest=passing and passing.event,
            **changes,
        )
    )


@pytest.mark.parametrize(
    ("failing", "passing", "told"),
    [
        ("scan/no-tags", ORDINARY, 'scan/no-tags fails with image-tags []; with ["latest"] it pas'),
        ("scan/no-high", ORDINARY, "scan/no-high fails without HIGH; with 2 it passes"),
        (
            "scan/ordinary",
            case("scan/no-high"),
            "scan/ordinary fails with HIGH 2; without it, it passes",
        ),
    ],
)
def test_one_difference_takes_one_line(failing, passing, told):
    line, second = pair(failing, passing)
    assert line.startswith(told)
    assert second == ""
    assert len(line) <= 76


def test_long_values_are_cut_so_that_a_line_holds_both():
    line, second = pair("push/no-digest", case("push/ordinary"), kind="push")
    assert line == 'push/no-digest fails without image-digest; with "sha25…2e8d5b39" it passes'
    assert second == ""


def test_what_the_cause_is_about_is_told_and_long_objects_are_named_only():
    failing, passing = pair("scan/failed+no-counts", cause=(when(COUNTS, "absent"),))
    assert failing == "scan/failed+no-counts fails without finding-severity-counts"
    assert passing == "with {…} it passes (scan-status differs too)"
    inner = when(f"{COUNTS}.HIGH", "absent")
    assert pair("scan/failed+no-counts", cause=(inner,)) == (failing, passing)


def test_without_a_cause_all_differences_are_told():
    failing, passing = pair("scan/failed+no-counts", cause=(), explained=False)
    assert failing == (
        'scan/failed+no-counts fails with scan-status "FAILED", without finding-severity-counts'
    )
    assert passing == 'it passes with scan-status "COMPLETE", with finding-severity-counts {…}'


def test_many_differences_are_counted():
    line, _ = pair("scan/sample", cause=(), explained=False)
    assert line == "scan/sample fails; the nearest that passes differs in 9 fields (-v)"


def test_a_value_is_never_said_to_decide_alone_where_more_differs():
    failing, passing = pair("scan/sample")
    assert failing == "scan/sample fails with image-tags []"
    assert passing == 'with ["latest"] it passes (8 more fields differ)'


def test_what_follows_from_a_value_that_is_told_is_no_further_difference():
    name = when("$.detail.repository-name", "namespaced")
    failing, passing = pair("scan/namespaced-repository", cause=(name,))
    assert (failing, passing) == (
        'scan/namespaced-repository fails with repository-name "team/app"',
        'with "my-repo" it passes',
    )
    failing, passing = pair("scan/namespaced-repository+no-tags", cause=(name,))
    assert passing == 'with "my-repo" it passes (image-tags differs too)'


def test_an_event_that_is_no_failure_shows_it():
    line, _ = pair("scan/no-tags", check="mutates", severity=Severity.WARNING)
    assert line == 'scan/no-tags shows it with image-tags []; with ["latest"] it does not'


def test_an_event_that_no_passing_one_is_known_of_is_told_alone():
    assert pair("scan/no-tags", None) == ("scan/no-tags fails with image-tags []", "")
    assert pair("scan/no-tags", None, cause=()) == ("", "")


def test_nothing_is_compared_where_no_field_decides():
    assert pair("scan/no-tags", doubt="flaky", explained=False, cause=()) == ("", "")
    assert pair("scan/no-tags", check="batch-answer", group="scan@firehose#batch-answer") == (
        "",
        "",
    )


def test_two_calls_that_were_compared_are_told_by_what_is_different():
    assert pair("scan/no-tags", check="action-blind") == (
        'the two events differ in image-tags (["latest"] and [])',
        "",
    )


def test_how_long_a_text_is_stands_there_where_its_length_decides():
    cause = (Condition("$.detail.image-tag", ("longest",), "is longer than 63 characters"),)
    line, second = pair("push/longest-tag", case("push/ordinary"), kind="push", cause=cause)
    assert " (128 characters)" in line
    assert "it passes" in f"{line}; {second}"
    plain, _ = pair("push/longest-tag", case("push/ordinary"), kind="push", cause=())
    assert "characters" not in plain
