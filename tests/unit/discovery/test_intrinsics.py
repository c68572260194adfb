"""Intrinsic functions of templates: the values that they may give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.discovery.iac.values.intrinsics import Resolver


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "Bucket"}, "bucket"),
        ({"Ref": "Named"}, "images"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "arn:aws:s3:::bucket"),
        ({"Fn::GetAtt": "Bucket.Arn"}, "arn:aws:s3:::bucket"),
        ({"Fn::GetAtt": ["Q", "QueueName"]}, "q"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Bucket"}]]}, "a-bucket"),
        ({"Fn::Sub": ["${A}-${!B}", {"A": {"Ref": "Bucket"}}]}, "bucket-${B}"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", "a/b"]}]}, "b"),
        ({"Fn::Select": [7, ["a"]]}, "https://example.invalid/name-url"),
        ({"Fn::If": ["IsProd", "yes", "no"]}, "yes"),
        ({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "k"]}, "mapped"),
        ({"Fn::FindInMap": ["M", "nowhere", "k"]}, "https://example.invalid/name-url"),
        ({"Fn::FindInMap": ["M", "nowhere", "k", {"DefaultValue": "other"}]}, "other"),
        ({"Fn::Length": ["a", "b"]}, "2"),
        ({"Fn::If": ["IsProd", {"Ref": "AWS::NoValue"}, "no"]}, "no"),
        ({"Fn::If": ["IsFirst", "yes", "no"]}, "no"),
        ({"Fn::ImportValue": "x"}, "https://example.invalid/name-url"),
        ({"Ref": "Stored"}, "https://example.invalid/name-url"),
        ({"Ref": "Choice"}, "first"),
        ("{{resolve:ssm:/x}}", "https://example.invalid/name-url"),
        (True, "true"),
        (None, ""),
        (1.5, "1.5"),
    ],
)
def test_functions_of_templates_give_plausible_values(value, text):
    template = {
        "Parameters": {
            "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/path"},
            "Choice": {"Type": "String", "AllowedValues": ["first", "second"]},
        },
        "Conditions": {"IsFirst": {"Fn::Equals": ["first", "second"]}},
        "Mappings": {"M": {"us-east-1": {"k": "mapped"}}},
        "Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Named": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "images"}},
            "Q": {"Type": "AWS::SQS::Queue"},
        },
    }
    assert Resolver(template).text(value, "NAME_URL") == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Ref",
                    "Fn::GetAtt",
                    "Fn::Sub",
                    "Fn::Join",
                    "Fn::Select",
                    "Fn::If",
                    "Fn::FindInMap",
                    "x",
                ]
            ),
            inner,
            max_size=2,
        )
    ),
    max_leaves=10,
)


@given(JSON)
def test_any_value_is_text(value):
    assert isinstance(Resolver({"Parameters": value, "Resources": value}).text(value, "X"), str)
