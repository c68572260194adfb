import json
import logging
import os

import boto3

logger = logging.getLogger(__name__)
events = boto3.client("events")


def forward(detail):
    if detail["result"] != "SUCCESS":
        return
    entry = {
        "Source": "images",
        "DetailType": "image pushed",
        "Detail": json.dumps({"repository": detail["repository-name"], "tag": detail.get("image-tag") or None}),
        "EventBusName": os.environ["BUS_NAME"],
    }
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise RuntimeError("the bus refused an entry")


def handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            message = json.loads(record["body"])
            if message["detail"]["action-type"] == "PUSH":
                forward(message["detail"])
        except Exception:
            logger.exception("message %s is tried again", record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
