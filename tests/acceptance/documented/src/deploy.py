"""Restarts what runs an image; behind the input transformer of rule.yaml."""

import boto3


def handler(event, context):
    for repository in event["Repository"]:
        boto3.client("ecs").update_service(
            service=repository.replace("/", "-"), forceNewDeployment=True
        )
