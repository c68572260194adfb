"""A narrowed contract is exactly what its rule lets through: no event more, and no choice less.

The judge is the matcher, which is itself judged by AWS's answers (`test_pattern_judged`).
"""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st

from ecr_contracts import MISSING, Pattern, ecr_events, edge_cases, is_valid
from ecr_contracts.core import json_path
from ecr_contracts.core.errors import PatternError, PinError, UnmatchedPatternError
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.narrowing.narrow import narrow
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import case_of, cases_of
from ecr_contracts.events.generate.strategies import events_of
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Contract
from ecr_contracts.events.shapes import Items, Object
from tests.unit.eventbridge.patterns import patterns

KINDS = kind_names()
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def narrowing(kind, *given_patterns):
    rules = [NamedPattern(Pattern.parse(pattern), "t.yaml:3") for pattern in given_patterns]
    return narrow(reader.contract(kind), rules)


def narrowed(kind, *given_patterns) -> Contract:
    contract = narrowing(kind, *given_patterns).contract
    assert contract is not None
    return contract


def of(kind, **detail):
    baseline = reader.contract(kind).baseline
    keys = {key.replace("_", "-"): value for key, value in detail.items()}
    return {"source": ["aws.ecr"], "detail-type": [baseline["detail-type"]], "detail": keys}


def labels(contract, path):
    return [choice.label for choice in contract.by_path[path].choices]


# --- judged by the matcher ------------------------------------------------------------------------


def is_hypothetical(event, kind):
    """Whether an event has what a rule is not said to wait for."""
    for facet in reader.contract(kind).facets:
        choice = facet.recognise(event)
        if choice is not None and choice.hypothetical:
            return True
    return False


def lets_through(rules, event):
    return any(rule.matches(event) for rule in rules)


def assert_narrowed(kind, given_patterns):
    """That a narrowed contract has only events that match, and a place for each that does."""
    rules = [Pattern.parse(pattern) for pattern in given_patterns]
    result = narrowing(kind, *given_patterns)
    whole = cases_of(reader.contract(kind), 2)
    let_through = [
        case
        for case in whole
        if lets_through(rules, case.event) and not is_hypothetical(case.event, kind)
    ]
    if result.contract is None:
        assert result.obstacles or result.left_out
        if not result.left_out:
            assert [case.id for case in let_through] == []
        return
    cases = cases_of(result.contract, 2)
    assert lets_through(rules, result.contract.baseline)
    for case in cases:
        assert lets_through(rules, case.event), case.id
        assert is_valid(case.event) or case.id.endswith("/sample")
    if result.left_out:
        return
    met = {(path, label) for case in cases for path, label in case.labels.items()}
    for facet in result.contract.varying:
        for choice in facet.choices:
            assert (facet.path, choice.label) in met
    for case in let_through:
        if case.id.endswith("/sample"):
            continue
        known = result.contract.recognise(case.event)
        assert None not in known.values(), (case.id, known)
        held = {path: label for path, label in known.items() if label is not None}
        for constraint in result.contract.constraints:
            assert constraint.holds(held), (case.id, constraint)


@given(st.data(), st.sampled_from(KINDS))
@settings(suppress_health_check=SLOW, max_examples=60, deadline=None)
def test_a_narrowed_contract_has_what_its_rule_lets_through_and_nothing_else(data, kind):
    chosen = data.draw(patterns(kind))
    try:
        Pattern.parse(chosen)
    except PatternError:
        assume(False)
    assert_narrowed(kind, [chosen])


@pytest.mark.long
@given(st.data(), st.sampled_from(KINDS))
@settings(suppress_health_check=SLOW, max_examples=25, deadline=None)
def test_several_rules_let_through_what_any_of_them_does(data, kind):
    chosen = [data.draw(patterns(kind)) for _ in range(2)]
    try:
        for pattern in chosen:
            Pattern.parse(pattern)
    except PatternError:
        assume(False)
    assert_narrowed(kind, chosen)


@given(st.data(), st.sampled_from(KINDS))
@settings(suppress_health_check=SLOW, max_examples=40, deadline=None)
def test_each_event_that_is_drawn_behind_a_pattern_matches_it(data, kind):
    chosen = data.draw(patterns(kind))
    try:
        events = ecr_events(kind, matching=chosen)
    except (PatternError, UnmatchedPatternError):
        assume(False)
    event = data.draw(events)
    assert Pattern.parse(chosen).matches(event)
    assert is_valid(event)


# --- what a rule makes of a facet -----------------------------------------------------------------


def test_a_value_that_the_rule_names_is_a_choice_and_says_so():
    contract = narrowed("push", of("push", repository_name=["shop/api", "shop/web"]))
    facet = contract.by_path["$.detail.repository-name"]
    assert [choice.label for choice in facet.choices] == ["shop/api", "shop/web"]
    assert {choice.note for choice in facet.choices} == {"named by the rule at t.yaml:3"}
    assert contract.baseline["detail"]["repository-name"] == "shop/api"
    ids = [case.id for case in cases_of(contract)]
    assert "push/shop-web-repository" in ids
    assert "push/sample" not in ids  # AWS's sample is of another repository


@pytest.mark.parametrize("leaf", [{"suffix": "a"}, {"prefix": "a"}, {"wildcard": "*a*"}])
def test_a_name_is_no_shorter_than_the_schema_admits(leaf):
    contract = narrowed("push", of("push", repository_name=[leaf]))
    assert all(is_valid(case.event) for case in cases_of(contract, 2))
    shortest = find(ecr_events("push", matching=of("push", repository_name=[leaf])), is_valid)
    assert len(shortest["detail"]["repository-name"]) >= 2


def test_each_of_many_named_values_is_tried_and_few_are_combined():
    names = [f"shop/service-{number}" for number in range(40)]
    pattern = of("push", repository_name=names)
    contract = narrowed("push", pattern)
    tried = [case.event["detail"]["repository-name"] for case in cases_of(contract, 2)]
    assert set(tried) == set(names)
    assert tried.count("shop/service-39") == 1
    assert tried.count("shop/service-3") > 1


def test_values_that_are_too_many_are_counted():
    names = [f"shop/service-{number}" for number in range(10_000)]
    result = narrowing("push", of("push", repository_name=names))
    assert result.left_out == 10_000 - 300
    assert len(result.contract.by_path["$.detail.repository-name"].choices) == 300


@pytest.mark.parametrize(
    ("leaf", "example", "left"),
    [
        ([{"prefix": "v1."}], "v1.4.2", {"dotted", "longest", "plain"}),
        # Tags with dots are documented as well as plain ones; of these the shorter one is chosen.
        ([{"suffix": "-rc"}], "v1.4.2-rc", {"plain", "dotted", "longest"}),
        (["latest"], "latest", {"latest"}),
        ([{"anything-but": "latest"}], None, {"plain", "digits", "dotted", "longest", "signature"}),
        ([{"exists": False}], MISSING, {"absent"}),
        ([{"exists": True}, {"exists": False}], "latest", None),
        ([{"equals-ignore-case": "LATEST"}], "latest", {"latest", "plain"}),
        ([{"wildcard": "sha256-*.sig"}], None, {"signature", "dotted", "longest", "plain"}),
    ],
)
def test_what_is_left_of_the_tags(leaf, example, left):
    contract = narrowed("push", of("push", image_tag=leaf))
    facet = contract.by_path["$.detail.image-tag"]
    present = {choice.label for choice in facet.choices} - {"empty"}
    if left is None:
        assert facet is reader.contract("push").by_path[facet.path]
    else:
        assert present == left
    if example is not None:
        assert json_path.at(contract.baseline, facet.steps) == example


@pytest.mark.parametrize(
    ("leaf", "left"),
    [
        ([{"numeric": [">", 0]}], {"some"}),
        ([0], {"zero"}),
        ([{"numeric": ["<", 1]}], {"zero"}),
        ([{"numeric": [">=", 0]}], {"zero", "some"}),
        ([{"exists": False}, 0], {"absent", "zero"}),
        ([7, 9], {"some", "9"}),
        ([7, {"numeric": [">", 11, "<=", 50]}], {"some", "12", "50"}),
    ],
)
def test_what_is_left_of_a_count(leaf, left):
    contract = narrowed("scan", of("scan", finding_severity_counts={"HIGH": leaf}))
    assert set(labels(contract, "$.detail.finding-severity-counts.HIGH")) == left
    if "absent" not in left:
        # The object around it has to be there, and a failed scan has none.
        assert labels(contract, "$.detail.finding-severity-counts") == ["present"]
        assert labels(contract, "$.detail.scan-status") == ["complete"]


def test_numbers_beyond_those_that_are_drawn_are_found():
    pattern = of("scan", finding_severity_counts={"HIGH": [{"numeric": [">", 123_456]}]})
    assert narrowed("scan", pattern).baseline["detail"]["finding-severity-counts"]["HIGH"] > 123_456


def test_any_element_of_an_array_may_be_the_one_that_is_wanted():
    contract = narrowed("scan", of("scan", image_tags=["v1"]))
    tags = {case.id: case.event["detail"]["image-tags"] for case in cases_of(contract)}
    assert tags["scan/ordinary"] == ["v1"]
    assert tags["scan/several-tags"][0] == "v1"
    last = [tags[name] for name in tags if name.startswith("scan/several-tags-wanted-last")]
    assert last
    assert all(value[0] != "v1" for value in last)
    assert all(value[-1] == "v1" for value in last)
    assert all("v1" in value for value in tags.values())


def test_an_arn_among_the_resources_is_made_of_fields_that_fit():
    arn = "arn:aws-cn:ecr:cn-north-1:111122223333:repository/shop/api"
    contract = narrowed("scan", {"resources": [arn]})
    event = contract.baseline
    assert event["resources"] == [arn]
    assert (event["region"], event["account"]) == ("cn-north-1", "111122223333")
    assert event["detail"]["repository-name"] == "shop/api"


@pytest.mark.parametrize(
    "leaf",
    [
        {"prefix": "arn:aws:ecr:eu-west-1:"},
        {"suffix": ":repository/shop/api"},
        {"wildcard": "arn:*:repository/shop/*"},
        {"wildcard": "*shop*"},
        {"anything-but": "arn:aws:ecr:us-east-1:123456789012:repository/my-repo"},
        {"anything-but": {"prefix": "arn:aws:ecr:us-east-1"}},
        {"anything-but": {"suffix": "/my-repo"}},
        {"prefix": {"equals-ignore-case": "ARN:AWS:ECR:EU"}},
    ],
)
def test_conditions_upon_an_arn_are_met_by_its_fields(leaf):
    assert_narrowed("scan", [{"resources": [leaf]}])
    assert narrowing("scan", {"resources": [leaf]}).left_out == 0


ARN = "arn:aws:ecr:us-east-1:123456789012:repository/"
CHINESE_ARN = "arn:aws-cn:ecr:cn-north-1:111122223333:repository/shop/api"

UPON_AN_ARN = [
    ARN + "shop.api",
    ARN + "my-repo",
    CHINESE_ARN,
    {"prefix": ARN},
    {"prefix": ARN + "shop/"},
    {"prefix": "arn:aws-cn:"},
    {"prefix": "arn:aws:ecr:eu-west-1:"},
    {"prefix": {"equals-ignore-case": "ARN:AWS:ECR:EU"}},
    {"suffix": "repo"},
    {"suffix": ":repository/shop/api"},
    {"suffix": {"equals-ignore-case": "-API"}},
    {"suffix": "012:repository/team"},
    {"equals-ignore-case": CHINESE_ARN.upper()},
    {"wildcard": "arn:*:111122223333:*/shop/*"},
    {"wildcard": "*:repository/*-*"},
    {"wildcard": "*east*"},
    {"anything-but": ARN + "my-repo"},
    {"anything-but": [ARN + "my-repo", ARN + "shop", CHINESE_ARN]},
    {"anything-but": {"prefix": "arn:aws:ecr:us-east-1"}},
    {"anything-but": {"prefix": ARN + "my"}},
    {"anything-but": {"suffix": ["-repo", "/app"]}},
    {"anything-but": {"wildcard": "*:ecr:us-*:repository/my*"}},
    {"anything-but": {"equals-ignore-case": (ARN + "MY-REPO")}},
    {"exists": True},
]


@pytest.mark.parametrize("leaf", UPON_AN_ARN, ids=str)
@pytest.mark.parametrize("pattern", [("resources",), ("detail", "repository-name")], ids=str)
def test_conditions_upon_a_text_within_a_frame_are_met_by_its_fields(pattern, leaf):
    """The ARN of a scan by Inspector is made of its region, its account and a name."""
    wanted = [leaf]
    for key in reversed(pattern):
        wanted = {key: wanted}
    assert_narrowed("inspector-scan", [wanted])
    result = narrowing("inspector-scan", wanted)
    assert result.left_out == 0
    for case in cases_of(result.contract):
        arn = case.event["detail"]["repository-name"]
        assert arn.split(":")[3:5] == [case.event["region"], case.event["account"]]


def test_a_name_within_an_arn_that_the_rule_names_is_a_choice():
    arns = [ARN + "shop.api", ARN + "shop/web"]
    contract = narrowed("inspector-scan", {"detail": {"repository-name": arns}})
    assert labels(contract, "$.detail.repository-name") == ["shop.api", "shop/web"]
    assert labels(contract, "$.region") == ["us-east-1"]
    assert {case.event["detail"]["repository-name"] for case in cases_of(contract)} == set(arns)
    for event in drawn_events(contract):
        assert event["detail"]["repository-name"] in arns


def drawn_events(contract, count=20):
    found = []

    @settings(max_examples=count, database=None, phases=[Phase.generate])
    @given(events_of(contract))
    def collect(event):
        found.append(event)

    collect()
    return found


def test_what_an_arn_cannot_be_lets_nothing_through():
    for leaf in (
        "my-repo",
        "arn:aws:ecr:cn-north-1:123456789012:repository/my-repo",  # of another partition
        {"prefix": "arn:aws:s3"},
        {"suffix": "/MY-REPO"},
        {"wildcard": "*:repository/*:*:*"},
    ):
        for pattern in ({"resources": [leaf]}, {"detail": {"repository-name": [leaf]}}):
            assert narrowing("inspector-scan", pattern).contract is None


def test_a_key_is_not_there_where_nothing_is_around_it():
    """A refused call answers null, so that the answer's keys do not exist, at any depth."""
    path = {"responseElements": {"repository": {"repositoryArn": [{"exists": False}]}}}
    pattern = {"detail": path | {"errorCode": ["AccessDenied"]}}
    assert_narrowed("cloudtrail-api-call", [pattern])
    contract = narrowed("cloudtrail-api-call", pattern)
    assert labels(contract, "$.detail.responseElements") == ["null"]
    assert_narrowed("cloudtrail-api-call", [{"detail": path}])
    answers = labels(narrowed("cloudtrail-api-call", {"detail": path}), "$.detail.responseElements")
    assert {"null", "present", "empty"} <= set(answers)


@pytest.mark.parametrize(
    "pattern",
    [
        {"region": ["us-east-1"], "detail": {"providerRegion": [{"suffix": "east-1"}]}},
        {"detail": {"providerAccountId": [{"anything-but": "123456789012"}]}},
        {"detail": {"providerRegion": [{"exists": False}, {"prefix": "eu-"}]}},
    ],
    ids=str,
)
def test_a_text_may_be_absent_instead_of_following_from_a_field(pattern):
    """Each choice of such a facet meets a rule in a way of its own."""
    assert_narrowed("inspector-coverage", [pattern])


def test_a_text_that_is_longer_than_those_drawn_is_found():
    message = "The repository does not exist in the registry of this account at all"
    for leaf in ({"equals-ignore-case": message.upper()}, message, {"prefix": message}):
        pattern = {"detail": {"errorMessage": [leaf]}}
        assert_narrowed("cloudtrail-api-call", [pattern])
        contract = narrowed("cloudtrail-api-call", pattern)
        assert contract.baseline["detail"]["errorMessage"].lower().startswith(message.lower())


def test_alternatives_are_held_apart():
    pattern = {
        "$or": [
            of("push", image_tag=["latest"], repository_name=["shop/api"]),
            of("push", image_tag=[{"prefix": "v"}], repository_name=["shop/web"]),
        ]
    }
    contract = narrowed("push", pattern)
    seen = {
        (case.event["detail"]["repository-name"], case.event["detail"]["image-tag"][:1])
        for case in cases_of(contract, 2)
    }
    assert seen == {("shop/api", "l"), ("shop/web", "v")}


def test_alternatives_that_differ_in_one_key_are_one():
    pattern = {"$or": [{"detail": {"repository-name": [f"shop/{n}"]}} for n in range(200)]}
    result = narrowing("push", pattern)
    assert (result.left_out, len(result.contract.constraints)) == (
        0,
        len(reader.contract("push").constraints),
    )


@pytest.mark.long
def test_alternatives_that_are_too_many_are_counted():
    alternatives = [
        {"detail": {"repository-name": [{"prefix": f"r{n}/"}], "image-tag": [{"suffix": f"-{n}"}]}}
        for n in range(9)
    ]
    result = narrowing("push", {"$or": alternatives})
    assert result.left_out > 0
    rules = [Pattern.parse({"$or": alternatives})]
    assert all(lets_through(rules, case.event) for case in cases_of(result.contract, 2))


@pytest.mark.long
def test_wildcards_that_are_too_many_are_counted_and_the_others_followed():
    leaf = [{"wildcard": f"*a{number}*b*"} for number in range(40)]
    pattern = of("push", repository_name=leaf)
    result = narrowing("push", pattern)
    assert result.left_out > 0
    rules = [Pattern.parse(pattern)]
    assert all(lets_through(rules, case.event) for case in cases_of(result.contract))


def test_alternatives_that_tie_many_keys_are_all_met():
    alternatives = [
        {
            "account": [f"{number:012}"],
            "region": [("us-east-1", "eu-west-1", "cn-north-1")[number % 3]],
            "detail": {
                "repository-name": [f"shop/a{number % 5}"],
                "image-tag": [f"v{number % 4}"],
                "image-digest": [{"exists": bool(number % 2)}],
            },
        }
        for number in range(40)
    ]
    result = narrowing("push", {"$or": alternatives})
    assert result.left_out == 0
    rules = [Pattern.parse({"$or": alternatives})]
    cases = cases_of(result.contract, 2)
    assert all(lets_through(rules, case.event) for case in cases)
    met = {(case.event["account"], case.event["region"]) for case in cases}
    assert met == {(one["account"][0], one["region"][0]) for one in alternatives}


# --- what no event meets --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "pattern", "words"),
    [
        ("scan", of("scan", result=["SUCCESS"]), "a scan event has no $.detail.result"),
        ("push", of("push", eventName=["PutImage"]), "a push event has no $.detail.eventName"),
        ("push", of("push", image_tags=["v1"]), "did you mean 'image-tag'"),
        (
            "scan",
            of("scan", finding_severity_counts=[{"exists": True}]),
            "an object, in which no condition sees a value",
        ),
        ("push", of("push", result=["Success"]), '"SUCCESS" or "FAILURE" in every push'),
        (
            "push",
            {"resources": ["arn:aws:ecr:us-east-1:123456789012:repository/a"]},
            "$.resources is an empty list in every push event",
        ),
        ("push", of("push", repository_name=["Shop/API"]), "never"),
        (
            "scan",
            of("scan", scan_status=["FAILED"], finding_severity_counts={"HIGH": [1]}),
            "together with",
        ),
    ],
)
def test_the_key_that_no_event_meets_is_told(kind, pattern, words):
    result = narrowing(kind, pattern)
    assert result.contract is None
    [obstacle] = result.obstacles
    assert words in obstacle.in_words(reader.contract(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_that_lets_everything_through_leaves_the_contract_as_it_is(kind):
    contract = reader.contract(kind)
    patterns_met = [{"source": [contract.baseline["source"]]}]
    for facet in contract.facets:
        is_leaf = not any(isinstance(choice.shape, Object | Items) for choice in facet.choices)
        if is_leaf and facet.parent is None and facet.absent_label is None:
            pattern = [{"exists": True}]
            for step in reversed(facet.steps):
                pattern = {step: pattern} if isinstance(step, str) else pattern
            patterns_met.append(pattern)
    assert len(patterns_met) > 5
    for pattern in patterns_met:
        result = narrowing(kind, pattern)
        assert result.contract is contract, pattern
        assert not result.is_changed


# --- the public face ------------------------------------------------------------------------------


def test_cases_and_strategies_take_a_pattern_in_any_form():
    pattern = of("scan", image_tags=["v1"])
    for matching in (pattern, json.dumps(pattern), Pattern.parse(pattern)):
        assert edge_cases("scan", matching=matching)[0].event["detail"]["image-tags"] == ["v1"]
        ecr_events("scan", matching=matching)
        ecr_events(matching=matching)


def test_a_pattern_that_lets_nothing_through_is_refused():
    pattern = of("scan", image_tags=["v1"])
    for refused in (
        lambda: edge_cases("push", matching=pattern),
        lambda: ecr_events("push", matching=pattern),
        lambda: ecr_events(matching={"source": ["aws.s3"]}),
    ):
        with pytest.raises(UnmatchedPatternError, match="lets no"):
            refused()
    with pytest.raises(PatternError):
        ecr_events("push", matching={"source": "aws.ecr"})


@given(st.data())
def test_fixed_fields_and_a_pattern_hold_together(data):
    pattern = of("scan", image_tags=["v1"])
    event = data.draw(ecr_events("scan", matching=pattern, image_tags=["x", "v1"]))
    assert event["detail"]["image-tags"] == ["x", "v1"]
    assert Pattern.parse(pattern).matches(event)
    with pytest.raises(PinError):
        data.draw(ecr_events("scan", matching=pattern, repository_name="a/b", image_tags=["x"]))


def test_what_is_drawn_behind_a_pattern_shrinks_to_the_nearest_ordinary_event():
    pattern = of("push", image_tag=[{"prefix": "v1."}])
    assert find(ecr_events("push", matching=pattern), lambda event: True) == (
        narrowed("push", pattern).baseline
    )


# --- names ----------------------------------------------------------------------------------------

ALIKE = [
    {"detail": {"repository-name": ["shop/api", "shop-api", "shop_api", "shop.api", "shop"]}},
    {"detail": {"image-tag": ["v1+2", "v1.0", "V1.0", "v1 0", "é", "a@b", "", "a#b", "x/y"]}},
    {"detail": {"image-tag": ["no", "empty", "longest", "plain", "sample", "ordinary", "absent"]}},
    {"detail": {"image-tags": ["latest", "prod", "PROD", "no", {"prefix": "v"}]}},
    {"detail": {"finding-severity-counts": {"HIGH": [{"numeric": [">", 0, "<=", 3]}, 7, 9]}}},
    {"account": ["111122223333"], "region": ["eu-west-1", {"prefix": "us-"}]},
]


@pytest.mark.parametrize("pattern", ALIKE, ids=str)
def test_each_choice_of_a_rule_has_a_name_of_its_own(pattern):
    """Two choices of one name would be one case, and one of them would never be given."""
    for kind in KINDS:
        contract = narrowing(kind, pattern).contract
        if contract is None:
            continue
        whole = reader.contract(kind).by_token
        tokens = [choice.token for facet in contract.varying for choice in facet.choices]
        assert len(tokens) == len(set(tokens))
        for facet in contract.varying:
            for choice in facet.choices:
                if choice.token in whole:
                    assert whole[choice.token][1].label == choice.schema_label
        for one in cases_of(contract):
            assert case_of(contract, one.id).text == one.text
        given_values = {str(one.event) for one in cases_of(contract)}
        assert len(given_values) == len(cases_of(contract))


@pytest.mark.parametrize(
    ("at_the_bound", "beyond"),
    [
        ([f"r{number}" for number in range(1_000)], [f"r{number}" for number in range(1_001)]),
        pytest.param(
            {"wildcard": [f"*{one}*{one}*" for one in "abcdef"]},
            {"wildcard": [f"*{one}*{one}*" for one in "abcdefg"]},
            marks=pytest.mark.long,
        ),
    ],
    ids=["texts", "wildcards"],
)
def test_what_excludes_too_much_is_counted_and_not_followed(at_the_bound, beyond):
    followed = narrowing("push", of("push", repository_name=[{"anything-but": at_the_bound}]))
    assert followed.left_out == 0
    left = narrowing("push", of("push", repository_name=[{"anything-but": beyond}, "shop/api"]))
    assert left.left_out == 1
    assert left.contract.by_path["$.detail.repository-name"].choices[0].label == "shop/api"
