"""What stands under the keys and indices of values: as it came, and as the code writes it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ecr_contracts.discovery.source.comparisons.values.atoms import (
    ITEM,
    KEYS,
    UNKNOWN,
    Atoms,
    Collection,
    Field,
    Literal,
    Variable,
    below,
)

__all__ = ["Contents", "at_index", "below_index", "keys_of", "values_of"]


class Contents:
    """What stands under keys.

    `stored` is what the code writes below fields, by their path and the key, `scrambled` the paths
    below which it writes under keys that are not known.
    """

    def __init__(self) -> None:
        self.stored: dict[tuple[tuple[str, ...], str], set[Any]] = defaultdict(set)
        self.scrambled: set[Any] = set()

    def below_keys(self, holders: Atoms, keys: Atoms) -> Atoms:
        """What stands under any of some keys."""
        found: set[Any] = set()
        for key in keys:
            match key:
                case Literal(value=str(text)):
                    found |= self.below_key(holders, text)
                case _:
                    found |= {UNKNOWN}
                    for holder in holders:
                        if isinstance(holder, Collection) and holder.values is not None:
                            found = found.union(*holder.values)
        return frozenset(found)

    def below_key(self, holders: Atoms, key: str) -> Atoms:
        """What stands under a key of some values."""
        found: set[Any] = set()
        for holder in holders:
            match holder:
                case Field(path):
                    found.add(below(holder, key))
                    found |= self.stored.get((path, key), set())
                    found |= {UNKNOWN} if path in self.scrambled else set()
                case Collection(items, values) if values is not None:
                    for held, value in zip(items, values, strict=True):
                        if Literal.of(key) in held:
                            found |= value
                case _:
                    found.add(UNKNOWN)
        if found or not holders:
            return frozenset(found)
        return frozenset([UNKNOWN])


def below_index(holders: Atoms, number: int) -> Atoms:
    """What stands at an index of some values."""
    found: set[Any] = set()
    for holder in holders:
        found |= at_index(holder, number)
    return frozenset(found)


def at_index(holder: Any, number: int) -> Atoms:
    """What stands at an index of a value."""
    match holder:
        case Field(_, (*_, ("pieces", *_))) | Variable(_, (*_, ("pieces", *_))):
            _, separator, most, side = holder.changes[-1]
            piece = ("piece", separator, number, most, side)
            return frozenset([holder._replace(changes=(*holder.changes[:-1], piece))])
        case Field(path, ()):
            return frozenset([Field((*path, ITEM))])
        case Collection(items, None) if -len(items) <= number < len(items):
            return frozenset(items[number])
    return frozenset([UNKNOWN])


def keys_of(holders: Atoms) -> Iterator[Any]:
    """The keys of objects."""
    for holder in holders:
        match holder:
            case Field(path, ()):
                yield Field((*path, KEYS))
            case Collection(items):
                for item in items:
                    yield from item
            case Variable(_, (*_, ("parsed",))):
                yield holder
            case _:
                yield UNKNOWN


def values_of(holders: Atoms) -> Iterator[Any]:
    """The values of objects; of the event's own nothing is said, for each key has its own."""
    for holder in holders:
        match holder:
            case Collection(_, values) if values is not None:
                for value in values:
                    yield from value
            case _:
                yield UNKNOWN
