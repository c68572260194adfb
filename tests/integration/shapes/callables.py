"""Callables of all shapes, each of which takes its events in one way and knows no other."""

import base64
import gzip
import json
from dataclasses import dataclass

from pydantic import BaseModel


def bare(event, context):
    return event["detail"]["repository-name"]


def bare_get(event, context):
    detail = event.get("detail")
    return detail["repository-name"]


def sqs(event, context):
    names = []
    for record in event["Records"]:
        names.append(json.loads(record["body"])["detail"]["repository-name"])
    return names


def sqs_asked(event, context):
    records = event.get("Records")
    return [json.loads(record["body"])["detail"]["repository-name"] for record in records]


def sns(event, context):
    message = json.loads(event["Records"][0]["Sns"]["Message"])
    return message["detail"]["repository-name"]


def sns_in_sqs(event, context):
    for record in event["Records"]:
        notification = json.loads(record["body"])
        print(json.loads(notification["Message"])["detail"]["repository-name"])


def one_message(message):
    return json.loads(message["Body"])["detail"]["repository-name"]


def message_object(message):
    event = json.loads(message.body)
    print(event["detail"]["repository-name"])
    message.delete()


def record_processor(event, context):
    from aws_lambda_powertools.utilities import batch

    processor = batch.BatchProcessor(event_type=batch.EventType.SQS)
    return batch.process_partial_response(
        event=event,
        record_handler=lambda record: print(record.json_body["detail"]["repository-name"]),
        processor=processor,
        context=context,
    )


def messages(response):
    for message in response["Messages"]:
        print(json.loads(message["Body"])["detail"]["repository-name"])


def kinesis(event, context):
    for record in event["Records"]:
        print(json.loads(base64.b64decode(record["kinesis"]["data"]))["detail"]["repository-name"])


def log_lines(event, context):
    packed = base64.b64decode(event["awslogs"]["data"])
    for line in json.loads(gzip.decompress(packed))["logEvents"]:
        print(json.loads(line["message"])["detail"]["repository-name"])


def pipe(events, context):
    for message in events:
        print(json.loads(message["body"])["detail"]["repository-name"])


def api_gateway(event, context):
    body = json.loads(event["body"])
    return {"statusCode": 200, "body": body["detail"]["repository-name"]}


def api_gateway_forgiving(event, context):
    body = json.loads(event.get("body") or "{}")
    return {"statusCode": 200, "body": body["detail"]["repository-name"]}


def request_object(request):
    return request.body


def matched(event, context):
    match event:
        case {"Records": [{"Sns": {"Message": message}}, *_]}:
            print(json.loads(message)["detail"]["repository-name"])
        case {"detail-type": _, "detail": detail}:
            print(detail["repository-name"])
        case _:
            raise ValueError("unknown event")


def resolver(event, context):
    if event["httpMethod"] == "POST":
        print(json.loads(event["body"])["detail"]["repository-name"])


def asked_request(request):
    event = request.json()
    print(event["detail"]["repository-name"])


def unpacked_text(text):
    return json.loads(text)["detail"]["repository-name"]


def numbers(event, context):
    return event[0] + 1


@dataclass
class Push:
    repository: str
    tag: str


def spread(event, context):
    return Push(**event).repository


class Order(BaseModel):
    order_number: int


def validated(event, context):
    return Order(**event).order_number


def stored_object(event, context):
    return event["Records"][0]["s3"]["object"]["key"]


def catches_all(event, context):
    try:
        for record in event["Records"]:
            print(json.loads(record["body"])["detail"]["repository-name"])
    except Exception:  # noqa: BLE001 - that is how people write it
        print("cannot be read")


def gives_back(event, context):
    failures = []
    for number, record in enumerate(event["Records"]):
        try:
            print(json.loads(record["body"])["job_number"])
        except KeyError:
            failures.append({"itemIdentifier": record.get("messageId", str(number))})
    return {"batchItemFailures": failures}


def gives_back_by_id(event, context):
    failures = []
    for record in event["Records"]:
        try:
            print(json.loads(record["body"])["job_number"])
        except KeyError:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
