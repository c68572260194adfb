"""HTTP requests as values, and their replies: the user's, or made-up ones that suit most code."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ecr_contracts.core import limits
from ecr_contracts.core.errors import AnswerError
from ecr_contracts.core.masking import masked, masked_url
from ecr_contracts.core.text import message, shortened, shown
from ecr_contracts.runtime.sandbox.aws.overrides import (
    AnswerFunction,
    AnswerFunctions,
    function_error,
)

__all__ = ["Replies", "Reply", "Request"]

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_NOISE = re.compile(r"user-agent|accept(?:-.*)?|connection|content-length|host|transfer-encoding")
"""Headers that the client adds by itself."""
_BOUNDARY = re.compile(r'multipart/[^;]+;.*boundary="?([^";]+)', re.IGNORECASE)
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
            if key in joined:
                value = f"{joined[key]}, {value}"
            joined[key] = value
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
        headers = dict(self.headers)
        for name in self.headers:
            if _NOISE.fullmatch(name):
                del headers[name]
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
    """The reply to an HTTP request; `given` by the user or made up."""

    status: int
    headers: Mapping[str, str]
    body: Any
    given: bool = False

    def encoded(self) -> bytes:
        """The body as bytes: text as it is, anything else as JSON; some statuses have none."""
        if self.status in _BODILESS:
            return b""
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()

    def all_headers(self, length: int) -> list[tuple[str, str]]:
        """The headers, with those that every reply has; each connection serves one request."""
        form = _TEXT if isinstance(self.body, str) else _JSON
        usual = {"Content-Type": form, "Content-Length": str(length), "Connection": "close"}
        known = {name.lower() for name in self.headers}
        headers = list(self.headers.items())
        for name, value in usual.items():
            if name.lower() not in known:
                headers.append((name, value))
        return headers

    def shown(self) -> dict[str, Any]:
        """The reply as plain JSON, in the form that a user's reply has."""
        return {"status": self.status, "headers": dict(self.headers), "body": self.body}


class Replies:
    """The replies of hosts: the user's by host, host and path, or `*`; else made-up ones."""

    def __init__(self, answers: Mapping[str, Any], start: str | None = None) -> None:
        self._answers: dict[str, tuple[str, Any]] = {}
        for name, value in answers.items():
            self._answers[name.partition("://")[2] or name] = name, value
        self._functions = AnswerFunctions(start)

    def reply(self, request: Request, event: Any) -> Reply:
        """The reply to a request. Raises `AnswerError` when the user's answer is none."""
        key = self._key(request)
        if key is None:
            return _made_up(request)
        name, value = self._answers[key]
        if isinstance(value, str) and _FUNCTION.fullmatch(value):
            value = self._functions.named(name, value)
        if callable(value):
            value = _called(name, value, request, event)
        return _reply(name, value)

    def _key(self, request: Request) -> str | None:
        parts = urlsplit(request.url)
        host, netloc = parts.hostname or "", parts.netloc.rpartition("@")[2].lower()
        places = (host + parts.path, netloc + parts.path)
        matching = [key for key in self._answers if _is_start_of_any(key, places)]
        if matching:
            return max(matching, key=len)
        return "*" if "*" in self._answers else None


def _is_start_of_any(key: str, places: Iterable[str]) -> bool:
    """Whether a host, or a host and the start of a path, are those of a place."""
    key = key.rstrip("/")
    starts = (f"{key}/", f"{key}?")
    return any(place == key or place.startswith(starts) for place in places)


def _made_up(request: Request) -> Reply:
    host = urlsplit(request.url).hostname or ""
    if host in _OK_TEXT:
        return Reply(200, {}, "ok")
    if host in _OK_JSON:
        return Reply(200, {}, {"ok": True})
    return Reply(200, {}, {})


def _reply(name: str, value: Any) -> Reply:
    status, headers, body = 200, {}, value
    if isinstance(value, Mapping) and value and _WHOLE_ANSWER.issuperset(value):
        status, headers = value.get("status", 200), value.get("headers", {})
        body = value.get("body", "")
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status <= 599:
        raise AnswerError(name, f"a status is a number from 200 to 599, not {shown(status)}")
    if not isinstance(headers, Mapping):
        raise AnswerError(name, f"headers are names and values, not {shown(headers)}")
    try:
        json.dumps(body)
    except (TypeError, ValueError) as error:
        raise AnswerError(name, f"a body is text or JSON: {message(error)}") from error
    headers = {str(header): str(text) for header, text in headers.items()}
    return Reply(status, headers, body, given=True)


def _called(name: str, function: AnswerFunction, request: Request, event: Any) -> Any:
    shown_request = {"method": request.method, "url": request.url, **request.content()}
    try:
        return function(shown_request, event)
    except Exception as error:
        raise function_error(name, "its function", error) from error


def _boundary(form: str) -> str:
    match = _BOUNDARY.search(form)
    return match[1] if match else ""


def _decoded(text: str, form: str) -> Any:
    """A body as JSON, the fields of a form or text; a long one is text, masked before it is cut."""
    if len(text) <= limits.BODY_CHARACTERS:
        return _read(text, form)
    content = masked(_read(text[: limits.VALUE_CHARACTERS], form))
    written = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    if len(text) > limits.VALUE_CHARACTERS and text.lstrip()[:1] in ("{", "["):
        return f"(left out: {len(text)} characters of JSON)"
    return shortened(written, limits.BODY_CHARACTERS)


def _read(text: str, form: str) -> Any:
    if "json" in form or text.lstrip()[:1] in ("{", "["):
        return _json(text)
    if "x-www-form-urlencoded" in form:
        fields = parse_qs(text, keep_blank_values=True)
        return {name: _field(values) for name, values in fields.items()}
    return text


def _field(values: list[str]) -> Any:
    """The value of a form's field, or its values; some services take JSON in one."""
    if len(values) > 1:
        return values
    return _json(values[0]) if values[0][:1] in ("{", "[") else values[0]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
