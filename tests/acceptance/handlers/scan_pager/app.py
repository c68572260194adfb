import os

import boto3

sns = boto3.client("sns")


def lambda_handler(event, context):
    detail = event["detail"]
    if detail["scan-status"] != "COMPLETE":
        return "skipped"
    counts = detail.get("finding-severity-counts", {})
    if "CRITICAL" in counts:
        sns.publish(TopicArn=os.environ["PAGER_TOPIC_ARN"], Message="Critical findings in " + detail["repository-name"])
    return "done"
