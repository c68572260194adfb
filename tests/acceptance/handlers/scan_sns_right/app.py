import json
import os

import boto3

sns = boto3.client("sns")
TOPIC_ARN = os.environ["TOPIC_ARN"]
ALERTING = ("CRITICAL", "HIGH")


def handler(event, context):
    if event["detail-type"] != "ECR Image Scan":
        return None
    detail = event["detail"]
    failed = detail["scan-status"] == "FAILED"
    counts = detail.get("finding-severity-counts") or {}
    total = sum(counts.get(severity, 0) for severity in ALERTING)
    if not failed and not total:
        return {"published": False}
    message = {
        "repository": detail["repository-name"],
        "digest": detail.get("image-digest"),
        "tags": detail.get("image-tags", []),
        "status": detail["scan-status"],
        "alerts": total,
    }
    subject = "Image scan failed" if failed else "Image scan found something"
    sns.publish(TopicArn=TOPIC_ARN, Subject=subject, Message=json.dumps(message, sort_keys=True))
    return {"published": True}
