import hashlib
import json
import logging
import os
import re

import boto3

log = logging.getLogger()
log.setLevel(logging.INFO)
sfn = boto3.client("stepfunctions")


def execution_name(repository, tag):
    digest = hashlib.sha256(f"{repository}:{tag}".encode()).hexdigest()[:12]
    return re.sub(r"[^A-Za-z0-9_-]", "-", f"{repository}-{tag}")[:67] + "-" + digest


def handler(event, _context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS" or not detail.get("image-tag"):
        log.info("not a tagged push, ignored")
        return
    execution = sfn.start_execution(
        stateMachineArn=os.environ["STATE_MACHINE_ARN"],
        name=execution_name(detail["repository-name"], detail["image-tag"]),
        input=json.dumps(detail),
    )
    log.info("started %s", execution["executionArn"])
