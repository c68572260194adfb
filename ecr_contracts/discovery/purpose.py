"""What a consumer is for: which kinds of events reach it, and in which envelope.

The rules that stand beside it tell; where there are none, the words of its own source do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import PatternError
from ecr_contracts.core.text import some_of
from ecr_contracts.discovery.iac.cloudformation.feeds import Feed
from ecr_contracts.discovery.iac.cloudformation.input_transformers import Transformer
from ecr_contracts.discovery.iac.cloudformation.rules import Rule
from ecr_contracts.discovery.mentions import envelopes_mentioned, kinds_mentioned
from ecr_contracts.discovery.shapes.inferred import envelopes_of_shape
from ecr_contracts.discovery.source.words import Words, words_of
from ecr_contracts.discovery.surroundings import rule_of_transformer, rules_of
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES
from ecr_contracts.eventbridge.rules.world import WHOLE_WORLD, World

__all__ = [
    "Behind",
    "Purpose",
    "feeds_of",
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
    that the source speaks of, with their words. `world` are the events that the rules let through.
    `transformer` is how they have events shaped. `rules` are the rules that decided, and `problem`
    says why they cannot be used, if they cannot; `shape_problem` why it is not known what they make
    of an event. `kinds_of_source` are those that its source speaks
    of, and `source_says` why, where rules decided. `delivered` are the envelopes that these say it
    is given, the likeliest first, `by_shape` those that its shape takes, `unruled` those that its
    source speaks of and no rule delivers. `by_envelope` is what rules let through in each envelope,
    where that is not the same in all.
    """

    kinds: tuple[str, ...]
    words: tuple[str, ...]
    envelope: str
    why: str = ""
    envelope_why: str = ""
    world: World = field(default=WHOLE_WORLD, hash=False)
    others: Mapping[str, str] = field(default_factory=dict, hash=False)
    transformer: Transformer | None = None
    rules: tuple[Rule, ...] = ()
    problem: str = ""
    shape_problem: str = ""
    kinds_of_source: tuple[str, ...] = ()
    source_says: str = ""
    delivered: tuple[str, ...] = ()
    by_shape: tuple[str, ...] = ()
    unruled: tuple[str, ...] = ()
    by_envelope: Mapping[str, Behind] = field(default_factory=dict, hash=False)


def purpose_of(target: Target, named: Sequence[Rule] = ()) -> Purpose:
    """The kinds and the envelope that rules deliver to a consumer, else those its source names.

    `named` are its rules, where somebody says them; else they are looked for.
    """
    words = words_of(target)
    rules = tuple(named) or rules_of(target)
    first = next((rule for rule in rules if rule.envelope in ENVELOPES), None)
    others: dict[str, str] = {}
    by_shape: tuple[str, ...] = ()
    delivered: dict[str, str] = {}
    by_envelope: dict[str, Behind] = {}
    if first is not None:
        rules = tuple(rule for rule in rules if _is_shaped_alike(rule, first))
        by_envelope = _by_envelope(rules)
        described = [name for name, behind in by_envelope.items() if behind.world.kinds]
        first = next((rule for rule in rules if rule.envelope in described), first)
        delivered = _delivered(rules, first)
        envelope, why = first.envelope, "; ".join(dict.fromkeys(delivered.values()))
    else:
        others = envelopes_of_shape(target)
        by_shape = tuple(others)
        for name, signs in envelopes_mentioned(words):
            others.setdefault(name, _code_says(signs))
        envelope = next(iter(others), "lambda")
        why = others.pop(envelope, "")
    kinds, telling = kinds_mentioned(words)
    if rules:
        behind = Behind.of(rules)
        return Purpose(
            behind.world.kinds,
            words=(),
            envelope=envelope,
            why=behind.why,
            envelope_why=why,
            world=behind.world,
            others=others,
            transformer=first.transformer if first else None,
            rules=rules,
            problem=behind.problem,
            shape_problem="" if first else _shape_problem(rules),
            kinds_of_source=kinds,
            source_says=_code_says(telling),
            delivered=tuple(delivered),
            by_shape=by_shape,
            unruled=_unruled(words, {*delivered, *by_envelope} if delivered else ()),
            by_envelope=by_envelope,
        )
    return Purpose(
        kinds, telling, envelope, _code_says(telling), why, others=others, by_shape=by_shape
    )


def _delivered(rules: Sequence[Rule], first: Rule) -> dict[str, str]:
    """The envelopes in which rules deliver the same events as a first one, each with its rule.

    Where another envelope has other events, it is not known which of them come in which.
    """
    found: dict[str, str] = {first.envelope: str(first)}
    wanted = _patterns(rules, first.envelope)
    for rule in rules:
        is_further = rule.envelope in ENVELOPES and rule.envelope not in found
        if is_further and _patterns(rules, rule.envelope) == wanted:
            found[rule.envelope] = str(rule)
    return found


def _by_envelope(rules: Sequence[Rule]) -> dict[str, Behind]:
    """What rules let through in each envelope; nothing where it is the same in all.

    An envelope is left out whose rules cannot be used.
    """
    names = list(dict.fromkeys(rule.envelope for rule in rules if rule.envelope in ENVELOPES))
    if all(_patterns(rules, name) == _patterns(rules, names[0]) for name in names):
        return {}
    found: dict[str, Behind] = {}
    for name in names:
        behind = Behind.of([rule for rule in rules if rule.envelope == name])
        if not behind.problem:
            found[name] = behind
    return found


def _patterns(rules: Sequence[Rule], envelope: str) -> set[str]:
    """The patterns of the rules that deliver in an envelope."""
    return {json_text.compact(rule.pattern) for rule in rules if rule.envelope == envelope}


def _unruled(words: Words, delivered: Collection[str]) -> tuple[str, ...]:
    """The envelopes that a source may open besides those that rules deliver."""
    if not delivered:
        return ()
    names = [*(name for name, _ in envelopes_mentioned(words)), "lambda"]
    return tuple(name for name in dict.fromkeys(names) if name not in delivered)


def _shape_problem(rules: Sequence[Rule]) -> str:
    """Why it is not known in which shape events of some rules arrive; empty where that is known."""
    for rule in rules:
        if rule.problem:
            return f"what delivers its events, {rule}, {rule.problem}"
    return ""


def _is_shaped_alike(rule: Rule, other: Rule) -> bool:
    """Whether events of two rules have one shape: a consumer gets events in one shape at a time."""
    shaping = rule.transformer.shaping if rule.transformer else None
    if rule.problem != other.problem:
        return False
    return shaping == (other.transformer.shaping if other.transformer else None)


def kinds_in_texts(texts: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The kinds that the texts of what is no Python speak of, and what says so; else all kinds."""
    kinds, words = kinds_mentioned(Words(frozenset(texts)))
    return kinds, f"it says {', '.join(words[:_SHOWN])}" if words else ""


@dataclass(frozen=True, slots=True)
class Behind:
    """What some rules let through, which rules these are, and why they cannot be used, if so."""

    world: World
    why: str
    problem: str = ""

    @classmethod
    def of(cls, rules: Sequence[Rule]) -> Behind:
        """What some rules let through; everything where there are none, or one is invalid."""
        names = dict.fromkeys(str(rule) for rule in rules)
        why = some_of(list(names), _SHOWN, "; ")
        unmatched = [f"{rule}: {rule.unmatched}" for rule in rules if rule.unmatched]
        if len(unmatched) == len(rules) > 0:
            return cls(WHOLE_WORLD, why, f"nothing reaches it, {unmatched[0]}")
        patterns = []
        for rule in rules:
            try:
                patterns.append(rule.named_pattern())
            except PatternError as error:
                # Its line and column would be those of the pattern as it was read, not of a file.
                reason = f"{error.path}: {error.problem}"
                problem = f"EventBridge refuses the pattern of its rule, {rule}: {reason}"
                return cls(WHOLE_WORLD, why, problem)
        return cls(World.behind(patterns), why)


def with_transformer(
    purpose: Purpose, transformer: Transformer, *, named_rules: bool = False
) -> Purpose:
    """A purpose with events as a transformer shapes them, of the kinds that its rule admits.

    With `named_rules`, somebody said which rules deliver its events, and they decide the kinds.
    """
    purpose = _shaped(purpose, transformer)
    rule = rule_of_transformer(transformer)
    if rule is None or named_rules:
        return purpose
    behind = Behind.of([rule])
    return replace(
        purpose,
        kinds=behind.world.kinds,
        words=(),
        why=behind.why,
        world=behind.world,
        rules=(rule,),
        problem=behind.problem,
        kinds_of_source=purpose.kinds_of_source if purpose.rules else purpose.kinds,
        source_says=purpose.source_says if purpose.rules else purpose.why,
    )


def _shaped(purpose: Purpose, transformer: Transformer) -> Purpose:
    """A purpose with events as a transformer shapes them.

    What the code reads off them says nothing then of envelopes that are a shape themselves.
    """
    is_shape = ENVELOPES[purpose.envelope].one_way
    if not is_shape or any(rule.envelope == purpose.envelope for rule in purpose.rules):
        return replace(purpose, transformer=transformer)
    return replace(purpose, transformer=transformer, envelope="lambda", envelope_why="")


def feeds_of(target: Target, named: Sequence[Rule] = ()) -> dict[str, Feed]:
    """The event source mappings that hand events to a consumer, by the envelope.

    They are those of the rules that somebody `named`, else of those around it.
    """
    found: dict[str, Feed] = {}
    for rule in reversed(tuple(named) or rules_of(target)):
        if rule.feed is not None:
            found[rule.envelope] = rule.feed
    return found


def _code_says(words: Sequence[str]) -> str:
    return f"its code reads {', '.join(words[:_SHOWN])}" if words else ""
