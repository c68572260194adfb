"""Loops over pages end, and what only looks like a token of a page is sent."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.exceptions import OperationNotPageableError
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.runtime.sandbox.aws.page_tokens import page_tokens
from ecr_contracts.runtime.sandbox.settings import Settings
from tests.unit.runtime.sandbox.test_aws import placed
from tests.unit.runtime.sandbox.test_synthesis import COMMON

_SESSION = botocore.session.get_session()
SERVICES = [*COMMON.split(), "ec2"]


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")


@pytest.fixture
def client():
    return lambda name: _SESSION.create_client(name, region_name="us-east-1")


def output_tokens(service, operation):
    """The members that botocore's paginator takes a next page from; those that are no path."""
    try:
        pages = _SESSION.get_paginator_model(service).get_paginator(operation)
    except (ValueError, OperationNotPageableError):
        return set()
    tokens = pages["output_token"]
    tokens = [tokens] if isinstance(tokens, str) else tokens
    return {token for token in tokens if token.isidentifier()}


@given(st.sampled_from(SERVICES), st.data())
def test_what_botocore_pages_by_is_a_token_of_a_page(service, data):
    model = _SESSION.get_service_model(service)
    operation = model.operation_model(data.draw(st.sampled_from(model.operation_names)))
    paged = output_tokens(service, operation.name)
    found = page_tokens(
        f"{service}.{operation.name}", operation.input_shape, operation.output_shape
    )
    assert paged - found <= {"nextForwardToken", "NextShardIterator"}


@pytest.mark.parametrize("filled", [True, False])
def test_the_token_that_puts_a_log_event_in_its_place_is_sent(client, filled):
    with placed(Settings(filled=filled)):
        answer = client("logs").put_log_events(
            logGroupName="g", logStreamName="s", logEvents=[{"timestamp": 1, "message": "m"}]
        )
    assert answer["nextSequenceToken"]


def test_a_stream_of_log_events_is_read_to_its_end(client):
    with placed() as place:
        logs, token, more = client("logs"), None, {}
        while True:
            page = logs.get_log_events(logGroupName="g", logStreamName="s", **more)
            if page["nextForwardToken"] == token:
                break
            token = page["nextForwardToken"]
            more = {"nextToken": token}
            assert len(place.effects) < 5
    assert len(place.effects) == 2


@pytest.mark.parametrize(
    ("service", "operation", "token", "parameter"),
    [
        ("ecs", "list_services", "nextToken", "nextToken"),
        ("lambda", "list_functions", "NextMarker", "Marker"),
        ("dynamodb", "scan", "LastEvaluatedKey", "ExclusiveStartKey"),
        ("s3", "list_objects_v2", "NextContinuationToken", "ContinuationToken"),
        ("ssm", "describe_parameters", "NextToken", "NextToken"),
    ],
)
@pytest.mark.parametrize("asks", ["get", "in"])
def test_loops_over_pages_end(client, service, operation, token, parameter, asks):
    needed = {"scan": {"TableName": "t"}, "list_objects_v2": {"Bucket": "b"}}.get(operation, {})
    with placed() as place:
        call = getattr(client(service), operation)
        answer = call(**needed)
        while token in answer if asks == "in" else answer.get(token):
            answer = call(**needed, **{parameter: answer[token]})
            assert len(place.effects) < 5
    assert len(place.effects) == 1


def test_the_answer_of_a_user_is_the_last_page_when_its_token_is_passed(client):
    answers = {"ecs.list_services": {"serviceArns": ["a"], "nextToken": "more"}}
    with placed(Settings(answers=answers)) as place:
        ecs, answer = client("ecs"), {"nextToken": None}
        while "nextToken" in answer:
            token = answer["nextToken"]
            answer = ecs.list_services(**({"nextToken": token} if token else {}))
            assert len(place.effects) < 5
    assert ["nextToken" in effect.answer for effect in place.effects] == [True, False]
