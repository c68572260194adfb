import json
import os
from concurrent.futures import ThreadPoolExecutor

import boto3

sqs = boto3.client("sqs")
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
url = os.environ["QUEUE_URL"]


def work(message):
    push = json.loads(message["Body"])["detail"]
    if push["action-type"] == "PUSH" and push["result"] == "SUCCESS":
        table.put_item(Item={"repo": push["repository-name"], "tag": push.get("image-tag", "-")})
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def main():
    with ThreadPoolExecutor(max_workers=3) as pool:
        while True:
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=3, WaitTimeSeconds=20)
            for message in answer.get("Messages", []):
                pool.submit(work, message)
