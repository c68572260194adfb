"""What Lambda gives beside the event: the context, and the environment."""

from __future__ import annotations

import re
import uuid

from ecr_contracts.runtime import lambda_context
from ecr_contracts.runtime.lambda_context import LambdaContext, lambda_environment
from tests.writing import EVENT


def test_the_context_looks_like_lambdas():
    context = LambdaContext(EVENT, timeout=3.0)
    assert vars(context).keys() >= {
        "aws_request_id",
        "client_context",
        "function_name",
        "function_version",
        "identity",
        "invoked_function_arn",
        "log_group_name",
        "log_stream_name",
        "memory_limit_in_mb",
    }
    assert context.function_version == "$LATEST"
    assert context.invoked_function_arn.split(":")[4] == "123456789012"
    assert context.invoked_function_arn.endswith(f":function:{context.function_name}")
    assert context.memory_limit_in_mb == "128"
    assert context.log_group_name == f"/aws/lambda/{context.function_name}"
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", context.log_stream_name)
    assert (
        context.client_context,
        context.identity.cognito_identity_id,
        context.identity.cognito_identity_pool_id,
    ) == (None,) * 3
    assert uuid.UUID(context.aws_request_id).version == 4
    assert context.aws_request_id in repr(context)


def test_the_request_id_depends_on_the_payload_alone():
    assert (
        LambdaContext(EVENT).aws_request_id == LambdaContext(dict(EVENT), timeout=9).aws_request_id
    )
    assert LambdaContext(EVENT).aws_request_id != LambdaContext({}).aws_request_id
    assert uuid.UUID(LambdaContext("\ud800").aws_request_id)


def test_the_time_that_is_left_counts_down(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(lambda_context.time, "monotonic", lambda: now[0])
    context = LambdaContext(timeout=3.0)
    seen = []
    for now[0] in (100.0, 101.5, 103.0, 200.0):
        seen.append(context.get_remaining_time_in_millis())
    assert seen == [3000, 1500, 0, 0]


def test_the_environment_of_lambda_agrees_with_its_context():
    context, environment = LambdaContext(), lambda_environment()
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == context.function_name
    assert (
        environment["AWS_REGION"]
        == environment["AWS_DEFAULT_REGION"]
        == context.invoked_function_arn.split(":")[3]
    )
    assert not any("KEY" in name or "TOKEN" in name for name in environment)
    assert all(type(value) is str for value in environment.values())
