"""What is in a payload, whatever it is wrapped in: the envelope is told by itself, and so are those within it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecr_contracts.core.errors import PayloadError
from ecr_contracts.eventbridge.envelopes import (
    api_destination,
    ecs_task,
    firehose,
    kinesis,
    lambda_batch,
    log_group,
    logs,
    run_command,
    sns,
    sns_http,
    sqs,
    sqs_message,
    stepfunctions,
)
from ecr_contracts.eventbridge.envelopes.codec import LIMIT, Coding, Part, decoded

DEEPEST = 6
"""So many envelopes may stand within one another; three are known to do so."""

_Parts = Callable[[Any], Iterator[Part]]

# The first that recognises a payload is taken.
_OPENED: tuple[tuple[str, Callable[[Any], bool], _Parts], ...] = (
    ("sns", sns.recognises, sns.parts),
    ("kinesis", kinesis.recognises, kinesis.parts),
    ("sqs", sqs.recognises, sqs.parts),
    ("sqs-message", sqs_message.recognises, sqs_message.parts),
    ("firehose", firehose.recognises, firehose.parts),
    ("logs", logs.recognises, logs.parts),
    ("sns-http", sns_http.recognises, sns_http.parts),
    ("api-destination", api_destination.recognises, api_destination.parts),
    ("notification", sns.is_notification, sns.told),
    ("stepfunctions", stepfunctions.recognises, stepfunctions.parts),
    ("log-group", log_group.recognises, log_group.parts),
    ("lambda-batch", lambda value: isinstance(value, list), lambda_batch.parts),
)
_ONE_WAY = (("run-command", run_command.recognises), ("ecs-task", ecs_task.recognises))
_KEYS = frozenset(
    {
        "version",
        "id",
        "detail-type",
        "source",
        "account",
        "time",
        "region",
        "replay-name",
        "resources",
        "detail",
    }
)
_UNKNOWN = "is neither an EventBridge event nor in an envelope that is known"


@dataclass(frozen=True, slots=True)
class Held:
    """An event in a payload: where it stands there, or where the text does that it is in (`outer`), and the event."""

    place: str
    outer: str
    event: Any


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a payload that no event could be got out of: where it stands, as for `Held`, and why not.

    `by_nature`: nothing is wrong with it, but there is no way back.
    """

    place: str
    outer: str
    problem: str
    by_nature: bool = False


def unwrap(payload: Any, *, limit: int = LIMIT) -> list[Any]:
    """The events in a payload, whatever it is wrapped in, and however often: SQS around SNS around the event.

    A text is taken for JSON. A payload that holds no event, such as a control message of CloudWatch
    Logs, gives an empty list. Gzip may unpack to `limit` bytes. Raises PayloadError, a ValueError
    that names the place, for what is no event and in no known envelope, or cannot be read; its
    `events` are those that could.
    """
    found = list(opened(payload, limit=limit))
    unread = [one for one in found if isinstance(one, Unread)]
    events = [one.event for one in found if isinstance(one, Held)]
    if unread:
        raise PayloadError([(one.place, one.problem) for one in unread], events)
    return events


def opened(payload: Any, *, limit: int = LIMIT) -> Iterator[Held | Unread]:
    """The events in a payload in their order, and what could not be read between them."""
    if isinstance(payload, str):
        return _decoded(Part("$", payload), "$", limit, 0)
    return _opened(payload, "$", "", limit, 0)


def contents(value: Any, *, limit: int = LIMIT) -> Iterator[Held | Unread]:
    """The events in a value if it is a known envelope, else the value itself, taken for an event.

    An object that has no key of an event is in no known envelope.
    """
    foreign = isinstance(value, Mapping) and value and _KEYS.isdisjoint(value)
    return (
        opened(value, limit=limit) if foreign or is_wrapped(value) else iter([Held("$", "", value)])
    )


def is_event(value: Any) -> bool:
    """Whether a value is meant to be an EventBridge event, valid or not."""
    return isinstance(value, Mapping) and (
        "detail-type" in value or {"source", "detail"} <= value.keys()
    )


def is_wrapped(payload: Any) -> bool:
    """Whether a payload is an envelope that is known, be its content readable or not. A list is none by itself."""
    if isinstance(payload, str):
        return payload.lstrip()[:1] in ("{", "[", '"')
    if not isinstance(payload, Mapping) or is_event(payload):
        return False
    return _opening(payload) is not None or any(recognises(payload) for _, recognises in _ONE_WAY)


def _opening(value: Any) -> _Parts | None:
    return next((parts for _, recognises, parts in _OPENED if recognises(value)), None)


def _opened(value: Any, place: str, outer: str, limit: int, depth: int) -> Iterator[Held | Unread]:
    if is_event(value):
        yield Held(place, outer, value)
        return
    for name, recognises in _ONE_WAY:
        if recognises(value):
            problem = f"is what {name} gets: of the event nothing is left but what was asked for"
            yield Unread(place, outer, problem, by_nature=True)
            return
    parts = _opening(value)
    if parts is None:
        yield Unread(place, outer, _UNKNOWN)
        return
    for part in parts(value):
        inner = Part(place + part.place[1:], part.held, part.coding)
        if part.coding is Coding.NONE:
            yield from _opened(part.held, inner.place, outer, limit, depth)
        else:
            yield from _decoded(inner, outer or inner.place, limit, depth)


def _decoded(part: Part, outer: str, limit: int, depth: int) -> Iterator[Held | Unread]:
    """What a part holds; a text within a text is one more envelope."""
    if depth == DEEPEST:
        yield Unread(
            part.place, outer, f"is wrapped more than {DEEPEST} times, and was not looked into"
        )
        return
    try:
        value = decoded(part, limit)
    except ValueError as problem:
        yield Unread(part.place, outer, str(problem))
        return
    if isinstance(value, str):
        yield from _decoded(Part(part.place, value), outer, limit, depth + 1)
    else:
        yield from _opened(value, part.place, outer, limit, depth + 1)
