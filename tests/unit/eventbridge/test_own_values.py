"""What code compares with a field is a choice of it: no event is lost, and the base is let on.

The judges are the conditions, on events of the whole contract, and jsonschema.
"""

from __future__ import annotations

import itertools
import re
import warnings

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.eventbridge.rules.matching.conditions import (
    EqualsIgnoreCase,
    Exact,
    Numeric,
    Prefix,
    Suffix,
    Wildcard,
)
from ecr_contracts.eventbridge.rules.matching.regular import Matches, Where
from ecr_contracts.eventbridge.rules.narrowing import own_values
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.narrowing.own_values import FieldComparison, with_own_values
from ecr_contracts.eventbridge.rules.narrowing.witnesses import texts_matched
from ecr_contracts.eventbridge.rules.pattern import Pattern, PatternError
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import cases_of
from ecr_contracts.events.kinds import kind_names
from tests import oracle
from tests.gen_events import events
from tests.unit.eventbridge.patterns import patterns

NAME = ("detail", "repository-name")
TAG = ("detail", "image-tag")
TAGS = ("detail", "image-tags")
RESULT = ("detail", "result")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def compared(steps, *conditions, leads_on=True, place="app.py:9"):
    return FieldComparison(steps, conditions, place, leads_on, needed=leads_on)


def own(kind, *comparisons):
    return with_own_values(reader.contract(kind), comparisons)


def labels(contract, steps):
    return [choice.label for choice in contract.by_path[json_path.show(steps)].choices]


def base(contract, steps):
    return json_path.at(contract.baseline, steps)


# --- whatever is compared -------------------------------------------------------------------------


@st.composite
def comparisons(draw, kind, facets=()):
    """A comparison of a field with a part of a value that some event has there, or with a word."""
    facet = draw(st.sampled_from(facets or reader.contract(kind).facets))
    event = next(events(reader.contract(kind), 1, draw(st.integers(0, 2**16))))
    value = json_path.at(event, facet.steps)
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, int):
        condition = Numeric(lower=float(value))
    elif isinstance(value, str):
        start = draw(st.integers(0, len(value)))
        part = value[start : draw(st.integers(start, len(value)))]
        condition = draw(
            st.sampled_from(
                [
                    Exact(value),
                    Prefix(part or "a"),
                    Suffix(part or "a"),
                    EqualsIgnoreCase(value),
                    Exact(part or "word"),
                    Wildcard(f"*{part.replace('*', '') or 'a'}*"),
                ]
            )
        )
    else:
        condition = Exact(draw(st.sampled_from(["word", "prod", ""])))
    answer = draw(st.sampled_from([True, True, False, None]))
    return compared(
        facet.steps, condition, leads_on=answer, place=f"app.py:{draw(st.integers(1, 9))}"
    )


@given(st.data(), st.sampled_from(kind_names()))
@settings(suppress_health_check=SLOW, max_examples=40, deadline=None)
def test_nothing_is_dropped_and_all_is_valid(data, kind):
    whole = reader.contract(kind)
    found = tuple(data.draw(st.lists(comparisons(kind), min_size=1, max_size=4)))
    made = with_own_values(whole, found)
    for facet in made.facets:
        known = whole.by_path[facet.path]
        assert {choice.schema_label for choice in facet.choices} >= known.labels
        assert {choice.label for choice in facet.declared} == facet.labels
    listed = cases_of(made, 1)
    assert len({case.id for case in listed}) == len(listed)
    for case in listed:
        assert oracle.accepts(kind, case.event) or case.id.endswith("/sample"), case.id
    for event in events(whole, 20, data.draw(st.integers(0, 99))):
        usual, known = whole.recognise(event), made.recognise(event)
        for path, label in usual.items():
            if label is not None and path in known:
                mine = known[path]
                assert mine is not None, (path, json_path.at(event, json_path.parse(path)))
                assert made.by_path[path][mine].schema_label == label


@given(st.data(), st.sampled_from(kind_names()))
@settings(suppress_health_check=SLOW, max_examples=40, deadline=None)
def test_the_first_comparison_that_any_event_meets_lets_the_base_on(data, kind):
    whole = reader.contract(kind)
    first = data.draw(comparisons(kind).filter(lambda one: one.needed is not None))
    others = data.draw(st.lists(comparisons(kind), max_size=2))
    others = [one for one in others if one.steps != first.steps]
    made = with_own_values(whole, (first, *others))
    assert oracle.accepts(kind, made.baseline)
    # A comparison with several elements may be met by one that no single choice has.
    let_on = [case for case in cases_of(whole, 1) if oracle.accepts(kind, case.event)]
    if any(first.lets_on(case.event) for case in let_on):
        assert first.lets_on(made.baseline)
    if all(one.lets_on(whole.baseline) for one in (first, *others)):
        assert made.baseline == whole.baseline


@given(st.data(), st.sampled_from(["push", "scan", "inspector-scan", "replication"]))
@settings(suppress_health_check=SLOW, max_examples=30, deadline=None)
def test_all_values_of_a_choice_meet_the_same(data, kind):
    found = tuple(data.draw(st.lists(comparisons(kind), min_size=1, max_size=3)))
    made = with_own_values(reader.contract(kind), found)
    met: dict[tuple[object, ...], bool] = {}
    for event in events(made, 40, data.draw(st.integers(0, 99))):
        known = made.recognise(event)
        for comparison in found:
            facet = made.by_path[json_path.show(comparison.steps)]
            value = json_path.at(event, facet.steps)
            if value is MISSING or isinstance(value, list | dict) or known.get(facet.path) is None:
                continue
            if any(getattr(choice.shape, "frame", "") for choice in facet.choices):
                continue  # what stands around the part has choices of its own
            key = (facet.path, known[facet.path], comparison.conditions)
            assert met.setdefault(key, comparison.holds(event)) == comparison.holds(event), value


@given(st.data(), st.sampled_from(["push", "scan", "inspector-scan", "replication"]))
@settings(suppress_health_check=SLOW, max_examples=40, deadline=None)
def test_behind_rules_all_is_let_through_and_what_they_admit_is_known(data, kind):
    try:
        rule = Pattern.parse(data.draw(patterns(kind)))
    except PatternError:
        assume(False)
    behind = World.behind([NamedPattern(rule, "t.yaml:3")])
    narrow, whole = behind.contract(kind), reader.contract(kind)
    changed = [one for one in narrow.facets if one is not whole.by_path[one.path]]
    found = tuple(data.draw(st.lists(comparisons(kind, changed), min_size=1, max_size=3)))
    made = behind.comparing(found).contract(kind)
    assume(narrow is not whole)  # nothing of the kind reaches it, or everything does
    for case in cases_of(made, 1):
        assert rule.matches(case.event), case.id
    for event in events(narrow, 20, data.draw(st.integers(0, 99))):
        known = made.recognise(event)
        for path, label in narrow.recognise(event).items():
            assert label is None or path not in known or known[path] is not None, path
    let_on = any(found[0].lets_on(case.event) for case in cases_of(narrow, 1))
    assert not let_on or found[0].lets_on(made.baseline)


# --- examples -------------------------------------------------------------------------------------


def test_a_literal_is_a_choice_of_its_own_and_the_base():
    made = own("push", compared(NAME, Exact("shop/api")))
    choice = made.by_path["$.detail.repository-name"].baseline
    assert (choice.label, choice.token) == ("shop/api", "shop-api-repository")
    assert choice.compared == "app.py:9"
    # It is known as well as the names of its sort are.
    assert (
        choice.evidence
        is reader.contract("push").by_path[json_path.show(NAME)]["namespaced"].evidence
    )
    assert base(made, NAME) == "shop/api"
    assert labels(made, NAME)[1:] == labels(reader.contract("push"), NAME)


def test_a_prefix_divides_every_choice_that_has_both():
    made = own("push", compared(NAME, Prefix("prod-")))
    assert base(made, NAME).startswith("prod-")
    assert {"plain", "plain-other", "deep", "deep-other"} <= set(labels(made, NAME))
    assert oracle.accepts("push", made.baseline)


@pytest.mark.parametrize("kind", ["push", "delete"])
def test_of_several_values_the_first_is_the_base(kind):
    made = own(kind, compared(TAG, Exact("dev")), compared(TAG, Exact("main")))
    assert base(made, TAG) == "dev"
    assert {"main", "latest"} <= set(labels(made, TAG))


def test_the_base_of_the_schema_stays_where_any_way_lets_it_on():
    whole = reader.contract("push")
    for comparisons_of_push in (
        [compared(RESULT, Exact("SUCCESS"))],
        [compared(RESULT, Exact("FAILURE")), compared(RESULT, Exact("SUCCESS"))],
        [compared(RESULT, Exact("FAILURE"), leads_on=False)],
        [compared(RESULT, Exact("FAILURE"), leads_on=None)],
    ):
        assert own("push", *comparisons_of_push) is whole
    made = own("push", compared(TAG, Exact("dev")), compared(TAG, Exact("latest")))
    assert base(made, TAG) == "latest"


def test_a_failing_event_is_the_base_where_nothing_else_leads_on():
    made = own("push", compared(RESULT, Exact("FAILURE")))
    assert base(made, RESULT) == "FAILURE"


def test_what_is_turned_back_is_left():
    made = own("push", compared(TAG, Exact("latest"), leads_on=False))
    assert base(made, TAG) == "v1.4.2"
    assert set(labels(made, TAG)) == set(labels(reader.contract("push"), TAG))


def test_guards_that_contradict_each_other_hold_in_the_order_of_the_code():
    made = own(
        "push",
        compared(NAME, Prefix("prod-")),
        compared(NAME, Exact("prod-db"), leads_on=False),
        compared(NAME, Exact("shop")),
        compared(TAG, Prefix("v")),
        compared(("account",), Exact("111122223333")),
    )
    assert base(made, NAME).startswith("prod-")
    assert base(made, NAME) != "prod-db"
    assert base(made, TAG).startswith("v")
    assert made.baseline["account"] == "111122223333"
    assert {"prod-db", "shop"} <= set(labels(made, NAME))


def test_an_arn_among_the_resources_agrees_with_its_fields():
    arn = "arn:aws:ecr:eu-west-1:111122223333:repository/shop/api"
    made = own("scan", compared(("resources", 0), Exact(arn)))
    assert made.baseline["resources"] == [arn]
    assert (made.baseline["region"], made.baseline["account"]) == ("eu-west-1", "111122223333")
    assert base(made, NAME) == "shop/api"
    names = {case.event["detail"]["repository-name"] for case in cases_of(made, 1)}
    assert {"shop/api", "my-repo"} <= names


def test_a_name_within_an_arn_is_the_base():
    made = own("inspector-scan", compared(NAME, Suffix("/shop/api")))
    assert base(made, NAME) == "arn:aws:ecr:us-east-1:123456789012:repository/shop/api"


@pytest.mark.parametrize("steps", [TAGS, (*TAGS, 0)])
def test_the_first_of_the_tags_is_what_is_compared(steps):
    made = own("scan", compared(steps, Exact("prod")))
    assert base(made, TAGS) == ["prod"]
    last = [case for case in cases_of(made, 1) if "wanted-last" in case.id]
    assert [case.event["detail"]["image-tags"][-1] for case in last] == ["prod"]
    assert last[0].event["detail"]["image-tags"][0] != "prod"


def test_a_tag_that_is_there_for_its_length_is_no_base():
    made = own("scan", compared((*TAGS, 0), Prefix("release-")))
    assert base(made, TAGS) == ["release-v1.4.2"]


@pytest.mark.parametrize(
    ("kind", "steps", "expression", "expected"),
    [
        ("push", NAME, r"shop(?:/[\s\S]*)?", "shop"),
        ("inspector-scan", NAME, r"[^/]*/shop/api", "/repository/shop/api"),
        ("scan", ("resources", 0), r"(?:[\s\S]*/)?api", "repository/api"),
    ],
)
def test_a_piece_of_a_text_is_the_base(kind, steps, expression, expected):
    made = own(kind, compared(steps, Matches(expression)))
    assert json_path.at(made.baseline, steps).endswith(expected.removeprefix("/"))
    assert oracle.accepts(kind, made.baseline)


def test_a_count_within_the_counts():
    critical = ("detail", "finding-severity-counts", "CRITICAL")
    made = own("scan", compared(critical, Numeric(lower=5.0)))
    assert base(made, critical) == 6


def test_a_kind_without_the_field_or_the_value_is_as_it_was():
    assert own("scan", compared(TAG, Exact("dev"))) is reader.contract("scan")
    assert own("push", compared(NAME, Exact("NOT A NAME"))) is reader.contract("push")
    assert own("push", compared(("detail", "action-type"), Exact("DELETE"))) is (
        reader.contract("push")
    )


@pytest.mark.parametrize("limit", [2, 5, 1000])
def test_a_number_that_is_let_on_only_from_a_limit_has_choices_on_both_sides(limit):
    """As `if counts.get("CRITICAL", 0) < 5: return` lets on."""
    critical = ("detail", "finding-severity-counts", "CRITICAL")
    below = compared(critical, Numeric(None, limit, False, False), leads_on=False)
    made = own("scan", below)
    assert base(made, critical) >= limit
    numbers = [json_path.at(case.event, critical) for case in cases_of(made, 2)]
    tried = [number for number in numbers if isinstance(number, int)]
    assert any(0 < number < limit for number in tried)
    assert any(number >= limit for number in tried)
    assert 0 in tried
    assert MISSING in numbers


def test_many_values_are_tried_and_few_of_them_combined():
    made = own("push", *(compared(TAG, Exact(f"t{number}")) for number in range(50)))
    tags = {case.event["detail"].get("image-tag") for case in cases_of(made, 1)}
    assert {f"t{number}" for number in range(50)} <= tags
    combined = made.in_combinations().by_path[json_path.show(TAG)]
    usual = labels(reader.contract("push"), TAG)
    assert len(combined.choices) == len(usual) + own_values.MOST_FURTHER
    assert len(cases_of(made, 2)) < 3 * len(cases_of(reader.contract("push"), 2))


def test_a_world_has_its_own_values_and_admits_every_event():
    world = WHOLE_WORLD.comparing([compared(NAME, Exact("shop/api"))])
    assert world.is_whole
    assert world.ordinary_case("push").event["detail"]["repository-name"] == "shop/api"
    assert world.admits(reader.contract("push").baseline)
    assert list(world.own_values("push")) == [("$.detail.repository-name", "shop/api", "app.py:9")]
    assert world.contract("cloudtrail-api-call") is reader.contract("cloudtrail-api-call")
    assert list(WHOLE_WORLD.own_values("push")) == []


def test_what_a_rule_has_narrowed_is_divided_as_the_whole_is():
    """What begins with `shop/web` is a choice that the rule has made, and no pattern any more."""
    pattern = {"detail": {"repository-name": ["shop/api", {"prefix": "shop/web"}]}}
    rule = Pattern.parse({"source": ["aws.ecr"], **pattern})
    behind = World.behind([NamedPattern(rule, "t.yaml:3")])
    found = [compared(NAME, Suffix("-x"), place="app.py:4"), compared(TAG, Exact("v9"))]
    made = behind.comparing(found).contract("push")
    assert base(made, NAME).startswith("shop/web")
    assert base(made, NAME).endswith("-x")
    assert base(made, TAG) == "v9"
    assert rule.matches(made.baseline)
    facet = made.by_path["$.detail.repository-name"]
    assert facet["shop/api"].note == "named by the rule at t.yaml:3"
    assert facet.baseline.compared == "app.py:4"
    assert any(not one.compared and one.schema_label == "deep" for one in facet.choices)
    same = compared(NAME, Prefix("shop/web"))
    assert set(labels(behind.comparing([same]).contract("push"), NAME)) == set(
        labels(behind.contract("push"), NAME)
    )


def test_what_a_whole_choice_of_the_schema_meets_divides_no_other():
    made = own("push", compared(TAG, Prefix("sha256-")))
    assert set(labels(made, TAG)) == set(labels(reader.contract("push"), TAG))
    assert base(made, TAG).startswith("sha256-")


def test_a_base_that_nobody_has_seen_rests_on_no_more_than_it_does():
    whole = reader.contract("push")
    made = own("push", compared(("region",), Prefix("cn-")))
    assert made.baseline["region"].startswith("cn-")
    weak = whole.by_path["$.region"]["aws-cn"].evidence
    assert made.evidence_of({}) is weak
    assert cases_of(made, 1)[1].evidence is weak
    assert made.evidence_of({json_path.show(TAG): "absent"}) is weak
    known = own("push", compared(TAG, Exact("dev")))
    assert known.evidence_of({}) is whole.evidence_of({})


@pytest.mark.parametrize(
    ("steps", "expression", "expected"),
    [
        (TAG, r"release-\d{4}", "release-0000"),
        (TAG, r"(dev|main)-[0-9a-f]{8}", "dev-00000000"),
        (TAG, r"(dev|main)-[0-9a-f]{7}", "main-4f2a9c1"),
        (NAME, r"^(?:shop|pay)/[a-z-]+$", "shop/a"),
        (NAME, r"[^/]+/web", "a/web"),
        # The plainest of a choice is one, so that no other text is needed.
        (TAG, r"v\d+\.\d+\.\d+", "v1.4.2"),
        (NAME, r"\w+/app", "team/app"),
        # Of what is too much a text is found among the choices alone.
        (TAG, r"(?!latest).+", "v1.4.2"),
    ],
)
def test_a_text_that_a_regular_expression_matches_is_the_base(steps, expression, expected):
    made = own("push", compared(steps, Matches(expression)))
    assert base(made, steps) == expected
    assert set(labels(made, steps)) >= set(labels(reader.contract("push"), steps))
    assert oracle.accepts("push", made.baseline)


def test_an_expression_that_no_tag_matches_changes_nothing():
    assert own("push", compared(TAG, Matches(r"a tag"))) is reader.contract("push")


@given(st.text(alphabet="abv01.*+?()[]|\\d-^$w{2}", max_size=12))
@settings(max_examples=300, deadline=None)
def test_texts_of_an_expression_are_matched_by_it(expression):
    try:
        with warnings.catch_warnings(action="ignore"):
            compiled = re.compile(expression)
    except (re.error, OverflowError):
        return
    for text in itertools.islice(texts_matched(Matches(expression, Where.ANYWHERE)), 5):
        assert compiled.search(text)


def test_what_is_compared_with_the_value_of_the_base_makes_that_a_choice():
    made = own("push", FieldComparison(NAME, (), "app.py:9", True, True, is_with_base=True))
    choice = made.by_path[json_path.show(NAME)].baseline
    assert (choice.label, choice.compared) == ("my-repo", "app.py:9")
    assert made.baseline == reader.contract("push").baseline
    assert "plain" in labels(made, NAME)
