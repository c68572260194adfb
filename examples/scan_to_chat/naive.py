"""Tells a chat channel what a scan of an image found: as it is often written, from one sample event."""

import json


def post(message):
    """The way out: a webhook in real life."""
    print(json.dumps(message))


def handler(event, context):
    detail = event["detail"]
    repository = detail["repository-name"]
    tag = detail["image-tags"][0]
    counts = detail["finding-severity-counts"]

    if counts["CRITICAL"] > 0 or counts["HIGH"] > 0:
        colour = "danger"
    else:
        colour = "good"

    post(
        {
            "colour": colour,
            "title": f"Scan of {repository}:{tag}",
            "text": f"{counts['CRITICAL']} critical, {counts['HIGH']} high, {counts['MEDIUM']} medium",
        }
    )
    return {"statusCode": 200}
