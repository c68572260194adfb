import os
import boto3

sns = boto3.client("sns")
TOPIC_ARN = os.environ["TOPIC_ARN"]


def handler(event, context):
    detail = event["detail"]
    repository = detail["repository-name"]
    tags = ", ".join(detail.get("image-tags", [])) or "untagged"
    counts = detail.get("finding-severity-counts", {})

    if counts.get("CRITICAL", 0) > 0:
        subject = "Critical vulnerabilities"
        message = f"{repository} ({tags}) has {counts['CRITICAL']} critical vulnerabilities"
    else:
        subject = "Scan passed"
        message = f"No issues found in {repository} ({tags})"

    sns.publish(TopicArn=TOPIC_ARN, Subject=subject, Message=message)
    return {"status": "ok"}
