"""The app object of Chalice is called with requests: a complaint names its functions instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.envelopes.registry import carry
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import loaded
from ecr_contracts.runtime.outcome import Status

ROUTES = """
from chalice import Chalice

app = Chalice(app_name="hooks")

@app.route("/ecr", methods=["POST"])
def receive():
    return {"id": app.current_request.json_body["id"]}
"""

FUNCTIONS = """
@app.on_sqs_message(queue="ecr")
def on_message(event):
    return [record.body for record in event]

@app.lambda_function()
def on_event(event, context):
    return event["id"]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder without apps, as the working directory."""
    pytest.importorskip("chalice")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.chdir(tmp_path)


def complaint(text: str) -> ConsumerError:
    with pytest.raises(ConsumerError) as error, loaded(Target.parse(text)):
        pass
    return error.value


def test_the_app_object_is_no_consumer_and_its_functions_are_named():
    Path("hooks.py").write_text(ROUTES + FUNCTIONS)
    error = complaint("hooks.py:app")
    assert "it is an app of Chalice" in error.cause
    assert error.advice == "name its function: hooks.py:on_message, hooks.py:on_event"


@pytest.mark.parametrize("attribute", ["app", "receive"])
def test_what_answers_requests_gets_an_adapter_that_works(attribute):
    Path("hooks.py").write_text(ROUTES)
    advice = complaint(f"hooks.py:{attribute}").advice
    adapter = advice.partition("check that: ")[2].removesuffix(", with --via api-destination")
    code = f"import chalice.test\nfrom hooks import app\n{adapter}\n"
    Path("adapters.py").write_text(code.replace("/…", "/ecr"))
    with loaded(Target.parse("adapters.py:adapter")) as consumer:
        outcome = call(consumer, carry([{"id": "1", "detail": {}}], "api-destination"))
    assert outcome.status is Status.RETURNED
