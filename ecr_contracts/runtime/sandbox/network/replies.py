"""What an HTTP request says, and what it is answered with: made up to please most code, or given by the user."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ecr_contracts.core.errors import AnswerError
from ecr_contracts.core.masking import masked_url
from ecr_contracts.core.text import message, shortened, shown
from ecr_contracts.runtime.sandbox.aws.overrides import AnswerFunction, AnswerFunctions

__all__ = ["Replies", "Reply", "Request"]

_LONGEST = 20_000
"""Characters of a body that are kept."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_NOISE = re.compile(r"user-agent|accept(?:-.*)?|connection|content-length|host|transfer-encoding")
"""Headers that the client adds by itself."""
_FUNCTION = re.compile(r".+\.py:[A-Za-z_]\w*")
_WHOLE_ANSWER = frozenset({"status", "headers", "body"})
_OK_TEXT = frozenset({"hooks.slack.com"})
_OK_JSON = frozenset({"slack.com", "www.slack.com", "api.telegram.org"})
_BODILESS = frozenset({204, 205, 304})
_JSON, _TEXT = "application/json", "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, as it went out."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes) -> Request:
        """A request whose headers are in small letters, those of one name joined."""
        joined: dict[str, str] = {}
        for name, value in headers:
            key = name.lower()
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
        return cls(method.upper(), url, joined, body)

    @property
    def name(self) -> str:
        """The method and the URL without secrets."""
        return f"{self.method} {masked_url(self.url)}"

    @property
    def reads(self) -> bool:
        """Whether it changes nothing at the other end."""
        return self.method in _READING

    def content(self) -> dict[str, Any]:
        """The headers that the code set, and the body decoded."""
        headers = {
            name: value for name, value in self.headers.items() if not _NOISE.fullmatch(name)
        }
        text = self._text()
        form = headers.get("content-type", "")
        if boundary := _boundary(form):
            # It is drawn anew for each request, and says nothing.
            headers["content-type"] = form.replace(boundary, "boundary")
            text = text.replace(boundary, "boundary")
        return {"headers": headers, "body": _decoded(text, form)}

    def _text(self) -> str:
        body = self.body
        if self.headers.get("content-encoding") in ("gzip", "deflate"):
            try:
                body = zlib.decompress(body, zlib.MAX_WBITS | 32)
            except zlib.error:
                return f"({len(body)} bytes)"
        try:
            return body.decode()
        except UnicodeDecodeError:
            return body.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an HTTP request; `given` by the user or made up."""

    status: int
    headers: Mapping[str, str]
    body: Any
    given: bool = False

    def encoded(self) -> bytes:
        """The body as bytes: text as it is, anything else as JSON; some statuses have none."""
        if self.status in _BODILESS:
            return b""
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()

    def all_headers(self, length: int) -> list[tuple[str, str]]:
        """The headers, with those that every answer has; each connection serves one request."""
        form = _TEXT if isinstance(self.body, str) else _JSON
        known = {name.lower() for name in self.headers}
        usual = {"Content-Type": form, "Content-Length": str(length), "Connection": "close"}
        return [
            *self.headers.items(),
            *((name, value) for name, value in usual.items() if name.lower() not in known),
        ]

    def shown(self) -> dict[str, Any]:
        """The answer as plain JSON; what a user may give for it has the same form."""
        return {"status": self.status, "headers": dict(self.headers), "body": self.body}


class Replies:
    """What hosts answer: those of the user by host, host and start of the path, or `*`; what pleases most, else."""

    def __init__(self, given: Mapping[str, Any], start: str | None = None) -> None:
        self._given = {key.partition("://")[2] or key: (key, value) for key, value in given.items()}
        self._functions = AnswerFunctions(start)

    def reply(self, request: Request, event: Any) -> Reply:
        """The answer to a request. Raises `AnswerError` when what the user gives for it is none."""
        key = self._key(request)
        if key is None:
            return _made_up(request)
        name, value = self._given[key]
        if isinstance(value, str) and _FUNCTION.fullmatch(value):
            value = self._functions.named(name, value)
        if callable(value):
            value = _called(name, value, request, event)
        return _reply(name, value)

    def _key(self, request: Request) -> str | None:
        parts = urlsplit(request.url)
        host, netloc = parts.hostname or "", parts.netloc.rpartition("@")[2].lower()
        matching = [
            key
            for key in self._given
            if any(_is_start(key, whole) for whole in (host + parts.path, netloc + parts.path))
        ]
        return max(matching, key=len) if matching else "*" if "*" in self._given else None


def _is_start(key: str, whole: str) -> bool:
    key = key.rstrip("/")
    return whole == key or whole.startswith((f"{key}/", f"{key}?"))


def _made_up(request: Request) -> Reply:
    host = urlsplit(request.url).hostname or ""
    if host in _OK_TEXT:
        return Reply(200, {}, "ok")
    return Reply(200, {}, {"ok": True} if host in _OK_JSON else {})


def _reply(name: str, value: Any) -> Reply:
    status, headers, body = 200, {}, value
    if isinstance(value, Mapping) and value and _WHOLE_ANSWER.issuperset(value):
        status, headers, body = (
            value.get("status", 200),
            value.get("headers", {}),
            value.get("body", ""),
        )
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status <= 599:
        raise AnswerError(name, f"a status is a number from 200 to 599, not {shown(status)}")
    if not isinstance(headers, Mapping):
        raise AnswerError(name, f"headers are names and values, not {shown(headers)}")
    try:
        json.dumps(body)
    except (TypeError, ValueError) as error:
        raise AnswerError(name, f"a body is text or JSON: {message(error)}") from error
    return Reply(status, {str(key): str(inner) for key, inner in headers.items()}, body, given=True)


def _called(name: str, function: AnswerFunction, request: Request, event: Any) -> Any:
    said = {"method": request.method, "url": request.url, **request.content()}
    try:
        return function(said, event)
    except Exception as error:
        raise AnswerError(
            name, f"its function raised {type(error).__name__}: {message(error)}"
        ) from error


def _boundary(form: str) -> str:
    found = re.search(r'multipart/[^;]+;.*boundary="?([^";]+)', form, re.IGNORECASE)
    return found[1] if found else ""


def _decoded(text: str, form: str) -> Any:
    if len(text) > _LONGEST:
        return shortened(text, _LONGEST)
    if "json" in form or text.lstrip()[:1] in ("{", "["):
        return _json(text)
    if "x-www-form-urlencoded" in form:
        fields = parse_qs(text, keep_blank_values=True)
        return {
            name: _field(values[0]) if len(values) == 1 else values
            for name, values in fields.items()
        }
    return text


def _field(text: str) -> Any:
    """A form's field; some services take JSON in one."""
    return _json(text) if text[:1] in ("{", "[") else text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
