"""Redeploys one service when its repository gets a new image.

The repository, the tag and the account that count are configured.
"""
import logging
import os

import boto3

REPOSITORY = os.environ["ECR_REPO"]
TAGS = [tag.strip() for tag in os.environ["DEPLOY_TAGS"].split(",")]

log = logging.getLogger()
log.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
ecs = boto3.client("ecs")


def lambda_handler(event, context):
    detail = event["detail"]
    if event["account"] != os.environ["OWNER_ACCOUNT"]:
        log.info("not ours")
        return
    if detail["repository-name"] != REPOSITORY:
        log.info("skip %s", detail["repository-name"])
        return
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return
    tag = detail["image-tag"]
    if tag not in TAGS:
        return
    ecs.update_service(
        cluster=os.environ["CLUSTER"], service=os.environ["SERVICE"], forceNewDeployment=True
    )
