"""Consumers that a single choice breaks, whatever the rest of the event is."""

import asyncio
import functools
import json
import re
import sys
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

# --- push -------------------------------------------------------------------------------------------------------------


def announce_push(event, context):
    """Wrong: an untagged push has no image-tag."""
    detail = event["detail"]
    return {"text": f"Pushed {detail['repository-name']}:{detail['image-tag']} in {event['region']}"}


def release_channel(event, context):
    """Wrong: an empty tag has no first character."""
    tag = event["detail"].get("image-tag", "untagged")
    return {"channel": "release" if tag[0] == "v" else "snapshot"}


def pin_digest(event, context):
    """Wrong: the empty digest of a failed push is not two parts."""
    detail = event["detail"]
    if "image-digest" not in detail:
        return {"pinned": None}
    algorithm, checksum = detail["image-digest"].split(":")
    return {"pinned": f"{detail['repository-name']}@{algorithm}:{checksum[:12]}"}


ATTACHMENT_COLOURS = {"SUCCESS": "good", "FAILED": "danger"}


def colour_message(event, context):
    """Wrong: a failed push says FAILURE, not FAILED."""
    detail = event["detail"]
    return {"color": ATTACHMENT_COLOURS[detail["result"]], "fallback": f"push to {detail['repository-name']}"}


def metric_dimensions(event, context):
    """Wrong: a number in JSON does not begin with a zero, an account may."""
    text = f'{{"account": {event["account"]}, "repository": "{event["detail"]["repository-name"]}"}}'
    return {"dimensions": json.loads(text)}


def deploy_region(event, context):
    """Wrong: a region's name may begin with four letters (eusc-de-east-1)."""
    area, place, number = re.fullmatch(r"([a-z]{2})-([a-z-]+)-([0-9])", event["region"]).groups()
    return {"stack": f"{area}{place[0]}{number}-deploy"}


def idempotency_key(event, context):
    """Wrong: the id of an event is no version-4 UUID."""
    key = uuid.UUID(event["id"])
    if key.version != 4:
        raise ValueError(f"not a random id: {key}")
    return {"key": key.hex}


def platform_of(event, context):
    """Wrong: does not know the OCI index, a multi-platform image."""
    match event["detail"].get("manifest-media-type"):
        case None | "application/vnd.docker.distribution.manifest.v2+json":
            return {"platforms": "one"}
        case "application/vnd.oci.image.manifest.v1+json":
            return {"platforms": "one"}
        case "application/vnd.docker.distribution.manifest.list.v2+json":
            return {"platforms": "many"}
        case other:
            raise ValueError(f"unexpected manifest: {other}")


def artifact_vendor(event, context):
    """Wrong: not every artifact's media type belongs to a vendor (text/sbom+json)."""
    artifact = event["detail"].get("artifact-media-type", "application/vnd.oci.image.config.v1+json")
    return {"vendor": re.match(r"application/vnd\.([a-z]+)\.", artifact).group(1)}


def owner_of_push(event, context):
    """Wrong: a repository's name may have more than one slash."""
    match event["detail"]["repository-name"].split("/"):
        case [_]:
            owner = "platform"
        case [team, _]:
            owner = team
    return {"owner": owner}


def build_label(event, context):
    """Wrong: makes a number of a tag of digits, then adds it to a text."""
    tag = event["detail"].get("image-tag", "")
    build = int(tag) if tag.isdigit() else tag
    return {"label": "build-" + build}


def signed_digest(event, context):
    """Wrong: the tag of a signature ends in .sig, which is not hexadecimal."""
    tag = event["detail"].get("image-tag", "")
    if not tag.startswith("sha256-"):
        return {"signs": None}
    return {"signs": bytes.fromhex(tag.removeprefix("sha256-")).hex()}


LENGTHS = ["short", "medium", "long", "very long"]


def tag_length(event, context):
    """Wrong: a tag has up to 128 characters, one more than there are places for."""
    return {"length": LENGTHS[len(event["detail"].get("image-tag", "")) // 32]}


# --- delete -----------------------------------------------------------------------------------------------------------

SEEN_DIGESTS = {}


def forget_digest(event, context):
    """Wrong: a deletion may come without image-digest."""
    SEEN_DIGESTS.pop(event["detail"]["image-digest"], None)
    return {"known": len(SEEN_DIGESTS)}


def close_ticket(event, context):
    """Wrong: leaves the process when the tag is empty."""
    detail = event["detail"]
    if detail.get("image-tag") == "":
        sys.exit("no tag, no ticket")
    return {"close": f"ECR-{detail['repository-name']}-{detail.get('image-tag', 'untagged')}"}


class DeletionAudit:
    """Writes down what was deleted."""

    def __call__(self, event, context):
        """Wrong: asserts that a deletion always succeeds."""
        detail = event["detail"]
        assert detail["result"] == "SUCCESS", "a deletion that failed"
        return {"deleted": detail["repository-name"], "at": event["time"]}


deletion_audit = DeletionAudit()


@dataclass
class EventBridgeEvent:
    """An event as the documentation's sample shows it."""

    version: str
    id: str
    detail_type: str
    source: str
    account: str
    time: str
    region: str
    resources: list
    detail: dict = field(default_factory=dict)


def typed_event(event, context):
    """Wrong: a replayed event has one field more."""
    typed = EventBridgeEvent(**{key.replace("-", "_"): value for key, value in event.items()})
    return {"account": typed.account, "repository": typed.detail["repository-name"]}


def tag_resources(event, context):
    """Wrong: resources are strings, not the objects that CloudTrail has."""
    arns = [resource["ARN"] for resource in event["resources"]]
    return {"tagged": arns}


def text_message(event, context):
    """Wrong: a repository's name may alone be longer than a text message."""
    text = f"Image deleted from {event['detail']['repository-name']}"
    if len(text) > 160:
        raise ValueError("a text message has 160 characters")
    return {"sms": text}


# --- scan -------------------------------------------------------------------------------------------------------------


def first_tag(event, context):
    """Wrong: the list of tags may be empty, as in AWS's own sample."""
    detail = event["detail"]
    return {"image": detail["repository-name"] + ":" + detail.get("image-tags", ["latest"])[0]}


def all_tags(event, context):
    """Wrong: there may be no list of tags."""
    return {"tags": ", ".join(event["detail"]["image-tags"])}


def the_tag(event, context):
    """Wrong: an image may have several tags."""
    [tag] = event["detail"].get("image-tags") or ["untagged"]
    return {"tag": tag}


def severity_table(event, context):
    """Wrong: there may be no counts at all."""
    rows = sorted(event["detail"]["finding-severity-counts"].items())
    return {"table": "\n".join(f"{severity:<15}{count:>6}" for severity, count in rows)}


SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"]


def worst_severity(event, context):
    """Wrong: there may be counts without any severity in them."""
    counts = event["detail"].get("finding-severity-counts")
    if counts is None:
        return {"worst": "unknown"}
    return {"worst": min(counts, key=SEVERITIES.index)}


def page_on_critical(event, context):
    """Wrong: a severity without findings is left out."""
    counts = event["detail"].get("finding-severity-counts") or {}
    return {"page": counts["CRITICAL"] > 0}


def critical_share(event, context):
    """Wrong: a severity without findings may be there as a zero."""
    counts = event["detail"].get("finding-severity-counts", {})
    return {"ratio": round(counts.get("CRITICAL", 0) / counts.get("HIGH", 1), 2)}


class ScanState(Enum):
    """What the author has seen of scan states."""

    IN_PROGRESS = 1
    COMPLETE = 2


def scan_state(event, context):
    """Wrong: a scan may fail."""
    return {"state": ScanState[event["detail"]["scan-status"]].value}


def repository_of_arn(event, context):
    """Wrong: a scan may name no resources."""
    return {"repository": event["resources"][0].split(":repository/", 1)[1]}


def short_digest(event, context):
    """Wrong: a scan may come without image-digest."""
    return {"digest": event["detail"]["image-digest"][7:19]}


CONTINENTS = {"us": 1, "ca": 1, "mx": 1, "sa": 2, "eu": 3, "eusc": 3, "af": 4, "il": 5, "me": 5, "ap": 5}


def continent(event, context):
    """Wrong: China is not on the map."""
    return {"continent": CONTINENTS[event["region"].split("-")[0]]}


def registry_host(event, context):
    """Wrong: an account made a number loses its leading zero."""
    host = f"{int(event['account'])}.dkr.ecr.{event['region']}.amazonaws.com"
    return {"account": re.match(r"[0-9]{12}(?=\.dkr)", host).group()}


TEAM_CHANNELS = {"payments": "#pay-security", "checkout": "#checkout-security"}


def team_channel(event, context):
    """Wrong: a namespace is not always one of the known teams."""
    parts = event["detail"]["repository-name"].split("/")
    return {"channel": TEAM_CHANNELS[parts[0]] if len(parts) == 2 else "#security"}


def newest_first(event, context):
    """Wrong: turns round the event's own list of tags."""
    tags = event["detail"].get("image-tags", [])
    tags.reverse()
    return {"tags": list(tags)}


def filled_counts(event, context):
    """Wrong: puts the counts that it misses into the event."""
    counts = event["detail"].setdefault("finding-severity-counts", {})
    return {"total": sum(counts.values())}


def replayed_at(event, context):
    """Wrong: answers with a datetime when the event is a replayed one."""
    when = datetime.fromisoformat(event["time"])
    return {"replay": event.get("replay-name"), "original": when if "replay-name" in event else None}


def retried(function):
    """Calls a function once more when the network is down."""

    @functools.wraps(function)
    def wrapper(event, context):
        try:
            return function(event, context)
        except ConnectionError:
            return function(event, context)

    return wrapper


@retried
def signature_tags(event, context):
    """Wrong: the tag of a signature ends in .sig, which is not hexadecimal."""
    tags = event["detail"].get("image-tags", [])
    return {"signs": [int(tag[7:], 16) % 1000 for tag in tags if tag.startswith("sha256-")]}


async def dashboard(event, context):
    """Wrong: the counts may be without LOW."""
    await asyncio.sleep(0)
    counts = event["detail"].get("finding-severity-counts", {})
    return {"series": "low", "value": counts["LOW"]}


def push_batch(event, context):
    """Wrong: an untagged push has no image-tag (from a queue)."""
    images = []
    for record in event["Records"]:
        detail = json.loads(record["body"])["detail"]
        images.append(f"{detail['repository-name']}:{detail['image-tag']}")
    return {"images": images}
