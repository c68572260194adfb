"""Which kinds of events, and which envelopes, the words of a source speak of.

Only words that some kinds have and others lack count, so that a scan handler is not fed with pushes
that no rule would deliver to it. The usual kinds share no words but those of the envelope, and are
told apart by their keys. A further kind shares its keys with them, and is meant only where the
source names it, says keys that no usual kind has, or does something with every other kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ecr_contracts.core import json_path
from ecr_contracts.discovery.source.words import Words
from ecr_contracts.eventbridge.envelopes.registry import Signs, signed
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names, usual_kinds
from ecr_contracts.events.model import Contract
from ecr_contracts.events.siblings import in_envelope, siblings, told_within

__all__ = ["envelopes_mentioned", "kinds_mentioned"]

_DEPTH = 2  # steps to a key of the detail
_ENOUGH = 2  # words of a kind that make it more than a coincidence
_MANY_WORDS = re.compile(r"[A-Z]_[A-Z]|[a-z][A-Z]")


def envelopes_mentioned(words: Words) -> Iterator[tuple[str, list[str]]]:
    """The envelopes that a source may read, each with the words that show it."""
    for envelope, signs in signed():
        if not signs.unless & words.all and (shown := _shown(signs, words)):
            yield envelope, shown


def _shown(signs: Signs, words: Words) -> list[str]:
    """The words of a source that show an envelope; none if they do not."""
    if unique := signs.unique & words.all:
        return [_as_written(word, words) for word in sorted(unique)]
    if read := (signs.whole & words.event.whole) | (signs.each & words.event.each):
        return sorted(read)
    written_out = signs.any_of & words.texts
    if signs.keys and signs.keys <= words.all and (written_out or not signs.any_of):
        return sorted(signs.keys) + sorted(written_out)
    return []


def _as_written(word: str, words: Words) -> str:
    """A word as the source has it: names are kept with hyphens, as keys have them."""
    return word if word in words.texts else word.replace("-", "_")


def kinds_mentioned(words: Words) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds that a source speaks of, and its words for them.

    They are the usual kinds, without words, if it says nothing.
    """
    mentioned = _usual_mentioned(words)
    further = _further_mentioned(words)
    for kind in tuple(mentioned):
        if any(_is_read_as(kind, other, mentioned[kind], further) for other in further):
            del mentioned[kind]
    for kind in tuple(mentioned):
        for other in _taken_by_alternative(kind, words):
            further.setdefault(other, _words_said(other, words.texts))
    mentioned |= further
    mentioned = _with_sender(mentioned, words)
    if not mentioned:
        return usual_kinds(), ()
    kinds = tuple(kind for kind in kind_names() if kind in mentioned)
    telling: dict[str, None] = {}
    for kind in kinds:
        own = _words(kind)
        telling |= dict.fromkeys(sorted(mentioned[kind].difference(own)))
        telling |= dict.fromkeys(word for word in own if word in mentioned[kind])
    return kinds, tuple(telling)


# --- the usual kinds ------------------------------------------------------------------------------


def _usual_mentioned(words: Words) -> dict[str, set[str]]:
    """The usual kinds that a source speaks of, each with its words for it."""
    said = words.texts - words.turned_away
    mentioned = {kind: _distinctive(kind) & said for kind in usual_kinds()}
    likely = _with_keys(mentioned)
    if not likely:
        # Names such as `image_tag` are read only where no key is written out, as in models with
        # generated aliases.
        mentioned = {kind: _distinctive(kind) & words.all for kind in usual_kinds()}
        likely = {kind for kind in mentioned if len(mentioned[kind]) >= _ENOUGH}
    meant = _meant_of_families(likely, mentioned, words.tested)
    meant -= {kind for kind in meant if _own(kind) & words.turned_away}
    return {kind: mentioned[kind] for kind in usual_kinds() if kind in meant}


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


def _meant_of_families(
    likely: set[str], mentioned: Mapping[str, set[str]], tested: frozenset[str]
) -> set[str]:
    """The kinds that are meant, where kinds share words and the source names only some of them.

    A name that is only `tested`, with something else to do where it is another one, leaves the
    others in.
    """
    meant = set(likely)
    for kind in likely:
        family = {other for other in meant if mentioned[other] & mentioned[kind]}
        named = {other for other in family if (_own(other) & mentioned[other]) - tested}
        if named and not _own(kind) & mentioned[kind]:
            meant.discard(kind)
    return meant


# --- further kinds --------------------------------------------------------------------------------


def _further_mentioned(words: Words) -> dict[str, set[str]]:
    """The kinds beyond the usual ones that a source names, each with its words for it.

    Of kinds that share words those are left of which most is said.
    """
    said: dict[str, set[str]] = {}
    for kind in kind_names():
        if kind not in usual_kinds() and _is_spoken_of(kind, words):
            said[kind] = _words_said(kind, words.texts)
    return {
        kind: own for kind, own in said.items() if not any(own < other for other in said.values())
    }


def _is_spoken_of(kind: str, words: Words) -> bool:
    """Whether a source has a name of a further kind, or enough keys that no usual kind has.

    Keys deeper than those of the detail do not count, but for one that tells the kind, and with
    the key of the object that they lie in: they are words of the API as well, which whoever calls
    it says.
    """
    paths: set[str] = set()
    known: set[str] = set()
    for usual in usual_kinds():
        paths |= {path for path, _ in reader.contract(usual).discriminator}
        known |= set(_words(usual))
    contract = reader.contract(kind)
    names = {str(value) for path, value in contract.discriminator if path in paths}
    for group in contract.told_by_keys:
        names |= {word for word in map(_last_key, group) if _is_compound(word)}
    names |= set(_telling_values(contract))
    said = words.texts - known
    keys = {word for word in _keys_of(contract) if _is_compound(word)} & said
    return bool(names & said) or len(keys) >= _ENOUGH or _has_inner(contract, keys, words)


def _keys_of(contract: Contract) -> Iterator[str]:
    """The keys of the detail that may have another value than null."""
    for key in contract.known_keys.get("$.detail", ()):
        facet = contract.by_path.get(f"$.detail.{key}")
        if facet is None or any(choice.values != (None,) for choice in facet.choices):
            yield key


def _telling_values(contract: Contract) -> Iterator[str]:
    """The values of keys that every detail has which nobody says by chance, as event names."""
    for key in _keys_of(contract):
        facet = contract.by_path.get(f"$.detail.{key}")
        if facet is not None and facet.absent_label is None:
            for choice in facet.choices:
                for value in choice.values:
                    if isinstance(value, str) and _MANY_WORDS.search(value):
                        yield value


def _has_inner(contract: Contract, keys: Iterable[str], words: Words) -> bool:
    """Whether a source says a key of the detail, and one of the object that lies there."""
    for key in keys:
        inner = contract.known_keys.get(f"$.detail.{key}", ())
        if not words.texts.isdisjoint(inner):
            return True
    return False


def _last_key(path: str) -> str:
    return str(json_path.parse(path)[-1])


def _is_compound(word: str) -> bool:
    """Whether a key is made of several words, so that nobody else says it by chance."""
    return "-" in word or not (word.islower() or word.isupper() or word.istitle())


def _is_read_as(
    kind: str, other: str, said: set[str], said_of_further: Mapping[str, set[str]]
) -> bool:
    """Whether all that is said of a usual kind is said of a further one with another envelope.

    Values of its keys, such as a severity, are said of it too.
    """
    is_said = said <= {*said_of_further[other], *_values_of(other)}
    return is_said and in_envelope(kind) != in_envelope(other)


def _taken_by_alternative(kind: str, words: Words) -> Iterator[str]:
    """The siblings of a kind that a source speaks of, if it does something with them.

    It does if it names the `detail-type` that they share, and either asks for no action at all or
    has something to do where the action is none of those that it asks for.
    """
    shared = [str(value) for _, value in in_envelope(kind)]
    actions: set[str] = set()
    for other in (kind, *siblings(kind)):
        actions |= {str(value) for _, value in told_within(other)}
    asked = actions & words.texts
    if shared[-1:] and shared[-1] in words.texts and (not asked or asked & words.tested):
        yield from siblings(kind)


def _words_said(kind: str, said: frozenset[str]) -> set[str]:
    """The words of a kind, but for those of every envelope, that a source says."""
    common = set.intersection(*(set(_words(other)) for other in kind_names()))
    contract = reader.contract(kind)
    never = set(contract.known_keys.get("$.detail", ())) - set(_keys_of(contract))
    return ({*_words(kind), *_telling_values(contract)} - common - never) & said


# --- another sender -------------------------------------------------------------------------------


def _with_sender(mentioned: Mapping[str, set[str]], words: Words) -> dict[str, set[str]]:
    """The kinds that a source speaks of, those of a sender included that a text of it names.

    Such a text is no more than a hint: of the sender's kinds those are meant that have every key
    which the source says, in place of the usual ones that nothing but such keys tells. What is only
    logged adds them where nothing else tells a kind.
    """
    for source in _other_sources():
        hints = words.texts - words.clients
        texts = {text for text in hints if _names_sender(text, source)}
        meant = {
            kind: _words_said(kind, words.texts) | texts
            for kind in kind_names()
            if _source_of(kind) == source and _keys_said(words) <= set(_all_keys(kind))
        }
        if not texts or not meant or set(meant) & set(mentioned):
            continue
        if any(_tells_more(kind, mentioned[kind], meant, words) for kind in mentioned):
            continue
        if texts <= words.logged:
            if not mentioned:
                return {kind: set() for kind in usual_kinds()} | meant
            continue
        return meant
    return dict(mentioned)


def _tells_more(kind: str, said: set[str], others: Iterable[str], words: Words) -> bool:
    """Whether a source says words of a kind, or values of its keys, that no other one has."""
    said_of_others: set[str] = set()
    for other in others:
        said_of_others |= {*_words_said(other, words.texts), *_values_of(other)}
    return not said | (set(_values_of(kind)) & words.texts) <= said_of_others


def _values_of(kind: str) -> Iterator[str]:
    """The texts that the keys of a kind's detail have, where these are listed."""
    for facet in reader.contract(kind).facets:
        if len(facet.steps) == _DEPTH:
            for choice in facet.choices:
                yield from (value for value in choice.values if isinstance(value, str))


def _other_sources() -> list[str]:
    """The sources of kinds from which no usual kind comes."""
    usual = {_source_of(kind) for kind in usual_kinds()}
    return sorted({_source_of(kind) for kind in kind_names()} - usual)


def _source_of(kind: str) -> str:
    return str(dict(reader.contract(kind).discriminator).get("$.source", ""))


def _names_sender(text: str, source: str) -> bool:
    """Whether a text has the name of a sender as a word, with or without its number."""
    name = source.rpartition(".")[2]
    plain = name.rstrip("0123456789")
    return re.search(rf"\b({name}|{plain})\b", text, re.IGNORECASE) is not None


def _keys_said(words: Words) -> set[str]:
    """The keys of details that a source says, of whatever kinds."""
    said: set[str] = set()
    for kind in kind_names():
        keys = reader.contract(kind).known_keys.get("$.detail", ())
        said |= {key for key in keys if "-" in key} & words.texts
    return said


def _all_keys(kind: str) -> Iterator[str]:
    for keys in reader.contract(kind).known_keys.values():
        yield from keys


# --- words of kinds -------------------------------------------------------------------------------


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
    """The words of a kind that some usual kind lacks."""
    common = set.intersection(*(set(_words(other)) for other in usual_kinds()))
    return set(_words(kind)) - common


def _own(kind: str) -> set[str]:
    """The words of a kind that every other usual kind lacks."""
    own = set(_words(kind))
    for other in usual_kinds():
        if other != kind:
            own -= set(_words(other))
    return own
