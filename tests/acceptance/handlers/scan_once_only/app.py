"""EventBridge delivers at least once: what was seen is left alone."""
import os
import boto3
from botocore.exceptions import ClientError

ddb = boto3.client("dynamodb")
sns = boto3.client("sns")
_recent = {}

def already(event):
    key = event["id"]
    if key in _recent:
        return True
    _recent[key] = event["time"]
    try:
        ddb.put_item(TableName="seen", Item={"id": {"S": key}},
                     ConditionExpression="attribute_not_exists(id)")
    except ClientError as e:
        if e.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return True
        raise
    return False

def handler(event, context):
    if already(event):
        return "dup"
    d = event["detail"]
    counts = d["finding-severity-counts"]
    sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:scans",
                Message="%s %s: %s" % (d["repository-name"], d.get("image-tags", []), counts))
