import logging

import boto3

sns = boto3.client("sns")
log = logging.getLogger()


def handler(event, context):
    # With Inspector this would be another event.
    detail = event["detail"]
    if detail["scan-status"] != "COMPLETE":
        log.warning("no scan yet; is Inspector switched on?")
        return
    counts = detail.get("finding-severity-counts", {})
    if counts.get("CRITICAL", 0):
        name = detail["repository-name"].split("/", 1)[1]
        sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:scans", Message=name)
