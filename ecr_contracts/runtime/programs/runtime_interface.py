"""Lambda's runtime interface, for programs that ask there for their events.

A binary of Go or Rust that is made for Lambda, and whatever else has a runtime of its own, asks
`/2018-06-01/runtime/invocation/next` for an event and posts what came of it
(https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). The listening socket is one of the
program's own network; whoever asks is served in threads here.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.runtime.lambda_context import LambdaContext

__all__ = ["Answer", "RuntimeInterface"]

_PLACE = "/2018-06-01/runtime"
_ANSWERED = re.compile(rf"{_PLACE}/invocation/(?P<id>[^/]+)/(?P<sort>response|error)")
_LONGEST_SIZE = 64  # bytes of a line that tells the size of a chunk
_LOOK = 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """What a runtime posted: a `response`, an `error`, or an error of its beginning (`init`)."""

    sort: str
    body: bytes


class RuntimeInterface:
    """The interface at a listening socket; `wakened` is readable when something has changed."""

    def __init__(self, listener: socket.socket) -> None:
        self.wakened, self._waker = os.pipe()
        for descriptor in (self.wakened, self._waker):
            os.set_blocking(descriptor, False)
        self._changed = threading.Condition()
        self._generation = self._asking = self._number = 0
        self._event: tuple[str, bytes, float] | None = None
        self._answer: Answer | None = None
        self._is_awaited = False
        self._server = _Server(listener, self)
        serve = self._server.serve_forever
        threading.Thread(target=serve, args=(_LOOK,), daemon=True).start()

    # --- for whoever calls the program ----------------------------------------------------------

    @property
    def is_asked(self) -> bool:
        """Whether a runtime waits for an event."""
        return self._asking > 0

    def give(self, event: bytes, seconds: float) -> None:
        """Have a runtime get an event, of which it has so many seconds."""
        with self._changed:
            self._number += 1
            self._answer = None
            self._is_awaited = True
            self._event = str(self._number), event, time.time() + seconds
            self._changed.notify_all()

    @property
    def has_answer(self) -> bool:
        """Whether something was posted that nobody has taken yet."""
        return self._answer is not None

    def answer(self) -> Answer | None:
        """Take what was posted: of the last event, or of a beginning that failed."""
        with self._changed:
            answer, self._answer = self._answer, None
            return answer

    def forget(self) -> None:
        """Hang up on whoever asks: the program is gone."""
        with self._changed:
            self._generation += 1
            self._asking = 0
            self._is_awaited = False
            self._event = self._answer = None
            self._changed.notify_all()

    def close(self) -> None:
        """End it."""
        self.forget()
        self._server.shutdown()
        self._server.server_close()
        os.close(self.wakened)
        with self._changed:
            os.close(self._waker)
            self._waker = -1

    # --- for the threads that serve ---------------------------------------------------------------

    def next_event(self) -> tuple[str, bytes, float] | None:
        """The next event, once there is one; None where nobody is to have it any more."""
        with self._changed:
            generation = self._generation
            self._asking += 1
            self._wake()
            self._changed.wait_for(lambda: self._event or self._generation != generation)
            if self._generation != generation:
                return None
            self._asking -= 1
            event, self._event = self._event, None
            return event

    def take(self, answer: Answer, request_id: str) -> None:
        """Take what was posted, once, unless nobody waits for what came of that event."""
        with self._changed:
            is_of_event = self._is_awaited and request_id == str(self._number)
            if is_of_event or answer.sort == "init":
                self._answer, self._is_awaited = answer, False
            self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._waker, b"!")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, interface: RuntimeInterface) -> None:
        super().__init__(listener.getsockname(), _Requests, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.interface = interface

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a program that ends while it is served is told of by its end."""


class _Requests(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """An event, for whoever asks for the next."""
        if self.path != f"{_PLACE}/invocation/next":
            self._reply(404, b"")
            return
        event = self.server.interface.next_event()
        if event is None:
            self.close_connection = True
            return
        request_id, body, deadline = event
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": LambdaContext().invoked_function_arn,
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
            "Content-Type": "application/json",
        }
        self._reply(200, body, headers)

    def do_POST(self) -> None:
        """What came of an event, or that the runtime cannot begin."""
        body = self._body()
        match = _ANSWERED.fullmatch(self.path)
        if match is not None:
            self.server.interface.take(Answer(match["sort"], body), match["id"])
        elif self.path == f"{_PLACE}/init/error":
            self.server.interface.take(Answer("init", body), "")
        else:
            self._reply(404, b"")
            return
        self._reply(202, b'{"status":"OK"}', {"Content-Type": "application/json"})

    def _body(self) -> bytes:
        """The body of a request, no more of it than is read of any answer."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            length = self.headers.get("Content-Length", "0")
            return self.rfile.read(min(int(length), limits.ANSWER_BYTES))
        body = bytearray()
        while len(body) <= limits.ANSWER_BYTES:
            size = int(self.rfile.readline(_LONGEST_SIZE).partition(b";")[0], 16)
            if size == 0:
                while self.rfile.readline(limits.LOG_CHARACTERS).strip():
                    """Trailers say nothing here."""
                break
            body += self.rfile.read(min(size, limits.ANSWER_BYTES))
            self.rfile.readline(_LONGEST_SIZE)
        return bytes(body)

    def _reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: the outputs are those of the report."""
