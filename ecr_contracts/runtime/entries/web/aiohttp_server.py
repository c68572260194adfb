"""Apps of aiohttp: their own server, at a connection that is none.

The bytes of a request are handed to the protocol of aiohttp's server, and those of the response are
taken from the transport that it writes to: all of aiohttp between them runs as it does behind a
socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import io
from typing import Any

from ecr_contracts.runtime.entries.web.loops import AppLoop
from ecr_contracts.runtime.entries.web.messages import Request, Response

__all__ = ["AiohttpServer"]


class AiohttpServer:
    """Serves an `aiohttp.web.Application` in an event loop of its own.

    A request gives its response, and the exception that a background task raised, if one did.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._loop = AppLoop()
        self._runner: Any = None

    def start(self) -> None:
        """Let the app start. Raises what its `on_startup` raises."""
        if self._runner is None:
            self._loop.run(self._started())

    def send(self, request: Request) -> tuple[Response | None, BaseException | None]:
        """What the app answers to a request; no answer where there was none."""
        self.start()
        answer: tuple[Response | None, BaseException | None] = self._loop.run(self._sent(request))
        return answer

    def close(self) -> None:
        """Let the app end."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            with contextlib.suppress(Exception):
                self._loop.run(runner.cleanup())
        self._loop.close()

    async def _started(self) -> None:
        from aiohttp import web

        runner = web.AppRunner(self._app, handle_signals=False, access_log=None)
        await runner.setup()
        self._runner = runner

    async def _sent(self, request: Request) -> tuple[Response | None, BaseException | None]:
        before = asyncio.all_tasks()
        self._loop.begin()
        protocol = self._runner.server()
        serving = asyncio.all_tasks() - before
        transport = _Transport(protocol)
        protocol.connection_made(transport)
        serving |= asyncio.all_tasks() - before
        protocol.data_received(_bytes_of(request))
        await transport.closed.wait()
        late = await self._loop.finish(*serving)
        protocol.connection_lost(None)
        if serving:
            await asyncio.wait(serving, timeout=1.0)
        return _response(transport.written), late


class _Transport(asyncio.Transport):
    """A connection that keeps what is written, for a protocol that reads its one request."""

    def __init__(self, protocol: asyncio.BaseProtocol) -> None:
        super().__init__({"peername": ("192.0.2.1", 443), "sockname": ("192.0.2.2", 443)})
        self.written = bytearray()
        self.closed = asyncio.Event()
        self._protocol = protocol

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Addresses of a documentation's network; that there is TLS, as senders speak https."""
        return True if name == "sslcontext" else super().get_extra_info(name, default)

    def write(self, data: Any) -> None:
        """Keep what is written."""
        self.written += data

    def writelines(self, list_of_data: Any) -> None:
        """Keep what is written."""
        for data in list_of_data:
            self.written += data

    def is_closing(self) -> bool:
        """Whether the server has ended the connection."""
        return self.closed.is_set()

    def close(self) -> None:
        """End the connection."""
        self.closed.set()

    def abort(self) -> None:
        """End the connection."""
        self.closed.set()

    def get_protocol(self) -> asyncio.BaseProtocol:
        """The server's side."""
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand the connection to another protocol."""
        self._protocol = protocol

    def is_reading(self) -> bool:
        """Always: all of the request is there."""
        return True

    def pause_reading(self) -> None:
        """Nothing: all of the request is there."""

    def resume_reading(self) -> None:
        """Nothing: all of the request is there."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing: what is written is taken at once."""

    def get_write_buffer_size(self) -> int:
        """Nothing waits to be written."""
        return 0

    def can_write_eof(self) -> bool:
        """No half of the connection is closed alone."""
        return False


def _bytes_of(request: Request) -> bytes:
    lines = [f"{request.method} {request.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode() + request.body


class _Source:
    """Bytes that `http.client` reads as if they came from a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self._data)


def _response(data: bytes | bytearray) -> Response | None:
    if not data:
        return None
    parsed: Any = http.client.HTTPResponse(_Source(bytes(data)), method="POST")  # type: ignore[arg-type]
    parsed.begin()
    headers = {name.lower(): value for name, value in parsed.getheaders()}
    return Response(parsed.status, headers, parsed.read())
