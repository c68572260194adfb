"""Pushes come by the queue, which is subscribed to the topic; some queues have raw delivery."""

import json
import logging

import boto3

log = logging.getLogger()
ecs = boto3.client("ecs")


def main(event, context):
    for record in event["Records"]:
        body = json.loads(record["body"])
        if "Message" in body:
            log.info("from topic %s", body["TopicArn"])
            body = json.loads(body["Message"])
        detail = body["detail"]
        if detail["action-type"] == "PUSH" and detail["result"] == "SUCCESS":
            stage = "live" if detail.get("image-tag") else "preview"
            ecs.update_service(cluster="main-" + stage, service="web", forceNewDeployment=True)
