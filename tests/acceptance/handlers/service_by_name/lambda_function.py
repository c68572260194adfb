import boto3

ecs = boto3.client("ecs")


def services(cluster):
    token = ""
    while True:
        page = ecs.list_services(cluster=cluster, nextToken=token) if token else ecs.list_services(cluster=cluster)
        yield from page["serviceArns"]
        token = page.get("nextToken")
        if not token:
            return


def lambda_handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] == "FAILURE":
        return
    repo = detail["repository-name"]
    for arn in services("prod"):
        if repo in arn:
            print("deploying", arn, "with", detail["image-tag"])
            ecs.update_service(cluster="prod", service=arn, forceNewDeployment=True)
