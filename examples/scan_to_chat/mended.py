"""Tells a chat channel what a scan of an image found: every event that Amazon ECR may send is told of rightly."""

import json

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")


def post(message):
    """The way out: a webhook in real life."""
    print(json.dumps(message))


def handler(event, context):
    detail = event["detail"]
    image = named(detail)

    if detail["scan-status"] != "COMPLETE":
        post({"colour": "warning", "title": f"Scan of {image}", "text": f"The scan ended as {detail['scan-status']}."})
        return {"statusCode": 200}

    # Severities without findings may be missing, and so may the whole object.
    counts = detail.get("finding-severity-counts", {})
    found = [f"{counts[severity]} {severity.lower()}" for severity in SEVERITIES if counts.get(severity)]
    urgent = counts.get("CRITICAL", 0) or counts.get("HIGH", 0)
    post(
        {
            "colour": "danger" if urgent else "good",
            "title": f"Scan of {image}",
            "text": ", ".join(found) or "nothing found",
        }
    )
    return {"statusCode": 200}


def named(detail):
    """The image as a person knows it: by its tags, or by its digest when it has none."""
    repository = detail["repository-name"]
    if tags := detail.get("image-tags"):
        return f"{repository}:{', '.join(tags)}"
    return f"{repository}@{detail.get('image-digest', 'unknown')}"
