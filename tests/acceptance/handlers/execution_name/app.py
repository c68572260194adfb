import json
import logging
import os

import boto3

log = logging.getLogger()
log.setLevel(logging.INFO)
sfn = boto3.client("stepfunctions")


def handler(event, _context):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS" or "image-tag" not in detail:
        log.info("not a tagged push, ignored")
        return
    # one deployment per image: a second event of the same push must not start another
    name = f"{detail['repository-name']}-{detail['image-tag']}"
    execution = sfn.start_execution(
        stateMachineArn=os.environ["STATE_MACHINE_ARN"],
        name=name,
        input=json.dumps(detail),
    )
    log.info("started %s", execution["executionArn"])
