import json

import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:eu-west-1:123456789012:scans"


def handler(event, context):
    match event:
        case {"Records": records}:
            events = [json.loads(r["body"]) for r in records]
        case {"detail": _}:
            events = [event]
        case _:
            print("what is this?", event)
            return
    for e in events:
        if e["detail-type"] != "ECR Image Scan" or e["detail"].get("scan-status") != "COMPLETE":
            continue
        repo = e["detail"]["repository-name"]
        n = e["detail"]["finding-severity-counts"]["CRITICAL"]
        if n:
            sns.publish(TopicArn=TOPIC, Message=f"{repo}: {n} critical")
