import boto3

ecs = boto3.client("ecs")


def handler(event, context):
    tag = event["detail"]["image-tag"]
    if tag == "latest":
        ecs.update_service(cluster="shop", service="api", forceNewDeployment=True)
