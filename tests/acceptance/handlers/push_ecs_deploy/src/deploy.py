import logging
import os

import boto3

logger = logging.getLogger()
logger.setLevel(logging.INFO)

ecs = boto3.client("ecs")

CLUSTER = os.environ["ECS_CLUSTER"]
SERVICE = os.environ["ECS_SERVICE"]


def handler(event, context):
    detail = event["detail"]
    image = "{}.dkr.ecr.{}.amazonaws.com/{}:{}".format(
        event["account"], event["region"], detail["repository-name"], detail["image-tag"]
    )
    logger.info("Deploying %s", image)

    service = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
    task_definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]

    containers = task_definition["containerDefinitions"]
    containers[0]["image"] = image

    for key in (
        "taskDefinitionArn",
        "revision",
        "status",
        "requiresAttributes",
        "compatibilities",
        "registeredAt",
        "registeredBy",
    ):
        task_definition.pop(key, None)

    new = ecs.register_task_definition(**task_definition)
    arn = new["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=CLUSTER, service=SERVICE, taskDefinition=arn, forceNewDeployment=True)
    return {"deployed": arn}
