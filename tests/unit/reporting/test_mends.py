"""What to do about a finding is said of the field at hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ecr_contracts.core.findings import Condition
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.reporting.mends import mend
from tests.unit.reporting.made import COUNTS, TAGS, when, with_

NAME = "$.detail.repository-name"
NO_HIGH = when(f"{COUNTS}.HIGH", "absent")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "look whether image-tags is empty, or skip such events"),
        (
            {"cause": (when(f"{COUNTS}.HIGH", "absent"),)},
            "look whether HIGH is there, or skip such events",
        ),
        (
            {"cause": (replace(NO_HIGH, others=(when(f"{COUNTS}.LOW", "absent"),)),)},
            "look whether each of HIGH and LOW is there, or skip such events",
        ),
        (
            {"cause": (when(TAGS, "absent", "empty"),)},
            "look whether image-tags is there and not empty, or skip such events",
        ),
        (
            {"cause": (Condition(NAME, ("deep",), 'contains "/"'),)},
            'allow for a repository-name that contains "/", or skip such events',
        ),
        (
            {"cause": (Condition(f"{COUNTS}.INFORMATIONAL", ("some",), "is present"),)},
            "allow for INFORMATIONAL, or skip such events",
        ),
        (
            {"cause": (Condition(NAME, ("deep",), "is one of " + "many words " * 9),)},
            "look at repository-name before this line, or skip such events",
        ),
        (
            {"cause": (Condition(NAME, ("deep",), 'contains "/"'), when(TAGS, "several"))},
            "look at repository-name and image-tags before this line, or skip such events",
        ),
        (
            {"cause": (when(f"{COUNTS}.HIGH", "some"), Condition(NAME, ("deep",), 'has a "/"'))},
            'allow for events where HIGH is 1 or more and repository-name has a "/", '
            "or skip such events",
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
        ({"rule": "r.yaml:3"}, "look whether image-tags is empty, or narrow your rule"),
        (
            {"rule": "r.yaml:3", "rule_asks": True},
            "look whether image-tags is empty, or skip such events",
        ),
        ({"check": "exits"}, CHECKS["exits"].mend),
        ({"check": "unheard-of"}, ""),
    ],
)
def test_what_to_do_is_said_of_the_field_at_hand(changes, words):
    assert mend(with_(**changes)) == words


def test_what_to_do_about_an_empty_and_an_absent_field_is_said_at_once():
    absent = with_(cause=(when(TAGS, "absent"),))
    both = "look whether image-tags is there and not empty, or skip such events"
    assert mend(with_(), absent) == mend(absent, with_()) == both
