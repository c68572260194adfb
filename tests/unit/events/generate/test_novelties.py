"""Events of tomorrow: what AWS may add, read off any schema."""

from __future__ import annotations

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.core.findings import MISSING, Evidence, Severity
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.novelties import NewThing, novelties
from ecr_contracts.events.generate.strategies import future_events
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.validation import validate
from tests import oracle
from tests.rows import keeping

NAMES = {
    "push": {
        "new-detail-type",
        "new-action-type",
        "new-region",
        "new-result",
        "new-manifest-media-type",
        "new-artifact-media-type",
        "new-field",
        "new-detail-field",
    },
    "scan": {
        "new-detail-type",
        "new-region",
        "new-scan-status",
        "new-field",
        "new-detail-field",
        "new-severity",
    },
}


def named(kind):
    return {novelty.name: novelty for novelty in novelties(kind)}


@pytest.mark.parametrize("kind", NAMES)
def test_what_may_be_new_in_a_kind(kind):
    assert set(named(kind)) == NAMES[kind]


def test_a_new_thing_looks_like_the_known_ones():
    push, scan = named("push"), named("scan")
    assert push["new-detail-type"].value == "ECR Something New"
    assert push["new-action-type"].value == "SOMETHING_NEW"
    assert push["new-region"].value == "us-east-99"
    assert push["new-manifest-media-type"].value.endswith(".v99+json")
    assert (scan["new-severity"].path, scan["new-severity"].value) == (
        "$.detail.finding-severity-counts.SOMETHING_NEW",
        1,
    )
    image = named("inspector-finding")["new-aws-ecr-container-image-field"]
    assert image.path == "$.detail.resources[0].details.awsEcrContainerImage.somethingNew"


@pytest.mark.parametrize("kind", kind_names())
def test_every_new_thing_is_in_one_place_where_nothing_like_it_was(kind):
    baseline = reader.contract(kind).baseline
    for novelty in novelties(kind):
        event = novelty.applied(baseline)
        assert json_path.at(event, novelty.steps) == novelty.value
        assert json_path.at(baseline, novelty.steps) != novelty.value
        [(steps, _, _)] = json_path.differences(baseline, event)
        # Arrays are compared as wholes.
        assert novelty.steps[: len(steps)] == steps
    assert len({novelty.path for novelty in novelties(kind)}) == len(novelties(kind))


@pytest.mark.parametrize("kind", kind_names())
def test_a_new_word_or_key_leaves_the_event_valid_and_a_new_kind_does_not(kind):
    """The judge is jsonschema; an event of a new kind is noted as one that is not described."""
    for novelty in novelties(kind):
        event = novelty.applied(reader.contract(kind).baseline)
        is_of_kind = novelty.what is not NewThing.KIND
        assert oracle.accepts(kind, event) is is_of_kind
        severities = {violation.severity for violation in validate(event)}
        assert severities <= ({Severity.WARNING} if is_of_kind else {Severity.NOTE})


@pytest.mark.parametrize("kind", kind_names())
def test_every_object_of_the_ordinary_event_may_have_a_key_more(kind):
    contract = reader.contract(kind)
    with_more = {
        json_path.show(novelty.steps[:-1])
        for novelty in novelties(kind)
        if novelty.what is NewThing.KEY
    }
    objects = {
        path
        for path in contract.known_keys
        if json_path.at(contract.baseline, json_path.parse(path)) not in (MISSING, {})
    }
    assert with_more == {
        path
        for path in objects
        if isinstance(json_path.at(contract.baseline, json_path.parse(path)), dict)
    }


@pytest.mark.parametrize("kind", kind_names())
def test_every_constant_that_tells_a_kind_may_change(kind):
    constants = {path for path, _ in reader.contract(kind).discriminator} - {"$.source"}
    changed = {novelty.path for novelty in novelties(kind) if novelty.what is NewThing.KIND}
    assert changed == constants


@pytest.mark.parametrize("kind", kind_names())
def test_each_is_a_case_of_its_own_id(kind):
    listed = cases.future_cases(reader.contract(kind))
    assert [case.novelty for case in listed] == list(novelties(kind))
    for case in listed:
        assert case.id == f"{kind}/future/{case.novelty.name}"
        assert case.evidence is Evidence.INFERRED
        assert cases.case(case.id) == case
    assert not {case.id for case in cases.edge_cases(kind)} & {case.id for case in listed}


def test_an_unknown_id_is_misuse():
    with pytest.raises(UnknownNameError, match="did you mean 'scan/future/new-severity'"):
        cases.case("scan/future/new-sevrity")


@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", kind_names())
@settings(max_examples=50)
@given(data=st.data())
def test_drawn_events_of_tomorrow_have_one_thing_that_is_new(kind, data):
    """Without it they are valid: the judge is jsonschema."""
    event = data.draw(future_events(kind))
    new = [
        novelty.what
        for novelty in novelties(kind)
        if novelty.value == json_path.at(event, novelty.steps)
    ]
    assert new
    assert oracle.accepts(kind, event) is (NewThing.KIND not in new)


def test_every_new_thing_is_drawn():
    drawn = set()

    @settings(max_examples=300, database=None, phases=[Phase.generate])
    @given(future_events("scan"))
    def note(event):
        for novelty in novelties("scan"):
            if json_path.at(event, novelty.steps) == novelty.value:
                drawn.add(novelty.name)

    note()
    assert drawn == NAMES["scan"]


def test_an_event_of_tomorrow_shrinks_to_the_ordinary_one():
    event = find(future_events("push"), lambda _: True)
    first = novelties("push")[0]
    assert event == first.applied(reader.contract("push").baseline)
