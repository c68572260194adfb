"""What a consumer returned, as JSON: as Lambda reads it, where it is Lambda that called.

Nothing reads what a message's worker or a method behind an adapter returns, and of what answers a
request the status alone is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ecr_contracts.runtime.entries.web.answers import refusal_text
from ecr_contracts.runtime.entries.web.messages import Request, RequestRefusedError, Response
from ecr_contracts.runtime.lambda_response import lambda_json

__all__ = ["refusal_of", "returned_json"]

_FIRST_REFUSED, _FIRST_SERVER_ERROR = 300, 500
_OF_FRAMEWORKS = (404, 405, 415, 422)
"""Statuses with which a framework refuses a request before the code of its user sees it."""

_REQUEST_KEYS = frozenset({"method", "headers", "body"})
_RECEIVED_KEYS = (frozenset({"Body", "ReceiptHandle"}), frozenset({"Messages"}))


def returned_json(
    value: Any, function: Callable[..., Any], arguments: int, payload: Any
) -> tuple[Any, str]:
    """A returned value as JSON, and what of it no JSON is where that is wrong, else an empty text.

    `arguments` are those that the function is called with, for its payload. The response object
    of a web framework is its status, as `{"statusCode": 422}`, where the payload is a request. The
    function is Lambda's unless it takes nothing but an event, for Lambda gives two arguments, or
    its payload is none that Lambda gives.
    """
    if _has_keys(payload, _REQUEST_KEYS):
        status = _status_of(value)
        if status is not None:
            return {"statusCode": status}, ""
    plain, problem = lambda_json(value)
    if arguments == 1 or _is_of_no_lambda(payload):
        return plain, ""
    return plain, problem


def refusal_of(
    value: Any, function: Callable[..., Any], payload: Any
) -> RequestRefusedError | None:
    """How an adapter's request was refused: by the status of the response that it returns.

    None where it returns no response object, or that of a success, or was given no request.
    """
    status = _status_of(value) if _has_keys(payload, _REQUEST_KEYS) else None
    if status is None or status < _FIRST_REFUSED:
        return None
    is_of_framework = status in _OF_FRAMEWORKS or status >= _FIRST_SERVER_ERROR
    response = Response(status, {}, _body_of(value))
    return RequestRefusedError(
        refusal_text(Request.of(payload, "/", ""), response, None),
        response,
        by="its framework" if is_of_framework else "its own code",
        endpoint=function,
    )


def _body_of(value: Any) -> bytes:
    """The body of a response object; nothing where that cannot be had without waiting."""
    for name in ("content", "data", "body"):
        try:
            body = getattr(value, name, None)
        except Exception:  # noqa: BLE001 - an object of a consumer may do anything when it is read
            continue
        if isinstance(body, bytes):
            return body
    return b""


def _is_of_no_lambda(payload: Any) -> bool:
    """Whether a payload is a request of HTTP, or what somebody received from a queue himself."""
    return any(_has_keys(payload, keys) for keys in (_REQUEST_KEYS, *_RECEIVED_KEYS))


def _has_keys(payload: Any, keys: frozenset[str]) -> bool:
    return isinstance(payload, dict) and payload.keys() >= keys


def _status_of(value: Any) -> int | None:
    """The status of a response object, as clients and frameworks call it; None of other values."""
    try:
        if not hasattr(value, "headers"):
            return None
        for name in ("status_code", "status"):
            status = getattr(value, name, None)
            if isinstance(status, int):
                return int(status)
    except Exception:  # noqa: BLE001 - an object of a consumer may do anything when it is read
        return None
    return None
