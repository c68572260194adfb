"""An address that events are posted to: Lambda's runtime interface emulator, or a web server.

The emulator answers with status 200 whatever happens, without `X-Amz-Function-Error`: errors stand
in the body, in Lambda's form. A function that is late is answered with a sentence, and one whose
process ended with nothing (github.com/aws/aws-lambda-runtime-interface-emulator, its
`cmd/aws-lambda-rie/handlers.go` and issues 20, 21 and 86). Redirects are not followed.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ecr_contracts.core import limits
from ecr_contracts.core.errors import ConsumerError, SetupError
from ecr_contracts.core.masking import hide_here, secrets
from ecr_contracts.core.text import message as message_of
from ecr_contracts.core.text import shortened
from ecr_contracts.runtime.masked_outcome import masked_outcome
from ecr_contracts.runtime.outcome import Outcome, Status
from ecr_contracts.runtime.programs.answers import (
    NO_ANSWER,
    NO_JSON,
    Written,
    is_error,
    json_in,
    of_answer,
)
from ecr_contracts.runtime.sandbox.network.allowlist import Allowlist, is_here, shown

__all__ = ["Address"]

_FUNCTION = re.compile(r"/2015-03-31/functions/[^/]+/invocations/?")
_LATE = re.compile(r"Task timed out after [\d.]+ seconds")
_LOADING = 30.0
"""Seconds that the first answer may take: a function is loaded for it."""
_PAUSE = 0.1
_CHUNK = 1 << 16
_PORTS = {"http": 80, "https": 443}
_LONGEST_SHOWN = 300  # characters of a body in a sentence
_REQUEST = frozenset({"method", "headers", "body"})
"""The keys of a payload that is a request itself, as SNS and EventBridge make one."""
_START = "start it first, such as: docker run --rm -p 9000:8080 IMAGE"


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class Address:
    """An address by its URL.

    `timeout` are the seconds that an answer may take. It is on this machine, or among those of
    `allow_net` (`host:port`): whatever is there acts for real. Raises ConsumerError for a URL that
    cannot be used.
    """

    def __init__(self, url: str, *, timeout: float, allow_net: Iterable[str] = ()) -> None:
        self.url, self._timeout = url, timeout
        self._parts = _parts(url)
        host, port = self._parts.hostname or "", self._port
        if not (is_here(host) or Allowlist(allow_net).allows(host, port)):
            problem = "it is not on this machine, and what is there acts on events for real"
            advice = f"if that is meant: --allow-net {shown(host, port)}"
            raise ConsumerError(url, problem, advice)
        self._hidden = secrets(os.environ)
        hide_here(self._hidden)
        self._folder = os.getcwd()
        self._has_answered = self._has_spoken = self._was_late = False

    @property
    def is_function(self) -> bool:
        """Whether it is Lambda's own way to invoke a function."""
        return _FUNCTION.fullmatch(self._parts.path) is not None

    def call(self, payload: Any) -> Outcome:
        """What it answers to a payload.

        Raises SetupError where nothing listens there.
        """
        began = time.monotonic()
        wait = self._timeout if self._has_answered else max(_LOADING, self._timeout)
        deadline = began + wait
        try:
            response = self._response(payload, deadline)
        except TimeoutError:
            self._was_late = True
            outcome = Outcome(Status.TIMED_OUT, message=f"no answer within {wait:g} s")
        except ConnectionRefusedError as error:
            raise self._unreachable("nothing listens there", error) from None
        except (ConnectionError, http.client.HTTPException) as error:
            message = f"the connection was closed: {message_of(error)}"
            outcome = Outcome(Status.RAISED, NO_ANSWER, message)
        except OSError as error:
            raise self._unreachable("it cannot be reached", error) from None
        else:
            outcome = self._outcome(response)
            self._has_answered, self._was_late = True, outcome.status is Status.TIMED_OUT
        seconds = time.monotonic() - began
        return masked_outcome(replace(outcome, seconds=seconds), self._hidden)

    # --- the request ----------------------------------------------------------------------------

    @property
    def _port(self) -> int:
        return self._parts.port or _PORTS[self._parts.scheme]

    def _response(self, payload: Any, deadline: float) -> _Response:
        """What is answered. One that is still busy with a late event is asked again."""
        while True:
            response = self._posted(payload, deadline)
            is_busy = self._was_late and response.status >= 400 and not response.body
            if not is_busy:
                return response
            time.sleep(_PAUSE)

    def _posted(self, payload: Any, deadline: float) -> _Response:
        headers: Mapping[str, str] = {"Content-Type": "application/json"}
        body = json.dumps(payload, separators=(",", ":"))
        if isinstance(payload, Mapping) and payload.keys() == _REQUEST:
            headers, body = payload["headers"], payload["body"]
        connection = self._connection(_left(deadline))
        try:
            path = self._parts.path or "/"
            if self._parts.query:
                path += f"?{self._parts.query}"
            connection.request("POST", path, body.encode("utf-8", "replace"), dict(headers))
            response = connection.getresponse()
            content = bytearray()
            while len(content) <= limits.ANSWER_BYTES:
                if connection.sock is not None:
                    connection.sock.settimeout(_left(deadline))
                chunk = response.read1(_CHUNK)
                if not chunk:
                    break
                content += chunk
            answered = {name.lower(): value for name, value in response.headers.items()}
            return _Response(response.status, answered, bytes(content))
        finally:
            connection.close()

    def _connection(self, seconds: float) -> http.client.HTTPConnection:
        host = self._parts.hostname or ""
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, self._port, timeout=seconds, context=context)
        return http.client.HTTPConnection(host, self._port, timeout=seconds)

    def _unreachable(self, problem: str, error: OSError) -> SetupError:
        advice = _START
        if self._has_answered:
            problem = f"{problem} any more: did its last event end it?"
            advice = "look at what it wrote; start it again"
        return SetupError(self.url, problem, message_of(error), advice)

    # --- the answer -----------------------------------------------------------------------------

    def _outcome(self, response: _Response) -> Outcome:
        text = response.text
        value = json_in(response.body)
        if len(response.body) > limits.RESPONSE_BYTES:
            problem = "$ is larger than the 6 MB that Lambda takes"
            return Outcome(Status.RETURNED, unserialisable=problem)
        is_function_error = "x-amz-function-error" in response.headers
        if self.is_function and _LATE.fullmatch(text.strip()):
            return Outcome(Status.TIMED_OUT, message=text.strip())
        if is_error(value):
            return of_answer(value, Written(), self._folder)
        if response.status >= 300 or is_function_error:
            return self._refusal(response)
        if self.is_function and not text and self._has_spoken:
            message = "the body is empty: the process of its runtime ended"
            return Outcome(Status.RAISED, NO_ANSWER, message)
        self._has_spoken |= bool(text)
        if value is NO_JSON:
            return Outcome(Status.RETURNED, returned=text or None)
        return of_answer(value, Written(), self._folder)

    def _refusal(self, response: _Response) -> Outcome:
        """The outcome of a request that was answered with a status of an error, or a redirect."""
        said = " ".join(response.text.split())
        if "html" in response.headers.get("content-type", ""):
            said = ""
        message = shortened(said, _LONGEST_SHOWN) or http.client.responses.get(response.status, "")
        if 300 <= response.status < 400:
            message = f"it redirects to {response.headers.get('location', 'nowhere')}"
        return Outcome(
            Status.RAISED,
            exception=f"HTTP {response.status}",
            message=message,
            output=shortened(response.text, limits.OUTPUT_CHARACTERS),
        )


def _parts(url: str) -> SplitResult:
    """The parts of a URL. Raises ConsumerError for what is none that can be posted to."""
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in _PORTS and parts.hostname and parts.port != 0
        has_password = parts.username is not None
    except ValueError:
        is_usable = has_password = False
    if has_password:
        problem = "it holds a name or a password, which would be shown"
        raise ConsumerError(parts.hostname or "--url", problem, "leave it out")
    if not is_usable:
        advice = "write http://HOST:PORT/PATH"
        raise ConsumerError(url, "it is no URL that can be posted to", advice)
    return parts


def _left(deadline: float) -> float:
    """The seconds that are left. Raises TimeoutError where there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
