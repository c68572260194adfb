"""Apps of the web frameworks as consumers: routes, errors, and what cannot be judged."""

from __future__ import annotations

import importlib
import sys
import textwrap
from pathlib import Path

import pytest

from ecr_contracts import contract
from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.findings import Severity
from ecr_contracts.discovery.purpose import purpose_of
from ecr_contracts.discovery.target import Target
from ecr_contracts.engine import session
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.subjects.handler import Function, Handler
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.eventbridge.envelopes.registry import carry
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import Consumer, loaded
from ecr_contracts.runtime.outcome import Outcome, Status

EVENT = {"id": "1", "source": "aws.ecr", "detail": {"image-tag": "latest"}}

FASTAPI = """
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel

app = FastAPI()


class Notification(BaseModel):
    Type: str
    Message: str


@app.post("/model")
async def model(note: Notification):
    return {"tag": note.Message}


@app.post("/events")
async def events(request: Request):
    return {"tag": (await request.json())["detail"]["image-tag"]}


@app.post("/sync")
def sync(event: dict):
    return {"tag": event["detail"]["tag"]}


@app.post("/own")
async def own(request: Request):
    raise HTTPException(400, "no such event")


@app.post("/wrapped")
async def wrapped(event: dict):
    try:
        return {"tag": event["detail"]["tag"]}
    except KeyError as error:
        raise HTTPException(400, "no tag") from error
"""

FLASK = """
from flask import Flask, abort, jsonify, request

app = Flask(__name__)


class Skipped(Exception):
    pass


@app.errorhandler(Skipped)
def skipped(error):
    return "", 204


@app.post("/raises")
def raises():
    return request.json["detail"]["tag"]


@app.post("/aborts")
def aborts():
    abort(422, "not for us")


@app.post("/by-name")
def by_name():
    raise Skipped


@app.route("/first", methods=["POST"])
@app.route("/second", methods=["POST"])
def twice():
    return jsonify(request.get_json())
"""

AIOHTTP = """
import json
from aiohttp import web

routes = web.RouteTableDef()


@routes.post("/events")
async def events(request):
    return web.json_response({"tag": (await request.json())["detail"]["tag"]})


@routes.post("/refuses")
async def refuses(request):
    raise web.HTTPBadRequest(text="not for us")


TAGS = web.AppKey("tags", list)


async def started(app):
    app[TAGS] = []


def make():
    app = web.Application()
    app.on_startup.append(started)
    app.add_routes(routes)
    return app
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with an app of each framework, as the working directory."""
    for name, text in {"f": FASTAPI, "k": FLASK, "a": AIOHTTP}.items():
        (tmp_path / f"{name}_app.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def outcome_of(text: str, path: str = "", via: str = "api-destination") -> Outcome:
    """What an app does with one event."""
    attribute = text.partition(":")[2]
    target = Target(text, attribute, file=Target.parse(text).file, path=path)
    with loaded(target) as consumer:
        try:
            return call(consumer, carry([EVENT], via))
        finally:
            consumer.close()


def told(outcome: Outcome) -> tuple[str, str | None, str]:
    """The status of an outcome, its exception, and the line that it is placed at."""
    line = outcome.location.source if outcome.location else ""
    return outcome.status.value, (outcome.exception or "").rpartition(".")[2] or None, line


def test_apps_of_three_frameworks_are_called_at_their_paths(project):
    assert outcome_of("f_app.py:app", "/events").returned == {"tag": "latest"}
    assert outcome_of("f_app.py:events").returned == {"tag": "latest"}
    assert outcome_of("k_app.py:app", "/first").returned == EVENT
    assert outcome_of("k_app.py:twice").returned == EVENT


def test_an_exception_has_its_line_whatever_a_framework_answers(project):
    line = 'return {"tag": event["detail"]["tag"]}'
    assert told(outcome_of("f_app.py:sync")) == ("raised", "KeyError", line)
    line = 'return request.json["detail"]["tag"]'
    assert told(outcome_of("k_app.py:raises")) == ("raised", "KeyError", line)
    line = 'return web.json_response({"tag": (await request.json())["detail"]["tag"]})'
    assert told(outcome_of("a_app.py:events")) == ("raised", "KeyError", line)
    assert told(outcome_of("a_app.py:make", "/events")) == ("raised", "KeyError", line)


def test_text_where_json_is_wanted_is_refused_and_says_so(project):
    fastapi = outcome_of("f_app.py:model", via="sns-http")
    assert told(fastapi) == (
        "refused",
        "RequestValidationError",
        "async def model(note: Notification):",
    )
    flask = outcome_of("k_app.py:raises", via="sns-http")
    assert told(flask)[:2] == ("refused", "UnsupportedMediaType")
    for outcome in (fastapi, flask):
        assert outcome.message.startswith("SNS posts JSON as text/plain: no body to parse (4")


@pytest.mark.parametrize("target", ["f_app.py:own", "k_app.py:aborts", "a_app.py:refuses"])
def test_a_status_that_its_own_code_says_is_its_decision(project, target):
    outcome = outcome_of(target)
    assert (outcome.status, outcome.returned["by"]) == (Status.REFUSED, "its own code")
    assert outcome.location is not None


def test_a_status_for_another_exception_is_none(project):
    outcome = outcome_of("f_app.py:wrapped")
    assert (outcome.status, outcome.returned["by"]) == (Status.REFUSED, "its framework")
    assert len(outcome.chain) == 2


def test_what_a_handler_of_errors_takes_by_name_is_no_fault(project):
    assert outcome_of("k_app.py:by_name").status is Status.RETURNED


def test_several_likely_paths_are_listed(project):
    with pytest.raises(ConsumerError, match="takes POST at 5 paths") as caught:
        outcome_of("k_app.py:app")
    assert "--path /" in caught.value.advice


def test_a_function_that_serves_an_app_is_not_called_for_one(project):
    (project / "serves.py").write_text(
        "from aiohttp import web\n\n\ndef main():\n    web.run_app(web.Application())\n"
    )
    with pytest.raises(ConsumerError, match="cannot be called with an event"):
        outcome_of("serves.py:main")


def test_the_path_that_was_chosen_is_told(project):
    (project / "two.py").write_text(
        textwrap.dedent(
            """
            from flask import Flask

            app = Flask(__name__)


            @app.post("/users")
            def users():
                raise AssertionError("nobody asks for it")


            @app.post("/hooks/ecr")
            def hooks():
                return {}
            """
        )
    )
    assert (
        "sent to POST /hooks/ecr, of 2 paths; --path says another one"
        in check("two.py:app", "").notes
    )
    assert not any("--path" in note for note in check("two.py:app", "/hooks/ecr").notes)


def test_the_code_says_who_sends(project):
    (project / "n_app.py").write_text(FASTAPI.replace("Type: str", "Type: str\n    TopicArn: str"))
    assert purpose_of(Target.parse("f_app.py:app")).envelope == "sns-http"
    assert purpose_of(Target.parse("n_app.py:app")).envelope == "sns-http"
    assert purpose_of(Target.parse("a_app.py:events")).envelope == "api-destination"
    (project / "client.py").write_text(
        "import aiohttp\n\n\ndef handler(event, context):\n    return aiohttp.ClientSession\n"
    )
    assert purpose_of(Target.parse("client.py:handler")).envelope == "lambda"


def test_an_app_is_checked_in_process_by_contract_check(project, monkeypatch):
    monkeypatch.syspath_prepend(project)
    import f_app

    try:
        with pytest.raises(contract.ContractViolation, match="KeyError") as caught:
            contract.check(f_app.app, "push", via="api-destination", path="/sync", examples=0)
        assert {finding.location.source for finding in caught.value.findings} == {
            'return {"tag": event["detail"]["tag"]}'
        }
    finally:
        del sys.modules["f_app"]


def check(text: str, path: str) -> Verdict:
    """What `check` says of an app that is sent pushes."""
    target = Target(text, text.partition(":")[2], file=Target.parse(text).file, path=path)
    request = Request(
        kinds=("push",), envelopes=("api-destination",), effort=Effort(examples=0, probe=20)
    )
    return session.judge(Handler(target), request)


def test_what_is_refused_before_anybody_looks_at_it_is_no_finding(project):
    (project / "guarded.py").write_text(
        textwrap.dedent(
            """
            from fastapi import FastAPI, HTTPException, Request

            app = FastAPI()


            @app.post("/events")
            async def events(request: Request):
                if request.headers.get("x-api-key") != "k":
                    raise HTTPException(401, "no key")
            """
        )
    )
    with pytest.raises(SetupError, match="answers 401 to every event") as error:
        check("guarded.py:app", "")
    assert "--env NAME=VALUE" in error.value.advice
    assert "def adapter(request): return client.post(" in error.value.advice
    assert "--via api-destination" in error.value.advice
    with pytest.raises(SetupError, match="answers 404 to every event"):
        check("guarded.py:app", "/elsewhere")


def test_a_header_that_only_a_connection_sends_is_no_fault_of_an_app(project):
    (project / "keyed.py").write_text(
        textwrap.dedent(
            """
            from fastapi import Body, FastAPI, Header

            app = FastAPI()


            @app.post("/events")
            def events(x_api_key: str = Header(), event: dict = Body()):
                return event["id"]
            """
        )
    )
    with pytest.raises(SetupError, match="answers 422 to every event") as error:
        check("keyed.py:app", "")
    assert "it wants a header that is not sent here" in error.value.advice
    assert '"x-api-key": ' in error.value.advice


@pytest.mark.long
def test_an_own_refusal_of_some_events_is_a_warning(project):
    (project / "some.py").write_text(
        textwrap.dedent(
            """
            from flask import Flask, request

            app = Flask(__name__)


            @app.post("/events")
            def events():
                if "image-tag" not in request.json["detail"]:
                    return {"error": "no tag"}, 400
                return {}
            """
        )
    )
    [finding] = check("some.py:app", "").findings
    assert (finding.check, finding.severity) == ("refused-request", Severity.WARNING)


@pytest.mark.long
@pytest.mark.parametrize("define", ["def", "async def"])
def test_a_late_endpoint_is_placed_at_its_own_line(project, define):
    """Frameworks run plain functions in a thread, and coroutines in a task."""
    waiting = "await asyncio.sleep(0)" if define == "async def" else "pass"
    lines = [
        "import asyncio",
        "from fastapi import FastAPI",
        "app = FastAPI()",
        "@app.post('/events')",
        f"{define} events(event: dict):",
        "    while 'image-tag' not in event['detail']:",
        f"        {waiting}",
    ]
    (project / "hangs.py").write_text("\n".join(lines) + "\n")
    target = Target("hangs.py:app", "app", file=Target.parse("hangs.py:app").file)
    request = Request(
        kinds=("push",),
        envelopes=("api-destination",),
        cases=("push/no-tag",),
        effort=Effort(examples=0, probe=5),
    )
    [finding] = session.judge(Handler(target, timeout=0.2), request).findings
    assert finding.check == "late"
    assert finding.location is not None
    assert finding.location.line in (6, 7)


def test_an_app_that_no_module_holds_is_read_where_its_endpoint_stands(project, monkeypatch):
    """To read the source of its framework in its place takes minutes."""
    (project / "made_app.py").write_text(
        textwrap.dedent(
            """
            from flask import Flask, request
            from flask.views import MethodView


            class Hook(MethodView):
                def post(self):
                    return {"tag": request.json["detail"]["image-tag"]}


            def events():
                return {"tag": request.json["detail"]["image-tag"]}


            def create_app(view):
                app = Flask("made")
                app.add_url_rule("/events", view_func=view, methods=["POST"])
                return app
            """
        )
    )
    monkeypatch.syspath_prepend(project)
    made_app = importlib.import_module("made_app")
    monkeypatch.setitem(sys.modules, "made_app", made_app)
    for view in (made_app.events, made_app.Hook.as_view("hook")):
        modules = Function(made_app.create_app(view)).modules()
        assert [Path(module.file).name for module in modules] == ["made_app.py"]


@pytest.mark.parametrize(
    ("module", "path", "exception"),
    [
        ("f_app", "/model", "fastapi.exceptions.RequestValidationError"),
        ("k_app", "/raises", "KeyError"),
    ],
)
def test_an_app_is_watched_anew_by_each_check(project, monkeypatch, module, path, exception):
    """A test before may have sent it requests, or have checked it."""
    monkeypatch.syspath_prepend(project)
    app = importlib.import_module(module).app
    monkeypatch.setitem(sys.modules, module, sys.modules[module])
    payload = carry([{"id": "1", "source": "aws.ecr", "detail": {}}], "api-destination")
    for _ in range(2):
        consumer = Consumer.of(app, path=path)
        try:
            assert call(consumer, payload).exception == exception
        finally:
            consumer.close()
