"""Deploys an image when it is pushed: as it is often written, from one sample event."""

import json


def deploy(service, image):
    """The way out: an ECS service update in real life."""
    print(json.dumps({"service": service, "image": image}))


def audit(resource, image):
    """The way out: an audit trail in real life."""
    print(json.dumps({"resource": resource, "image": image}))


def handler(event, context):
    detail = event["detail"]
    registry = f"{event['account']}.dkr.ecr.{event['region']}.amazonaws.com"
    image = f"{registry}/{detail['repository-name']}:{detail['image-tag']}"

    if detail["action-type"] == "PUSH":
        deploy(detail["repository-name"], image)
        audit(event["resources"][0], image)
