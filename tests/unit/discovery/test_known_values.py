"""What is known of a template's values before it is deployed, and whether its conditions hold."""

from __future__ import annotations

import pytest
from hypothesis import given

from ecr_contracts.discovery.iac.values.known_values import PLACE, UNKNOWN, KnownValues, has_marks
from tests.unit.discovery.test_intrinsics import JSON

TEMPLATE = {
    "Parameters": {
        "Open": {"Type": "String"},
        "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]},
        "Only": {"Type": "String", "AllowedValues": ["one"]},
        "Quiet": {"Type": "String", "Default": "true"},
        "Truth": {"Type": "String", "Default": True},
        "Team": {"Type": "String", "Default": "shop"},
        "Many": {"Type": "CommaDelimitedList", "Default": "a, b"},
        "Least": {"Type": "Number", "Default": "7"},
        "Share": {"Type": "Number", "Default": "0.5"},
        "Odd": {"Type": "Number", "Default": "x"},
        "Secret": {"Type": "String", "Default": "{{resolve:secretsmanager:x}}"},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/path"},
    },
    "Mappings": {"ByTeam": {"shop": {"repository": "shop/api", "all": ["x", "y"]}}},
    "Conditions": {
        "IsQuiet": {"Fn::Equals": [{"Ref": "Quiet"}, "true"]},
        "IsLoud": {"Fn::Not": [{"Condition": "IsQuiet"}]},
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsTest": {"Fn::Equals": ["test", {"Ref": "Stage"}]},
        "IsOpen": {"Fn::Equals": [{"Ref": "Open"}, ""]},
        "InVirginia": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]},
        "Round": {"Fn::And": [{"Condition": "Round"}, {"Condition": "Round"}]},
    },
    "Resources": {
        "Named": {
            "Type": "AWS::ECR::Repository",
            "Properties": {"RepositoryName": {"Fn::Sub": "${Team}/api"}},
        },
        "Nameless": {"Type": "AWS::ECR::Repository"},
        "Bucket": {"Type": "AWS::S3::Bucket"},
    },
}


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ({"Ref": "Team"}, "shop"),
        ({"Ref": "Only"}, "one"),
        ({"Ref": "Truth"}, "true"),
        ({"Ref": "Many"}, ["a", "b"]),
        ({"Ref": "Least"}, 7),
        ({"Ref": "Share"}, 0.5),
        ({"Ref": "Odd"}, "x"),
        ({"Ref": "Named"}, "shop/api"),
        ({"Fn::GetAtt": ["Named", "Arn"]}, f"arn:aws:ecr:{PLACE}:{PLACE}:repository/shop/api"),
        ({"Fn::GetAtt": "Named.Arn"}, f"arn:aws:ecr:{PLACE}:{PLACE}:repository/shop/api"),
        ({"Fn::Sub": "${Team}-${!Open}"}, "shop-${Open}"),
        ({"Fn::Sub": ["${A}/x", {"A": {"Ref": "Team"}}]}, "shop/x"),
        ({"Fn::Sub": "${AWS::AccountId}:${Named}"}, f"{PLACE}:shop/api"),
        ({"Fn::Join": ["/", [{"Ref": "Team"}, "x"]]}, "shop/x"),
        ({"Fn::Join": [",", {"Ref": "Many"}]}, "a,b"),
        ({"Fn::Split": ["/", {"Ref": "Named"}]}, ["shop", "api"]),
        ({"Fn::Select": [1, {"Fn::Split": ["/", {"Ref": "Named"}]}]}, "api"),
        ({"Fn::Select": ["0", {"Ref": "Many"}]}, "a"),
        ({"Fn::FindInMap": ["ByTeam", {"Ref": "Team"}, "repository"]}, "shop/api"),
        ({"Fn::FindInMap": ["ByTeam", "shop", "all"]}, ["x", "y"]),
        ({"Fn::FindInMap": ["ByTeam", "x", "y", {"DefaultValue": "z"}]}, "z"),
        ({"Fn::If": ["IsQuiet", "a", "b"]}, "a"),
        ({"Fn::If": ["IsLoud", "a", "b"]}, "b"),
        ({"Fn::If": ["IsProd", "same", "same"]}, "same"),
        ({"Fn::ToJsonString": {"a": [{"Ref": "Team"}]}}, '{"a": ["shop"]}'),
        ({"Fn::Length": {"Ref": "Many"}}, 2),
        (["x", {"Ref": "AWS::NoValue"}], ["x"]),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
        (7, 7),
        (None, None),
    ],
)
def test_what_is_known_is_evaluated(value, known):
    assert KnownValues(TEMPLATE).value(value) == known


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Open"},
        {"Ref": "Stage"},
        {"Ref": "Stored"},
        {"Ref": "Secret"},
        {"Ref": "Nameless"},
        {"Ref": "Bucket"},
        {"Ref": "Nothing"},
        {"Ref": "AWS::NotificationARNs"},
        {"Fn::GetAtt": ["Bucket", "Arn"]},
        {"Fn::ImportValue": "x"},
        {"Fn::If": ["IsProd", "a", "b"]},
        {"Fn::FindInMap": ["ByTeam", {"Ref": "Open"}, "repository"]},
        {"Fn::Select": [9, {"Ref": "Many"}]},
        {"Fn::Split": ["/", {"Ref": "Open"}]},
        {"Fn::Length": {"Ref": "Open"}},
        "{{resolve:ssm:/x}}",
    ],
)
def test_what_only_a_deployment_knows_is_unknown(value):
    assert KnownValues(TEMPLATE).value(value) == UNKNOWN


def test_a_text_keeps_what_is_known_of_it():
    known = KnownValues(TEMPLATE)
    assert known.value({"Fn::Sub": "${Open}/{{resolve:ssm:/x}}/api"}) == f"{UNKNOWN}/{UNKNOWN}/api"
    assert known.text({"Fn::GetAtt": ["Nameless", "RepositoryUri"]}).endswith(f"/{UNKNOWN}")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("IsQuiet", True),
        ("IsLoud", False),
        ({"Condition": "IsLoud"}, False),
        ("IsProd", None),
        ("IsTest", False),  # no such value is allowed
        ("IsOpen", None),
        ("InVirginia", None),
        ("Round", None),
        ("NotThere", None),
        ({"Fn::Equals": [{"Ref": "Truth"}, True]}, True),
        ({"Fn::Equals": [{"Fn::FindInMap": ["ByTeam", "shop", "repository"]}, "x"]}, False),
        ({"Fn::And": [{"Condition": "IsQuiet"}, {"Condition": "IsProd"}]}, None),
        ({"Fn::And": [{"Condition": "IsLoud"}, {"Condition": "IsProd"}]}, False),
        ({"Fn::Or": [{"Condition": "IsQuiet"}, {"Condition": "IsProd"}]}, True),
        ({"Fn::Or": [{"Condition": "IsLoud"}, {"Condition": "IsProd"}]}, None),
        ({"Fn::Or": [{"Condition": "IsLoud"}, {"Condition": "IsTest"}]}, False),
        ({"Fn::Not": [{"Condition": "IsProd"}]}, None),
    ],
)
def test_conditions_are_told_by_the_defaults_of_parameters(condition, holds):
    known = KnownValues(TEMPLATE)
    assert known.holds(condition) is holds
    assert (known.doubt(condition) is None) is (holds is not None)


def test_a_parameter_has_the_value_that_a_condition_is_assumed_to_find():
    known = KnownValues(TEMPLATE)
    doubt = known.doubt({"Fn::Not": [{"Condition": "IsProd"}]})
    assert doubt == TEMPLATE["Conditions"]["IsProd"]
    prod, other = known.assuming(doubt, True), known.assuming(doubt, False)
    assert (prod.holds("IsProd"), prod.value({"Ref": "Stage"})) == (True, "prod")
    assert (other.holds("IsProd"), other.value({"Ref": "Stage"})) == (False, UNKNOWN)
    assert known.holds("IsProd") is None


@given(JSON, JSON)
def test_nothing_breaks_it(value, content):
    sections = ("Parameters", "Resources", "Mappings", "Conditions")
    known = KnownValues(dict.fromkeys(sections, content))
    assert isinstance(known.text(value), str)
    assert known.holds(value) in (True, False, None)
    assert has_marks(known.text({"Fn::Join": ["", ["a", {"Ref": "x"}]]}))
