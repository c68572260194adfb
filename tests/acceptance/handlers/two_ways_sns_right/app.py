# invoked by the topic, and by the rule itself since the migration in March
import json
import os

import boto3

dynamodb = boto3.resource("dynamodb")
table = dynamodb.Table(os.environ["IMAGES_TABLE"])


def unwrap(event):
    try:
        return [json.loads(rec["Sns"]["Message"]) for rec in event["Records"]]
    except KeyError:
        return [event]


def lambda_handler(event, context):
    for ecr_event in unwrap(event):
        d = ecr_event["detail"]
        if d["action-type"] != "PUSH" or d["result"] != "SUCCESS":
            continue
        table.put_item(Item={"repo": d["repository-name"], "tag": d.get("image-tag") or "-"})
