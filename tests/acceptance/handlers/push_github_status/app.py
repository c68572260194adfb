import json
import os
import urllib.request

import boto3

API = os.environ.get("GITHUB_API_URL", "https://github.example.invalid/api/v3")
OWNER = os.environ["GITHUB_OWNER"]

_token = None


def token():
    global _token
    if _token is None:
        client = boto3.client("secretsmanager")
        secret = client.get_secret_value(SecretId=os.environ["GITHUB_SECRET_ID"])
        _token = json.loads(secret["SecretString"])["github_token"]
    return _token


def call(path, body):
    request = urllib.request.Request(
        API + path,
        data=json.dumps(body).encode(),
        method="POST",
        headers={"Authorization": "token " + token(), "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.status


def lambda_handler(event, context):
    detail = event["detail"]
    ok = detail["result"] == "SUCCESS"
    # images are tagged with the commit
    sha = detail["image-tag"]
    status = call(
        "/repos/" + OWNER + "/" + detail["repository-name"] + "/statuses/" + sha,
        {"state": "success" if ok else "failure", "context": "ecr/push"},
    )
    if ok:
        call(
            "/repos/" + OWNER + "/" + detail["repository-name"] + "/actions/workflows/deploy.yml/dispatches",
            {"ref": "main", "inputs": {"tag": sha, "digest": detail["image-digest"]}},
        )
    return {"statusCode": status}
