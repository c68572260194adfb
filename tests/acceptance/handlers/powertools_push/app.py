import json
import os

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger(service="images")
events = boto3.client("events")


@logger.inject_lambda_context(log_event=True)
@event_source(data_class=EventBridgeEvent)
def lambda_handler(event: EventBridgeEvent, context: LambdaContext):
    detail = event.detail
    logger.append_keys(repository=detail["repository-name"])
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        logger.info("ignored")
        return {"ignored": True}
    version = detail["image-tag"]
    events.put_events(
        Entries=[
            {
                "EventBusName": os.environ["EVENT_BUS_NAME"],
                "Source": "registry",
                "DetailType": "released",
                "Detail": json.dumps({"version": version, "repository": detail["repository-name"]}),
            }
        ]
    )
    return {"version": version}
