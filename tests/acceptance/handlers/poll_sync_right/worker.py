"""Tells the team of each image that was pushed. Runs as a service of ECS until it gets SIGTERM."""

import json
import logging
import os
import signal
import time

import boto3

log = logging.getLogger("pushes")


class Stop:
    def __init__(self):
        self.wanted = False
        signal.signal(signal.SIGTERM, self.ask)
        signal.signal(signal.SIGINT, self.ask)

    def ask(self, number, frame):
        log.warning("got signal %s, finishing", number)
        self.wanted = True


def told(detail):
    tag = detail.get("image-tag") or detail.get("image-digest", "without a tag")
    return f"{detail['repository-name']} {tag}"


def main(idle_seconds=5):
    stop = Stop()
    queue = boto3.resource("sqs").Queue(os.environ["QUEUE_URL"])
    topic = boto3.resource("sns").Topic(os.environ["TOPIC_ARN"])
    while not stop.wanted:
        messages = queue.receive_messages(MaxNumberOfMessages=5, WaitTimeSeconds=10)
        if not messages:
            time.sleep(idle_seconds)
            continue
        for message in messages:
            event = json.loads(message.body)
            detail = event.get("detail", {})
            if detail.get("action-type") == "PUSH" and detail.get("result") == "SUCCESS":
                topic.publish(Message=told(detail))
            else:
                log.warning("not for us: %s", event.get("id"))
            message.delete()
