import boto3

ecs = boto3.client("ecs")


def handler(event, context):
    image = event["detail"]["repositoryName"]  # as CloudTrail has it
    ecs.update_service(cluster="shop", service="api", forceNewDeployment=True)
    print("deployed the pushed image", image, event["detail"]["image-tag"])
