import os

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()
processor = BatchProcessor(event_type=EventType.SQS)
ecs = boto3.client("ecs")


def record_handler(record: SQSRecord) -> None:
    event = record.json_body
    detail = event["detail"]
    if detail["image-tag"].startswith("pr-"):
        logger.info("preview image, ignored")
        return
    service = detail["repository-name"].split("/")[1]
    ecs.update_service(cluster=os.environ["CLUSTER"], service=service, forceNewDeployment=True)
    metrics.add_metric(name="Rollouts", unit=MetricUnit.Count, value=1)


@logger.inject_lambda_context(log_event=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(event: dict, context: LambdaContext) -> dict:
    return process_partial_response(
        event=event, record_handler=record_handler, processor=processor, context=context
    )
