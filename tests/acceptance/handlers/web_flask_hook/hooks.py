import json

import requests
from flask import Flask, g, request, session

app = Flask("hooks")
app.secret_key = "only for tests"


@app.before_request
def who():
    g.sender = request.headers.get("x-amz-sns-topic-arn", "?")


@app.get("/")
def alive():
    return "ok"


@app.route("/sns/ecr", methods=["POST"])
def ecr():
    note = json.loads(request.get_data(as_text=True))
    if note["Type"] == "SubscriptionConfirmation":
        requests.get(note["SubscribeURL"], timeout=5)
        return "confirmed"
    detail = json.loads(note["Message"])["detail"]
    if detail.get("action-type") == "PUSH" and detail.get("result") == "SUCCESS":
        image = detail["repository-name"] + ":" + detail["image-tag"]
        requests.post("https://chat.example.invalid/hook", json={"text": image, "by": g.sender}, timeout=5)
    return "", 204
