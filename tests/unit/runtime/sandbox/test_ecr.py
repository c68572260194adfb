"""The registry: ECR's answers agree with the event, fit botocore's models, and their pages end."""

from __future__ import annotations

import functools
import hashlib
import json

import botocore.session
import pytest
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.events.generate.cases import case
from ecr_contracts.events.generate.strategies import ecr_events
from ecr_contracts.runtime.effects import Origin
from ecr_contracts.runtime.sandbox.aws.ecr import ecr_answer, event_images
from tests.unit.runtime.sandbox.test_aws import SCAN, placed

DIGEST = SCAN["detail"]["image-digest"]
PUSH = {
    **SCAN,
    "detail-type": "ECR Image Action",
    "detail": {
        "result": "SUCCESS",
        "repository-name": "team/app",
        "image-digest": DIGEST,
        "action-type": "PUSH",
        "image-tag": "v1",
    },
}
CALLS = {
    "DescribeImages": {"repositoryName": "team/app"},
    "DescribeImageScanFindings": {"repositoryName": "team/app", "imageId": {"imageDigest": DIGEST}},
    "BatchGetImage": {"repositoryName": "team/app", "imageIds": [{"imageDigest": DIGEST}]},
    "ListImages": {"repositoryName": "team/app"},
    "DescribeRepositories": {"repositoryNames": ["team/app"]},
    "BatchGetRepositoryScanningConfiguration": {"repositoryNames": ["team/app"]},
    "GetAuthorizationToken": {},
    "GetLifecyclePolicy": {"repositoryName": "team/app"},
    "StartImageScan": {"repositoryName": "team/app", "imageId": {"imageTag": "v1"}},
    "PutImage": {"repositoryName": "team/app", "imageManifest": "{}", "imageTag": "v2"},
}


def with_detail(event, **changes):
    detail = {key.replace("_", "-"): value for key, value in changes.items()}
    return {
        **event,
        "detail": {k: v for k, v in {**event["detail"], **detail}.items() if v is not None},
    }


def ask(operation, *events, filled=True, **parameters):
    return ecr_answer(
        operation, {**CALLS[operation], **parameters}, event_images(events), filled=filled
    )


@functools.cache
def model():
    loader = botocore.session.get_session().get_component("data_loader")
    return ServiceModel(loader.load_service_model("ecr", "service-2"), service_name="ecr")


def fits(operation, answer):
    report = ParamValidator().validate(answer, model().operation_model(operation).output_shape)
    return report.generate_report()


@given(event=st.sampled_from(["push", "delete", "scan"]).flatmap(ecr_events), filled=st.booleans())
def test_answers_about_any_valid_event_fit_the_models(event, filled):
    for operation, parameters in CALLS.items():
        about = {**parameters}
        if "repositoryName" in about:
            about["repositoryName"] = event["detail"]["repository-name"]
        answer = ecr_answer(operation, about, event_images([event]), filled=filled)
        if operation == "ListImages" and not answer["imageIds"]:
            continue
        assert fits(operation, answer) == ""


@pytest.mark.parametrize(
    ("case_id", "tags"),
    [
        ("inspector-finding/ordinary", ["latest"]),
        ("inspector-finding/no-tags", []),
        ("inspector-scan/ordinary", ["latest"]),
        ("inspector-scan/with-digest-repository", ["latest"]),
        ("cloudtrail-api-call/ordinary", ["latest"]),
        ("replication/ordinary", ["latest"]),
        ("archive/ordinary", []),
    ],
)
def test_the_image_of_every_kind_is_the_one_that_ecr_has(case_id, tags):
    event = case(case_id).event
    baseline = case("push/ordinary").event["detail"]
    about = {"repositoryName": baseline["repository-name"]}
    [image] = ecr_answer("DescribeImages", about, event_images([event]), filled=True)[
        "imageDetails"
    ]
    assert image["imageDigest"] == baseline["image-digest"]
    assert image.get("imageTags", []) == tags
    assert image.get("imageScanStatus", {}).get("status") in (None, "COMPLETE")


@given(event=ecr_events("scan"))
def test_what_is_told_of_a_scan_is_what_the_event_says(event):
    detail = event["detail"]
    about = {"repositoryName": detail["repository-name"]}
    [image] = ecr_answer("DescribeImages", about, event_images([event]), filled=True)[
        "imageDetails"
    ]
    assert image["registryId"] == event["account"]
    assert image.get("imageTags", []) == [tag for tag in detail.get("image-tags", []) if tag]
    assert image["imageScanStatus"]["status"] == detail["scan-status"]
    assert detail.get("image-digest", "") in ("", image["imageDigest"])
    if detail["scan-status"] == "COMPLETE":
        told = image["imageScanFindingsSummary"]["findingSeverityCounts"]
        assert told == detail.get("finding-severity-counts", {})
    if detail["scan-status"] == "FAILED":
        assert "imageScanFindingsSummary" not in image


def test_an_untagged_image_has_no_tags():
    for event in (
        with_detail(SCAN, image_tags=[]),
        with_detail(PUSH, image_tag=None),
        with_detail(PUSH, image_tag=""),
    ):
        [image] = ask("DescribeImages", event)["imageDetails"]
        assert "imageTags" not in image
        assert ask("ListImages", event)["imageIds"] == [{"imageDigest": DIGEST}]
        assert ask("BatchGetImage", event)["images"][0]["imageId"] == {"imageDigest": DIGEST}


def test_the_tag_of_a_push_and_all_tags_of_a_scan():
    assert ask("DescribeImages", PUSH)["imageDetails"][0]["imageTags"] == ["v1"]
    several = with_detail(SCAN, image_tags=["a", "b"])
    assert ask("DescribeImages", several)["imageDetails"][0]["imageTags"] == ["a", "b"]
    assert [each["imageTag"] for each in ask("ListImages", several)["imageIds"]] == ["a", "b"]


def test_findings_are_as_many_as_the_counts_say():
    event = with_detail(SCAN, finding_severity_counts={"CRITICAL": 2, "LOW": 1, "UNDEFINED": 0})
    answer = ask("DescribeImageScanFindings", event)
    found = answer["imageScanFindings"]
    assert [finding["severity"] for finding in found["findings"]] == ["CRITICAL", "CRITICAL", "LOW"]
    assert found["findingSeverityCounts"] == {"CRITICAL": 2, "LOW": 1, "UNDEFINED": 0}
    assert len({finding["name"] for finding in found["findings"]}) == 3
    attributes = {each["key"]: each["value"] for each in found["findings"][0]["attributes"]}
    assert {"package_name", "package_version", "CVSS2_SCORE"} <= set(attributes)
    assert "nextToken" not in answer
    assert "enhancedFindings" not in found


def test_findings_that_are_told_are_the_worst_of_very_many():
    event = with_detail(SCAN, finding_severity_counts={"LOW": 10**9, "HIGH": 999})
    page = ask("DescribeImageScanFindings", event, maxResults=1000)
    assert [finding["severity"] for finding in page["imageScanFindings"]["findings"]] == [
        "HIGH"
    ] * 999 + ["LOW"]
    assert "nextToken" not in page


def test_a_failed_scan_has_no_findings():
    event = with_detail(SCAN, scan_status="FAILED", finding_severity_counts=None)
    answer = ask("DescribeImageScanFindings", event)
    assert answer["imageScanStatus"]["status"] == "FAILED"
    assert "imageScanFindings" not in answer


def test_a_clean_scan_has_none_either_but_says_so():
    found = ask("DescribeImageScanFindings", with_detail(SCAN, finding_severity_counts=None))[
        "imageScanFindings"
    ]
    assert (found["findings"], found["findingSeverityCounts"]) == ([], {})


@pytest.fixture
def ecr(monkeypatch):
    values = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return botocore.session.get_session().create_client("ecr", region_name="us-east-1")


@pytest.mark.parametrize(
    ("count", "pages", "findings"), [(99, 1, 99), (250, 3, 250), (10**9, 10, 1000)]
)
def test_pages_of_findings_end(ecr, count, pages, findings):
    with placed(payload=with_detail(SCAN, finding_severity_counts={"HIGH": count})):
        paginator = ecr.get_paginator("describe_image_scan_findings")
        got = list(paginator.paginate(**CALLS["DescribeImageScanFindings"]))
    assert len(got) == pages
    assert sum(len(page["imageScanFindings"]["findings"]) for page in got) == findings
    assert got[-1]["imageScanFindings"]["findingSeverityCounts"] == {"HIGH": count}


def test_inspector_says_the_same(ecr):
    inspector = botocore.session.get_session().create_client("inspector2", region_name="us-east-1")
    event = with_detail(SCAN, finding_severity_counts={"HIGH": 1, "UNDEFINED": 2})
    with placed(payload=event) as place:
        answer = inspector.list_findings()
        assert place.effects[0].origin is Origin.EVENT
    assert [finding["severity"] for finding in answer["findings"]] == [
        "HIGH",
        "UNTRIAGED",
        "UNTRIAGED",
    ]
    image = answer["findings"][0]["resources"][0]["details"]["awsEcrContainerImage"]
    assert (image["repositoryName"], image["imageHash"], image["imageTags"]) == (
        "team/app",
        DIGEST,
        ["v1"],
    )
    with placed(payload=with_detail(SCAN, scan_status="FAILED")):
        assert inspector.list_findings()["findings"] == []
    with placed(payload=PUSH) as place:
        assert len(inspector.list_findings()["findings"]) == 1
        assert place.effects[0].origin is Origin.MADE_UP


def test_of_several_events_the_one_that_is_asked_about():
    other = with_detail(
        SCAN, repository_name="other", image_digest="sha256:" + "b" * 64, image_tags=["w"]
    )
    [image] = ask("DescribeImages", SCAN, other, repositoryName="other")["imageDetails"]
    assert (image["repositoryName"], image["imageTags"]) == ("other", ["w"])
    again = with_detail(SCAN, image_digest="sha256:" + "c" * 64, image_tags=["v2"])
    [image] = ask("DescribeImages", SCAN, again, imageIds=[{"imageTag": "v2"}])["imageDetails"]
    assert image["imageDigest"] == "sha256:" + "c" * 64
    assert len(ask("DescribeImages", SCAN, again)["imageDetails"]) == 2


def test_another_image_is_told_as_it_was_asked_for():
    [image] = ask("DescribeImages", SCAN, imageIds=[{"imageTag": "latest"}])["imageDetails"]
    assert image["imageTags"] == ["latest"]
    assert image["imageDigest"] != DIGEST
    digest = "sha256:" + "d" * 64
    [image] = ask("DescribeImages", SCAN, imageIds=[{"imageDigest": digest}])["imageDetails"]
    assert (image["imageDigest"], image.get("imageTags")) == (digest, None)
    [image] = ask("DescribeImages", SCAN, repositoryName="elsewhere")["imageDetails"]
    assert image["repositoryName"] == "elsewhere"


@given(name=st.text("abc/-", min_size=2, max_size=20), event=ecr_events("scan"))
def test_a_repository_that_a_variable_names_holds_the_image_of_the_event(name, event):
    images = event_images([event])
    [image] = ecr_answer("DescribeImages", {"repositoryName": name}, images, filled=True)[
        "imageDetails"
    ]
    assert (image["repositoryName"], image["imageDigest"]) == (name, images[0].digest)
    assert tuple(image.get("imageTags", ())) == images[0].tags
    about = {"repositoryName": name, "imageId": {"imageDigest": images[0].digest}}
    found = ecr_answer("DescribeImageScanFindings", about, images, filled=True)
    assert found["imageScanStatus"]["status"] == images[0].status


def test_a_push_tells_nothing_of_a_scan_where_nothing_is_filled():
    assert "imageScanStatus" not in ask("DescribeImages", PUSH, filled=False)["imageDetails"][0]
    assert "imageScanFindingsSummary" in ask("DescribeImages", PUSH)["imageDetails"][0]
    found = ask("DescribeImageScanFindings", PUSH)["imageScanFindings"]
    assert sum(found["findingSeverityCounts"].values()) == len(found["findings"]) > 0
    assert (
        ask("DescribeImageScanFindings", PUSH, filled=False)["imageScanFindings"]["findings"] == []
    )


def test_manifests_are_json_of_their_type():
    [image] = ask("BatchGetImage", PUSH)["images"]
    manifest = json.loads(image["imageManifest"])
    assert manifest["mediaType"] == image["imageManifestMediaType"]
    assert manifest["config"]["digest"].startswith("sha256:")
    assert manifest["layers"]
    index = "application/vnd.oci.image.index.v1+json"
    [image] = ask("BatchGetImage", with_detail(PUSH, manifest_media_type=index))["images"]
    assert {
        each["platform"]["architecture"] for each in json.loads(image["imageManifest"])["manifests"]
    } == {
        "amd64",
        "arm64",
    }
    [image] = ask("BatchGetImage", PUSH, acceptedMediaTypes=[index])["images"]
    assert image["imageManifestMediaType"] == index


def test_a_manifest_that_is_put_comes_back():
    image = ask("PutImage", PUSH)["image"]
    assert image["imageId"] == {
        "imageDigest": f"sha256:{hashlib.sha256(b'{}').hexdigest()}",
        "imageTag": "v2",
    }
    assert image["imageManifest"] == "{}"


def test_repositories_are_in_the_region_of_the_event():
    [repository] = ask("DescribeRepositories", {**SCAN, "region": "cn-north-1"})["repositories"]
    assert (
        repository["repositoryArn"] == "arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/app"
    )
    assert (
        repository["repositoryUri"] == "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app"
    )
    [only] = ask("DescribeRepositories", SCAN, repositoryNames=None)["repositories"]
    assert only["repositoryName"] == "team/app"


def test_filters_by_tag():
    untagged = with_detail(SCAN, image_tags=[])
    assert ask("DescribeImages", untagged, filter={"tagStatus": "TAGGED"})["imageDetails"] == []
    assert (
        len(ask("DescribeImages", untagged, filter={"tagStatus": "UNTAGGED"})["imageDetails"]) == 1
    )


def test_where_there_is_no_event_there_is_nothing_to_agree_with():
    assert ecr_answer("DescribeImages", CALLS["DescribeImages"], [], filled=True) is None
    assert event_images([{"detail-type": "x", "detail": {}}, {"detail-type": "x"}]) == []
