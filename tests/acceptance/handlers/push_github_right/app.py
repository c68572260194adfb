import json
import os

import boto3
import urllib3

http = urllib3.PoolManager(timeout=urllib3.Timeout(5))
secret = json.loads(
    boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["GITHUB_SECRET_ARN"])["SecretString"]
)
NOT_IMAGES = ("application/vnd.cncf.helm.", "text/sbom")


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return
    if detail.get("artifact-media-type", "").startswith(NOT_IMAGES):
        return
    reference = detail.get("image-tag") or detail.get("image-digest")
    if not reference:
        return
    response = http.request(
        "POST",
        f"{os.environ['GITHUB_API_URL']}/repos/{detail['repository-name']}/dispatches",
        body=json.dumps({"event_type": "image-pushed", "client_payload": {"reference": reference}}),
        headers={"Authorization": f"Bearer {secret['token']}", "User-Agent": "ecr"},
    )
    if response.status >= 300:
        raise RuntimeError(f"dispatch answered {response.status}")
