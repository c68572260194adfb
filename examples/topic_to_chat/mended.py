"""Tells a chat channel of scans that a topic tells of: every event that Amazon ECR may send is told of rightly."""

import json
import urllib.request


def post(text):
    """The way out: a webhook."""
    body = json.dumps({"text": text}).encode()
    urllib.request.urlopen(urllib.request.Request("https://chat.example.invalid/hook", data=body))


def handler(event, context):
    for record in event["Records"]:
        tell(json.loads(record["Sns"]["Message"])["detail"])


def tell(detail):
    image = named(detail)
    if detail["scan-status"] != "COMPLETE":
        post(f"the scan of {image} ended as {detail['scan-status']}")
        return
    # Severities without findings may be missing, and so may the whole object.
    counts = detail.get("finding-severity-counts", {})
    found = [f"{number} {severity.lower()}" for severity, number in sorted(counts.items()) if number]
    post(f"{image}: {', '.join(found) or 'nothing found'}")


def named(detail):
    """The image as a person knows it: by its tags, or by its digest when it has none."""
    if tags := detail.get("image-tags"):
        return f"{detail['repository-name']}:{', '.join(tags)}"
    return f"{detail['repository-name']}@{detail.get('image-digest', 'unknown')}"
