"""Names of cases: short, and each leads back to the choices that it stands for."""

from random import Random

import pytest

from ecr_contracts.core.errors import ImpossibleCaseError, UnknownNameError
from ecr_contracts.core.findings import Evidence
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.narrowing.narrow import narrow
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.case_names import (
    LONGEST_ID,
    Row,
    decoded,
    id_of,
    is_coded,
    row_of,
    spelled_out,
)
from tests import oracle
from tests.rows import keeping, long_but

SEEN_BY_PEOPLE = 60


def drawn(contract, count):
    """Assignments of up to twelve wanted choices, of which some event has all."""
    chance = Random(f"assignments of {contract.kind}")
    listed = []
    while len(listed) < count:
        facets = chance.sample(contract.varying, min(12, len(contract.varying)))
        wanted = {}
        for facet in facets[: chance.randint(1, len(facets))]:
            wanted[facet.path] = chance.choice(facet.choices).label
        try:
            listed.append(full_assignment(contract, wanted))
        except ValueError:
            continue
    return listed


# --- any assignment -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_any_event_is_had_again_by_its_short_id_and_by_its_long_one(kind):
    contract = reader.contract(kind)
    coded = 0
    for labels in drawn(contract, 100):
        case = cases.of_labels(contract, labels)
        long_id = spelled_out(contract, labels)
        assert len(case.id) <= SEEN_BY_PEOPLE
        assert cases.case(case.id) == case
        assert cases.case(long_id) == case
        assert case.id == long_id or len(long_id) > LONGEST_ID
        coded += is_coded(case.id.partition("/")[2])
    assert coded > 10


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_different_events_have_different_ids(kind):
    contract = reader.contract(kind)
    events = {}
    for labels in drawn(contract, 100):
        case = cases.of_labels(contract, labels)
        assert events.setdefault(case.id, case.text) == case.text
    assert len(events) == len(set(events.values())) > 20


def test_a_code_that_was_mistyped_is_no_other_event():
    contract = reader.contract("scan")
    chance = Random("mistyped codes")
    refused = 0
    codes = [id_of(contract, labels).partition("/")[2] for labels in drawn(contract, 300)]
    for name in filter(is_coded, codes):
        place = chance.randrange(4, len(name))
        letter = chance.choice([one for one in "23456789bcdfgh0o" if one != name[place]])
        refused += decoded(contract, f"{name[:place]}{letter}{name[place + 1 :]}") is None
    assert refused > 0.98 * sum(map(is_coded, codes))


@pytest.mark.parametrize(
    "name", ["mix-", "mix-2", "mix-zzzzzzzzzzzzzzzz", "mix-4kd7z2mqh", "mix-A"]
)
def test_what_is_the_code_of_no_event_is_refused_with_what_to_do(name):
    with pytest.raises(ImpossibleCaseError, match=r"own values make \(sample --for HANDLER\)"):
        cases.case(f"scan/{name}")


def test_the_code_of_an_event_behind_a_rule_is_not_read_as_another_one():
    rule = {"source": ["aws.ecr"], "detail": {"repository-name": ["shop/api", "shop/cart"]}}
    whole = reader.contract("scan")
    narrowed = narrow(whole, [NamedPattern(Pattern.parse(rule), "template.yaml:3")]).contract
    seen = 0
    for labels in drawn(narrowed, 100):
        case = cases.of_labels(narrowed, labels)
        if is_coded(case.id.partition("/")[2]):
            seen += 1
            assert cases.case_of(narrowed, case.id) == case
            assert decoded(whole, case.id.partition("/")[2]) in (None, labels)
    assert seen > 10


# --- single deviations ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_a_deviation_that_brings_many_others_is_called_by_its_own_choice(kind):
    contract = reader.contract(kind)
    for case in cases.edge_cases(kind):
        name = case.id.partition("/")[2]
        assert len(case.id) <= SEEN_BY_PEOPLE
        assert not is_coded(name)
        long_id = spelled_out(contract, case.labels)
        if name not in (cases.SAMPLE, cases.ORDINARY) and len(long_id) > LONGEST_ID:
            assert name in contract.by_token


# --- rows of arrays -------------------------------------------------------------------------------


@pytest.mark.parametrize("strength", [2, 3])
@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_rows_are_called_by_their_numbers(kind, strength):
    listed = cases.edge_cases(kind, strength)[len(cases.edge_cases(kind)) :]
    word = {2: "pairs", 3: "triples"}[strength]
    assert [case.id for case in listed] == [
        f"{kind}/{word}-{number}" for number in range(1, len(listed) + 1)
    ]


@pytest.mark.parametrize("kind", long_but("push".__eq__, oracle.KINDS))
def test_a_row_is_the_event_that_its_long_id_names(kind):
    contract = reader.contract(kind)
    for case in cases.edge_cases(kind, 2)[len(cases.edge_cases(kind)) :]:
        assert cases.case(spelled_out(contract, case.labels)).text == case.text


def test_rows_of_strong_choices_have_names_of_their_own():
    whole = {case.id: case for case in cases.edge_cases("scan", 2)}
    strong = cases.edge_cases("scan", 2, Evidence.CAPTURED)
    rows = [case for case in strong if row_of(case.id.partition("/")[2])]
    assert rows
    assert all(case.id.startswith("scan/captured-pairs-") for case in rows)
    assert not whole.keys() & {case.id for case in rows}
    assert [cases.case(case.id) for case in rows] == rows


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("pairs-1", Row(2, Evidence.INFERRED, 1)),
        ("triples-40", Row(3, Evidence.INFERRED, 40)),
        ("registry-quadruples-999", Row(4, Evidence.REGISTRY, 999)),
    ],
)
def test_the_name_of_a_row_is_read_and_written(name, row):
    assert row_of(name) == row
    assert row.name == name


@pytest.mark.parametrize(
    "name", ["pairs-0", "pairs-01", "pairs-", "pair-1", "inferred-pairs", "x-pairs-1"]
)
def test_other_names_are_of_no_row(name):
    assert row_of(name) is None


def test_a_row_that_an_array_does_not_have_is_named_with_one_that_it_has():
    with pytest.raises(UnknownNameError, match=r"no case is called 'push/pairs-480'; did you mean"):
        cases.case("push/pairs-480")


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_no_choice_is_called_like_a_row_or_a_code(kind):
    contract = reader.contract(kind)
    for token in [*contract.by_token, *(key_set.token for key_set in contract.key_sets)]:
        assert row_of(token) is None
        assert not is_coded(token)
