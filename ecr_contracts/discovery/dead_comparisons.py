"""Values that a handler compares with a field, and that no valid event has there.

`result != "Success"` holds for every event: AWS writes `SUCCESS`. Whether there is an event with a
value is decided by the contracts of all kinds that have the field, siblings and kinds that the code
does not speak of among them, for code is shared. What is meant is the listed value that the literal
is but for letter case, or that has its sense. What stands beside it counts as well: a value that
nobody sends is no fault where the right one is tested with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ecr_contracts.core import json_text
from ecr_contracts.core.json_path import Steps
from ecr_contracts.core.text import listed, with_article
from ecr_contracts.discovery.source.comparisons.comparison import Comparison
from ecr_contracts.discovery.source.comparisons.field_conditions import NEVER
from ecr_contracts.discovery.source.comparisons.finder import compared
from ecr_contracts.discovery.source.words import words_of
from ecr_contracts.discovery.target import Target
from ecr_contracts.eventbridge.rules.corrections.meant import meant_of
from ecr_contracts.eventbridge.rules.matching.conditions import (
    EqualsIgnoreCase,
    Exact,
    Exists,
    Numeric,
    Prefix,
    Suffix,
    Wildcard,
)
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.narrowing.narrow import narrow
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Facet
from ecr_contracts.events.shapes import Items, Object, Word
from ecr_contracts.events.strangers import meant_text

__all__ = ["DeadComparison", "dead_comparisons", "may_hold"]

_ALIKE, _SAME_SENSE = 1, 2
"""How far from a literal a meant word is; see `meant_of`."""

_FEW = 4
"""Values of a field that are listed."""

_DETAIL = "detail"
_TELLING: tuple[Steps, ...] = (("source",), ("detail-type",))


@dataclass(frozen=True, slots=True)
class DeadComparison:
    """A comparison that no valid event meets, with what is meant, empty where nothing is known.

    `known` are the listed values of the field. `is_sure` says that something hangs on it, and that
    it is known what was meant, or that the form of the field leaves no room for the literal.
    """

    comparison: Comparison
    meant: str
    known: tuple[str, ...]
    is_sure: bool

    def in_words(self) -> str:
        """That no event has the value, and what was meant."""
        one = self.comparison
        literal = json_text.one_line(one.literal)
        key = str(one.steps[-1] if one.steps[-1] != 0 else one.steps[-2])
        if isinstance(one.condition, Exists):
            inner = ".".join(str(step) for step in one.steps[1:-1])
            said = f"no event has {literal} among its {inner}"
        elif one.condition == NEVER and one.letters:
            said = f"no text is {literal} after .{one.letters}()"
        else:
            how = _HOW.get(type(one.condition), "")
            said = f"no event has {with_article(key) if how else key}{how} {literal}"
        if self.meant:
            return f"{said}; did you mean {json_text.one_line(self.meant)}?"
        if self.known and len(self.known) <= _FEW:
            return (
                f"{said}: it is {listed([json_text.one_line(text) for text in self.known], 'or')}"
            )
        return said


_HOW = {Prefix: " that begins with", Suffix: " that ends with", Wildcard: " like"}


def dead_comparisons(target: Target, kinds: Sequence[str]) -> tuple[DeadComparison, ...]:
    """The comparisons of a handler that no valid event meets, in the order of files and lines.

    `kinds` are those that reach it: what is meant is a word of theirs where they have one.
    """
    said, keys, _ = compared(target)
    alive = set(_alive(said))
    found = []
    for one in said:
        if one not in alive:
            dead = _judged(one, said, alive, kinds)
            if dead is not None:
                found.append(dead)
    found += _dead_keys(keys, said, kinds)
    if any(_is_common(dead.comparison.steps) for dead in found) and _speaks_of_others(target):
        found = [dead for dead in found if not _is_common(dead.comparison.steps)]
    return tuple(_one_for_each_place(found))


def _alive(said: Iterable[Comparison]) -> Iterator[Comparison]:
    """The comparisons that an event may meet: with one of them all that may be the same value."""
    together: dict[tuple[str, int, str], list[Comparison]] = {}
    for one in said:
        together.setdefault((one.place, one.group, repr(one.literal)), []).append(one)
    for alike in together.values():
        if any(map(_may_be_met, alike)):
            yield from alike


def _one_for_each_place(found: Iterable[DeadComparison]) -> Iterator[DeadComparison]:
    """The first one of each line and literal."""
    seen: set[tuple[str, Any]] = set()
    for dead in found:
        key = (dead.comparison.place, str(dead.comparison.literal))
        if key not in seen:
            seen.add(key)
            yield dead


# --- whether any event meets it -------------------------------------------------------------------


def _may_be_met(one: Comparison) -> bool:
    """Whether an event may meet a comparison, as far as that is known."""
    if not one.is_sure or isinstance(one.condition, Numeric) or one.literal is None:
        return True
    return may_hold(one.steps, one.condition)


def may_hold(steps: Steps, condition: Any) -> bool:
    """Whether a condition holds for a field of an event of any kind, or that cannot be told."""
    if condition == NEVER:
        return False
    if isinstance(condition, Exists):
        return _may_have_key(steps)
    facets = list(_facets(steps))
    return not facets or any(_may_hold_at(facet, condition) for facet in facets)


def _facets_of(kinds: Iterable[str]) -> Iterator[Facet]:
    for kind in kinds:
        yield from reader.contract(kind).facets


def _facets(steps: Steps) -> Iterator[Facet]:
    """The facets at a path, of all kinds that have one there."""
    for facet in _facets_of(kind_names()):
        if facet.steps == steps:
            yield facet


def _may_have_key(steps: Steps) -> bool:
    """Whether an object has a key in any kind, or one may have keys that no schema names."""
    if any(True for _ in _facets(steps)):
        return True
    for kind in kind_names():
        contract = reader.contract(kind)
        for facet in contract.facets:
            if facet.steps == steps[:-1]:
                named = contract.known_keys.get(facet.path, ())
                if facet.is_partial or steps[-1] in named or not named:
                    return True
    return False


def _may_hold_at(facet: Facet, condition: Any) -> bool:
    """Whether a condition holds for any value of a facet, or that cannot be told."""
    for choice in facet.choices:
        match choice.shape:
            case Object() | Items():
                return True
            case Word(pattern=None):
                return True
            case Word(example=example) if choice.recognises(example) and condition.holds(example):
                return True
            case Word():
                if not isinstance(condition, Exact):
                    continue
        if isinstance(condition, Exact) and _are_numbers(condition.value, *choice.values):
            return True
        if isinstance(condition, Exact) and choice.recognises(_plain_value(condition.value)):
            return True
        if any(condition.holds(value) for value in choice.values):
            return True
    if any(isinstance(choice.shape, Word) for choice in facet.choices):
        return not isinstance(condition, Exact) and _may_hold_for_words(facet, condition)
    return False


def _are_numbers(value: Any, *listed: Any) -> bool:
    """Whether a value and what is listed for a field are numbers: there may be others."""
    numbers = (value, *listed)
    return len(numbers) > 1 and all(type(one) in (int, float) for one in numbers)


def _plain_value(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _may_hold_for_words(facet: Facet, condition: Any) -> bool:
    """Whether a condition holds for a text of a facet that a pattern describes."""
    operand: Any
    match condition:
        case EqualsIgnoreCase(text=text):
            operand = {"equals-ignore-case": text}
        case Prefix(text=text, ignore_case=False):
            operand = {"prefix": text}
        case Suffix(text=text, ignore_case=False):
            operand = {"suffix": text}
        case _:
            return True
    if not text:
        return True
    value: Any = [operand]
    for step in reversed([step for step in facet.steps if isinstance(step, str)]):
        value = {step: value}
    pattern = NamedPattern(Pattern.parse(json_text.one_line(value)))
    for kind in kind_names():
        contract = reader.contract(kind)
        if facet.path in contract.by_path and narrow(contract, [pattern]).contract is not None:
            return True
    return False


# --- what it comes to -----------------------------------------------------------------------------


def _judged(
    one: Comparison, said: Sequence[Comparison], alive: set[Comparison], kinds: Sequence[str]
) -> DeadComparison | None:
    """A dead comparison, None where it may be meant as a precaution.

    Beside values that events do have, and where the right word is tested as well, it may be. So is
    a value of which nobody knows what it stands for, where the code goes on without it.
    """
    meant = _meant(one, kinds)
    field = one.steps[:-1] if isinstance(one.condition, Exists) else one.steps
    if not any(facet.steps == field for facet in _facets_of(kinds)):
        return None
    others = [other for other in said if other in alive and other.steps == one.steps]
    if meant in {other.literal for other in others}:
        return None
    if not meant and any(other.group == one.group for other in others):
        return None
    is_open = any(facet.is_open for facet in _facets(one.steps))
    if not meant and (is_open or one.leads_on is not True):
        return None
    if not meant and (one.steps in _TELLING or one.steps[0] != _DETAIL) and _is_listed(one.steps):
        return None
    known = tuple(_listed_at(one.steps, kinds))
    is_sure = one.leads_on is not None and (bool(meant) or not _is_listed(one.steps))
    return DeadComparison(one, meant, known, is_sure)


def _meant(one: Comparison, kinds: Sequence[str]) -> str:
    """The word that was meant, of the kinds that reach the handler, else of any."""
    if isinstance(one.condition, Exists):
        return _meant_key(one.steps, kinds)
    if not isinstance(one.literal, str):
        text = str(one.literal)
        exact = Exact(text)
        return text if isinstance(one.literal, int) and may_hold(one.steps, exact) else ""
    if isinstance(one.condition, Prefix | Suffix):
        return _in_lower_case(one, type(one.condition))
    if not isinstance(one.condition, Exact | EqualsIgnoreCase) and one.condition != NEVER:
        return ""
    for among in (kinds, kind_names()):
        known = list(_listed_at(one.steps, among))
        meant = _meant_word(one, known)
        if meant:
            return getattr(meant, one.letters)() if one.letters else meant
    if not known and (lower := _in_lower_case(one, Exact)):
        return lower
    if one.condition == NEVER and one.letters:
        return str(getattr(one.literal, one.letters)())
    return ""


def _in_lower_case(one: Comparison, condition: type[Exact | Prefix | Suffix]) -> str:
    """The literal in lower case, where an event may have that; else nothing."""
    lower = str(one.literal).lower()
    is_other = lower != one.literal and not one.letters
    return lower if is_other and may_hold(one.steps, condition(lower)) else ""


def _meant_word(one: Comparison, known: Sequence[str]) -> str:
    """The one of the listed values of a field that a literal was meant to be."""
    if one.steps in _TELLING:
        return meant_text(str(one.literal), known)
    word, distance = meant_of(str(one.literal), known) or ("", 0)
    if distance == 0 and word and one.condition == NEVER:
        return word
    if distance == _ALIKE or (distance == _SAME_SENSE and one.steps[0] == _DETAIL):
        return word
    return "" if distance == 0 and word else meant_text(str(one.literal), known)


def _meant_key(steps: Steps, kinds: Sequence[str]) -> str:
    """The key of an object that was meant: the same but for letter case, or of the same sense."""
    for among in (kinds, kind_names()):
        known: dict[str, None] = {}
        for kind in among:
            for facet in reader.contract(kind).facets:
                if facet.steps[:-1] == steps[:-1]:
                    known[str(facet.steps[-1])] = None
        found = meant_of(str(steps[-1]), known)
        if found is not None and found[1] in (_ALIKE, _SAME_SENSE):
            return found[0]
    return ""


def _listed_at(steps: Steps, kinds: Iterable[str]) -> Iterator[str]:
    """The texts that kinds list for a field, where they list all that they have; each once."""
    seen: dict[str, None] = {}
    for kind in kinds:
        for facet in reader.contract(kind).facets:
            if facet.steps == steps and not _has_words(facet):
                for choice in facet.choices:
                    seen |= dict.fromkeys(v for v in choice.values if isinstance(v, str) and v)
    yield from seen


def _listed_words() -> Iterator[str]:
    """The words that any kind has for anything: those of one service may be those of others."""
    for facet in _facets_of(kind_names()):
        for choice in facet.choices:
            yield from (value for value in choice.values if isinstance(value, str))


def _has_words(facet: Facet) -> bool:
    return any(isinstance(choice.shape, Word) for choice in facet.choices)


def _is_listed(steps: Steps) -> bool:
    """Whether some kind lists the values of a field: AWS may add one any day."""
    return not all(_has_words(facet) for facet in _facets(steps))


# --- keys that are read ---------------------------------------------------------------------------


def _dead_keys(
    read: Sequence[Comparison], said: Sequence[Comparison], kinds: Sequence[str]
) -> Iterator[DeadComparison]:
    """The keys that are read of an object which has them under another name, that is not read."""
    literals = {(one.steps[:-1], one.literal) for one in (*read, *said)}
    words = set(_listed_words()) if read else set()
    for one in read:
        if not one.is_sure or _may_have_key(one.steps) or one.literal in words:
            continue
        meant = _meant_key(one.steps, kinds)
        if meant and (one.steps[:-1], meant) not in literals:
            yield DeadComparison(one, meant, (), is_sure=True)


# --- code that is shared --------------------------------------------------------------------------


def _speaks_of_others(target: Target) -> bool:
    """Whether the code names other senders of events: then a key may be one of theirs."""
    own: set[str] = set()
    for kind in kind_names():
        for steps in _TELLING:
            own |= set(_listed_at(steps, [kind]))
    for text in words_of(target).texts:
        if re.fullmatch(r"aws\.[a-z0-9-]+", text) and text not in own:
            return True
    return False


def _is_common(steps: Steps) -> bool:
    """Whether events of other senders may well have a field of the name."""
    return all("-" not in str(step) for step in steps) or steps in _TELLING
