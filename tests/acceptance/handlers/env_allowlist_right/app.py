"""Copies image tags of allowed repositories to a parameter; patterns say which are allowed."""
import os
from fnmatch import fnmatch

import boto3

ssm = boto3.client("ssm")


def allowed(name):
    patterns = os.environ["REPOSITORY_PATTERNS"].split(";")
    return any(fnmatch(name, pattern.strip()) for pattern in patterns)


def handler(event, context):
    detail = event["detail"]
    tag = detail.get("image-tag")
    if detail.get("action-type") != "PUSH" or detail.get("result") != "SUCCESS" or not tag:
        return
    if not allowed(detail["repository-name"]):
        return
    if event["region"] != os.environ["HOME_REGION"]:
        return
    prefix = os.environ.get("PARAMETER_PREFIX", "/images")
    ssm.put_parameter(
        Name=f"{prefix}/{detail['repository-name']}", Value=tag, Type="String", Overwrite=True
    )
