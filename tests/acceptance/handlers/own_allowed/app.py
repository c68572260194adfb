import os

import boto3

ALLOWED = set(os.environ.get("ALLOWED_REPOSITORIES", "shop/web,shop/api").split(","))
sfn = boto3.client("stepfunctions")


def handler(event, context):
    name = event["detail"]["repository-name"]
    if name not in ALLOWED:
        return
    namespace, app = name.split("/")
    sfn.start_execution(
        stateMachineArn="arn:aws:states:eu-west-1:123456789012:stateMachine:release-" + app,
        name=namespace + "-" + event["detail"]["image-digest"][7:47],
    )
