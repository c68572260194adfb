"""What events have, recounted one by one."""

from __future__ import annotations

import copy
import itertools

import pytest

from ecr_contracts.events.compile import reader
from ecr_contracts.events.coverage import (
    Coverage,
    EventChoices,
    KindCoverage,
    Share,
    choices_of,
    coverage_of,
    total_choices,
)
from ecr_contracts.events.generate.cases import case, edge_cases, invalid_cases
from ecr_contracts.events.generate.covering import combinations, covering
from ecr_contracts.events.kinds import kind_names
from tests import gen_events, oracle


def of(kind: str, *events) -> KindCoverage:
    """What events of one kind have."""
    [found] = coverage_of(map(choices_of, events), [kind]).kinds
    return found


def never(found: KindCoverage) -> list[str]:
    return [choice.token for _, choice in found.never]


# --- one event ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_a_case_has_what_it_says(kind):
    for one in edge_cases(kind):
        assert choices_of(one.event) == EventChoices(kind, one.labels)


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_an_invalid_event_tells_its_kind_at_most(kind):
    for one in invalid_cases(kind):
        met = choices_of(one.event)
        assert met.kind in (kind, None)
        assert met.labels is None
    assert choices_of(case(f"{kind}/ordinary").event | {"account": "x"}) == EventChoices(kind)
    assert choices_of(
        case(f"{kind}/ordinary").event | {"replay-name": float("nan")}
    ) == EventChoices(kind)


@pytest.mark.parametrize(
    "value", [None, 7, "x", [], {}, {"source": "aws.ecr"}, {"Records": []}, [{"a": 1}]]
)
def test_what_no_contract_describes_has_no_kind(value):
    assert choices_of(value) == EventChoices(None)


def test_events_that_nobody_here_describes_are_counted_by_their_senders():
    """They are neither unknown nor invalid: nothing is wrong with them."""
    event = case("push/ordinary").event
    acme = event | {"source": "com.acme"}
    foo = event | {"detail-type": "ECR Foo Action"}
    misspelt = event | {"detail-type": "ECR Image Actoin"}
    found = coverage_of(map(choices_of, [acme, foo, acme, misspelt, event]))
    assert found.strangers == {"com.acme": 2, 'aws.ecr ("ECR Foo Action")': 1}
    assert (found.unknown, found.invalid, found.seen) == (1, 0, 5)


def test_an_event_is_left_as_it_was():
    event = case("scan/ordinary").event
    before = copy.deepcopy(event)
    choices_of(event)
    assert event == before


# --- counts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_all_there_can_be_is_what_the_arrays_count(kind):
    contract = reader.contract(kind)
    found = of(kind)
    assert found.choices == Share(0, covering(contract, 1).combinations)
    assert found.pairs == Share(0, covering(contract, 2).combinations)
    assert (
        found.choices.all
        == sum(len(facet.choices) for facet in contract.varying)
        == len(found.never)
    )


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_covering_events_have_all(kind):
    singles = of(kind, *(one.event for one in edge_cases(kind)))
    assert singles.never == ()
    assert singles.choices.met == singles.choices.all
    assert singles.pairs.met < singles.pairs.all
    pairs = of(kind, *(one.event for one in edge_cases(kind, 2)))
    assert pairs.pairs.met == pairs.pairs.all
    assert pairs.events == len(edge_cases(kind, 2))


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_drawn_events_are_counted_as_by_hand(kind):
    contract = reader.contract(kind)
    events = list(gen_events.events(contract, 40, seed=7))
    found = of(kind, *events)
    had = [
        {(path, label) for path, label in contract.recognise(event).items() if label}
        for event in events
    ]
    choices = [
        choice for (choice,) in combinations(contract, 1) if any(choice in one for one in had)
    ]
    pairs = [pair for pair in combinations(contract, 2) if any(set(pair) <= one for one in had)]
    assert (found.choices.met, found.pairs.met) == (len(choices), len(pairs))
    assert {(facet.path, choice.label) for facet, choice in found.never} == {
        choice for (choice,) in combinations(contract, 1)
    } - set(choices)


def test_what_an_event_has_and_lacks():
    found = of("scan", case("scan/no-tags").event)
    assert found.events == 1
    facets = len(reader.contract("scan").varying)
    # The tag has no choice where there is none.
    assert found.choices.met == facets - 1
    assert found.pairs.met == (facets - 1) * (facets - 2) // 2
    assert "no-tags" not in never(found)
    assert {"one-tags", "absent-tags", "several-tags", "latest-tag"} <= set(never(found))


def test_what_is_absent_with_all_around_it_counts_as_absent():
    found = of("scan", case("scan/no-counts").event)
    assert {"no-counts", "no-critical", "no-undefined"}.isdisjoint(never(found))


def test_what_no_choice_describes_tells_nothing():
    event = case("scan/ordinary").event
    strange = of("scan", event | {"region": "mars-north-1"})
    usual = of("scan", event)
    assert set(never(strange)) - set(never(usual)) == {"aws-region"}
    assert strange.events == 1


def test_what_the_contract_knows_as_impossible_is_no_pair():
    event = case("scan/ordinary").event
    event["detail"]["scan-status"] = (
        "FAILED"  # with counts: no such event is known, and none is refused
    )
    found = of("scan", event)
    facets = len(reader.contract("scan").varying)
    possible = set(combinations(reader.contract("scan"), 2))
    labels = choices_of(event).labels or {}
    had = set(itertools.combinations(labels.items(), 2))
    assert found.choices.met == facets
    assert found.pairs.met == len(had & possible) < len(had)


def test_the_strongest_evidence_comes_first_and_then_the_schema():
    contract = reader.contract("push")
    places = {path: place for place, path in enumerate(contract.by_path)}
    rows = [(choice.evidence.rank, places[facet.path]) for facet, choice in of("push").never]
    assert rows == sorted(rows)


def test_a_case_of_what_is_missing_is_one_of_it():
    for kind in kind_names():
        found = of(kind)
        for facet, choice in found.never:
            labels = choices_of(case(f"{kind}/{choice.token}").event).labels or {}
            assert labels[facet.path] == choice.label


# --- several kinds --------------------------------------------------------------------------------


def events() -> list[EventChoices]:
    wrong = case("push/ordinary").event | {"account": 1}
    found = [
        case("scan/ordinary").event,
        case("push/no-tag").event,
        case("scan/failed").event,
        wrong,
        {"source": 1},
    ]
    return [choices_of(event) for event in found]


def test_each_kind_is_counted_for_itself():
    found = coverage_of(events())
    counted = {one.kind: one.events for one in found.kinds}
    assert list(counted) == list(kind_names())
    assert {kind: number for kind, number in counted.items() if number} == {"push": 1, "scan": 2}
    assert [one.kind for one in found.occurring] == ["push", "scan"]
    assert (found.others, found.unknown, found.invalid, found.seen) == (0, 1, 1, 5)
    scans = next(one for one in found.kinds if one.kind == "scan")
    assert scans == of("scan", case("scan/ordinary").event, case("scan/failed").event)


def test_other_kinds_may_be_left_out():
    found = coverage_of(events(), ["scan"])
    assert [one.kind for one in found.kinds] == ["scan"]
    assert (found.others, found.unknown, found.invalid, found.seen) == (2, 1, 0, 5)


def test_neither_order_nor_repetition_matters_but_for_the_number():
    once, again = coverage_of(events()), coverage_of([*events()[::-1], *events()])
    assert [(one.choices, one.pairs, one.never) for one in once.kinds] == [
        (one.choices, one.pairs, one.never) for one in again.kinds
    ]
    assert again.seen == 2 * once.seen


def test_nothing_at_all():
    found = coverage_of([])
    assert found.occurring == ()
    assert found == Coverage(found.kinds, 0, 0, 0)
    assert total_choices([]) == Share(0, 0)


def test_shares():
    found = coverage_of(events()).occurring
    share = total_choices(found)
    assert share == Share(
        sum(one.choices.met for one in found), sum(one.choices.all for one in found)
    )
    assert Share(1, 2).reaches(50)
    assert not Share(1, 2).reaches(50.1)
    assert not Share(0, 0).reaches(1)
    assert Share(0, 0).reaches(0)
    assert Share(2, 3).reaches(66.6)
