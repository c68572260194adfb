"""The kinds beyond pushes, deletes and scans: what AWS documents is valid, and told apart."""

import copy
import itertools
import json
from random import Random

import pytest

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Severity, Violation
from ecr_contracts.events.compile import reader
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate.cases import case, edge_cases
from ecr_contracts.events.kinds import kind_names, usual_kinds
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.siblings import in_envelope, siblings, told_within, turned_into
from ecr_contracts.events.validation import kind_of, kind_or_violation, validate
from tests import oracle

DIGEST = "sha256:" + "7b" * 32
ARN = "arn:aws:ecr:us-west-2:123456789012:repository/shop/cart"


def event(detail_type, detail, source="aws.ecr", resources=()):
    """An event with invented names."""
    return {
        "version": "0",
        "id": "5e0c7b1a-9d24-c3f8-7b65-1f2e3d4c5b6a",
        "detail-type": detail_type,
        "source": source,
        "account": "123456789012",
        "time": "2026-01-05T10:12:33Z",
        "region": "us-west-2",
        "resources": list(resources),
        "detail": detail,
    }


def storage(target, **more):
    return {
        "result": "SUCCESS",
        "repository-name": "shop/cart",
        "image-digest": DIGEST,
        "action-type": "UPDATE_STORAGE_CLASS",
        "target-storage-class": target,
        "manifest-media-type": "application/vnd.oci.image.manifest.v1+json",
        "artifact-media-type": "application/vnd.oci.image.config.v1+json",
    } | more


RESTORED = storage("STANDARD", **{"last-activated-at": "2025-10-10T19:13:02.74Z"})
REPLICATED = {
    "result": "SUCCESS",
    "repository-name": "shop/cart",
    "image-digest": DIGEST,
    "source-account": "123456789012",
    "action-type": "REPLICATE",
    "source-region": "us-east-1",
    "image-tag": "1.4.2",
}
CACHED = {
    "rule-version": "1",
    "sync-status": "SUCCESS",
    "ecr-repository-prefix": "docker-hub",
    "repository-name": "docker-hub/library/nginx",
    "upstream-registry-url": "public.ecr.aws",
    "image-tag": "latest",
    "image-digest": DIGEST,
}
INSPECTED = {
    "scan-status": "INITIAL_SCAN_COMPLETE",
    "repository-name": ARN,
    "finding-severity-counts": {"CRITICAL": 0, "HIGH": 1, "MEDIUM": 6, "TOTAL": 10},
    "image-digest": DIGEST,
    "image-tags": ["latest", "5715"],
}
FINDING = {
    "awsAccountId": "123456789012",
    "description": "A flaw.",
    "findingArn": "arn:aws:inspector2:us-west-2:123456789012:finding/0f1e2d3c4b5a6978",
    "firstObservedAt": "Dec 3, 2021, 6:02:30 PM",
    "lastObservedAt": "Dec 3, 2021, 6:02:30 PM",
    "updatedAt": "Wed Sep 04 16:50:37.627 UTC 2024",
    "inspectorScore": 9,
    "resources": [
        {
            "details": {
                "awsEcrContainerImage": {
                    "architecture": "amd64",
                    "imageHash": DIGEST,
                    "imageTags": ["latest"],
                    "registry": "123456789012",
                    "repositoryName": "shop/cart",
                }
            },
            "id": f"{ARN}/{DIGEST}",
            "partition": "N/A",
            "region": "N/A",
            "tags": {"team": "shop"},
            "type": "AWS_ECR_CONTAINER_IMAGE",
        }
    ],
    "severity": "UNTRIAGED",
    "status": "CLOSED",
    "title": "CVE-2021-0001 - busybox",
    "type": "PACKAGE_VULNERABILITY",
}
OF_ANOTHER_CLOUD = copy.deepcopy(FINDING) | {"provider": "AZURE"}
OF_ANOTHER_CLOUD["resources"][0]["details"] = {"image": {"imageTags": ["latest"]}}
RECORD = {
    "eventVersion": "1.04",
    "userIdentity": {"type": "IAMUser", "userName": "Mary"},
    "eventTime": "2026-01-05T10:12:30Z",
    "eventSource": "ecr.amazonaws.com",
    "awsRegion": "us-west-2",
    "sourceIPAddress": "AWS Internal",
    "userAgent": "console.amazonaws.com",
}
PUT = RECORD | {
    "eventName": "PutImage",
    "requestParameters": {"repositoryName": "shop/cart", "imageManifest": '{"layers": []}'},
    "responseElements": {"image": {"imageId": {"imageDigest": DIGEST, "imageTag": "latest"}}},
    "eventType": "AwsApiCall",
}
REFUSED = PUT | {"responseElements": None, "errorCode": "AccessDenied", "errorMessage": "no"}
READ = RECORD | {
    "eventName": "BatchGetImage",
    "requestParameters": {
        "imageIds": [{"imageTag": "latest", "imageDigest": DIGEST}],
        "acceptedMediaTypes": ["application/json"],
        "repositoryName": "shop/cart",
    },
    "responseElements": None,
    "eventType": "AwsApiCall",
}
EXPIRED = RECORD | {
    "eventName": "PolicyExecutionEvent",
    "requestParameters": None,
    "responseElements": None,
    "eventType": "AwsServiceEvent",
    "serviceEventDetails": {
        "repositoryName": "shop/cart",
        "lifecycleEventPolicy": {"lifecycleEventRules": []},
        "lifecycleEventImageActions": [],
        "lifecycleEventFailureDetails": [
            {"failureCode": "ImageReferencedByManifestList", "failureReason": "it is"}
        ],
    },
}
CHANGED = {
    "action-type": "SCAN_FREQUENCY_CHANGE",
    "repositories": [
        {
            "repository-name": name,
            "repository-arn": f"arn:aws:ecr:us-west-2:123456789012:repository/{name}",
            "scan-frequency": "SCAN_ON_PUSH",
            "previous-scan-frequency": "MANUAL",
        }
        for name in ("shop/cart", "shop/till")
    ],
    "resource-type": "REPOSITORY",
    "scan-type": "ENHANCED",
}
COVERED = {
    "scanStatus": {"reason": "UNSUPPORTED_MEDIA_TYPE", "statusCodeValue": "INACTIVE"},
    "scanType": "PACKAGE",
    "eventTimestamp": "2026-01-05T10:12:33.123456Z",
    "version": "1.0",
}
INSPECTOR = "aws.inspector2"

# The shapes that AWS's pages describe, with invented values.
DOCUMENTED = {
    "archive": event("ECR Image Action", storage("ARCHIVE")),
    "restore": event("ECR Image Action", RESTORED),
    "referrer-restore": event("ECR Referrer Action", RESTORED),
    "replication": event("ECR Replication Action", REPLICATED, resources=[ARN]),
    "replication failed": event(
        "ECR Replication Action", REPLICATED | {"result": "FAILED"}, resources=[ARN]
    ),
    "pull-through-cache": event("ECR Pull Through Cache Action", CACHED, resources=[ARN]),
    "scan-resource-change": event("ECR Scan Resource Change", CHANGED),
    "artifact-action": event("ECR Artifact Action", {"anything": [1, {"at": "all"}]}),
    "inspector-scan": event("Inspector2 Scan", INSPECTED, INSPECTOR, [ARN]),
    "inspector-scan with digest": event(
        "Inspector2 Scan", INSPECTED | {"repository-name": f"{ARN}/{DIGEST}"}, INSPECTOR, [ARN]
    ),
    "inspector-finding": event("Inspector2 Finding", FINDING, INSPECTOR, [f"{ARN}/{DIGEST}"]),
    "inspector-finding of another cloud": event("Inspector2 Finding", OF_ANOTHER_CLOUD, INSPECTOR),
    "inspector-coverage": event("Inspector2 Coverage", COVERED, INSPECTOR, ["somewhere"]),
    "cloudtrail-api-call": event("AWS API Call via CloudTrail", PUT),
    "cloudtrail-api-call refused": event("AWS API Call via CloudTrail", REFUSED),
    "cloudtrail-api-call that reads": event("AWS API Call via CloudTrail", READ),
    "cloudtrail-service-event": event("AWS Service Event via CloudTrail", EXPIRED),
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_is_documented_is_valid_and_of_its_kind(name):
    kind, documented = name.partition(" ")[0], DOCUMENTED[name]
    assert oracle.faults(oracle.judge(kind), documented) == []
    assert kind_of(documented) == kind
    assert validate(documented) == ()


@pytest.mark.parametrize("kind", oracle.KINDS)
def test_every_case_is_of_its_kind_and_of_no_other(kind):
    for one in edge_cases(kind, 2):
        assert kind_of(one.event) == kind, one.id
        assert oracle.faults(oracle.judge(kind), one.event) == [], one.id
        accepting = [other for other in oracle.KINDS if oracle.accepts(other, one.event)]
        assert accepting == [kind], one.id


def drawn(contract, chance):
    """An event of random choices and values."""
    while True:
        wanted = {
            facet.path: chance.choice(facet.choices).label
            for facet in chance.sample(contract.varying, 4)
        }
        try:
            labels = full_assignment(contract, wanted)
        except ValueError:
            continue  # choices that exclude each other
        return contract.build(labels, Digits(chance.getrandbits(256)))


@pytest.mark.parametrize(
    ("kind", "count"),
    [(kind, 200) for kind in oracle.KINDS]
    + [pytest.param(kind, 10_000, marks=pytest.mark.long) for kind in oracle.KINDS],
)
def test_generated_events_are_admitted_by_an_outside_judge(kind, count):
    contract, judge, chance = reader.contract(kind), oracle.judge(kind), Random(20191116)
    texts = set()
    for _ in range(count):
        event = drawn(contract, chance)
        assert judge.is_valid(event), event
        texts.add(json.dumps(event))
    assert len(texts) > count * 0.9
    assert kind_of(event) == kind


@pytest.mark.parametrize("detail", [{"instance-id": "i-0123456789abcdef0", "version": "1.0"}, {}])
def test_a_scan_of_something_else_is_no_scan_of_an_image(detail):
    violation = kind_or_violation(event("Inspector2 Scan", detail, INSPECTOR))
    assert isinstance(violation, Violation)
    assert violation.severity is Severity.NOTE
    assert "without $.detail.repository-name" in violation.hint


def test_a_finding_of_something_else_is_none_of_an_image():
    other = copy.deepcopy(FINDING)
    other["resources"][0]["details"] = {"awsEc2Instance": {"platform": "LINUX"}}
    violation = kind_or_violation(event("Inspector2 Finding", other, INSPECTOR))
    assert isinstance(violation, Violation)
    assert violation.severity is Severity.NOTE
    assert "details.awsEcrContainerImage" in violation.hint


def test_the_arns_of_an_event_agree_with_its_envelope():
    for kind in ("inspector-scan", "inspector-finding", "scan-resource-change"):
        for one in edge_cases(kind, 2):
            account, region = one.event["account"], one.event["region"]
            for arn in arns(one.event):
                assert f":{region}:{account}:" in arn, (one.id, arn)


def arns(value):
    """All texts within a value that begin as ARNs do."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from arns(inner)
    elif isinstance(value, str) and value.startswith("arn:"):
        yield value


def test_the_image_of_a_finding_is_that_of_its_resource():
    for one in edge_cases("inspector-finding", 2):
        [resource] = one.event["detail"]["resources"]
        details = resource["details"]
        image = details.get("awsEcrContainerImage") or details["image"]
        if "awsEcrContainerImage" in details:
            name = f":repository/{image['repositoryName']}/{image['imageHash']}"
        else:
            name = f"/repositories/{image['repositoryName']}/images/{image['imageDigest']}"
        assert resource["id"].endswith(name)
        assert one.event["resources"] in ([], [resource["id"]])


def test_a_finding_of_another_cloud_says_nothing_of_ecr():
    finding = case("inspector-finding/azure-image").event
    [resource] = finding["detail"]["resources"]
    assert set(resource["details"]) == {"image"}
    assert (resource["provider"], "partition" in resource) == ("AZURE", False)
    assert list(arns(finding)) == [finding["detail"]["findingArn"]]
    assert finding["resources"] == [resource["id"]]
    assert kind_of(finding) == "inspector-finding"


def test_a_replica_may_be_of_another_account():
    for name, is_same in (("ordinary", True), ("other-account", False), ("failed", True)):
        event = case(f"replication/{name}").event
        assert (event["detail"]["source-account"] == event["account"]) is is_same
        assert event["detail"]["source-region"] != event["region"]
        assert [arn.split(":")[3:5] for arn in event["resources"]] == [
            [event["region"], event["account"]]
        ]


@pytest.mark.parametrize(
    ("name", "read_only", "answers"),
    [
        ("ordinary", False, {"image"}),
        ("batch-delete-event", False, {"imageIds"}),
        ("create-event", False, {"repository"}),
        ("delete-event", False, {"repository"}),
        ("read-event", True, set()),
        ("not-found-error", False, set()),
    ],
)
def test_a_call_is_answered_in_its_own_words(name, read_only, answers):
    detail = case(f"cloudtrail-api-call/{name}").event["detail"]
    assert detail["readOnly"] is read_only
    assert set(detail["responseElements"] or {}) == answers
    assert detail["requestParameters"]["repositoryName"] == "my-repo"


def test_the_total_of_an_inspection_is_not_less_than_its_severities():
    for one in edge_cases("inspector-scan", 2):
        counts = one.event["detail"].get("finding-severity-counts", {})
        listed = sum(count for severity, count in counts.items() if severity != "TOTAL")
        assert counts.get("TOTAL", listed) >= listed, one.id


def test_siblings_are_alike_in_the_envelope_and_differ_within():
    assert siblings("push") == ("delete", "archive", "restore")
    assert siblings("archive") == ("delete", "push", "restore")
    assert siblings("scan") == ()
    for kind, other in itertools.permutations(kind_names(), 2):
        assert (other in siblings(kind)) == (in_envelope(kind) == in_envelope(other))
        assert other not in siblings(kind) or told_within(kind) != told_within(other)


@pytest.mark.parametrize("kind", ["push", "delete", "archive", "restore"])
def test_an_event_is_turned_into_each_of_its_siblings(kind):
    baseline = dict(reader.contract(kind).baseline)
    for other in siblings(kind):
        turned = turned_into(baseline, other)
        assert kind_of(turned) == other
        told = {json_path.parse(path)[-1] for path, _ in told_within(other)}
        for key, value in baseline["detail"].items():
            assert key in told or turned["detail"][key] == value
    assert baseline == reader.contract(kind).baseline


def test_the_usual_kinds_are_those_that_ecr_sends_by_itself():
    assert usual_kinds() == ("delete", "push", "scan")
    assert set(usual_kinds()) < set(kind_names())
