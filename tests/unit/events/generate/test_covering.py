"""Covering arrays, recounted by plain enumeration."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from itertools import product
from math import prod

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecr_contracts.core.errors import EcrContractsError, StrengthError
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.covering import STRENGTHS, combinations, covering
from ecr_contracts.events.generate.parameters import ParameterModel
from ecr_contracts.events.model import Constraint, Contract
from ecr_contracts.events.shapes import Absent
from tests import oracle
from tests.gen_schemas import schemas
from tests.rows import keeping

# --- the judges -----------------------------------------------------------------------------------


def missing(contract: Contract, strength: int, assignments) -> tuple[list[dict[str, str]], int]:
    """The combinations that some event has and no assignment has, and how many the former are."""
    had = {
        frozenset(some)
        for labels in assignments
        for some in itertools.combinations(sorted(labels.items()), strength)
    }
    possible = possible_combinations(contract, strength)
    return [wanted for wanted in possible if frozenset(wanted.items()) not in had], len(possible)


def possible_combinations(contract: Contract, strength: int) -> list[dict[str, str]]:
    """The combinations that some event has.

    Whether an event has one is asked of `full_assignment`, which the generator does not know. Of
    those with a part that no event has it is not asked: no event has them either.
    """
    parts: set[frozenset[tuple[str, str]]] = {frozenset()}
    if strength > 1:
        smaller = possible_combinations(contract, strength - 1)
        parts = {frozenset(one.items()) for one in smaller}
    possible = []
    for facets in itertools.combinations(contract.varying, strength):
        for chosen in product(*(facet.choices for facet in facets)):
            wanted = {
                facet.path: choice.label for facet, choice in zip(facets, chosen, strict=True)
            }
            within = itertools.combinations(wanted.items(), strength - 1)
            if all(frozenset(part) in parts for part in within) and is_had(contract, wanted):
                possible.append(wanted)
    return possible


def is_had(contract: Contract, wanted: dict[str, str]) -> bool:
    try:
        labels = full_assignment(contract, wanted)
    except ValueError:
        return False
    return all(labels.get(path) == label for path, label in wanted.items())


def every_assignment(contract: Contract) -> list[dict[str, str]]:
    """All assignments that keep to nesting and constraints, by trying every one that can be written
    down.
    """
    found = []
    for chosen in product(
        *((None, *(choice.label for choice in facet.choices)) for facet in contract.varying)
    ):
        labels = {
            facet.path: label
            for facet, label in zip(contract.varying, chosen, strict=True)
            if label is not None
        }
        if all(stands(contract, labels, facet) for facet in contract.varying) and all(
            rule.holds(labels) for rule in contract.constraints
        ):
            found.append(labels)
    return found


def stands(contract: Contract, labels: dict[str, str], facet) -> bool:
    label = labels.get(facet.path)
    parent = facet.parent
    while parent is not None and len(contract.by_path[parent].choices) == 1:
        parent = contract.by_path[parent].parent
    if parent is None or contract.is_filled(labels, parent):
        return label is not None
    absent = [choice.label for choice in facet.choices if isinstance(choice.shape, Absent)]
    return label == absent[0] if absent else label is None


# --- the kinds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("strength", [1, 2, pytest.param(3, marks=pytest.mark.long)])
@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_no_combination_is_missing(kind, strength):
    contract = reader.contract(kind)
    array = covering(contract, strength)
    left, possible = missing(contract, strength, array.rows)
    assert left == []
    assert array.combinations == possible


@pytest.mark.parametrize("strength", [1, 2, pytest.param(3, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_combinations_are_listed_as_the_array_counts_them(kind, strength):
    contract = reader.contract(kind)
    listed = combinations(contract, strength)
    array = covering(contract, strength)
    assert len(set(listed)) == len(listed) == array.combinations
    assert all(any(row.items() >= dict(one).items() for row in array.rows) for one in listed)
    places = {
        (facet.path, choice.label): (at, nth)
        for at, facet in enumerate(contract.varying)
        for nth, choice in enumerate(facet.choices)
    }
    assert [one for one in listed if list(one) != sorted(one, key=places.__getitem__)] == []
    paths = [[places[choice][0] for choice in one] for one in listed]
    assert paths == sorted(paths)


def tier(kind, strength):
    """The mark of a recount, by its time: minutes of triples of calls that CloudTrail records."""
    if strength == 3 and kind == "cloudtrail-api-call":
        return pytest.mark.search
    return () if kind in oracle.QUICK_KINDS else pytest.mark.long


@pytest.mark.parametrize(
    ("kind", "strength"),
    [
        pytest.param(kind, strength, marks=tier(kind, strength))
        for kind in oracle.KINDS
        for strength in (1, 2, 3)
    ],
)
def test_no_combination_is_missing_in_the_cases(kind, strength):
    contract = reader.contract(kind)
    found = cases.edge_cases(kind, strength)
    left, _ = missing(
        contract, strength, [case.labels for case in found if None not in case.labels.values()]
    )
    assert left == []


@pytest.mark.search
def test_no_combination_of_four_is_missing():
    contract = reader.contract("push")
    left, possible = missing(contract, 4, [case.labels for case in cases.edge_cases("push", 4)[1:]])
    assert left == []
    assert covering(contract, 4).combinations == possible


def test_the_recount_can_tell():
    contract = reader.contract("scan")
    rows = covering(contract, 2).rows
    for number in range(len(rows)):
        if missing(contract, 2, [*rows[:number], *rows[number + 1 :]])[0]:
            return
    pytest.fail("any one row could be left out, and the recount would not notice")


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_rows_are_assignments_that_events_have(kind):
    contract = reader.contract(kind)
    for row in covering(contract, 2).rows:
        built = contract.build(full_assignment(contract, row))
        assert oracle.accepts(kind, built)
        assert contract.recognise(built) == row


def has_selector(kind: str) -> bool:
    """Whether a facet of a kind excludes something with several of its choices."""
    conditions: dict[str, set[str]] = {}
    for rule in reader.contract(kind).constraints:
        if not rule.structural:
            path, labels = rule.terms[0]
            conditions.setdefault(path, set()).update(labels)
    return any(len(labels) > 1 for labels in conditions.values())


SELECTED = tuple(filter(has_selector, oracle.KINDS))


@pytest.mark.parametrize("strength", [2, 3])
@pytest.mark.parametrize("kind", [kind for kind in oracle.KINDS if kind not in SELECTED])
def test_arrays_are_hardly_larger_than_the_least_there_can_be(kind, strength):
    contract = reader.contract(kind)
    possible, _ = missing(contract, strength, [])
    # Two combinations of the same facets are never in one row, and neither is one with what lies
    # within a list and one with that list empty.
    sizes = Counter(frozenset(wanted) for wanted in possible)
    for wanted in possible:
        for child in contract.varying:
            if (
                child.parent in wanted
                and not contract.is_filled(wanted, child.parent)
                and child.path not in wanted
            ):
                sizes[frozenset(wanted) - {child.parent} | {child.path}] += 1
    least = max(sizes.values())
    assert least <= len(covering(contract, strength).rows) <= 1.25 * least


def rows_one_by_one(contract: Contract, strength: int) -> int:
    """How many rows it takes where each in turn gets what covers most (AETG; Cohen, 1997)."""
    model = ParameterModel(contract)
    index = {facet.path: number for number, facet in enumerate(model.facets)}
    holding: dict[tuple[int, int], set[frozenset[tuple[int, int]]]] = {}
    listed = []
    for combination in combinations(contract, strength):
        levels = set()
        for path, label in combination:
            choices = [choice.label for choice in contract.by_path[path].choices]
            levels.add((index[path], choices.index(label)))
        listed.append(frozenset(levels))
        for level in levels:
            holding.setdefault(level, set()).add(listed[-1])
    left, count = set(listed), 0
    for first in listed:
        if first not in left:
            continue
        row = dict(first)
        while len(row) < len(model.levels):
            parameter, level = best_level(model, holding, row)
            row[parameter] = level
        done = {one for one in left if one <= set(row.items())}
        left -= done
        for one in done:
            for term in one:
                holding[term].discard(one)
        count += 1
    return count


def best_level(model: ParameterModel, holding, row: dict[int, int]) -> tuple[int, int]:
    """The level of an open parameter with which a row covers most."""
    best, most = None, -1
    for parameter in sorted(set(range(len(model.levels))) - row.keys()):
        for level in range(model.levels[parameter]):
            together = set(row.items()) | {(parameter, level)}
            gain = sum(one <= together for one in holding.get((parameter, level), ()))
            if gain > most and model.is_possible({**row, parameter: level}):
                best, most = (parameter, level), gain
    assert best is not None
    return best


@pytest.mark.parametrize(
    ("kind", "strength"),
    [
        *((kind, 2) for kind in SELECTED),
        pytest.param("inspector-scan", 3, marks=pytest.mark.long),
        pytest.param("cloudtrail-service-event", 3, marks=pytest.mark.long),
    ],
)
def test_arrays_are_hardly_larger_than_those_of_another_algorithm(kind, strength):
    """The least there can be is not known where the sort of event excludes most of the rest: rows
    of one sort then hold little of what others have to. So they are compared with AETG's.
    """
    contract = reader.contract(kind)
    most = 1.05 if strength == 2 else 1.1
    assert len(covering(contract, strength).rows) <= most * rows_one_by_one(contract, strength)


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_what_is_known_is_not_repeated(kind):
    contract = reader.contract(kind)
    whole = covering(contract, 2).rows
    assert covering(contract, 2, whole).rows == ()
    assert len(covering(contract, 2, whole[: len(whole) // 2]).rows) < len(whole)
    assert covering(contract, 1, [case.labels for case in cases.edge_cases(kind)[1:]]).rows == ()


@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_a_greater_strength_adds_to_the_single_deviations(kind):
    first = cases.edge_cases(kind)
    for strength in (2, 3):
        found = cases.edge_cases(kind, strength)
        assert found[: len(first)] == first
        assert len({case.id for case in found}) == len(found) > len(first)


@keeping(lambda kind: kind in oracle.QUICK_KINDS)
@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_case_is_found_by_its_id(kind):
    for case in cases.edge_cases(kind, 3):
        assert cases.case(case.id) == case
        assert oracle.accepts(kind, case.event)


@pytest.mark.parametrize("strength", [0, 5, 9, -1])
def test_other_strengths_are_refused(strength):
    with pytest.raises(StrengthError, match=rf"1, 2, 3 or 4, not {strength}"):
        covering(reader.contract("scan"), strength)
    with pytest.raises(StrengthError):
        combinations(reader.contract("scan"), strength)
    with pytest.raises(EcrContractsError):
        cases.edge_cases("scan", strength)
    assert strength not in STRENGTHS


# --- the worked example ---------------------------------------------------------------------------


def test_the_example_in_the_docstring_is_what_comes_out():
    """Every line of the table there is a row here."""
    fields = {
        "tags": ["one", "several", "none"],
        "status": ["COMPLETE", "FAILED"],
        "counts": ["present", "none"],
    }
    schema = {
        "type": "object",
        "properties": {
            "sort": {"const": "made"},
            **{name: {"enum": values} for name, values in fields.items()},
        },
        "required": ["sort", *fields],
        "x-ecr": {
            "discriminator": ["$.sort"],
            "baseline": {"sort": "made"} | {name: values[0] for name, values in fields.items()},
            "constraints": [
                {
                    "when": {"$.status": ["failed"]},
                    "then": {"$.counts": ["none"]},
                    "evidence": "inferred",
                    "because": "a failed scan has no counts",
                }
            ],
        },
    }
    array = covering(reader.read("made", schema), 2)
    assert [" ".join(row.values()) for row in array.rows] == [
        "one complete present",
        "one failed none",
        "several complete none",
        "several failed none",
        "none complete present",
        "none failed none",
        "several complete present",
    ]
    assert array.combinations == 15


# --- models of any shape --------------------------------------------------------------------------


@st.composite
def contracts(draw):
    """A small contract with random constraints, such that some event is left."""
    contract = reader.read("made", draw(schemas()))
    facets = contract.varying
    assume(2 <= len(facets) <= 6 and prod(len(facet.choices) + 1 for facet in facets) <= 4000)
    rules = []
    for _ in range(draw(st.integers(0, 4))):
        terms = []
        for facet in draw(
            st.lists(
                st.sampled_from(facets), min_size=1, max_size=3, unique_by=lambda one: one.path
            )
        ):
            labels = [choice.label for choice in facet.choices]
            terms.append((facet.path, draw(st.frozensets(st.sampled_from(labels), min_size=1))))
        rules.append(Constraint(tuple(terms), "drawn"))
    return replace(contract, constraints=(*contract.constraints, *rules))


def check_model(contract: Contract, strength: int) -> None:
    valid = every_assignment(contract)
    assume(valid)
    array = covering(contract, strength)
    size = min(strength, len(contract.varying))
    wanted = {
        frozenset(some)
        for labels in valid
        for some in itertools.combinations(sorted(labels.items()), size)
    }
    had = {
        frozenset(some)
        for labels in array.rows
        for some in itertools.combinations(sorted(labels.items()), size)
    }
    assert had == wanted
    assert array.combinations == len(wanted)
    listed = combinations(contract, strength)
    assert len(listed) == len(wanted)
    assert {frozenset(one) for one in listed} == wanted
    assert all(row in valid for row in array.rows)


@given(contracts(), st.sampled_from([1, 2, 3]))
@settings(deadline=None)
def test_arrays_of_any_model_cover_it(contract, strength):
    check_model(contract, strength)


@pytest.mark.search
@given(contracts(), st.sampled_from([1, 2, 3, 4]))
@settings(deadline=None)
def test_arrays_of_many_models_cover_them(contract, strength):
    check_model(contract, strength)
