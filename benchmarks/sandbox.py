"""What the sandbox adds to a call: a handler with one SNS publish and one POST, outside and inside.

    python -m benchmarks.sandbox

Outside, the same handler talks to a server on loopback, in a process of its own, which answers both
calls with as little as will do. The server's time counts outside, so that the handler is also timed
where nothing is asked at all: botocore is handed its answer before it sends, and urllib's opener is
replaced. What is added is told over that floor, which is the harder judge.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import boto3
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.runtime.sandbox.sandbox import Sandbox
from ecr_contracts.runtime.sandbox.settings import Settings

CALLS = 300
MILLISECONDS = 1.0
TOPIC = "arn:aws:sns:us-east-1:123456789012:findings"
PUBLISHED = (
    b'<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">'
    b"<PublishResult><MessageId>1</MessageId></PublishResult>"
    b"<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>"
)
MODULES = ("http.client", "ssl", "asyncio", "urllib3", "botocore", "yaml")


def handler(sns: Any, url: str) -> Callable[[Any], None]:
    """A handler as people write it, for a client of SNS and the URL of a chat."""

    def handle(event: Any) -> None:
        text = json.dumps(event["detail"])
        sns.publish(TopicArn=TOPIC, Subject="scan", Message=text)
        request = urllib.request.Request(
            url, json.dumps({"text": text}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=5) as response:
            response.read()

    return handle


def client(endpoint: str | None = None) -> Any:
    """A client of SNS with harmless credentials."""
    keys = {
        "aws_access_key_id": "none",
        "aws_secret_access_key": "none",
        "region_name": "us-east-1",
    }
    return boto3.Session(**keys).client(
        "sns", endpoint_url=endpoint, config=Config(retries={"max_attempts": 0})
    )


def milliseconds(
    handle: Callable[[Any], None], prepare: Callable[[Any], object] = lambda event: None
) -> float:
    """The median of many calls."""
    events = [json.loads(case.text) for case in edge_cases("scan")]
    taken = []
    for number in range(CALLS + 20):
        event = events[number % len(events)]
        began = time.perf_counter()
        prepare(event)
        handle(event)
        taken.append(time.perf_counter() - began)
    return 1000 * median(taken[20:])


class Handler(BaseHTTPRequestHandler):
    """Answers everything as SNS would."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Read what is sent, and answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(PUBLISHED)}\r\n\r\n"
        )
        self.wfile.write(head.encode() + PUBLISHED)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


def serve(connection: Connection) -> None:
    """Serve on loopback, at a port that the connection is told."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        connection.send(server.server_address[1])
        server.serve_forever()


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server in a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(theirs,), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/"
    finally:
        process.terminate()
        process.join()


def outside() -> float:
    """A call that asks a server on loopback."""
    with server() as url:
        return milliseconds(handler(client(url), url))


def floor() -> float:
    """A call that asks nobody."""
    sns = client()
    sns.meta.events.register("before-send", lambda request, **_: _published(request))
    with patch("urllib.request.urlopen", lambda request, timeout: BytesIO(b"{}")):
        return milliseconds(handler(sns, "http://chat.example.invalid/"))


def _published(request: Any) -> AWSResponse:
    class Raw:
        def stream(self) -> Iterator[bytes]:
            yield PUBLISHED

    return AWSResponse(request.url, 200, {}, Raw())


def inside(url: str) -> float:
    """A call in the sandbox."""
    with Sandbox(Settings(), UserCode.around(__file__)) as sandbox:
        sns = client()
        return milliseconds(handler(sns, url), sandbox.begin_call)


def imported() -> list[str]:
    """What importing the sandbox loads of what it shall not."""
    code = (
        "import sys, ecr_contracts.runtime.sandbox.sandbox;"
        f" print(*[name for name in {MODULES} if name in sys.modules])"
    )
    environment = dict(os.environ, PYTHONPATH=str(Path(__file__).parent.parent))
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def main() -> int:
    """Print the figures; 1 when a limit is missed."""
    missed = []
    botocore.session.Session().get_service_model("sns")
    loaded = imported()
    print(
        "modules that importing the sandbox loads:  "
        f"{', '.join(loaded) or 'none of the heavy ones'}"
    )
    if loaded:
        missed.append(f"importing it loads {', '.join(loaded)}")
    real, least = outside(), floor()
    print(f"outside, a server on loopback answers      {real:6.2f} ms")
    print(f"outside, nobody is asked                   {least:6.2f} ms")
    for name, url in (
        ("http", "http://chat.example.invalid/"),
        ("https", "https://chat.example.invalid/"),
    ):
        taken = inside(url)
        added = f"{taken - real:+.2f} ms, {taken - least:+.2f} ms over nobody"
        print(f"inside, {name:<34} {taken:6.2f} ms, {added}, {taken / real:.1f} times")
        if taken - least >= MILLISECONDS:
            missed.append(
                f"{name}: {taken - least:.2f} ms more, less than {MILLISECONDS:g} ms are wanted"
            )
    for line in missed:
        print(f"MISSED: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
