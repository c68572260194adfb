import json

import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:eu-west-1:123456789012:scans"


def handler(event, context):
    records = event.get("Records")
    if isinstance(records, list):
        for record in records:
            handle(json.loads(record["body"]))
    elif "detail" in event:
        handle(event)


def handle(e):
    if e["detail-type"] != "ECR Image Scan" or e["detail"].get("scan-status") != "COMPLETE":
        return
    repo = e["detail"]["repository-name"]
    n = e["detail"].get("finding-severity-counts", {}).get("CRITICAL", 0)
    if n:
        sns.publish(TopicArn=TOPIC, Message=f"{repo}: {n} critical")
