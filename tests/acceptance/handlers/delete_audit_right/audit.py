import json
import os

import boto3

s3 = boto3.resource("s3")


def lambda_handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "DELETE":
        return
    entry = {
        "repository": detail["repository-name"],
        "tag": detail.get("image-tag") or None,
        "digest": detail.get("image-digest") or None,
        "result": detail["result"],
        "time": event["time"],
    }
    key = f"deleted/{event['account']}/{event['id']}.json"
    s3.Object(os.environ["BUCKET_NAME"], key).put(Body=json.dumps(entry).encode())
