"""Consumers that only several choices together break, and consumers with more than one way into the same fault."""

import functools
import logging
import math
import re
import sys

log = logging.getLogger(__name__)


def logged(function):
    """Logs which events a function gets."""

    @functools.wraps(function)
    def wrapper(event, context):
        log.debug("event %s", event["id"])
        return function(event, context)

    return wrapper


# --- two choices ------------------------------------------------------------------------------------------------------


@logged
def team_notifier(event, context):
    """Wrong: in a namespaced repository it takes the first of no tags."""
    detail = event["detail"]
    name = detail["repository-name"]
    tags = detail.get("image-tags", ["latest"])
    if name.count("/") == 1:
        team, app = name.split("/")
        return {"channel": f"#{team}", "text": f"{app}:{tags[0]} was scanned"}
    return {"channel": "#images", "text": f"{name} was scanned"}


def deploy_on_success(event, context):
    """Wrong: a push that succeeded may have no image-tag."""
    detail = event["detail"]
    if detail["result"] != "SUCCESS":
        return {"deployed": False}
    return {"deployed": f"{detail['repository-name']}:{detail['image-tag']}"}


class ScanGate:
    """Lets images pass that have few critical findings."""

    def __init__(self, limit):
        self.limit = limit

    def __call__(self, event, context):
        """Wrong: a complete scan may have no counts."""
        detail = event["detail"]
        if detail["scan-status"] != "COMPLETE":
            return {"pass": False}
        counts = detail["finding-severity-counts"]
        return {"pass": counts.get("CRITICAL", 0) <= self.limit}


scan_gate = ScanGate(limit=3)


async def purge_cache(event, context):
    """Wrong: a deletion may name neither tag nor digest."""
    detail = event["detail"]
    key = detail["image-tag"] if "image-tag" in detail else detail["image-digest"]
    return {"purge": f"/{detail['repository-name']}/{key}"}


def index_artifact(event, context):
    """Wrong: an index need not have an artifact's media type."""
    detail = event["detail"]
    if detail.get("manifest-media-type") == "application/vnd.oci.image.index.v1+json":
        return {"index": True, "artifact": detail["artifact-media-type"]}
    return {"index": False, "artifact": detail.get("artifact-media-type")}


def china_mirror(event, context):
    """Wrong: what it mirrors to China it takes by a digest that may not be there."""
    detail = event["detail"]
    if not event["region"].startswith("cn-"):
        return {"mirror": None}
    name = detail["repository-name"].replace("/", "-")
    return {"mirror": f"mirror.example.cn/{name}@{detail['image-digest']}"}


def escalate(event, context):
    """Wrong: without critical findings it takes it that HIGH is counted."""
    counts = event["detail"].get("finding-severity-counts", {})
    if counts.get("CRITICAL") == 0:
        return {"escalate": counts["HIGH"] > 10}
    return {"escalate": True}


def replayed_scan(event, context):
    """Wrong: a replayed scan may name no resources."""
    if "replay-name" in event:
        return {"again": event["resources"][0]}
    return {"first": event["detail"]["repository-name"]}


def build_key(event, context):
    """Wrong: build numbers repeat, so it takes a digest that may not be there."""
    detail = event["detail"]
    match detail.get("image-tags"):
        case [tag, *_] if tag.isdigit():
            return {"key": f"{tag}@{detail['image-digest']}"}
        case [tag, *_]:
            return {"key": tag}
        case _:
            return {"key": None}


def stop_replays(event, context):
    """Wrong: leaves the process at a replayed failure."""
    if event["detail"]["result"] == "FAILURE" and event.get("replay-name"):
        sys.exit(3)
    return {"seen": event["id"]}


def named_untagged(event, context):
    """Wrong: gives a replayed event without a tag one, in the event itself."""
    detail = event["detail"]
    tag = detail.setdefault("image-tag", "untagged") if "replay-name" in event else detail.get("image-tag")
    return {"tag": tag}


# --- three choices ----------------------------------------------------------------------------------------------------


def failed_scan(event, context):
    """Wrong: a failed scan may name neither digest nor resources."""
    detail = event["detail"]
    if detail["scan-status"] == "FAILED":
        return {"rescan": detail["image-digest"] if "image-digest" in detail else event["resources"][0]}
    return {"rescan": None}


def clean_scan(event, context):
    """Wrong: a complete scan without counts may be without digest too."""
    detail = event["detail"]
    counts = detail.get("finding-severity-counts")
    match detail["scan-status"], counts:
        case "COMPLETE", None:
            return {"text": f"{detail['repository-name']}@{detail['image-digest'][:19]} is clean"}
        case "COMPLETE", _:
            return {"text": f"{sum(counts.values())} findings"}
        case status, _:
            return {"text": status.lower()}


def reopen_incident(event, context):
    """Wrong: a replayed failure may have no image-digest."""
    detail = event["detail"]
    if "replay-name" in event and detail["result"] == "FAILURE":
        return {"incident": f"push-{detail['repository-name']}-{detail['image-digest'][:12]}"}
    return {"incident": None}


def replayed_deletion(event, context):
    """Wrong: a replayed deletion without digest need not name resources."""
    detail = event["detail"]
    if "replay-name" in event and "image-digest" not in detail:
        return {"gone": event["resources"][0]}
    return {"gone": detail.get("image-digest") or detail["repository-name"]}


# --- four choices -----------------------------------------------------------------------------------------------------


def rebuilt_arn(event, context):
    """Wrong: where a replayed scan names nothing else, it makes an ARN of an account without its leading zero."""
    detail = event["detail"]
    if "replay-name" not in event or "image-digest" in detail or event["resources"]:
        return {"of": detail.get("image-digest") or next(iter(event["resources"]), None)}
    arn = f"arn:aws:ecr:{event['region']}:{int(event['account'])}:repository/{detail['repository-name']}"
    return {"of": re.fullmatch(r"arn:aws:ecr:([a-z0-9-]+):([0-9]{12}):repository/(.+)", arn).group()}


# --- one thing or another ---------------------------------------------------------------------------------------------


def tag_or_crash(event, context):
    """Wrong: there may be no tag, by an empty list or by none."""
    tags = event["detail"].get("image-tags") or []
    return {"tag": tags[0]}


def checksum(event, context):
    """Wrong: there may be no digest, by an empty one or by none."""
    return {"checksum": event["detail"].get("image-digest", "").split(":")[1]}


def risk_score(event, context):
    """Wrong: answers with an infinite number where HIGH is zero or missing."""
    counts = event["detail"].get("finding-severity-counts", {})
    high = counts.get("HIGH", 0)
    return {"risk": counts.get("CRITICAL", 0) / high if high else math.inf}


def ticket(event, context):
    """Wrong: counts that are there may be without CRITICAL, or without anything."""
    counts = event["detail"].get("finding-severity-counts", {"CRITICAL": 0})
    return {"priority": 1 if counts["CRITICAL"] else 3}


def resource_label(event, context):
    """Wrong: a repository's name may have a slash, or several."""
    name = event["detail"]["repository-name"]
    if "/" in name:
        raise ValueError("a label has no slash")
    return {"metadata": {"labels": {"image": name[:63]}}}


def image_reference(event, context):
    """Wrong: without a tag, or with an empty one, there may be no digest either."""
    detail = event["detail"]
    return {"reference": detail.get("image-tag") or detail["image-digest"]}


def zone_name(event, context):
    """Wrong: a region's name may have two dashes before its number."""
    area, direction, number = event["region"].split("-")
    return {"zone": f"{area}{direction[0]}{number}-az1"}
