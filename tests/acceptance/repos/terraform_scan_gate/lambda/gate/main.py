import os

import boto3

from thresholds import is_blocked

codepipeline = boto3.client("codepipeline")


def handler(event, context):
    detail = event["detail"]
    counts = detail.get("finding-severity-counts", {})
    name = detail["repository-name"]
    for tag in detail["image-tags"]:
        print(f"scan of {name}:{tag}: {counts}")
    if is_blocked(counts):
        codepipeline.disable_stage_transition(
            pipelineName=os.environ["PIPELINE"],
            stageName="Deploy",
            transitionType="Inbound",
            reason=f"{name} has {counts['CRITICAL']} critical findings",
        )
    else:
        codepipeline.enable_stage_transition(
            pipelineName=os.environ["PIPELINE"], stageName="Deploy", transitionType="Inbound"
        )
