"""One fault at several lines of one function is told once."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.findings import Boundary, Condition, Evidence, Finding, Location, Severity
from ecr_contracts.engine.causes.model import meets
from ecr_contracts.engine.causes.same_fault import of_one_state, told_once
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.compile import reader
from ecr_contracts.events.conditions import condition
from ecr_contracts.events.generate.cases import case
from ecr_contracts.runtime.outcome import Outcome, Status

SCAN = reader.contract("scan")
COUNTS = "$.detail.finding-severity-counts"
STATUS, TAGS, DIGEST = "$.detail.scan-status", "$.detail.image-tags", "$.detail.image-digest"
STATUSES = tuple(one.label for one in SCAN.by_path[STATUS].choices)
LABELS = {path: tuple(one.label for one in SCAN.by_path[path].choices) for path in (STATUS, TAGS)}


def having(path, *labels):
    return condition(SCAN.by_path[path], set(labels))


def at(line, function="handler", file="app.py"):
    return Location(file, line, function)


def finding(line, *cause, **changes) -> Finding:
    """An IndexError at a line, shown by an event of its own."""
    built = build_finding(
        "raises",
        case("scan/no-tags"),
        "lambda",
        "list index out of range",
        exception="IndexError",
        location=at(line),
        cause=cause,
    )
    built = replace(built, failed=(f"scan/{line}",), alike=3, passed=9)
    return replace(built, **changes)


EMPTY = having(TAGS, "empty")


def test_the_condition_that_chooses_the_branch_drops_out():
    one = finding(7, having(STATUS, STATUSES[0]), EMPTY)
    other = finding(9, having(STATUS, *STATUSES[1:]), EMPTY)
    (merged,) = told_once(SCAN, [one, other])
    assert merged.cause == (EMPTY,)
    assert merged.location == at(7)
    assert merged.places == (at(9),)
    assert merged.failed == ("scan/7", "scan/9")
    assert (merged.alike, merged.passed) == (6, 9)


def test_three_branches_are_one_fault_as_well():
    findings = [
        finding(7 + number, having(STATUS, status), EMPTY) for number, status in enumerate(STATUSES)
    ]
    (merged,) = told_once(SCAN, findings)
    assert merged.cause == (EMPTY,)
    assert [place.line for place in (merged.location, *merged.places)] == [
        7 + number for number in range(len(STATUSES))
    ]


def test_where_some_branches_are_right_the_condition_stays():
    one, other, *_ = STATUSES
    findings = [finding(7, having(STATUS, one), EMPTY), finding(9, EMPTY, having(STATUS, other))]
    (merged,) = told_once(SCAN, findings)
    if len(STATUSES) == 2:
        assert merged.cause == (EMPTY,)
    else:
        assert set(merged.cause) == {having(STATUS, one, other), EMPTY}


def test_the_same_condition_at_two_lines_is_one_fault():
    (merged,) = told_once(SCAN, [finding(7, EMPTY), finding(9, EMPTY)])
    assert (merged.cause, merged.places) == ((EMPTY,), (at(9),))
    assert merged.alike == 4  # two that fail, and the two that have the cause and do not


def test_every_event_in_each_branch_is_every_event():
    findings = [finding(7, having(STATUS, STATUSES[0])), finding(9, having(STATUS, *STATUSES[1:]))]
    (merged,) = told_once(SCAN, findings)
    assert merged.cause == ()


def test_it_is_shown_where_it_is_sure():
    weak = finding(7, EMPTY, severity=Severity.WARNING, evidence=Evidence.REGISTRY)
    sure = finding(9, EMPTY)
    (merged,) = told_once(SCAN, [weak, sure])
    assert (merged.location, merged.severity, merged.evidence) == (
        at(9),
        Severity.ERROR,
        sure.evidence,
    )
    assert merged.places == (at(7),)


def test_a_comprehension_is_a_part_of_its_function():
    inner = finding(9, EMPTY, location=at(9, "handler.<locals>.<listcomp>"))
    assert len(told_once(SCAN, [finding(7, EMPTY), inner])) == 1


LONG = replace(EMPTY, path=DIGEST, boundary=Boundary("length", 64))


@pytest.mark.parametrize(
    "other",
    [
        finding(9, EMPTY, exception="TypeError"),
        finding(9, EMPTY, location=at(9, "helper")),
        finding(9, EMPTY, location=at(9, file="other.py")),
        finding(9, EMPTY, check="swallowed"),
        finding(9, EMPTY, via="sqs"),
        finding(9, EMPTY, kind="push"),
        finding(9, EMPTY, through="ecr.DescribeImages"),
        finding(9, having(TAGS, "absent")),
        finding(9, having(DIGEST, "absent")),
        finding(9, LONG),
        finding(9, explained=False, doubt="value"),
        finding(9, EMPTY, location=None),
        finding(7, having(DIGEST, "absent")),
    ],
    ids=lambda one: f"{one.check}-{one.exception}-{one.kind}-{one.location}-{one.cause}"[:50],
)
def test_what_may_be_another_fault_is_told_apart(other):
    assert len(told_once(SCAN, [finding(7, EMPTY), other])) == 2


def test_one_line_is_one_fault_for_all_choices_of_a_field():
    """Unpacking says of too few what it does not say of too many."""
    few = finding(7, EMPTY, detail="not enough values to unpack")
    many = finding(7, having(TAGS, "several"), detail="too many values to unpack")
    (merged,) = told_once(SCAN, [few, many])
    assert merged.cause == (having(TAGS, "empty", "several"),)
    assert merged.places == ()


def test_what_no_event_has_otherwise_decides_as_well():
    """A scan that failed has no counts, so that the condition on the counts says it all."""
    absent = having(DIGEST, "absent")
    one = finding(9, having(COUNTS, "absent", "empty"), absent)
    other = finding(7, having(STATUS, "failed"), absent)
    (merged,) = told_once(SCAN, [one, other])
    assert merged.cause == one.cause
    assert {merged.location, *merged.places} == {at(7), at(9)}
    complete = finding(7, having(STATUS, "complete"), absent)
    assert len(told_once(SCAN, [one, complete])) == 2
    alone = finding(7, having(STATUS, "failed"))
    assert len(told_once(SCAN, [finding(9, having(COUNTS, "absent", "empty")), alone])) == 2


def test_places_are_in_the_order_of_the_lines():
    findings = [finding(line, EMPTY) for line in (12, 7, 9)]
    (merged,) = told_once(SCAN, findings)
    assert [place.line for place in (merged.location, *merged.places)] == [7, 9, 12]


def test_what_has_no_line_is_one_fault_within_its_group():
    """Comparisons of calls tell each choice that decides."""
    one = finding(0, EMPTY, location=None)
    other = finding(0, having(TAGS, "several"), location=None)
    (merged,) = told_once(SCAN, [one, other])
    assert merged.cause == (having(TAGS, "empty", "several"),)
    assert (merged.location, merged.places) == (None, ())
    assert len(told_once(SCAN, [one, replace(other, group="another")])) == 2


def shown_by(finding, *case_ids, **changes):
    return replace(finding, failed=case_ids, explained=False, doubt="unknown", **changes)


def test_what_known_causes_bring_about_together_is_told_by_them():
    """With another message, of which nobody knows why."""
    trials = [
        Trial(case(case_id), "lambda", Outcome(Status.RAISED), ())
        for case_id in ("scan/failed+no-counts+no-tags", "scan/no-digest")
    ]
    known = finding(7, EMPTY)
    both = shown_by(known, "scan/failed+no-counts+no-tags", detail="failed; no tags", cause=())
    other = shown_by(both, "scan/failed+no-counts+no-tags", "scan/no-digest")
    assert told_once(SCAN, [both, known], trials) == (known,)
    assert told_once(SCAN, [other, known], trials) == (other, known)
    for apart in (
        replace(both, location=at(9)),
        replace(both, exception="TypeError"),
    ):
        assert told_once(SCAN, [apart, known], trials) == (apart, known)
    assert told_once(SCAN, [both], trials) == (both,)


def test_what_came_before_is_told_once_and_nothing_beside_it():
    """Where one event does not always fail at a line, that line shows no cause."""
    known = finding(7, EMPTY)
    flaky = replace(known, cause=(), explained=False, doubt="flaky", detail="a message")
    another = replace(flaky, detail="another message", failed=("scan/no-digest",))
    [told] = told_once(SCAN, [known, flaky, another])
    assert (told.doubt, told.detail) == ("flaky", "a message")
    assert set(told.failed) == {*known.failed, *flaky.failed, *another.failed}
    for apart in (replace(known, location=at(9)), replace(known, exception="TypeError")):
        assert told_once(SCAN, [apart, flaky]) == (apart, flaky)


def test_another_key_is_another_fault():
    keys = [finding(line, exception="KeyError", detail=f"'{line}'") for line in (7, 9)]
    assert len(told_once(SCAN, keys)) == 2
    assert len(told_once(SCAN, [replace(one, detail="'tag'") for one in keys])) == 1


BOXES = st.lists(
    st.fixed_dictionaries(
        {path: st.sets(st.sampled_from(labels), min_size=1) for path, labels in LABELS.items()}
    ),
    min_size=1,
    max_size=5,
)


@given(BOXES)
def test_no_event_is_added_or_lost(boxes):
    """An event meets some cause before if and only if it meets one afterwards."""
    findings = []
    for line, box in enumerate(boxes, 1):
        cause = []
        for path, labels in box.items():
            if len(labels) < len(LABELS[path]):
                cause.append(having(path, *labels))
        findings.append(finding(line, *cause))
    merged = told_once(SCAN, findings)
    for choices in product(*LABELS.values()):
        labels = dict(zip(LABELS, choices, strict=True))
        before = any(meets(one.cause, labels) for one in findings)
        assert any(meets(one.cause, labels) for one in merged) == before
    lines = [place.line for one in merged for place in (one.location, *one.places)]
    assert sorted(lines) == list(range(1, len(boxes) + 1))


def doubted(line, doubt, **changes) -> Finding:
    return finding(line, explained=False, doubt=doubt, **changes)


def test_two_doubts_about_one_line_are_one():
    one, other = doubted(7, "unknown", failed=("scan/a",)), doubted(7, "value", failed=("scan/b",))
    (told,) = told_once(SCAN, [one, other])
    assert told.doubt == "value"
    assert set(told.failed) == {"scan/a", "scan/b"}
    assert len(told_once(SCAN, [one, doubted(9, "value")])) == 2
    # Which key is not there, the message says: those are two faults.
    keys = [replace(each, exception="KeyError", detail=each.doubt) for each in (one, other)]
    assert len(told_once(SCAN, keys)) == 2


def test_what_came_before_decides_with_every_kind():
    state = doubted(7, "flaky", kind="push")
    elsewhere, sure = doubted(9, "value"), finding(7, EMPTY)
    told = of_one_state([state, doubted(7, "value"), doubted(7, "unknown"), elsewhere, sure])
    assert [each.doubt for each in told] == ["flaky", "flaky", "flaky", "value", ""]
    assert of_one_state([doubted(7, "value")], known=[state])[0].doubt == "flaky"
    assert of_one_state([doubted(7, "value")])[0].doubt == "value"


def test_what_no_choice_describes_has_no_event_to_be_made_of():
    """Two lines that fail with a printed value, as with a handler whose outcomes are by chance."""
    printed = Condition("$.detail.image-digest", ("unlisted",), "is what no choice describes")
    one = finding(7, printed, having(STATUS, STATUSES[0]))
    other = finding(9, printed, EMPTY)
    assert told_once(SCAN, [one, other]) == (one, other)
    assert told_once(SCAN, [other, one]) == (other, one)
    alone = finding(11, printed)
    (told,) = told_once(SCAN, [one, alone])
    assert told.cause == (printed,)
