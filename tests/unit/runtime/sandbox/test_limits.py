"""Limits of AWS: what moto refuses too is refused, and what it takes is taken."""

from __future__ import annotations

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from moto.core.exceptions import AWSError

from ecr_contracts.runtime.sandbox.aws.limits import LIMITS, refusal
from ecr_contracts.runtime.sandbox.aws.model_limits import SERVICES, model_breaches
from tests.unit.runtime.sandbox.test_aws import TOPIC, placed

LONGEST = "team/" + "a" * 251
"""A repository name as long as it may be."""
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:deploy"


@pytest.fixture(scope="module")
def session():
    return botocore.session.get_session()


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")


@pytest.fixture
def client(session):
    return lambda name: session.create_client(name, region_name="us-east-1")


def shape_of(session, name):
    service, _, operation = name.partition(".")
    return session.get_service_model(service).operation_model(operation).input_shape


def refused(session, name, parameters, foreign=()):
    return refusal(name, parameters, shape_of(session, name), lambda: foreign)


REFUSED = [
    ("sns.Publish", {"TopicArn": TOPIC, "Message": "m", "Subject": "s" * 101}, "InvalidParameter"),
    ("sns.Publish", {"TopicArn": TOPIC, "Message": "m", "Subject": "a\nb"}, "InvalidParameter"),
    (
        "sns.Publish",
        {
            "TopicArn": TOPIC,
            "Message": "m",
            "MessageAttributes": {"tag": {"DataType": "String", "StringValue": ""}},
        },
        "InvalidParameterValue",
    ),
    (
        "sqs.SendMessage",
        {"QueueUrl": "q", "MessageBody": "m", "MessageDeduplicationId": "d" * 129},
        "InvalidParameterValue",
    ),
    ("sqs.SendMessage", {"QueueUrl": "q", "MessageBody": "a\x00b"}, "InvalidMessageContents"),
    (
        "sqs.SendMessageBatch",
        {"QueueUrl": "q", "Entries": [{"Id": "team/app", "MessageBody": "m"}]},
        "AWS.SimpleQueueService.InvalidBatchEntryId",
    ),
    ("stepfunctions.StartExecution", {"stateMachineArn": MACHINE, "name": "a/b"}, "InvalidName"),
    (
        "stepfunctions.StartExecution",
        {"stateMachineArn": MACHINE, "name": "a" * 81},
        "ValidationException",
    ),
    ("ssm.PutParameter", {"Name": "/a/sha256:0", "Value": "v"}, "ValidationException"),
    ("ssm.PutParameter", {"Name": "team/app", "Value": "v"}, "ValidationException"),
    ("ecs.RunTask", {"taskDefinition": "d", "startedBy": "v1.2"}, "InvalidParameterException"),
    (
        "ecs.TagResource",
        {"resourceArn": "arn", "tags": [{"key": LONGEST, "value": "v"}]},
        "InvalidParameterException",
    ),
    ("ec2.CreateTags", {"Tags": [{"Key": "k", "Value": "v" * 257}]}, "InvalidParameterValue"),
    (
        "cloudwatch.PutMetricData",
        {
            "Namespace": "n",
            "MetricData": [{"MetricName": "m", "Dimensions": [{"Name": ":r", "Value": "v"}]}],
        },
        "InvalidParameterValue",
    ),
    ("s3.PutObject", {"Bucket": "b", "Key": "k" * 1025}, "KeyTooLongError"),
    ("dynamodb.GetItem", {"TableName": "t", "Key": {"tag": {"S": ""}}}, "ValidationException"),
    ("dynamodb.PutItem", {"TableName": "t", "Item": {"t": {"SS": []}}}, "ValidationException"),
    ("dynamodb.PutItem", {"TableName": "t", "Item": {"n": {"N": "None"}}}, "ValidationException"),
    (
        "dynamodb.BatchWriteItem",
        {"RequestItems": {"t": [{"PutRequest": {"Item": {"n": {"N": "None"}}}}]}},
        "ValidationException",
    ),
    (
        "dynamodb.TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "t", "Item": {"n": {"N": ""}}}}]},
        "ValidationException",
    ),
    ("dynamodb.PutItem", {"Item": {"n": {"S": "x" * 420_000}}}, "ValidationException"),
    (
        "logs.CreateLogStream",
        {"logGroupName": "g", "logStreamName": "app:v1"},
        "InvalidParameterException",
    ),
    ("lambda.UpdateFunctionCode", {"FunctionName": "team/app"}, "ValidationException"),
    ("lambda.CreateAlias", {"FunctionName": "app", "Name": "v1.2"}, "ValidationException"),
    ("batch.SubmitJob", {"jobName": "team/app"}, "ClientException"),
    ("events.PutRule", {"Name": "team/app"}, "ValidationException"),
]


@pytest.mark.parametrize(("name", "parameters", "code"), REFUSED)
def test_what_is_beyond_a_limit_is_refused_with_the_error_of_its_service(
    session, name, parameters, code
):
    found = refused(session, name, parameters)
    assert found is not None
    assert found.code == code


TAKEN = [
    ("sns.Publish", {"TopicArn": TOPIC, "Message": LONGEST, "Subject": "s" * 100}),
    ("sqs.SendMessage", {"QueueUrl": "q", "MessageBody": LONGEST, "MessageGroupId": "team/app"}),
    ("ssm.PutParameter", {"Name": f"/images/{LONGEST}", "Value": "v1.4.2"}),
    ("ecs.RunTask", {"taskDefinition": "d", "tags": [{"key": "repo", "value": LONGEST}]}),
    ("ecs.RunTask", {"taskDefinition": "d", "startedBy": "team/app-v1"}),
    ("ec2.CreateTags", {"Tags": [{"Key": "repo", "Value": LONGEST}]}),
    ("s3.PutObject", {"Bucket": "b", "Key": f"{LONGEST}/{'t' * 300}", "Metadata": {"r": LONGEST}}),
    ("s3.PutObject", {"Bucket": "b", "Key": "k", "Tagging": "repository=team/app&tag=v1.2"}),
    ("dynamodb.PutItem", {"TableName": "t", "Item": {"tag": {"S": ""}, "n": {"N": "-1.5e3"}}}),
    ("stepfunctions.StartExecution", {"name": "app-v1.2_3", "traceHeader": "Root=1-5759e988"}),
    ("logs.CreateLogStream", {"logGroupName": "/aws/g", "logStreamName": f"{LONGEST}/v1"}),
    ("ecr.DescribeImages", {"repositoryName": LONGEST, "imageIds": [{"imageTag": "t" * 300}]}),
    ("kms.Encrypt", {"KeyId": "alias/key", "Plaintext": b"text"}),
]


@pytest.mark.parametrize(("name", "parameters"), TAKEN)
def test_what_is_within_the_limits_is_taken(session, name, parameters):
    assert refused(session, name, parameters) is None


def test_texts_that_are_not_the_consumers_are_not_refused(session):
    name = "functions/placeholder"
    parameters = {"FunctionName": name}
    assert refused(session, "lambda.Invoke", parameters) is not None
    assert refused(session, "lambda.Invoke", parameters, {name}) is None


def test_a_text_that_is_too_long_without_the_foreign_part_is_refused(session):
    parameters = {"TopicArn": TOPIC, "Message": "m", "Subject": f"placeholder {LONGEST}"}
    assert refused(session, "sns.Publish", parameters, {"placeholder"}) is not None


def test_each_limit_names_its_source_and_a_member_that_there_is(session):
    for limit in LIMITS:
        assert limit.source
        for name in limit.operations:
            path = limit.path.replace(".[]", "[]")
            steps = path.replace("[]", ".[]").replace("{}", ".{}").split(".")
            shape = shape_of(session, name)
            if steps[0] not in shape.members:
                assert len(limit.operations) > 1, (name, limit.path)
                continue
            for step in steps:
                match step:
                    case "[]":
                        shape = shape.member
                    case "{}":
                        shape = shape.value
                    case _:
                        shape = shape.members[step]


def test_the_error_is_one_of_the_operation_where_its_model_lists_any_such(client):
    sns = client("sns")
    with placed() as place, pytest.raises(sns.exceptions.InvalidParameterException):
        sns.publish(TopicArn=TOPIC, Message="m", Subject="s" * 101)
    [effect] = place.effects
    assert not effect.changes


# --- moto is the oracle ---------------------------------------------------------------------------

LETTERS = st.text(st.sampled_from("ab/.:- _#v1é\n"), min_size=1, max_size=4)


@given(st.one_of(LETTERS, st.integers(75, 85).map("a".__mul__)))
def test_moto_refuses_the_same_names_of_executions(session, name):
    from moto.stepfunctions.models import stepfunctions_backends

    backend = stepfunctions_backends["123456789012"]["us-east-1"]
    try:
        backend._validate_name(name)
        is_taken = True
    except AWSError:
        is_taken = False
    found = refused(session, "stepfunctions.StartExecution", {"name": name})
    assert (found is None) == is_taken


@pytest.mark.parametrize("subject", ["s" * 99, "s" * 100, "s" * 101, "s" * 256])
def test_moto_refuses_the_same_subjects(session, client, subject):
    with mock_aws():
        sns = client("sns")
        topic = sns.create_topic(Name="alerts")["TopicArn"]
        parameters = {"TopicArn": topic, "Message": "m", "Subject": subject}
        try:
            sns.publish(**parameters)
            is_taken = True
        except ClientError:
            is_taken = False
    assert (refused(session, "sns.Publish", parameters) is None) == is_taken


ATTRIBUTES = [
    {"S": ""},
    {"N": "12"},
    {"SS": []},
    {"NS": []},
    {"SS": ["a"]},
    {"M": {"a": {"SS": []}}},
    {"L": [{"S": "x"}]},
]


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_moto_refuses_the_same_items(session, client, attribute):
    item = {"id": {"S": "1"}, "value": attribute}
    with mock_aws():
        dynamodb = client("dynamodb")
        dynamodb.create_table(
            TableName="scans",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        try:
            dynamodb.put_item(TableName="scans", Item=item)
            is_taken = True
        except ClientError:
            is_taken = False
    parameters = {"TableName": "scans", "Item": item}
    assert (refused(session, "dynamodb.PutItem", parameters) is None) == is_taken


@pytest.mark.parametrize("name", ["/a/b", "a", "/a/b:c", "/a b", "/A.b-c_d", "/a/sha256:0"])
def test_names_of_parameters_have_the_characters_that_their_documentation_lists(session, name):
    found = refused(session, "ssm.PutParameter", {"Name": name, "Value": "v"})
    assert (found is None) == (set(name.strip()) <= set("/abcABC.-_d"))


def test_models_are_kept_to_for_services_that_say_so(session):
    """What our own words for a constraint say, botocore's model says too."""
    for service in SERVICES:
        assert session.get_service_model(service).operation_names
    shape = shape_of(session, "logs.CreateLogStream")
    [breach] = model_breaches(shape, {"logGroupName": "g", "logStreamName": "a:b"})
    assert (breach.path, breach.value) == ("logStreamName", "a:b")
    assert breach.constraint.endswith(shape.members["logStreamName"].metadata["pattern"])


# --- entries of a batch ---------------------------------------------------------------------------

ENTRIES = [
    {"Source": "me", "DetailType": "d", "Detail": "{}"},
    {"Source": "me", "DetailType": "d", "Detail": "{'a': 1}"},
    {"Source": "", "DetailType": "d", "Detail": "{}"},
    {"Source": "me", "Detail": "{}"},
]


def test_moto_refuses_the_same_entries_of_events(client):
    with mock_aws():
        expected = boto3.client("events", region_name="us-east-1").put_events(Entries=ENTRIES)
    with placed():
        answer = client("events").put_events(Entries=ENTRIES)
    errors = [[each.get("ErrorCode") for each in one["Entries"]] for one in (answer, expected)]
    assert errors[0] == errors[1]
    assert answer["FailedEntryCount"] == expected["FailedEntryCount"] == 3


def test_a_message_of_a_batch_that_is_refused_is_told_beside_those_that_are_sent(client):
    entries = [
        {"Id": "a", "Message": "m", "Subject": "s" * 101},
        {"Id": "b", "Message": "m", "Subject": "s"},
    ]
    with placed():
        answer = client("sns").publish_batch(TopicArn=TOPIC, PublishBatchRequestEntries=entries)
    assert [each["Id"] for each in answer["Successful"]] == ["b"]
    [failed] = answer["Failed"]
    assert (failed["Id"], failed["Code"]) == ("a", "InvalidParameter")
