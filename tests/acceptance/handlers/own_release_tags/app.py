import re

import boto3

RELEASE = re.compile(r"^release-(\d{4})\.(\d{2})(?:-hotfix)?$")
ssm = boto3.client("ssm")


def handler(event, context):
    detail = event["detail"]
    match = RELEASE.match(detail.get("image-tag") or "")
    if match is None or detail["result"] != "SUCCESS":
        return
    year, week = match.groups()
    ssm.put_parameter(
        Name=f"/releases/{detail['repository-name']}/{year}/{int(week)}",
        Value=detail["image-digest"],
        Type="String",
        Overwrite=True,
    )
