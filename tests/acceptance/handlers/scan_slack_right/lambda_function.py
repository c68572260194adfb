import logging
import os

import requests

logger = logging.getLogger()
logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))

SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")
COLORS = {"CRITICAL": "danger", "HIGH": "danger", "MEDIUM": "warning"}


def image_of(detail):
    repository = detail["repository-name"]
    tags = detail.get("image-tags") or []
    if tags:
        return ", ".join(f"{repository}:{tag}" for tag in tags)
    return f"{repository}@{detail.get('image-digest', 'unknown digest')}"


def attachment(detail):
    if detail["scan-status"] != "COMPLETE":
        return {"color": "danger", "title": image_of(detail), "text": f"Scan ended with {detail['scan-status']}"}
    counts = {name: detail.get("finding-severity-counts", {}).get(name, 0) for name in SEVERITIES}
    found = {name: count for name, count in counts.items() if count > 0}
    worst = next(iter(found), None)
    text = "\n".join(f"{name.title()}: {count}" for name, count in found.items()) or "Nothing was found"
    return {"color": COLORS.get(worst, "good"), "title": image_of(detail), "text": text}


def lambda_handler(event, context):
    response = requests.post(
        os.environ["SLACK_WEBHOOK_URL"], json={"attachments": [attachment(event["detail"])]}, timeout=5
    )
    response.raise_for_status()
    logger.info("posted, status %s", response.status_code)
    return {"statusCode": 200}
