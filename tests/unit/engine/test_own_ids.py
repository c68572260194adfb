"""Each event that a consumer is given has an id of its own, so that one that skips what it has seen
is judged as any other.
"""

from __future__ import annotations

from collections import Counter

import pytest

from ecr_contracts.engine.subjects.handler import Function
from ecr_contracts.engine.trial import distinct, with_own_id
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import case, of_event
from tests.judging import judged

SCAN = reader.contract("scan")
QUICK = {"strength": 1, "kinds": ("scan",), "envelopes": ("lambda",)}


class Once:
    """A handler that skips what it has seen; `handle` does the work."""

    def __init__(self, handle):
        self.ids = Counter()
        self._handle = handle

    def __call__(self, event, context):
        self.ids[event["id"]] += 1
        if self.ids[event["id"]] == 1:
            return self._handle(event["detail"])
        return None


def told(handler):
    verdict = judged(Function(handler), examples=30, **QUICK)
    findings = [
        (one.check, one.exception, one.doubt, one.failed, one.cause) for one in verdict.findings
    ]
    return sorted(findings, key=repr)


def tag_and_name(detail):
    """No case shows that the name is too long, and some drawn events do."""
    detail["image-tags"][0]
    if len(detail["repository-name"]) > 30:
        raise ValueError("too long")


def test_who_skips_what_it_has_seen_has_the_same_findings():
    once = told(Once(tag_and_name))
    assert {exception for _, exception, *_ in once} == {"IndexError", "KeyError", "ValueError"}
    assert once == told(lambda event, context: tag_and_name(event["detail"]))
    assert not any(doubt == "flaky" for _, _, doubt, _, _ in once)


def test_no_two_events_have_one_id():
    """But for the ordinary event and AWS's sample, which keep theirs."""
    once = Once(tag_and_name)
    told(once)
    repeated = [event_id for event_id, count in once.ids.items() if count > 1]
    own = {case(f"scan/{name}").event["id"] for name in ("sample", "ordinary")}
    assert len(once.ids) > 60
    assert set(repeated) <= own


def test_who_fails_by_what_came_before_is_told_so():
    calls = Counter()

    def handler(event, context):
        calls["all"] += 1
        if calls["all"] % 3 == 0:
            raise RuntimeError("the third time")

    assert {doubt for _, _, doubt, _, _ in told(handler)} == {"flaky"}


def test_an_id_of_its_own_is_of_the_same_choice():
    for name in ("ordinary", "not-v4-id"):
        event = case(f"scan/{name}").event
        fresh = with_own_id(event, "a seed")
        assert fresh["id"] != event["id"]
        assert fresh == {**event, "id": fresh["id"]}
        assert SCAN.recognise(fresh) == SCAN.recognise(event)
        assert with_own_id(event, "a seed") == fresh
        assert with_own_id(event, "another")["id"] != fresh["id"]


@pytest.mark.parametrize("event", [{}, {"id": 7}, {"id": "7"}])
def test_what_is_laid_out_otherwise_stays(event):
    assert with_own_id(event, "a seed") == event


def test_an_event_of_other_values_keeps_its_id_the_first_time():
    """So that a replay gives the very event."""
    event = {**case("scan/ordinary").event, "account": "210987654321"}
    valued = of_event(SCAN, event)
    assert valued.is_valued
    assert distinct(valued).event == event
    assert distinct(valued, 1).event["id"] != event["id"]
    assert distinct(valued, 1).id == valued.id
