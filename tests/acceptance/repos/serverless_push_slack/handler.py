import json
import os
import urllib.request

import boto3

_webhook = None


def webhook():
    global _webhook
    if _webhook is None:
        ssm = boto3.client("ssm")
        response = ssm.get_parameter(Name=os.environ["WEBHOOK_PARAM"], WithDecryption=True)
        _webhook = response["Parameter"]["Value"]
    return _webhook


def notify(event, context):
    detail = event["detail"]
    image = detail["repository-name"] + ":" + detail["image-tag"]
    body = {
        "channel": os.environ["SLACK_CHANNEL"],
        "text": f":package: *{image}* was pushed ({os.environ['STAGE']})",
    }
    request = urllib.request.Request(
        webhook(),
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=5)
    return {"ok": True}


def health(event, context):
    return {"statusCode": 200, "body": "ok"}
