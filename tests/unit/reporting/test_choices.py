"""What an event holds, in words: each choice that is not the baseline's, and nothing else."""

from __future__ import annotations

import pytest

from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.reporting.choices import choices_in_words


@pytest.mark.parametrize("kind", kind_names())
def test_the_names_of_the_choices_make_the_same_event_again(kind):
    contract = reader.contract(kind)
    rows = 0
    for case in cases.edge_cases(kind, 2)[len(cases.edge_cases(kind)) :]:
        tokens = [token for token, _ in choices_in_words(contract, case.labels)]
        assert cases.case(f"{kind}/{'+'.join(tokens)}").text == case.text
        rows += 1
    assert rows


def test_each_choice_is_told_by_the_name_of_its_field():
    case = cases.case("scan/no-tags+failed")
    rows = choices_in_words(reader.contract("scan"), case.labels)
    assert rows == (
        ("failed", 'scan-status is "FAILED"'),
        ("no-counts", "finding-severity-counts is absent"),
        ("no-tags", "image-tags is empty"),
    )


def test_keys_that_are_absent_together_are_one_row():
    case = cases.case("scan/only-critical")
    [(token, words)] = choices_in_words(reader.contract("scan"), case.labels)
    assert token == "only-critical"
    assert words == "HIGH, MEDIUM, LOW, INFORMATIONAL and UNDEFINED are absent"


def test_the_ordinary_event_differs_in_nothing():
    case = cases.case("scan/ordinary")
    assert choices_in_words(reader.contract("scan"), case.labels) == ()
