"""The table of rules: which change breaks whom.

A consumer reads events: what it never met before may break it, what no longer comes does not. A
producer sends events: what is admitted no longer breaks it, and what is admitted besides does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Party(StrEnum):
    """Who is asked about."""

    CONSUMER = "consumer"
    PRODUCER = "producer"


class Effect(StrEnum):
    """What a change does to somebody."""

    BREAKING = "breaking"
    SAFE = "safe"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """A sort of change, with its effect on those who read events and on those who send them."""

    id: str
    purpose: str
    for_consumers: Effect
    for_producers: Effect

    def effect(self, party: Party) -> Effect:
        """The effect on a party."""
        return self.for_consumers if party is Party.CONSUMER else self.for_producers


def _gained(identity: str, purpose: str) -> Rule:
    return Rule(identity, purpose, Effect.BREAKING, Effect.SAFE)


def _lost(identity: str, purpose: str) -> Rule:
    return Rule(identity, purpose, Effect.SAFE, Effect.BREAKING)


def _noted(identity: str, purpose: str) -> Rule:
    return Rule(identity, purpose, Effect.NOTE, Effect.NOTE)


_TABLE = (
    _gained("may-be-absent", "a required field may be absent"),
    _gained("value-added", "a list of values has another one, or is no list any more"),
    _gained("type-widened", "a field may be of another type, or null"),
    _gained("bounds-widened", "a length, a number or a pattern admits more"),
    _gained("object-opened", "an object admits keys that it did not"),
    _gained("field-undescribed", "a field may be anything: nothing describes it any more"),
    _gained("alternative-added", "conditions or alternatives admit more"),
    _gained("sibling-added", "a kind is new whose source and detail-type another kind had before"),
    _lost("field-required", "a field is always there now"),
    _lost("value-removed", "a list of values lacks one, or is new"),
    _lost("type-narrowed", "a field is no longer of some type"),
    _lost("bounds-narrowed", "a length, a number or a pattern admits less"),
    _lost("object-closed", "an object does not admit keys that it did"),
    _lost("field-described", "a new field: what it may be is described now"),
    _lost("alternative-removed", "conditions or alternatives admit less"),
    _lost("kind-removed", "a kind is gone"),
    Rule(
        "kind-added",
        "a kind is new, with a source and a detail-type of its own: rules ask for it by name",
        Effect.SAFE,
        Effect.SAFE,
    ),
    Rule("kind-renamed", "a kind is called otherwise", Effect.SAFE, Effect.SAFE),
    _noted("choice-added", "something is known to occur that was admitted before"),
    _noted("choice-removed", "something is no longer generated, and still admitted"),
    _noted("unread", "annotations cannot be read, so choices are not compared"),
    _noted("undecided", "the schemas differ, and no event was found that tells them apart"),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _TABLE})
"""Every rule by its id."""

_KEYWORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "required": ("may-be-absent", "field-required"),
        "enum": ("value-added", "value-removed"),
        "const": ("value-added", "value-removed"),
        "type": ("type-widened", "type-narrowed"),
        **dict.fromkeys(
            (
                *("minLength", "maxLength", "pattern", "minimum", "maximum", "multipleOf"),
                *("exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "uniqueItems"),
                *("minProperties", "maxProperties", "contains", "minContains", "maxContains"),
                *("items", "prefixItems", "additionalItems", "unevaluatedItems"),
            ),
            ("bounds-widened", "bounds-narrowed"),
        ),
        **dict.fromkeys(
            ("additionalProperties", "unevaluatedProperties", "propertyNames", "false"),
            ("object-opened", "object-closed"),
        ),
    }
)


def rule_of(keyword: str, *, is_gained: bool) -> Rule:
    """The rule for events that one version refuses by a keyword and the other admits."""
    gained, lost = _KEYWORDS.get(keyword, ("alternative-added", "alternative-removed"))
    return RULES[gained if is_gained else lost]
