"""The answer to paste where a made-up one does not serve: the part of it that the code reads.

It is the answer that was given, cut down to the way to the value that a call stopped at, with what
else was looked up in it, and with a value in that place that the code may be after: the constant
that it compares with, a number, a time.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from typing import Any

from ecr_contracts.core.placeholders import placeholder
from ecr_contracts.runtime.outcome import Stop
from ecr_contracts.runtime.provenance.made_up import JSON, READ

__all__ = ["pasted"]

_WANTED: tuple[tuple[str, Any], ...] = (
    (r"invalid literal for int|could not convert string to float|ConversionSyntax", "10"),
    (r"[Ii]nvalid isoformat|does not match format|unconverted data", "2024-01-01T00:00:00+00:00"),
    (r"Expecting value|JSON", "{}"),
    (r"between instances of '(?:str|NoneType)' and '(?:int|float)'", 10),
    (r"unsupported operand type\(s\) for [-+*/]: '(?:int|float)' and", 10),
)
"""What may be wanted, by the message of the exception."""

Path = tuple[str | int, ...]


def pasted(answer: Any, stop: Stop, message: str) -> Any:
    """The part of an answer that was read, with a value that may serve.

    `answer` is the body of a reply of HTTP, or the answer to an operation of AWS. Of an answer of
    which no part was read, all of it.
    """
    path = stop.path if stop.missing is None else (*stop.path, stop.missing)
    if not path:
        return answer
    content: Any = None
    for filled, text in stop.filled:
        content = _put(content, filled, functools.partial(_unless_there, text), answer)
    content = _put(content, path, functools.partial(_fitting, stop, message), answer)
    return _settled(content, is_text=False)


def _unless_there(text: str, value: Any) -> Any:
    return text if value is None else value


def _fitting(stop: Stop, message: str, value: Any) -> Any:
    """A value in the place of one that did not serve."""
    if stop.wanted is not None:
        return stop.wanted
    for pattern, wanted in _WANTED:
        if re.search(pattern, message):
            return wanted
    if value is None and stop.missing is not None:
        return placeholder(str(stop.missing))
    return value


def _put(content: Any, path: Path, change: Callable[[Any], Any], answer: Any) -> Any:
    """The content with the value at a path changed; what is not there is as in the answer."""
    if not path:
        return change(answer if content is None else content)
    step, rest = path[0], path[1:]
    if step == READ:
        return _put(content, rest, change, answer)
    if step == JSON:
        document = _parsed(answer)
        inner = content[JSON] if isinstance(content, dict) and JSON in content else document
        return {JSON: _put(inner, rest, change, document)}
    if isinstance(step, int):
        first = content[0] if isinstance(content, list) and content else None
        held = answer[0] if isinstance(answer, list) and answer else None
        return [_put(first, rest, change, held)]
    members = dict(content) if isinstance(content, dict) else {}
    held = answer.get(step) if isinstance(answer, dict) else None
    members[step] = _put(members.get(step), rest, change, held)
    return members


def _parsed(value: Any) -> Any:
    """What a text holds as JSON; None if it holds none."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def _settled(content: Any, *, is_text: bool) -> Any:
    """The content with the documents in it as texts, but for one that is the whole of it."""
    if isinstance(content, list):
        return [_settled(inner, is_text=True) for inner in content]
    if not isinstance(content, dict):
        return content
    if JSON in content:
        inner = _settled(content[JSON], is_text=True)
        return json.dumps(inner) if is_text else inner
    return {key: _settled(inner, is_text=True) for key, inner in content.items()}
