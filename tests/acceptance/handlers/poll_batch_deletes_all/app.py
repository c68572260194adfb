import json
import logging
import os

import boto3

sqs = boto3.client("sqs")
sns = boto3.client("sns")
QUEUE, TOPIC = os.environ["QUEUE"], os.environ["TOPIC"]


def tell(message):
    push = json.loads(message["Body"])["detail"]
    if push["action-type"] == "PUSH" and push["result"] == "SUCCESS":
        sns.publish(TopicArn=TOPIC, Message=push["repository-name"] + " " + push["image-tag"])


def worker():
    while True:
        messages = sqs.receive_message(QueueUrl=QUEUE, MaxNumberOfMessages=10).get("Messages", [])
        failed = 0
        for message in messages:
            try:
                tell(message)
            except Exception:
                failed += 1
                logging.exception("a message failed")
        if failed == len(messages):
            continue
        sqs.delete_message_batch(
            QueueUrl=QUEUE,
            Entries=[{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(messages)],
        )
