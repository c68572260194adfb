import asyncio

import boto3
from aws_lambda_powertools.utilities.batch import (
    AsyncBatchProcessor,
    EventType,
    async_process_partial_response,
)

processor = AsyncBatchProcessor(event_type=EventType.SQS)
sns = boto3.client("sns")


async def one(record):
    scan = record.json_body["detail"]
    counts = scan.get("finding-severity-counts", {})
    await asyncio.sleep(0)
    if scan["scan-status"] == "COMPLETE" and counts.get("HIGH", 0):
        await asyncio.to_thread(
            sns.publish,
            TopicArn="arn:aws:sns:us-east-1:123456789012:scans",
            Message=f"{scan['repository-name']}: {counts}",
        )


def lambda_handler(event, context):
    return async_process_partial_response(
        event=event, record_handler=one, processor=processor, context=context
    )
