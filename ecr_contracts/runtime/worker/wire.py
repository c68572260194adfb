"""What crosses the line between a worker and its parent: messages as values, and the bytes of each.

The parent sends a `Request` for each call, or `STOP`. The child sends `Loaded` or a `LoadFailure`
first, then an `Outcome` for each request; `Hanging` when it is asked where a late call is, and
`Fault` where it fails itself. How values become bytes is known to this module alone.

The bytes are JSON: a consumer that writes to the line itself can at most make up an answer, and
nothing of it runs in the parent, as what a pickle names would. A record is a list of its fields,
without their names. Each field is looked at when it is unpacked, so that any bytes whatever give a
message of the very types that are declared, or a `WorkerFault`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from ecr_contracts.core import limits
from ecr_contracts.core.findings import Location
from ecr_contracts.core.text import shortened
from ecr_contracts.runtime.effects import Effect, Effects, Origin, Sort
from ecr_contracts.runtime.outcome import (
    CaughtException,
    MadeUpVariable,
    Outcome,
    Status,
    Stop,
    WrongCall,
)
from ecr_contracts.runtime.plain_values import plain
from ecr_contracts.runtime.tracing import Trace

__all__ = [
    "STOP",
    "Fault",
    "Hanging",
    "LoadFailure",
    "Loaded",
    "Message",
    "Request",
    "WorkerFault",
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
    """The consumer is loaded; `held` is what the operating system holds back, and how.

    `told` is what a report says of how it is called, where that was chosen among several ways.
    """

    held: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class WorkerFault:
    """What came from a worker is no message, and why: "it sent …"."""

    reason: str


def pack_request(request: Request) -> bytes:
    """A request as bytes."""
    return _to_bytes([request.payload, request.trace, request.ecr_payload])


def unpack_request(message: bytes) -> Request:
    """The request in some bytes."""
    return Request(*json.loads(message))


def pack(message: Message) -> bytes:
    """A message of the child as bytes, never more than a line takes.

    What is too large as a whole is an outcome that says so; texts are cut.
    """
    number = _KINDS.index(type(message))
    packed = _packed([number, _values(message)])
    for reduced in (_with_fewer_contents, _without_contents):
        if len(packed) > limits.ANSWER_BYTES:
            assert isinstance(message, Outcome)
            packed = _packed([number, _values(reduced(message))])
    return packed


def _packed(values: Any) -> bytes:
    try:
        return _to_bytes(values)
    except Exception:  # noqa: BLE001 - what a consumer left in an answer may break in any way
        return _to_bytes(plain(values))


def unpack(message: bytes) -> Message | WorkerFault:
    """The message in some bytes, or that there is none."""
    try:
        number, values = _list(_from_bytes(message), 2)
        unpacked: Message = _RESTORED_KINDS[_KINDS[_number_below(number, len(_KINDS))]](values)
    except _UnreadableError as error:
        return WorkerFault(f"it sent what is no answer: {error}")
    return unpacked


def _with_fewer_contents(outcome: Outcome) -> Outcome:
    """An outcome that is too large to be sent, with what its first effects carry alone."""
    left = limits.CONTENT_BYTES
    effects = []
    for effect in outcome.effects:
        left -= _size(effect)
        effects.append(effect if left >= 0 else _without_content(effect))
    return replace(outcome, effects=Effects(effects, outcome.effects.more))


def _size(effect: Effect) -> int:
    """The bytes of an effect in an answer."""
    return len(_packed(_values(effect)))


def _without_content(effect: Effect) -> Effect:
    return Effect(
        effect.sort,
        shortened(effect.name, limits.NAME_CHARACTERS),
        f"(left out: {_size(effect)} bytes, for the call did more than can be kept)",
        effect.reads,
        effect.refused,
        origin=effect.origin,
    )


def _without_contents(outcome: Outcome) -> Outcome:
    """What is left of an outcome that is too large even so."""
    effects = [_without_content(effect) for effect in outcome.effects]
    return Outcome(
        outcome.status,
        outcome.exception,
        outcome.message,
        outcome.location,
        outcome.traceback,
        outcome.returned,
        unserialisable=outcome.unserialisable,
        never_ran=outcome.never_ran,
        mutated=outcome.mutated,
        output=LEFT_OUT,
        seconds=outcome.seconds,
        effects=Effects(effects, outcome.effects.more),
        misuse=outcome.misuse,
        chain=outcome.chain,
    )


LEFT_OUT = "(left out: what was printed and caught, for the call did more than can be kept)"
"""What stands in the place of the output where a call left too much."""


# Bytes
# --------------------------------------------------------------------------------------------------


def _to_bytes(values: Any) -> bytes:
    return _encode(values).encode("utf-8", "surrogatepass")


def _from_bytes(message: bytes) -> Any:
    """The values in some bytes. Raises `_UnreadableError`."""
    try:
        values = json.loads(message.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise _UnreadableError(repr(message[:_SHOWN])) from error
    if message.count(b"[") + message.count(b"{") > limits.VALUE_LEVELS:
        _refuse_deep(values)
    return values


_SHOWN = 40
"""Bytes of what is no message that are shown."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=plain).encode


def _refuse_deep(values: Any) -> None:
    """Raise `_UnreadableError` where a value is nested so deeply that nobody could go through it.

    The lists of a message and its records come on top of what a value in it may have.
    """
    level = [values]
    for _ in range(limits.VALUE_LEVELS + 20):
        inner_level: list[Any] = []
        for value in level:
            if type(value) is dict:
                inner_level += [inner for inner in value.values() if type(inner) in (dict, list)]
            else:
                inner_level += [inner for inner in value if type(inner) in (dict, list)]
        if not inner_level:
            return
        level = inner_level
    raise _UnreadableError("a value that is nested too deeply")


# Records as lists of their fields
# --------------------------------------------------------------------------------------------------

_BOUNDED = frozenset({"returned", "content", "answer"})
"""Fields whose values have bounds of their own."""
_NOT_SENT = frozenset({"swallowed", "faults"})
"""Fields of an outcome that the parent finds out."""


def _values(record: Any) -> list[Any]:
    """The fields of a record, with records and enumerations within them as plain data."""
    values = []
    for name in _FIELDS[type(record)]:
        value = getattr(record, name)
        kind = type(value)
        if kind is str:
            if len(value) > limits.RECORD_CHARACTERS and name not in _BOUNDED:
                value = shortened(value, limits.RECORD_CHARACTERS)
        elif kind in _SIMPLIFIED:
            value = _SIMPLIFIED[kind](value)
        values.append(value)
    return values


def _simplified_tuple(values: tuple[Any, ...]) -> Any:
    if values and type(values[0]) in _FIELDS:
        return list(map(_values, values))
    if values and type(values[0]) is tuple and type(values[0][1]) is bytes:
        return [[file, blocks.translate(_TO_DIGITS).decode("ascii")] for file, blocks in values]
    return values


_BITS, _DIGITS = bytes(range(2)), b"01"
_TO_DIGITS, _TO_BITS = bytes.maketrans(_BITS, _DIGITS), bytes.maketrans(_DIGITS, _BITS)


class _UnreadableError(Exception):
    """Values that are no message; its text says which."""


def _refused(value: Any, wanted: str) -> _UnreadableError:
    shown = f"a {type(value).__name__} of {len(value)}" if type(value) in (list, dict) else None
    return _UnreadableError(f"{shown or shortened(repr(value), 80)} instead of {wanted}")


# Each of these gives what a field holds, of exactly its type, or raises `_UnreadableError`.


def _text(value: Any) -> str:
    if type(value) is not str:
        raise _refused(value, "a text")
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise _refused(value, "true or false")
    return value


def _count(value: Any) -> int:
    if type(value) is not int:
        raise _refused(value, "a whole number")
    return value


def _number_below(value: Any, end: int) -> int:
    if type(value) is not int or not 0 <= value < end:
        raise _refused(value, f"a number below {end}")
    return value


def _seconds(value: Any) -> float:
    if type(value) not in (int, float) or not 0.0 <= value < math.inf:
        raise _refused(value, "a number of seconds")
    return float(value)


def _anything(value: Any) -> Any:
    return value


def _list(value: Any, length: int | None = None) -> list[Any]:
    if type(value) is not list or (length is not None and len(value) != length):
        raise _refused(value, "a list" if length is None else f"a list of {length}")
    return value


def _step(value: Any) -> str | int:
    if type(value) is not str and type(value) is not int:
        raise _refused(value, "a step of a path")
    return value


def _or_none(restore: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else restore(value)


def _tuple_of(restore: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda values: tuple(map(restore, _list(values)))


def _member_of(kind: type[StrEnum]) -> Callable[[Any], Any]:
    members = {member.value: member for member in kind}

    def member(value: Any) -> Any:
        if type(value) is not str or value not in members:
            raise _refused(value, f"a {kind.__name__}")
        return members[value]

    return member


def _path_and_text(value: Any) -> tuple[tuple[str | int, ...], str]:
    path, text = _list(value, 2)
    return tuple(map(_step, _list(path))), _text(text)


def _line(value: Any) -> tuple[str, int]:
    file, number = _list(value, 2)
    return _text(file), _count(number)


def _blocks(value: Any) -> tuple[str, bytes]:
    file, digits = _list(value, 2)
    if not set(_text(digits)) <= {"0", "1"}:
        raise _refused(digits, "a digit 0 or 1 for each block")
    return _text(file), digits.encode("ascii").translate(_TO_BITS)


def _trace(value: Any) -> Trace:
    paths, digest, side_effects, lines = _list(value, 4)
    return Trace(
        tuple(map(_text, _list(paths))),
        _text(digest),
        tuple(map(_text, _list(side_effects))),
        tuple(map(_line, _list(lines))),
    )


def _record_of(kind: type[Any], **restorers: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What restores a record of some kind; `restorers` are those of its fields, in their order."""
    names = tuple(restorers)
    declared = tuple(field.name for field in fields(kind) if field.name not in _NOT_SENT)
    assert names == declared, (names, declared)
    _FIELDS[kind] = names
    each = tuple(restorers.values())
    length = len(each)

    def record(values: Any) -> Any:
        _list(values, length)
        restored = [restore(value) for restore, value in zip(each, values, strict=True)]
        return kind(**dict(zip(names, restored, strict=True)))

    return record


_FIELDS: dict[type[Any], tuple[str, ...]] = {}
"""The fields of each record that are sent, in their order."""

_location = _record_of(
    Location,
    file=_text,
    line=_count,
    function=_text,
    source=_text,
    around=_text,
    first=_count,
    column=_count,
)
_effect = _record_of(
    Effect,
    sort=_member_of(Sort),
    name=_text,
    content=_anything,
    reads=_flag,
    refused=_flag,
    answer=_anything,
    origin=_member_of(Origin),
    handling=_text,
)
_stop = _record_of(
    Stop,
    effect=_effect,
    made_at=_or_none(_location),
    path=_tuple_of(_step),
    missing=_or_none(_step),
    wanted=_anything,
    filled=_tuple_of(_path_and_text),
)
_caught = _record_of(
    CaughtException,
    exception=_text,
    message=_text,
    raised=_or_none(_location),
    where=_or_none(_location),
    after=_count,
    ends=_flag,
    outermost=_flag,
    stop=_or_none(_stop),
)
_made_up = _record_of(MadeUpVariable, name=_text, value=_text, place=_text)
_wrong_call = _record_of(WrongCall, exception=_text, message=_text, location=_or_none(_location))
_effects = _tuple_of(_effect)


def _effects_and_more(value: Any) -> Effects:
    effects, more = _list(value, 2)
    return Effects(_effects(effects), _count(more))


_outcome = _record_of(
    Outcome,
    status=_member_of(Status),
    exception=_or_none(_text),
    message=_text,
    location=_or_none(_location),
    traceback=_text,
    returned=_anything,
    unserialisable=_text,
    mutated=_flag,
    output=_text,
    seconds=_seconds,
    trace=_or_none(_trace),
    effects=_effects_and_more,
    caught=_tuple_of(_caught),
    missing=_tuple_of(_text),
    unset=_tuple_of(_text),
    made_up=_tuple_of(_made_up),
    misuse=_text,
    entered=_tuple_of(_blocks),
    chain=_tuple_of(_text),
    stop=_or_none(_stop),
    wrong_calls=_tuple_of(_wrong_call),
    never_ran=_text,
)
_RESTORED_KINDS: dict[type[Any], Callable[[Any], Any]] = {
    Loaded: _record_of(Loaded, held=_tuple_of(_text), told=_tuple_of(_text)),
    LoadFailure: _record_of(
        LoadFailure, cause=_text, advice=_text, sandbox_answer=_text, fault=_or_none(_outcome)
    ),
    Hanging: _record_of(Hanging, location=_or_none(_location)),
    Outcome: _outcome,
    Fault: _record_of(Fault, traceback=_text),
}
"""What restores each kind of message."""
_KINDS = tuple(_RESTORED_KINDS)
"""The kinds of messages; their places are what stands for them."""


_SIMPLIFIED: dict[type[Any], Callable[[Any], Any]] = {
    Location: _values,
    Effect: _values,
    Stop: _values,
    Outcome: _values,
    Effects: lambda effects: [list(map(_values, effects)), effects.more],
    tuple: _simplified_tuple,
    **dict.fromkeys((Status, Sort, Origin), lambda member: member.value),
}
"""The types that are more than plain data, and what makes plain data of them."""
