"""Paths of a transformer that lead nowhere behind its rule, and what was meant."""

from __future__ import annotations

import pytest

from ecr_contracts import Pattern
from ecr_contracts.eventbridge.rules.lost_paths import lost_paths
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.transformer import Shaping
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World

PUSHED = {
    "source": ["aws.ecr"],
    "detail-type": ["ECR Image Action"],
    "detail": {"action-type": ["PUSH"]},
}
SCANNED = {"source": ["aws.ecr"], "detail-type": ["ECR Image Scan"]}


def lost(pattern, **paths):
    shaping = Shaping(input_paths_map=paths, input_template=" ".join(f"<{name}>" for name in paths))
    world = World.behind([NamedPattern(Pattern.parse(pattern))])
    return {(one.name, one.meant) for one in lost_paths(shaping, world)}


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("$.detail.responseElements.image.repositoryName", "$.detail.repository-name"),
        ("$.detail.image_tag", "$.detail.image-tag"),
        ("$.detail.image-tags[0]", "$.detail.image-tag"),
        ("$.detail.scan-status", ""),
        ("$.details.repository-name", "$.detail.repository-name"),
        ("$.detail-typ", "$.detail-type"),
    ],
)
def test_a_path_that_no_push_has_is_lost(path, meant):
    assert lost(PUSHED, x=path, tag="$.detail.image-tag") == {("x", meant)}


def test_a_path_that_some_event_has_is_not():
    assert lost(PUSHED, tag="$.detail.image-tag", media="$.detail.artifact-media-type") == set()
    assert lost(SCANNED, high="$.detail.finding-severity-counts.HIGH") == set()


def test_what_the_rule_lets_through_decides():
    without = SCANNED | {"detail": {"finding-severity-counts": {"HIGH": [{"exists": False}]}}}
    path = "$.detail.finding-severity-counts.HIGH"
    assert lost(without, high=path) == {("high", path)}


def test_what_a_kind_without_contract_may_have_is_not_lost():
    anything = {"source": ["aws.ecr"]}
    assert lost(anything, name="$.detail.eventName", sync="$.detail.sync-status") == set()
    only_native = anything | {"detail-type": ["ECR Image Scan", "ECR Image Action"]}
    assert lost(only_native, name="$.detail.eventName") == {("name", "")}


def test_without_a_rule_nothing_is_lost():
    shaping = Shaping(input_path="$.detail.nothing")
    assert list(lost_paths(shaping, WHOLE_WORLD)) == []
