"""Sentences about findings: when a fault shows, how often, and on what ground."""

from __future__ import annotations

import copy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecr_contracts.core.findings import Evidence
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.reporting.full_lines import full_lines
from ecr_contracts.reporting.lines import Role, finding_lines
from ecr_contracts.reporting.mends import mend
from ecr_contracts.reporting.sentences import circumstances, headline
from tests.unit.reporting.made import COUNTS, ORDINARY, TAGS, when, with_


@pytest.mark.parametrize("kind", kind_names())
def test_every_choice_of_every_kind_can_be_said(kind):
    for facet in reader.contract(kind).varying:
        for choice in facet.choices:
            example = next(
                one for one in edge_cases(kind) if one.labels.get(facet.path) == choice.label
            )
            cause = when(facet.path, choice.label, kind=kind)
            words = circumstances(
                with_(kind=kind, cause=(cause,), case=example.id, example=example.event)
            )
            assert words.startswith(f"when {facet.path.rpartition('.')[2]} ")
            assert words.endswith(cause.words)
            assert "nothing" not in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "when image-tags is empty"),
        ({"cause": (when(TAGS, "absent"),)}, "when image-tags is absent"),
        ({"cause": (when(TAGS, "empty", "absent"),)}, "when image-tags is empty or absent"),
        ({"cause": (when(COUNTS, "empty"),)}, "when finding-severity-counts is empty"),
        (
            {"cause": (when(TAGS, "empty"), when(f"{COUNTS}.HIGH", "absent"))},
            "when image-tags is empty and HIGH is absent",
        ),
        ({"cause": ()}, "on every scan"),
        (
            {"cause": (), "explained": False, "doubt": "unknown"},
            "on scan/no-tags; no choice explains it",
        ),
        (
            {
                "cause": (),
                "explained": False,
                "doubt": "unknown",
                "failed": ("scan/no-tags", "scan/sample"),
            },
            "on some scan events; no choice explains it",
        ),
        (
            {"cause": (), "explained": False, "doubt": "flaky"},
            "at random, or depending on what came before: scan/no-tags does not always fail",
        ),
        (
            {
                "cause": (),
                "explained": False,
                "doubt": "value",
                "nearest_case": "scan/ordinary",
                "nearest": dict.fromkeys(ORDINARY.event, ""),
            },
            "on scan/no-tags, but not on every such event: some value decides",
        ),
        (
            {
                "cause": (),
                "explained": False,
                "doubt": "value",
                "case": "scan/ordinary#0",
                "example": ORDINARY.event | {"account": "999999999999"},
                "nearest_case": "scan/ordinary",
                "nearest": ORDINARY.event,
            },
            'where some value of account decides: "999999999999" fails, "123456789012" passes',
        ),
    ],
)
def test_when_a_fault_shows(changes, words):
    assert circumstances(with_(**changes)) == words


def test_alternative_causes_are_told_in_one_breath_and_no_doubt_with_them():
    high = f"{COUNTS}.HIGH"
    alternatives = [
        with_(cause=(when(TAGS, "empty"),)),
        with_(cause=(when(high, "absent"),)),
        with_(cause=(when(high, "absent"), when(TAGS, "several"))),
        with_(cause=(), explained=False, doubt="unknown", failed=("scan/sample",)),
    ]
    assert circumstances(*alternatives) == (
        "when image-tags is empty, or HIGH is absent, or HIGH is absent and image-tags has two or "
        "more"
    )


@given(st.text(max_size=200), st.text(max_size=200))
def test_of_a_value_that_decides_two_values_are_told_in_one_line(failing, passing):
    """Long ones are cut, and what is made of the name is not told."""
    assume(failing != passing)
    events = [copy.deepcopy(dict(ORDINARY.event)) for _ in range(2)]
    for event, name in zip(events, (passing, failing), strict=True):
        event["detail"]["repository-name"] = name
        event["resources"] = [f"arn:aws:ecr:eu-west-1:123456789012:repository/{name}"]
    nearest, example = events
    finding = with_(
        cause=(), explained=False, doubt="value", example=example, nearest=nearest, exception="E"
    )
    words = circumstances(finding)
    assert words.startswith("where some value of repository-name decides: ")
    assert words.endswith(" passes")
    assert len(words) <= 130
    assert mend(finding) == "look at repository-name before this line, or skip such events"


def test_of_many_alternatives_the_first_are_told_and_the_others_counted():
    severities = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
    alternatives = [with_(cause=(when(f"{COUNTS}.{one}", "absent"),)) for one in severities]
    assert circumstances(*alternatives) == (
        "when CRITICAL is absent, or HIGH is absent, or MEDIUM is absent, or LOW is absent, "
        "or 2 other conditions (-v)"
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "1 of 1 such event fails, 0 of 34 others; documented by AWS"),
        (
            {"failed": ("scan/a", "scan/b"), "alike": 2, "passed": 0},
            "2 of 2 such events fail, 0 of 0 others; documented by AWS",
        ),
        (
            {"failed": ("scan/a", "scan/b"), "alike": 3},
            "2 of 3 such events fail, 0 of 33 others; documented by AWS",
        ),
        (
            {"cause": (), "explained": False, "doubt": "unknown"},
            "1 of 35 events fails; documented by AWS",
        ),
        ({"cause": ()}, "1 of 35 events fails; documented by AWS"),
        ({"cause": (), "passed": 0}, "1 of 1 event fails; documented by AWS"),
        (
            {"evidence": Evidence.REGISTRY},
            "1 of 1 such event fails, 0 of 34 others; AWS's schema registry admits it, "
            "but no such event is on record",
        ),
        (
            {"evidence": Evidence.CAPTURED},
            "1 of 1 such event fails, 0 of 34 others; seen in captured events",
        ),
        (
            {"evidence": Evidence.INFERRED},
            "1 of 1 such event fails, 0 of 34 others; inferred: no such event is on record",
        ),
        (
            {"failed": ("scan/sample",)},
            "1 of 1 such event fails, 0 of 34 others; AWS's documented sample is one",
        ),
    ],
)
def test_how_often_and_on_what_ground(changes, line):
    assert [text for role, text in full_lines(with_(**changes)) if role == Role.MESSAGE][-1] == line


def test_how_often_alternatives_of_one_fault_show_is_counted_together():
    alternatives = [
        with_(cause=(when(TAGS, "empty"),), failed=("scan/a", "scan/b"), alike=2),
        with_(
            cause=(when(COUNTS, "absent"),),
            failed=("scan/b", "scan/c"),
            alike=3,
            evidence=Evidence.REGISTRY,
        ),
    ]
    lines = full_lines(*alternatives)
    assert (
        Role.MESSAGE,
        "3 of 4 such events fail, 0 of 33 others; documented by AWS (is empty)",
    ) in lines
    doubtful = with_(cause=(), explained=False, doubt="value", failed=("scan/d",), alike=1)
    lines = full_lines(*alternatives, doubtful)
    assert (Role.MESSAGE, "4 of 38 events fail; documented by AWS (is empty)") in lines
    # The first has no cause to name, so that nothing stands in brackets.
    lines = full_lines(doubtful, with_(evidence=Evidence.REGISTRY, cause=(), explained=False))
    assert (Role.MESSAGE, "2 of 36 events fail; documented by AWS") in lines


def test_a_check_that_has_no_words_yet_goes_by_its_name():
    assert headline(with_(check="leaks")) == "leaks"
    assert Role.MEND not in [role for role, _ in finding_lines(with_(check="leaks"))]
    assert headline(with_(exception=None)) == "an exception"


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_has_words_of_its_own(check_id):
    assert headline(with_(check=check_id)) not in ("", check_id)
