"""Accepted findings: what an entry covers, what is new, what is gone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.findings import Boundary, Condition, Location
from ecr_contracts.engine.accepted.baseline import Baseline, merged
from ecr_contracts.engine.accepted.entries import Entry, entry_of
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.events.compile.reader import contract
from ecr_contracts.events.generate.cases import case

APP = "app.py:handler"
TAG = "$.detail.image-tag"
ABSENT = Condition(TAG, ("absent",))


def finding(*cause, kind="push", via="lambda", check="raises", exception="KeyError", line=None):
    location = None if line is None else Location("app.py", 3, source=line)
    return build_finding(
        check,
        case(f"{kind}/ordinary"),
        via,
        "",
        cause=cause,
        exception=exception,
        location=location,
    )


def accepts(accepted, found, consumer=APP) -> bool:
    return entry_of(accepted, APP).covers(entry_of(found, consumer))


def test_a_finding_is_known_again_wherever_its_line_is():
    moved = replace(finding(ABSENT, line="a"), location=Location("app.py", 90, source="b"))
    assert accepts(finding(ABSENT, line="a"), moved)
    assert accepts(finding(line="x[0]"), replace(finding(line="x[0] "), severity="warning"))


@pytest.mark.parametrize(
    "other",
    [
        finding(ABSENT, check="swallowed"),
        finding(ABSENT, kind="scan"),
        finding(ABSENT, via="sqs"),
        finding(ABSENT, exception="TypeError"),
        finding(Condition("$.detail.image-digest", ("absent",))),
        finding(Condition(TAG, ("absent", "empty"))),
        finding(),
        replace(finding(ABSENT), cause=(), doubt="flaky"),
    ],
)
def test_another_cause_check_kind_envelope_or_exception_is_new(other):
    assert not accepts(finding(ABSENT), other)


def test_another_handler_is_new():
    assert not accepts(finding(ABSENT), finding(ABSENT), "other.py:handler")


def test_without_a_cause_the_text_of_the_line_tells_findings_apart():
    assert not accepts(finding(line="x[0]"), finding(line="x[1]"))
    assert not accepts(finding(line="x[0]"), finding(ABSENT, line="x[1]"))
    assert not accepts(finding(), finding(line="x[1]"))


def test_a_narrower_cause_is_accepted_and_a_wider_one_is_new():
    wide = finding(Condition(TAG, ("absent", "empty")))
    narrow = finding(ABSENT)
    further = finding(ABSENT, Condition("$.detail.result", ("FAILURE",)))
    assert accepts(wide, narrow)
    assert accepts(narrow, further)
    assert not accepts(narrow, wide)
    assert not accepts(further, narrow)


def test_alternatives_are_a_wider_cause():
    either = finding(Condition(TAG, ("absent",), others=(Condition("$.detail.x", ("a",)),)))
    assert accepts(either, finding(ABSENT))
    assert not accepts(finding(ABSENT), either)


def bounded(low, high=None, measure="length", **more):
    return finding(Condition(TAG, ("any",), boundary=Boundary(measure, low, high, **more)))


def test_a_boundary_within_another_is_narrower():
    assert accepts(bounded(64), bounded(64))
    assert accepts(bounded(64), bounded(100, 120))
    assert not accepts(bounded(64), bounded(63))
    assert not accepts(bounded(64, 100), bounded(64))
    assert not accepts(bounded(64), bounded(64, measure="number"))
    assert not accepts(bounded(64), finding(Condition(TAG, ("any",))))
    assert not accepts(finding(Condition(TAG, ("any",))), bounded(64))
    contains = bounded(None, measure="contains", text="/")
    assert accepts(contains, contains)
    assert not accepts(contains, bounded(None, measure="contains", text="/", is_negated=True))


LABELS = st.frozensets(st.sampled_from("abcd"), min_size=1)


@given(LABELS, LABELS)
def test_covering_is_inclusion_of_choices(accepted, found):
    wide = finding(Condition(TAG, tuple(accepted)))
    narrow = finding(Condition(TAG, tuple(found)))
    assert accepts(wide, narrow) is (found <= accepted)


def test_what_is_new_accepted_and_gone_is_told_apart():
    other = finding(Condition("$.detail.result", ("FAILURE",)))
    entries = [entry_of(finding(ABSENT), APP, "why"), entry_of(other, APP, "because")]
    baseline = Baseline().with_new(entries)
    new = finding(ABSENT, kind="scan")
    result = baseline.sort([finding(ABSENT), new], APP)
    assert result.new == (new,)
    assert [(one.kind, entry.reason) for one, entry in result.accepted] == [("push", "why")]
    assert [entry.reason for entry in result.gone] == ["because"]
    assert baseline.sort([], "other.py:handler").gone == ()
    assert baseline.pruned([finding(ABSENT), new], APP).entries == (entries[0],)
    assert baseline.pruned([], "other.py:handler") == baseline


def test_kinds_and_envelopes_of_an_entry_go_one_by_one():
    found = [
        finding(ABSENT, kind=kind, via=via) for kind in ("push", "scan") for via in ("sns", "sqs")
    ]
    baseline = Baseline().with_new(entry_of(one, APP, "why") for one in found)
    [entry] = baseline.entries
    assert (entry.kinds, entry.via) == (("push", "scan"), ("sns", "sqs"))
    result = baseline.sort(found[:1], APP)
    assert not result.new
    assert [(gone.kinds, gone.via) for gone in result.gone] == [
        (("scan",), ("sns", "sqs")),
        (("push", "scan"), ("sqs",)),
    ]
    [left] = baseline.pruned(found[:1], APP).entries
    assert (left.kinds, left.via, left.reason) == (("push",), ("sns",), "why")
    assert baseline.sort(found, APP).gone == ()


def test_no_kind_is_accepted_in_an_envelope_in_which_nothing_was_found():
    found = [finding(ABSENT, via="sns"), finding(ABSENT, kind="scan", via="sqs")]
    entries = merged(entry_of(one, APP, "why") for one in found)
    assert len(entries) == 2
    stranger = entry_of(finding(ABSENT, via="sqs"), APP)
    assert not any(entry.covers(stranger) for entry in entries)


PAIRS = st.lists(
    st.tuples(st.sampled_from(["push", "scan", "delete"]), st.sampled_from(["lambda", "sns"])),
    min_size=1,
    unique=True,
)


@given(PAIRS, PAIRS)
def test_a_baseline_of_findings_accepts_just_these(accepted, found):
    baseline = Baseline().with_new(
        entry_of(finding(ABSENT, kind=kind, via=via), APP, "why") for kind, via in accepted
    )
    again = [finding(ABSENT, kind=kind, via=via) for kind, via in found]
    new = {(one.kind, one.via) for one in baseline.sort(again, APP).new}
    assert new == set(found) - set(accepted)
    assert not baseline.pruned(again, APP).sort([], APP).accepted
    assert not baseline.pruned(again, APP).sort(again, APP).gone or set(found).isdisjoint(accepted)


def test_a_wider_entry_takes_the_place_of_the_ones_within_it():
    narrow = entry_of(finding(ABSENT), APP, "old")
    wide = entry_of(finding(Condition(TAG, ("absent", "empty"))), APP, "new")
    assert Baseline((narrow,)).with_new([wide]).entries == (wide,)


def test_the_order_of_entries_is_that_of_no_run():
    entries = [entry_of(finding(ABSENT, kind=kind), APP, kind) for kind in ("scan", "push")]
    other = entry_of(finding(ABSENT), "a.py:f", "x")
    forwards = Baseline().with_new([*entries, other])
    backwards = Baseline().with_new([other]).with_new(reversed(entries))
    assert forwards == backwards
    assert [entry.consumer for entry in forwards.entries] == ["a.py:f", APP, APP]


def test_no_secret_gets_into_an_entry(monkeypatch):
    monkeypatch.setenv("API_TOKEN", "s3cr3t-of-the-team")
    source = 'call(token="s3cr3t-of-the-team")'
    choice = Condition(TAG, ("s3cr3t-of-the-team",))
    for found in (finding(line=source), finding(choice)):
        entry = entry_of(found, "app.py:handler?s3cr3t-of-the-team", says="s3cr3t-of-the-team")
        assert "s3cr3t" not in json.dumps(repr(entry))
        assert entry.covers(entry_of(found, "app.py:handler?s3cr3t-of-the-team"))


def test_what_one_event_shows_is_accepted_where_it_meets_the_cause():
    scheme = contract("push")
    entry = entry_of(finding(Condition("$.detail.result", ("FAILURE",))), APP, "why")
    shown = entry_of(finding(line="anything"), APP)
    for result in ("SUCCESS", "FAILURE"):
        event = case("push/ordinary").event
        event["detail"]["result"] = result
        labels = {"$.detail.result": result}
        assert entry.covers_event(scheme, shown, event, labels) is (result == "FAILURE")
    whole = entry_of(finding(line="x[0]"), APP, "why")
    assert whole.covers_event(scheme, entry_of(finding(line="x[0]"), APP), event, labels)
    assert not whole.covers_event(scheme, shown, event, labels)
    other = entry_of(finding(line="x[0]", exception="TypeError"), APP)
    assert not entry.covers_event(scheme, other, event, labels)


def test_an_entry_is_a_value():
    entry = Entry(APP, "raises", "", ("push",), ("lambda",))
    assert entry == replace(entry, says="in words")
    assert hash(entry) == hash(replace(entry, says="in words"))
