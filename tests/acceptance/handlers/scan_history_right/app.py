import os
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
sns = boto3.client("sns")


def known(digest):
    answer = table.query(KeyConditionExpression=Key("digest").eq(digest), Limit=1)
    return answer.get("Count", 0) > 0


def lambda_handler(event, context):
    detail = event["detail"]
    digest = detail.get("image-digest")
    if detail["scan-status"] != "COMPLETE" or not digest:
        return "nothing to keep"
    counts = detail.get("finding-severity-counts", {})
    seen = known(digest)
    table.put_item(
        Item={
            "digest": digest,
            "repository": detail["repository-name"],
            "tags": detail.get("image-tags", []),
            "counts": {name: Decimal(count) for name, count in counts.items()},
        }
    )
    table.get_item(Key={"digest": digest})
    if counts.get("CRITICAL", 0) and not seen:
        sns.publish(TopicArn=os.environ["TOPIC_ARN"], Message=f"{detail['repository-name']}@{digest} is critical")
    return "kept"
