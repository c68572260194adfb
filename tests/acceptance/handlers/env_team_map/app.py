"""Opens a task for the team that owns a repository; who owns what is a map in a variable."""
import json
import os

import boto3

OWNERS = json.loads(os.environ["OWNERS"])
table = boto3.resource("dynamodb").Table(os.environ["TASKS"])


def handler(event, context):
    detail = event["detail"]
    repository = detail["repository-name"]
    if repository not in OWNERS:
        print("nobody owns", repository)
        return
    owner = OWNERS[repository]
    table.put_item(
        Item={
            "id": event["id"],
            "team": owner["team"],
            "channel": owner.get("channel", "#general"),
            "image": f"{repository}:{detail['image-tag']}",
        }
    )
