# gunicorn wsgi:app
import json
import os

import requests
from flask import Flask, request

app = Flask(__name__)
WEBHOOK = os.environ.get("SLACK_WEBHOOK_URL", "https://hooks.example.invalid/services/x")


@app.route("/")
def index():
    return "up"


@app.route("/sns/ecr", methods=["POST"])
def sns():
    body = request.get_json()
    if body["Type"] == "SubscriptionConfirmation":
        requests.get(body["SubscribeURL"], timeout=5)
        return "", 200
    event = json.loads(body["Message"])
    requests.post(WEBHOOK, json={"text": "pushed " + event["detail"]["image-tag"]}, timeout=5)
    return "ok"
