"""Dataclasses and Structs: they take what the schemas accept, and give events back as they came."""

from __future__ import annotations

import copy
import json
import pickle
from collections import Counter
from random import Random

import pytest

from ecr_contracts.events import models, records
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import case, edge_cases
from tests import oracle
from tests.rows import long_but
from tests.unit.events.test_models import (
    EVENT_CLASSES,
    LONE,
    NO_KIND,
    PRINTED,
    captured_rows,
    events,
    fitting,
    mutants,
    same,
    twice_changed,
)

STYLES = ["records", "structs"]
QUICK = {("records", "push"), ("structs", "scan")}


@pytest.fixture
def style(request):
    """One of the modules that are there to be vendored."""
    if request.param == "records":
        return records
    pytest.importorskip("msgspec")
    from ecr_contracts.events import structs

    return structs


def judged(cls, validator, candidates):
    """How many candidates the schema accepts and refuses; fails where the class disagrees or loses
    something.
    """
    verdicts = Counter()
    for event in candidates:
        accepted = validator.is_valid(event)
        verdicts[accepted] += 1
        try:
            taken, problem = cls.from_event(event), ""
        except ValueError as error:
            taken, problem = None, f"{error}"
        assert (taken is not None) == accepted, f"schema and class differ on {event!a}: {problem}"
        assert taken is None or same(taken.to_event(), event), f"{event!a} is lost in part"
    return verdicts


PAIRS = [(name, kind) for name in STYLES for kind in sorted(EVENT_CLASSES)]


@pytest.mark.parametrize(("style", "kind"), long_but(QUICK.__contains__, PAIRS), indirect=["style"])
def test_class_and_schema_agree_on_every_mutant(style, kind):
    random = Random(20191116)
    contract, validator = reader.contract(kind), oracle.judge(kind)
    cls = getattr(style, EVENT_CLASSES[kind].__name__)
    keys = {key for found in contract.known_keys.values() for key in found}
    flawed = [one.applied(fitting(contract, one.needs)) for one in contract.mutations]
    verdicts = judged(cls, validator, flawed)
    for number, event in enumerate(events(contract, random, 15)):
        verdicts += judged(cls, validator, [event, *twice_changed(event, random, 20)])
        if not number:
            verdicts += judged(cls, validator, mutants(event, keys))
    assert min(verdicts[True], verdicts[False]) > 200


@pytest.mark.parametrize("style", STYLES, indirect=True)
def test_real_and_printed_events_are_taken_and_given_back(style):
    printed = [(kind, json.loads((oracle.SCHEMAS / file).read_bytes())) for kind, file in PRINTED]
    captured = [(row["kind"], row["event"]) for row in captured_rows()]
    assert printed
    assert captured
    for kind, event in (*printed, *captured):
        taken = style.read_event(event)
        assert type(taken).__name__ == EVENT_CLASSES[kind].__name__
        assert same(taken.to_event(), event)


@pytest.mark.parametrize("style", STYLES, indirect=True)
def test_the_class_of_an_event_is_that_of_its_kind(style):
    for kind, cls in EVENT_CLASSES.items():
        for one in edge_cases(kind):
            assert type(style.read_event(one.event)).__name__ == cls.__name__, one.id
    for event in NO_KIND:
        with pytest.raises(ValueError, match="no kind of ECR event"):
            style.read_event(event)


@pytest.mark.parametrize("style", STYLES, indirect=True)
def test_unknown_fields_stay_where_they_were_and_are_asked_for_by_their_keys(style):
    event = copy.deepcopy(dict(case("scan/ordinary").event))
    event[LONE] = {"new": [LONE]}
    event["detail"] |= {"image_tags": "not the tags", "unknown": 1}
    event["detail"]["finding-severity-counts"] = {"CRITICAL": 2.0, "NEWEST": 1}
    before = copy.deepcopy(event)
    taken = style.read_event(event)
    assert event == before
    assert taken.to_event() == before
    counts = taken.detail.finding_severity_counts
    assert (counts.critical, counts.get("CRITICAL"), counts.get("NEWEST")) == (2, 2, 1)
    assert type(counts.critical) is int
    assert counts.get("HIGH", 0) == 0
    assert counts.get("critical") is None
    assert taken.detail.unknown == {"image_tags": "not the tags", "unknown": 1}


@pytest.mark.parametrize("style", STYLES, indirect=True)
def test_copies_are_as_whole(style):
    event = dict(case("scan/ordinary").event, new={"a": 1})
    event["detail"] = dict(event["detail"], newer=2)
    taken = style.read_event(event)
    for again in (copy.copy(taken), copy.deepcopy(taken), pickle.loads(pickle.dumps(taken))):
        assert again == taken
        assert again.to_event() == event


@pytest.mark.parametrize("style", STYLES, indirect=True)
def test_a_refusal_names_the_place_as_the_event_spells_it(style):
    event = copy.deepcopy(dict(case("scan/ordinary").event))
    event["detail"]["image-tags"] = ["a", 7]
    with pytest.raises(ValueError, match=r"\$\.detail\.image-tags\[(1|\.\.\.)\]"):
        style.read_event(event)


@pytest.mark.parametrize("style", STYLES, indirect=True)
def test_the_classes_are_those_of_the_models(style):
    own = {"EcrModel", "EcrRecord", "EcrStruct", "read_event"}
    assert set(style.__all__) - own == set(models.__all__) - own
    for name in set(style.__all__) - own - {"EcrEvent"}:
        hints = list(getattr(style, name).__annotations__)
        assert hints == list(getattr(models, name).__annotations__), name


def test_a_dataclass_is_made_by_hand_as_well():
    counts = records.FindingSeverityCounts(critical=1)
    assert counts.to_event() == {"CRITICAL": 1}
    assert counts == records.FindingSeverityCounts.from_event({"CRITICAL": 1})


def test_msgspec_reads_json_by_itself():
    msgspec = pytest.importorskip("msgspec")
    from ecr_contracts.events import structs

    event = case("push/ordinary").event
    push = msgspec.json.decode(json.dumps(event).encode(), type=structs.PushEvent)
    assert push == structs.read_event(event)
    assert msgspec.json.decode(msgspec.json.encode(push)) == event
