import json
import os

import boto3

sfn = boto3.client("stepfunctions")


def handler(event, context):
    started = sfn.start_execution(
        stateMachineArn=os.environ["STATE_MACHINE_ARN"],
        name=event["id"],
        input=json.dumps(event),
    )
    return {"execution": started["executionArn"]}
