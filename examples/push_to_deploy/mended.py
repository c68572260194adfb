"""Deploys an image when it is pushed under a tag, by its digest, in any partition; leaves every other push alone."""

import json

SUFFIXES = {
    "cn-": "amazonaws.com.cn",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "eu-isoe-": "cloud.adc-e.uk",
    "us-isof-": "csp.hci.ic.gov",
}


def deploy(service, image):
    """The way out: an ECS service update in real life."""
    print(json.dumps({"service": service, "image": image}))


def audit(repository, image):
    """The way out: an audit trail in real life."""
    print(json.dumps({"repository": repository, "image": image}))


def handler(event, context):
    detail = event["detail"]
    # A failed push has no digest; the children of a multi-platform image have no tag.
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS" or not detail.get("image-tag"):
        return

    region = event["region"]
    suffix = next((end for start, end in SUFFIXES.items() if region.startswith(start)), "amazonaws.com")
    address = f"{event['account']}.dkr.ecr.{region}.{suffix}/{detail['repository-name']}"
    digest = detail.get("image-digest")
    image = f"{address}@{digest}" if digest else f"{address}:{detail['image-tag']}"
    deploy(detail["repository-name"], image)
    # The event names no resource: a push sends an empty list.
    audit(detail["repository-name"], image)
