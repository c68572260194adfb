import os
import boto3

ecs = boto3.client("ecs")


def main(event, _context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return
    service = detail["repository-name"].split("/")[-1]
    ecs.update_service(cluster=os.environ.get("CLUSTER", "default"), service=service, forceNewDeployment=True)
