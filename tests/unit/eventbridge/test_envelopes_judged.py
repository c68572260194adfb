"""Envelopes before outside judges: powertools' models and classes, botocore's shapes, JSON Schemas
of AWS's pages.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import botocore.session
import jsonschema
import pytest
from aws_lambda_powertools.utilities import data_classes
from aws_lambda_powertools.utilities.data_classes import kinesis_stream_event
from aws_lambda_powertools.utilities.parser import models
from aws_lambda_powertools.utilities.parser.envelopes import SnsSqsEnvelope
from aws_lambda_powertools.utilities.parser.models import kinesis as kinesis_models
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts import ecr_events
from ecr_contracts.eventbridge.envelopes import logs
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES, envelope
from ecr_contracts.events.generate.cases import case

few = settings(max_examples=15)
batches = st.lists(ecr_events(), min_size=1, max_size=2)
EVENTS = [case("scan/no-tags").event, case("push/ordinary").event]
SCHEMAS = json.loads(Path(__file__).with_name("envelopes.json").read_text())


def is_told(model: models.EventBridgeModel, event: dict) -> bool:
    told = (model.id, model.detail_type, model.region, model.account, model.detail)
    return told == (
        event["id"],
        event["detail-type"],
        event["region"],
        event["account"],
        event["detail"],
    )


@few
@given(batches)
@pytest.mark.parametrize("name", ["sqs", "sqs-fifo", "sns-sqs-raw", "dlq"])
def test_powertools_reads_messages_of_a_queue(name, batch):
    payload = envelope(name).wrap(batch)
    parsed = models.SqsModel.model_validate(payload)
    read = data_classes.SQSEvent(payload)
    for model, record, event in zip(parsed.Records, read.records, batch, strict=True):
        assert is_told(models.EventBridgeModel.model_validate_json(model.body), event)
        assert model.eventSource == "aws:sqs"
        assert model.attributes.SentTimestamp <= model.attributes.ApproximateFirstReceiveTimestamp
        assert record.json_body == event
        assert record.aws_region == event["region"]
        assert record.md5_of_body == hashlib.md5(record.body.encode()).hexdigest()
        assert record.queue_url.endswith(record.event_source_arn.rpartition(":")[2])
        assert (record.attributes.message_group_id is not None) is (name == "sqs-fifo")
        if name == "sqs-fifo":
            assert record.event_source_arn.endswith(".fifo")
            assert (
                record.attributes.message_deduplication_id
                == hashlib.sha256(record.body.encode()).hexdigest()
            )
        if name == "dlq":
            assert record.message_attributes["RULE_ARN"].string_value.endswith(":rule/ecr-events")
            assert model.messageAttributes["RETRY_ATTEMPTS"].stringValue == "185"


@few
@given(ecr_events())
def test_powertools_reads_a_notification(event):
    payload = envelope("sns").wrap([event])
    [model] = models.SnsModel.model_validate(payload).Records
    assert is_told(models.EventBridgeModel.model_validate_json(str(model.Sns.Message)), event)
    assert (model.Sns.Subject, model.Sns.MessageAttributes) == (None, {})
    read = data_classes.SNSEvent(payload)
    assert json.loads(read.sns_message) == event
    assert read.record.sns.signing_cert_url.endswith(".pem")
    assert read.record.sns.topic_arn in read.record.event_subscription_arn


@few
@given(batches)
def test_powertools_reads_notifications_in_messages(batch):
    payload = envelope("sns-sqs").wrap(batch)
    for model, event in zip(
        SnsSqsEnvelope().parse(payload, models.EventBridgeModel), batch, strict=True
    ):
        assert is_told(model, event)
    for record, event in zip(data_classes.SQSEvent(payload).records, batch, strict=True):
        assert json.loads(record.decoded_nested_sns_event.message) == event


@few
@given(batches)
def test_powertools_reads_records_of_a_stream(batch):
    payload = envelope("kinesis").wrap(batch)
    parsed = models.KinesisDataStreamModel.model_validate(payload)
    read = data_classes.KinesisStreamEvent(payload)
    for model, record, event in zip(parsed.Records, read.records, batch, strict=True):
        assert json.loads(model.kinesis.data) == record.kinesis.data_as_json() == event
        assert record.kinesis.partition_key == event["id"]
        assert record.event_id.endswith(f":{record.kinesis.sequence_number}")


@few
@given(batches)
def test_powertools_reads_lines_of_a_log_group_in_a_stream(batch):
    payload = envelope("kinesis-logs").wrap(batch)
    parsed = kinesis_models.extract_cloudwatch_logs_from_event(
        models.KinesisDataStreamModel.model_validate(payload)
    )
    read = kinesis_stream_event.extract_cloudwatch_logs_from_event(
        data_classes.KinesisStreamEvent(payload)
    )
    for told, document, event in zip(parsed, read, batch, strict=True):
        assert told.messageType == document.message_type == "DATA_MESSAGE"
        [model], [line] = told.logEvents, document.log_events
        assert json.loads(model.message) == json.loads(line.message) == event


@few
@given(batches)
def test_powertools_reads_messages_of_a_pipe_as_those_of_a_queue(batch):
    payload = envelope("pipe-sqs").wrap(batch)
    parsed = models.SqsModel.model_validate({"Records": payload})
    for model, message, event in zip(parsed.Records, payload, batch, strict=True):
        assert is_told(models.EventBridgeModel.model_validate_json(model.body), event)
        record = data_classes.SQSRecord(message)
        assert record.json_body == event
        assert record.md5_of_body == hashlib.md5(record.body.encode()).hexdigest()


@few
@given(ecr_events())
@pytest.mark.parametrize(
    ("name", "key"),
    [("v2-metadata", "Data"), ("v2-replay", "Data"), ("on-failure", "requestPayload")],
)
def test_powertools_reads_the_event_within(name, key, event):
    assert is_told(models.EventBridgeModel.model_validate(envelope(name).wrap([event])[key]), event)


@few
@given(batches)
def test_powertools_reads_records_to_be_transformed(batch):
    payload = envelope("firehose").wrap(batch)
    parsed = models.KinesisFirehoseModel.model_validate(payload)
    read = data_classes.KinesisFirehoseEvent(payload)
    for model, record, event in zip(parsed.records, read.records, batch, strict=True):
        assert json.loads(model.data) == record.data_as_json == event
        assert not record.data_as_text.endswith("\n")


@few
@given(batches)
def test_powertools_reads_lines_of_a_log_group(batch):
    payload = envelope("logs").wrap(batch)
    told = models.CloudWatchLogsModel.model_validate(payload).awslogs.decoded_data
    read = data_classes.CloudWatchLogsEvent(payload).parse_logs_data()
    assert told.messageType == read.message_type == "DATA_MESSAGE"
    assert read.owner == batch[0]["account"]
    for model, line, event in zip(told.logEvents, read.log_events, batch, strict=True):
        assert json.loads(model.message) == json.loads(line.message) == event


def test_powertools_reads_a_control_message():
    payload = logs.control_message()
    told = models.CloudWatchLogsModel.model_validate(payload).awslogs.decoded_data
    assert told.messageType == "CONTROL_MESSAGE"
    assert (
        "aws.ecr"
        not in data_classes.CloudWatchLogsEvent(payload).parse_logs_data().log_events[0].message
    )


@few
@given(ecr_events())
@pytest.mark.parametrize("name", ["lambda", "event-bus", "archive-replay"])
def test_powertools_reads_an_event(name, event):
    payload = envelope(name).wrap([event])
    model = models.EventBridgeModel.model_validate(payload)
    assert is_told(model, event)
    assert (
        data_classes.EventBridgeEvent(payload).replay_name
        == payload.get("replay-name")
        == model.replay_name
    )


# --- botocore -------------------------------------------------------------------------------------

SHAPES = {
    "sqs-message": ("sqs", "ReceiveMessage", "output_shape", lambda payload: payload),
    "sns-sqs-message": ("sqs", "ReceiveMessage", "output_shape", lambda payload: payload),
    "sqs-one": ("sqs", "ReceiveMessage", "output_shape", lambda payload: {"Messages": [payload]}),
    "log-group": ("logs", "GetLogEvents", "output_shape", lambda payload: payload),
    "stepfunctions": ("stepfunctions", "StartExecution", "input_shape", lambda payload: payload),
    "run-command": (
        "ssm",
        "SendCommand",
        "input_shape",
        lambda payload: {"DocumentName": "AWS-RunShellScript", "Parameters": payload},
    ),
    "ecs-task": (
        "ecs",
        "RunTask",
        "input_shape",
        lambda payload: {"taskDefinition": "t", "overrides": payload},
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_botocore_takes_what_its_shapes_describe(name):
    service, operation, side, filled = SHAPES[name]
    model = botocore.session.get_session().get_service_model(service)
    shape = getattr(model.operation_model(operation), side)
    for event in EVENTS:
        given = filled(envelope(name).wrap([event]))
        report = ParamValidator().validate(given, shape)
        assert not report.has_errors(), report.generate_report()
        assert unknown(given, shape) == []


def unknown(value: object, shape: object) -> list[str]:
    """The keys that a shape does not have: botocore's validator says nothing of them."""
    if shape.type_name == "structure":
        inner = [
            one
            for key in value
            if key in shape.members
            for one in unknown(value[key], shape.members[key])
        ]
        return [key for key in value if key not in shape.members] + inner
    if shape.type_name == "list":
        return [one for each in value for one in unknown(each, shape.member)]
    return []


# --- JSON Schemas ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "notification"])
def test_payloads_are_as_the_pages_of_aws_say(name):
    judge = jsonschema.Draft202012Validator(SCHEMAS[name])
    row = envelope(name)
    for event in EVENTS:
        judge.validate(row.wrap([event]))
    if row.batches:
        judge.validate(row.wrap(EVENTS))


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_of_the_pages_refuse_what_lacks_a_key(name):
    judge = jsonschema.Draft202012Validator(SCHEMAS[name])
    assert SCHEMAS[name]["source"]
    assert not judge.is_valid({})
    assert not judge.is_valid([{}])


def test_notifications_are_as_the_pages_of_aws_say():
    judge = jsonschema.Draft202012Validator(SCHEMAS["notification"])
    judge.validate(json.loads(envelope("sns-http").wrap(EVENTS[:1])["body"]))
    for record in envelope("sns-sqs").wrap(EVENTS)["Records"]:
        judge.validate(json.loads(record["body"]))


def test_every_envelope_has_a_judge():
    powertools = {
        "lambda",
        "sqs",
        "sqs-fifo",
        "sns",
        "sns-sqs",
        "sns-sqs-raw",
        "kinesis",
        "kinesis-logs",
        "firehose",
        "logs",
        "dlq",
    }
    assert powertools | set(SHAPES) | set(SCHEMAS) == set(ENVELOPES) | {"notification"}


@pytest.mark.parametrize("name", ["sns", "sns-sqs"])
def test_the_keys_of_addresses_are_written_as_the_transport_writes_them(name):
    payload = json.dumps(envelope(name).wrap(EVENTS[:1]))
    assert ("SigningCertUrl" in payload, "SigningCertURL" in payload) == (
        name == "sns",
        name == "sns-sqs",
    )
    assert ("UnsubscribeUrl" in payload, "UnsubscribeURL" in payload) == (
        name == "sns",
        name == "sns-sqs",
    )
