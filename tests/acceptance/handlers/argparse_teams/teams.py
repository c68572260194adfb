#!/usr/bin/env python3
import argparse
import http.client
import json
import os
from urllib.parse import urlparse

parser = argparse.ArgumentParser(description="Post to Teams")
parser.add_argument("--webhook", default=os.environ.get("TEAMS_WEBHOOK_URL", "https://teams.example.invalid/hook"))
parser.add_argument("--dry-run", action="store_true")
args = parser.parse_args()


def post(title, text):
    url = urlparse(args.webhook)
    conn = http.client.HTTPSConnection(url.netloc)
    body = json.dumps({"@type": "MessageCard", "title": title, "text": text})
    conn.request("POST", url.path, body, {"Content-type": "application/json"})
    resp = conn.getresponse()
    if resp.status >= 400:
        raise RuntimeError("Teams said %s" % resp.status)


def handler(event, context=None):
    d = event["detail"]
    if d.get("action-type") != "PUSH":
        return
    tag = d.get("image-tag", "")[:20]
    post("ECR push " + d["result"], "Repository %s, tag %s" % (d["repository-name"], tag))


if __name__ == "__main__":
    handler(json.load(open("event.json")))
