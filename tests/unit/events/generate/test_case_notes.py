"""What Hypothesis is told of a drawn event."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts import ecr_events
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases


@pytest.mark.parametrize(
    "strategy",
    [
        ecr_events("scan"),
        ecr_events("push", action_type="PUSH"),
        ecr_events("scan", image_tags=st.sampled_from([["a"], [], ["a", "b"]])),
    ],
    ids=["free", "fixed", "fixed by draws"],
)
def test_each_event_is_told_with_the_case_that_has_its_choices(monkeypatch, strategy):
    told = []
    monkeypatch.setattr(hypothesis, "note", told.append)

    @settings(max_examples=100, database=None)
    @given(strategy)
    def run(event):
        name, _, evidence = repr(told[-1]).partition(" ")
        kind = name.partition("/")[0]
        meant = cases.case(name)
        drawn = cases.of_event(reader.contract(kind), event)
        assert meant.labels == drawn.labels
        assert evidence == f"({drawn.evidence.value})"

    run()
    assert len(told) >= 3


def test_its_choices_are_counted(monkeypatch):
    counted = set()
    monkeypatch.setattr(hypothesis, "event", counted.add)

    @settings(max_examples=200, database=None)
    @given(ecr_events("scan", matching={"detail": {"scan-status": ["FAILED"]}}))
    def run(event):
        assert event["detail"]["scan-status"] == "FAILED"

    run()
    assert "scan: no-tags" in counted
    assert all(text.startswith("scan: ") for text in counted)


def test_nothing_is_told_outside_of_a_test():
    contract = reader.contract("scan")
    from ecr_contracts.events.generate.case_notes import tell

    with pytest.raises(hypothesis.errors.InvalidArgument):
        hypothesis.note("outside")
    tell(contract, contract.ordinary)
