import json
import os

import boto3

QUEUE_URL = os.environ["QUEUE_URL"]
TOPIC_ARN = os.environ["TOPIC_ARN"]

sqs = boto3.client("sqs")
sns = boto3.client("sns")


def announce(detail):
    image = "%s:%s" % (detail["repository-name"], detail["image-tag"])
    sns.publish(TopicArn=TOPIC_ARN, Subject="new image", Message=image + " is there")


def main():
    while True:
        response = sqs.receive_message(
            QueueUrl=QUEUE_URL, MaxNumberOfMessages=10, WaitTimeSeconds=20
        )
        for message in response.get("Messages", []):
            event = json.loads(message["Body"])
            detail = event["detail"]
            if detail["action-type"] == "PUSH" and detail["result"] == "SUCCESS":
                announce(detail)
            sqs.delete_message(QueueUrl=QUEUE_URL, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    main()
