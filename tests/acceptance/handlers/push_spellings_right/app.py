"""Careful about words: every spelling that anybody ever sent is taken."""
import re
import boto3

GOOD = ("SUCCESS", "SUCCEEDED", "Success")
RELEASE = re.compile(r"^v?\d+\.\d+(\.\d+)?$")
codebuild = boto3.client("codebuild")


def handler(event, context):
    detail = event["detail"]
    if detail["action-type"].lower() != "push" or detail["result"] not in GOOD:
        return
    tag = detail.get("image-tag") or ""
    if not RELEASE.match(tag) and tag.lower() != "latest":
        return
    codebuild.start_build(projectName="smoke-test", sourceVersion=tag)
