"""Web apps by their source: whether one is there, who sends it events, and what it compares."""

from __future__ import annotations

import pytest

from ecr_contracts.discovery.own_values import own_values
from ecr_contracts.discovery.shapes.web_apps import web_envelopes
from ecr_contracts.discovery.target import Target

FASTAPI = """
from fastapi import FastAPI, Request

app = FastAPI()


@app.post("/events")
async def receive(request: Request):
    event = await request.json()
    if event["detail"]["repository-name"] != "prod/api":
        return {}


def helper(event, context):
    return event
"""
FLASK = """
import json
from flask import Flask, request


def create_app():
    app = Flask(__name__)

    @app.route("/sns", methods=["POST"])
    def sns():
        note = json.loads(request.data)
        if note["Type"] == "SubscriptionConfirmation":
            return note["SubscribeURL"]

    return app


app = create_app()
"""
ROUTES = """
from starlette.applications import Starlette
from starlette.routing import Route


async def receive(request):
    event = await request.json()
    if event["detail"]["repository-name"] == "prod/api":
        return event


app = Starlette(routes=[Route("/events", receive, methods=["POST"])])
"""
DJANGO = """
import json
from django.http import JsonResponse


def push(request):
    event = json.loads(request.body)
    if event["detail"]["repository-name"] == "prod/api":
        return JsonResponse({})
"""
PLAIN = """
import json
from flask import Flask, request

app = Flask(__name__)


@app.post("/events")
def receive():
    event = request.get_json()
    if event["detail"]["repository-name"] == "prod/api":
        return event
"""
CLIENT = """
import aiohttp


async def handler(event, context):
    async with aiohttp.ClientSession() as session:
        await session.post("https://hooks.example.invalid/x", json=event)
"""
PUBLISHES = (
    FASTAPI
    + """

def tell(sns, event):
    sns.publish(TopicArn="arn:aws:sns:eu-west-1:123456789012:x", Message=event["id"], Type="x")
"""
)
MODEL = (
    FASTAPI
    + """

class Notification(BaseModel):
    Type: str
    Message: str
"""
)
ELSEWHERE = "from main import app\n\napplication = app\n"

API, SNS = ["api-destination"], ["sns-http"]


def target_in(folder, text: str, attribute: str) -> Target:
    """A function of a file with a text."""
    (folder / "main.py").write_text(text)
    (folder / "wsgi.py").write_text(ELSEWHERE)
    return Target("main.py:app", attribute, file=folder / "main.py")


@pytest.mark.parametrize(
    ("source", "attribute", "envelopes"),
    [
        ("FASTAPI", "app", API),
        ("FASTAPI", "receive", API),
        ("FASTAPI", "helper", []),
        ("FLASK", "app", SNS),
        ("FLASK", "create_app", SNS),
        ("ROUTES", "receive", API),
        ("ROUTES", "app", API),
        ("DJANGO", "push", API),
        ("CLIENT", "handler", []),
        ("PUBLISHES", "app", API),
        ("MODEL", "app", SNS),
    ],
)
def test_an_app_and_who_sends_it_events_are_known_by_the_source(
    tmp_path, source, attribute, envelopes
):
    target = target_in(tmp_path, globals()[source], attribute)
    assert [name for name, _ in web_envelopes(target)] == envelopes


def test_an_app_of_another_file_is_one(tmp_path):
    target_in(tmp_path, FASTAPI, "app")
    for name in ("app", "application"):
        target = Target("wsgi.py:app", name, file=tmp_path / "wsgi.py")
        assert [name for name, _ in web_envelopes(target)] == API


@pytest.mark.parametrize("attribute", ["app", "receive"])
@pytest.mark.parametrize("source", ["FASTAPI", "ROUTES", "PLAIN"])
def test_what_an_endpoint_compares_is_known(tmp_path, source, attribute):
    [compared] = own_values(target_in(tmp_path, globals()[source], attribute), {})
    assert compared.steps == ("detail", "repository-name")
    assert "prod/api" in str(compared.conditions)


def test_what_a_view_of_django_compares_is_known(tmp_path):
    [compared] = own_values(target_in(tmp_path, DJANGO, "push"), {})
    assert compared.steps == ("detail", "repository-name")
    assert "prod/api" in str(compared.conditions)
