"""What to do about a finding is said of the field at hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ecr_contracts.core.findings import Condition, Location
from ecr_contracts.engine.checks.catalog import ACTION_BLIND, CHECKS
from ecr_contracts.events.generate.cases import case
from ecr_contracts.reporting.mends import mend
from tests.unit.reporting.made import COUNTS, TAGS, when, with_

NAME = "$.detail.repository-name"
SKIPPED = ", or, if you do not need such events, skip them"
NARROWED = ", or, if you do not need such events, narrow your rule"
ANSWER = "ecr.DescribeImages"
TOO_LONG = (
    "An error occurred (InvalidParameter) when calling the Publish operation: "
    "Invalid parameter: Subject (of more than 100 characters)"
)
LONGER = Condition(NAME, ("longest",))
NO_HIGH = when(f"{COUNTS}.HIGH", "absent")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "check that image-tags is not empty" + SKIPPED),
        (
            {"cause": (when(f"{COUNTS}.HIGH", "absent"),)},
            "check that HIGH is present" + SKIPPED,
        ),
        (
            {"cause": (replace(NO_HIGH, others=(when(f"{COUNTS}.LOW", "absent"),)),)},
            "check that HIGH and LOW are present" + SKIPPED,
        ),
        (
            {"cause": (when(TAGS, "absent", "empty"),)},
            "check that image-tags is present and not empty" + SKIPPED,
        ),
        (
            {"cause": (Condition(NAME, ("deep",), 'contains "/"'),)},
            'allow a repository-name that contains "/"' + SKIPPED,
        ),
        (
            {"cause": (Condition(f"{COUNTS}.INFORMATIONAL", ("some",), "is present"),)},
            "handle INFORMATIONAL too" + SKIPPED,
        ),
        (
            {"cause": (Condition(NAME, ("deep",), "is one of " + "many words " * 9),)},
            "check repository-name before this line" + SKIPPED,
        ),
        (
            {"cause": (Condition(NAME, ("deep",), 'contains "/"'), when(TAGS, "several"))},
            "check repository-name and image-tags before this line" + SKIPPED,
        ),
        (
            {"cause": (when(f"{COUNTS}.HIGH", "some"), Condition(NAME, ("deep",), 'has a "/"'))},
            'handle events where HIGH is 1 or more and repository-name has a "/"' + SKIPPED,
        ),
        ({"cause": (), "passed": 0}, "repair this line: every event gets here"),
        (
            {"cause": (), "explained": False, "doubt": "flaky"},
            "keep nothing from one event to the next, and leave nothing to chance",
        ),
        (
            {"cause": (), "explained": False, "doubt": "value"},
            "see what this line does with the event that fails, and allow for it",
        ),
        (
            {"rule": "r.yaml:3"},
            "check that image-tags is not empty" + NARROWED,
        ),
        (
            {"rule": "r.yaml:3", "rule_asks": True},
            "check that image-tags is not empty" + SKIPPED,
        ),
        ({"detail": TOO_LONG}, "shorten Subject to 100 characters" + SKIPPED),
        (
            {"exception": "KeyError", "detail": "'imageTags'", "through": ANSWER},
            "check that the answer of ecr.DescribeImages has imageTags" + SKIPPED,
        ),
        (
            {"through": ANSWER},
            "check what the answer of ecr.DescribeImages holds before this line" + SKIPPED,
        ),
        (
            {"cause": (replace(NO_HIGH, others=(when(COUNTS, "absent"),)),)},
            "check finding-severity-counts, then HIGH" + SKIPPED,
        ),
        (
            {"cause": (replace(LONGER, words="is longer than 63 characters"),)},
            "allow a repository-name longer than 63 characters" + SKIPPED,
        ),
        (
            {"cause": (replace(LONGER, words='is "FAILED"'),)},
            'handle repository-name "FAILED" too' + SKIPPED,
        ),
        ({"check": "exits"}, CHECKS["exits"].mend),
        ({"check": "unheard-of"}, ""),
    ],
)
def test_what_to_do_is_said_of_the_field_at_hand(changes, words):
    assert mend(with_(**changes)) == words


def test_what_to_do_about_an_empty_and_an_absent_field_is_said_at_once():
    absent = with_(cause=(when(TAGS, "absent"),))
    both = "check that image-tags is present and not empty" + SKIPPED
    assert mend(with_(), absent) == mend(absent, with_()) == both


def test_what_lies_within_another_field_is_looked_at_behind_it():
    around = with_(cause=(when(COUNTS, "absent"),))
    assert mend(with_(cause=(NO_HIGH,)), around) == (
        "check finding-severity-counts, then HIGH" + SKIPPED
    )


@pytest.mark.parametrize(
    ("kind", "nearest", "named"),
    [("scan", None, "scan-status"), ("push", None, "action-type and result")],
)
def test_advice_names_only_fields_that_its_events_have(kind, nearest, named):
    found = with_(
        check=ACTION_BLIND, cause=(), example=case(f"{kind}/ordinary").event, nearest=nearest
    )
    assert mend(found) == f"check {named} first, or have the rule's pattern ask for it"


def test_advice_names_the_field_by_which_two_events_differ():
    push, delete = case("push/ordinary").event, case("delete/ordinary").event
    found = with_(check=ACTION_BLIND, cause=(), example=push, nearest=delete)
    assert mend(found) == "check action-type first, or have the rule's pattern ask for it"


def _of_every_event(source: str, detail: str, exception: str = "KeyError"):
    location = Location("app.py", 3, source=source)
    return with_(cause=(), passed=0, exception=exception, detail=detail, location=location)


@pytest.mark.parametrize(
    ("source", "missing", "meant"),
    [
        ('tag = event["detial"]["image-tags"]', "detial", "detail"),
        ("detail = event['detials']['x']", "detials", "detail"),
        ('return event["detail"]["image_tags"]', "image_tags", "image-tags"),
        ('return event["detail"]["imageTags"]', "imageTags", "image-tags"),
        ('return detail["repositry-name"]', "repositry-name", "repository-name"),
    ],
)
def test_a_key_that_no_event_has_is_told_with_the_one_that_is_meant(source, missing, meant):
    wanted = f'did you mean "{meant}"? no such event has "{missing}"'
    assert mend(_of_every_event(source, repr(missing))) == wanted


def test_a_key_that_get_did_not_find_is_told_with_the_one_that_is_meant():
    detail = "'NoneType' object is not subscriptable"
    finding = _of_every_event('tag = event.get("detial")["image-tags"]', detail, "TypeError")
    assert mend(finding) == 'did you mean "detail"? no such event has "detial"'


@pytest.mark.parametrize(
    ("source", "detail", "exception"),
    [
        ('tag = event["detail"]["image-tag"]', "'image-tag'", "KeyError"),  # that of a push
        ('body = event["body"]', "'body'", "KeyError"),
        ('return COLOURS[detail["result"]]', "'detial'", "KeyError"),  # it is no key of the line
        ('return int(event["detial"])', "invalid literal for int()", "ValueError"),
    ],
)
def test_another_key_is_not_taken_for_a_misspelling(source, detail, exception):
    finding = _of_every_event(source, detail, exception)
    assert mend(finding) == "repair this line: every event gets here"


@pytest.mark.parametrize(
    ("source", "missing", "meant"),
    [
        ("const tags = event.detail.imageTags.map(String);", "imageTags", "image-tags"),
        ("const tags = event.detial['image-tags'];", "detial", "detail"),
        ("const name = detail['repositry-name'].trim();", "repositry-name", "repository-name"),
    ],
)
def test_a_key_is_told_that_no_event_has_where_javascript_finds_nothing(source, missing, meant):
    detail = "Cannot read properties of undefined (reading 'x')"
    wanted = f'did you mean "{meant}"? no such event has "{missing}"'
    assert mend(_of_every_event(source, detail, "TypeError")) == wanted


def test_a_key_of_an_answer_is_told_with_the_one_that_is_meant():
    lack = "no answer of DescribeImages has 'imageDetail'"
    detail = f"imageDetail is not iterable; {lack}: did you mean imageDetails?"
    finding = _of_every_event("for (const image of imageDetail) {", detail, "TypeError")
    assert mend(finding) == f"did you mean imageDetails? {lack}"
    other = _of_every_event("const a = out.toString.length;", "Cannot read properties of undefined")
    assert mend(other) == "repair this line: every event gets here"
