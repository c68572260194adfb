"""WSGI apps (Flask, Django, Bottle, …): one request, as a server hands it to them (PEP 3333)."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any

from ecr_contracts.runtime.entries.web.messages import Request, Response

__all__ = ["WsgiServer"]

_OWN_NAMES = ("content-type", "content-length")


class WsgiServer:
    """Serves a WSGI app.

    A request gives its response, and the exception that the app raised itself, if it did.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def start(self) -> None:
        """Nothing: a WSGI app has no start."""

    def close(self) -> None:
        """Nothing: a WSGI app has no end."""

    def send(self, request: Request) -> tuple[Response | None, BaseException | None]:
        """What the app answers to a request, and what it raised; no answer where there was none."""
        status: list[int] = []
        headers: dict[str, str] = {}
        written: list[bytes] = []

        def start_response(
            line: str, pairs: Iterable[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], None]:
            status[:] = [int(line.split(" ", 1)[0])]
            headers.clear()
            headers.update((name.lower(), value) for name, value in pairs)
            return written.append

        raised: BaseException | None = None
        try:
            chunks = self._app(_environ(request), start_response)
            try:
                written.extend(chunks)
            finally:
                close = getattr(chunks, "close", None)
                if close is not None:
                    close()
        except Exception as error:  # noqa: BLE001 - whatever an app raises is what it did
            raised = error
        if not status:
            return None, raised
        return Response(status[0], headers, b"".join(written)), raised


def _environ(request: Request) -> dict[str, Any]:
    host = request.headers["host"]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.plain_path.encode().decode("latin-1"),
        "QUERY_STRING": request.query,
        "REQUEST_URI": request.path,
        "RAW_URI": request.path,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": request.headers["content-length"],
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        if name not in _OWN_NAMES:
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ
