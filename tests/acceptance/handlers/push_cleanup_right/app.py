import os

import boto3

sts = boto3.client("sts")


def registry(account, region):
    credentials = sts.assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{os.environ.get('ROLE_NAME', 'cleanup')}", RoleSessionName="cleanup"
    )["Credentials"]
    session = boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=region,
    )
    return session.client("ecr")


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return {"deleted": 0}
    account = context.invoked_function_arn.split(":")[4]
    ecr = registry(account, event["region"])
    untagged = []
    for page in ecr.get_paginator("list_images").paginate(
        repositoryName=detail["repository-name"], filter={"tagStatus": "UNTAGGED"}
    ):
        untagged += [image for image in page["imageIds"] if image.get("imageDigest") != detail.get("image-digest")]
    for start in range(0, len(untagged), 100):
        ecr.batch_delete_image(repositoryName=detail["repository-name"], imageIds=untagged[start : start + 100])
    return {"deleted": len(untagged)}
