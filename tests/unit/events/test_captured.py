"""Captured events, rebuilt from what is known of them: valid, recognised, not called inferred.

`captured.jsonl` has a row for each: `proves` are choices, as case ids spell them, that the capture
speaks for; `remarks` are places where whoever kept the event put a dummy. Names, accounts, digests
and what is not known of an event are invented. One event that was long taken for a capture (May
2023, eu-central-1) is AWS's own sample with other values, and has no row.
"""

import json
from pathlib import Path

import pytest

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Evidence, Severity
from ecr_contracts.events.compile import reader
from ecr_contracts.events.validation import kind_of, validate
from tests import oracle

ROWS = [
    json.loads(line)
    for line in Path(__file__).with_name("captured.jsonl").read_text("utf-8").splitlines()
]
SCAN_KEYS = ["scan-status", "repository-name", "image-digest", "image-tags"]


@pytest.fixture(params=ROWS, ids=lambda row: row["name"])
def row(request):
    return request.param


def test_names_are_unique():
    assert len({row["name"] for row in ROWS}) == len(ROWS)
    assert len({row["event"]["id"] for row in ROWS}) == len(ROWS)


def test_it_is_valid_and_of_its_kind(row):
    kind, event = row["kind"], row["event"]
    assert oracle.faults(oracle.judge(kind), event) == []
    assert [other for other in oracle.KINDS if oracle.accepts(other, event)] == [kind]
    assert kind_of(event) == kind


def test_only_dummies_are_remarked_upon(row):
    found = validate(row["event"])
    assert {violation.severity for violation in found} <= {Severity.WARNING}
    assert [violation.path for violation in found] == row.get("remarks", [])


def test_it_has_the_choices_that_it_speaks_for(row):
    contract = reader.contract(row["kind"])
    labels = contract.recognise(row["event"])
    for token in row["proves"]:
        facet, choice = contract.by_token[token]
        assert labels[facet.path] == choice.label, token


def test_what_was_captured_is_not_called_inferred(row):
    contract = reader.contract(row["kind"])
    for token in row["proves"]:
        assert contract.by_token[token][1].evidence is not Evidence.INFERRED, token


def test_all_else_of_it_is_described(row):
    labels = reader.contract(row["kind"]).recognise(row["event"])
    unknown = {path for path, label in labels.items() if label is None}
    assert unknown == set(row.get("remarks", []))


def test_scans_have_their_keys_in_the_order_that_was_seen():
    for row in ROWS:
        if row["kind"] == "scan":
            assert list(row["event"]["detail"])[:4] == SCAN_KEYS


def test_no_push_after_may_2023_lacks_media_types():
    for row in ROWS:
        event = row["event"]
        if row["kind"] == "push":
            has_types = "manifest-media-type" in event["detail"]
            assert has_types is (event["time"] >= "2023-05-17"), row["name"]


OF_THE_ENVELOPE = {"$.id", "$.time"}  # alike for all kinds, so captured for all of them
SHARED = {"push", "delete", "scan"}  # they take claims over from one another, and from severities


def has(event, facet, choice):
    """Whether an event has a choice at a facet; of a list any element counts."""
    value = json_path.at(event, facet.steps)
    if facet.steps[-1] == 0:
        elements = json_path.at(event, facet.steps[:-1])
        return elements is not MISSING and any(map(choice.recognises, elements))
    return choice.recognises(value)


@pytest.mark.parametrize("kind", sorted(set(oracle.KINDS) - SHARED))
def test_no_choice_is_captured_without_a_capture_that_speaks_for_it(kind):
    """A claim that something was captured has a row that shows it."""
    events = [row["event"] for row in ROWS if row["kind"] == kind]
    for facet in reader.contract(kind).varying:
        for choice in facet.choices:
            if choice.evidence is Evidence.CAPTURED and facet.path not in OF_THE_ENVELOPE:
                assert any(has(event, facet, choice) for event in events), choice.token
