"""Queues scans of our repositories that have enough critical findings; some are escalated."""
import json

import boto3
from settings import settings

sqs = boto3.client("sqs")
sns = boto3.client("sns")


def handler(event, context):
    detail = event["detail"]
    if detail["repository-name"] not in settings.repositories:
        return
    critical = detail.get("finding-severity-counts", {}).get("CRITICAL", 0)
    if critical < settings.minimum:
        return
    message = {"team": settings.team, "tag": detail["image-tags"][0], "critical": critical}
    sqs.send_message(QueueUrl=settings.queue_url, MessageBody=json.dumps(message))
    if settings.topic and critical:
        sns.publish(TopicArn=settings.topic, Message=json.dumps(message))
