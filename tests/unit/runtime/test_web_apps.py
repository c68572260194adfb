"""Web apps as consumers, written by the protocols alone: no framework is needed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.eventbridge.envelopes.registry import carry
from ecr_contracts.runtime.entries.web.routes import Route, likeliest
from ecr_contracts.runtime.invoke import call
from ecr_contracts.runtime.loader import Consumer
from ecr_contracts.runtime.outcome import Outcome, Status

EVENT = {"id": "1", "source": "aws.ecr", "detail": {"image-tag": "latest"}}
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def answer(send: Send, status: int, body: bytes = b"{}") -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": body})


def outcome_of(app: Any, via: str = "api-destination", event: Any = EVENT) -> Outcome:
    consumer = Consumer.of(app, name="app.py:app", path="/events")
    try:
        return call(consumer, carry([event], via))
    finally:
        consumer.close()


class Echo:
    """An ASGI app that answers what it was sent, and counts how often it was started."""

    def __init__(self) -> None:
        self.started = self.ended = 0
        self.scopes: list[dict[str, Any]] = []

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            self.started += 1
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self.ended += 1
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.scopes.append(scope)
        body = (await receive())["body"]
        await answer(send, 200, body)


def test_an_asgi_app_is_sent_the_request_and_starts_and_ends_once() -> None:
    app = Echo()
    consumer = Consumer.of(app, path="/events?team=a%20b")
    payload = carry([EVENT], "api-destination")
    assert [call(consumer, payload).returned for _ in range(2)] == [EVENT, EVENT]
    consumer.close()
    assert (app.started, app.ended) == (1, 1)
    [scope, _] = app.scopes
    assert (scope["method"], scope["path"], scope["query_string"]) == (
        "POST",
        "/events",
        b"team=a%20b",
    )
    assert dict(scope["headers"])[b"content-type"] == b"application/json; charset=utf-8"


def test_a_notification_comes_as_text_with_the_headers_of_sns() -> None:
    app = Echo()
    returned = outcome_of(app, "sns-http").returned
    assert json.loads(returned["Message"]) == EVENT
    headers = dict(app.scopes[0]["headers"])
    assert headers[b"content-type"] == b"text/plain; charset=UTF-8"
    assert headers[b"x-amz-sns-message-type"] == b"Notification"


def test_what_is_no_request_is_posted_as_json() -> None:
    assert outcome_of(Echo(), "lambda").returned == EVENT


def test_an_app_without_a_lifespan_is_served() -> None:
    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await answer(send, 204, b"")

    outcome = outcome_of(app)
    assert (outcome.status, outcome.returned) == (Status.RETURNED, None)


def test_an_exception_of_an_asgi_app_is_raised_with_its_line() -> None:
    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        raise KeyError("image-tag")

    outcome = outcome_of(app)
    assert (outcome.status, outcome.exception) == (Status.RAISED, "KeyError")
    assert outcome.location is not None
    assert outcome.location.source == 'raise KeyError("image-tag")'


def test_an_exception_after_the_answer_says_so() -> None:
    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await answer(send, 202)
        raise KeyError("image-tag")

    outcome = outcome_of(app)
    assert (outcome.status, outcome.exception) == (Status.REFUSED, "KeyError")
    assert outcome.returned["status"] == 202
    assert "answered 202 before" in outcome.message


def test_a_task_that_nobody_waits_for_is_let_end() -> None:
    done: list[int] = []

    async def later() -> None:
        await asyncio.sleep(0)
        done.append(1)
        raise ValueError("later")

    tasks: list[Any] = []

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            tasks.append(asyncio.create_task(later()))
            await answer(send, 200)

    outcome = outcome_of(app)
    assert done == [1]
    assert (outcome.status, outcome.exception) == (Status.REFUSED, "ValueError")


def test_a_task_whose_exception_somebody_takes_is_no_fault() -> None:
    async def later() -> None:
        raise ValueError("later")

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asyncio.gather(asyncio.create_task(later()), return_exceptions=True)
            await answer(send, 200)

    assert outcome_of(app).status is Status.RETURNED


@pytest.mark.parametrize("status", [307, 400, 403, 500, 503], ids=str)
def test_a_status_that_is_no_success_is_refused(status: int) -> None:
    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await answer(send, status, b'{"detail": "no such tag"}')

    outcome = outcome_of(app)
    assert (outcome.status, outcome.exception) == (Status.REFUSED, None)
    assert outcome.returned["status"] == status
    assert outcome.message.startswith(f"no such tag ({status})")


@pytest.mark.parametrize(
    ("status", "via", "fate"),
    [
        (500, "sns-http", "SNS tries again"),
        (429, "sns-http", "SNS tries again"),
        (409, "sns-http", "SNS drops it"),
        (422, "sns-http", "SNS drops it"),
        (409, "api-destination", "EventBridge tries again"),
        (422, "api-destination", "EventBridge drops it"),
    ],
)
def test_what_the_sender_does_is_said(status: int, via: str, fate: str) -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response(f"{status} Something", [])
        return [b"<html>"]

    assert fate in outcome_of(app, via).message


def test_a_wsgi_app_is_sent_the_request() -> None:
    seen: dict[str, Any] = {}
    closed: list[int] = []

    class Body(list[bytes]):
        def close(self) -> None:
            closed.append(1)

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.update(environ)
        length = int(environ["CONTENT_LENGTH"])
        start_response("200 OK", [("Content-Type", "application/json")])
        return Body([environ["wsgi.input"].read(length)])

    assert outcome_of(app).returned == EVENT
    assert closed == [1]
    assert (seen["REQUEST_METHOD"], seen["PATH_INFO"]) == ("POST", "/events")
    assert seen["HTTP_USER_AGENT"] == "Amazon/EventBridge/ApiDestinations"


def test_an_exception_of_a_wsgi_app_is_raised() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        raise IndexError("list index out of range")

    assert outcome_of(app).exception == "IndexError"


def test_a_web_app_of_unknown_routes_wants_a_path() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        raise AssertionError("it is not called")

    with pytest.raises(ConsumerError, match="--path"):
        Consumer.of(app, name="app.py:app")


def test_a_handler_is_no_web_app() -> None:
    assert Consumer.of(lambda event, context: None).arguments == 2


@pytest.mark.parametrize(
    ("paths", "chosen"),
    [
        (["/x"], "/x"),
        (["/login", "/hooks/ecr"], "/hooks/ecr"),
        (["/events", "/sns/events"], "/sns/events"),
        (["/login", "/users"], None),
        (["/events/a", "/events/b"], None),
    ],
)
def test_the_likeliest_route_speaks_of_events(paths: list[str], chosen: str | None) -> None:
    route = likeliest([Route(path, None) for path in paths])
    assert (route and route.path) == chosen
