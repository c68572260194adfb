"""A small server with both sides of Lambda's runtime interface, as the emulator in containers has.

Whoever tests a function posts to `/2015-03-31/functions/function/invocations`; the runtime of the
function asks `/2018-06-01/runtime/invocation/next` for an event, and posts what came of it. As in
the emulator, each answer has status 200: errors stand in the body, a function that is late is
answered with a sentence, and one that is gone with nothing.
"""

from __future__ import annotations

import json
import queue
import threading
import traceback
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

INVOKE = "/2015-03-31/functions/function/invocations"
_RUNTIME = "/2018-06-01/runtime"


class RuntimeGone(BaseException):
    """The process of the runtime ends, in the midst of an event."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, function_timeout: float) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.function_timeout = function_timeout
        self.events: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.answers: dict[str, queue.Queue[bytes]] = {}


class _Requests(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        assert self.path == f"{_RUNTIME}/invocation/next"
        request_id, event = self.server.events.get()
        self._answer(event, {"Lambda-Runtime-Aws-Request-Id": request_id})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == INVOKE:
            self._invoke(body)
            return
        request_id, _, sort = self.path.removeprefix(f"{_RUNTIME}/invocation/").partition("/")
        assert sort in ("response", "error", "gone")
        self.server.answers[request_id].put(b"" if sort == "gone" else body)
        self._answer(b'{"status":"OK"}')

    def _invoke(self, event: bytes) -> None:
        request_id = str(uuid.uuid4())
        answer = self.server.answers[request_id] = queue.Queue()
        self.server.events.put((request_id, event))
        try:
            self._answer(answer.get(timeout=self.server.function_timeout))
        except queue.Empty:
            seconds = self.server.function_timeout
            self._answer(f"Task timed out after {seconds:.2f} seconds".encode())

    def _answer(self, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(200)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: the outputs are those of the test."""


@contextmanager
def emulator(handler: Callable[[Any], Any], function_timeout: float = 5.0) -> Iterator[str]:
    """The URL of a function with this handler, while the block runs."""
    server = _Server(function_timeout)
    base = f"http://127.0.0.1:{server.server_port}"
    threads = [
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True),
        threading.Thread(target=_runtime, args=(base, handler), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield f"{base}{INVOKE}"
    finally:
        server.shutdown()
        server.server_close()


def _runtime(base: str, handler: Callable[[Any], Any]) -> None:
    """The life of a runtime: it asks for an event, and tells what the handler made of it."""
    place = f"{base}{_RUNTIME}/invocation"
    with suppress(OSError):  # the server is gone
        while True:
            _serve(place, handler)


def _serve(place: str, handler: Callable[[Any], Any]) -> None:
    with urllib.request.urlopen(f"{place}/next", timeout=60) as response:
        request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.load(response)
    sort = "response"
    try:
        body = json.dumps(handler(event))
    except RuntimeGone:
        sort, body = "gone", "null"
    except Exception as error:  # noqa: BLE001 - as a runtime does
        sort = "error"
        body = json.dumps(
            {
                "errorMessage": str(error),
                "errorType": type(error).__name__,
                "requestId": request_id,
                "stackTrace": traceback.format_tb(error.__traceback__),
            }
        )
    urllib.request.urlopen(f"{place}/{request_id}/{sort}", body.encode(), timeout=60).close()
