import json
import logging

import boto3

log = logging.getLogger()
sqs = boto3.client("sqs")
QUEUE = "https://sqs.example.invalid/123456789012/rollouts"
PREFIXES = ("prod/", "prod-")


def lambda_handler(event, context):
    detail = event["detail"]
    repository = detail["repository-name"]
    if detail["result"] != "SUCCESS":
        return
    if not repository.startswith(PREFIXES):
        log.info("%s is not in production", repository)
        return
    tag = detail.get("image-tag")
    if not tag:
        log.info("a manifest of %s without a tag", repository)
        return
    sqs.send_message(QueueUrl=QUEUE, MessageBody=json.dumps({"image": f"{repository}:{tag}"}))
