import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

logger = Logger(service="restarts")
processor = BatchProcessor(event_type=EventType.SQS)
ecs = boto3.client("ecs")


def record_handler(record: SQSRecord):
    detail = record.json_body["detail"]
    logger.info("got", extra={"detail": detail})
    if detail["action-type"] == "PUSH" and detail["result"] == "SUCCESS":
        ecs.update_service(
            cluster="main",
            service=detail["repository-name"].replace("/", "-"),
            forceNewDeployment=True,
        )


@logger.inject_lambda_context
def lambda_handler(event, context):
    return process_partial_response(
        event=event, record_handler=record_handler, processor=processor, context=context
    )
