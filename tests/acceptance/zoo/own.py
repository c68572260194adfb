"""Consumers that compare the event with values of their own, and are wrong behind the comparison."""

import os

# --- values in the code -----------------------------------------------------------------------------------------------


def production_only(event, context):
    """Wrong: an image of production may be without a tag."""
    detail = event["detail"]
    if not detail["repository-name"].startswith("prod-"):
        return {"deploy": None}
    return {"deploy": f"{detail['repository-name']}:{detail['image-tag']}"}


SERVICES = ("shop/api", "shop/web")


def of_our_services(event, context):
    """Wrong: an image of one of the services may be without a digest."""
    detail = event["detail"]
    if detail["repository-name"] in SERVICES:
        return {"service": detail["repository-name"], "digest": detail["image-digest"]}
    return {"service": None, "digest": None}


def latest_only(event, context):
    """Wrong: the latest image may be without the type of an artifact."""
    detail = event["detail"]
    if detail.get("image-tag") == "latest":
        return {"artifact": detail["artifact-media-type"]}
    return {"artifact": None}


def not_our_base_image(event, context):
    """Wrong: whatever is not the base image may be without a tag."""
    detail = event["detail"]
    if detail["repository-name"] == "shop/api":
        return {"rebuild": "everything"}
    return {"rebuild": detail["image-tag"]}


PINNED = "sha256:c0ffee7a1b8d3056e4c7f1a29b5d8e03c6a4f7120d9b3e58a7c1f4062e8d5b39"


def pinned_only(event, context):
    """Wrong: takes every digest but one for a mistake."""
    digest = event["detail"].get("image-digest")
    if digest != PINNED:
        raise ValueError(f"an unknown digest: {digest}")
    return {"digest": digest}


# --- values of the environment ----------------------------------------------------------------------------------------


def repository_of_environment(event, context):
    """Wrong: an image of its repository may be without a tag."""
    detail = event["detail"]
    if detail["repository-name"] == os.environ["REPOSITORY"]:
        return {"deploy": detail["image-tag"]}
    return {"deploy": None}


def namespace_of_environment(event, context):
    """Wrong: an image of its namespace may be without resources."""
    namespace = os.environ["NAMESPACE"]
    if event["detail"]["repository-name"].startswith(f"{namespace}/"):
        return {"arn": event["resources"][0]}
    return {"arn": None}


def threshold_of_environment(event, context):
    """Wrong: where more is found than it bears, there may be no list of tags."""
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    if counts.get("CRITICAL", 0) > int(os.environ["MAX_CRITICAL"]):
        return {"stop": detail["image-tags"]}
    return {"stop": []}
