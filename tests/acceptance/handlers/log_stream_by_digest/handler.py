import json
import time

import boto3

logs = boto3.client("logs")
GROUP = "/ecr/scans"


def handler(event, context):
    detail = event["detail"]
    if detail["scan-status"] != "COMPLETE" or not detail.get("image-digest"):
        return
    stream = detail["image-digest"]
    try:
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    except logs.exceptions.ResourceAlreadyExistsException:
        pass
    logs.put_log_events(
        logGroupName=GROUP,
        logStreamName=stream,
        logEvents=[{"timestamp": int(time.time() * 1000), "message": json.dumps(detail)}],
    )
