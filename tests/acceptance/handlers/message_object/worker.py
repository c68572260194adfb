"""One message at a time: run.py loops over queue.receive_messages()."""
import json
import logging

import boto3

log = logging.getLogger("worker")
sns = boto3.client("sns")


def process(message):
    log.info("message %s", message.message_id)
    push = json.loads(message.body)["detail"]
    if push["action-type"] == "PUSH" and push["result"] == "SUCCESS":
        sns.publish(
            TopicArn="arn:aws:sns:us-east-1:123456789012:images",
            Message=push["repository-name"] + ":" + push["image-tag"],
        )
    message.delete()
