"""Which kinds of events, and which envelopes, the words of a source speak of.

Only words that some kinds have and others lack count, so that a scan handler is not fed with pushes
that no rule would deliver to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecr_contracts.discovery.source.words import Words
from ecr_contracts.eventbridge.envelopes.registry import signed
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names

__all__ = ["envelopes_mentioned", "kinds_mentioned"]

_ENOUGH = 2  # words of a kind that make it more than a coincidence


def envelopes_mentioned(words: Words) -> Iterator[tuple[str, list[str]]]:
    """The envelopes that a source may read, each with the words that show it."""
    for envelope, signs in signed():
        if signs.unless & words.all:
            continue
        written_out = signs.any_of & words.texts
        if unique := signs.unique & words.all:
            yield envelope, [_as_written(word, words) for word in sorted(unique)]
        elif signs.keys <= words.all and (written_out or not signs.any_of):
            yield envelope, sorted(signs.keys) + sorted(written_out)


def _as_written(word: str, words: Words) -> str:
    """A word as the source has it: names are kept with hyphens, as keys have them."""
    return word if word in words.texts else word.replace("-", "_")


def kinds_mentioned(words: Words) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds that a source speaks of, and its words for them; all kinds if it says nothing."""
    mentioned = {kind: _distinctive(kind) & words.texts for kind in kind_names()}
    likely = _with_keys(mentioned)
    if not likely:
        # Names such as `image_tag` are read only where no key is written out, as in models with
        # generated aliases.
        mentioned = {kind: _distinctive(kind) & words.all for kind in kind_names()}
        likely = {kind for kind in mentioned if len(mentioned[kind]) >= _ENOUGH}
    likely = _meant_of_families(likely, mentioned)
    if not likely:
        return kind_names(), ()
    kinds = tuple(kind for kind in kind_names() if kind in likely)
    telling: dict[str, None] = {}
    for kind in kinds:
        for word in _words(kind):
            if word in mentioned[kind]:
                telling[word] = None
    return kinds, tuple(telling)


def _with_keys(mentioned: Mapping[str, set[str]]) -> set[str]:
    """The kinds of which enough keys are written out, else those of which any key is."""
    # Others may say HIGH, and mean something else; nobody else says `image-tag`.
    telling: dict[str, set[str]] = {}
    for kind, words in mentioned.items():
        telling[kind] = {word for word in words if "-" in word or word in _names(kind)}
    likely = {kind for kind, words in telling.items() if len(words) >= _ENOUGH}
    if not likely:
        return {kind for kind, words in telling.items() if words}
    # A further kind of which one key is written out is a coincidence, unless it is named.
    named = {kind for kind, words in telling.items() if not words.isdisjoint(_names(kind))}
    return likely | named


def _meant_of_families(likely: set[str], mentioned: Mapping[str, set[str]]) -> set[str]:
    """The kinds that are meant, where kinds share words and the source names only some of them."""
    meant = set(likely)
    for kind in likely:
        family = {other for other in meant if mentioned[other] & mentioned[kind]}
        named = {other for other in family if _own(other) & mentioned[other]}
        if named and kind not in named:
            meant.discard(kind)
    return meant


def _words(kind: str) -> list[str]:
    """The words of a kind: its names, then its keys, those of the detail before the envelope's."""
    known_keys = reader.contract(kind).known_keys
    words = _names(kind)
    for path, keys in known_keys.items():
        if path != "$":
            words += keys
    return words + list(known_keys["$"])


def _names(kind: str) -> list[str]:
    """The values that tell a kind apart, such as its `detail-type`."""
    return [str(value) for _, value in reader.contract(kind).discriminator]


def _distinctive(kind: str) -> set[str]:
    """The words of a kind that some other kind lacks."""
    common = set.intersection(*(set(_words(other)) for other in kind_names()))
    return set(_words(kind)) - common


def _own(kind: str) -> set[str]:
    """The words of a kind that every other kind lacks."""
    own = set(_words(kind))
    for other in kind_names():
        if other != kind:
            own -= set(_words(other))
    return own
