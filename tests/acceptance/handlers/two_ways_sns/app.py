# invoked by the topic, and by the rule itself since the migration in March
import json
import os

import boto3

dynamodb = boto3.resource("dynamodb")
table = dynamodb.Table(os.environ["IMAGES_TABLE"])


def lambda_handler(event, context):
    if "Records" in event:
        for rec in event["Records"]:
            save(json.loads(rec["Sns"]["Message"]))
    else:
        save_direct(event)


def save(msg):
    d = msg["detail"]
    if d["action-type"] != "PUSH" or d["result"] != "SUCCESS":
        return
    table.put_item(Item={"repo": d["repository-name"], "tag": d.get("image-tag", "-")})


def save_direct(e):
    d = e["detail"]
    if d["action-type"] != "PUSH" or d["result"] != "SUCCESS":
        return
    table.put_item(Item={"repo": d["repository-name"], "tag": d["image-tag"]})
