import json
import os
from dataclasses import asdict, dataclass

import boto3


@dataclass
class Deleted:
    """The detail, as the user guide shows it."""

    result: str
    repository_name: str
    image_digest: str
    action_type: str
    image_tag: str


logs = boto3.client("logs")


def lambda_handler(event, context):
    if event["detail"]["action-type"] != "DELETE":
        return
    deleted = Deleted(**{key.replace("-", "_"): value for key, value in event["detail"].items()})
    logs.put_log_events(
        logGroupName=os.environ["LOG_GROUP"],
        logStreamName="deleted",
        logEvents=[{"timestamp": 0, "message": json.dumps(asdict(deleted))}],
    )
