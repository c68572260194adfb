import json
import os

import boto3

codedeploy = boto3.client("codedeploy")
ecs = boto3.client("ecs")


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return None
    image = detail["repository-name"] + "@" + detail["image-digest"]
    created = codedeploy.create_deployment(
        applicationName=os.environ["APPLICATION"],
        deploymentGroupName="blue-green",
        description=image,
    )
    info = codedeploy.get_deployment(deploymentId=created["deploymentId"])
    print(json.dumps({"image": image, "status": info["status"]}))
    return created["deploymentId"]
