"""Decoys: payloads of an envelope with no event in them, or with keys that an envelope lacks.

What a consumer does alike with an event and with a decoy in its place, it does whatever the event
says: it has not got as far as the event.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from ecr_contracts.core.errors import EnvelopeError
from ecr_contracts.engine.trial import Carry
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD
from ecr_contracts.events.kinds import usual_kinds

__all__ = ["UNRELATED", "decoys", "frame_keys", "known_keys", "other_payloads", "with_key"]

UNRELATED = "unrelated"
"""The key of a decoy, and its values: nobody looks for it."""

_DETAIL = "detail"
"""The part of an event that its envelope of the same name delivers alone."""


def decoys(event: Mapping[str, Any], via: str, carry: Carry) -> Iterator[Any]:
    """The payloads of an envelope around an object of nothing, and around keys without values."""
    if via == _DETAIL:
        inner = event[_DETAIL]
        objects = [{**event, _DETAIL: one} for one in _decoys_of(inner)]
    else:
        objects = list(_decoys_of(event))
    for one in objects:
        with suppress(EnvelopeError):
            yield carry([one], via)


def _decoys_of(event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield {UNRELATED: UNRELATED}
    yield dict.fromkeys(event, UNRELATED)


def with_key(key: str, event: Mapping[str, Any], via: str, carry: Carry) -> Iterator[Any]:
    """The payloads of an event that have a key which is missing: in the event, in its envelope."""
    with suppress(EnvelopeError):
        yield carry([{**event, key: UNRELATED}], via)
    yield _with_key_around(carry([event], via), key, event)


def _with_key_around(value: Any, key: str, event: Any) -> Any:
    """A payload with a key in each of its objects that are around the event."""
    document = _document(value)
    if document is not None:
        return json.dumps(_with_key_around(document, key, event))
    match value:
        case dict() if value != event:
            inner = {name: _with_key_around(part, key, event) for name, part in value.items()}
            return {**inner, key: inner.get(key, UNRELATED)}
        case list():
            return [_with_key_around(part, key, event) for part in value]
        case _:
            return value


def other_payloads(payload: Any) -> Iterator[Any]:
    """What is of another type than a payload, and has nothing of it."""
    nothing = {UNRELATED: UNRELATED}
    for other in (nothing, [nothing], [UNRELATED], UNRELATED):
        if type(other) is not type(payload):
            yield other
    yield _with_other_texts(payload)


def _with_other_texts(value: Any) -> Any:
    """A payload with another text in the place of each."""
    match value:
        case dict():
            return {key: _with_other_texts(part) for key, part in value.items()}
        case list():
            return [_with_other_texts(part) for part in value]
        case str():
            return UNRELATED
        case _:
            return value


@cache
def frame_keys() -> frozenset[str]:
    """The keys that any envelope has around its event, but for those of the event."""
    event = WHOLE_WORLD.ordinary_case(usual_kinds()[0]).event
    keys: set[str] = set()
    for envelope in ENVELOPES.values():
        keys |= known_keys(envelope.wrap([event]), event)
    return frozenset(keys - set(event))


def _document(value: Any) -> dict[str, Any] | None:
    """The JSON object that a text is; None where it is none."""
    if not isinstance(value, str) or not value.startswith("{"):
        return None
    with suppress(ValueError, RecursionError):
        document = json.loads(value)
        return document if isinstance(document, dict) else None
    return None


def known_keys(payload: Any, event: Mapping[str, Any]) -> set[str]:
    """The keys of a payload that lie around the event in it, and those of the event itself."""
    keys: set[str] = set()
    pending = [payload]
    while pending:
        value = pending.pop()
        value = _document(value) or value
        if isinstance(value, dict):
            keys.update(value)
            pending += value.values() if value != event else ()
        elif isinstance(value, list):
            pending += value
    return keys | set(event)
