import json
import os

import boto3

sqs = boto3.client("sqs")
bus = boto3.client("events")
URL = os.environ["QUEUE_URL"]


def fetch(url):
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=20)
    return answer.get("Messages", [])


def main():
    while 1:
        for m in fetch(URL):
            # the queue is subscribed to the topic of the rule
            d = json.loads(json.loads(m["Body"])["Message"])["detail"]
            if d["action-type"] == "PUSH" and d["result"] == "SUCCESS":
                what = json.dumps({"image": d["repository-name"], "tag": d["image-tag"]})
                bus.put_events(Entries=[{"Source": "images", "DetailType": "pushed", "Detail": what}])
            sqs.delete_message(QueueUrl=URL, ReceiptHandle=m["ReceiptHandle"])
