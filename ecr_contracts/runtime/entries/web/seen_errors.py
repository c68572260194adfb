"""Exceptions that a framework answers with an error: seen where it hands them to its handlers.

Each framework has such places, mostly documented ones: exception handlers of Starlette and FastAPI,
`handle_exception` and `handle_user_exception` of Flask, middlewares of aiohttp,
`response_for_exception` of Django. What only a log tells is taken from there.
"""

from __future__ import annotations

import functools
import inspect
import logging
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

__all__ = ["SeenErrors"]

_MARK = "__ecr_contracts_records__"
"""The attribute of what records in which the original stands: an app may be watched again."""


class SeenErrors:
    """The exceptions that an app's framework has met during one request, in their order.

    `hidden` is the one that a handler of all exceptions took, whatever it was, if one did.
    """

    def __init__(self) -> None:
        self._errors: list[tuple[BaseException, TracebackType | None]] = []
        self.hidden: BaseException | None = None
        self._logged: list[tuple[BaseException, TracebackType | None]] = []
        self._handler = _LogHandler(self._logged)

    def begin(self) -> None:
        """Begin a request: nothing is seen yet."""
        self._errors.clear()
        self._logged.clear()
        self.hidden = None
        logging.getLogger().addHandler(self._handler)

    def end(self) -> None:
        """End a request."""
        logging.getLogger().removeHandler(self._handler)

    @property
    def last(self) -> BaseException | None:
        """The one that was met last, else the one that was logged last."""
        seen = self._errors or self._logged
        if not seen:
            return None
        error, trace = seen[-1]
        # Frameworks take the traceback off an exception that they have answered.
        return error if error.__traceback__ is not None else error.with_traceback(trace)

    def add(self, error: BaseException) -> None:
        """Take note of an exception, with where it comes from."""
        self._errors.append((error, error.__traceback__))

    def watch(self, app: Any) -> None:
        """Have the framework of an app tell of the exceptions that it meets."""
        for module, name, watching in _WATCHING:
            kind = getattr(sys.modules.get(module), name, None)
            if isinstance(kind, type) and isinstance(app, kind):
                watching(app, self)
                return


class _LogHandler(logging.Handler):
    """Keeps the exceptions that are logged with their traceback."""

    def __init__(self, kept: list[tuple[BaseException, TracebackType | None]]) -> None:
        super().__init__(logging.WARNING)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            self._kept.append((record.exc_info[1], record.exc_info[2]))


def _watch_starlette(app: Any, seen: SeenErrors) -> None:
    from starlette.exceptions import HTTPException
    from starlette.middleware.exceptions import ExceptionMiddleware

    handlers = app.exception_handlers
    handlers.setdefault(HTTPException, ExceptionMiddleware(app).http_exception)
    for key, handler in list(handlers.items()):
        # What is registered for all exceptions is called for those that are raised again as well.
        if key not in (500, Exception):
            handlers[key] = _recording(getattr(handler, _MARK, handler), seen)
    if getattr(app, "middleware_stack", None) is not None:
        # It had requests before, and keeps the handlers of then.
        app.middleware_stack = app.build_middleware_stack()
    for route in app.routes:
        inner = getattr(route, "app", None)
        if hasattr(inner, "exception_handlers") and hasattr(inner, "routes"):
            _watch_starlette(inner, seen)


def _recording(handler: Callable[..., Any], seen: SeenErrors) -> Callable[..., Any]:
    """An exception handler that tells of the exception first, and stays what it is."""
    if inspect.iscoroutinefunction(handler):

        @functools.wraps(handler)
        async def waiting(request: Any, error: BaseException) -> Any:
            seen.add(error)
            return await handler(request, error)

        recording: Callable[..., Any] = waiting
    else:

        @functools.wraps(handler)
        def calling(request: Any, error: BaseException) -> Any:
            seen.add(error)
            return handler(request, error)

        recording = calling
    setattr(recording, _MARK, handler)
    return recording


def _watch_flask(app: Any, seen: SeenErrors) -> None:
    handle_exception = getattr(app.handle_exception, _MARK, app.handle_exception)
    handle_user_exception = getattr(app.handle_user_exception, _MARK, app.handle_user_exception)

    def of_unhandled(error: BaseException) -> Any:
        seen.add(error)
        return handle_exception(error)

    def of_any(error: BaseException) -> Any:
        seen.add(error)
        response = handle_user_exception(error)
        if _takes_all(app, error):
            seen.hidden = error
        return response

    setattr(of_unhandled, _MARK, handle_exception)
    setattr(of_any, _MARK, handle_user_exception)
    app.handle_exception, app.handle_user_exception = of_unhandled, of_any


def _takes_all(app: Any, error: BaseException) -> bool:
    """Whether an error handler of Flask took an exception that it does not name."""
    if hasattr(error, "get_response"):  # one of werkzeug's own, which is an answer
        return False
    for by_code in app.error_handler_spec.values():
        for by_class in by_code.values():
            for kind in by_class:
                if kind not in (Exception, BaseException) and isinstance(error, kind):
                    return False
    return True


def _watch_aiohttp(app: Any, seen: SeenErrors) -> None:
    from aiohttp import web

    @web.middleware
    async def recording(request: Any, handler: Callable[..., Any]) -> Any:
        try:
            return await handler(request)
        except Exception as error:
            seen.add(error)
            raise

    setattr(recording, _MARK, True)
    if not app.frozen and not any(hasattr(one, _MARK) for one in app.middlewares):
        app.middlewares.insert(0, recording)


def _watch_django(_: Any, seen: SeenErrors) -> None:
    from django.core.handlers import exception

    respond: Any = exception.response_for_exception
    respond = getattr(respond, _MARK, respond)

    def recording(request: Any, error: Exception) -> Any:
        seen.add(error)
        return respond(request, error)

    setattr(recording, _MARK, respond)
    exception.response_for_exception = recording


_WATCHING: tuple[tuple[str, str, Callable[[Any, SeenErrors], None]], ...] = (
    ("starlette.applications", "Starlette", _watch_starlette),
    ("flask.app", "Flask", _watch_flask),
    ("aiohttp.web_app", "Application", _watch_aiohttp),
    ("django.core.handlers.base", "BaseHandler", _watch_django),
)
