"""Views that are classes: their framework makes an object of them for each request.

    app/views.py:Hook         a View of Django, a MethodView of Flask, an HTTPEndpoint of Starlette,
    app/views.py:Hook.post    a View of aiohttp: the class, or the method that answers

Nobody calls their methods with an event, so that a method stands for its class.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

__all__ = ["is_view_class", "is_view_method"]

_BASES = (
    ("django.views.generic.base", "View"),
    ("flask.views", "View"),
    ("starlette.endpoints", "HTTPEndpoint"),
    ("aiohttp.web_urldispatcher", "View"),
)
_METHODS = frozenset({"post", "put", "dispatch", "dispatch_request"})


def is_view_class(value: Any) -> bool:
    """Whether something is a class that a web framework answers requests with."""
    if not inspect.isclass(value):
        return False
    for module, name in _BASES:
        base = getattr(sys.modules.get(module), name, None)
        if isinstance(base, type) and issubclass(value, base):
            return True
    return False


def is_view_method(value: Any, name: str) -> bool:
    """Whether a name is that of a method of such a class that is given requests."""
    return name in _METHODS and is_view_class(value) and callable(getattr(value, name, None))
