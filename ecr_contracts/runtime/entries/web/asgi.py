"""ASGI apps (FastAPI, Starlette, Django, Quart, …): start, requests and end, as a server has them.

The protocol is ASGI 3.0 with `http` and `lifespan`, as its specification says.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from ecr_contracts.runtime.entries.web.loops import AppLoop
from ecr_contracts.runtime.entries.web.messages import Request, Response

__all__ = ["AsgiServer"]

Message = dict[str, Any]


class AsgiServer:
    """Serves an ASGI app in an event loop of its own.

    A request gives its response, and the exception that the app raised itself, if it did.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app
        self._loop = AppLoop()
        self._lifespan: _Lifespan | None = None

    def start(self) -> None:
        """Let the app start, if it has anything to do then. Raises what that raises."""
        if self._lifespan is None:
            self._lifespan = _Lifespan(self._app)
            self._loop.run(self._lifespan.start())

    def send(self, request: Request) -> tuple[Response | None, BaseException | None]:
        """What the app answers to a request, and what it raised; no answer where there was none."""
        self.start()
        answer: tuple[Response | None, BaseException | None] = self._loop.run(self._sent(request))
        return answer

    def close(self) -> None:
        """Let the app end."""
        if self._lifespan is not None:
            lifespan, self._lifespan = self._lifespan, None
            with contextlib.suppress(Exception):
                self._loop.run(lifespan.end())
        self._loop.close()

    async def _sent(self, request: Request) -> tuple[Response | None, BaseException | None]:
        state = {} if self._lifespan is None else self._lifespan.state
        exchange = _Exchange(request)
        self._loop.begin()
        raised: BaseException | None = None
        try:
            await self._app(_scope(request, state), exchange.receive, exchange.send)
        except Exception as error:  # noqa: BLE001 - whatever an app raises is what it did
            raised = error
        late = await self._loop.finish()
        return exchange.response, raised or late


def _scope(request: Request, state: Mapping[str, Any]) -> Message:
    headers = [(name.encode(), value.encode()) for name, value in request.headers.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        # Both SNS and API destinations may speak https; the latter speak nothing else.
        "scheme": "https",
        "path": request.plain_path,
        "raw_path": request.path.partition("?")[0].encode(),
        "query_string": request.query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("192.0.2.1", 443),
        "server": (request.headers["host"], 443),
        "state": dict(state),
        "extensions": {},
    }


class _Exchange:
    """One request as an app receives it, and the response that it sends."""

    def __init__(self, request: Request) -> None:
        self._messages = [{"type": "http.request", "body": request.body, "more_body": False}]
        self._ended = asyncio.Event()
        self._status: int | None = None
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    async def receive(self) -> Message:
        """The body; after that the client is gone once it has the whole response."""
        if self._messages:
            return self._messages.pop(0)
        await self._ended.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take a part of the response."""
        match message["type"]:
            case "http.response.start":
                self._status = message["status"]
                for name, value in message.get("headers", ()):
                    self._headers[bytes(name).decode("latin-1").lower()] = bytes(value).decode(
                        "latin-1"
                    )
            case "http.response.body":
                self._body.append(bytes(message.get("body", b"")))
                if not message.get("more_body", False):
                    self._ended.set()

    @property
    def response(self) -> Response | None:
        """What was sent; None where nothing was."""
        if self._status is None:
            return None
        return Response(self._status, self._headers, b"".join(self._body))


class _Lifespan:
    """The start and the end of an app; many apps have none, and say so by an exception."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self.state: dict[str, Any] = {}
        self._app = app
        self._task: asyncio.Task[None] | None = None
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self._orders: asyncio.Queue[Message] = asyncio.Queue()
        self._has_answered = False
        self._error: BaseException | None = None

    async def start(self) -> None:
        """Wait until the app has started. Raises what it raises while it does."""
        answer = await self._ordered("lifespan.startup")
        is_failure = answer is not None and answer["type"] == "lifespan.startup.failed"
        if is_failure and self._task is not None:
            await asyncio.wait([self._task], timeout=1.0)
        if is_failure:
            raise self._error or RuntimeError(f"it does not start: {answer.get('message', '')}")  # type: ignore[union-attr]

    async def end(self) -> None:
        """Wait until the app has ended."""
        if self._task is not None and not self._task.done():
            await self._ordered("lifespan.shutdown")

    async def _ordered(self, order: str) -> Message | None:
        """What the app answers to an order; None where it ends without an answer."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        await self._orders.put({"type": order})
        answering = asyncio.create_task(self._answers.get())
        await asyncio.wait([answering, self._task], return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            return answering.result()
        answering.cancel()
        return None

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self.state}
        try:
            await self._app(scope, self._orders.get, self._answers.put)
        except Exception as error:  # noqa: BLE001 - an app without a lifespan may raise anything
            self._error = error
