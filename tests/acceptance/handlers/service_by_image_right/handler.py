import os

import boto3

ecs = boto3.client("ecs")


def uses(service, repository):
    found = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])
    for container in found["taskDefinition"]["containerDefinitions"]:
        if container["image"].split(":")[0].endswith("/" + repository):
            return True
    return False


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return
    cluster = os.environ["CLUSTER"]
    for page in ecs.get_paginator("list_services").paginate(cluster=cluster):
        if not page["serviceArns"]:
            continue
        answer = ecs.describe_services(cluster=cluster, services=page["serviceArns"])
        for service in answer["services"]:
            if uses(service, detail["repository-name"]):
                ecs.update_service(
                    cluster=cluster, service=service["serviceName"], forceNewDeployment=True
                )
