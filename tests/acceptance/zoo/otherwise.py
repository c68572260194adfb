"""Consumers that every event breaks, or some value within a choice, or time, or that never look at an event."""

import itertools
import json
import os
import time
from datetime import datetime

# --- every event ------------------------------------------------------------------------------------------------------


def push_arn(event, context):
    """Wrong: the resources of a push are an empty list."""
    return {"arn": event["resources"][0]}


def push_tags(event, context):
    """Wrong: a push has image-tag, image-tags is a word of scans."""
    detail = event["detail"]
    return {"images": [f"{detail['repository-name']}:{tag}" for tag in detail["image-tags"]]}


RANKS = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED"]


def sorted_severities(event, context):
    """Wrong: basic scanning says UNDEFINED, UNTRIAGED is a word of Inspector's."""
    counts = event["detail"].get("finding-severity-counts", {})
    return {"severities": sorted(counts, key=RANKS.index)}


def deleted_at(event, context):
    """Wrong: answers with a datetime."""
    return {"repository": event["detail"]["repository-name"], "at": datetime.fromisoformat(event["time"])}


# --- a value within a choice ------------------------------------------------------------------------------------------


def lower_case_tag(event, context):
    """Wrong: a tag may have capital letters."""
    tag = event["detail"].get("image-tag", "latest")
    if tag != tag.lower():
        raise ValueError("an image reference is lower-case")
    return {"tag": tag}


BADGE_WIDTHS = {1: 20, 2: 27, 3: 34}


def badge(event, context):
    """Wrong: a count may have four digits."""
    counts = event["detail"].get("finding-severity-counts", {})
    return {"widths": [BADGE_WIDTHS[len(str(count))] for count in counts.values()]}


SHARDS = "0123456789abcd"


def shard(event, context):
    """Wrong: hexadecimal digits go on to f."""
    digest = event["detail"].get("image-digest", "sha256:0")
    return {"shard": SHARDS.index(digest[7])}


def service_name(event, context):
    """Wrong: a repository's name may begin with a digit."""
    name = event["detail"]["repository-name"].replace("/", "-")
    if not name[0].isalpha():
        raise ValueError("a service's name begins with a letter")
    return {"service": name[:63]}


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def month_of_push(event, context):
    """Wrong: off by one, so December is beyond the end."""
    year, month, _ = event["time"].split("T")[0].split("-")
    return {"month": f"{MONTHS[int(month)]} {year}"}


def local_time(event, context):
    """Wrong: nine hours on, the day may be over."""
    when = datetime.strptime(event["time"], "%Y-%m-%dT%H:%M:%SZ")
    return {"tokyo": when.replace(hour=when.hour + 9).isoformat()}


CITIES = {
    "us-east-1": "Virginia", "us-east-2": "Ohio", "us-west-1": "California", "us-west-2": "Oregon",
    "ca-central-1": "Montreal", "sa-east-1": "Sao Paulo", "eu-central-1": "Frankfurt", "eu-north-1": "Stockholm",
    "eu-west-1": "Dublin", "eu-west-2": "London", "eu-west-3": "Paris", "eu-south-1": "Milan",
    "ap-east-1": "Hong Kong", "ap-south-1": "Mumbai", "ap-northeast-1": "Tokyo", "ap-northeast-2": "Seoul",
    "ap-northeast-3": "Osaka", "ap-southeast-1": "Singapore", "ap-southeast-2": "Sydney", "me-south-1": "Bahrain",
    "af-south-1": "Cape Town",
}  # fmt: skip


def city(event, context):
    """Wrong: the table of regions is some years old."""
    region = event["region"]
    if region.startswith(("cn-", "us-gov-", "us-iso", "eu-iso", "eusc-")):
        return {"city": "elsewhere"}
    return {"city": CITIES[region]}


# --- time, chance and the process -------------------------------------------------------------------------------------

CALLS = itertools.count(1)


def every_third(event, context):
    """Wrong: every third call fails, whatever the event."""
    if next(CALLS) % 3 == 0:
        raise TimeoutError("the registry did not answer")
    return {"repository": event["detail"]["repository-name"]}


def wait_for_children(event, context):
    """Wrong: sleeps a minute for the children of a multi-platform image."""
    if event["detail"].get("manifest-media-type", "").endswith(".manifest.list.v2+json"):
        time.sleep(60)
    return {"deleted": event["detail"]["repository-name"]}


def flat_name(event, context):
    """Wrong: never returns for a name with more than one slash."""
    name = event["detail"]["repository-name"]
    while name.count("/") > 1:
        name = name.replace("//", "/")
    return {"name": name.replace("/", "-")}


def give_up(event, context):
    """Wrong: ends the process, without an exception, when a scan has no list of tags."""
    if "image-tags" not in event["detail"]:
        os._exit(1)
    return {"tags": len(event["detail"]["image-tags"])}


# --- nothing ----------------------------------------------------------------------------------------------------------


def not_yet(event, context):
    """Wrong: does nothing at all."""
    return


def no_records(event, context):
    """Wrong: looks for SQS records where EventBridge calls it directly."""
    images = []
    for record in event.get("Records", []):
        images.append(json.loads(record["body"])["detail"]["repository-name"])
    return {"images": images}


def always_fine(event, context):
    """Wrong: takes the detail for a text, and catches everything."""
    try:
        detail = json.loads(event["detail"])
        print(f"scanned {detail['repository-name']}")
    except Exception:  # noqa: BLE001 - that is what is wrong with it
        print("could not handle the event")
    return {"statusCode": 200, "body": "OK"}
