"""What event patterns admit: kinds, values of the detail, and events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.discovery.iac.rules import Rule
from ecr_contracts.discovery.patterns import (
    admitted_values,
    kinds_of,
    lets_through,
    value_filter,
)
from ecr_contracts.events.kinds import kind_names

SCAN = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}
PUSH = {
    "source": ["aws.ecr"],
    "detail-type": ["ECR Image Action"],
    "detail": {"action-type": ["PUSH"], "result": ["SUCCESS"]},
}


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ({"source": ["aws.ecr"]}, kind_names()),
        ({}, kind_names()),
        (SCAN, ("scan",)),
        (PUSH, ("push",)),
        ({"source": ["aws.ecr"], "detail-type": ["ECR Image Action"]}, ("delete", "push")),
        (
            {
                "detail-type": ["ECR Image Scan", "ECR Image Action"],
                "detail": {"action-type": ["PUSH"]},
            },
            ("push",),
        ),
        # Scans have no `action-type`, and no list of values takes what is absent.
        ({"source": ["aws.ecr"], "detail": {"action-type": ["DELETE"]}}, ("delete",)),
        (
            {"source": ["aws.ecr"], "detail": {"scan-status": [{"anything-but": "FAILED"}]}},
            ("scan",),
        ),
        (
            {
                "source": ["aws.ecr"],
                "detail": {"finding-severity-counts": {"HIGH": [{"exists": True}]}},
            },
            ("scan",),
        ),
        (
            {"source": ["aws.ecr"], "detail": {"scan-status": ["FAILED", {"exists": False}]}},
            kind_names(),
        ),
        ({"source": ["aws.ecr"], "detail": {"a-key-of-tomorrow": ["x"]}}, kind_names()),
        ({"detail-type": [{"prefix": "ECR Image"}]}, kind_names()),
        ({"detail-type": [{"prefix": "ECR Image S"}]}, ("scan",)),
        ({"detail-type": [{"anything-but": ["ECR Image Scan"]}]}, ("delete", "push")),
        ({"detail-type": [{"wildcard": "*Scan"}]}, kind_names()),
        ({"source": [{"exists": True}]}, kind_names()),
        ({"source": [{"exists": False}]}, ()),
        ({"source": ["aws.ec2"]}, ()),
        ({"detail-type": ["ECR Scan"]}, ()),
        ({"detail": ["odd"], "source": "odd"}, kind_names()),
        ({"$or": [{"source": ["aws.ec2"]}]}, kind_names()),
        ({"detail": {"$or": [{"action-type": ["PUSH"]}]}}, kind_names()),
    ],
)
def test_kinds_are_told_by_a_pattern(pattern, kinds):
    assert kinds_of(Rule("R", pattern, "lambda", "t.yaml", 1)) == kinds


def test_values_are_admitted_where_all_rules_that_can_say_do():
    push, scan = (
        Rule("P", PUSH, "", "t", 1),
        Rule("S", SCAN | {"detail": {"scan-status": ["FAILED"]}}, "", "t", 2),
    )
    every, odd = (
        Rule("E", {"source": ["aws.ecr"]}, "", "t", 3),
        Rule("O", SCAN | {"detail": {"scan-status": [{"prefix": "F"}]}}, "", "t", 4),
    )
    assert admitted_values([push, scan]) == {
        "$.detail.action-type": ("PUSH",),
        "$.detail.result": ("SUCCESS",),
        "$.detail.scan-status": ("FAILED",),
    }
    assert (
        admitted_values([push, scan, every]) == admitted_values([]) == admitted_values([odd]) == {}
    )


PATTERNS = st.recursive(
    st.none() | st.booleans() | st.sampled_from(["aws.ecr", "ECR Image Scan", "PUSH"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "source",
                    "detail-type",
                    "detail",
                    "action-type",
                    "anything-but",
                    "prefix",
                    "exists",
                ]
            ),
            inner,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["source", "detail-type", "detail"]), PATTERNS))
def test_no_pattern_breaks_it(pattern):
    rule = Rule("R", pattern, "", "t", 1)
    assert set(kinds_of(rule)) <= set(kind_names())
    admitted_values([rule])


@pytest.mark.parametrize(
    ("pattern", "is_let_through"),
    [
        ({}, True),
        ({"source": ["aws.ecr"]}, True),
        ({"source": ["aws.ec2"]}, False),
        ({"detail": {"image-tags": ["latest"]}}, True),
        ({"detail": {"image-tags": ["v1"]}}, False),
        ({"detail": {"result": ["SUCCESS"]}}, False),
        ({"detail": {"result": [{"exists": False}]}}, True),
        ({"detail": {"count": [{"numeric": [">", 9]}]}}, True),  # what is not read admits all
        ({"$or": [{"source": ["aws.ec2"]}, {"detail": {"count": [9]}}]}, True),  # nor is this read
        ({"$or": [{"source": ["aws.ec2"]}], "source": ["aws.ec2"]}, False),
        ({"detail": {"$or": [{"count": [9]}, {"result": ["SUCCESS"]}]}}, True),
        ({"detail": {"$or": [{"count": [9]}], "image-tags": ["v1"]}}, False),
    ],
)
def test_a_pattern_lets_events_through(pattern, is_let_through):
    event = {"source": "aws.ecr", "detail": {"image-tags": ["a", "latest"], "count": 1}}
    assert lets_through(pattern, event) is is_let_through


def test_events_are_filtered_by_admitted_values():
    delivers = value_filter({"$.detail.result": ("SUCCESS",)})
    assert delivers({"detail": {"result": "SUCCESS"}})
    assert delivers({"detail": {}})
    assert not delivers({"detail": {"result": "FAILURE"}})
    assert value_filter({}) is None


def test_a_list_is_admitted_by_any_of_its_values():
    delivers = value_filter({"$.detail.image-tags": ("latest", "v1")})
    assert delivers({"detail": {"image-tags": ["a", "latest"]}})
    assert not delivers({"detail": {"image-tags": ["a"]}})
    assert not delivers({"detail": {"image-tags": []}})
