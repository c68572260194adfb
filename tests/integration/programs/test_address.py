"""What answers at a URL: Lambda's runtime interface emulator, and web servers."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.engine.session import judge
from ecr_contracts.engine.subjects.address import PostedTo
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.programs.address import Address
from tests.integration.programs.emulator import INVOKE, RuntimeGone, emulator

QUICK = Effort(strength=1, examples=0)


def _called(url: str, payload: Any = None, timeout: float = 5.0) -> Outcome:
    return Address(url, timeout=timeout).call(payload if payload is not None else {})


def test_the_answer_of_a_function_is_what_it_returns() -> None:
    with emulator(lambda event: {"got": event["n"]}) as url:
        outcome = _called(url, {"n": 3})
    assert (outcome.status, outcome.returned) == (Status.RETURNED, {"got": 3})


def test_an_error_in_the_body_is_an_exception_though_the_status_is_200() -> None:
    def handler(event: Any) -> Any:
        return event["tag"]

    with emulator(handler) as url:
        outcome = _called(url, {"other": 1})
    assert (outcome.status, outcome.exception, outcome.message) == (
        Status.RAISED,
        "KeyError",
        "'tag'",
    )
    location = outcome.location
    assert location is not None
    assert location.source == 'return event["tag"]'


def test_a_function_that_is_late_is_answered_with_a_sentence() -> None:
    def handler(event: Any) -> None:
        time.sleep(0.6 if event.get("slow") else 0)

    with emulator(handler, function_timeout=0.3) as url:
        address = Address(url, timeout=5.0)
        assert address.call({}).status is Status.RETURNED
        late = address.call({"slow": True})
    assert (late.status, late.message) == (Status.TIMED_OUT, "Task timed out after 0.30 seconds")


def test_a_function_whose_process_ends_answers_with_nothing() -> None:
    def handler(event: Any) -> str:
        if event.get("deadly"):
            raise RuntimeGone
        return "done"

    with emulator(handler) as url:
        address = Address(url, timeout=5.0)
        assert address.call({}).returned == "done"
        outcome = address.call({"deadly": True})
    assert outcome.exception == "end without an answer"
    assert "its runtime ended" in outcome.message


def test_its_faults_are_found_with_their_causes() -> None:
    def handler(event: Any) -> str:
        detail = event["detail"]
        return f"{detail['repository-name']}:{detail['image-tag']}"

    with emulator(handler) as url:
        verdict = judge(PostedTo(url), Request(kinds=("push",), effort=QUICK))
    [finding] = verdict.findings
    assert (finding.check, finding.exception) == ("raises", "KeyError")
    assert [one.path for one in finding.cause] == ["$.detail.image-tag"]
    assert any("seen from outside alone" in note for note in verdict.notes)
    assert any("nothing holds back" in note for note in verdict.notes)


def test_where_every_event_fails_alike_nothing_is_found() -> None:
    def handler(event: Any) -> Any:
        return event["Records"][0]

    with (
        emulator(handler) as url,
        pytest.raises(SetupError, match="different events ends in the same way") as raised,
    ):
        judge(PostedTo(url), Request(kinds=("push",)))
    assert "KeyError: 'Records'" in str(raised.value)
    assert "--via" in str(raised.value)


# --- web servers ----------------------------------------------------------------------------------

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def _server(answer: Callable[[BaseHTTPRequestHandler, bytes], Answer]) -> Iterator[str]:
    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, content = answer(self, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing: the outputs are those of the test."""

    server = HTTPServer(("127.0.0.1", 0), Requests)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks/ecr?of=team"
    finally:
        server.shutdown()
        server.server_close()


def test_a_web_server_gets_the_request_of_an_api_destination_or_of_sns() -> None:
    seen: dict[str, Any] = {}

    def answer(request: BaseHTTPRequestHandler, body: bytes) -> Answer:
        seen.update(path=request.path, headers=dict(request.headers), body=json.loads(body))
        return 204, {}, b""

    with _server(answer) as url:
        subject = PostedTo(url)
        assert judge(subject, Request(cases=("push/ordinary",))).findings == ()
        assert (seen["path"], seen["body"]["detail-type"]) == (
            "/hooks/ecr?of=team",
            "ECR Image Action",
        )
        judge(subject, Request(cases=("push/ordinary",), envelopes=("sns-http",)))
    assert seen["headers"]["x-amz-sns-message-type"] == "Notification"
    assert seen["headers"]["Content-Type"] == "text/plain; charset=UTF-8"
    assert json.loads(seen["body"]["Message"])["source"] == "aws.ecr"


@pytest.mark.parametrize(
    ("answer", "exception", "message"),
    [
        ((500, {}, b"no such team"), "HTTP 500", "no such team"),
        ((422, {}, b'{"detail": "tag\\nmissing"}'), "HTTP 422", '{"detail": "tag\\nmissing"}'),
        ((404, {"Content-Type": "text/html"}, b"<h1>..."), "HTTP 404", "Not Found"),
        ((302, {"Location": "/login"}, b""), "HTTP 302", "it redirects to /login"),
        (
            (500, {}, b'{"errorType": "TagError", "errorMessage": "no tag"}'),
            "TagError",
            "no tag",
        ),
    ],
    ids=["500", "422", "404", "redirect", "lambda-error"],
)
def test_a_status_of_an_error_is_one(answer: Answer, exception: str, message: str) -> None:
    with _server(lambda *_: answer) as url:
        outcome = _called(url)
    assert (outcome.status, outcome.exception, outcome.message) == (
        Status.RAISED,
        exception,
        message,
    )


def test_no_answer_in_time_is_late() -> None:
    def answer(_: BaseHTTPRequestHandler, body: bytes) -> Answer:
        if b"slow" in body:
            time.sleep(0.5)
        return 200, {}, b"{}"

    with _server(answer) as url:
        address = Address(url, timeout=0.1)
        assert address.call({}).status is Status.RETURNED, "the first may take its time"
        outcome = address.call({"slow": 1})
    assert (outcome.status, outcome.message) == (Status.TIMED_OUT, "no answer within 0.1 s")


def test_where_nothing_listens_it_says_how_to_start_it() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with pytest.raises(SetupError, match="nothing listens there") as raised:
        _called(f"http://127.0.0.1:{port}{INVOKE}")
    assert "docker run" in str(raised.value)


def test_a_connection_that_is_cut_is_an_end() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def cut() -> None:
        connection, _ = listener.accept()
        connection.recv(1 << 16)
        connection.close()

    threading.Thread(target=cut, daemon=True).start()
    with listener:
        outcome = _called(f"http://127.0.0.1:{listener.getsockname()[1]}/")
    assert outcome.exception == "end without an answer"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://hooks.example.invalid/ecr", "--allow-net hooks.example.invalid:443"),
        ("ftp://127.0.0.1/", "no URL that can be posted to"),
        ("127.0.0.1:9000", "no URL that can be posted to"),
        ("http://127.0.0.1:99999/", "no URL that can be posted to"),
        ("http://me:hidden@127.0.0.1/", "name or a password"),
    ],
    ids=["not-here", "ftp", "no-scheme", "port", "password"],
)
def test_what_cannot_be_posted_to_is_told(url: str, said: str) -> None:
    with pytest.raises(ConsumerError) as raised:
        Address(url, timeout=1.0)
    assert said in str(raised.value)
    assert "hidden" not in str(raised.value)


def test_a_host_that_is_allowed_may_be_elsewhere() -> None:
    url = "https://hooks.example.invalid/ecr"
    address = Address(url, timeout=1.0, allow_net=("hooks.example.invalid:443",))
    assert not address.is_function
