"""The form that code wants a text to have: a URL where it opens it, a number where it counts.

It knows the functions that tell by their names; where the text comes from is no matter here.
"""

from __future__ import annotations

import ast
from enum import Enum

from ecr_contracts.discovery.source.flow import Action, Use

__all__ = ["WantedForm", "wanted_form"]


class WantedForm(Enum):
    """What a text must be for a function to take it."""

    URL = "url"
    NUMBER = "number"
    BOOLEAN = "boolean"
    BASE64 = "base64"
    LOG_LEVEL = "log level"
    PATTERN = "regular expression"
    GLOB = "pattern of file names"
    TIME_ZONE = "time zone"
    TIME = "time"


_BY_FUNCTION = {
    "int": WantedForm.NUMBER,
    "float": WantedForm.NUMBER,
    "Decimal": WantedForm.NUMBER,
    "strtobool": WantedForm.BOOLEAN,
    "b64decode": WantedForm.BASE64,
    "standard_b64decode": WantedForm.BASE64,
    "setLevel": WantedForm.LOG_LEVEL,
    "getLevelName": WantedForm.LOG_LEVEL,
    "ZoneInfo": WantedForm.TIME_ZONE,
    "fromisoformat": WantedForm.TIME,
}
"""By functions whose first argument has the form, whatever they are called on."""
_PATTERN_FUNCTIONS = frozenset(
    {"compile", "findall", "finditer", "fullmatch", "match", "search", "sub"}
)
_GLOB_FUNCTIONS = frozenset({"fnmatch", "fnmatchcase", "filter"})
_URL_KEYWORDS = frozenset({"url", "webhook_url", "endpoint", "base_url"})
_URL_FUNCTIONS = frozenset(
    {
        "AsyncWebhookClient",
        "HTTPConnection",
        "Request",
        "WebhookClient",
        "urlopen",
    }
)
"""Functions whose first argument is a URL, whatever they are called on."""

_REQUEST_METHODS = frozenset({"delete", "get", "head", "patch", "post", "put", "request", "stream"})
_METHOD_FIRST = frozenset({"request", "stream"})  # `http.request("POST", url)`
_CLIENTS = (
    "aiohttp",
    "client",
    "http",
    "manager",
    "pool",
    "requests",
    "session",
    "urllib",
)
"""Words in the names of what makes requests."""


def wanted_form(use: Use, *, any_client: bool = False) -> WantedForm | None:
    """The form that a function wants its argument to have; None if it takes any text.

    A method such as `post` opens a URL if the name of what it is called on says that this makes
    requests; with `any_client` whatever it is called on.
    """
    if use.action is not Action.PASSED or not isinstance(use.node, ast.Call):
        return None
    name, argument = use.detail
    if argument in _URL_KEYWORDS:
        return WantedForm.URL
    if not isinstance(argument, int):
        return None
    if name == "getattr" and argument == 1 and ast.unparse(use.node.args[0]) == "logging":
        return WantedForm.LOG_LEVEL
    if name in _BY_FUNCTION and argument == 0:
        return _BY_FUNCTION[name]
    if _is_of_module(use.node.func, "re") and name in _PATTERN_FUNCTIONS and argument == 0:
        return WantedForm.PATTERN
    if name in _GLOB_FUNCTIONS and argument == 1:
        in_module = _is_of_module(use.node.func, "fnmatch")
        return WantedForm.GLOB if in_module or name != "filter" else None
    if name in _URL_FUNCTIONS and argument == 0:
        return WantedForm.URL
    if name in _REQUEST_METHODS and argument <= (name in _METHOD_FIRST):
        return WantedForm.URL if any_client or _is_client(use.node.func) else None
    return None


def _is_of_module(function: ast.expr, module: str) -> bool:
    """Whether a function is named as one of a module, as in `re.match`."""
    match function:
        case ast.Attribute(value=ast.Name(name)):
            return name == module
    return False


def _is_client(method: ast.expr) -> bool:
    """Whether the name of what a method is called on says that it makes requests."""
    if not isinstance(method, ast.Attribute):
        return False
    receiver = ast.unparse(method.value).lower()
    return any(word in receiver for word in _CLIENTS)
