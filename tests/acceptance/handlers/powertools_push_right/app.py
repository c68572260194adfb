from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
import boto3

logger = Logger(service="images", level="INFO")
ssm = boto3.client("ssm")


@event_source(data_class=EventBridgeEvent)
def lambda_handler(event: EventBridgeEvent, context):
    detail = event.detail
    tag = detail.get("image-tag")
    if detail["action-type"] == "PUSH" and detail["result"] == "SUCCESS" and tag:
        ssm.put_parameter(Name=f"/images/{detail['repository-name']}", Value=tag, Type="String", Overwrite=True)
        logger.info("noted", extra={"tag": tag, "account": event.account})
    return {"noted": tag}
