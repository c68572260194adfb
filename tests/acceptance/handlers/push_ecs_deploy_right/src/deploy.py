"""Deploys what is pushed under the tag that a service runs."""

from __future__ import annotations

import os
from typing import Any

import boto3

KEPT = (
    "family",
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "containerDefinitions",
    "volumes",
    "placementConstraints",
    "requiresCompatibilities",
    "cpu",
    "memory",
)


def wanted(detail: dict[str, Any]) -> bool:
    return (
        detail.get("action-type") == "PUSH"
        and detail.get("result") == "SUCCESS"
        and bool(detail.get("image-digest"))
        and detail.get("image-tag") == os.environ.get("DEPLOYED_TAG", "latest")
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    detail = event["detail"]
    if not wanted(detail):
        return {"deployed": None}
    ecs = boto3.client("ecs")
    cluster, name = os.environ["ECS_CLUSTER"], os.environ["ECS_SERVICE"]
    services = ecs.describe_services(cluster=cluster, services=[name])["services"]
    if not services:
        raise LookupError(f"no service {name} in {cluster}")
    current = ecs.describe_task_definition(taskDefinition=services[0]["taskDefinition"])["taskDefinition"]
    kept = {key: current[key] for key in KEPT if current.get(key)}
    for container in kept["containerDefinitions"]:
        address = container.get("image", "").partition("@")[0]
        container["image"] = f"{address}@{detail['image-digest']}"
    arn = ecs.register_task_definition(**kept)["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=cluster, service=name, taskDefinition=arn)
    return {"deployed": arn}
