import asyncio
import json
import os

import boto3

sqs, sns = boto3.client("sqs"), boto3.client("sns")
QUEUE_URL = os.environ["QUEUE_URL"]


async def handle(message):
    detail = json.loads(message["Body"])["detail"]
    if detail["action-type"] == "PUSH" and detail["result"] == "SUCCESS":
        text = f"{detail['repository-name']}:{detail['image-tag']}"
        await asyncio.to_thread(sns.publish, TopicArn=os.environ["TOPIC_ARN"], Message=text)


async def main():
    while True:
        answer = await asyncio.to_thread(
            sqs.receive_message, QueueUrl=QUEUE_URL, MaxNumberOfMessages=10, WaitTimeSeconds=20
        )
        messages = answer.get("Messages", [])
        results = await asyncio.gather(*map(handle, messages), return_exceptions=True)
        for message, result in zip(messages, results):
            if isinstance(result, Exception):
                continue
            await asyncio.to_thread(
                sqs.delete_message, QueueUrl=QUEUE_URL, ReceiptHandle=message["ReceiptHandle"]
            )
