"""Registers a new revision of each task definition that runs the pushed repository's image."""
import boto3

ecs = boto3.client("ecs")


def families():
    for page in ecs.get_paginator("list_task_definition_families").paginate(status="ACTIVE"):
        yield from page["families"]


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return 0
    tag = detail["image-tag"]
    done = 0
    for family in families():
        found = ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]
        first = found["containerDefinitions"][0]
        name, _, _ = first["image"].rpartition(":")
        print("was", int(found["revision"]), name.split("/")[1])
        first["image"] = name + ":" + tag
        ecs.register_task_definition(
            family=found["family"], containerDefinitions=found["containerDefinitions"]
        )
        done += 1
    return done
