"""A moto that nobody filled: what a call names is there, and what moto cannot say is answered."""

from __future__ import annotations

import sys

import boto3
import botocore.handlers
import pytest

from ecr_contracts.runtime.effects import Origin
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.unit.runtime.sandbox.test_aws import SCAN, TOPIC, placed

MOTO = Settings(backend="moto")
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/scans"
EVENT = {"timestamp": 1700000000000, "message": "m"}
ITEM = {"repository": {"S": "team/app"}, "count": {"N": "1"}}
KEY = {"repository": {"S": "team/app"}}
ENTRY = {"Source": "me", "DetailType": "d", "Detail": "{}", "EventBusName": "scans"}

MADE = [
    ("sns", "publish", {"TopicArn": TOPIC, "Message": "m"}),
    ("sns", "publish", {"TopicArn": f"{TOPIC}.fifo", "Message": "m", "MessageGroupId": "g"}),
    ("sqs", "send_message", {"QueueUrl": QUEUE, "MessageBody": "m"}),
    ("sqs", "get_queue_url", {"QueueName": "scans"}),
    ("dynamodb", "put_item", {"TableName": "scans", "Item": ITEM}),
    ("dynamodb", "get_item", {"TableName": "scans", "Key": KEY}),
    (
        "dynamodb",
        "batch_write_item",
        {"RequestItems": {"scans": [{"PutRequest": {"Item": ITEM}}]}},
    ),
    (
        "dynamodb",
        "query",
        {
            "TableName": "scans",
            "KeyConditionExpression": "#r = :r",
            "ExpressionAttributeNames": {"#r": "repository"},
            "ExpressionAttributeValues": {":r": {"S": "team/app"}},
        },
    ),
    ("s3", "put_object", {"Bucket": "scans", "Key": "k", "Body": b"{}"}),
    ("logs", "put_log_events", {"logGroupName": "g", "logStreamName": "s", "logEvents": [EVENT]}),
    ("ecs", "list_services", {"cluster": "prod"}),
    ("events", "put_events", {"Entries": [ENTRY]}),
    ("kinesis", "put_record", {"StreamName": "scans", "Data": b"d", "PartitionKey": "k"}),
    ("ecr", "batch_delete_image", {"repositoryName": "app", "imageIds": [{"imageTag": "t"}]}),
]
ANSWERED = [
    ("sns", "publish", {"TopicArn": TOPIC.replace("us-east-1", "eu-west-1"), "Message": "m"}),
    ("s3", "get_object", {"Bucket": "scans", "Key": "k"}),
    ("ecs", "update_service", {"cluster": "prod", "service": "web"}),
    ("lambda", "invoke", {"FunctionName": "f"}),
    ("secretsmanager", "get_secret_value", {"SecretId": "s"}),
    ("ssm", "get_parameter", {"Name": "/a/b"}),
    ("codepipeline", "start_pipeline_execution", {"name": "p"}),
    ("autoscaling", "start_instance_refresh", {"AutoScalingGroupName": "a"}),
    (
        "stepfunctions",
        "start_execution",
        {"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m"},
    ),
    (
        "ses",
        "send_email",
        {
            "Source": "a@example.invalid",
            "Destination": {"ToAddresses": ["b@example.invalid"]},
            "Message": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}},
        },
    ),
]


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")


def called(service, operation, parameters):
    """The effect of one call of an empty moto."""
    with placed(MOTO, payload=SCAN) as place:
        client = boto3.client(service, region_name="us-east-1")
        getattr(client, operation)(**parameters)
    [effect] = place.effects
    return effect


@pytest.mark.parametrize(("service", "operation", "parameters"), MADE)
def test_what_a_call_names_is_there(service, operation, parameters):
    assert called(service, operation, parameters).origin is Origin.GIVEN


@pytest.mark.parametrize(("service", "operation", "parameters"), ANSWERED)
def test_what_moto_cannot_say_is_answered_as_without_it(service, operation, parameters):
    assert called(service, operation, parameters).origin is Origin.MADE_UP


def test_what_was_written_is_read():
    with placed(MOTO):
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.put_object(Bucket="scans", Key="k", Body=b"written")
        assert s3.get_object(Bucket="scans", Key="k")["Body"].read() == b"written"


def test_an_error_that_is_no_lack_comes_through():
    with placed(MOTO):
        sqs = boto3.client("sqs", region_name="us-east-1")
        entries = [{"Id": "a", "MessageBody": "m"}, {"Id": "a", "MessageBody": "m"}]
        with pytest.raises(sqs.exceptions.BatchEntryIdsNotDistinct):
            sqs.send_message_batch(QueueUrl=QUEUE, Entries=entries)


def test_moto_answers_no_more_once_its_sandbox_is_gone():
    """What a project's own tests do with moto afterwards is between the two of them."""
    assert "botocore" in sys.modules
    hooks = botocore.handlers.BUILTIN_HANDLERS[:]
    with placed(MOTO):
        assert _is_answering()
    assert not _is_answering()
    assert hooks == botocore.handlers.BUILTIN_HANDLERS


def _is_answering():
    """Whether some mock of moto is in place, as moto itself counts them."""
    from moto.core.models import MockAWS

    return MockAWS._mocks_active
