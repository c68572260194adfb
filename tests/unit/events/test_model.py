"""Facets: what is drawn for a choice is that choice; full assignments keep the constraints."""

import copy
import dataclasses
import itertools
import json
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment, may_go_together
from ecr_contracts.events.model import Choice, Constraint
from ecr_contracts.events.regexes import Digits, Pattern
from ecr_contracts.events.shapes import Absent, Exactly, Items, Object, OneOf, Whole, Word
from tests import gen_events, oracle
from tests.gen_schemas import schemas
from tests.rows import in_one_test, long_but

MANY = (
    3_400  # events of each of the three kinds, and as many with a mutation: over 10,000 of either
)

CHOICES = [
    pytest.param(kind, facet.path, choice.label, id=f"{kind}-{choice.token}")
    for kind in oracle.KINDS
    for facet in reader.contract(kind).varying
    for choice in facet.choices
]


# --- choices --------------------------------------------------------------------------------------


def is_quick(row):
    return row.values[0] in oracle.QUICK_KINDS


@in_one_test
@pytest.mark.parametrize(("kind", "path", "label"), [row for row in CHOICES if is_quick(row)])
def test_what_is_drawn_for_a_choice_is_that_choice_and_no_other(kind, path, label):
    assert_drawn_as_chosen(kind, path, label)


@pytest.mark.long
@in_one_test
@pytest.mark.parametrize(("kind", "path", "label"), [row for row in CHOICES if not is_quick(row)])
def test_so_is_what_is_drawn_of_the_other_kinds(kind, path, label):
    assert_drawn_as_chosen(kind, path, label)


def assert_drawn_as_chosen(kind, path, label):
    contract = reader.contract(kind)
    facet = contract.by_path[path]
    random = Random(f"{kind} {path} {label}")
    for number in [*map(Digits, range(20)), *(gen_events.number(random) for _ in range(80))]:
        event = contract.build(
            full_assignment(contract, {path: label}, gen_events.start(contract, random)), number
        )
        assert facet.recognise(event).label == label


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_no_pattern_draws_a_value_that_another_choice_lists(kind):
    """Chance would not find out: one word in billions is `latest`."""
    for facet in reader.contract(kind).facets:
        listed = {value for choice in facet.choices for value in choice.values}
        for choice in facet.choices:
            if isinstance(choice.shape, Word):
                assert [value for value in listed if choice.shape.draw.matches(value)] == [], (
                    facet.path
                )


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_the_values_of_choices_are_apart(kind):
    for facet in reader.contract(kind).facets:
        listed = [value for choice in facet.choices for value in choice.values]
        assert len(listed) == len(set(listed))


@pytest.mark.parametrize(
    ("shape", "yes", "no"),
    [
        (Absent(), [MISSING], [None, "", {}, 0]),
        (Exactly("a"), ["a"], ["A", "", None, MISSING, ["a"]]),
        (Exactly(""), [""], [None, MISSING, 0, False]),
        (Exactly(1), [1, 1.0], [True, "1", 2]),
        (Exactly(0), [0, 0.0, -0.0], [False, None, ""]),
        (Exactly(True), [True], [1, 1.0, "true", False]),
        (OneOf((1, "a")), [1, "a", 1.0], [True, "1", MISSING]),
        (
            Word(Pattern("^[a-z]{2}$"), Pattern("^aa$"), "aa"),
            ["aa", "zz"],
            ["a", "aa\n", "AA", b"aa", 7, None, MISSING],
        ),
        (Word(None, Pattern("^a$"), "a"), ["", "anything"], [None, 7, MISSING, ["a"]]),
        (
            Whole(1, 9, None, 1),
            [1, 9, 10**30, 1.0, 1e300],
            [0, 1.5, True, "1", None, MISSING, float("inf"), float("nan")],
        ),
        (Whole(1, 9, 9, 1), [1, 9, 9.0], [0, 10, 8.5]),
        (Whole(-3, 3, None, 0), [-3, 0, 7], [-4]),
        (Object(empty=True), [{}], [{"a": 1}, [], None, MISSING]),
        (Object(empty=False), [{"a": None}], [{}, [("a", 1)], None, MISSING]),
        (Items(0, 0, 0, "", None), [[]], [[1], {}, "", None, MISSING]),
        (Items(1, 1, 1, "", None), [[1]], [[], [1, 2], "a", (1,)]),
        (Items(2, 3, None, "", None), [[1, 2], [1] * 9], [[], [1]]),
    ],
)
def test_what_a_choice_recognises(shape, yes, no):
    choice = Choice("label", "token", shape, Evidence.DOCUMENTED)
    assert [value for value in yes if not choice.recognises(value)] == []
    assert [value for value in no if choice.recognises(value)] == []


def test_the_values_of_a_choice_are_those_that_it_lists():
    shapes = [Exactly(1), OneOf((1, 2)), Absent(), Whole(1, 2, None, 1), Object(empty=True)]
    assert [Choice("", "", shape, Evidence.DOCUMENTED).values for shape in shapes] == [
        (1,),
        (1, 2),
        (),
        (),
        (),
    ]


def test_a_choice_is_had_by_its_label():
    facet = reader.contract("scan").by_path["$.detail.image-tags"]
    assert facet["empty"].token == "no-tags"
    with pytest.raises(KeyError, match="many"):
        facet["many"]


# --- recognising ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_the_baseline_is_recognised_as_the_baseline(kind):
    contract = reader.contract(kind)
    assert contract.recognise(contract.baseline) == {
        facet.path: facet.baseline.label for facet in contract.varying
    }
    labels = {facet.path: facet.baseline.label for facet in contract.facets}
    assert contract.ordinary.items() <= labels.items()
    for path in set(labels) - set(contract.ordinary):
        assert not contract.is_filled(contract.ordinary, contract.by_path[path].parent), path


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_the_ordinary_event_is_the_baseline_to_the_last_key(kind):
    contract = reader.contract(kind)
    built = contract.build(contract.ordinary)
    assert list(built.items()) == list(oracle.schema(kind)["x-ecr"]["baseline"].items())
    assert list(built["detail"]) == [
        key for key in contract.known_keys["$.detail"] if key in built["detail"]
    ]


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_the_facets_come_in_the_order_of_the_keys(kind):
    contract = reader.contract(kind)
    top = list(dict.fromkeys(facet.steps[0] for facet in contract.facets))
    assert top == [
        "version",
        "id",
        "detail-type",
        "source",
        "account",
        "time",
        "region",
        "replay-name",
        "resources",
        "detail",
    ]


@pytest.mark.parametrize(
    ("change", "path", "label"),
    [
        ({"region": "rp-north-1"}, "$.region", None),
        ({"region": None}, "$.region", None),
        ({"account": 123456789012}, "$.account", None),
        ({"detail": None}, "$.detail.scan-status", None),
        ({"detail": "text"}, "$.detail.finding-severity-counts", "absent"),
        (
            {"detail": {"finding-severity-counts": {"HIGH": 1.0}}},
            "$.detail.finding-severity-counts.HIGH",
            "some",
        ),
        (
            {"detail": {"finding-severity-counts": {"HIGH": True}}},
            "$.detail.finding-severity-counts.HIGH",
            None,
        ),
        (
            {"detail": {"finding-severity-counts": {"TOTAL": 1}}},
            "$.detail.finding-severity-counts",
            "present",
        ),
        ({"detail": {"finding-severity-counts": []}}, "$.detail.finding-severity-counts", None),
        ({"detail": {"image-tags": ["v 1"]}}, "$.detail.image-tags[0]", None),
        ({"detail": {"image-tags": ["a"] * 100}}, "$.detail.image-tags", "several"),
    ],
)
def test_foreign_events_are_recognised_as_far_as_known(change, path, label):
    contract = reader.contract("scan")
    assert contract.recognise(dict(contract.baseline) | change)[path] == label


def test_what_lies_within_something_absent_has_no_choice():
    contract = reader.contract("scan")
    found = contract.recognise(
        contract.build(full_assignment(contract, {"$.detail.image-tags": "empty"}))
    )
    assert "$.detail.image-tags[0]" not in found
    assert contract.recognise({"detail": {}})["$.detail.finding-severity-counts.HIGH"] == "absent"


@pytest.mark.parametrize("event", [None, [], "text", 7, {}, {"detail": []}])
def test_anything_at_all_can_be_asked_for_its_choices(event):
    contract = reader.contract("push")
    found = contract.recognise(event)
    assert found["$.region"] is None
    assert found["$.detail.image-tag"] == "absent"


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_choices_that_an_event_has_may_go_together(kind):
    contract = reader.contract(kind)
    random = Random(f"together {kind}")
    for _ in range(50):
        labels = full_assignment(contract, {}, gen_events.start(contract, random))
        paths = random.sample(sorted(labels), random.randint(1, len(labels)))
        assert may_go_together(contract, {path: {labels[path]} for path in paths})


def test_choices_may_go_together_if_some_event_of_all_that_there_can_be_has_them():
    contract = reader.contract("push")
    one, two, three = contract.varying[:3]
    rules = (
        Constraint(((one.path, one.labels), (two.path, frozenset({two.baseline.label}))), "why"),
        Constraint(((one.path, one.labels), (three.path, three.labels)), "why"),
    )
    for number in (1, 2):
        bound = dataclasses.replace(contract, constraints=rules[:number])
        for label in two.labels:
            is_possible = number == 1 and label != two.baseline.label
            assert may_go_together(bound, {two.path: {label}}) is is_possible
            assert may_go_together(bound, {two.path: {label, two.baseline.label}}) is is_possible


def test_an_answer_without_images_goes_with_no_call_that_names_images_to_delete():
    contract = reader.contract("cloudtrail-api-call")
    one = {"$.detail.requestParameters.imageIds": {"one"}}
    answered = {**one, "$.detail.responseElements": {"present"}}
    images = "$.detail.responseElements.imageIds"
    assert may_go_together(contract, answered)
    assert may_go_together(contract, {**answered, images: {"one"}})
    assert may_go_together(contract, {**one, images: {"absent"}})
    assert not may_go_together(contract, {**answered, images: {"absent"}})


# --- building -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", long_but("push".__eq__, oracle.KINDS))
def test_events_of_random_choices_are_admitted_and_recognised(kind):
    """Every choice as likely as the others; `test_strategies` has many more, with the odds of its
    draws.
    """
    contract = reader.contract(kind)
    judge = oracle.judge(kind)
    random = Random(f"events of {kind}")
    for _ in range(MANY):
        labels = full_assignment(contract, {}, gen_events.start(contract, random))
        event = contract.build(labels, gen_events.number(random))
        assert judge.is_valid(event)
        assert contract.recognise(event) == {
            facet.path: labels[facet.path] for facet in contract.varying if facet.path in labels
        }


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_the_event_of_choices_and_a_number_is_always_the_same(kind):
    first, second = (list(gen_events.events(reader.contract(kind), 50, seed=1)) for _ in range(2))
    assert first == second
    assert len({str(event) for event in first}) > 40


WITH_AN_ARN = [
    kind
    for kind in oracle.KINDS
    if "repository-name" in reader.contract(kind).baseline["detail"] and kind != "inspector-scan"
]  # there the name is an ARN itself: tests/unit/events/test_family.py


@pytest.mark.parametrize("kind", WITH_AN_ARN)
def test_an_arn_agrees_with_its_event(kind):
    contract = reader.contract(kind)
    random = Random(7)
    for _ in range(300):
        start = gen_events.start(contract, random)
        event = contract.build(
            full_assignment(contract, {"$.resources": "arn"}, start), gen_events.number(random)
        )
        partition = contract.by_path["$.region"].recognise(event).label
        name = event["detail"]["repository-name"]
        assert event["resources"] == [
            f"arn:{partition}:ecr:{event['region']}:{event['account']}:repository/{name}"
        ]


def test_several_tags_are_different_tags():
    contract = reader.contract("scan")
    random = Random(3)
    lengths = set()
    for _ in range(500):
        start = gen_events.start(contract, random) | {"$.detail.image-tags": "several"}
        event = contract.build(
            full_assignment(contract, {"$.detail.image-tags": "several"}, start),
            gen_events.number(random),
        )
        tags = event["detail"]["image-tags"]
        assert len(set(tags)) == len(tags)
        lengths.add(len(tags))
    assert lengths == {2, 3, 4}


def test_every_value_that_a_choice_lists_is_drawn():
    contract = reader.contract("push")
    random = Random(2)
    regions = {
        contract.build(
            full_assignment(contract, {"$.region": choice.label}), Digits(random.getrandbits(512))
        )["region"]
        for choice in contract.by_path["$.region"].choices
        for _ in range(300)
    }
    assert regions == {
        value for choice in contract.by_path["$.region"].choices for value in choice.values
    }


def test_pinned_values_stand_and_others_follow():
    contract = reader.contract("scan")
    pinned = {
        ("detail", "repository-name"): "shop/cart",
        ("region",): "cn-north-1",
        ("extra", "deep"): [1],
    }
    event = contract.build(contract.ordinary, None, pinned)
    assert event["resources"] == ["arn:aws-cn:ecr:cn-north-1:123456789012:repository/shop/cart"]
    assert event["extra"] == {"deep": [1]}
    assert list(event) == [*contract.baseline, "extra"]


def test_pinned_values_are_copied():
    contract = reader.contract("scan")
    tags = ["a"]
    event = contract.build(contract.ordinary, None, {("detail", "image-tags"): tags})
    event["detail"]["image-tags"].append("b")
    assert tags == ["a"]


@pytest.mark.parametrize(
    ("event", "steps", "value", "expected"),
    [
        ({}, ("a",), 1, {"a": 1}),
        ({"a": 0}, ("a",), 1, {"a": 1}),
        ({}, ("a", "b", "c"), 1, {"a": {"b": {"c": 1}}}),
        ({}, ("a", 0), 1, {"a": [1]}),
        ({"a": [0, 2]}, ("a", 0), 1, {"a": [1, 2]}),
        ({"a": [{}]}, ("a", 0, "b"), 1, {"a": [{"b": 1}]}),
        ({"a": 0}, ("a",), MISSING, {}),
        ({}, ("a",), MISSING, {}),
        ({}, ("a", "b"), MISSING, {}),
        ({"a": "text"}, ("a", "b"), MISSING, {"a": "text"}),
        ({"a": [1, 2]}, ("a", 0), MISSING, {"a": [2]}),
        ({"a": []}, ("a", 0), MISSING, {"a": []}),
    ],
)
def test_a_value_is_put_in_its_place(event, steps, value, expected):
    json_path.put(event, steps, value)
    assert event == expected


# --- mutations ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", long_but("push".__eq__, oracle.KINDS))
def test_every_mutation_of_any_event_is_refused_once_and_where_it_is(kind):
    contract = reader.contract(kind)
    judge = oracle.judge(kind)
    random = Random(f"mutations of {kind}")
    for mutation in itertools.islice(itertools.cycle(contract.mutations), MANY):
        labels = full_assignment(contract, mutation.needs, gen_events.start(contract, random))
        event = contract.build(labels, gen_events.number(random))
        assert oracle.faults(judge, mutation.applied(event)) == [mutation.steps], mutation.name


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_required_key_and_every_place_has_a_flaw(kind):
    contract = reader.contract(kind)
    mutated = {mutation.path for mutation in contract.mutations}
    has_resources = "arn" in contract.by_path["$.resources"].labels
    resources = {"$.resources[0]"} if has_resources else set()
    assert mutated == {facet.path for facet in contract.facets} | resources
    missing = {mutation.path for mutation in contract.mutations if mutation.value is MISSING}
    absentable = {
        facet.path
        for facet in contract.facets
        if any(choice.label == "absent" for choice in facet.choices)
    }
    elements = {facet.path for facet in contract.facets if facet.path.endswith("]")}
    optional = {
        facet.path
        for facet in contract.facets
        if any(node.get("x-ecr", {}).get("always") for node in oracle.said_of(kind, facet.steps))
    }
    wanted = {facet.path for facet in contract.facets} - absentable - elements
    assert wanted - optional <= missing <= wanted


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_a_mutation_leaves_the_event_it_is_applied_to_alone(kind):
    contract = reader.contract(kind)
    for mutation in contract.mutations:
        event = contract.build(full_assignment(contract, mutation.needs))
        before = copy.deepcopy(event)
        assert json.dumps(mutation.applied(event)) != json.dumps(before)
        assert event == before
        assert mutation.path == json_path.show(mutation.steps)


# --- constraints and settling ---------------------------------------------------------------------


def test_a_constraint_forbids_its_terms_together_and_nothing_else():
    rule = Constraint((("$.a", frozenset({"x"})), ("$.b", frozenset({"y", "z"}))), "so")
    assert rule.structural
    assert not rule.holds({"$.a": "x", "$.b": "z"})
    assert rule.holds({"$.a": "x", "$.b": "x"})
    assert rule.holds({"$.a": "y", "$.b": "y"})
    assert rule.holds({"$.b": "y"})


def test_the_reason_names_the_choices_and_why():
    contract = reader.contract("scan")
    wanted = {"$.detail.scan-status": "failed", "$.detail.finding-severity-counts": "empty"}
    with pytest.raises(
        ValueError,
        match=r"^not both: \$\.detail\.scan-status is failed and "
        r"\$\.detail\.finding-severity-counts is empty or present \(a scan that failed counted "
        r"nothing\)$",
    ):
        full_assignment(contract, wanted)


def test_a_choice_within_something_absent_is_impossible():
    contract = reader.contract("scan")
    for label in ("latest", "digits"):
        with pytest.raises(ValueError, match=r"image-tags\[0\] lies within \$\.detail\.image-tags"):
            full_assignment(
                contract, {"$.detail.image-tags": "empty", "$.detail.image-tags[0]": label}
            )


def test_a_choice_within_something_brings_it_along():
    contract = reader.contract("scan")
    for label in ("latest", "digits"):
        start = contract.ordinary | {"$.detail.image-tags": "absent"}
        found = full_assignment(contract, {"$.detail.image-tags[0]": label}, start)
        assert found["$.detail.image-tags[0]"] == label
        assert contract.is_filled(found, "$.detail.image-tags")


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_settling_what_is_settled_changes_nothing(kind):
    contract = reader.contract(kind)
    random = Random(11)
    for _ in range(300):
        once = full_assignment(contract, {}, gen_events.start(contract, random))
        assert full_assignment(contract, {}, once) == once
        assert full_assignment(contract, once) == once


def test_settling_changes_neither_wishes_nor_start():
    contract = reader.contract("scan")
    wanted, start = {"$.detail.scan-status": "failed"}, dict(contract.ordinary)
    full_assignment(contract, wanted, start)
    assert (wanted, start) == ({"$.detail.scan-status": "failed"}, contract.ordinary)


HOLLOW = {"absent", "empty", None}


def every_assignment(made, contract):
    """All assignments that a schema admits: nesting by their names, its own constraints as they are
    declared.
    """
    partial = [{}]
    for facet in contract.facets:
        names = [choice.label for choice in facet.choices]
        partial = [
            found | ({facet.path: name} if name is not None else {})
            for found in partial
            for name in (
                names
                if facet.parent is None or found.get(facet.parent) not in HOLLOW
                else ["absent"]
                if "absent" in names
                else [None]
            )
        ]
    for facet in contract.facets:
        if {"empty", "present"} <= {choice.label for choice in facet.choices}:
            inner = [other.path for other in contract.facets if other.steps[:-1] == facet.steps]
            partial = [
                found
                for found in partial
                if found.get(facet.path) != "present"
                or any(found[path] != "absent" for path in inner)
            ]
    for rule in made["x-ecr"].get("constraints", ()):
        partial = [
            found
            for found in partial
            if not all(found.get(path) in names for path, names in rule["when"].items())
            or all(
                path not in found or found[path] in names for path, names in rule["then"].items()
            )
        ]
    return partial


@st.composite
def constrained(draw):
    """A small schema with up to three constraints which its baseline keeps."""
    made = draw(schemas(depth=draw(st.integers(1, 2))))
    contract = reader.read("made", made)
    size = 1
    for facet in contract.facets:
        size *= len(facet.choices)
    assume(len(contract.varying) > 1 and size < 1500)
    rules = []
    for _ in range(draw(st.integers(0, 3))):
        some = draw(
            st.lists(
                st.sampled_from(contract.varying),
                min_size=2,
                max_size=3,
                unique_by=lambda facet: facet.path,
            )
        )
        *when, then = [
            (
                facet,
                draw(
                    st.lists(
                        st.sampled_from([choice.label for choice in facet.choices]),
                        min_size=1,
                        unique=True,
                    )
                ),
            )
            for facet in some
        ]
        ordinary = contract.ordinary
        if (
            all(ordinary.get(facet.path) in names for facet, names in when)
            and then[0].path in ordinary
        ):
            then[1].append(ordinary[then[0].path])
        rules.append(
            {
                "when": {facet.path: names for facet, names in when},
                "then": {then[0].path: then[1]},
                "evidence": "inferred",
                "because": "drawn",
            }
        )
    made["x-ecr"]["constraints"] = rules
    return made


@pytest.mark.long
@given(constrained(), st.data())
@settings(max_examples=200)
def test_settling_finds_an_assignment_whenever_there_is_one(made, data):
    """Checked against all assignments there are."""
    contract = reader.read("made", made)
    everything = every_assignment(made, contract)
    some = data.draw(
        st.lists(st.sampled_from(contract.facets), max_size=3, unique_by=lambda facet: facet.path)
    )
    wanted = {facet.path: data.draw(st.sampled_from(facet.choices)).label for facet in some}
    start = {
        facet.path: data.draw(st.sampled_from(facet.choices)).label for facet in contract.facets
    }
    fitting = [
        found
        for found in everything
        if all(found.get(path) == label for path, label in wanted.items())
    ]
    try:
        result = full_assignment(contract, wanted, start)
    except ValueError as reason:
        result = str(reason)
    if fitting:
        assert result in fitting
    else:
        assert isinstance(result, str)
        assert result.startswith("not ")


@given(constrained(), st.data())
@settings(max_examples=50)
def test_settling_leaves_an_assignment_that_fits_as_it_is(made, data):
    contract = reader.read("made", made)
    start = data.draw(st.sampled_from(every_assignment(made, contract)))
    assert full_assignment(contract, {}, start) == start


@given(constrained())
@settings(max_examples=50)
def test_the_baseline_is_among_all_assignments(made):
    contract = reader.read("made", made)
    assert contract.ordinary in every_assignment(made, contract)
    assert full_assignment(contract, {}) == contract.ordinary
