"""Requests and responses as plain values, and how a request is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from ecr_contracts.core.text import shortened

__all__ = ["Request", "RequestRefusedError", "Response"]

_FIRST_REDIRECT = 300
_LONGEST_TEXT = 200  # characters of a response in a sentence
_TELLING_KEYS = ("detail", "message", "error", "errors", "title", "description")
_HEADERS = {"content-type": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request: `headers` by their names in small letters, `path` with what follows a `?`."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, payload: Any, path: str, host: str) -> Request:
        """The request that a payload is, sent to a path of a host.

        The envelopes `sns-http` and `api-destination` make requests; any other payload is posted as
        JSON, as an API destination posts an event.
        """
        fields = payload if isinstance(payload, Mapping) else {}
        headers, body = fields.get("headers"), fields.get("body")
        method = fields.get("method", "POST")
        if not isinstance(headers, Mapping) or not isinstance(body, str):
            headers, body, method = _HEADERS, json.dumps(payload), "POST"
        named = {str(name).lower(): str(value) for name, value in headers.items()}
        content = body.encode("utf-8", "surrogatepass")
        named |= {"host": host, "content-length": str(len(content)), "accept": "*/*"}
        return cls(str(method), path, named, content)

    @property
    def plain_path(self) -> str:
        """The path alone, without escapes."""
        return unquote(urlsplit(self.path).path) or "/"

    @property
    def query(self) -> str:
        """What follows the `?`, as it is."""
        return urlsplit(self.path).query


@dataclass(frozen=True, slots=True)
class Response:
    """What a request was answered with: its status, headers by small names, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the sender takes the request for handled."""
        return self.status < _FIRST_REDIRECT

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def value(self) -> Any:
        """The value of a body of JSON, else its text; None of an empty one."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return self.text or None

    @property
    def reason(self) -> str:
        """What the body says in a few words: a message in JSON, or plain text; no page of HTML."""
        value = self.value
        if isinstance(value, dict):
            for key in _TELLING_KEYS:
                if value.get(key):
                    value = value[key]
                    break
        text = value if isinstance(value, str) else json.dumps(value)
        if value is None or text.lstrip().startswith("<"):
            return ""
        return shortened(" ".join(text.split()), _LONGEST_TEXT)


class RequestRefusedError(Exception):
    """A request was not handled, though the app went on: it answered that, or failed afterwards.

    `error` is the exception that led to it, where that is known. `by` says who refused it: "its own
    code", by a status that this says, or "its framework". `lacks` are keys that the body was to
    have, `endpoint` is the function that the request was meant for, as far as that is known.
    """

    def __init__(
        self,
        text: str,
        response: Response,
        error: BaseException | None = None,
        *,
        by: str = "its framework",
        lacks: Sequence[str] = (),
        endpoint: Callable[..., Any] | None = None,
    ) -> None:
        self.response, self.error, self.by, self.endpoint = response, error, by, endpoint
        self.lacks = list(lacks)
        super().__init__(text)

    @property
    def answer(self) -> dict[str, Any]:
        """What is kept of the response: its status, who refused, and which keys the body lacks."""
        return {"status": self.response.status, "by": self.by, "lacks": self.lacks}
