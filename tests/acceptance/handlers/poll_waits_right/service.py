import json
import os
import signal
import threading

import boto3

QUEUE_URL = os.environ["QUEUE_URL"]
stopping = threading.Event()
sqs, sns = boto3.client("sqs"), boto3.client("sns")


def poll():
    while not stopping.is_set():
        answer = sqs.receive_message(QueueUrl=QUEUE_URL, WaitTimeSeconds=20)
        for message in answer.get("Messages", []):
            detail = json.loads(message["Body"])["detail"]
            if detail["action-type"] == "PUSH" and detail["result"] == "SUCCESS":
                text = detail["repository-name"] + " " + detail.get("image-tag", "")
                sns.publish(TopicArn=os.environ["TOPIC_ARN"], Message=text)
            sqs.delete_message(QueueUrl=QUEUE_URL, ReceiptHandle=message["ReceiptHandle"])


def main():
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    for _ in range(2):
        threading.Thread(target=poll, daemon=True).start()
    stopping.wait()
