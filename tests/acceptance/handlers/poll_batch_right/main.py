import json
import os

import boto3

sqs = boto3.client("sqs")
events = boto3.client("events")
URL = os.environ["SQS_QUEUE_URL"]


def forward(push):
    entry = {
        "Source": "images",
        "DetailType": "image pushed",
        "Detail": json.dumps({"repository": push["repository-name"], "tag": push.get("image-tag")}),
    }
    events.put_events(Entries=[entry])


def drain():
    """Called by cron, each minute."""
    while True:
        received = sqs.receive_message(QueueUrl=URL, MaxNumberOfMessages=10).get("Messages", [])
        if not received:
            return
        done = []
        for message in received:
            push = json.loads(message["Body"])["detail"]
            if push["action-type"] == "PUSH" and push["result"] == "SUCCESS":
                forward(push)
            done.append({"Id": message["MessageId"], "ReceiptHandle": message["ReceiptHandle"]})
        sqs.delete_message_batch(QueueUrl=URL, Entries=done)
