"""All that is known of a fault: its place, its code, how two events differ, the mend."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import Location
from ecr_contracts.events.generate.cases import case
from ecr_contracts.reporting.full_lines import full_lines
from ecr_contracts.reporting.lines import Role
from tests.unit.reporting.made import MEND, ORDINARY, when, with_


def test_how_to_mend_a_fault_is_said_once_and_last():
    lines = full_lines(with_(), with_(cause=(when("$.region", "aws-cn"),)))
    assert lines[-1] == MEND
    assert [role for role, _ in lines].count(Role.MEND) == 1


def test_a_finding_that_happened_nowhere_has_no_line_for_it():
    assert full_lines(with_(location=None, detail="", exception=None))[1:] == [
        (Role.MESSAGE, "1 of 1 such event fails, 0 of 34 others; documented by AWS"),
        MEND,
    ]


@pytest.mark.parametrize(
    ("line", "first", "around", "lines"),
    [
        (
            9,
            8,
            "if it:\n    pass\nelse:",
            [
                (Role.CODE, "   8  if it:"),
                (Role.FAULTY_CODE, ">  9      pass"),
                (Role.CODE, "  10  else:"),
            ],
        ),
        (
            1,
            1,
            "pass\n\nmore",
            [(Role.FAULTY_CODE, "> 1  pass"), (Role.CODE, "  2"), (Role.CODE, "  3  more")],
        ),
        (7, 0, "", [(Role.FAULTY_CODE, "> 7  the only line")]),
    ],
)
def test_a_line_of_code_is_shown_with_its_neighbours_and_numbers(line, first, around, lines):
    place = Location("app.py", line, source="the only line", around=around, first=first)
    told = full_lines(with_(location=place))
    assert told[1:-3] == [(Role.PLACE, f"app.py:{line}"), *lines]


def differing(event, **changes):
    found = with_(nearest_case="scan/ordinary", nearest=ORDINARY.event, example=event, **changes)
    return [pair for pair in full_lines(found) if pair[0] in (Role.NOTE, Role.BEFORE, Role.AFTER)]


def test_the_difference_to_the_nearest_passing_event_is_shown():
    assert differing(case("scan/no-tags").event) == [
        (Role.NOTE, "scan/ordinary passes, scan/no-tags fails; they differ in"),
        (Role.BEFORE, '- $.detail.image-tags: ["latest"]'),
        (Role.AFTER, "+ $.detail.image-tags: []"),
    ]
    assert differing(case("scan/absent-tags").event)[1:] == [
        (Role.BEFORE, '- $.detail.image-tags: ["latest"]')
    ]
    assert differing(case("scan/no-tags").event, doubt="flaky", explained=False, cause=()) == []
    assert differing(ORDINARY.event) == []


def test_event_ids_are_of_no_difference_unless_they_are_the_only_one_or_the_cause():
    changed = ORDINARY.event | {"id": "00000000-0000-4000-8000-000000000000"}
    of_id = [
        (Role.BEFORE, f'- $.id: "{ORDINARY.event["id"]}"'),
        (Role.AFTER, '+ $.id: "00000000-0000-4000-8000-000000000000"'),
    ]
    assert differing(changed)[1:] == of_id
    assert differing(changed | {"account": "000000000000"})[1:] == [
        (Role.BEFORE, f'- $.account: "{ORDINARY.event["account"]}"'),
        (Role.AFTER, '+ $.account: "000000000000"'),
    ]
    assert (
        differing(changed | {"account": "000000000000"}, cause=(when("$.id", "not-v4"),))[1:3]
        == of_id
    )


@pytest.mark.parametrize(
    ("keys", "end"),
    [
        (4, []),
        (5, [(Role.NOTE, "and 1 more difference")]),
        (6, [(Role.NOTE, "and 2 more differences")]),
    ],
)
def test_no_more_than_four_differences_are_shown(keys, end):
    shown = differing(ORDINARY.event | {f"key-{number}": number for number in range(keys)})
    assert [role for role, _ in shown[1:5]] == [Role.AFTER] * 4
    assert shown[5:] == end


def test_alternatives_differ_in_the_words_of_the_first():
    first = with_(nearest_case="scan/ordinary", nearest=ORDINARY.event)
    second = with_(
        cause=(when("$.region", "aws-cn"),), case="scan/aws-cn", example=case("scan/aws-cn").event
    )
    assert "+ $.detail.image-tags: []" in [text for _, text in full_lines(first, second)]
    assert not [text for _, text in full_lines(first, second) if "$.region:" in text]
