"""The times of a drawn event agree with each other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.agreeing_times import with_agreeing_times
from ecr_contracts.events.generate.strategies import events_of
from ecr_contracts.events.kinds import kind_names
from tests.oracle import accepts

KINDS = {kind: reader.contract(kind) for kind in kind_names()}
FORMS = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ", "%b %d, %Y, %I:%M:%S %p")
WEEKDAY = "%a %b %d %H:%M:%S.%f UTC %Y"


def moment(value):
    """What Python's own parser makes of a time; None of anything else."""
    if isinstance(value, int) and value > 10**12:
        instant = datetime.fromtimestamp(value / 1000, UTC)
        return instant.replace(microsecond=0, tzinfo=None)
    if not isinstance(value, str):
        return None
    for form in (*FORMS, WEEKDAY):
        try:
            return datetime.strptime(value, form).replace(microsecond=0)
        except ValueError:
            continue
    return None


def distances(contract, event):
    """How far each time within an event is from its own."""
    own = moment(event["time"])
    found = {}
    for facet in contract.facets:
        value = moment(json_path.at(event, facet.steps))
        if value is not None:
            found[facet.path] = value - own
    return found


@given(st.data())
@settings(max_examples=40)
def test_times_are_as_far_from_the_event_as_those_of_the_baseline(data):
    kind = data.draw(st.sampled_from(list(KINDS)))
    contract = KINDS[kind]
    event = data.draw(events_of(contract))
    changed = with_agreeing_times(contract, event)
    usual = distances(contract, contract.baseline)
    for path, distance in distances(contract, changed).items():
        assert distance == usual.get(path, distance), path
    assert contract.recognise(changed) == contract.recognise(event)
    assert accepts(kind, changed)
    if changed["time"] != event["time"]:
        assert changed["time"] == contract.baseline["time"]
    told = {facet.path for facet in contract.facets if facet.path in usual}
    for facet in contract.facets:
        if facet.path not in told:
            before = json_path.at(event, facet.steps)
            if not isinstance(before, dict | list):
                assert json_path.at(changed, facet.steps) == before


def test_kinds_with_several_times_are_among_them():
    several = [kind for kind, one in KINDS.items() if len(distances(one, one.baseline)) > 1]
    assert len(several) >= 5


def test_the_name_of_a_weekday_is_that_of_its_date():
    contract = KINDS["inspector-finding"]
    path = ("detail", "firstObservedAt")
    weekday = contract.by_path[json_path.show(path)]["weekday"]
    event = contract.build(dict(contract.ordinary))
    json_path.put(event, path, "Mon Feb 02 09:08:07.123 UTC 2021")
    event["time"] = "2019-05-04T03:02:01Z"
    value = json_path.at(with_agreeing_times(contract, event), path)
    assert weekday.recognises(value)
    assert value == "Sat May 04 03:00:31.123 UTC 2019"
    assert datetime.strptime(value, WEEKDAY).strftime("%a") == "Sat"


@pytest.mark.parametrize("time", ["2026-02-31T00:00:00Z", "yesterday", None, 7, MISSING])
def test_what_is_no_time_changes_nothing(time):
    contract = KINDS["restore"]
    event = contract.build(dict(contract.ordinary)) | {"time": time}
    if time is MISSING:
        del event["time"]
    assert with_agreeing_times(contract, event) == event


def test_where_others_cannot_follow_all_are_those_of_the_baseline():
    """The schema has no such time in 2015."""
    contract = KINDS["restore"]
    event = contract.build(dict(contract.ordinary)) | {"time": "2015-01-02T00:00:00Z"}
    event["detail"]["last-activated-at"] = "2092-08-12T20:21:32.55Z"
    changed = with_agreeing_times(contract, event)
    assert changed["time"] == contract.baseline["time"]
    assert changed["detail"]["last-activated-at"] == "2026-03-01T11:58:02.55Z"


def test_the_event_that_is_given_stays_as_it_is():
    contract = KINDS["restore"]
    event = contract.build(dict(contract.ordinary)) | {"time": "2020-01-02T00:00:00Z"}
    before = repr(event)
    assert with_agreeing_times(contract, event) != event
    assert repr(event) == before
