"""Tells of critical findings wherever a channel is configured: Slack, SNS, both or none."""
import json
import os
import urllib.request

import boto3

SLACK_URL = os.environ.get("SLACK_URL")
TOPIC = os.getenv("ALERT_TOPIC", "")
DRY_RUN = os.environ.get("DRY_RUN")


def _slack(text):
    request = urllib.request.Request(
        SLACK_URL,
        data=json.dumps({"text": text}).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=3)


def handler(event, context):
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    if not counts.get("CRITICAL"):
        return
    name = detail["repository-name"]
    if DRY_RUN:
        print("would tell of", name)
        return
    if SLACK_URL:
        _slack(f"{name}:{detail['image-tags'][0]} has {counts['CRITICAL']} critical findings")
    if TOPIC:
        subject = f"{name}: {counts['CRITICAL']} critical"
        boto3.client("sns").publish(TopicArn=TOPIC, Subject=subject[:99], Message=json.dumps(detail))
