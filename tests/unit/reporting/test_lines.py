"""The lines of a fault: its place, its code, the difference to a passing event, the mend."""

from __future__ import annotations

import json
import textwrap

import pytest

from ecr_contracts.core.findings import (
    Cause,
    Location,
)
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.events.generate.cases import case
from ecr_contracts.reporting.lines import Role, finding_lines, plain_text
from tests.unit.reporting.made import MEND, ORDINARY, with_


def test_how_to_mend_a_fault_is_said_once_and_last():
    alternatives = [with_(), with_(cause=(Cause("$.region", "aws-cn"),))]
    lines = finding_lines(*alternatives)
    assert lines[-1] == MEND
    assert [role for role, _ in lines].count(Role.MEND) == 1


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_says_how_to_mend_what_it_finds(check_id):
    assert finding_lines(with_(check=check_id))[-1] == (Role.MEND, f"mend: {CHECKS[check_id].mend}")


def test_a_finding_that_happened_nowhere_has_no_line_for_it():
    assert finding_lines(with_(location=None, detail="", exception=None))[1:] == [
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
    told = finding_lines(with_(location=place))
    assert told[1:-3] == [(Role.PLACE, f"app.py:{line}"), *lines]


def differing(event, **changes):
    found = with_(nearest_case="scan/ordinary", nearest=ORDINARY.event, example=event, **changes)
    return [
        pair for pair in finding_lines(found) if pair[0] in (Role.NOTE, Role.BEFORE, Role.AFTER)
    ]


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
        differing(changed | {"account": "000000000000"}, cause=(Cause("$.id", "not-v4"),))[1:3]
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
        cause=(Cause("$.region", "aws-cn"),), case="scan/aws-cn", example=case("scan/aws-cn").event
    )
    assert "+ $.detail.image-tags: []" in [text for _, text in finding_lines(first, second)]
    assert not [text for _, text in finding_lines(first, second) if "$.region:" in text]


def test_findings_may_be_told_in_the_message_of_an_exception():
    one = with_(location=None, nearest_case="scan/ordinary", nearest=ORDINARY.event)
    other = with_(
        group="scan@lambda#1",
        exception="KeyError",
        detail="'x'",
        location=None,
        case="scan/ordinary#12",
    )
    assert plain_text([one]) == textwrap.dedent("""\
        IndexError when $.detail.image-tags is empty
           IndexError: list index out of range
           1 of 1 such event fails, 0 of 34 others; documented by AWS
           scan/ordinary passes, scan/no-tags fails; they differ in
           - $.detail.image-tags: ["latest"]
           + $.detail.image-tags: []
           mend: handle such events (a default for what is missing), or skip them early
           see ecr-contracts sample scan/no-tags""")
    first, second = plain_text([one, other]).split("\n\n")
    assert first == f"1  {plain_text([one])}"
    # No id gives such an event, so it stands there itself.
    assert second.startswith("2  KeyError when $.detail.image-tags is empty\n")
    assert second.endswith(f"\n   the event: {json.dumps(other.example)}")


def test_an_event_that_its_id_gives_only_behind_a_rule_is_named_with_the_consumer_or_told():
    event = case("scan/no-tags").event
    event["detail"]["repository-name"] = "shop/api"
    for named in ("scan/no-tags", "scan/no-tags+shop-api"):
        finding = with_(case=named, example=event)
        told = plain_text([finding]).splitlines()[-1]
        assert told.strip() == f"the event: {json.dumps(event)}"
        shown = plain_text([finding], "src/my app.py:handler").splitlines()[-1]
        line = f"see ecr-contracts sample --for 'src/my app.py:handler' {named}"
        assert shown.strip() == line
    own = case("scan/no-tags").event | {"id": "c47e10b9-83d2-4a5f-b6c8-000000000000"}
    assert "see ecr-contracts sample scan/no-tags" in plain_text([with_(example=own)], "app.py:f")
