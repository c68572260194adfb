"""Fifty rules as people write them, and wrong ones: what handlers may stand behind."""

from __future__ import annotations

from typing import Any

ECR = {"source": ["aws.ecr"]}
ACTION = ECR | {"detail-type": ["ECR Image Action"]}
SCAN = ECR | {"detail-type": ["ECR Image Scan"]}
CALL = ECR | {"detail-type": ["AWS API Call via CloudTrail"]}
INSPECTOR = {"source": ["aws.inspector2"]}
ARN = "arn:aws:ecr:us-east-1:123456789012:repository/shop/api"


def action(**detail: Any) -> dict[str, Any]:
    """A rule for image actions, its keys written with underscores."""
    return ACTION | {"detail": {key.replace("_", "-"): value for key, value in detail.items()}}


def scan(**detail: Any) -> dict[str, Any]:
    """A rule for scans."""
    return SCAN | {"detail": {key.replace("_", "-"): value for key, value in detail.items()}}


def counts(**severities: Any) -> dict[str, Any]:
    """A rule for scans with certain counts."""
    return scan(finding_severity_counts=severities)


RULES: dict[str, dict[str, Any]] = {
    "everything of ECR": ECR,
    "any sender": {"detail-type": ["ECR Image Action", "ECR Image Scan"]},
    "image actions": ACTION,
    "scans": SCAN,
    "pushes": action(action_type=["PUSH"]),
    "pushes that went well": action(action_type=["PUSH"], result=["SUCCESS"]),
    "failed pushes": action(action_type=["PUSH"], result=["FAILURE"]),
    "deletes": action(action_type=["DELETE"], result=["SUCCESS"]),
    "pushes and deletes": action(action_type=["PUSH", "DELETE"]),
    "one repository": action(action_type=["PUSH"], repository_name=["shop/api"]),
    "two repositories": action(action_type=["PUSH"], repository_name=["shop/api", "web"]),
    "a namespace": action(repository_name=[{"prefix": "shop/"}]),
    "all but one repository": action(repository_name=[{"anything-but": ["my-repo"]}]),
    "latest": action(action_type=["PUSH"], image_tag=["latest"]),
    "not latest": action(action_type=["PUSH"], image_tag=[{"anything-but": "latest"}]),
    "releases": action(action_type=["PUSH"], image_tag=[{"prefix": "v"}]),
    "no test builds": action(image_tag=[{"anything-but": {"prefix": "test-"}}]),
    "release candidates": action(image_tag=[{"suffix": "-rc"}, {"wildcard": "v*-rc*"}]),
    "tagged": action(action_type=["PUSH"], image_tag=[{"exists": True}]),
    "untagged": action(action_type=["PUSH"], image_tag=[{"exists": False}]),
    "one tag of one repository": action(
        action_type=["PUSH"], repository_name=["shop/api"], image_tag=["prod"]
    ),
    "docker manifests": action(
        manifest_media_type=["application/vnd.docker.distribution.manifest.v2+json"]
    ),
    "complete scans": scan(scan_status=["COMPLETE"]),
    "failed scans": scan(scan_status=["FAILED"]),
    "critical": counts(CRITICAL=[{"numeric": [">", 0]}]),
    "critical is counted": counts(CRITICAL=[{"exists": True}]),
    "high between": counts(HIGH=[{"numeric": [">=", 5, "<", 50]}]),
    "no critical": counts(CRITICAL=[{"exists": False}, 0]),
    "critical and high": counts(CRITICAL=[{"numeric": [">", 0]}], HIGH=[{"numeric": [">", 0]}]),
    "critical or high": SCAN
    | {
        "detail": {
            "$or": [
                {"finding-severity-counts": {"CRITICAL": [{"numeric": [">", 0]}]}},
                {"finding-severity-counts": {"HIGH": [{"numeric": [">", 10]}]}},
            ]
        }
    },
    "scans of a tag": scan(image_tags=["latest"]),
    "scans of releases": scan(image_tags=[{"prefix": "v"}], scan_status=["COMPLETE"]),
    "scans of anything tagged": scan(image_tags=[{"exists": True}]),
    "scans of anything untagged": scan(image_tags=[{"exists": False}]),
    "scans of an ARN": SCAN | {"resources": [ARN]},
    "scans in a region": SCAN | {"resources": [{"prefix": "arn:aws:ecr:eu-west-1:"}]},
    "an account and a region": ECR | {"account": ["123456789012"], "region": ["us-east-1"]},
    "no replays": ECR | {"replay-name": [{"exists": False}]},
    "archives": action(action_type=["UPDATE_STORAGE_CLASS"], target_storage_class=["ARCHIVE"]),
    "pushes and replicas": ECR
    | {"detail-type": ["ECR Image Action", "ECR Replication Action"]}
    | {"detail": {"action-type": ["PUSH", "REPLICATE"], "result": ["SUCCESS"]}},
    "failed replications": ECR
    | {"detail-type": ["ECR Replication Action"], "detail": {"result": ["FAILED"]}},
    "scans by Inspector": INSPECTOR | {"detail-type": ["Inspector2 Scan"]},
    "findings": INSPECTOR
    | {"detail-type": ["Inspector2 Finding"], "detail": {"severity": ["HIGH", "CRITICAL"]}},
    "everything of Inspector": INSPECTOR,
    "pushes by API calls": CALL | {"detail": {"eventName": ["PutImage"]}},
    "new repositories": CALL
    | {"detail": {"eventSource": ["ecr.amazonaws.com"], "eventName": ["CreateRepository"]}},
    "pushes of an ARN": action(action_type=["PUSH"]) | {"resources": [ARN]},
    "CloudTrail in a native event": action(eventName=["PutImage"]),
    "Inspector is enabled": INSPECTOR | {"detail-type": ["Inspector2 AutoEnable"]},
}
"""Patterns by what they are meant for; the last three let no event of a known kind through."""
