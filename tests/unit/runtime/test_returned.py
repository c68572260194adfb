"""What of a returned value is read, by whoever called: Lambda, a server's client, or nobody."""

from __future__ import annotations

import pytest

from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events.generate.cases import case
from ecr_contracts.runtime.invoke import call

EVENT = case("push/ordinary").event
REQUESTS = ["api-destination", "sns-http"]
RECEIVED = ["sqs-message", "sqs-one"]


class Response:
    def __init__(self, **members):
        self.headers = {}
        vars(self).update(members)


class Unreadable:
    def __getattr__(self, name):
        raise OSError(name)


class Service:
    def handle(self, event):
        return Response()

    def handler(self, event, context):
        return Response()


def returned(function, via):
    outcome = call(function, ENVELOPES[via].wrap([EVENT]))
    return outcome.returned, outcome.unserialisable


@pytest.mark.parametrize("via", REQUESTS)
def test_the_response_object_of_a_web_framework_is_its_status(via):
    assert returned(lambda request: Response(status_code=422), via) == ({"statusCode": 422}, "")
    assert returned(lambda request: Response(status=500), via) == ({"statusCode": 500}, "")


@pytest.mark.parametrize("via", [*REQUESTS, *RECEIVED])
def test_what_lambda_does_not_call_may_return_anything(via):
    assert returned(lambda payload: {object()}, via) == (None, "")
    assert returned(lambda payload: Unreadable(), via) == (None, "")
    assert returned(lambda payload: {"ok": True}, via) == ({"ok": True}, "")


@pytest.mark.parametrize("via", sorted({*ENVELOPES} - {*REQUESTS, *RECEIVED}))
def test_what_lambda_calls_returns_json(via):
    _, problem = returned(lambda event, context: Response(status_code=200), via)
    assert problem == "$ is a Response"


def test_what_takes_nothing_but_an_event_is_not_what_lambda_calls():
    assert returned(lambda event: Response(status_code=200), "lambda") == (None, "")
    assert returned(Service().handle, "lambda") == (None, "")
    assert returned(Service().handler, "lambda") == (None, "$ is a Response")
