"""A pattern that lets nothing of a kind through, changed so that it does: keys and values as meant.

Every leaf is taken to a key that the kind has (`meant`), every condition that no event meets to a
value that the kind has there. What cannot be told is not guessed: then there is no repair. A repair
is proved by its witness, an event that the changed pattern lets through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.errors import PatternError
from ecr_contracts.core.findings import MISSING
from ecr_contracts.core.json_path import Steps
from ecr_contracts.eventbridge.rules.corrections import written
from ecr_contracts.eventbridge.rules.corrections.meant import meant_of, plain
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern, facets_by_name
from ecr_contracts.eventbridge.rules.narrowing.narrow import narrow
from ecr_contracts.eventbridge.rules.pattern import OR, Pattern
from ecr_contracts.events.compile import reader
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Contract, Facet
from ecr_contracts.events.shapes import Object, Whole
from ecr_contracts.events.siblings import told_within

__all__ = ["Change", "Repair", "repair"]

_ARN = re.compile(r"arn:[^:]*:ecr:[^:]*:[^:]*:repository/(.+)")
_COMPARISON = re.compile(r"\s*(<=|>=|<|>|=)\s*(\d+(?:\.\d+)?)\s*")
_ABOVE_ZERO: Mapping[str, Any] = {"numeric": [">", 0]}
_THERE: Mapping[str, Any] = {"exists": True}
_WORD = re.compile(r"[a-z]+")
_ACCOUNT_DIGITS = 12
_DETAIL = "detail"
_TITLE = ("detail-type",)
_MOST_CONDITIONS = 300  # of a leaf; each is tried by itself, and beside it what may be meant
_ANOTHER_KIND = 5  # what it costs to take the name of a kind for that of another one


@dataclass(frozen=True)
class Change:
    """A key or a value that was meant instead of another one, at a path of the event.

    `written` and `meant` are keys (paths where the key lies elsewhere), or values as JSON text.
    """

    path: str
    written: str
    meant: str


@dataclass(frozen=True)
class Repair:
    """A changed pattern, as data, with what was changed; less is better of two `costs`."""

    kind: str
    data: Mapping[str, Any]
    cost: int
    changes: tuple[Change, ...]


class _Unknown(Exception):  # noqa: N818 - it never leaves this module
    """What was meant cannot be told."""


def repair(kind: str, data: Mapping[str, Any]) -> Repair | None:
    """A pattern changed so that it lets events of a kind through; None where that is not told."""
    repairing = _Repairing(reader.contract(kind), _is_named_within(kind, data))
    try:
        changed = repairing.within(data, ())
        repairing.add_what_tells_apart(changed)
    except _Unknown:
        return None
    if not changed or not repairing.changes:
        return None
    try:
        pattern = Pattern.parse(changed)
    except PatternError:
        return None
    if narrow(reader.contract(kind), [NamedPattern(pattern)]).contract is None:
        return None
    return Repair(kind, changed, repairing.cost, tuple(repairing.changes))


@dataclass
class _Repairing:
    """One pattern on its way to a kind: what has been changed, and what that cost.

    `is_named_within` tells that the pattern asks for what tells the kind within its detail.
    """

    contract: Contract
    is_named_within: bool = False
    cost: int = 0
    changes: list[Change] = field(default_factory=list)

    def within(self, node: Mapping[str, Any], place: Steps) -> dict[str, Any]:
        """The object at a path of the pattern, changed. Raises _Unknown."""
        base = written.event_steps(place)
        changed: dict[str, Any] = {}
        for key, value in node.items():
            if key == OR and not written.is_alternatives(key, value):
                raise _Unknown
            if key == OR:
                changed[key] = [
                    self.within(item, (*place, OR, number)) for number, item in enumerate(value)
                ]
                continue
            inner = (*base, key)
            leaves = [(inner, value)] if isinstance(value, list) else []
            if isinstance(value, Mapping):
                if _has_or(value):
                    changed[key] = self.within(value, (*place, key))
                    continue
                leaves = [
                    ((*base, *written.event_steps((key, *steps))), conditions)
                    for steps, conditions in written.leaves(value)
                ]
            for steps, conditions in leaves:
                self._add_leaf(changed, base, steps, conditions)
        return changed

    def add_what_tells_apart(self, changed: dict[str, Any]) -> None:
        """Asks for what tells a kind by its detail where only the words of other keys told it."""
        told = [plain(change.written) for change in self.changes]
        for path, value in self.contract.discriminator:
            steps = json_path.parse(path)
            is_told = any(plain(str(value)) in text for text in told)
            if steps[0] == _DETAIL and is_told and not _names(changed, str(steps[-1])):
                json_path.put(changed, steps, [value])

    # --- leaves -----------------------------------------------------------------------------------

    def _add_leaf(
        self,
        changed: dict[str, Any],
        base: tuple[str, ...],
        steps: tuple[str, ...],
        conditions: list[Any],
    ) -> None:
        """Adds a leaf, changed, to an object whose keys lie at `base`."""
        moved = self._of_resources(steps, conditions)
        if moved is not None:
            steps, conditions = moved
        key = self._key(steps)
        if key is None:
            return
        value = self._value(key, conditions)
        if value is None:
            return
        if key[: len(base)] != base:
            raise _Unknown
        own = key[len(base) :]
        if json_path.at(changed, own) is not MISSING:
            raise _Unknown  # two keys were meant by one
        for depth in range(1, len(own)):
            if isinstance(json_path.at(changed, own[:depth]), list):
                raise _Unknown
        json_path.put(changed, own, value)

    def _of_resources(
        self, steps: tuple[str, ...], conditions: Sequence[Any]
    ) -> tuple[tuple[str, ...], list[Any]] | None:
        """A leaf upon the ARN of a repository as one upon its name, where no event has the ARN."""
        if steps != ("resources",) or _is_possible(self.contract, steps, list(conditions)):
            return None
        names: list[Any] = []
        for condition in conditions:
            match condition:
                case str(text) if found := _ARN.fullmatch(text):
                    names.append(found[1])
                case {"prefix": str(text)} if found := _ARN.fullmatch(text):
                    names.append({"prefix": found[1]})
                case {"wildcard": str(text)} if found := _ARN.fullmatch(text):
                    names.append({"wildcard": found[1]})
                case {"suffix": str(text)} if "repository/" in text:
                    names.append(text.partition("repository/")[2])
                case _:
                    raise _Unknown
        self.cost += 2
        self.changes.append(Change("$.resources", "resources", "$.detail.repository-name"))
        return ("detail", "repository-name"), names

    def _key(self, steps: tuple[str, ...]) -> tuple[str, ...] | None:
        """The key that was meant; None for one to be left out. Raises _Unknown."""
        known = facets_by_name(self.contract)
        if ".".join(steps) in known:
            return steps
        if plain(steps[-1]) == "eventsource":
            self.changes.append(Change(json_path.show(steps), steps[-1], ""))
            self.cost += 1
            return None
        likely = [key for key in (self._step_by_step(steps), self._elsewhere(steps)) if key]
        if not likely:
            raise _Unknown
        meant, cost = min(likely, key=lambda key: key[1])
        self.cost += cost
        is_at_same_place = meant[:-1] == steps[:-1]
        words = meant[-1] if is_at_same_place else json_path.show(meant)
        self.changes.append(Change(json_path.show(steps), steps[-1], words))
        return meant

    def _step_by_step(self, steps: tuple[str, ...]) -> tuple[tuple[str, ...], int] | None:
        """The key each of whose steps is meant by that of another one, with what it costs."""
        meant: tuple[str, ...] = ()
        cost = 0
        for step in steps:
            known = meant_of(step, self._keys_within(meant))
            if known is None:
                return None
            meant = (*meant, known[0])
            cost += known[1]
        return meant, cost

    def _keys_within(self, steps: tuple[str, ...]) -> tuple[str, ...]:
        """The keys that the schema names within an object, or within the objects of a list."""
        keys: tuple[str, ...] = ()
        for path, known in self.contract.known_keys.items():
            if _as_in_pattern(path) == steps:
                keys += known
        return keys

    def _elsewhere(self, steps: tuple[str, ...]) -> tuple[tuple[str, ...], int] | None:
        """The only key of that name, wherever it lies, with what it costs.

        Of several it is the only one that the ordinary event has.
        """
        by_key: dict[str, list[tuple[str, ...]]] = {}
        ordinary: dict[str, list[tuple[str, ...]]] = {}
        for path, keys in self.contract.known_keys.items():
            outer = _as_in_pattern(path)
            object_there = json_path.at(self.contract.baseline, json_path.parse(path))
            for key in keys:
                by_key.setdefault(key, []).append((*outer, key))
                if isinstance(object_there, Mapping) and key in object_there:
                    ordinary.setdefault(key, []).append((*outer, key))
        known = meant_of(steps[-1], by_key)
        if known is None:
            return None
        for places in (by_key[known[0]], ordinary.get(known[0], [])):
            if len(places) == 1:
                return places[0], 2 + known[1]
        return None

    # --- values -----------------------------------------------------------------------------------

    def _value(self, steps: tuple[str, ...], conditions: Sequence[Any]) -> Any:
        """The conditions, or the object, that were meant at a key; None to leave the leaf out."""
        facet = facets_by_name(self.contract).get(".".join(steps))
        if facet is None or len(conditions) > _MOST_CONDITIONS:
            raise _Unknown
        if any(isinstance(choice.shape, Object) for choice in facet.declared):
            if facet.absent_label is None and list(conditions) == [_THERE]:
                return self._left_out(steps, conditions)
            return self._of_object(steps, conditions)
        meant: list[Any] = []
        for condition in conditions:
            if _is_possible(self.contract, steps, [condition]):
                meant.append(condition)
                continue
            known, cost = self._condition(facet, steps, condition)
            if known is not None:
                self.cost += _cost(facet, condition, cost)
                self.changes.append(
                    Change(
                        json_path.show(steps),
                        json_text.one_line(condition),
                        json_text.one_line(known),
                    )
                )
                meant.append(known)
        if not meant:
            raise _Unknown
        unlike: list[Any] = []
        for condition in meant:
            if condition not in unlike:
                unlike.append(condition)
        return unlike

    def _left_out(self, steps: tuple[str, ...], conditions: Sequence[Any]) -> None:
        """Leaves out what asks for something that every event has."""
        self.cost += 1
        self.changes.append(Change(json_path.show(steps), json_text.one_line(conditions), ""))

    def _of_object(self, steps: tuple[str, ...], conditions: Sequence[Any]) -> Any:
        """What was meant by conditions upon an object, in which none sees a value."""
        if _is_possible(self.contract, steps, list(conditions)):
            return list(conditions)
        keys = self._keys_within(steps)
        asked: dict[str, Any] = {}
        for condition in conditions:
            if condition == _THERE:
                for key in keys:
                    is_count = _is_possible(self.contract, (*steps, key), [dict(_ABOVE_ZERO)])
                    asked[key] = [dict(_ABOVE_ZERO if is_count else _THERE)]
                continue
            known = meant_of(condition, keys) if isinstance(condition, str) else None
            if known is None:
                raise _Unknown
            asked[known[0]] = [dict(_ABOVE_ZERO)]
        self.cost += 1
        value = dict(asked) if len(asked) == 1 else {OR: [{key: asked[key]} for key in asked]}
        self.changes.append(
            Change(
                json_path.show(steps),
                json_text.one_line(list(conditions)),
                json_text.one_line(value),
            )
        )
        return value

    def _condition(self, facet: Facet, steps: tuple[str, ...], condition: Any) -> tuple[Any, int]:
        """The condition that was meant, with what it costs; None if that cannot be told."""
        tried = [condition]
        for candidate, cost in _candidates(self.contract, facet, condition):
            if candidate in tried:
                continue
            if _is_possible(self.contract, steps, [candidate]):
                return candidate, cost
            tried.append(candidate)
        if steps == _TITLE and self.is_named_within:
            return dict(self.contract.discriminator)[facet.path], 2
        return None, 0


def _is_named_within(kind: str, data: Mapping[str, Any]) -> bool:
    """Whether a pattern asks for what tells a kind from all others by its detail."""
    leaves = {written.event_steps(place): conditions for place, conditions in written.leaves(data)}
    for path, value in told_within(kind):
        if value not in leaves.get(tuple(map(str, json_path.parse(path))), ()):
            return False
    return bool(told_within(kind))


def _as_in_pattern(path: str) -> tuple[str, ...]:
    """The steps of a path of an event as patterns have them, which do not count in lists."""
    return tuple(step for step in json_path.parse(path) if isinstance(step, str))


def _candidates(contract: Contract, facet: Facet, condition: Any) -> Iterator[tuple[Any, int]]:
    """The conditions that may be meant by one that no event meets, the likeliest first, with costs.

    A condition upon texts may be an operator with one text.
    """
    if isinstance(condition, Mapping) and len(condition) == 1:
        ((operator, operand),) = condition.items()
        if isinstance(operand, str):
            for text, cost in _texts(contract, facet, operand):
                yield {operator: text}, cost
        return
    if isinstance(condition, bool) or not isinstance(condition, str | int):
        return
    if isinstance(condition, int):
        yield str(condition), 1
        yield str(condition).zfill(_ACCOUNT_DIGITS), 1
        return
    if _is_number(facet):
        if found := _COMPARISON.fullmatch(condition):
            yield {"numeric": [found[1], json_number(found[2])]}, 1
        elif condition.strip().isdecimal():
            yield int(condition), 1
        return
    if "*" in condition:
        yield {"wildcard": condition}, 1
    yield from _texts(contract, facet, condition)
    yield {"suffix": f":repository/{condition}"}, 2


def _texts(contract: Contract, facet: Facet, text: str) -> Iterator[tuple[str, int]]:
    """The texts that may be meant by one that no event has, with what they cost."""
    known: dict[str, None] = {}
    for choice in facet.declared:
        known |= dict.fromkeys(value for value in choice.values if isinstance(value, str))
    for path, value in contract.discriminator:
        if path == facet.path:
            known = {str(value): None}
    known.pop("", None)
    if known:
        if contract.kind in _WORD.findall(text.lower()) and len(known) == 1:
            yield next(iter(known)), 1
        elif meant := meant_of(text, known):
            yield meant
        return
    yield text.strip(), 1
    if found := _ARN.fullmatch(text):
        yield found[1], 1
    yield text.lower(), 1
    yield text.replace("-", ""), 2
    yield text.upper(), 2


def _cost(facet: Facet, condition: Any, cost: int) -> int:
    """How far a condition is from another one: what means another kind is no slip of the pen."""
    for kind in kind_names():
        if (facet.path, condition) in reader.contract(kind).discriminator:
            return _ANOTHER_KIND
    return cost


def json_number(text: str) -> int | float:
    """A number as a pattern has it."""
    return int(text) if text.isdecimal() else float(text)


def _is_number(facet: Facet) -> bool:
    return any(isinstance(choice.shape, Whole) for choice in facet.declared)


def _has_or(node: Mapping[str, Any]) -> bool:
    return any(OR in steps for steps, _ in written.leaves(node))


def _names(node: Any, key: str) -> bool:
    return any(key in steps for steps, _ in written.leaves(node))


def _is_possible(contract: Contract, steps: tuple[str, ...], conditions: list[Any]) -> bool:
    """Whether any event of a kind meets a leaf."""
    text = json_text.compact(written.only_leaf(steps, conditions))
    return _lets_through(contract.kind, text)


@lru_cache(maxsize=512)
def _lets_through(kind: str, text: str) -> bool:
    try:
        pattern = Pattern.parse(text)
    except PatternError:
        return False
    return narrow(reader.contract(kind), [NamedPattern(pattern)]).contract is not None
