import json
import os

import boto3

sns = boto3.client("sns")
TOPIC_ARN = os.environ["TOPIC_ARN"]


def lambda_handler(event, context):
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    bad = counts.get("CRITICAL", 0) + counts.get("HIGH", 0)
    if bad == 0:
        print("nothing to tell")
        return {"alerted": False}
    repo = detail["repository-name"]
    tags = ", ".join(detail.get("image-tags", [])) or "untagged"
    sns.publish(
        TopicArn=TOPIC_ARN,
        Subject=f"{bad} serious findings in {repo}",
        Message=json.dumps({"repository": repo, "tags": tags, "findings": counts}, indent=2),
        MessageAttributes={"repository": {"DataType": "String", "StringValue": repo}},
    )
    return {"alerted": True}
