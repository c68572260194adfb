"""Which events without a contract a pattern may let through: events are made, and matched."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.undescribed import undescribed
from ecr_contracts.eventbridge.rules.verdicts import Name, judge_pattern
from ecr_contracts.events.compile import reader
from ecr_contracts.events.validation import kind_or_violation

INSPECTOR = {"source": ["aws.inspector2"]}
SCANS = INSPECTOR | {"detail-type": ["Inspector2 Scan"]}
FINDINGS = INSPECTOR | {"detail-type": ["Inspector2 Finding"]}
ECR = {"source": ["aws.ecr"]}


def of_an_instance(kind: str) -> dict[str, Any]:
    """An event with the detail-type of a kind that is about an EC2 instance, as AWS prints them."""
    event = copy.deepcopy(dict(reader.contract(kind).baseline))
    event["resources"] = ["arn:aws:ec2:us-east-1:123456789012:instance/i-012345678901234ab"]
    detail = event["detail"]
    for key in ("repository-name", "image-digest", "image-tags"):
        detail.pop(key, None)
    if "resources" in detail:
        details = {"awsEc2Instance": {"platform": "AMAZON_LINUX_2"}}
        detail["resources"] = [{"id": "i-01", "type": "AWS_EC2_INSTANCE", "details": details}]
    else:
        detail["instance-id"] = "i-012345678901234ab"
    return event


def titles(pattern: dict[str, Any]) -> list[str]:
    return [events.title for events in undescribed([Pattern.parse(pattern)])]


@pytest.mark.parametrize("kind", ["inspector-scan", "inspector-finding"])
def test_what_shares_the_detail_type_is_of_no_kind(kind):
    assert not isinstance(kind_or_violation(of_an_instance(kind)), str)


LETTING_THROUGH = [
    (INSPECTOR, "inspector-scan"),
    (INSPECTOR, "inspector-finding"),
    (SCANS, "inspector-scan"),
    (SCANS | {"region": ["us-east-1"]}, "inspector-scan"),
    (SCANS | {"detail": {"scan-status": ["INITIAL_SCAN_COMPLETE"]}}, "inspector-scan"),
    (
        SCANS | {"detail": {"finding-severity-counts": {"CRITICAL": [{"numeric": [">", 0]}]}}},
        "inspector-scan",
    ),
    (SCANS | {"detail": {"instance-id": [{"exists": True}]}}, "inspector-scan"),
    (SCANS | {"detail": {"repository-name": [{"exists": False}]}}, "inspector-scan"),
    (SCANS | {"resources": [{"prefix": "arn:aws:ec2:"}]}, "inspector-scan"),
    (FINDINGS, "inspector-finding"),
    (FINDINGS | {"detail": {"severity": ["HIGH"], "status": ["ACTIVE"]}}, "inspector-finding"),
    (FINDINGS | {"detail": {"resources": {"type": ["AWS_EC2_INSTANCE"]}}}, "inspector-finding"),
]


@pytest.mark.parametrize(("pattern", "kind"), LETTING_THROUGH)
def test_events_of_instances_are_named_where_they_get_through(pattern, kind):
    title = dict(reader.contract(kind).discriminator)["$.detail-type"]
    event = of_an_instance(kind)
    if "detail" in pattern and "severity" in pattern["detail"]:
        event["detail"]["severity"] = "HIGH"
    assert Pattern.parse(pattern).matches(event)
    assert any(told.startswith(f"{title} events without") for told in titles(pattern))


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        (ECR, "inspector-scan"),
        (SCANS | {"detail": {"repository-name": [{"exists": True}]}}, "inspector-scan"),
        (SCANS | {"detail": {"image-tags": ["latest"]}}, "inspector-scan"),
        (FINDINGS, "inspector-scan"),
        (
            FINDINGS | {"detail": {"resources": {"type": ["AWS_ECR_CONTAINER_IMAGE"]}}},
            "inspector-finding",
        ),
    ],
)
def test_they_are_not_where_the_pattern_keeps_them_away(pattern, kind):
    title = dict(reader.contract(kind).discriminator)["$.detail-type"]
    assert not Pattern.parse(pattern).matches(of_an_instance(kind))
    assert not any(told.startswith(title) for told in titles(pattern))


@pytest.mark.parametrize(
    "detail",
    [
        {"scan_status": ["INITIAL_SCAN_COMPLETE"]},
        {"scan-status": ["COMPLETE"]},
        {"Scan-Status": ["INITIAL_SCAN_COMPLETE"]},
        {"repository-name": ["shop"]},
    ],
)
def test_a_slip_is_not_taken_for_what_others_have(detail):
    judgement = judge_pattern(SCANS | {"detail": detail})
    assert judgement.gravest.name is Name.DEAD
    assert judgement.gravest.correction is not None


@pytest.mark.parametrize(
    ("source", "title", "name"),
    [
        ("aws.inspector2", "Inspector2 AutoEnable", Name.UNKNOWN_KIND),
        ("aws.inspector2", "Inspector2 OnDemand Scan", Name.UNKNOWN_KIND),
        ("aws.ecr", "ECR Signing Action", Name.UNKNOWN_KIND),
        ("aws.ecr", "ECR Image Push", Name.DEAD),
        ("aws.ecr", "ECR Image Actions", Name.DEAD),
        ("aws.inspector2", "Inspector2 Scans", Name.DEAD),
        ("aws.inspector2", "ECR Image Scan", Name.DEAD),
    ],
)
def test_a_detail_type_that_is_like_none_is_one_of_tomorrow(source, title, name):
    pattern = {"source": [source], "detail-type": [title]}
    assert judge_pattern(pattern).gravest.name is name
    assert titles(pattern) == ([f"{title} events"] if name is Name.UNKNOWN_KIND else [])


@pytest.mark.parametrize(
    ("title", "action", "told"),
    [
        ("ECR Referrer Action", "PUSH", "ECR Referrer Action events with the action PUSH"),
        (
            "ECR Replication Action",
            "DELETE",
            "ECR Replication Action events with the action DELETE",
        ),
        ("ECR Artifact Action", "PUSH", "ECR Artifact Action events, whose detail is not known"),
        ("ECR Image Action", "REPLICATE", ""),
        ("ECR Replication Action", "REPLICATE", ""),
        ("ECR Replication Action", "replicate", ""),
    ],
)
def test_what_aws_does_not_say_is_not_called_dead(title, action, told):
    pattern = ECR | {"detail-type": [title], "detail": {"action-type": [action]}}
    assert titles(pattern) == ([told] if told else [])
    assert (judge_pattern(pattern).gravest.name is Name.UNKNOWN_KIND) == bool(told)


def test_all_kinds_of_a_source_and_nothing_else_need_no_name():
    assert titles(ECR) == []
    assert titles({"source": ["aws.ec2"]}) == []
    assert titles(INSPECTOR) == [
        "Inspector2 Finding events without awsEcrContainerImage",
        "Inspector2 Scan events without repository-name",
    ]
