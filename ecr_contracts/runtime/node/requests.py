"""What a handler for Node asks for, asked of the sandbox as code in Python would ask it.

A call of AWS is made with botocore, a request with http.client, a sleep with `time.sleep`: all of
them are the sandbox's, which answers, records and refuses.
"""

from __future__ import annotations

import base64
import http.client
import itertools
import os
import shlex
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ecr_contracts.discovery.javascript.catches import Catch
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.node import aws_calls
from ecr_contracts.runtime.node.stacks import error_of, frames_of_message, within
from ecr_contracts.runtime.provenance.made_up import Origin, mark, origin_of
from ecr_contracts.runtime.sandbox.sandbox import Sandbox

__all__ = ["Requests"]


class Requests:
    """Answers what one process of Node asks for, and remembers which answers were made up.

    What it asks for is asked in the handler's own line, so that the sandbox sees who asks.
    """

    def __init__(self) -> None:
        self._origins: dict[int, Origin] = {}
        self._lasting: dict[int, Origin] = {}
        """Origins of what stays between calls: variables, and what was answered while it loaded."""
        self._agreed: set[int] = set()
        """The numbers of answers that nobody made up: at most they lack a key."""
        self.catches: list[Catch] = []
        """The places in the handler's own code that catch, by their numbers."""
        self._numbers = itertools.count(1)
        self._calls = 0
        self._clients = aws_calls.Clients()
        self._answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "aws": self._aws,
            "http": self._http,
            "sleep": self._sleep,
            "variable": self._variable,
            "log": self._log,
            "refuse": self._refuse,
            "caught": self._caught,
        }

    def answers(self, message: dict[str, Any]) -> bool:
        """Whether a message asks for something, and does not tell how the call went."""
        return message.get("do") in self._answers

    def reply(self, message: dict[str, Any]) -> dict[str, Any]:
        """The reply to what is asked for; what keeps it from being done is an `error` in it.

        Raises what ends the call: it has slept for too long.
        """
        frames = frames_of_message(message.get("stack"))
        answer = partial(self._answers[message["do"]], message)
        try:
            reply: dict[str, Any] = within(frames, answer)
        except Exception as error:  # noqa: BLE001 - the handler gets it instead
            return {"error": self._described(error)}
        return reply

    def begin(self) -> None:
        """Begin a call: what was answered before is no longer asked about."""
        if not self._calls:
            self._lasting.update(self._origins)
        self._calls += 1
        self._origins.clear()

    def mark(self, error: BaseException, told: Any) -> None:
        """Say of an error of the handler which answer it is about, if it says so itself."""
        number = told.get("answer") if isinstance(told, dict) else None
        if not isinstance(number, int):
            return
        origin = self._origins.get(number) or self._lasting.get(number)
        if origin is None:
            return
        path = told.get("path")
        steps = [step for step in path if type(step) in (str, int)] if type(path) is list else []
        inner = origin.inner(*steps) if steps else origin
        missing = told.get("missing")
        if type(missing) in (str, int):
            inner = inner.lacking(missing)
        if number not in self._agreed or inner.impossible:
            mark(error, inner)

    def _remembered(self, origin: Origin | None, *, lasting: bool = False) -> int | None:
        """The number under which an origin is remembered."""
        if origin is None:
            return None
        number = next(self._numbers)
        known = self._lasting if lasting else self._origins
        known[number] = origin
        return number

    def _described(self, error: Exception) -> dict[str, Any]:
        sandbox = Sandbox.active()
        if sandbox is not None:
            # The SDK checks no parameters: AWS does, and the handler sees what it says.
            sandbox.provenance.forget_wrong_call(error)
        told = aws_calls.described(error)
        told["answer"] = self._remembered(origin_of(error))
        return told

    # --- what can be asked for --------------------------------------------------------------------

    def _aws(self, message: dict[str, Any]) -> dict[str, Any]:
        service, operation = str(message.get("service")), str(message.get("operation"))
        answer = self._clients.call(service, operation, message.get("parameters"))
        origin = origin_of(answer)
        reply = {"value": aws_calls.sent(answer), "answer": self._remembered(origin)}
        sandbox = Sandbox.active()
        if origin is None and sandbox is not None:
            name, shape = self._clients.answered_by(service, operation)
            known = sandbox.recorder.origin(Effect(Sort.AWS, name), shape)
            number = reply["agreed"] = self._remembered(known)
            if number is not None:
                self._agreed.add(number)
        return reply

    def _http(self, message: dict[str, Any]) -> dict[str, Any]:
        url = urlsplit(str(message.get("url")))
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname or "localhost", url.port, timeout=10)
        path = url.path or "/"
        target = f"{path}?{url.query}" if url.query else path
        headers = {str(name): str(value) for name, value in message.get("headers", ())}
        body = base64.b64decode(str(message.get("body", "")))
        connection.request(str(message.get("method", "GET")), target, body or None, headers)
        response = connection.getresponse()
        content = response.read().decode("utf-8", "replace")
        origin = origin_of(connection.sock) or origin_of(response)
        return {
            "status": int(response.status),
            "headers": [[name, str(value)] for name, value in response.getheaders()],
            "body": str(content),
            "answer": self._remembered(origin),
        }

    def _sleep(self, message: dict[str, Any]) -> dict[str, Any]:
        frames = frames_of_message(message.get("stack"))
        within(frames, partial(time.sleep, float(message.get("seconds", 0.0))))
        return {}

    def _variable(self, message: dict[str, Any]) -> dict[str, Any]:
        frames = frames_of_message(message.get("stack"))
        value = within(frames, partial(os.environ.get, str(message.get("name"))))
        if value is None:
            return {"value": None}
        return {
            "value": str.__str__(value),
            "answer": self._remembered(origin_of(value), lasting=True),
        }

    def _log(self, message: dict[str, Any]) -> dict[str, Any]:
        sandbox = Sandbox.active()
        if sandbox is not None:
            sandbox.recorder.note(Effect(Sort.LOG, "ERROR", str(message.get("text", ""))))
        return {}

    def _caught(self, message: dict[str, Any]) -> dict[str, Any]:
        """Note that the handler's own code caught something, and what it does then."""
        sandbox, number = Sandbox.active(), message.get("number")
        if sandbox is None or type(number) is not int or not 0 <= number < len(self.catches):
            return {}
        told = message.get("error")
        error = error_of(told if isinstance(told, dict) else {})
        self.mark(error, told)
        frames = frames_of_message(message.get("stack"))
        caught = self.catches[number]
        where = frames[0]._replace(line=caught.line) if frames else None
        sandbox.note_caught(error, where, ends=caught.ends, outermost=len(frames) <= 1)
        return {}

    def _refuse(self, message: dict[str, Any]) -> dict[str, Any]:
        """Announce a connection or a program as Python does, so that the sandbox refuses it."""
        name = str(message.get("name"))
        if message.get("sort") == "process":
            words = _words(name)
            sys.audit("subprocess.Popen", words[0], words, None, None)
        else:
            host, _, port = name.rpartition(":")
            number = int(port) if port.isdecimal() else 0
            with socket.socket() as unused:
                sys.audit("socket.connect", unused, (host or name, number))
        return {}


def _words(command: str) -> list[str]:
    """The words of a command line; the whole where a shell could not read it."""
    try:
        return shlex.split(command) or [command]
    except ValueError:
        return [command]
