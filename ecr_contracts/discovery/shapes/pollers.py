"""Poll loops: functions that are called with nothing, and ask a queue for messages themselves.

A function is one if nothing has to be given to it, no parameter of it is called as an event is, and
its code, or what that uses beside it, receives messages. Nothing is imported or run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ecr_contracts.discovery.source.entry_functions import FunctionNode, entry_functions
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.target import Target

__all__ = ["Asked", "asked_queue", "polled_envelopes"]

_RECEIVING = frozenset({"receive_message", "receive_messages"})
"""Methods of boto3's clients and queues that receive messages."""
_OF_NOTIFICATIONS = ("Message", "TopicArn")
"""Keys that a notification of SNS has, and no message of a queue."""
_EVENTS = re.compile(
    r"events?|evt|ev|messages?|msg|records?|payload|body|detail|ctx|context", re.IGNORECASE
)
"""What a parameter is called that code is given its event by."""


class Asked(NamedTuple):
    """The call that receives messages: its name, and the file and line where it stands."""

    name: str
    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.name}, {self.file.name}:{self.line}"


def polled_envelopes(target: Target) -> Iterator[tuple[str, str]]:
    """The envelopes that a poll loop receives, with the call that says so; none for others."""
    asked = asked_queue(target)
    if asked is None:
        return
    asks = f"it asks a queue by {asked}"
    opened = _opened_notification(target)
    if opened is not None:
        yield "sns-sqs-message", f"{asks}, and opens {opened}"
    yield "sqs-message", asks


def asked_queue(target: Target) -> Asked | None:
    """The first call by which a poll loop receives messages; None where it is no poll loop."""
    near = list(sources(target))
    functions = entry_functions([source.reached for source in near], target.attribute)
    if not functions or any(map(_is_given_something, functions)):
        return None
    for source in near:
        asked = _receiving(source.reached, source.file)
        if asked is not None:
            return asked
    return None


def _opened_notification(target: Target) -> str | None:
    """The key of a notification of SNS that code looks up, if it does."""
    for source in sources(target):
        for statement in source.reached:
            for node in ast.walk(statement):
                if isinstance(node, ast.Constant) and node.value in _OF_NOTIFICATIONS:
                    return str(node.value)
    return None


def _is_given_something(function: FunctionNode) -> bool:
    """Whether a function has to be given something, or has a parameter for an event."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    without_default = positional[: len(positional) - len(arguments.defaults)]
    if without_default and without_default[0].arg in ("self", "cls"):
        without_default = without_default[1:]
    if without_default or None in arguments.kw_defaults:
        return True
    named = [*positional, *arguments.kwonlyargs]
    return any(_EVENTS.fullmatch(argument.arg) for argument in named)


def _receiving(statements: Iterable[ast.stmt], file: Path) -> Asked | None:
    """The first call of some statements that receives messages."""
    for statement in statements:
        for node in ast.walk(statement):
            # Handed to asyncio.to_thread, it is not called here.
            if isinstance(node, ast.Attribute) and node.attr in _RECEIVING:
                return Asked(node.attr, file, node.lineno)
    return None
