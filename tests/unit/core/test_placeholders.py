"""Placeholders: the form of a value follows from the name that it goes by."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.placeholders import arn, placeholder, resource_arn, words


@pytest.mark.parametrize(
    "name",
    [
        "SLACK_URL",
        "WEBHOOK_URL",
        "SLACK_WEBHOOK",
        "hookUrl",
        "API_ENDPOINT",
        "slack-uri",
        "SLACK_WEBHOOK_URL_PROD",
    ],
)
def test_a_url_for_names_of_urls(name):
    url = urlsplit(placeholder(name))
    assert (url.scheme, url.hostname) == ("https", "example.invalid")


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("SNS_TOPIC_ARN", "sns"),
        ("TOPIC", "sns"),
        ("TopicArn", "sns"),
        ("TARGET_ARN", "sns"),
        ("ROLE_ARN", "iam"),
        ("SECRET_ARN", "secretsmanager"),
        ("STATE_MACHINE_ARN", "states"),
        ("functionArn", "lambda"),
        ("ECS_CLUSTER_ARN", "ecs"),
    ],
)
def test_an_arn_of_the_service_for_names_of_arns(name, service):
    assert re.fullmatch(rf"arn:aws:{service}:[a-z0-9-]*:(123456789012)?:.+", placeholder(name))


@pytest.mark.parametrize(
    "name",
    [
        "RETENTION_DAYS",
        "PORT",
        "TIMEOUT",
        "COUNT",
        "MAX_IMAGES",
        "MIN_AGE",
        "CRITICAL_THRESHOLD",
        "timeoutInSeconds",
    ],
)
def test_a_whole_number_above_zero_for_names_of_numbers(name):
    assert int(placeholder(name)) > 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "INFO"),
        ("LEVEL", "INFO"),
        ("LOGLEVEL", "INFO"),
        ("SEVERITY_LEVEL", "HIGH"),
        ("SENDER", "placeholder@example.invalid"),
        ("EMAIL_FROM", "placeholder@example.invalid"),
        ("TO", "placeholder@example.invalid"),
        ("RECIPIENT_EMAILS", "placeholder@example.invalid"),
        ("AWS_REGION_NAME", "us-east-1"),
        ("ACCOUNT_ID", "123456789012"),
        ("AWS_ACCOUNT", "123456789012"),
        ("SLACK_CHANNEL", "#placeholder"),
        ("GITHUB_TOKEN", "placeholder-token"),
        ("REPOSITORY_NAME", "placeholder"),
        ("BUCKET", "placeholder"),
        ("TABLE_NAME", "placeholder"),
        ("QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/placeholder"),
        ("ECR_REPOSITORY_URI", "123456789012.dkr.ecr.us-east-1.amazonaws.com/placeholder"),
        ("DRY_RUN", "false"),
        ("SMTP_HOST", "example.invalid"),
        ("", "placeholder"),
    ],
)
def test_what_a_name_tells(name, value):
    assert placeholder(name) == value


def test_names_are_read_in_every_spelling():
    assert (
        words("LOG_LEVEL")
        == words("logLevel")
        == words("log-level")
        == words("LogLevel")
        == ["log", "level"]
    )
    assert words("SNSTopicARN") == ["sns", "topic", "arn"]


@given(st.text(max_size=40))
def test_every_name_has_a_value_that_is_always_the_same(name):
    assert placeholder(name)
    assert placeholder(name) == placeholder(name)


# --- ARNs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("topic", "arn:aws:sns:us-east-1:123456789012:alerts"),
        ("bucket", "arn:aws:s3:::alerts"),
        ("role", "arn:aws:iam::123456789012:role/alerts"),
        ("assumed role", "arn:aws:sts::123456789012:assumed-role/alerts/alerts"),
        ("execution", "arn:aws:states:us-east-1:123456789012:execution:alerts:alerts"),
        ("secret", "arn:aws:secretsmanager:us-east-1:123456789012:secret:alerts-AbCdEf"),
    ],
)
def test_the_arn_of_a_resource_has_what_its_service_has(sort, expected):
    assert resource_arn(sort, "alerts") == expected


def test_an_arn_may_be_of_another_region_account_and_partition():
    assert (
        arn("ecr", "repository/app", region="cn-north-1", account="0" * 12, partition="aws-cn")
        == "arn:aws-cn:ecr:cn-north-1:000000000000:repository/app"
    )
