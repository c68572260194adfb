"""A handler for Node as a function of Python: called with an event and a context.

The process of Node is started when the handler is loaded and kept for further calls, as Lambda
keeps its container; after an exit, or an error that nobody caught, the next call starts another.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.limits import MEGABYTES
from ecr_contracts.core.text import some_of
from ecr_contracts.discovery.javascript.catches import CAUGHT, catches
from ecr_contracts.discovery.javascript.sources import sources
from ecr_contracts.discovery.target import Target
from ecr_contracts.runtime.lambda_response import Unwritable
from ecr_contracts.runtime.node.process import NodeProcess, node_program, told_names
from ecr_contracts.runtime.node.requests import Requests
from ecr_contracts.runtime.node.stacks import error_of, frames_of_message, within
from ecr_contracts.runtime.node.syntax import unreadable_line

__all__ = ["NodeHandler", "load_node_handler"]

_MOST_NAMES = 12
_LAYERS = tuple(f"{above}nodejs/node_modules" for above in ("", "*/", "*/*/"))
"""Where the packages of a layer lie, below the folder of a template."""
_OLDER = "aws-sdk"
"""The package that is version 2 of AWS's SDK."""
_NOT_FOUND = ("ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND")
_NO_PACKAGE = re.compile(r"Cannot find (?:package|module) '((?![./])[^']+)'")


def load_node_handler(target: Target, *, megabytes: int = MEGABYTES) -> NodeHandler:
    """The handler of a JavaScript file, loaded by Node, as a function of an event and a context.

    What its loading raises is raised as an exception with the file's own lines. Raises
    `ConsumerError` where there is no Node, or no such function in the file.
    """
    assert target.file is not None
    _see_who_answers(target)
    handler = NodeHandler(target, node_program(target.text), megabytes)
    handler.start()
    return handler


def _see_who_answers(target: Target) -> None:
    """Raise `ConsumerError` where a handler calls AWS, and nobody knows here what that answers."""
    if importlib.util.find_spec("botocore") is not None:
        return
    for source in sources(target):
        for token in source.tokens:
            if token.text.startswith(("@aws-sdk/client-", "@aws-sdk/lib-")) or token.text == _OLDER:
                cause = f"it calls AWS by {token.text}, and boto3 is not here, which knows it"
                advice = "python -m pip install boto3: it answers, and nothing is sent"
                raise ConsumerError(target.text, cause, advice)


class NodeHandler:
    """A handler in a process of Node; the process is there from `start` to its end."""

    def __init__(self, target: Target, program: str, megabytes: int) -> None:
        self._target, self._program, self._megabytes = target, program, megabytes
        self._file = os.path.abspath(str(target.file))
        function = target.function
        folder = Path(self._file).parent if function is None else function.root
        self._folder = os.path.abspath(folder)
        self._requests = Requests()
        self._process: NodeProcess | None = None

    def start(self) -> NodeProcess:
        """Start Node and load the handler. Raises `ConsumerError`, and what its code throws."""
        if self._process is not None:
            return self._process
        process = NodeProcess(
            self._program,
            self._file,
            self._target.attribute,
            self._folder,
            self._megabytes,
            dict(os.environ),
        )
        try:
            message = self._told(process)
            if message.get("do") == "old":
                cause = f"it is run with Node 20 or later, and this is {message.get('version')}"
                raise ConsumerError(self._target.text, cause, "install a newer Node.js")
            if message.get("do") == "begun":
                process.tell({"caught": CAUGHT, "sources": self._instrumented()})
                message = self._told(process)
            if message.get("do") == "unloaded":
                raise self._not_there(message)
            if message.get("do") != "loaded":
                self._raise(message)
        except BaseException:
            process.end()
            raise
        self._process = process
        return process

    def _instrumented(self) -> dict[str, Any]:
        """What is inserted into the handler's own files, by their paths, in units of UTF-16."""
        self._requests.catches.clear()
        told: dict[str, Any] = {}
        for source in sources(self._target):
            places = catches(source.tokens, len(self._requests.catches))
            self._requests.catches += places
            insertions: list[list[Any]] = []
            for place in places:
                for offset, text in place.insertions:
                    insertions.append([_units(source.text[:offset]), text])
            if insertions:
                path = os.path.realpath(source.file)
                insertions.sort(key=lambda insertion: insertion[0])
                told[path] = {"length": _units(source.text), "insertions": insertions}
        return told

    def __call__(self, event: Any, context: Any) -> Any:
        """What the handler answers for an event; what it throws is raised."""
        process = self.start()
        self._requests.begin()
        is_traced = type(event) not in (dict, list)
        process.tell(
            {
                "event": event,
                "trace": is_traced,
                "now": time.time() * 1000,
                "milliseconds": context.get_remaining_time_in_millis(),
                "context": _context(context),
            }
        )
        try:
            message = self._told(process)
        except BaseException:
            self.end()
            raise
        if is_traced:
            _read(event, message.get("paths"))
        if message.get("do") == "returned" and not message.get("over"):
            problem = message.get("unserialisable")
            return Unwritable(str(problem)) if problem else message.get("value")
        if message.get("over") or message.get("do") == "exited":
            self.end()
        return self._raise(message)

    def _told(self, process: NodeProcess) -> dict[str, Any]:
        """How the call, or loading, went, once all that was asked for meanwhile is answered."""
        message = process.next()
        while self._requests.answers(message):
            process.tell(self._requests.reply(message))
            message = process.next()
        return message

    def _raise(self, message: dict[str, Any]) -> Any:
        """Raise what a message says was thrown, or that the process was exited."""
        if message.get("do") == "exited":
            frames = frames_of_message(message.get("stack"))
            return within(frames, partial(_exit, int(message.get("code", 0))))
        told = message.get("error")
        if message.get("do") == "broken" and isinstance(told, dict):
            self._complain_of_package(told)
            if told.get("name") == "SyntaxError" and not told.get("frames"):
                files = (source.file for source in sources(self._target))
                place = unreadable_line(self._program, files, os.environ)
                told["frames"] = [[place.file, place.line, 1, ""]] if place else []
        error = error_of(told if isinstance(told, dict) else {})
        self._requests.mark(error, told)
        raise error

    def _complain_of_package(self, told: dict[str, Any]) -> None:
        """Raise `ConsumerError` where loading failed for a package that is not installed."""
        match = _NO_PACKAGE.search(str(told.get("message")))
        if match is None or told.get("code") not in _NOT_FOUND:
            return
        folder = Path(self._file).parent
        while not (folder / "package.json").is_file() and folder != folder.parent:
            folder = folder.parent
        place = folder if (folder / "package.json").is_file() else Path(self._file).parent
        cause = f"it needs the package {match[1]!r}, which is not here"
        advice = f"install what it needs: npm install, in {os.path.relpath(place)}"
        layer = _layer_with(match[1], [Path(self._folder), place, place.parent])
        if layer is not None:
            advice = (
                f"it lies in a layer, where Lambda has it: NODE_PATH={layer} lets require find it "
                f"(a link lets import: ln -s {layer} {os.path.join(place, 'node_modules')})"
            )
        raise ConsumerError(self._target.text, cause, advice)

    def end(self) -> None:
        """End the process of Node; a further call starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def _not_there(self, message: dict[str, Any]) -> ConsumerError:
        names = told_names(message.get("names"))
        advice = "export the function that Lambda's Handler names"
        if names:
            advice = f"these can be called: {some_of(names, _MOST_NAMES)}"
        file = self._target.file
        cause = f"{file.name if file else self._file}: {message.get('problem')}"
        return ConsumerError(self._target.text, cause, advice)


def _units(text: str) -> int:
    """The length of a text as JavaScript counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _layer_with(package: str, folders: Iterable[Path]) -> Path | None:
    """The `nodejs/node_modules` below some folders that holds a package, as a layer has it."""
    name = "/".join(package.split("/")[: 2 if package.startswith("@") else 1])
    for folder in folders:
        for pattern in _LAYERS:
            for found in sorted(folder.glob(pattern)):
                if (found / name).is_dir():
                    return Path(os.path.abspath(found))
    return None


def _exit(code: int) -> None:
    raise SystemExit(code)


def _context(context: Any) -> dict[str, Any]:
    """The context of a call with the names that it has in JavaScript."""
    return {
        "awsRequestId": context.aws_request_id,
        "functionName": context.function_name,
        "functionVersion": context.function_version,
        "invokedFunctionArn": context.invoked_function_arn,
        "memoryLimitInMB": context.memory_limit_in_mb,
        "logGroupName": context.log_group_name,
        "logStreamName": context.log_stream_name,
    }


def _read(event: Any, paths: Any) -> None:
    """Read of a traced event what the handler has read of it."""
    for path in told_names(paths):
        value = event
        for step in json.loads(path):
            try:
                value = value[step]
            except (LookupError, TypeError):
                break
