import json
import logging

import boto3

from settings import QUEUE_URL, TABLE

logger = logging.getLogger(__name__)


class PushWorker:
    """Keeps the last tag of each repository."""

    def __init__(self):
        self.client = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(TABLE)

    def fetch(self):
        response = self.client.receive_message(QueueUrl=QUEUE_URL, MaxNumberOfMessages=10)
        return response.get("Messages") or []

    def handle(self, event):
        detail = event["detail"]
        if detail["action-type"] != "PUSH":
            return
        if detail["result"] == "SUCCESS":
            self.table.put_item(Item={"repo": detail["repository-name"], "tag": detail["image-tag"]})

    def run(self):
        while True:
            try:
                for message in self.fetch():
                    self.handle(json.loads(message["Body"]))
                    self.client.delete_message(
                        QueueUrl=QUEUE_URL, ReceiptHandle=message["ReceiptHandle"]
                    )
            except:  # noqa: E722
                logger.exception("worker failed, going on")
