import boto3
ecs = boto3.client("ecs")

def handler(event, context):
    detail = event["detail"]
    if detail["result"] != "SUCCESS" or detail.get("image-tag") != "latest":
        return
    ecs.update_service(cluster="shop", service=detail["repository-name"].rsplit("/")[-1], forceNewDeployment=True)
