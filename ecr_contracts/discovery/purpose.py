"""What a consumer is for: which kinds reach it, and how, by the rules that stand beside it, else by its own source.

Of the source it is one static pass over names and literals; nothing is imported or run. Only words
that some kinds have and others lack count, so that a scan handler is not fed with pushes that no
rule would deliver to it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ecr_contracts.core.text import some_of
from ecr_contracts.discovery import surroundings
from ecr_contracts.discovery.iac.feeds import Feed
from ecr_contracts.discovery.iac.input_transformers import Transformer
from ecr_contracts.discovery.iac.rules import Rule
from ecr_contracts.discovery.source.modules import sources
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.envelopes.registry import ENVELOPES, signed
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names

_ENOUGH = 2  # words of a kind that make it more than a coincidence
_SHOWN = 3  # words or rules that are told


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a consumer is taken to be for.

    `words` are those of its source that decided on the kinds; none when a rule did, or nothing and
    every kind is taken. `why` says what decided on the kinds, and `via_why` what on the envelope:
    the rules, or words of the source; both are empty where nothing did. `others` are further
    envelopes that the source speaks of, with their words. `admits` are the only values that the
    rules let through, by path. `transformer` is how they have events shaped.
    """

    kinds: tuple[str, ...]
    words: tuple[str, ...]
    via: str
    why: str = ""
    via_why: str = ""
    admits: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    others: Mapping[str, str] = field(default_factory=dict, hash=False)
    transformer: Transformer | None = None


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What a source says: texts as they stand there, and names with the hyphens that a key would have."""

    texts: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


def purpose(target: Target) -> Purpose:
    """The kinds and the envelope that the rules beside a consumer deliver, else those that its source speaks of."""
    spoken = _spoken(target)
    others = {name: _saying(words) for name, words in _envelopes(spoken)} or {"lambda": ""}
    rules = surroundings.rules_of(target)
    delivered = [rule for rule in rules if rule.envelope in ENVELOPES]
    shaped = delivered[0].transformer if delivered else None
    if delivered:
        others = {delivered[0].envelope: str(delivered[0])}
        # Events come in one shape at a time: those of rules that shape them otherwise are left out.
        shaping = shaped and shaped.shaping
        rules = tuple(
            rule for rule in rules if (rule.transformer and rule.transformer.shaping) == shaping
        )
    via = next(iter(others))
    via_why = others.pop(via)
    if rules:
        kinds, why = delivered_by(rules)
        return Purpose(kinds, (), via, why, via_why, surroundings.admitted(rules), others, shaped)
    kinds, words = _kinds(spoken)
    return Purpose(kinds, words, via, _saying(words), via_why, others=others)


def spoken_of(texts: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The kinds that the texts of what is no Python speak of, and what says so; all kinds and nothing if none does."""
    kinds, words = _kinds(_Spoken(texts=set(texts)))
    return kinds, f"it says {', '.join(words[:_SHOWN])}" if words else ""


def delivered_by(rules: Sequence[Rule]) -> tuple[tuple[str, ...], str]:
    """The kinds of which some rules deliver events, and which rules; nothing where there are none."""
    admitted = {kind for rule in rules for kind in surroundings.kinds_of(rule)}
    return tuple(kind for kind in kind_names() if kind in admitted), some_of(
        [str(rule) for rule in rules], _SHOWN, "; "
    )


def behind(found: Purpose, transformer: Transformer) -> Purpose:
    """The same with events as a transformer shapes them, of the kinds that its rule admits if it has one."""
    rule = surroundings.rule_around(transformer)
    if rule is None:
        return replace(found, transformer=transformer)
    kinds, why = delivered_by([rule])
    admits = surroundings.admitted([rule])
    return replace(found, kinds=kinds, words=(), why=why, admits=admits, transformer=transformer)


def feeds(target: Target) -> dict[str, Feed]:
    """The event source mappings that hand events to a consumer, where a template tells of them, by the envelope."""
    return {
        rule.envelope: rule.feed
        for rule in reversed(surroundings.rules_of(target))
        if rule.feed is not None
    }


def _saying(words: Sequence[str]) -> str:
    return f"its code says {', '.join(words[:_SHOWN])}" if words else ""


def _envelopes(spoken: _Spoken) -> Iterator[tuple[str, list[str]]]:
    """The envelopes that a source may read, and the words that say so."""
    both = spoken.texts | spoken.names
    for name, signs in signed():
        if signs.unless & both:
            continue
        if words := sorted(signs.unique & both):
            # Names are kept with hyphens, as keys have them.
            yield name, [word if word in spoken.texts else word.replace("-", "_") for word in words]
        elif signs.keys <= both and (not signs.any_of or signs.any_of & spoken.texts):
            yield name, [*sorted(signs.keys), *sorted(signs.any_of & spoken.texts)]


def _kinds(spoken: _Spoken) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds that a source speaks of, and its words for them; all kinds when it says nothing."""
    both = spoken.texts | spoken.names
    said = {kind: _distinctive(kind) & spoken.texts for kind in kind_names()}
    # Others may say HIGH, and mean something else; nobody else says `image-tag`.
    telling = {
        kind: {word for word in words if "-" in word or word in _marks(kind)}
        for kind, words in said.items()
    }
    likely = {kind for kind, words in telling.items() if len(words) >= _ENOUGH}
    # Beside them a kind of which one key is written out is a coincidence, unless it is named.
    named = {kind for kind, words in telling.items() if not words.isdisjoint(_marks(kind))}
    likely = likely | named if likely else {kind for kind, words in telling.items() if words}
    if not likely:
        # Names such as `image_tag` are read only where no key is written out, as in models with
        # generated aliases.
        said = {kind: _distinctive(kind) & both for kind in kind_names()}
        likely = {kind for kind, words in said.items() if len(words) >= _ENOUGH}
    for kind in tuple(likely):
        # Kinds of one family share their words; where the source names one of them, it means that
        # one.
        family = {other for other in likely if said[other] & said[kind]}
        own = {other for other in family if _own(other) & said[other]}
        if own and kind not in own:
            likely.discard(kind)
    if not likely:
        return kind_names(), ()
    kinds = tuple(kind for kind in kind_names() if kind in likely)
    words = [word for kind in kinds for word in _ordered(kind) if word in said[kind]]
    return kinds, tuple(dict.fromkeys(words))


def _ordered(kind: str) -> list[str]:
    """The words of a kind: what tells it apart, then its keys, the detail's before the envelope's."""
    contract = reader.contract(kind)
    keys = [key for path, keys in contract.known_keys.items() if path != "$" for key in keys]
    return [*_marks(kind), *keys, *contract.known_keys["$"]]


def _marks(kind: str) -> list[str]:
    return [str(value) for _, value in reader.contract(kind).discriminator]


def _distinctive(kind: str) -> set[str]:
    """The words of a kind that some other kind lacks."""
    return set(_ordered(kind)) - _common(set(_ordered(other)) for other in kind_names())


def _own(kind: str) -> set[str]:
    """The words of a kind that every other kind lacks."""
    others = (word for other in kind_names() if other != kind for word in _ordered(other))
    return set(_ordered(kind)) - set(others)


def _common(sets: Iterable[set[str]]) -> set[str]:
    return set.intersection(*sets)


def _spoken(target: Target) -> _Spoken:
    """What the source says that is the consumer's, and what it imports from beside it."""
    spoken = _Spoken()
    for source in sources(target):
        for node in _nodes(source.reached):
            match node:
                case ast.Constant(value=str(text)):
                    spoken.texts.add(text)
                case ast.alias(name=word):
                    spoken.texts.add(word)
                case (
                    ast.Attribute(attr=word)
                    | ast.keyword(arg=str(word))
                    | ast.AnnAssign(target=ast.Name(id=word))
                ):
                    spoken.names.add(word.replace("_", "-"))
    return spoken


def _nodes(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Everything within some statements but docstrings."""
    for statement in statements:
        nodes = list(ast.walk(statement))
        alone = {node.value for node in nodes if isinstance(node, ast.Expr)}
        yield from (node for node in nodes if node not in alone)
