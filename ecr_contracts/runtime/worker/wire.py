"""What crosses the pipe between a worker and its parent: messages as values, and the bytes of each.

The parent sends a `Request` for each call, or `STOP`. The child sends `Loaded` or a `LoadFailure`
first, then an `Outcome` for each request; `Hanging` when it is asked where a late call is, and
`Fault` where it fails itself. How
values become bytes is known to this module alone. The bytes name no class of ours: to look those
up, at every call, would take most of the time.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from ecr_contracts.core.findings import Location
from ecr_contracts.runtime.effects import Effect, Effects, Origin, Sort
from ecr_contracts.runtime.outcome import (
    CaughtException,
    MadeUpVariable,
    Outcome,
    Status,
    Stop,
    WrongCall,
)
from ecr_contracts.runtime.tracing import Trace

__all__ = [
    "STOP",
    "Fault",
    "Hanging",
    "LoadFailure",
    "Loaded",
    "Message",
    "Request",
    "UnreadableMessageError",
    "pack",
    "pack_request",
    "unpack",
    "unpack_request",
]

STOP = b""
"""The bytes that end a child."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call: its payload, whether it is traced, and the payload that ECR's answers agree with.

    `ecr_payload` is None where that is the payload itself.
    """

    payload: Any
    trace: bool = False
    ecr_payload: Any = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """The consumer is loaded."""


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """The consumer cannot be loaded.

    `sandbox_answer` says what the sandbox answered or refused right before, if it did. `fault` is
    the outcome of every call, where that is the consumer's own doing.
    """

    cause: str
    advice: str
    sandbox_answer: str = ""
    fault: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Hanging:
    """A call takes too long; where it is, if that is known."""

    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """The child fails by a fault of ours; its traceback."""

    traceback: str


Message = Loaded | LoadFailure | Hanging | Outcome | Fault
"""What a child sends."""


class UnreadableMessageError(Exception):
    """What came through the pipe is no message."""


def pack_request(request: Request) -> bytes:
    """A request as bytes."""
    return _to_bytes((request.payload, request.trace, request.ecr_payload))


def unpack_request(message: bytes) -> Request:
    """The request in some bytes."""
    return Request(*_from_bytes(message))


def pack(message: Message) -> bytes:
    """A message of the child as bytes."""
    return _to_bytes((_KINDS.index(type(message)), _values(message)))


def unpack(message: bytes) -> Message:
    """The message in some bytes. Raises `UnreadableMessageError` where there is none."""
    number, values = _from_bytes(message)
    unpacked: Message = _record(_KINDS[number], values)
    return unpacked


def _to_bytes(values: Any) -> bytes:
    return pickle.dumps(values, pickle.HIGHEST_PROTOCOL)


def _from_bytes(message: bytes) -> Any:
    try:
        return pickle.loads(message)
    except pickle.UnpicklingError as error:
        raise UnreadableMessageError(str(error)) from error


# Records as plain lists
# --------------------------------------------------------------------------------------------------

_KINDS: tuple[type[Any], ...] = (Loaded, LoadFailure, Hanging, Outcome, Fault)
_RECORDS = (*_KINDS, Location, Effect, CaughtException, MadeUpVariable, Stop, WrongCall)
_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in _RECORDS}


def _values(record: Any) -> list[Any]:
    """The fields of a record, with records and enumerations within them as plain data."""
    values = [getattr(record, name) for name in _FIELDS[type(record)]]
    for index, value in enumerate(values):
        simplify = _SIMPLIFIED.get(type(value))
        if simplify is not None:
            values[index] = simplify(value)
    return values


def _simplified_tuple(values: tuple[Any, ...]) -> Any:
    if values and isinstance(values[0], CaughtException | MadeUpVariable | WrongCall):
        return list(map(_values, values))
    return values


_SIMPLIFIED: dict[type[Any], Callable[[Any], Any]] = {
    Location: _values,
    Effect: _values,
    Stop: _values,
    Outcome: _values,
    Effects: lambda effects: list(map(_values, effects)),
    Trace: tuple,
    tuple: _simplified_tuple,
    **dict.fromkeys((Status, Sort, Origin), lambda member: member.value),
}
"""The types that are more than plain data, and what makes plain data of them."""


def _record(kind: type[Any], values: list[Any]) -> Any:
    """The record that some plain values are the fields of."""
    members = dict(zip(_FIELDS[kind], values, strict=True))
    for name, restore in _RESTORED.get(kind, {}).items():
        if members[name] is not None:
            members[name] = restore(members[name])
    return kind(**members)


def _location(values: list[Any]) -> Location:
    return Location(*values)


def _effects(records: list[list[Any]]) -> Effects:
    return Effects([_record(Effect, values) for values in records])


def _caught(records: list[list[Any]]) -> tuple[CaughtException, ...]:
    return tuple(_record(CaughtException, values) for values in records)


def _made_up(records: list[list[str]]) -> tuple[MadeUpVariable, ...]:
    return tuple(MadeUpVariable(*values) for values in records)


def _wrong_calls(records: list[list[Any]]) -> tuple[WrongCall, ...]:
    return tuple(_record(WrongCall, values) for values in records)


def _stop(values: list[Any]) -> Stop:
    return _record(Stop, values)  # type: ignore[no-any-return]


def _outcome(values: list[Any]) -> Outcome:
    return _record(Outcome, values)  # type: ignore[no-any-return]


_RESTORED: dict[type[Any], dict[str, Callable[[Any], Any]]] = {
    Hanging: {"location": _location},
    LoadFailure: {"fault": _outcome},
    Effect: {"sort": Sort, "origin": Origin},
    CaughtException: {"raised": _location, "where": _location, "stop": _stop},
    Stop: {"effect": lambda values: _record(Effect, values), "made_at": _location},
    Outcome: {
        "status": Status,
        "location": _location,
        "trace": lambda values: Trace(*values),
        "effects": _effects,
        "caught": _caught,
        "made_up": _made_up,
        "stop": _stop,
        "wrong_calls": _wrong_calls,
    },
    WrongCall: {"location": _location},
}
"""The fields that are more than plain data, by record, and what makes them of it again."""
