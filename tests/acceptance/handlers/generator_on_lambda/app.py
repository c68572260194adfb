import boto3

ecs = boto3.client("ecs")


def handler(event, context):
    detail = event["detail"]
    if detail["result"] == "SUCCESS":
        ecs.update_service(cluster="main", service="web", forceNewDeployment=True)
        yield detail["repository-name"]
