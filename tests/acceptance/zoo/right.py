"""Consumers with nothing wrong about them: no finding on any of these."""

import asyncio
import functools
import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID


def repository(event, context):
    """Right, in one line."""
    return event["detail"]["repository-name"]


def audit_line(event, context):
    """Right: writes every event down, answers nothing."""
    print(json.dumps(event, sort_keys=True))


def by_match(event, context):
    """Right: tells the kinds apart by their shape."""
    match event:
        case {"detail-type": "ECR Image Action", "detail": {"action-type": "PUSH", "result": "SUCCESS", **detail}}:
            return {"pushed": detail["repository-name"], "tag": detail.get("image-tag") or None}
        case {"detail-type": "ECR Image Action", "detail": {"action-type": "DELETE", **detail}}:
            return {"deleted": detail["repository-name"]}
        case {"detail-type": "ECR Image Scan", "detail": {"finding-severity-counts": {"CRITICAL": int(count)}}}:
            return {"critical": count}
        case _:
            return {"ignored": event["id"]}


def on_push(event):
    """The image of a push, by its digest where it has one."""
    detail = event["detail"]
    digest = detail.get("image-digest")
    return {"image": f"{detail['repository-name']}@{digest}" if digest else detail["repository-name"]}


def on_delete(event):
    """What is gone."""
    return {"gone": event["detail"].get("image-tag", "untagged")}


def on_scan(event):
    """How many findings there are."""
    return {"findings": sum(event["detail"].get("finding-severity-counts", {}).values())}


ROUTES = {
    ("ECR Image Action", "PUSH"): on_push,
    ("ECR Image Action", "DELETE"): on_delete,
    ("ECR Image Scan", None): on_scan,
}


def by_table(event, context):
    """Right: a table of all three kinds."""
    route = ROUTES.get((event["detail-type"], event["detail"].get("action-type")))
    return route(event) if route else None


async def by_await(event, context):
    """Right: asynchronous."""
    names = await asyncio.gather(*(asyncio.sleep(0, name) for name in (event["region"], event["account"])))
    return {"from": "/".join(names), "repository": event["detail"]["repository-name"]}


@dataclass(frozen=True)
class Image:
    """What one event says of an image."""

    registry: str
    repository: str
    tags: tuple
    digest: str | None

    @classmethod
    def of(cls, event):
        """The image of any event."""
        detail = event["detail"]
        tags = detail.get("image-tags", [detail["image-tag"]] if detail.get("image-tag") else [])
        registry = f"{event['account']}.dkr.ecr.{event['region']}"
        return cls(registry, detail["repository-name"], tuple(sorted(tags)), detail.get("image-digest") or None)


def by_dataclass(event, context):
    """Right: makes a value of an event, and changes nothing of it."""
    return asdict(Image.of(event))


class Reporter:
    """Makes a report of a scan."""

    order = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")

    def __call__(self, event, context):
        """Right: counts that are missing are zero, tags that are missing are none."""
        detail = event["detail"]
        if detail.get("scan-status") != "COMPLETE":
            return {"report": None}
        counts = detail.get("finding-severity-counts") or {}
        tags = list(detail.get("image-tags") or [])
        worst = next((severity for severity in self.order if counts.get(severity)), "none")
        total = sum(counts.values())
        share = counts.get("CRITICAL", 0) / total if total else 0.0
        return {"report": worst, "share": round(share, 3), "tags": tags[:3], "repository": detail["repository-name"]}


report = Reporter()


def only(detail_type):
    """Leaves other events alone."""

    def decorate(function):
        @functools.wraps(function)
        def wrapper(event, context):
            return function(event, context) if event["detail-type"] == detail_type else None

        return wrapper

    return decorate


@only("ECR Image Scan")
def arn_parts(event, context):
    """Right: cuts an ARN at its first repository/, where there is one."""
    found = re.match(r"arn:([a-z-]+):ecr:([a-z0-9-]+):([0-9]{12}):repository/(.+)", next(iter(event["resources"]), ""))
    partition, region, account, name = found.groups() if found else (None, event["region"], event["account"], None)
    return {"partition": partition, "region": region, "account": account, "name": name}


def parsed(event, context):
    """Right: an id is a UUID of any version, a time is in UTC, a name has any number of slashes."""
    when = datetime.strptime(event["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    *namespaces, name = event["detail"]["repository-name"].split("/")
    return {"id": UUID(event["id"]).hex, "seconds": int(when.timestamp()), "path": namespaces, "name": name}


def partial_batch(event, context):
    """Right: a batch from a queue; tells which messages it could not read."""
    failures, seen = [], []
    for record in event["Records"]:
        try:
            detail = json.loads(record["body"])["detail"]
            seen.append(detail["repository-name"] + "".join(f":{tag}" for tag in detail.get("image-tags", [])))
        except (ValueError, KeyError):
            failures.append({"itemIdentifier": record["messageId"]})
    print(*seen)
    return {"batchItemFailures": failures}
