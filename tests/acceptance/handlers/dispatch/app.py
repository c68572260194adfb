import os

import boto3

sns = boto3.client("sns")
TOPIC = os.environ["TOPIC_ARN"]


def on_action(detail):
    if detail["action-type"] == "PUSH":
        return f"{detail['repository-name']}:{detail['image-tag']} pushed: {detail['result']}"
    return None


def on_scan(detail):
    counts = detail["finding-severity-counts"]
    listed = ", ".join(f"{counts[severity]} {severity.lower()}" for severity in sorted(counts))
    return f"{detail['repository-name']} scanned: {listed or 'clean'}"


HANDLERS = {
    "ECR Image Action": on_action,
    "ECR Image Scan": on_scan,
}


def lambda_handler(event, context):
    message = HANDLERS[event["detail-type"]](event["detail"])
    if message:
        sns.publish(TopicArn=TOPIC, Message=message)
