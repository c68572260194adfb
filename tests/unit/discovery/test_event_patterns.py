"""Event patterns in templates: what of them is known before deployment."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.discovery.iac.values.event_patterns import KnownPattern, known_patterns
from ecr_contracts.discovery.iac.values.known_values import KnownValues
from ecr_contracts.eventbridge.rules.pattern import Pattern

ANY = [{"exists": True}]
NO_VALUE = {"Ref": "AWS::NoValue"}
TEMPLATE = {
    "Parameters": {
        "Open": {"Type": "String"},
        "Empty": {"Type": "String", "Default": ""},
        "Stage": {"Type": "String"},
        "Team": {"Type": "String", "Default": "shop"},
        "Many": {"Type": "CommaDelimitedList", "Default": "a,b"},
    },
    "Conditions": {
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsNotProd": {"Fn::Not": [{"Condition": "IsProd"}]},
        "IsShop": {"Fn::Equals": [{"Ref": "Team"}, "shop"]},
    },
    "Resources": {
        "Repository": {
            "Type": "AWS::ECR::Repository",
            "Properties": {"RepositoryName": {"Fn::Sub": "${Team}/api"}},
        },
    },
}
KNOWN = KnownValues(TEMPLATE)


def sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ([{"Ref": "Repository"}], ["shop/api"]),
        ([{"Ref": "Team"}, "x"], ["shop", "x"]),
        ({"Ref": "Many"}, ["a", "b"]),
        (
            [{"Fn::GetAtt": ["Repository", "Arn"]}],
            [{"wildcard": "arn:aws:ecr:*:*:repository/shop/api"}],
        ),
        ([sub("${AWS::StackName}-api*")], [{"wildcard": "*-api\\*"}]),
        ([{"prefix": sub("a*${AWS::Region}${AWS::AccountId}-")}], [{"wildcard": "a\\**-*"}]),
        ([{"suffix": sub("${AWS::Region}-x")}], [{"wildcard": "*-x"}]),
        ([{"wildcard": sub("*${AWS::Region}*x")}], [{"wildcard": "*x"}]),
        ([{"prefix": {"Ref": "Team"}}], [{"prefix": "shop"}]),
        ([{"numeric": [">", 7]}], [{"numeric": [">", 7]}]),
        ([None, "a"], [None, "a"]),
        (["a", {"Fn::If": ["IsShop", "b", NO_VALUE]}], ["a", "b"]),
        (["a", {"Fn::If": ["IsProd", "b", NO_VALUE]}], ["a", "b"]),
        ([{"Fn::If": ["IsProd", "b", {"prefix": "c"}]}], ["b", {"prefix": "c"}]),
        (["a", {"Fn::If": ["IsProd", "b", "a"]}], ["a", "b"]),
        (
            [{"Fn::If": ["IsProd", {"Fn::If": ["IsShop", "a", "b"]}, {"Ref": "Team"}]}],
            ["a", "shop"],
        ),
    ],
)
def test_what_is_known_of_a_leaf_stays(written, known):
    [(pattern, unresolved)] = known_patterns({"detail": {"repository-name": written}}, KNOWN)
    assert pattern == {"detail": {"repository-name": known}}
    assert unresolved == ()
    assert Pattern.parse(pattern)


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ([{"Ref": "Open"}], ANY),
        (["x", sub("a-${Open}")], ANY),
        ([{"Ref": "Empty"}], ANY),
        ([{"Ref": "AWS::AccountId"}], ANY),
        ([{"prefix": sub("${Open}-${AWS::Region}")}], ANY),
        ([{"anything-but": [sub("${AWS::Region}-x")]}], ANY),
        ([{"wildcard": sub("${AWS::Region}")}], ANY),
        ([{"exists": False}, {"Ref": "Open"}], [{"exists": True}, {"exists": False}]),
        ({"Ref": "Open"}, ANY),
        ({"Fn::Split": [",", {"Ref": "Open"}]}, ANY),
        ([{"Fn::If": ["IsProd", {"Ref": "Open"}, "x"]}], ANY),
        ([{"Fn::ImportValue": "x"}], ANY),
        (["{{resolve:ssm:/repository}}"], ANY),
    ],
)
def test_what_is_not_known_is_any_value_and_named(written, known):
    [(pattern, unresolved)] = known_patterns({"detail": {"repository-name": written}}, KNOWN)
    assert pattern == {"detail": {"repository-name": known}}
    assert unresolved == ("$.detail.repository-name",)
    assert Pattern.parse(pattern)


def test_a_part_that_is_not_known_is_left_out_and_named():
    source = {"source": ["aws.ecr"]}
    for detail in ({"Ref": "Open"}, {"Fn::Transform": {"Name": "AWS::Include"}}):
        assert known_patterns({**source, "detail": detail}, KNOWN) == (
            KnownPattern(source, ("$.detail",)),
        )
    more = {"result": ["SUCCESS"], "Fn::ForEach::Keys": ["K", ["a"], {"${K}": ["x"]}]}
    assert known_patterns({**source, "detail": more}, KNOWN) == (
        KnownPattern({**source, "detail": {"result": ["SUCCESS"]}}, ("$.detail",)),
    )
    unknown = {"Fn::ForEach::Keys": ["K", ["a"], {"${K}": ["x"]}], "Fn::Transform": {}}
    assert known_patterns({**source, "detail": unknown}, KNOWN) == (
        KnownPattern(source, ("$.detail",)),
    )
    either = {**source, "$or": [{"detail": {"a": ["x"]}}, {"Fn::ImportValue": "x"}]}
    assert known_patterns(either, KNOWN) == (KnownPattern(source, ("$",)),)
    either = {**source, "$or": [{"detail": {"a": ["x"]}}, {"detail": {"Ref": "Open"}}]}
    assert known_patterns(either, KNOWN) == (KnownPattern(source, ("$.detail",)),)


def test_conditions_around_more_than_a_value_make_several_patterns():
    written = {
        "detail-type": {"Fn::If": ["IsProd", ["ECR Image Scan"], ["ECR Image Action"]]},
        "detail": {
            "Fn::If": [
                "IsNotProd",
                {"action-type": ["PUSH"]},
                {"scan-status": ["COMPLETE"], "repository-name": [{"Ref": "Stage"}]},
            ]
        },
    }
    assert known_patterns(written, KNOWN) == (
        KnownPattern(
            {
                "detail-type": ["ECR Image Scan"],
                "detail": {"scan-status": ["COMPLETE"], "repository-name": ["prod"]},
            }
        ),
        KnownPattern({"detail-type": ["ECR Image Action"], "detail": {"action-type": ["PUSH"]}}),
    )
    excluded = {"region": [{"anything-but": ["a", {"Fn::If": ["IsProd", "b", NO_VALUE]}]}]}
    assert [known.pattern for known in known_patterns(excluded, KNOWN)] == [
        {"region": [{"anything-but": ["a", "b"]}]},
        {"region": [{"anything-but": ["a"]}]},
    ]
    either = {"$or": [{"a": ["1"]}, {"Fn::If": ["IsProd", {"b": ["2"]}, NO_VALUE]}]}
    assert [known.pattern for known in known_patterns(either, KNOWN)] == [
        {"$or": [{"a": ["1"]}, {"b": ["2"]}]}
    ]


def test_more_conditions_than_can_be_tried_leave_their_keys_open():
    names = [f"P{number}" for number in range(5)]
    conditions = {name: {"Fn::Equals": [{"Ref": name}, "x"]} for name in names}
    known = KnownValues({"Parameters": {name: {} for name in names}, "Conditions": conditions})
    keys = {name: {"Fn::If": [name, ["a"], NO_VALUE]} for name in names}
    found = known_patterns({"source": ["aws.ecr"], "detail": keys}, known)
    assert 1 < len(found) <= 8
    for pattern, unresolved in found:
        assert pattern["source"] == ["aws.ecr"]
        assert "$.detail.P4" in unresolved
    values = [{"Fn::If": [name, name, NO_VALUE]} for name in names]
    for pattern, unresolved in known_patterns({"detail": {"x": [{"anything-but": values}]}}, known):
        assert (pattern, unresolved) == ({"detail": {"x": ANY}}, ("$.detail.x",))


@pytest.mark.parametrize(
    "text",
    [
        '{"source": ["aws.ecr"], "detail": {"repository-name": ["${Repository}", "x"]}}',
        '{"source": ["aws.ecr"],\n "detail": {"repository-name": ["${Team}/api", "x"]}}',
    ],
)
def test_a_pattern_may_be_a_text(text):
    for written in (sub(text), {"Fn::Join": ["", [sub(text[:9]), sub(text[9:])]]}):
        assert known_patterns(written, KNOWN) == (
            KnownPattern({"source": ["aws.ecr"], "detail": {"repository-name": ["shop/api", "x"]}}),
        )


def test_what_is_not_known_in_a_text_is_named_too():
    text = '{"detail": {"a": ["${Open}"], "b": [{"numeric": [">", ${Open}]}], "c": ${Open}}}'
    assert known_patterns(sub(text), KNOWN) == (
        KnownPattern(
            {"detail": {"a": ANY, "b": ANY, "c": ANY}}, ("$.detail.a", "$.detail.b", "$.detail.c")
        ),
    )


@pytest.mark.parametrize("written", [None, 7, [], "{", "[1]", {"Ref": "Open"}, sub("${Open}")])
def test_what_is_no_pattern_gives_none(written):
    assert known_patterns(written, KNOWN) == ()


def test_a_pattern_that_is_too_deep_is_refused():
    for depth in (200, 20_000):
        with pytest.raises(RecursionError):
            known_patterns('{"a":' * depth + '["x"]' + "}" * depth, KNOWN)


# What is delivered is admitted
# --------------------------------------------------------------------------------------------------

VALUES = ["a", "b", "ab"]
LEAVES = st.recursive(
    st.sampled_from(VALUES) | st.sampled_from([{"Ref": "P"}, {"Ref": "Q"}, sub("a${Q}")]),
    lambda inner: st.tuples(st.sampled_from(["A", "B", "C"]), inner, inner).map(
        lambda parts: {"Fn::If": list(parts)}
    ),
    max_leaves=3,
)
CONDITIONS = LEAVES | st.builds(
    lambda name, value: {name: value}, st.sampled_from(["prefix", "anything-but"]), LEAVES
)
ELEMENTS = CONDITIONS | st.builds(
    lambda name, one: {"Fn::If": [name, one, NO_VALUE]}, st.sampled_from("ABC"), CONDITIONS
)
LISTS = st.lists(ELEMENTS, max_size=2).map(lambda items: ["a", *items])
MAPPINGS = st.dictionaries(st.sampled_from(["x", "y"]), LISTS, min_size=1)
PARTS = (
    LISTS
    | MAPPINGS
    | st.builds(
        lambda name, one, other: {"Fn::If": [name, one, other]},
        st.sampled_from("ABC"),
        MAPPINGS | LISTS,
        MAPPINGS | st.just(NO_VALUE),
    )
)
WRITTEN = st.dictionaries(st.sampled_from(["detail", "k"]), PARTS, min_size=1)
EVENTS = st.dictionaries(
    st.sampled_from(["detail", "k"]),
    st.sampled_from(VALUES)
    | st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(VALUES), max_size=2),
)


def deployed(value: Any, given: dict[str, str], holds: dict[str, bool]) -> Any:
    """What CloudFormation makes of a value; None for what it leaves out."""
    match value:
        case {"Ref": name}:
            return given.get(name)
        case {"Fn::Sub": text}:
            return text.replace("${Q}", given["Q"])
        case {"Fn::If": [name, one, other]}:
            return deployed(one if holds[name] else other, given, holds)
        case dict():
            entries = {key: deployed(inner, given, holds) for key, inner in value.items()}
            return {key: inner for key, inner in entries.items() if inner is not None}
        case list():
            items = [deployed(item, given, holds) for item in value]
            return [item for item in items if item is not None]
    return value


@settings(max_examples=200)
@given(WRITTEN, EVENTS, st.sampled_from(VALUES), st.sampled_from(VALUES), st.booleans())
def test_what_a_deployed_rule_delivers_is_admitted(written, event, p, q, as_text):
    """However the parameters are given, nothing that the rule delivers then is kept away here."""
    conditions = {
        "A": {"Fn::Equals": [{"Ref": "P"}, "a"]},
        "B": {"Fn::Not": [{"Condition": "A"}]},
        "C": {"Fn::Or": [{"Condition": "A"}, {"Fn::Equals": ["b", {"Ref": "Q"}]}]},
    }
    holds = {"A": p == "a", "B": p != "a", "C": p == "a" or q == "b"}
    final = deployed(written, {"P": p, "Q": q}, holds)
    if not final:
        return
    open_template = {"Parameters": {"P": {}, "Q": {}}, "Conditions": conditions}
    admitting = [known.pattern for known in known_patterns(written, KnownValues(open_template))]
    if Pattern.parse(final).matches(event):
        assert any(not known or Pattern.parse(known).matches(event) for known in admitting)
    defaults = {"P": {"Default": p}, "Q": {"Default": q}}
    told = KnownValues({"Parameters": defaults, "Conditions": conditions})
    content = {"Fn::ToJsonString": written} if as_text else written
    [(pattern, unresolved)] = known_patterns(content, told)
    assert unresolved == ()
    assert Pattern.parse(pattern).matches(event) == Pattern.parse(final).matches(event)
    assert json.loads(json.dumps(pattern)) == pattern
