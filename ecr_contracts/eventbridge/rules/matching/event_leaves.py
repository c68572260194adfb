"""An event as its leaves, and whether values of them can be chosen together.

EventBridge flattens an event. A leaf is a text, a number, true, false or null; its name is the path
of keys joined by dots, so that `{"a.b": 1}` and `{"a": {"b": 1}}` have the same leaf. Arrays add
nothing to the name: `["x"]` and `[["x"]]` both give the leaf "x". Objects, `{}` and `[]` give none.

**The consistency of arrays.** Where objects stand in an array, the values that meet a pattern must
come from one of them. So each leaf carries its membership: for each array of objects (or of arrays)
on its way, which element it is in. Values can be chosen together if no two of their memberships
name different elements of one array. Example: with `{"a": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}`
the pattern `{"a": {"x": [1], "y": [4]}}` finds x in element 0 and y in element 1, and fails.

The keys of a pattern are chosen one after the other, in the order of their names. What matters of
the keys chosen so far is only which elements they took, so these selections are kept as a set, and
each forgets the arrays that no later key touches. Absence is judged within a selection: a key is
absent if no leaf of that name is in the chosen elements.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

from ecr_contracts.core.errors import EventTextError
from ecr_contracts.eventbridge.rules.matching import numbers
from ecr_contracts.eventbridge.rules.matching.numbers import SpelledNumber

Membership = tuple[tuple[int, int], ...]
"""Arrays by a number of their own, each with the index of an element, in the order of arrays."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A value of a leaf, and in which elements of arrays it stands."""

    value: Any
    membership: Membership


Leaves = Mapping[str, Sequence[Occurrence]]
"""The values of an event by the names of their leaves."""


class RepeatedKeys:
    """A JSON object in which a key stands twice: to a pattern, either value counts."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self._pairs = pairs

    def items(self) -> list[tuple[str, Any]]:
        """All keys with their values."""
        return self._pairs


class Wish(Protocol):
    """What a pattern wants of the leaves of one name."""

    @property
    def name(self) -> str:
        """The name of the leaves."""

    @property
    def admits_absence(self) -> bool:
        """Whether no leaf at all is as good."""

    def admits(self, value: Any) -> bool:
        """Whether a value is as wanted."""


def read_event(text: str) -> Any:
    """The event of a JSON text, with doubled keys and the spelling of unusual numbers kept.

    Raises EventTextError where the text is no JSON object.
    """
    try:
        event = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=numbers.from_text,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        raise EventTextError(error.msg, error.lineno, error.colno) from None
    except RecursionError:
        raise EventTextError("the event is nested too deeply") from None
    if not isinstance(event, dict | RepeatedKeys):
        raise EventTextError("an event is a JSON object")
    return event


def leaves_of(event: Any, names: Iterable[str]) -> dict[str, list[Occurrence]]:
    """The leaves of an event that have one of some names. Raises TypeError for what is no object.

    Nothing of the event is entered that no name leads into.
    """
    if not isinstance(event, Mapping | RepeatedKeys):
        raise TypeError(f"an event is an object, not {type(event).__name__}")
    leaves: dict[str, list[Occurrence]] = {name: [] for name in names}
    on_the_way = {prefix for name in leaves for prefix in _prefixes(name)}
    arrays = 0
    open_values: list[tuple[str, Any, Membership]] = [("", event, ())]
    while open_values:
        name, value, membership = open_values.pop()
        inner_values = []
        if isinstance(value, list | tuple):
            for index, element in enumerate(value):
                if isinstance(element, list | tuple | Mapping | RepeatedKeys):
                    within = (*membership, (arrays, index))
                    inner_values.append((name, element, within))
                elif name in leaves:
                    leaves[name].append(Occurrence(element, membership))
            arrays += 1
        elif isinstance(value, Mapping | RepeatedKeys):
            start = f"{name}." if value is not event else ""
            for key, child in value.items():
                inner = f"{start}{key}"
                if inner in leaves or inner in on_the_way:
                    inner_values.append((inner, child, membership))
        elif name in leaves:
            leaves[name].append(Occurrence(value, membership))
        open_values.extend(reversed(inner_values))
    return leaves


def first_unmet(wishes: Sequence[Wish], leaves: Leaves) -> int:
    """The index of the first wish that nothing meets together with those before; -1 if all are met.

    The wishes are in the order of their names.
    """
    touched_later = _touched_later(wishes, leaves)
    selections: set[Membership] = {()}
    for number, wish in enumerate(wishes):
        tree = _Tree.of(wish, leaves[wish.name])
        following: set[Membership] = set()
        for selection in selections:
            for extended in _extended(selection, wish, tree):
                kept = tuple(pair for pair in extended if pair[0] in touched_later[number])
                following.add(kept)
        if not following:
            return number
        selections = following
    return -1


@dataclass(slots=True)
class _Tree:
    """The values of one name by their memberships, as far as a wish tells them apart.

    `is_present` and `is_admitted` tell of the values that stand here; `arrays` leads on, by array
    and element. A selection that names elements finds what it may choose without looking at more.
    """

    is_present: bool = False
    is_admitted: bool = False
    arrays: dict[int, dict[int, _Tree]] = field(default_factory=dict)

    @classmethod
    def of(cls, wish: Wish, occurrences: Iterable[Occurrence]) -> _Tree:
        """The tree of some values."""
        root = cls()
        for occurrence in occurrences:
            node = root
            for array, index in occurrence.membership:
                node = node.arrays.setdefault(array, {}).setdefault(index, cls())
            node.is_present = True
            node.is_admitted = node.is_admitted or wish.admits(occurrence.value)
        return root

    def choices(self, chosen: Mapping[int, int]) -> Iterator[tuple[Membership, bool]]:
        """The memberships that agree with chosen elements, each with whether a value fits."""
        open_nodes: list[tuple[Membership, _Tree]] = [((), self)]
        while open_nodes:
            membership, node = open_nodes.pop()
            if node.is_present:
                yield membership, node.is_admitted
            for array, elements in node.arrays.items():
                if array not in chosen:
                    for index, child in elements.items():
                        open_nodes.append(((*membership, (array, index)), child))
                elif chosen[array] in elements:
                    pair = (array, chosen[array])
                    open_nodes.append(((*membership, pair), elements[pair[1]]))


def _extended(selection: Membership, wish: Wish, tree: _Tree) -> Iterator[Membership]:
    """The selections that come of one by choosing a value for a wish."""
    is_present = False
    for membership, is_admitted in tree.choices(dict(selection)):
        is_present = True
        if is_admitted:
            yield tuple(sorted({*selection, *membership}))
    if wish.admits_absence and not is_present:
        yield selection


def _touched_later(wishes: Sequence[Wish], leaves: Leaves) -> list[set[int]]:
    """For each wish the arrays in which the leaves of later wishes stand."""
    touched: set[int] = set()
    sets = []
    for wish in reversed(wishes):
        sets.append(touched)
        here = (array for value in leaves[wish.name] for array, _ in value.membership)
        touched = touched.union(here)
    return sets[::-1]


def _prefixes(name: str) -> Iterator[str]:
    """What stands before each dot of a name."""
    end = name.find(".")
    while end >= 0:
        yield name[:end]
        end = name.find(".", end + 1)


def _object(pairs: list[tuple[str, Any]]) -> Any:
    value = dict(pairs)
    return value if len(value) == len(pairs) else RepeatedKeys(pairs)


def _integer(text: str) -> int | SpelledNumber:
    number = numbers.from_text(text)
    return number if isinstance(number, SpelledNumber) else int(number)


def _no_constant(word: str) -> NoReturn:
    raise json.JSONDecodeError(f"JSON has no {word}", word, 0)
