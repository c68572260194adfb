"""Views that are classes, as consumers: the class and its method stand for its route in the app."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.envelopes.registry import carry
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import loaded
from ecr_contracts.runtime.outcome import Status

EVENT = {"id": "1", "source": "aws.ecr", "detail": {"image-tag": "latest"}}
OTHER = {"id": "2", "source": "aws.ecr", "detail": {}}

APPS = {
    "flask": """
from flask import Flask, request
from flask.views import MethodView

class Hook(MethodView):
    def get(self):
        return {}

    def post(self):
        return {"tag": request.json["detail"]["image-tag"]}

class Unrouted(MethodView):
    def post(self):
        return {}

app = Flask(__name__)
app.add_url_rule("/hook", view_func=Hook.as_view("hook"))
app.add_url_rule("/other", view_func=lambda: "", methods=["POST"], endpoint="other")
""",
    "starlette": """
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.responses import JSONResponse
from starlette.routing import Route

class Hook(HTTPEndpoint):
    async def post(self, request):
        return JSONResponse({"tag": (await request.json())["detail"]["image-tag"]})

class Unrouted(HTTPEndpoint):
    async def post(self, request):
        return JSONResponse({})

app = Starlette(routes=[Route("/hook", Hook), Route("/other", lambda _: None, methods=["POST"])])
""",
    "aiohttp": """
from aiohttp import web

class Hook(web.View):
    async def post(self):
        return web.json_response({"tag": (await self.request.json())["detail"]["image-tag"]})

class Unrouted(web.View):
    async def post(self):
        return web.json_response({})

app = web.Application()
app.router.add_view("/hook", Hook)
""",
}

NAMED = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")\n'
ASSIGNED = 'import os\nos.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings"\n'
DJANGO = {
    "site1/__init__.py": "",
    "site1/settings.py": """
SECRET_KEY = "made up"
ROOT_URLCONF = "site1.urls"
ALLOWED_HOSTS = ["*"]
""",
    "site1/urls.py": """
from django.urls import path
from site1 import views

urlpatterns = [path("ecr/", views.Hook.as_view()), path("other/", views.other)]
""",
    "site1/views.py": """
import json
from django.http import HttpResponse
from django.views import View

class Hook(View):
    def post(self, request):
        return HttpResponse(json.loads(request.body)["detail"]["image-tag"])

def other(request):
    return HttpResponse()
""",
}


@pytest.mark.parametrize("framework", sorted(APPS))
@pytest.mark.parametrize("attribute", ["Hook", "Hook.post"])
def test_a_class_of_views_is_asked_through_its_app(tmp_path, monkeypatch, framework, attribute):
    monkeypatch.chdir(tmp_path)
    Path("views_app.py").write_text(APPS[framework])
    with loaded(Target.parse(f"views_app.py:{attribute}")) as consumer:
        try:
            right = call(consumer, carry([EVENT], "api-destination"))
            wrong = call(consumer, carry([OTHER], "api-destination"))
        finally:
            consumer.close()
    assert right.status is Status.RETURNED
    assert "latest" in str(right.returned)
    assert wrong.status is Status.RAISED
    assert "KeyError" in str(wrong.exception)


@pytest.mark.parametrize("framework", sorted(APPS))
def test_a_class_that_no_route_leads_to_is_not_called(tmp_path, monkeypatch, framework):
    monkeypatch.chdir(tmp_path)
    Path("views_app.py").write_text(APPS[framework])
    with pytest.raises(ConsumerError) as error, loaded(Target.parse("views_app.py:Unrouted")):
        pass
    assert error.value.cause == "it is a view that no route of an app leads to"


@pytest.mark.parametrize(
    ("place", "naming"),
    [("manage.py", NAMED), ("site1/wsgi.py", NAMED), ("site1/asgi.py", ASSIGNED)],
    ids=["manage", "wsgi", "asgi"],
)
def test_a_class_of_views_of_django_is_asked_through_its_project(tmp_path, place, naming):
    """In a process of its own, since settings of Django are read once."""
    pytest.importorskip("django")
    for name, text in {**DJANGO, place: naming}.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    command = (sys.executable, "-m", "ecr_contracts", "check", "site1/views.py:Hook")
    options = ("--kind", "push", "--examples", "0", "--probe", "0", "--format", "json")
    ended = subprocess.run(
        (*command, *options), cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    checks = [finding["check"] for finding in json.loads(ended.stdout)["findings"]]
    assert "raises" in checks
