import boto3

PREFIXES = ("Prod-", "Stage-")


def handler(event, context):
    name = event["detail"]["repository-name"]
    if event["detail"]["action-type"] != "PUSH" or event["detail"]["result"] != "SUCCESS":
        return
    if name.startswith(PREFIXES):
        boto3.client("ecs").update_service(cluster="all", service=name, forceNewDeployment=True)
