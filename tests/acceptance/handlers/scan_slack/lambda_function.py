import json
import os

import requests

SLACK_WEBHOOK_URL = os.environ["SLACK_WEBHOOK_URL"]
SLACK_CHANNEL = os.environ["SLACK_CHANNEL"]


def lambda_handler(event, context):
    print(json.dumps(event))

    detail = event["detail"]
    repo = detail["repository-name"]
    tag = detail["image-tags"][0]
    counts = detail["finding-severity-counts"]
    critical = counts["CRITICAL"]
    high = counts.get("HIGH", 0)

    color = "good"
    if high > 0:
        color = "warning"
    if critical > 0:
        color = "danger"

    payload = {
        "channel": SLACK_CHANNEL,
        "username": "ECR Scan",
        "attachments": [
            {
                "color": color,
                "title": f"{repo}:{tag}",
                "text": "Critical: {} High: {}".format(critical, high),
            }
        ],
    }
    r = requests.post(SLACK_WEBHOOK_URL, data=json.dumps(payload), headers={"Content-Type": "application/json"})
    print(r.status_code, r.text)
