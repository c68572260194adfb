"""Waiters that end at the first look: an answer is turned into one that says what is waited for.

A waiter asks again and again until a response matches; real ones sleep in between, ours need not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

__all__ = ["awaited", "waiting"]

_ACCEPTORS: ContextVar[Sequence[Any]] = ContextVar("ecr_contracts_acceptors", default=())


@contextlib.contextmanager
def waiting(acceptors: Sequence[Any]) -> Iterator[None]:
    """What is waited for while the block runs, in this thread or task."""
    token = _ACCEPTORS.set(acceptors)
    try:
        yield
    finally:
        _ACCEPTORS.reset(token)


def awaited(filled: dict[str, Any], make_empty: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The response that ends what is waited for, made of a filled or an empty one; else the filled one as it is."""
    acceptors = _ACCEPTORS.get()
    if not acceptors:
        return filled
    if _ends(filled, acceptors):
        return filled
    wanted = [acceptor for acceptor in acceptors if acceptor.state == "success"]
    for response in (told for acceptor in wanted if (told := _told(filled, acceptor)) is not None):
        if _ends(response, acceptors):
            return response
    empty = make_empty()
    return empty if _ends(empty, acceptors) else filled


def _ends(response: dict[str, Any], acceptors: Sequence[Any]) -> bool:
    for acceptor in acceptors:
        if acceptor.matcher_func(response):
            return bool(acceptor.state == "success")
    return False


def _told(response: dict[str, Any], acceptor: Any) -> dict[str, Any] | None:
    """The response with what an acceptor expects where it looks for it."""
    if acceptor.matcher in ("path", "pathAll", "pathAny"):
        _put(response, acceptor.argument.split("."), acceptor.expected)
        return response
    if acceptor.matcher == "error" and isinstance(acceptor.expected, str):
        return {"Error": {"Code": acceptor.expected, "Message": "not there, as waited for"}} | _failed(400)
    if acceptor.matcher == "status" and acceptor.expected >= 300:
        return {"Error": {"Code": str(acceptor.expected), "Message": "not there, as waited for"}} | _failed(
            acceptor.expected
        )
    return None


def _failed(status: int) -> dict[str, Any]:
    return {"ResponseMetadata": {"HTTPStatusCode": status}}


def _put(value: Any, path: list[str], expected: Any) -> None:
    """Set what stands at a path of plain names, `name[]` and `*`; leave what is another sort of expression."""
    head, rest = path[0], path[1:]
    name = head.removesuffix("[]")
    if not isinstance(value, dict) or not (name == "*" or name.isidentifier()):
        return
    for key in list(value) if name == "*" else [name]:
        if not rest and not head.endswith("[]"):
            value[key] = expected
        elif isinstance(inner := value.get(key), list):
            for element in inner:
                _put(element, rest, expected)
        else:
            _put(inner, rest, expected)
