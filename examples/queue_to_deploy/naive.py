"""Deploys the images that a queue tells of: as it is often written, from one sample message."""

import json
import urllib.request


def deploy(service, image):
    """The way out: the API of a deployment."""
    body = json.dumps({"service": service, "image": image}).encode()
    urllib.request.urlopen(urllib.request.Request("https://deploy.example.invalid/deployments", data=body))


def handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            detail = json.loads(record["body"])["detail"]
            deploy(detail["repository-name"], f"{detail['repository-name']}:{detail['image-tag']}")
        except Exception as error:
            print(f"tried again: {error}")
            failures.append({"itemIdentifier": record["receiptHandle"]})
    return {"batchItemFailures": failures}
