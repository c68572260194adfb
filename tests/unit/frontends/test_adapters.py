"""The assertion over what is no handler by itself: methods, and lambdas around a client."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from ecr_contracts import contract
from ecr_contracts.contract import ContractViolation

QUICK = {"strength": 1, "examples": 0}
KEY_ERROR = "KeyError when image-tag is absent"


@dataclass
class Deployed:
    image: str


@dataclass
class Response:
    status_code: int
    headers: dict


class Fake:
    def deploy(self, image):
        return Deployed(image)


class PushService:
    """As people write it: its client comes from outside, and it returns an object of its own."""

    def __init__(self, client):
        self._client = client

    def handle(self, event):
        detail = event["detail"]
        return self._client.deploy(f"{detail['repository-name']}:{detail['image-tag']}")

    def handle_any(self, event):
        detail = event["detail"]
        return self._client.deploy(f"{detail['repository-name']}:{detail.get('image-tag')}")

    async def handle_later(self, event):
        return self.handle(event)

    def process(self, message):
        return self.handle(json.loads(message["Body"]))


class Client:
    """A client of tests: it answers, and raises nothing."""

    def post(self, path, content, headers):
        event = json.loads(content)
        status = 200 if "image-tag" in event["detail"] else 500
        return Response(status, headers)


@pytest.mark.parametrize(
    ("consumer", "via"),
    [
        (PushService(Fake()).handle, "lambda"),
        (PushService(Fake()).handle_later, "lambda"),
        (PushService(Fake()).process, "sqs-one"),
    ],
    ids=["method", "async method", "message"],
)
def test_a_method_of_an_object_that_the_test_made_is_judged(consumer, via):
    with pytest.raises(ContractViolation, match=KEY_ERROR) as violation:
        contract.check(consumer, "push", via=via, **QUICK)
    [finding] = violation.value.findings
    assert (finding.check, finding.via) == ("raises", via)
    assert "detail['image-tag']" in finding.location.source


def test_an_object_that_a_method_or_an_adapter_returns_is_no_finding():
    service = PushService(Fake())
    assert not contract.check(service.handle_any, "push", **QUICK).errors
    verdict = contract.check(lambda event, _: service.handle_any(event), "push", **QUICK)
    assert not verdict.errors
    assert len(verdict.trials) > 10


def test_a_client_of_tests_in_a_lambda_fails_by_the_status_of_its_answer():
    client = Client()
    with pytest.raises(ContractViolation, match="refuses the request when image-tag is") as broken:
        contract.check(
            lambda request, _: client.post("/ecr", request["body"], request["headers"]),
            "push",
            via="api-destination",
            **QUICK,
        )
    [finding] = broken.value.findings
    assert "500" in finding.detail
    assert [str(condition.path) for condition in finding.cause] == ["$.detail.image-tag"]


def test_several_envelopes_are_given_one_after_the_other():
    service = PushService(Fake())

    def unwrapping(payload, _):
        body = payload.get("Body") or payload["Records"][0]["Sns"]["Message"]
        return service.handle_any(json.loads(body))

    verdict = contract.check(unwrapping, "push", via=["sqs-one", "sns"], **QUICK)
    assert {trial.via for trial in verdict.trials} == {"sqs-one", "sns"}


def made():
    def handler(event, context):
        return {event["id"]}

    return handler


handler_by_its_name = made()


def test_what_a_handler_returns_is_still_judged_where_a_function_makes_it():
    with pytest.raises(ContractViolation, match="returns what JSON cannot carry on every push"):
        contract.check(handler_by_its_name, "push", **QUICK)
    assert not contract.check(made(), "push", **QUICK).errors
