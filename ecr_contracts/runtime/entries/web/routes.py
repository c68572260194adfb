"""The routes of an app, and the one that an event is sent to."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Route", "likeliest", "routes_of"]

_WORDS = re.compile(r"[a-z]+|[A-Z][a-z]*")
_TELLING = frozenset(
    {
        *("ecr", "event", "events", "eventbridge", "sns", "aws", "cloudwatch", "topic"),
        *("webhook", "webhooks", "hook", "hooks", "notify", "notification", "notifications"),
        *("push", "pushes", "scan", "scans", "image", "images", "registry", "container"),
        *("subscription", "ingest", "inbound", "receive"),
    }
)
_SURE = frozenset({"ecr", "eventbridge", "sns"})
_DEPTH = 5  # routers within routers


@dataclass(frozen=True, slots=True)
class Route:
    """A path that an app answers POST at, with the function that does; `{…}` stands for a part."""

    path: str
    endpoint: Callable[..., Any] | None
    name: str = ""


def routes_of(app: Any) -> list[Route]:
    """The routes of an app that take POST, in its order; none where its framework is unknown."""
    for module, name, reader in _READERS:
        kind = getattr(sys.modules.get(module), name, None)
        if isinstance(kind, type) and isinstance(app, kind):
            return list(reader(app))
    return []


def likeliest(routes: Sequence[Route]) -> Route | None:
    """The only route, or the one whose path and function speak most of such events, if one does."""
    if len({route.path for route in routes}) == 1:
        return routes[0]
    scores = [_score(route) for route in routes]
    best = max(scores, default=0)
    if best == 0 or scores.count(best) > 1:
        return None
    return routes[scores.index(best)]


def _score(route: Route) -> int:
    words = {word.lower() for word in _WORDS.findall(f"{route.path} {route.name}")}
    return len(words & _TELLING) + 3 * len(words & _SURE)


# What each framework says of its routes
# --------------------------------------------------------------------------------------------------


def _of_starlette(app: Any) -> Iterator[Route]:
    yield from _starlette_routes(app.routes, "", 0)


def _starlette_routes(routes: Iterable[Any], prefix: str, depth: int) -> Iterator[Route]:
    for route in routes:
        path = prefix + (getattr(route, "path", None) or "")
        methods = getattr(route, "methods", None)
        inner = _routes_within(route)
        endpoint = getattr(route, "endpoint", None)
        if endpoint is not None and not inner:
            if "POST" in methods if methods is not None else hasattr(endpoint, "post"):
                yield Route(path, endpoint, getattr(endpoint, "__name__", ""))
        elif inner and depth < _DEPTH:
            yield from _starlette_routes(inner, path, depth + 1)


def _routes_within(route: Any) -> Sequence[Any]:
    """The routes that a route stands for: those of a mounted app, or of a router of FastAPI."""
    candidates = getattr(route, "effective_candidates", None)  # since FastAPI includes late
    within = candidates() if callable(candidates) else getattr(route, "routes", None)
    return within if isinstance(within, list | tuple) else ()


def _of_flask(app: Any) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        if rule.methods is None or "POST" in rule.methods:
            path = re.sub(r"<(?:[^<>:]*:)?([^<>]*)>", r"{\1}", rule.rule)
            endpoint = app.view_functions.get(rule.endpoint)
            yield Route(path, endpoint, getattr(endpoint, "__name__", rule.endpoint))


def _of_aiohttp(app: Any) -> Iterator[Route]:
    for route in app.router.routes():
        if route.method in ("POST", "*") and route.resource is not None:
            handler = route.handler
            yield Route(route.resource.canonical, handler, getattr(handler, "__name__", ""))
    for subapp in getattr(app, "_subapps", ()):
        yield from _of_aiohttp(subapp)


def _of_django(_: Any) -> Iterator[Route]:
    from django.urls import get_resolver

    yield from _django_patterns(get_resolver().url_patterns, "/", 0)


def _django_patterns(patterns: Iterable[Any], prefix: str, depth: int) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + _django_path(pattern.pattern)
        inner = getattr(pattern, "url_patterns", None)
        if inner is not None:
            app = getattr(pattern, "app_name", None)
            if depth < _DEPTH and app != "admin":
                yield from _django_patterns(inner, path, depth + 1)
            continue
        view = pattern.callback
        kind = getattr(view, "view_class", None) or getattr(view, "cls", None)
        methods = [method.lower() for method in getattr(kind, "http_method_names", ("post",))]
        if kind is not None and not hasattr(kind, "post"):
            continue
        if "post" in methods:
            name = getattr(kind or view, "__name__", "")
            yield Route(path, view, name)


def _django_path(pattern: Any) -> str:
    text = str(pattern)
    text = re.sub(r"<(?:[^<>:]*:)?([^<>]*)>", r"{\1}", text)
    return text.removeprefix("^").removesuffix("$").replace("\\Z", "").replace("\\", "")


_READERS: tuple[tuple[str, str, Callable[[Any], Iterator[Route]]], ...] = (
    ("starlette.applications", "Starlette", _of_starlette),
    ("quart.app", "Quart", _of_flask),
    ("flask.app", "Flask", _of_flask),
    ("aiohttp.web_app", "Application", _of_aiohttp),
    ("django.core.handlers.base", "BaseHandler", _of_django),
)
