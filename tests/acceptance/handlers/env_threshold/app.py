"""Blocks a release when a scan has more findings than are allowed."""
import os

import boto3

codepipeline = boto3.client("codepipeline")
MAX_CRITICAL = int(os.environ["MAX_CRITICAL"])
MAX_HIGH = int(os.environ.get("MAX_HIGH", "20"))


def too_many(counts):
    return counts["CRITICAL"] > MAX_CRITICAL or counts.get("HIGH", 0) > MAX_HIGH


def lambda_handler(event, _context):
    detail = event["detail"]
    if detail["scan-status"] != "COMPLETE":
        return
    if not detail["repository-name"].startswith(os.environ["TEAM_PREFIX"]):
        return
    if too_many(detail["finding-severity-counts"]):
        codepipeline.disable_stage_transition(
            pipelineName=os.environ["PIPELINE"],
            stageName=os.environ.get("STAGE_NAME") or "Deploy",
            transitionType="Inbound",
            reason="scan of " + detail["image-tags"][0],
        )
