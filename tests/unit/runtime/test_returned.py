"""What of a returned value is read, by whoever called: Lambda, a server's client, or nobody."""

from __future__ import annotations

import pytest

from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events.generate.cases import case
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.outcome import Status

EVENT = case("push/ordinary").event
REQUESTS = ["api-destination", "sns-http"]
RECEIVED = ["sns-sqs-message", "sqs-message", "sqs-one"]


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
@pytest.mark.parametrize("name", ["status_code", "status"])
def test_the_response_object_of_a_web_framework_is_its_status(via, name):
    assert returned(lambda request: Response(**{name: 202}), via) == ({"statusCode": 202}, "")


@pytest.mark.parametrize("via", REQUESTS)
@pytest.mark.parametrize(
    ("status", "by"),
    [(500, "its framework"), (422, "its framework"), (404, "its framework"), (400, "its own code")],
)
def test_a_response_that_is_no_success_refuses_the_request(via, status, by):
    body = b'{"detail": "no tag"}'
    outcome = call(
        lambda request: Response(status_code=status, content=body), ENVELOPES[via].wrap([EVENT])
    )
    assert outcome.status is Status.REFUSED
    assert outcome.message.startswith(f"no tag ({status})")
    assert (outcome.returned["status"], outcome.returned["by"]) == (status, by)


def test_a_status_in_the_answer_to_what_is_no_request_says_nothing():
    outcome = call(lambda event: Response(status_code=500), EVENT)
    assert outcome.status is Status.RETURNED


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
