"""AWS calls in the sandbox: answered and recorded, whoever makes them, with nothing of botocore
left changed.
"""

from __future__ import annotations

import contextlib
import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import SimpleNamespace

import boto3
import botocore.endpoint
import botocore.session
import botocore.validate
import botocore.waiter
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError, WaiterError

from ecr_contracts.core.errors import AnswerError, BackendError
from ecr_contracts.discovery.source.fetched_values import Hints
from ecr_contracts.runtime.effects import Effects, Origin, Sort
from ecr_contracts.runtime.sandbox.aws.client import AwsClients, plain, reads
from ecr_contracts.runtime.sandbox.aws.limits import refusal
from ecr_contracts.runtime.sandbox.aws.synthesis import RequestedValues, response_maker
from ecr_contracts.runtime.sandbox.aws.waiters import final_response, waiting_for
from ecr_contracts.runtime.sandbox.hooks import ImportHooks
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.rows import keeping
from tests.unit.runtime.sandbox.test_synthesis import COMMON
from tests.writing import write

TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"
SCAN = {
    "detail-type": "ECR Image Scan",
    "source": "aws.ecr",
    "account": "123456789012",
    "region": "us-east-1",
    "time": "2024-05-01T10:00:00Z",
    "detail": {
        "repository-name": "team/app",
        "image-digest": "sha256:" + "a" * 64,
        "image-tags": ["v1"],
        "scan-status": "COMPLETE",
        "finding-severity-counts": {"HIGH": 2},
    },
}


@dataclass
class Place:
    """A sandbox's part for AWS, with what it needs."""

    aws: AwsClients
    recorder: Recorder

    @property
    def effects(self) -> Effects:
        return self.recorder.effects()


@contextlib.contextmanager
def placed(settings=None, sources=(), payload=None):
    recorder, import_hooks = Recorder(), ImportHooks()
    aws = AwsClients(recorder, settings or Settings(), Hints.of(sources), import_hooks)
    recorder.begin(payload)
    with import_hooks:
        aws.install()
        try:
            yield Place(aws, recorder)
        finally:
            aws.remove()


@pytest.fixture(scope="module")
def session():
    return botocore.session.get_session()


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    values = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def client(session):
    return lambda name, **options: session.create_client(name, region_name="us-east-1", **options)


def test_a_call_is_recorded_and_answered(client):
    with placed() as place:
        answer = client("sns").publish(TopicArn=TOPIC, Message="hello", Subject="s")
    assert answer["MessageId"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert answer["ResponseMetadata"]["RequestId"]
    [effect] = place.effects
    assert (effect.sort, effect.name, effect.reads, effect.origin) == (
        Sort.AWS,
        "sns.Publish",
        False,
        Origin.MADE_UP,
    )
    assert effect.content == {"TopicArn": TOPIC, "Message": "hello", "Subject": "s"}
    assert effect.answer["MessageId"] == answer["MessageId"]


def test_clients_made_before_and_after_and_sessions_and_resources(client):
    early = client("sns")
    with placed() as place:
        early.publish(TopicArn=TOPIC, Message="1")
        boto3.Session().client("sqs").send_message(
            QueueUrl="https://example.invalid/q", MessageBody="2"
        )
        boto3.resource("s3").Bucket("b").put_object(Key="k", Body=b"3")
        boto3.resource("dynamodb").Table("t").put_item(Item={"id": "4", "count": 5})
    assert [e.name for e in place.effects] == [
        "sns.Publish",
        "sqs.SendMessage",
        "s3.PutObject",
        "dynamodb.PutItem",
    ]
    assert place.effects[3].content["Item"] == {"id": {"S": "4"}, "count": {"N": "5"}}


def test_parameters_are_validated_by_botocore(client):
    with placed() as place, pytest.raises(ParamValidationError, match="Missing required parameter"):
        client("sns").publish(TopicArn=TOPIC)
    assert len(place.effects) == 0


def test_everything_is_put_back():
    owners = [
        (botocore.endpoint.Endpoint, "make_request"),
        (botocore.validate.ParamValidationDecorator, "serialize_to_request"),
        (botocore.waiter.Waiter, "wait"),
    ]
    before = [owner.__dict__[name] for owner, name in owners]
    with placed():
        assert all(
            owner.__dict__[name] is not old
            for (owner, name), old in zip(owners, before, strict=True)
        )
    assert [owner.__dict__[name] for owner, name in owners] == before


def test_a_module_that_comes_after_the_end_is_left_alone():
    import_hooks = ImportHooks()
    aws = AwsClients(Recorder(), Settings(), Hints(), import_hooks)
    before = botocore.endpoint.Endpoint.make_request
    aws.install()
    aws.remove()
    with import_hooks:
        assert botocore.endpoint.Endpoint.make_request is before


def test_threads_do_not_mix_up_parameters(client):
    sns = client("sns")
    with placed() as place, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: sns.publish(TopicArn=TOPIC, Message=str(n)), range(100)))
    assert sorted(int(e.content["Message"]) for e in place.effects) == list(range(100))
    assert len(answers) == 100


def test_what_is_sent_is_plain_json_without_secrets(client, tmp_path):
    file = tmp_path / "report.txt"
    file.write_text("text")
    with placed() as place:
        s3 = client("s3")
        s3.put_object(Bucket="b", Key="k", Body=b"text")
        s3.put_object(Bucket="b", Key="k", Body=b"\xff\x00")
        body = io.BytesIO(b"stream")
        s3.put_object(Bucket="b", Key="k", Body=body)
        boto3.client("s3").upload_file(str(file), "b", "file")
        client("secretsmanager").put_secret_value(SecretId="s", SecretString="hush-hush")
    contents = [effect.content for effect in place.effects]
    json.dumps(contents)
    assert [c["Body"] for c in contents[:3]] == ["text", "<2 bytes>", "stream"]
    assert body.tell() == 0
    assert (contents[3]["Key"], contents[3]["Body"]) == ("file", "<ReadFileChunk>")
    assert contents[4]["SecretString"] == "***"


def test_a_new_token_in_each_call_does_not_make_effects_differ(client):
    with placed() as place:
        for _ in range(2):
            client("cloudformation").update_stack_set(StackSetName="s")
        client("cloudformation").update_stack_set(StackSetName="s", OperationId="mine")
    assert place.effects[0] == place.effects[1]
    assert [effect.content["OperationId"] for effect in place.effects] == [
        "<a new UUID>",
        "<a new UUID>",
        "mine",
    ]


def test_files_come_down_from_s3(client, tmp_path):
    with placed(
        sources=[
            "config = json.loads(s3.get_object(Bucket='b', Key='k')['Body'].read())\n"
            "config['channel']"
        ]
    ):
        s3 = client("s3")
        assert json.loads(s3.get_object(Bucket="b", Key="k")["Body"].read()) == {
            "channel": "#placeholder"
        }
        boto3.client("s3").download_file("b", "k", str(tmp_path / "down"))
    assert json.loads((tmp_path / "down").read_text()) == {"channel": "#placeholder"}


@pytest.mark.parametrize(
    ("service", "waiter", "arguments"),
    [
        ("ecs", "services_stable", {"cluster": "c", "services": ["a", "b"]}),
        ("ecs", "services_inactive", {"cluster": "c", "services": ["a"]}),
        ("ecs", "tasks_running", {"cluster": "c", "tasks": ["t"]}),
        ("ecs", "tasks_stopped", {"cluster": "c", "tasks": ["t"]}),
        (
            "ecr",
            "image_scan_complete",
            {"repositoryName": "team/app", "imageId": {"imageTag": "v1"}},
        ),
        ("lambda", "function_updated", {"FunctionName": "f"}),
        ("lambda", "function_updated_v2", {"FunctionName": "f"}),
        ("lambda", "function_exists", {"FunctionName": "f"}),
        ("cloudformation", "stack_create_complete", {"StackName": "s"}),
        ("cloudformation", "stack_update_complete", {"StackName": "s"}),
        ("cloudformation", "stack_delete_complete", {"StackName": "s"}),
        ("s3", "bucket_exists", {"Bucket": "b"}),
        ("s3", "object_not_exists", {"Bucket": "b", "Key": "k"}),
        ("ssm", "command_executed", {"CommandId": "0" * 36, "InstanceId": "i-" + "0" * 17}),
        ("codedeploy", "deployment_successful", {"deploymentId": "d"}),
        ("dynamodb", "table_exists", {"TableName": "t"}),
        ("dynamodb", "table_not_exists", {"TableName": "t"}),
        ("eks", "cluster_active", {"name": "c"}),
        ("ec2", "instance_running", {"InstanceIds": ["i-0"]}),
        ("ec2", "instance_terminated", {"InstanceIds": ["i-0"]}),
    ],
)
@keeping(lambda filled: not filled)
@pytest.mark.parametrize("filled", [True, False])
def test_waiters_end_at_the_first_look(client, service, waiter, arguments, filled):
    with placed(payload=SCAN) as place:
        place.aws.filled = filled
        client(service).get_waiter(waiter).wait(**arguments)
    assert len(place.effects) == 1


def test_a_waiter_for_what_the_event_denies_fails_without_sleeping(client):
    failed = {**SCAN, "detail": {**SCAN["detail"], "scan-status": "FAILED"}}
    started = time.monotonic()
    with placed(payload=failed), pytest.raises(WaiterError):
        client("ecr").get_waiter("image_scan_complete").wait(
            repositoryName="team/app", imageId={"imageTag": "v1"}
        )
    assert time.monotonic() - started < 2


def test_a_waiter_never_sleeps_even_where_it_waits_in_vain(client):
    answers = {"ecr.DescribeImageScanFindings": {"imageScanStatus": {"status": "IN_PROGRESS"}}}
    started = time.monotonic()
    with (
        placed(Settings(answers=answers)) as place,
        pytest.raises(WaiterError, match="Max attempts"),
    ):
        client("ecr").get_waiter("image_scan_complete").wait(
            repositoryName="team/app", imageId={"imageTag": "v1"}
        )
    assert time.monotonic() - started < 2
    assert len(place.effects) > 1


def test_an_answer_that_a_waiter_would_fail_on_is_not_what_it_waits_for():
    acceptors = [
        SimpleNamespace(
            state="failure",
            matcher="path",
            matcher_func=lambda answer: answer.get("state") == "BAD",
        ),
        SimpleNamespace(
            state="success",
            matcher="path",
            argument="done",
            expected="yes",
            matcher_func=lambda answer: "done" in answer,
        ),
    ]
    with waiting_for(acceptors):
        assert final_response({"done": "", "state": "BAD"}, lambda: {"state": "BAD"}, dict) == {
            "done": "yes"
        }
    assert final_response({"state": "BAD"}, dict) == {"state": "BAD"}


def test_paginators_end(client):
    with placed(payload=SCAN):
        ecr = client("ecr")
        assert (
            len(list(ecr.get_paginator("describe_images").paginate(repositoryName="team/app"))) == 1
        )
        for service, operation in [
            ("ecs", "list_services"),
            ("s3", "list_objects_v2"),
            ("ec2", "describe_instances"),
        ]:
            made = client(service)
            arguments = {"Bucket": "b"} if service == "s3" else {}
            assert len(list(made.get_paginator(operation).paginate(**arguments))) == 1


def test_answers_of_ecr_come_from_the_event(client):
    with placed(payload={"Records": [{"body": json.dumps(SCAN)}]}) as place:
        [detail] = client("ecr").describe_images(repositoryName="team/app")["imageDetails"]
    assert detail["imageTags"] == ["v1"]
    assert detail["imageScanFindingsSummary"]["findingSeverityCounts"] == {"HIGH": 2}
    assert place.effects[0].origin is Origin.EVENT
    assert place.effects[0].reads


def test_made_up_lists_are_filled_or_empty(client):
    with placed() as place:
        ecs = client("ecs")
        assert (
            ecs.describe_services(cluster="c", services=["web"])["services"][0]["serviceName"]
            == "web"
        )
        place.aws.filled = False
        assert ecs.describe_services(cluster="c", services=["web"])["services"] == []


def test_a_given_answer_takes_the_place_of_ours(client):
    answers = {
        "secretsmanager.GetSecretValue": {
            "SecretString": {"url": "https://example.invalid"},
            "Name": "n",
        }
    }
    with placed(Settings(answers=answers)) as place:
        answer = client("secretsmanager").get_secret_value(SecretId="s")
    assert json.loads(answer["SecretString"]) == {"url": "https://example.invalid"}
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert "ARN" not in answer
    assert place.effects[0].origin is Origin.GIVEN


def test_given_text_becomes_bytes_and_times(client):
    answers = {
        "s3.get_object": {"Body": {"a": 1}, "LastModified": "2024-01-01T00:00:00Z"},
        "dynamodb.GetItem": {
            "Item": {"url": "https://example.invalid", "n": 3, "typed": {"S": "x"}}
        },
    }
    with placed(Settings(answers=answers)):
        answer = client("s3").get_object(Bucket="b", Key="k")
        item = boto3.resource("dynamodb").Table("t").get_item(Key={"id": "1"})["Item"]
    assert json.loads(answer["Body"].read()) == {"a": 1}
    assert answer["LastModified"].year == 2024
    assert item == {"url": "https://example.invalid", "n": 3, "typed": "x"}


def test_a_given_error_is_of_the_modelled_class(client):
    answers = {
        "ecr.DescribeImages": {"Error": {"Code": "ImageNotFoundException", "Message": "gone"}}
    }
    ecr = client("ecr")
    with (
        placed(Settings(answers=answers), payload=SCAN),
        pytest.raises(ecr.exceptions.ImageNotFoundException) as caught,
    ):
        ecr.describe_images(repositoryName="team/app")
    assert caught.value.response["Error"]["Message"] == "gone"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_callables_answer_too(client, folder):
    write(
        folder,
        "fakes.py",
        "def parameter(parameters, event):\n    return {'Parameter': {'Value': event['source']}}\n",
    )
    answers = {
        "ssm.GetParameter": "fakes.py:parameter",
        "sts.GetCallerIdentity": lambda parameters, event: {"Account": "1"},
    }
    with placed(Settings(answers=answers), payload=SCAN):
        assert client("ssm").get_parameter(Name="n")["Parameter"]["Value"] == "aws.ecr"
        assert client("sts").get_caller_identity()["Account"] == "1"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"Secret": "x"}, 'Unknown parameter in input: "Secret"'),
        ({"SecretString": 3}, "Invalid type for parameter SecretString"),
        (["x"], "wanted is a mapping"),
        ("fakes.py:f", "is not 'path/to/file.py:function' of a file that exists"),
        (lambda parameters, event: 1 / 0, "raised ZeroDivisionError: division by zero"),
        ({"Error": {"Message": "x"}}, "an error is"),
        ({"CreatedDate": "tomorrow"}, "'tomorrow' is not a time"),
    ],
)
def test_an_answer_that_does_not_fit_is_misuse_even_when_it_is_caught(client, folder, answer, told):
    with placed(Settings(answers={"secretsmanager.GetSecretValue": answer})) as place:
        with pytest.raises(AnswerError, match="GetSecretValue") as caught:
            client("secretsmanager").get_secret_value(SecretId="s")
        assert place.aws.misuse is caught.value
    assert told in str(caught.value)
    assert [effect.name for effect in place.effects] == ["secretsmanager.GetSecretValue"]


def test_errors_raised_by_a_callable_reach_the_consumer(client):
    def denied(parameters, event):
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetSecretValue")

    with placed(Settings(answers={"secretsmanager.GetSecretValue": denied})) as place:
        with pytest.raises(ClientError, match="AccessDenied"):
            client("secretsmanager").get_secret_value(SecretId="s")
        assert place.aws.misuse is None


NEEDS_MORE = {
    ("events", "PutEvents"),  # botocore[crt], for endpoints of several regions
    ("sesv2", "SendEmail"),
    ("sesv2", "SendBulkEmail"),
}


def may_be_refused(service, operation, parameters):
    """Lets a call be refused: a few patterns and limits no value meets that is made up here."""
    name = f"{service}.{operation.name}"
    is_refused = refusal(name, parameters, operation.input_shape, tuple) is not None
    return contextlib.suppress(ClientError) if is_refused else contextlib.nullcontext()


def every_operation(client, service):
    """Calls each operation of a service with made-up parameters; how many there were."""
    made = client(service)
    operations = [
        made.meta.service_model.operation_model(name)
        for name in made.meta.service_model.operation_names
    ]
    operations = [each for each in operations if (service, each.name) not in NEEDS_MORE]
    for operation in operations:
        make = response_maker(operation.input_shape, service=service, filled=True)
        parameters = make(RequestedValues.of({}))
        with may_be_refused(service, operation, parameters):
            getattr(made, xform_name(operation.name))(**parameters)
    return len(operations)


@pytest.mark.parametrize("service", ["ecr", "sns", "ecs", "s3", "secretsmanager"])
@keeping(lambda filled: not filled)
@pytest.mark.parametrize("filled", [True, False])
def test_every_operation_can_be_called(client, service, filled):
    with placed(payload=SCAN) as place:
        place.aws.filled = filled
        assert every_operation(client, service) == len(place.effects)


@pytest.mark.search
def test_every_operation_of_the_services_that_handlers_use_can_be_called(client):
    for service in [*COMMON.split(), "ec2"]:
        with placed(payload=SCAN) as place:
            assert min(every_operation(client, service), 1000) == len(place.effects)


def test_who_empties_a_queue_is_done(client):
    sqs, received = client("sqs"), 0
    with placed():
        while sqs.receive_message(QueueUrl="https://example.invalid/q").get("Messages"):
            received += 1
            assert received < 3


def test_presigned_urls_are_made_without_a_call(client):
    with placed() as place:
        url = client("s3").generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})
    assert url.startswith("https://")
    assert len(place.effects) == 0


def test_event_streams_end(client):
    with placed():
        answer = client("logs").start_live_tail(
            logGroupIdentifiers=["arn:aws:logs:us-east-1:123456789012:log-group:a"]
        )
        assert list(answer["responseStream"]) == []


def test_moto_answers_where_it_is_preferred(client):
    pytest.importorskip("moto")
    with placed(Settings(backend="moto"), payload=SCAN) as place:
        sns = boto3.client("sns", config=Config(retries={"max_attempts": 0}))
        arn = sns.create_topic(Name="alerts")["TopicArn"]
        sns.publish(TopicArn=arn, Message="m")
        [detail] = boto3.client("ecr").describe_images(repositoryName="team/app")["imageDetails"]
        assert sns.publish(TopicArn=TOPIC + "-unknown", Message="m")["MessageId"]
    assert detail["imageTags"] == ["v1"]
    assert [e.name for e in place.effects] == [
        "sns.CreateTopic",
        "sns.Publish",
        "ecr.DescribeImages",
        "sns.Publish",
    ]
    assert place.effects[0].answer["TopicArn"] == arn


def test_a_missing_moto_is_said_with_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "moto", None)
    with (
        pytest.raises(BackendError, match=r"pip install 'moto\[all\]'"),
        placed(Settings(backend="moto")),
    ):
        pass


@pytest.mark.parametrize(
    "name",
    [
        "ecr.DescribeImages",
        "ecr.BatchGetImage",
        "ecr.GetAuthorizationToken",
        "sts.AssumeRole",
        "s3.HeadObject",
        "dynamodb.Query",
        "logs.StartQuery",
        "kms.Decrypt",
        "ecr.BatchCheckLayerAvailability",
    ],
)
def test_operations_that_read(name):
    assert reads(name)


@pytest.mark.parametrize(
    "name",
    [
        "sns.Publish",
        "lambda.Invoke",
        "ecr.StartImageScan",
        "ecs.UpdateService",
        "ecr.BatchDeleteImage",
        "ses.SendEmail",
        "sqs.ReceiveMessage",
        "codebuild.StartBuild",
        "ssm.SendCommand",
        "events.TestingPut",
    ],
)
def test_operations_that_change(name):
    assert not reads(name)


def test_what_has_no_json_is_told_in_a_word():
    assert plain({"a": (1, b"x"), "lock": threading.Lock()}) == {"a": [1, "x"], "lock": "<lock>"}


def test_each_model_is_read_once_however_many_sessions_there_are(monkeypatch):
    import botocore.loaders
    import botocore.session

    read = []
    load = botocore.loaders.JSONFileLoader.load_file
    monkeypatch.setattr(
        botocore.loaders.JSONFileLoader,
        "load_file",
        lambda loader, path: read.append(path) or load(loader, path),
    )
    import_hooks = ImportHooks()
    aws = AwsClients(Recorder(), Settings(), Hints(), import_hooks)
    aws.install()
    try:
        with import_hooks:
            clients = [
                botocore.session.Session().create_client(
                    "ecr", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
                )
                for _ in range(3)
            ]
    finally:
        aws.remove()
    models = [path for path in read if "/ecr/" in path]
    assert models
    assert len(set(models)) == len(models)
    assert len({id(client) for client in clients}) == 3
