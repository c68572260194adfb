"""Envelopes beside what a running moto hands to real clients of boto3."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

import boto3
import pytest

from ecr_contracts.eventbridge.envelopes.registry import envelope
from ecr_contracts.eventbridge.unwrap import unwrap
from ecr_contracts.events.generate.cases import case

EVENT = case("scan/no-tags+namespaced-repository").event
REGION = EVENT["region"]


@pytest.fixture(scope="module")
def clients() -> Iterator[object]:
    """Clients of a moto that runs on a port of its own."""
    from moto.server import ThreadedMotoServer

    log = logging.getLogger("werkzeug")
    level = log.level
    log.setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    with redirect_stdout(StringIO()):
        server.start()
    host, port = server.get_host_and_port()
    given = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}

    def client(name: str) -> object:
        return boto3.client(name, region_name=REGION, endpoint_url=f"http://{host}:{port}", **given)

    yield client
    server.stop()
    log.setLevel(level)


def queue(clients: object, name: str) -> tuple[str, str]:
    sqs = clients("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]


def received(clients: object, url: str, **how: object) -> dict:
    return clients("sqs").receive_message(QueueUrl=url, AttributeNames=["All"], **how)


@pytest.fixture
def delivered(clients: object) -> tuple[dict, dict]:
    """What a rule delivers to a queue and to a log group: the responses of those who ask there."""
    url, arn = queue(clients, "rule")
    logs, events = clients("logs"), clients("events")
    logs.create_log_group(logGroupName="/aws/events/rule")
    group = logs.describe_log_groups(logGroupNamePrefix="/aws/events/rule")["logGroups"][0]["arn"]
    # Sources that begin with `aws.` are AWS's own.
    events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["test.ecr"]}))
    events.put_targets(
        Rule="rule", Targets=[{"Id": "q", "Arn": arn}, {"Id": "l", "Arn": group.removesuffix(":*")}]
    )
    entry = {
        "Source": "test.ecr",
        "DetailType": EVENT["detail-type"],
        "Time": EVENT["time"],
        "Resources": EVENT["resources"],
        "Detail": json.dumps(EVENT["detail"]),
    }
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0
    [stream] = logs.describe_log_streams(logGroupName="/aws/events/rule")["logStreams"]
    lines = logs.get_log_events(
        logGroupName="/aws/events/rule", logStreamName=stream["logStreamName"]
    )
    return received(clients, url), lines


def test_a_rule_delivers_what_the_envelopes_hold(delivered):
    response, lines = delivered
    for name, payload, read in (
        ("sqs-message", response, lambda payload: payload["Messages"][0]["Body"]),
        ("log-group", lines, lambda payload: payload["events"][0]["message"]),
    ):
        theirs = json.loads(read(payload))
        sent = EVENT | {"source": "test.ecr", "id": theirs["id"]}
        ours = json.loads(read(envelope(name).wrap([sent])))
        assert {key: ours[key] for key in theirs} == theirs
        assert ours.keys() - theirs.keys() == {"account"}
        assert unwrap(payload) == [theirs]
        mine = envelope(name).wrap([sent])
        [[one], [other]] = (
            (found[key] for key in ("Messages", "events") if key in found)
            for found in (payload, mine)
        )
        assert one[0].keys() == other[0].keys()


def test_the_body_is_compact_and_in_the_order_that_eventbridge_writes():
    order = [
        "version",
        "id",
        "detail-type",
        "source",
        "account",
        "time",
        "region",
        "resources",
        "detail",
    ]
    for kind in ("push", "delete", "scan"):
        [message] = envelope("sqs-message").wrap([case(f"{kind}/ordinary").event])["Messages"]
        assert list(json.loads(message["Body"])) == order
        assert message["Body"] == json.dumps(json.loads(message["Body"]), separators=(",", ":"))
    replayed = envelope("archive-replay").wrap([EVENT])
    assert list(replayed) == [*order[:7], "replay-name", *order[7:]]


def test_a_notification_in_a_queue_is_that_of_sns(clients):
    sns = clients("sns")
    topic = sns.create_topic(Name="topic")["TopicArn"]
    for name, raw in (("wrapped", "false"), ("raw", "true")):
        _, arn = queue(clients, name)
        attributes = {"RawMessageDelivery": raw}
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    payload = envelope("sns").wrap([EVENT])
    sns.publish(TopicArn=topic, Message=payload["Records"][0]["Sns"]["Message"])
    wrapped, raw = (
        received(clients, clients("sqs").get_queue_url(QueueName=name)["QueueUrl"])
        for name in ("wrapped", "raw")
    )
    theirs = json.loads(wrapped["Messages"][0]["Body"])
    [record] = envelope("sns-sqs").wrap([EVENT])["Records"]
    ours = json.loads(record["body"])
    assert ours.keys() == theirs.keys()
    assert (ours["Message"], ours["Type"]) == (theirs["Message"], theirs["Type"])
    [record] = envelope("sns-sqs-raw").wrap([EVENT])["Records"]
    assert record["body"] == raw["Messages"][0]["Body"]
    assert unwrap(wrapped) == unwrap(raw) == [EVENT]


def test_digests_are_those_of_a_queue(clients):
    url, _ = queue(clients, "dead")
    [record] = envelope("dlq").wrap([EVENT])["Records"]
    attributes = {
        name: {"StringValue": value["stringValue"], "DataType": value["dataType"]}
        for name, value in record["messageAttributes"].items()
    }
    sent = clients("sqs").send_message(
        QueueUrl=url, MessageBody=record["body"], MessageAttributes=attributes
    )
    assert sent["MD5OfMessageBody"] == record["md5OfBody"]
    assert sent["MD5OfMessageAttributes"] == record["md5OfMessageAttributes"]


def test_records_of_a_stream_come_back_as_they_went(clients):
    kinesis = clients("kinesis")
    kinesis.create_stream(StreamName="stream", ShardCount=1)
    [record] = envelope("kinesis").wrap([EVENT])["Records"]
    kinesis.put_record(
        StreamName="stream",
        Data=json.dumps(EVENT, separators=(",", ":")).encode(),
        PartitionKey=record["kinesis"]["partitionKey"],
    )
    [shard] = kinesis.list_shards(StreamName="stream")["Shards"]
    iterator = kinesis.get_shard_iterator(
        StreamName="stream", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    [theirs] = kinesis.get_records(ShardIterator=iterator)["Records"]
    import base64

    assert base64.b64encode(theirs["Data"]).decode() == record["kinesis"]["data"]
    assert theirs["PartitionKey"] == record["kinesis"]["partitionKey"] == EVENT["id"]


def test_an_execution_is_started_with_what_the_envelope_holds(clients):
    machines = clients("stepfunctions")
    definition = {"StartAt": "End", "States": {"End": {"Type": "Pass", "End": True}}}
    role = "arn:aws:iam::123456789012:role/machine"
    arn = machines.create_state_machine(
        name="ecr-events", definition=json.dumps(definition), roleArn=role
    )
    payload = envelope("stepfunctions").wrap([EVENT])
    started = machines.start_execution(**payload | {"stateMachineArn": arn["stateMachineArn"]})
    told = machines.describe_execution(executionArn=started["executionArn"])
    assert told["name"].startswith(EVENT["id"])
    assert unwrap(told | {"startDate": 0}) == [EVENT]
