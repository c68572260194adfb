"""A web app as a function: it is given a payload, sends it as a request, and returns the answer."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from types import CodeType
from typing import Any

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.text import message
from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.entries.web.answers import is_csrf, lacking, refusal_text
from ecr_contracts.runtime.entries.web.apps import (
    AppSort,
    app_around,
    app_of,
    innermost,
    is_factory,
    sort_of,
)
from ecr_contracts.runtime.entries.web.messages import Request, RequestRefusedError, Response
from ecr_contracts.runtime.entries.web.routes import Route, likeliest, routes_of
from ecr_contracts.runtime.entries.web.seen_errors import SeenErrors
from ecr_contracts.runtime.entries.web.view_classes import is_view_class
from ecr_contracts.runtime.raised import frames_of

__all__ = ["WebApp", "web_app"]

_MOST_ROUTES = 8  # in a complaint
_FIRST_SERVER_ERROR = 500
_HOST = "hooks.example.invalid"


def web_app(value: Any, name: str, path: str, user_code: UserCode) -> WebApp | None:
    """The web app that is meant by an object: an app, a router, an endpoint, or what makes an app.

    None of whatever else can be called. `path` is where events are sent to; where it is empty,
    the routes say it. Raises ConsumerError where they do not.
    """
    if is_factory(value):
        made = value()
        value = made if sort_of(made) is not None else value
    if sort_of(value) is not None:
        route, told = _route(name, path, innermost(value))
        return WebApp(value, route, user_code, told)
    around = app_around(value)
    if around is not None:
        route, told = _route(name, path, around)
        return WebApp(around, route, user_code, told)
    found = app_of(value, user_code)
    if found is None and is_view_class(value):
        problem = "it is a view that no route of an app leads to"
        raise ConsumerError(name, problem, "name the app that has it, as main.py:app")
    if found is None:
        return None
    app, routes = found
    return WebApp(app, _named(path, routes) or routes[0], user_code)


def _route(name: str, path: str, app: Any) -> tuple[Route, str]:
    """Where events are sent to, and that this was chosen, if it was.

    Raises ConsumerError where nothing says it.
    """
    routes = routes_of(app)
    named = _named(path, routes)
    if named is not None:
        return named, ""
    if not routes:
        problem = "it is a web app, and its routes are not known"
        raise ConsumerError(name, problem, "say where events are sent to: --path /...")
    chosen, count = _chosen(name, routes), len({route.path for route in routes})
    if count == 1:
        return chosen, ""
    return chosen, f"sent to POST {chosen.path}, of {count} paths; --path says another one"


def _named(path: str, routes: Sequence[Route]) -> Route | None:
    """The route of a path that somebody names; None where nobody does."""
    if not path:
        return None
    path = path if path.startswith("/") else f"/{path}"
    for route in routes:
        if route.path.rstrip("/") == path.partition("?")[0].rstrip("/"):
            return replace(route, path=path)
    return Route(path, None)


def _chosen(name: str, routes: Sequence[Route]) -> Route:
    route = likeliest(routes)
    if route is not None:
        return route
    paths = list(dict.fromkeys(route.path for route in routes))
    listed = ", ".join(paths[:_MOST_ROUTES])
    problem = f"it is a web app that takes POST at {len(paths)} paths: {listed}"
    raise ConsumerError(name, problem, f"say where events are sent to: --path {paths[0]}")


def _filled(path: str) -> str:
    """A path with something in the place of each of its parameters."""
    parts = []
    for part in path.split("/"):
        parts.append("1" if part.startswith("{") and part.endswith("}") else part)
    return "/".join(parts) or "/"


class WebApp:
    """A web app that is called like a handler: with a payload, and a context that it ignores.

    It returns what a success is answered with. It raises what made the app answer with a status of
    500 or more, and RequestRefusedError where that is not known, for any other status that is no
    success, and for a success that an exception follows.
    """

    def __init__(self, app: Any, route: Route, user_code: UserCode, told: str = "") -> None:
        self.app, self.path, self.user_code = app, _filled(route.path), user_code
        self.endpoint, self.told = route.endpoint, told
        sort = sort_of(app)
        assert sort is not None, "it is no web app"
        self._seen = SeenErrors()
        self._seen.watch(innermost(app))
        self._server = _server(app, sort)
        self._host = _host(innermost(app))

    def start(self) -> None:
        """Let the app start, as its server does before the first request. Raises what it raises."""
        self._server.start()

    def close(self) -> None:
        """Let the app end."""
        self._server.close()

    def __call__(self, payload: Any, context: object = None) -> Any:
        """Send one payload, and return what it was answered with."""
        request = Request.of(payload, self.path, self._host)
        self._seen.begin()
        try:
            response, raised = self._server.send(request)
        finally:
            self._seen.end()
        return self._value(request, response, raised)

    def _value(
        self, request: Request, response: Response | None, raised: BaseException | None
    ) -> Any:
        if response is None:
            raise raised or RuntimeError("it ends without an answer")
        error = raised or self._seen.last
        if response.is_success:
            late = raised or self._seen.hidden
            if late is None:
                return response.value
            told = f"{message(late)}\nanswered {response.status} before: nobody tries again"
            raise RequestRefusedError(told, response, late, endpoint=self.endpoint)
        is_fault = error is not None and not _is_answer(error)
        if error is not None and is_fault and response.status >= _FIRST_SERVER_ERROR:
            raise error
        by = "its own code" if self._is_own(response, error) else "its framework"
        text = refusal_text(request, response, error)
        raise RequestRefusedError(
            text, response, error, by=by, lacks=lacking(error), endpoint=self.endpoint
        )

    def _is_own(self, response: Response, error: BaseException | None) -> bool:
        """Whether the consumer's own code says the status, rather than its framework."""
        if response.status >= _FIRST_SERVER_ERROR:
            return False
        if error is None:
            return not is_csrf(response)
        if not _is_answer(error) or error.__cause__ or error.__context__:
            return False
        frames = [frame for frame, _ in frames_of(error)]
        within: list[str] = []
        for frame in reversed(frames):
            if self._owns(frame.f_code):
                return not within or within[-1] == "abort"
            within.append(frame.f_code.co_name)
        return False

    def _owns(self, code: CodeType) -> bool:
        return self.user_code.owns(code.co_filename)


def _server(app: Any, sort: AppSort) -> Any:
    # Late: few consumers are web apps, and asyncio is slow to import.
    match sort:
        case AppSort.ASGI:
            from ecr_contracts.runtime.entries.web.asgi import AsgiServer

            return AsgiServer(app)
        case AppSort.WSGI:
            from ecr_contracts.runtime.entries.web.wsgi import WsgiServer

            return WsgiServer(app)
        case AppSort.AIOHTTP:
            from ecr_contracts.runtime.entries.web.aiohttp_server import AiohttpServer

            return AiohttpServer(app)


def _is_answer(error: BaseException) -> bool:
    """Whether an exception is a framework's way to answer with a status."""
    return any(
        base.__name__ == "HTTPException" and not base.__module__.startswith("http")
        for base in type(error).__mro__
    )


def _host(app: Any) -> str:
    """A host that the app takes requests for."""
    allowed: Sequence[Any] = ()
    django = getattr(sys.modules.get("django.core.handlers.base"), "BaseHandler", None)
    if isinstance(django, type) and isinstance(app, django):
        from django.conf import settings

        allowed = settings.ALLOWED_HOSTS or ["localhost"]
    for middleware in getattr(app, "user_middleware", ()):
        if getattr(middleware.cls, "__name__", "") == "TrustedHostMiddleware":
            allowed = middleware.kwargs.get("allowed_hosts") or ()
    for host in allowed:
        text = str(host)
        if text == "*":
            break
        return text.replace("*.", "hooks.").removeprefix(".")
    return _HOST
