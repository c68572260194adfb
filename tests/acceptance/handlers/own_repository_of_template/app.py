import os

import boto3

lam = boto3.client("lambda")


def handler(event, context):
    detail = event["detail"]
    if detail["repository-name"] != os.environ["REPOSITORY"]:
        return
    lam.update_function_code(
        FunctionName=os.environ["FUNCTION"],
        ImageUri=f'{event["account"]}.dkr.ecr.{event["region"]}.amazonaws.com/'
        f'{detail["repository-name"]}:{detail["image-tag"]}',
    )
