"""Waiters end at their first call: the response is turned into the one that they wait for.

A waiter calls again and again until a response matches; real ones sleep in between, ours need not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

__all__ = ["final_response", "is_waiting", "waiting_for"]

Response = dict[str, Any]

_ACCEPTORS: ContextVar[Sequence[Any]] = ContextVar("ecr_contracts_acceptors", default=())


@contextlib.contextmanager
def waiting_for(acceptors: Sequence[Any]) -> Iterator[None]:
    """Say what is waited for while the block runs, in this thread or task."""
    token = _ACCEPTORS.set(acceptors)
    try:
        yield
    finally:
        _ACCEPTORS.reset(token)


def is_waiting() -> bool:
    """Whether anything is waited for here."""
    return bool(_ACCEPTORS.get())


def final_response(answer: Response, *others: Callable[[], Response]) -> Response:
    """The response that ends the wait, made of an answer or of others; else the answer as it is."""
    acceptors = _ACCEPTORS.get()
    if not acceptors or _ends(answer, acceptors):
        return answer
    for make in others:
        for acceptor in acceptors:
            if acceptor.state != "success":
                continue
            response = _accepted(make(), acceptor)
            if response is not None and _ends(response, acceptors):
                return response
    return answer


def _ends(response: Response, acceptors: Sequence[Any]) -> bool:
    for acceptor in acceptors:
        if acceptor.matcher_func(response):
            return bool(acceptor.state == "success")
    return False


def _accepted(response: Response, acceptor: Any) -> Response | None:
    """The response with what an acceptor expects in the place where it looks for it."""
    if acceptor.matcher in ("path", "pathAll", "pathAny"):
        _put(response, acceptor.argument.split("."), acceptor.expected)
        return response
    if acceptor.matcher == "error" and isinstance(acceptor.expected, str):
        return _error(acceptor.expected, 400)
    if acceptor.matcher == "status" and acceptor.expected >= 300:
        return _error(str(acceptor.expected), acceptor.expected)
    return None


def _error(code: str, status: int) -> Response:
    error = {"Code": code, "Message": "not there, as waited for"}
    return {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}


def _put(value: Any, path: list[str], expected: Any) -> None:
    """Set the value at a path of plain names, `name[]` and `*`; other expressions do nothing."""
    head, rest = path[0], path[1:]
    name = head.removesuffix("[]")
    if not isinstance(value, dict) or not (name == "*" or name.isidentifier()):
        return
    keys = list(value) if name == "*" else [name]
    for key in keys:
        if not rest and not head.endswith("[]"):
            value[key] = expected
        elif isinstance(inner := value.get(key), list):
            for element in inner:
                _put(element, rest, expected)
        else:
            _put(inner, rest, expected)
