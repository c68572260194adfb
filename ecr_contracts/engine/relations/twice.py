"""What a second copy of the same logical event brings about again.

During a cut-over from one bus to another, an event may arrive from both, and its copies need not
have one id (EventBridge user guide, migration to custom event buses: be idempotent on a key of the
business first; that the ids differ is inferred). A consumer is right if the second copy does no
more than what comes to the same when it is done twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecr_contracts.engine.checks.outcome import is_idempotent
from ecr_contracts.runtime.effects import Effect, Sort
from ecr_contracts.runtime.outcome import Outcome

__all__ = ["Repetition", "repetition"]

_CONDITIONS = frozenset(
    {
        *("ConditionExpression", "IfNoneMatch", "MessageDeduplicationId"),
        *("ClientRequestToken", "ClientToken", "clientToken", "idempotencyToken"),
    }
)
"""Parameters by which AWS itself holds a second call back."""

_LOOK_UPS = frozenset(
    {"dynamodb.BatchGetItem", "dynamodb.GetItem", "dynamodb.Query", "s3.HeadObject"}
)
"""Calls by which a consumer may find out what it did before."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """What the second copy of an event did again, and what may hold it back out there.

    `again` are the names of effects that are more when they are done twice. `guard` is the call
    that may hold the second copy back (the sandbox answers it as if nothing had been before);
    `by_id`: what it says tells copies by the event's own id.
    """

    again: tuple[str, ...] = ()
    guard: str = ""
    by_id: bool = False


def repetition(first: Outcome, second: Outcome, event: Mapping[str, Any]) -> Repetition:
    """What a second call with a copy of an event did of what the first one, with `event`, did."""
    done = Counter(effect.name for effect in first.effects.changing if _adds_up(effect))
    again: dict[str, None] = {}
    for effect in second.effects.changing:
        if _adds_up(effect) and done[effect.name]:
            again[effect.name] = None
    if not again:
        return Repetition()
    for effect in first.effects:
        if _may_hold_back(effect):
            text = json.dumps(effect.content)
            return Repetition(tuple(again), effect.name, str(event.get("id") or "\0") in text)
    return Repetition(tuple(again))


def _adds_up(effect: Effect) -> bool:
    """Whether an effect that is done twice is more than one that is done once."""
    if effect.sort is Sort.AWS and effect.name == "dynamodb.UpdateItem":
        expression = str(_value(effect.content, "UpdateExpression")).upper()
        return "ADD " in expression or "+" in expression
    return not is_idempotent(effect)


def _may_hold_back(effect: Effect) -> bool:
    if effect.sort is not Sort.AWS:
        return False
    return effect.name in _LOOK_UPS or not _CONDITIONS.isdisjoint(_keys(effect.content))


def _value(content: Any, key: str) -> Any:
    return content.get(key) if isinstance(content, Mapping) else None


def _keys(content: Any) -> Iterator[str]:
    """All keys of a value, those of inner ones too."""
    if isinstance(content, Mapping):
        for key, inner in content.items():
            yield str(key)
            yield from _keys(inner)
    elif isinstance(content, list):
        for inner in content:
            yield from _keys(inner)
