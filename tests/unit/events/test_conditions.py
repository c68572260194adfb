"""Conditions in words: they are true of what is meant and of nothing else, and say no label."""

import itertools
from random import Random

import pytest

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Boundary, Condition
from ecr_contracts.events.compile import reader
from ecr_contracts.events.conditions import condition, holds, in_words
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import Word
from tests import words_judge
from tests.rows import in_one_test

TAG = "$.detail.image-tags[0]"
TAGS = "$.detail.image-tags"
NAME = "$.detail.repository-name"
COUNTS = "$.detail.finding-severity-counts"


def facet_of(kind, path):
    return reader.contract(kind).by_path[path]


def words(kind, path, *labels, others=()):
    return condition(facet_of(kind, path), labels, others).words


@pytest.mark.parametrize(
    ("kind", "path", "labels", "said"),
    [
        ("scan", TAGS, ("absent",), "is absent"),
        ("scan", TAGS, ("empty", "absent"), "is empty or absent"),
        ("scan", TAGS, ("one", "several", "absent"), "is not empty"),
        ("scan", TAGS, ("one", "several"), "has one or more"),
        ("scan", TAGS, ("several",), "has two or more"),
        ("scan", TAGS, ("one", "empty", "several"), "is present"),
        ("scan", f"{COUNTS}.HIGH", ("some",), "is 1 or more"),
        ("scan", f"{COUNTS}.HIGH", ("zero", "absent"), "is 0 or absent"),
        ("scan", f"{COUNTS}.HIGH", ("some", "absent"), "is not 0"),
        ("scan", "$.detail.scan-status", ("failed",), 'is "FAILED"'),
        ("scan", NAME, ("namespaced", "deep"), 'contains "/"'),
        ("scan", NAME, ("deep",), 'contains two "/" or more'),
        ("scan", NAME, ("longest",), "is 256 characters long"),
        ("scan", NAME, ("plain",), 'is like "my-repo"'),
        ("scan", TAG, ("digits",), "has only digits"),
        ("scan", TAG, ("signature",), 'starts with "sha256-"'),
        ("scan", TAG, ("longest", "signature"), 'starts with "sha256-" or is 128 characters long'),
        ("scan", "$.region", ("aws-cn",), 'starts with "cn-"'),
        ("scan", "$.account", ("leading-zero",), 'starts with "0"'),
        ("scan", "$.id", ("not-v4",), "is not a UUID of version 4"),
        ("inspector-scan", f"{COUNTS}.TOTAL", ("large",), "is 300 or more"),
        ("inspector-scan", f"{COUNTS}.TOTAL", ("large", "zero"), "is 0 or 300 or more"),
        ("inspector-scan", NAME, ("with-digest",), 'contains "/sha256:"'),
        ("inspector-finding", "$.detail.fixAvailable", ("yes", "absent"), 'is "YES" or absent'),
        (
            "inspector-finding",
            "$.detail.severity",
            ("high", "critical", "medium"),
            'is one of "HIGH", "CRITICAL", "MEDIUM"',
        ),
    ],
)
def test_what_an_owner_wants_to_read(kind, path, labels, said):
    """The words of sets of choices that causes often have."""
    assert words(kind, path, *labels) == said


def test_what_is_not_known_may_be_included():
    """Words may be true of choices that are neither meant nor apart."""
    assert words("scan", TAGS, "empty", "absent", others=["one"]) == "is empty or absent"
    assert words("scan", TAG, "signature", others=["latest"]) == 'is not "latest"'


# --- all contracts --------------------------------------------------------------------------------


def distinct_facets():
    """A facet for each different list of choices, with its contract."""
    seen = set()
    for kind in sorted(kind_names(), key=lambda kind: kind not in ("push", "scan")):
        contract = reader.contract(kind)
        for facet in contract.varying:
            shapes = [getattr(choice.shape, "pattern", choice.shape) for choice in facet.choices]
            key = (facet.steps[-1], repr(shapes))
            if key not in seen:
                seen.add(key)
                yield contract, facet


FACETS = list(distinct_facets())


def sets_of_choices(facet):
    """Each single choice, all but each, and a few others."""
    labels = [choice.label for choice in facet.choices]
    sets = {frozenset({label}) for label in labels}
    sets |= {frozenset(labels) - {label} for label in labels}
    random = Random(facet.path)
    for _ in range(6):
        sets.add(frozenset(random.sample(labels, random.randint(1, len(labels) - 1))))
    return sorted(sets, key=sorted)


def values(contract, facet, choice):
    """Values of a choice, as events have them."""
    labels = full_assignment(contract, {facet.path: choice.label})
    numbers = [0, 1, *(7**power for power in range(20, 180, 20))]
    for number in dict.fromkeys(numbers):
        event = contract.build(labels, {facet.path: Digits(number)})
        yield json_path.at(event, facet.steps)


QUICK = [row for row in FACETS if row[0].kind == "push" and row[1].path != "$.region"]
OTHERS = [row for row in FACETS if row not in QUICK]


@in_one_test
@pytest.mark.parametrize(("contract", "facet"), QUICK)
def test_words_are_true_of_what_is_meant_and_of_nothing_else(contract, facet):
    """A judge who reads the words agrees with the choices, whatever values these have."""
    assert_words_are_true(contract, facet)


@pytest.mark.long
@in_one_test
@pytest.mark.parametrize(("contract", "facet"), OTHERS)
def test_so_are_the_words_of_other_kinds(contract, facet):
    """As above, of the facets that pushes and scans do not have."""
    assert_words_are_true(contract, facet)


def assert_words_are_true(contract, facet):
    drawn = {one.label: list(values(contract, facet, one)) for one in facet.choices}
    for meant in sets_of_choices(facet):
        said = condition(facet, meant).words
        assert_no_label_is_said(facet, said)
        if " like " in said:
            continue
        for label in drawn:
            for value in drawn[label]:
                assert words_judge.is_so(said, value) == (label in meant), (said, label, value)


def assert_no_label_is_said(facet, said):
    """A label is a name of our own: what it stands for is said instead."""
    own = {choice.label for choice in facet.choices if isinstance(choice.shape, Word)}
    spoken = set(words_judge.without_texts(said).replace(",", " ").split())
    assert not spoken & own - {"digits", "present"}, said
    assert len(said) < 160, said


# --- whole causes ---------------------------------------------------------------------------------


def cause(kind, *terms):
    return [condition(facet_of(kind, path), labels) for path, labels in terms]


SEVERITIES = [facet.path for facet in reader.contract("scan").facets if facet.parent == COUNTS]


def said(kind, conditions):
    return in_words(reader.contract(kind), conditions)


def test_siblings_with_the_same_words_are_told_together():
    """Two severities that are absent are one clause, and all of them are every one."""
    two = cause("scan", *((path, ["absent"]) for path in SEVERITIES[:2]))
    assert said("scan", two) == "CRITICAL and HIGH are absent"
    every = cause("scan", *((path, ["absent", "zero"]) for path in SEVERITIES))
    assert said("scan", every) == "every severity is 0 or absent"


def test_alternatives_are_told_together():
    """A condition with others is met by any of them."""
    first, *others = cause("scan", *((path, ["some", "zero"]) for path in SEVERITIES[-2:]))
    either = Condition(first.path, first.choices, first.words, others=tuple(others))
    assert said("scan", [either]) == "INFORMATIONAL or UNDEFINED is present"
    first, *others = cause("scan", *((path, ["some"]) for path in SEVERITIES))
    anyone = Condition(first.path, first.choices, first.words, others=tuple(others))
    assert said("scan", [anyone]) == "any severity is 1 or more"


def test_what_lies_around_something_else_is_not_told():
    """That CRITICAL is absent from the counts needs no word about the counts."""
    both = cause("scan", (COUNTS, ["present"]), (SEVERITIES[0], ["absent"]))
    assert said("scan", both) == "CRITICAL is absent"
    assert said("scan", both[:1]) == "finding-severity-counts is neither empty nor absent"


def test_different_fields_are_joined():
    """Each condition is a clause of its own."""
    three = cause(
        "scan",
        (SEVERITIES[0], ["some", "zero"]),
        (TAGS, ["empty", "absent"]),
        (NAME, ["namespaced", "deep"]),
    )
    assert said("scan", three) == (
        'CRITICAL is present, image-tags is empty or absent and repository-name contains "/"'
    )


# --- whether it holds -----------------------------------------------------------------------------


def test_labels_decide_where_there_is_no_boundary():
    """A condition holds for events with one of its choices, or with one of its others'."""
    contract = reader.contract("scan")
    first, other = cause("scan", (TAGS, ["empty"]), (NAME, ["deep"]))
    either = Condition(first.path, first.choices, first.words, others=(other,))
    for tags, name in itertools.product(["one", "empty"], ["plain", "deep"]):
        event = contract.build(full_assignment(contract, {TAGS: tags, NAME: name}))
        labels = contract.recognise(event)
        assert holds(contract, first, event, labels) == (tags == "empty")
        assert holds(contract, either, event, labels) == (tags == "empty" or name == "deep")


def test_the_value_decides_where_there_is_a_boundary():
    """A boundary is held against the value, whatever choice that is of."""
    contract = reader.contract("scan")
    long = Condition(NAME, ("plain",), "is longer than 6 characters", Boundary("length", 7))
    for name in ("my-repo", "short"):
        event = {**contract.baseline, "detail": {"repository-name": name}}
        assert holds(contract, long, event, {}) == (len(name) > 6)
