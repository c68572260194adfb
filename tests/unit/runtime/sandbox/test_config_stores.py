"""Sources of configuration: their values have the form that the code wants, and fit botocore's
models.
"""

from __future__ import annotations

import json
from textwrap import dedent

import boto3
import pytest

from ecr_contracts.runtime.sandbox.aws.config_stores import dynamodb_value
from tests.unit.runtime.sandbox.test_aws import placed


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    values = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def run(source, *, filled=True):
    """What a source leaves in the name `result`, with hints taken from it."""
    source = dedent(source)
    with placed(sources=[source]) as place:
        place.aws.filled = filled
        names = {"boto3": boto3, "json": json}
        exec(compile(source, "app.py", "exec"), names)
        return names["result"]


@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            """
            client = boto3.client("secretsmanager")
            text = client.get_secret_value(SecretId="prod/app")["SecretString"]
            result = json.loads(text)["webhook_url"]
            """,
            "https://example.invalid/webhook-url",
        ),
        (
            """
            client = boto3.client("secretsmanager")
            result = client.get_secret_value(SecretId="prod/github_token")["SecretString"]
            """,
            "placeholder-token",
        ),
        (
            """
            client = boto3.client("ssm")
            found = client.get_parameter(Name="/app/slack/url", WithDecryption=True)
            result = found["Parameter"]["Value"]
            """,
            "https://example.invalid/url",
        ),
        (
            """
            client = boto3.client("ssm")
            found = client.get_parameters(Names=["/app/channel", "/app/token"])["Parameters"]
            result = {each["Name"]: each["Value"] for each in found}
            """,
            {"/app/channel": "#placeholder", "/app/token": "placeholder-token"},
        ),
        (
            """
            value = boto3.client("ssm").get_parameter(Name="/app/config")["Parameter"]["Value"]
            result = json.loads(value)["accounts"]
            """,
            "123456789012",
        ),
        (
            """
            found = boto3.client("s3").get_object(Bucket="b", Key="config.json")
            body = found["Body"].read().decode("utf-8")
            result = json.loads(body)["email"]
            """,
            "placeholder@example.invalid",
        ),
        ("""result = boto3.client("sts").get_caller_identity()["Account"]""", "123456789012"),
        (
            """
            client = boto3.client("sts")
            given = client.assume_role(RoleArn="a" * 20, RoleSessionName="me")["Credentials"]
            other = boto3.client("sns", aws_access_key_id=given["AccessKeyId"],
                aws_secret_access_key=given["SecretAccessKey"],
                aws_session_token=given["SessionToken"])
            result = bool(other.publish(TopicArn="t", Message="m")["MessageId"])
            """,
            True,
        ),
        (
            """
            plain = boto3.client("kms").decrypt(CiphertextBlob=b"x")["Plaintext"]
            result = json.loads(plain)["token"]
            """,
            "placeholder-token",
        ),
    ],
)
def test_values_serve_the_code(source, value, filled):
    assert run(source, filled=filled) == value


def test_items_of_dynamodb_have_the_attributes_that_are_read():
    assert run("""
        item = boto3.client("dynamodb").get_item(TableName="t", Key={"id": {"S": "app"}})["Item"]
        result = item["id"]["S"], item["channel"]["S"], int(item["limit"]["N"])
        """) == ("app", "#placeholder", 10)
    assert run("""
        item = boto3.resource("dynamodb").Table("t").get_item(Key={"id": "app"}).get("Item")
        result = item["id"], item["channel"], item["nested"]["url"]
        """) == ("app", "#placeholder", "https://example.invalid/url")
    assert run("""
        found = boto3.resource("dynamodb").Table("t").scan()["Items"]
        result = [each["email"] for each in found]
        """) == ["placeholder@example.invalid"]


def test_where_nothing_is_filled_there_are_no_items():
    get = (
        """result = boto3.resource("dynamodb").Table("t").get_item(Key={"id": "app"}).get("Item")"""
    )
    assert run(get, filled=False) is None
    assert (
        run("""result = boto3.resource("dynamodb").Table("t").scan()["Items"]""", filled=False)
        == []
    )


def test_several_secrets_at_once():
    source = """
        client = boto3.client("secretsmanager")
        found = client.batch_get_secret_value(SecretIdList=["a-token", "b-url"])["SecretValues"]
        result = [each["SecretString"] for each in found]
        """
    assert run(source) == ["placeholder-token", "https://example.invalid/b-url"]


def test_plain_values_become_attributes():
    value = {"a": [1, True, None, "x", b"b"], "typed": {"N": "1"}}
    assert dynamodb_value(value) == {
        "M": {
            "a": {"L": [{"N": "1"}, {"BOOL": True}, {"NULL": True}, {"S": "x"}, {"B": b"b"}]},
            "typed": {"N": "1"},
        }
    }
