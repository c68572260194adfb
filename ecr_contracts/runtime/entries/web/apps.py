"""What is a web app, of which sort, and which app an endpoint belongs to.

No framework is imported here: an object can only be of a framework that its own code has imported.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from enum import Enum
from types import ModuleType
from typing import Any

from ecr_contracts.discovery.user_code import UserCode
from ecr_contracts.runtime.entries.web.django_views import project_app
from ecr_contracts.runtime.entries.web.routes import Route, routes_of
from ecr_contracts.runtime.entries.web.view_classes import is_view_class

__all__ = ["CONSTRUCTORS", "AppSort", "app_around", "app_of", "sort_of"]

CONSTRUCTORS = frozenset(
    {
        "FastAPI",
        "Starlette",
        "Flask",
        "Application",
        "Quart",
        "Litestar",
        "Sanic",
        "Bottle",
        "get_wsgi_application",
        "get_asgi_application",
    }
)
"""What makes a web app, by its name."""

_OF_PROXIES = "werkzeug.local"
"""The module of objects such as `flask.request`, which raise whatever they are asked."""

_SERVING = frozenset({"run_app", "run", "serve", "run_forever", "run_until_complete"})
"""What serves an app, and does not come back: a function that calls it is no factory."""

_INNER = ("app", "wsgi_app", "application", "asgi_app")
_WRAPPERS = 8  # middlewares around an app that are looked through


class AppSort(Enum):
    """How an app is called."""

    ASGI = "ASGI"
    WSGI = "WSGI"
    AIOHTTP = "aiohttp"


_KNOWN = (
    ("starlette.applications", "Starlette", AppSort.ASGI),
    ("quart.app", "Quart", AppSort.ASGI),
    ("flask.app", "Flask", AppSort.WSGI),
    ("django.core.handlers.asgi", "ASGIHandler", AppSort.ASGI),
    ("django.core.handlers.wsgi", "WSGIHandler", AppSort.WSGI),
    ("aiohttp.web_app", "Application", AppSort.AIOHTTP),
    ("bottle", "Bottle", AppSort.WSGI),
)
_ROUTERS = (
    ("fastapi.routing", "APIRouter"),
    ("starlette.routing", "Router"),
    ("flask.blueprints", "Blueprint"),
    ("aiohttp.web_routedef", "RouteTableDef"),
)


def sort_of(value: Any) -> AppSort | None:
    """How an object is called that is a web app; None of any other object."""
    for module, name, sort in _KNOWN:
        if _is_instance(value, module, name):
            return sort
    if inspect.isclass(value) or not callable(value):
        return None
    names = _parameters(value)
    if names == ["scope", "receive", "send"]:
        return AppSort.ASGI
    if names == ["environ", "start_response"]:
        return AppSort.WSGI
    return None


def _is_instance(value: Any, module: str, name: str) -> bool:
    """Whether an object is of a class of a module that is imported already."""
    kind = getattr(sys.modules.get(module), name, None)
    # `isinstance` asks what an object says of its class, and Flask's proxies raise then.
    return isinstance(kind, type) and issubclass(type(value), kind)


def _parameters(value: Any) -> list[str]:
    """The names of the arguments that have to be given."""
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return []
    names = []
    for parameter in parameters:
        if parameter.default is parameter.empty and parameter.kind in (
            parameter.POSITIONAL_ONLY,
            parameter.POSITIONAL_OR_KEYWORD,
        ):
            names.append(parameter.name)
    return names


def innermost(app: Any) -> Any:
    """The app of a known framework within the middlewares around it; else the app itself."""
    inner = app
    for _ in range(_WRAPPERS):
        if any(_is_instance(inner, module, name) for module, name, _ in _KNOWN):
            return inner
        for name in _INNER:
            within = getattr(inner, name, None)
            if callable(within):
                inner = within
                break
        else:
            return app
    return app


def is_factory(value: Any) -> bool:
    """Whether a function makes an app: it needs no argument, and names what makes one."""
    if not inspect.isfunction(value) or inspect.iscoroutinefunction(value):
        return False
    names = value.__code__.co_names
    if _parameters(value) or not CONSTRUCTORS.intersection(names) or _SERVING.intersection(names):
        return False
    if not any(module in sys.modules for module, *_ in _KNOWN):
        return False
    return not any(
        parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty
        for parameter in inspect.signature(value).parameters.values()
    )


def app_of(endpoint: Any, user_code: UserCode) -> tuple[Any, tuple[Route, ...]] | None:
    """The app that an endpoint is a route of, and its routes there; None where there is none.

    Looked for are the apps of all modules of its own that are imported, then the routers: those
    are put into an app that has nothing else.
    """
    known = ("django", *(module for module, *_ in (*_KNOWN, *_ROUTERS)))
    if not any(module in sys.modules for module in known):
        return None
    if not callable(endpoint) or (inspect.isclass(endpoint) and not is_view_class(endpoint)):
        return None
    values = _candidates(getattr(endpoint, "__module__", None) or "", user_code)
    for value in values:
        if sort_of(value) is not None:
            routes = _routes_to(endpoint, innermost(value))
            if routes:
                return value, routes
    project = project_app(endpoint)
    if project is not None and (routes := _routes_to(endpoint, project)):
        return project, routes
    for value in values:
        app = app_around(value)
        if app is not None and (routes := _routes_to(endpoint, app)):
            return app, routes
    return None


def app_around(router: Any) -> Any:
    """An app that has the routes of a router alone; None of what is no router."""
    if _is_instance(router, "fastapi.routing", "APIRouter"):
        app = sys.modules["fastapi"].FastAPI()
        app.include_router(router)
        return app
    if _is_instance(router, "starlette.routing", "Router"):
        from starlette.applications import Starlette

        return Starlette(routes=router.routes)
    if _is_instance(router, "flask.blueprints", "Blueprint"):
        app = sys.modules["flask"].Flask(router.import_name)
        app.register_blueprint(router)
        return app
    if _is_instance(router, "aiohttp.web_routedef", "RouteTableDef"):
        from aiohttp import web

        app = web.Application()
        app.add_routes(router)
        return app
    return None


_known_candidates: dict[tuple[str, UserCode], tuple[int, list[Any]]] = {}
"""The apps and routers around a module, of how many modules: to look through all takes time."""


def _candidates(own_name: str, user_code: UserCode) -> list[Any]:
    """The apps and routers that the consumer's own modules define, those of a module first."""
    count, found = _known_candidates.get((own_name, user_code), (0, []))
    if count == len(sys.modules):
        return found
    modules = [sys.modules[own_name]] if own_name in sys.modules else []
    for module in list(sys.modules.values()):
        if module not in modules and _is_own(module, user_code):
            modules.append(module)
    kept: dict[int, Any] = {}
    for module in modules:
        for value in list(vars(module).values()):
            if type(value).__module__ != _OF_PROXIES and _is_app_or_router(value):
                kept.setdefault(id(value), value)
    found = list(kept.values())
    _known_candidates.clear()
    _known_candidates[own_name, user_code] = len(sys.modules), found
    return found


def _is_app_or_router(value: Any) -> bool:
    if any(_is_instance(value, module, name) for module, name in _ROUTERS):
        return True
    return not inspect.isfunction(value) and sort_of(value) is not None


def _is_own(module: ModuleType | None, user_code: UserCode) -> bool:
    file = getattr(module, "__dict__", {}).get("__file__")
    return isinstance(file, str) and user_code.owns(file)


def _routes_to(endpoint: Any, app: Any) -> tuple[Route, ...]:
    """The routes of an app that lead to an endpoint."""
    wanted = _plain(endpoint)
    return tuple(route for route in routes_of(app) if _plain(route.endpoint) == wanted)


def _plain(function: Callable[..., Any] | None) -> Any:
    """What a function is known by again, without its wrappers: where its code stands."""
    kind = function if inspect.isclass(function) else getattr(function, "view_class", None)
    if kind is not None:
        return kind.__module__, kind.__qualname__
    unwrapped = inspect.unwrap(function) if function is not None else None
    unwrapped = getattr(unwrapped, "__func__", unwrapped)
    code = getattr(unwrapped, "__code__", None)
    return unwrapped if code is None else (code.co_filename, code.co_qualname, code.co_firstlineno)
