import time

import boto3

codedeploy = boto3.client("codedeploy")


def handler(event, context):
    tag = event["detail"]["image-tag"]
    deployment = codedeploy.create_deployment(
        applicationName="shop", deploymentGroupName="live", description=tag
    )
    for _ in range(3):
        status = codedeploy.get_deployment(deploymentId=deployment["deploymentId"])
        if status["deploymentInfo"]["status"] in ("Succeeded", "Failed", "Stopped"):
            break
        time.sleep(8)
