import json
import os

import boto3

events = boto3.client("events")


def lambda_handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return
    # charts and SBOMs are artifacts, we only want images
    if "artifact-media-type" in detail:
        print("not an image:", detail["artifact-media-type"])
        return
    events.put_events(
        Entries=[
            {
                "Source": "images",
                "DetailType": "pushed",
                "Detail": json.dumps({"repository": detail["repository-name"], "tag": detail.get("image-tag")}),
                "EventBusName": os.environ["BUS"],
            }
        ]
    )
