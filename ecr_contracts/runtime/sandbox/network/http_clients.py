"""HTTP requests of a consumer: answered in memory and recorded, for the usual HTTP clients.

Each client keeps its own code down to the connection, and only that is replaced: what http.client
and urllib3 (so urllib.request and requests) take for a socket, what httpx has its transports for,
and what aiohttp's documentation has connectors override. Ready-made interception was measured first
(mocket 3.15, pook 2.1, vcrpy 9.4, each made to answer every host by a function), and none serves
all that handlers do. Milliseconds are whole requests, the client's own part included, by urllib,
urllib3 and httpx; only those of the last line decode, mask and note as well:

           class imported   putrequest   TLS context     httpx   aiohttp   milliseconds
           before                        made before             3.14
    mocket     fails           yes          fails        fails    fails    0.4, 60, -
    pook       yes             fails        yes          yes      fails    0.5, 0.2, 0.4
    vcrpy      fails           yes          yes          yes      yes      1.3, 0.2, 0.2
    this       yes             yes          yes          yes      yes      0.6, 0.3, 0.2

vcrpy works by private methods. mocket and vcrpy have no entry for every host, so that methods of
theirs had to be replaced; responses is for requests alone and respx for httpx.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from ecr_contracts.core.errors import AnswerError
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.effects import Origin as AnswerOrigin
from ecr_contracts.runtime.provenance.made_up import Origin, mark
from ecr_contracts.runtime.sandbox.hooks import ImportHooks, Patches
from ecr_contracts.runtime.sandbox.network import http_messages
from ecr_contracts.runtime.sandbox.network.allowlist import Allowlist
from ecr_contracts.runtime.sandbox.network.replies import Replies, Reply, Request
from ecr_contracts.runtime.sandbox.network.sockets import (
    AnsweredSocket,
    AnsweredTransport,
    Respond,
)
from ecr_contracts.runtime.sandbox.recorder import Recorder
from ecr_contracts.runtime.sandbox.settings import Settings

__all__ = ["HttpClients"]


class HttpClients:
    """Answers the HTTP requests of this process, from `install` to `remove`, but for allowed hosts.

    A process that is `passing` ends with the sandbox: nothing that is made in it serves anybody
    afterwards.
    """

    def __init__(
        self,
        recorder: Recorder,
        settings: Settings,
        import_hooks: ImportHooks,
        start: str | None = None,
        *,
        passing: bool = False,
    ) -> None:
        self._recorder, self._import_hooks = recorder, import_hooks
        self._replies = Replies(settings.answers, start)
        self._allowlist = Allowlist(settings.allow_net)
        self._trusts_nobody = passing and not settings.allow_net
        self._patches = Patches()
        self._installed = False
        self.misuse: AnswerError | None = None
        """The first reply of the user's that could not be used; the consumer may have caught it."""

    def install(self) -> None:
        """Answer from now on, each client as soon as it is imported."""
        self._installed = True
        for module, action in (
            ("ssl", self._patch_ssl),
            ("http.client", self._patch_connections),
            ("urllib3.connection", self._patch_connections),
            ("httpx", self._patch_httpx),
            ("aiohttp", self._patch_aiohttp),
        ):
            self._import_hooks.after_import(module, partial(self._patch, action))

    def remove(self) -> None:
        """Answer nothing any more; the clients are as they were."""
        self._installed = False
        self._patches.undo()

    def _patch(self, action: Callable[[ModuleType], None], module: ModuleType) -> None:
        if self._installed:
            action(module)

    def _reply(self, request: Request) -> tuple[Reply, Origin | None]:
        """The reply to a request, which is recorded with it, and its origin if it is made up."""
        event = next(iter(self._recorder.events()), None)
        try:
            reply = self._replies.reply(request, event)
        except AnswerError as error:
            self.misuse = self.misuse or error
            raise
        effect = Effect(
            Sort.HTTP,
            request.name,
            request.content(),
            reads=request.reads,
            answer=reply.shown(),
            origin=AnswerOrigin.GIVEN if reply.given else AnswerOrigin.MADE_UP,
        )
        self._recorder.note(effect)
        return reply, None if reply.given else self._recorder.origin(effect)

    def _responder(self, scheme: str, host: str, port: int, connection: list[Any]) -> Respond:
        """What stands at the other end of a connection to a host.

        The `connection`, which is put there later, is told the origin of each reply.
        """
        start = http_messages.origin(scheme, host, port)

        def respond(sent: bytes) -> bytes:
            if not sent:
                return b""
            request = http_messages.request(sent, start)
            reply, origin = self._reply(request)
            mark(connection[0], origin)
            return http_messages.response(reply, with_body=request.method != "HEAD")

        return respond

    # The clients
    # ----------------------------------------------------------------------------------------------

    def _patch_ssl(self, module: ModuleType) -> None:
        """Read no certificates where nobody is connected to: that takes 30 to 60 ms a session."""
        if not self._trusts_nobody:
            return

        def load_verify_locations(
            context: Any, cafile: Any = None, capath: Any = None, cadata: Any = None
        ) -> None:
            for place in (cafile, capath):
                if place is not None:
                    os.stat(place)  # a file that is not there is found out as usual

        self._patches.set(module.SSLContext, "load_verify_locations", load_verify_locations)
        self._patches.set(module.SSLContext, "set_default_verify_paths", lambda context: None)

    def _patch_connections(self, module: ModuleType) -> None:
        """Patch http.client, or urllib3, whose connections are made after its pattern."""
        for name, scheme in (("HTTPConnection", "http"), ("HTTPSConnection", "https")):
            kind = getattr(module, name)
            self._patches.set(kind, "connect", self._connecting(scheme, kind.connect))

    def _connecting(
        self, scheme: str, really_connect: Callable[[Any], None]
    ) -> Callable[[Any], None]:
        def connect(this: Any) -> None:
            if self._allowlist.allows(this.host, this.port):
                really_connect(this)
                return
            host, port = this.host, this.port
            if this._tunnel_host:  # through a proxy, the host that is meant is the tunnel's
                host, port = this._tunnel_host, this._tunnel_port
            connection: list[Any] = []
            this.sock = AnsweredSocket(self._responder(scheme, host, port, connection))
            connection.append(this.sock)
            this.is_verified = True  # urllib3 warns of connections that are not

        return connect

    def _patch_httpx(self, module: ModuleType) -> None:
        sync, asynchronous = module.HTTPTransport, module.AsyncHTTPTransport
        really_handle, really_handle_async = sync.handle_request, asynchronous.handle_async_request

        def handle_request(this: Any, request: Any) -> Any:
            response = self._httpx_response(module, request, request.read())
            return really_handle(this, request) if response is None else response

        async def handle_async_request(this: Any, request: Any) -> Any:
            response = self._httpx_response(module, request, await request.aread())
            return await really_handle_async(this, request) if response is None else response

        self._patches.set(sync, "handle_request", handle_request)
        self._patches.set(asynchronous, "handle_async_request", handle_async_request)

    def _httpx_response(self, module: ModuleType, request: Any, body: bytes) -> Any:
        """The response to a request of httpx; None where its host is allowed."""
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        if self._allowlist.allows(url.host, port):
            return None
        headers = request.headers.multi_items()
        reply, origin = self._reply(Request.of(request.method, str(url), headers, body))
        content = reply.encoded()
        response = module.Response(
            reply.status,
            headers=reply.all_headers(len(content)),
            content=b"" if request.method == "HEAD" else content,
            request=request,
        )
        mark(response, origin)
        return response

    def _patch_aiohttp(self, module: ModuleType) -> None:
        import asyncio  # late: whoever has aiohttp has it as well

        really_create = module.TCPConnector._create_connection

        async def _create_connection(this: Any, request: Any, *rest: Any, **named: Any) -> Any:
            url = request.url
            if self._allowlist.allows(url.host, url.port):
                return await really_create(this, request, *rest, **named)
            protocol = this._factory()
            scheme = "https" if url.scheme in ("https", "wss") else "http"
            connection: list[Any] = []
            respond = self._responder(scheme, url.host, url.port, connection)
            loop = asyncio.get_running_loop()
            connection.append(AnsweredTransport(loop, protocol, http_messages.is_whole, respond))
            return protocol

        self._patches.set(module.TCPConnector, "_create_connection", _create_connection)
