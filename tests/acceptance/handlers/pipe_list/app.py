import json

import boto3

sns = boto3.client("sns")


def lambda_handler(messages, context):
    for m in messages:
        scan = json.loads(m["body"])["detail"]
        if scan["scan-status"] != "COMPLETE":
            continue
        if scan.get("finding-severity-counts", {}).get("CRITICAL"):
            sns.publish(
                TopicArn="arn:aws:sns:us-east-1:123456789012:scans",
                Message=scan["image-tags"][-1],
            )
