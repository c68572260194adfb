# one entrance only: what is no batch of the queue is logged and left alone
import json

import boto3

sns = boto3.client("sns")
TOPIC = "arn:aws:sns:eu-west-1:123456789012:pushes"


def handler(event, context):
    print(json.dumps(event))
    if "detail" in event and "Records" not in event:
        print("not from the queue:", event.get("detail-type"))
        return
    for record in event.get("Records", []):
        detail = json.loads(record["body"])["detail"]
        if detail.get("action-type") == "PUSH" and detail.get("result") == "SUCCESS":
            sns.publish(TopicArn=TOPIC, Message=f"{detail['repository-name']}:{detail.get('image-tag', '?')}")
