import json
import logging
import signal

import boto3

from worker.config import Config
from worker.mirror import mirror

log = logging.getLogger("worker")
running = True


def stop(*_):
    global running
    running = False


def main():
    logging.basicConfig(level=logging.INFO)
    signal.signal(signal.SIGTERM, stop)
    config = Config.from_env()
    sqs = boto3.client("sqs", region_name=config.region)
    log.info("polling %s", config.queue_url)
    while running:
        response = sqs.receive_message(
            QueueUrl=config.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=20
        )
        for message in response["Messages"]:
            event = json.loads(message["Body"])
            if event["detail-type"] == "ECR Image Action":
                mirror(config, event["detail"])
            sqs.delete_message(
                QueueUrl=config.queue_url, ReceiptHandle=message["ReceiptHandle"]
            )
