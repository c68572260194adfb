"""Tells a topic of images that were pushed, and of scans that found something critical."""

import os

import boto3

sns = boto3.client("sns")


def handler(event, context):
    detail = event["detail"]
    repository = detail.get("repository-name", "a repository")
    if detail.get("action-type") == "PUSH" and detail.get("result") == "SUCCESS":
        tell(f"{repository}: {detail.get('image-tag') or detail.get('image-digest')} was pushed")
    critical = detail.get("finding-severity-counts", {}).get("CRITICAL", 0)
    if detail.get("scan-status") == "COMPLETE" and critical:
        tell(f"{repository}: {critical} critical findings")


def tell(message):
    sns.publish(TopicArn=os.environ["TOPIC_ARN"], Message=message)
