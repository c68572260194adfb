"""HTTP requests: each client's are noted and answered, alike and without a connection; what is let
through is sent.
"""

import asyncio
import contextlib
import gzip
import http.client
import io
import json
import os
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPSConnection as ImportedBefore
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import aiohttp
import httpx
import pytest
import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.core.errors import AnswerError
from ecr_contracts.core.masking import masked_url
from ecr_contracts.runtime.effects import Origin, Sort
from ecr_contracts.runtime.sandbox.hooks import ImportHooks
from ecr_contracts.runtime.sandbox.network import http_messages
from ecr_contracts.runtime.sandbox.network.http_clients import HttpClients
from ecr_contracts.runtime.sandbox.network.replies import Replies, Reply, Request
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings

SLACK = "hooks.slack.com"
URL = "https://api.example.invalid/hook?x=1"
BODY = b'{"text": "3 CRITICAL"}'
SENT = {"Content-Type": "application/json", "X-Api-Key": "sesame", "X-Trace": "7"}
TRUST = ssl.create_default_context()
SESSION, POOL, CLIENT = requests.Session(), urllib3.PoolManager(), httpx.Client(verify=TRUST)
EVENT = {"detail-type": "ECR Image Scan", "detail": {"repository-name": "team/app"}}


@contextlib.contextmanager
def answering(*, passing=False, **settings):
    recorder = Recorder()
    with ImportHooks() as import_hooks:
        web = HttpClients(recorder, Settings(**settings), import_hooks, passing=passing)
        web.install()
        try:
            yield recorder
        finally:
            web.remove()


@pytest.fixture
def recorder():
    with answering() as recorder:
        yield recorder


def only(recorder):
    (effect,) = recorder.effects()
    assert effect.sort is Sort.HTTP
    return effect


# Each gives the status and the text of the answer.


def by_urllib(method, url, headers, body):
    request = urllib.request.Request(url, body, headers, method=method)
    with urllib.request.urlopen(request, timeout=5, context=TRUST) as response:
        return response.status, response.read().decode()


def connection_for(url, https=http.client.HTTPSConnection):
    parts = urlsplit(url)
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.netloc, timeout=5)
    return https(parts.netloc, context=TRUST)


def by_http_client(method, url, headers, body):
    connection = connection_for(url)
    connection.request(method, url[url.index("/", 9) :], body, headers)
    response = connection.getresponse()
    return response.status, response.read().decode()


def by_a_class_imported_before(method, url, headers, body):
    connection = connection_for(url, ImportedBefore)
    connection.putrequest(method, url[url.index("/", 9) :])
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(body or b"")))
    connection.endheaders()
    connection.send(body or b"")
    response = connection.getresponse()
    return response.status, response.read().decode()


def by_requests(method, url, headers, body):
    response = requests.request(method, url, headers=headers, data=body, timeout=5)
    return response.status_code, response.text


def by_an_old_session(method, url, headers, body):
    response = SESSION.request(method, url, headers=headers, data=body, timeout=5)
    return response.status_code, response.text


def by_urllib3(method, url, headers, body):
    with urllib3.PoolManager() as pool:
        response = pool.request(method, url, headers=headers, body=body)
        return response.status, response.data.decode()


def by_an_old_pool(method, url, headers, body):
    response = POOL.request(method, url, headers=headers, body=body, preload_content=False)
    text = b"".join(response.stream(2)).decode()
    response.release_conn()
    return response.status, text


def by_httpx(method, url, headers, body):
    with httpx.Client(verify=TRUST) as client:
        response = client.request(method, url, headers=headers, content=body)
        return response.status_code, response.text


def by_an_old_client(method, url, headers, body):
    response = CLIENT.request(method, url, headers=headers, content=body)
    return response.status_code, response.text


def by_httpx_async(method, url, headers, body):
    async def run():
        async with (
            httpx.AsyncClient(verify=TRUST) as client,
            client.stream(method, url, headers=headers, content=body) as response,
        ):
            return response.status_code, (await response.aread()).decode()

    return asyncio.run(run())


def by_aiohttp(method, url, headers, body):
    async def run():
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, headers=headers, data=body, ssl=TRUST) as response,
        ):
            return response.status, await response.text()

    return asyncio.run(run())


def by_a_thread(method, url, headers, body):
    with ThreadPoolExecutor() as pool:
        return pool.submit(by_urllib, method, url, headers, body).result()


CLIENTS = [value for name, value in list(globals().items()) if name.startswith("by_")]
every_client = pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__[3:])


@every_client
def test_a_request_is_noted_and_answered_alike_by_every_client(recorder, client):
    assert client("POST", URL, SENT, BODY) == (200, "{}")
    effect = only(recorder)
    assert effect.name == f"POST {URL}"
    assert effect.content == {
        "headers": {"content-type": "application/json", "x-api-key": "***", "x-trace": "7"},
        "body": {"text": "3 CRITICAL"},
    }
    assert (effect.changes, effect.origin) == (True, Origin.MADE_UP)
    assert effect.answer == {"status": 200, "headers": {}, "body": {}}


@every_client
def test_many_requests_to_other_ports_and_schemes_are_told_apart(recorder, client):
    for number in range(3):
        client("GET", f"http://h{number}.example.invalid:8080/a", {}, None)
    assert [effect.name for effect in recorder.effects()] == [
        f"GET http://h{number}.example.invalid:8080/a" for number in range(3)
    ]
    assert not recorder.effects().changing


@every_client
def test_a_given_answer_is_served_with_its_status_headers_and_body(client):
    given = {"status": 201, "headers": {"X-Id": "5"}, "body": {"id": [1, "é"]}}
    with answering(answers={"api.example.invalid": given}) as recorder:
        status, text = client("PUT", URL, {}, b"x")
    assert (status, json.loads(text)) == (201, {"id": [1, "é"]})
    assert only(recorder).origin is Origin.GIVEN
    assert only(recorder).answer == given


@every_client
def test_an_answer_without_body_and_one_to_head_end(client):
    with answering(answers={"api.example.invalid": {"status": 204, "body": "x"}}):
        assert client("DELETE", URL, {}, None) == (204, "")
    with answering(answers={"api.example.invalid": "four"}):
        assert client("HEAD", URL, {}, None) == (200, "")


@every_client
def test_a_host_that_is_let_through_is_really_asked(client):
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(202)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"real")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        port = server.server_address[1]
        thread = threading.Thread(target=server.handle_request, daemon=True)
        thread.start()
        with answering(allow_net=(f"127.0.0.1:{port}",)) as recorder:
            assert client("POST", f"http://127.0.0.1:{port}/", {}, BODY) == (202, "real")
            assert client("POST", f"http://127.0.0.1:{port + 1}/", {}, BODY) == (200, "{}")
        thread.join(5)
    assert heard == [BODY]
    assert only(recorder).name == f"POST http://127.0.0.1:{port + 1}/"
    SESSION.close()
    POOL.clear()


def test_errors_are_those_of_the_client():
    with answering(answers={"*": {"status": 503, "body": "down"}}):
        with pytest.raises(urllib.error.HTTPError, match="503"):
            by_urllib("GET", URL, {}, None)
        with pytest.raises(requests.HTTPError, match="503"):
            requests.get(URL, timeout=5).raise_for_status()
        with pytest.raises(httpx.HTTPStatusError, match="503"):
            CLIENT.get(URL).raise_for_status()


def test_redirects_are_followed_and_other_urls_of_urllib_work(tmp_path):
    (tmp_path / "a.txt").write_text("from a file")
    moved = {"status": 302, "headers": {"Location": "https://new.example.invalid/"}, "body": ""}
    with answering(answers={"api.example.invalid": moved}) as recorder:
        for client in (by_urllib, by_requests, by_aiohttp):
            assert client("GET", URL, {}, None) == (200, "{}")
        assert urllib.request.urlopen("data:,hello").read() == b"hello"
        with urllib.request.urlopen((tmp_path / "a.txt").as_uri()) as file:
            assert file.read() == b"from a file"
    assert [effect.name for effect in recorder.effects()] == [
        f"GET {URL}",
        "GET https://new.example.invalid/",
    ] * 3


@pytest.mark.parametrize("client", [by_urllib, by_requests, by_httpx, by_aiohttp])
@pytest.mark.parametrize("url", [URL, "http://api.example.invalid/hook"])
def test_behind_a_proxy_it_is_the_host_that_is_meant(recorder, client, url, monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example.invalid:3128")
    assert client("POST", url, {}, b"x") == (200, "{}")
    assert only(recorder).name == f"POST {url}"


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        (
            {"data": {"payload": '{"text": "x"}', "tags": ["a", "b"]}},
            {"payload": {"text": "x"}, "tags": ["a", "b"]},
        ),
        ({"data": "plain text"}, "plain text"),
        ({"data": iter([b'{"a"', b": 1}"])}, {"a": 1}),
        ({"data": io.BytesIO(b"[1]")}, [1]),
        ({"json": {"a": {"token": "t0ken"}}}, {"a": {"token": "***"}}),
        ({"data": "{broken"}, "{broken"),
        ({"data": gzip.compress(b'{"a": 1}'), "headers": {"Content-Encoding": "gzip"}}, {"a": 1}),
        ({"data": b"no", "headers": {"Content-Encoding": "gzip"}}, "(2 bytes)"),
        ({"data": b"\xff\xfe"}, "ÿþ"),
        ({}, ""),
        ({"data": "x" * 30_000}, "x" * 19_999 + "…"),
    ],
)
def test_bodies_are_decoded(recorder, said, noted):
    requests.post(URL, timeout=5, **said)
    assert only(recorder).content["body"] == noted


def test_what_is_drawn_for_each_multipart_body_does_not_show(recorder):
    for _ in range(2):
        requests.post(URL, files={"report": ("a.csv", b"1,2")}, timeout=5)
    first, second = recorder.effects()
    assert first == second
    assert "1,2" in first.content["body"]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (f"https://{SLACK}/x", "ok"),
        ("https://slack.com/api/chat.postMessage", '{"ok": true}'),
        ("https://discord.com/x", "{}"),
        ("http://localhost:2773/secretsmanager/get", "{}"),
        ("http://169.254.169.254/latest/meta-data/", "{}"),
    ],
)
def test_made_up_answers_are_what_code_expects_of_the_host(recorder, url, text):
    assert by_urllib("POST", url, {}, b"{}") == (200, text)


@pytest.mark.parametrize(
    ("key", "matches"),
    [
        ("api.example.invalid", True),
        ("https://api.example.invalid", True),
        ("api.example.invalid:8443", True),
        ("api.example.invalid/repos", True),
        ("api.example.invalid/repos/", True),
        ("api.example.invalid/rep", False),
        ("example.invalid", False),
        ("*", True),
    ],
)
def test_answers_are_given_by_host_and_start_of_the_path(key, matches):
    request = Request.of("GET", "https://u:p@API.example.invalid:8443/repos/1", [], b"")
    assert Replies({key: "given"}).reply(request, None).given == matches


@pytest.mark.parametrize("order", [1, -1])
def test_the_most_specific_answer_is_given(order):
    keys = ["*", "api.example.invalid", "api.example.invalid/a", "api.example.invalid/a/b"][::order]
    answers = Replies({key: key for key in keys})
    for path, key in (("/a/b/c", "/a/b"), ("/a/x", "/a"), ("/x", "")):
        request = Request.of("GET", f"https://api.example.invalid{path}", [], b"")
        assert answers.reply(request, None).body == f"api.example.invalid{key}"
    assert answers.reply(Request.of("GET", "https://x.example.invalid/", [], b""), None).body == "*"


def test_a_function_answers(tmp_path):
    (tmp_path / "answers.py").write_text(
        "def answer(request, event):\n"
        "    body = [request, event['detail']['repository-name']]\n"
        "    return {'status': 200 + len(request['body']), 'body': body}\n"
        "def broken(request, event):\n"
        "    return request['nothing']\n"
    )
    request = Request.of("POST", URL, [("X-A", "b")], b"[1, 2]")
    reply = Replies({"*": "answers.py:answer"}, str(tmp_path)).reply(request, EVENT)
    said = {"method": "POST", "url": URL, "headers": {"x-a": "b"}, "body": [1, 2]}
    assert (reply.status, reply.body) == (202, [said, "team/app"])
    assert Replies({"*": lambda request, event: "text"}).reply(request, EVENT).body == "text"
    for name, problem in (
        ("answers.py:broken", "its function raised KeyError: 'nothing'"),
        ("answers.py:missing", "has no function 'missing'"),
        ("nowhere.py:answer", "of a file that exists"),
    ):
        with pytest.raises(AnswerError, match=problem):
            Replies({"*": name}, str(tmp_path)).reply(request, EVENT)


def test_the_event_at_hand_is_told_to_a_function():
    with answering(answers={"*": lambda request, event: event}) as recorder:
        recorder.begin({"Records": [{"body": json.dumps(EVENT)}]})
        assert json.loads(by_urllib("GET", URL, {}, None)[1]) == EVENT


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ("ok", "ok"),
        ([], []),
        ({}, {}),
        (None, None),
        ({"a": 1, "body": 2}, {"a": 1, "body": 2}),
        ({"body": 2}, 2),
    ],
)
def test_answers_of_any_form_are_taken(value, body):
    reply = Replies({"*": value}).reply(Request.of("GET", URL, [], b""), None)
    assert reply == Reply(200, {}, body, given=True)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"status": "200"}, "status"),
        ({"status": 99}, "status"),
        ({"headers": []}, "headers"),
        ({1}, "text or JSON"),
    ],
)
def test_answers_that_are_none_are_refused(value, problem):
    with pytest.raises(AnswerError, match=rf"answers\['\*'\].*{problem}"):
        Replies({"*": value}).reply(Request.of("GET", URL, [], b""), None)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@api.example.invalid/a", "https://***@api.example.invalid/a"),
        ("https://api.example.invalid:8443/a?token=t&x=1&api_key=k#f", "https://api.example.invalid:8443/a?token=***&x=1&api_key=***#f"),
        ("https://api.example.invalid/a?sig=s&key=k&Signature=", "https://api.example.invalid/a?sig=***&key=***&Signature="),
        (f"https://{SLACK}/x", f"https://{SLACK}/***"),
        ("https://discordapp.com/x", "https://discordapp.com/***"),
        ("https://acme.webhook.office.com/x", "https://acme.webhook.office.com/***"),
        ("https://chat.googleapis.com/x?key=k&token=t", "https://chat.googleapis.com/***"),
        ("https://nothooks.slack.com.example.invalid/a", "https://nothooks.slack.com.example.invalid/a"),
        ("https://api.telegram.org/bot1:x/sendMessage", "https://api.telegram.org/bot***/sendMessage"),
        ("http://[::1", "***"),
        (URL, URL),
    ],
)  # fmt: skip
def test_secrets_in_urls_are_masked(url, shown):
    assert masked_url(url) == shown


def test_planted_secrets_show_in_no_effect(recorder):
    recorder.secrets = frozenset({"pl4nted-value"})
    headers = {"Authorization": "Bearer s3same", "Cookie": "id=s3same", "X-Other": "pl4nted-value"}
    for client in CLIENTS:
        client(
            "POST",
            "https://api.example.invalid/?access_token=s3same",
            headers,
            b'{"password": "s3same"}',
        )
    assert len(recorder.effects()) == len(CLIENTS)
    assert "s3same" not in repr(recorder.effects())
    assert "pl4nted" not in repr(recorder.effects())


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=4))
def test_chunks_are_joined_and_a_request_is_whole_at_its_end_only(chunks):
    body = b"".join(b"%x;a=b\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    sent = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    assert http_messages.request(sent, "http://h").body == b"".join(chunks)
    assert http_messages.is_whole(sent)
    plain = b"".join(chunks)
    sent = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(plain), plain)
    assert http_messages.is_whole(sent)
    assert not http_messages.is_whole(sent[:-1])
    assert http_messages.request(sent, "http://h").body == plain


def test_nothing_remains():
    owners = [
        ssl.SSLContext,
        http.client.HTTPConnection,
        http.client.HTTPSConnection,
        urllib3.connection.HTTPConnection,
        urllib3.connection.HTTPSConnection,
        httpx.HTTPTransport,
        httpx.AsyncHTTPTransport,
        aiohttp.TCPConnector,
    ]
    before = [dict(vars(owner)) for owner in owners]
    with answering(passing=True):
        changed = [
            [n for n, v in vars(o).items() if v is not b.get(n)]
            for o, b in zip(owners, before, strict=True)
        ]
        assert [len(names) for names in changed] == [2, 1, 1, 1, 1, 1, 1, 1]
    after = [dict(vars(owner)) for owner in owners]
    assert all(a.keys() == b.keys() for a, b in zip(after, before, strict=True))
    assert all(
        value is b[name] for a, b in zip(after, before, strict=True) for name, value in a.items()
    )


def run(code):
    environment = dict(os.environ, PYTHONPATH=os.getcwd())
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


PREPARED = """
import sys
from ecr_contracts.runtime.sandbox.hooks import ImportHooks
from ecr_contracts.runtime.sandbox import guard
from ecr_contracts.runtime.sandbox.network import smtp as mail
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings
from ecr_contracts.runtime.sandbox.network.http_clients import HttpClients
recorder, import_hooks = Recorder(), ImportHooks()
web = HttpClients(recorder, Settings(), import_hooks)
post = mail.SmtpClients(recorder, Settings(), import_hooks)
with import_hooks:
    web.install()
    post.install()
"""


def test_nothing_heavy_is_imported_before_the_consumer_imports_it():
    heavy = (
        "asyncio",
        "email.message",
        "http.client",
        "ssl",
        "urllib3",
        "httpx",
        "aiohttp",
        "smtplib",
        "subprocess",
    )
    assert run(f"{PREPARED}\nprint([name for name in {heavy!r} if name in sys.modules])") == "[]"


def test_clients_imported_later_are_answered_and_none_after_the_end():
    told = run(
        PREPARED
        + f"""
    import urllib.request, urllib3, httpx, aiohttp, asyncio
    answers = [urllib.request.urlopen({URL!r}).read(), urllib3.request("GET", {URL!r}).data]
    print(*answers, httpx.get({URL!r}).text)
    async def run():
        async with aiohttp.ClientSession() as session, session.get({URL!r}) as response:
            return await response.text()
    print(asyncio.run(run()), len(recorder.effects()))
    web.remove(); post.remove()
    import smtplib
print(smtplib.SMTP.connect.__module__, aiohttp.TCPConnector._create_connection.__module__)
"""
    )
    assert told.split("\n") == ["b'{}' b'{}' {}", "{} 4", "smtplib aiohttp.connector"]


def certificates(tmp_path):
    """How many certificates a client's context holds, and what it asks of servers."""
    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    with pytest.raises(FileNotFoundError):
        ssl.create_default_context(cafile=str(tmp_path / "none.pem"))
    return len(context.get_ca_certs())


def test_certificates_are_read_unless_the_process_passes_and_nothing_is_let_through(tmp_path):
    usual = certificates(tmp_path)
    assert usual
    with answering(passing=True):
        assert certificates(tmp_path) == 0
        assert not ssl.create_default_context().get_ca_certs()
    with answering(passing=True, allow_net=("api.example.invalid:443",)):
        assert certificates(tmp_path) == usual
    with answering():
        assert certificates(tmp_path) == usual
    assert certificates(tmp_path) == usual
    assert not {"load_verify_locations", "set_default_verify_paths"} & set(vars(ssl.SSLContext))
