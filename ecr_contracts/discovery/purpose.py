"""What a consumer is for: which kinds of events reach it, and in which envelope.

The rules that stand beside it tell; where there are none, the words of its own source do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ecr_contracts.core.text import some_of
from ecr_contracts.discovery.iac.feeds import Feed
from ecr_contracts.discovery.iac.input_transformers import Transformer
from ecr_contracts.discovery.iac.rules import Rule
from ecr_contracts.discovery.mentions import envelopes_mentioned, kinds_mentioned
from ecr_contracts.discovery.patterns import admitted_values, kinds_of
from ecr_contracts.discovery.source.words import Words, words_of
from ecr_contracts.discovery.surroundings import rule_of_transformer, rules_of
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.events.kinds import kind_names

__all__ = [
    "Purpose",
    "feeds_of",
    "kinds_delivered",
    "kinds_in_texts",
    "purpose_of",
    "with_transformer",
]

_SHOWN = 3  # words or rules that are named


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a consumer is taken to be for.

    `words` are those of its source that decided on the kinds; none when a rule did, or nothing and
    every kind is taken. `why` says what decided on the kinds, `envelope_why` on the envelope: the
    rules, or words of the source; both are empty where nothing did. `others` are further envelopes
    that the source speaks of, with their words. `admits` are the only values that the rules let
    through, by path. `transformer` is how they have events shaped.
    """

    kinds: tuple[str, ...]
    words: tuple[str, ...]
    envelope: str
    why: str = ""
    envelope_why: str = ""
    admits: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    others: Mapping[str, str] = field(default_factory=dict, hash=False)
    transformer: Transformer | None = None


def purpose_of(target: Target) -> Purpose:
    """The kinds and the envelope that rules deliver to a consumer, else those its source names."""
    words = words_of(target)
    rules = rules_of(target)
    first = next((rule for rule in rules if rule.envelope in ENVELOPES), None)
    others: dict[str, str] = {}
    if first is not None:
        envelope, why = first.envelope, str(first)
        rules = tuple(rule for rule in rules if _is_shaped_alike(rule, first))
    else:
        for name, signs in envelopes_mentioned(words):
            others[name] = _code_says(signs)
        envelope = next(iter(others), "lambda")
        why = others.pop(envelope, "")
    if rules:
        kinds, kinds_why = kinds_delivered(rules)
        return Purpose(
            kinds,
            words=(),
            envelope=envelope,
            why=kinds_why,
            envelope_why=why,
            admits=admitted_values(rules),
            others=others,
            transformer=first.transformer if first else None,
        )
    kinds, telling = kinds_mentioned(words)
    return Purpose(kinds, telling, envelope, _code_says(telling), why, others=others)


def _is_shaped_alike(rule: Rule, other: Rule) -> bool:
    """Whether events of two rules have one shape: a consumer gets events in one shape at a time."""
    shaping = rule.transformer.shaping if rule.transformer else None
    return shaping == (other.transformer.shaping if other.transformer else None)


def kinds_in_texts(texts: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The kinds that the texts of what is no Python speak of, and what says so; else all kinds."""
    kinds, words = kinds_mentioned(Words(frozenset(texts)))
    return kinds, f"it says {', '.join(words[:_SHOWN])}" if words else ""


def kinds_delivered(rules: Sequence[Rule]) -> tuple[tuple[str, ...], str]:
    """The kinds of which some rules deliver events, and which rules; nothing if there are none."""
    admitted = {kind for rule in rules for kind in kinds_of(rule)}
    kinds = tuple(kind for kind in kind_names() if kind in admitted)
    return kinds, some_of([str(rule) for rule in rules], _SHOWN, "; ")


def with_transformer(purpose: Purpose, transformer: Transformer) -> Purpose:
    """A purpose with events as a transformer shapes them, of the kinds that its rule admits."""
    rule = rule_of_transformer(transformer)
    if rule is None:
        return replace(purpose, transformer=transformer)
    kinds, why = kinds_delivered([rule])
    admits = admitted_values([rule])
    return replace(purpose, kinds=kinds, words=(), why=why, admits=admits, transformer=transformer)


def feeds_of(target: Target) -> dict[str, Feed]:
    """The event source mappings in templates that hand events to a consumer, by the envelope."""
    found: dict[str, Feed] = {}
    for rule in reversed(rules_of(target)):
        if rule.feed is not None:
            found[rule.envelope] = rule.feed
    return found


def _code_says(words: Sequence[str]) -> str:
    return f"its code says {', '.join(words[:_SHOWN])}" if words else ""
