"""How the bytes of one draw become a whole event: each choice and each value has its own bytes.

**What it is called.** A generator that is a function of bytes is a *parametric generator* (Padhye
and others, Zest, 2019); here the bytes are called the event's genome, as in evolutionary search.
One draw gives all of them: a draw for each facet costs three times as much, and shrinks no better.

**Layout.** First one byte for each facet that varies, in the order of the schema: which choice it
has. Then up to six bytes for each facet that has values to choose from: which value it has.

    choices  | id | account | region | ... | image-tag | ...
    values   | id (6 bytes) | account (6) | time (6) | region (1) | ... | repository-name (6) | ...

**From a byte to a choice.** A table of 256 labels, in shares that follow from weights
(`_weights`), the baseline's choice first. So zero is the baseline's choice.

**Where choices exclude each other**, the condition of the constraint gives way, and its byte is
read by a second table that lacks the excluded label. So the other choice keeps its share, and no
draw is thrown away. What is nested follows what it lies within (`constraints.full_assignment`).

**From bytes to a value.** The bytes are one number, whose digits choose the value (`Digits`); zero
is the plainest one. Six bytes do not reach the end of a word of 300 characters: the digits that
are missing follow from the last bytes, stretched by a constant of the facet (`_digits`).

**What it promises.** Every choice of every facet is reached. Hypothesis shrinks bytes towards zero
one after the other, so an event shrinks towards the baseline: its choices first, then its values,
each of which stays as it is while others shrink.

**Example.** A push, all of whose other bytes are zero:

    bytes                                       event
    none                                        push/ordinary: the baseline
    200 for image-tag                           push/no-tag: 200 lies in the share of "absent"
    200 for image-digest                        push/no-digest: 200 stands for "empty", which a
                                                result of SUCCESS excludes; the digest gives way,
                                                and its second table has "absent" there
    200 for image-digest, 200 for the result    push/failure+empty-digest: FAILURE admits it
    5 for the first byte of repository-name     the repository "ba" instead of "my-repo"
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from hashlib import shake_256

from ecr_contracts.events.model import Choice, Constraint, Contract, Facet, Labels
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import (
    EXAMPLE_SHARE,
    Absent,
    Exactly,
    Items,
    Object,
    OneOf,
    Ranges,
    Shape,
    Whole,
    Word,
)

_VALUE_BYTES = 6
"""The bytes of a value of which there are many; a long word's other digits follow from them."""

_SMALL = 240
"""What the first byte of a value counts up to: divided by every small number.

So the number of elements of an array stays when Hypothesis takes away all but the first byte.
"""

_PLAIN_BITS = 24
"""Numbers of a value below two to the power of this are not stretched."""

_Table = tuple[str, ...]
"""The label that each byte stands for."""


@dataclass(frozen=True, slots=True)
class _SecondTable:
    """How the byte of a condition is read where it has to give way to what it excludes."""

    byte: int
    constraint: Constraint
    table: _Table


@dataclass(frozen=True, slots=True)
class _ValueBytes:
    """Where the bytes of a facet's value are, and what stretches them to enough digits."""

    path: str
    start: int
    end: int
    stretch: int


@dataclass(frozen=True, slots=True)
class Genome:
    """How `size` bytes are read as the choices and the values of an event.

    `tables` hold what the byte of each facet's choice stands for, by the facet's path.
    """

    tables: tuple[tuple[str, _Table], ...]
    second_tables: tuple[_SecondTable, ...]
    values: tuple[_ValueBytes, ...]
    size: int

    @classmethod
    def of(cls, contract: Contract, free: Sequence[Facet]) -> Genome:
        """The genome of a contract in which the choices of some facets are free."""
        tables = {facet.path: _table(facet, _weights(contract, facet)) for facet in free}
        second_tables = []
        for constraint in contract.constraints:
            path, forbidden = constraint.terms[0]
            if path in tables and not constraint.structural:
                table = _table_without(tables[path], forbidden)
                second_tables.append(_SecondTable(list(tables).index(path), constraint, table))
        values = []
        end = len(tables)
        for facet in contract.facets:
            size, longest = _largest_need(contract, facet)
            if size:
                values.append(_ValueBytes(facet.path, end, end + size, _stretch(facet, longest)))
                end += size
        return cls(tuple(tables.items()), tuple(second_tables), tuple(values), end)

    def read(self, genes: bytes, base: Labels) -> tuple[dict[str, str], dict[str, Digits]]:
        """The choices that the bytes stand for, over those of `base`, and the digits of values.

        The choices keep to the declared constraints, not yet to nesting.
        """
        labels = dict(base)
        for (path, table), gene in zip(self.tables, genes, strict=False):
            labels[path] = table[gene]
        for second in self.second_tables:
            if not second.constraint.holds(labels):
                labels[second.constraint.terms[0][0]] = second.table[genes[second.byte]]
        digits = {}
        for value in self.values:
            digits[value.path] = _digits(genes[value.start : value.end], value.stretch)
        return labels, digits


# --- choices --------------------------------------------------------------------------------------


def _weights(contract: Contract, facet: Facet) -> list[int]:
    """How often each choice of a facet is drawn.

    What breaks code together shall meet within a hundred events. Code breaks where something is not
    there rather than at the sixth sort of name: among several choices, what is absent or empty
    counts twice, unless it is often so by lying within something absent. A condition counts twice
    too, since it gives way to what it excludes, and so, once more, does a choice that lets a
    condition stand. Choices that others lie within get together the mean of what the choices
    without any get and of the number of choices that the others have: the more those are, the rarer
    is each.
    """
    weights = {choice.label: 1 for choice in facet.choices}
    conditions: set[str] = set()
    for constraint in contract.constraints:
        if constraint.structural:
            continue
        (condition, labels), *excluded = constraint.terms
        if condition == facet.path:
            conditions |= labels
        for path, labels in excluded:
            if path == facet.path:
                _double(weights, set(weights) - labels)
    several = len(facet.choices) > 2 and facet.parent is None
    nothing = {choice.label for choice in facet.choices if _is_nothing(choice.shape)}
    _double(weights, conditions | nothing if several else conditions)
    _weigh_what_lies_within(contract, facet, weights)
    return list(weights.values())


def _double(weights: dict[str, int], labels: Set[str]) -> None:
    for label in labels & weights.keys():
        weights[label] *= 2


def _weigh_what_lies_within(contract: Contract, facet: Facet, weights: dict[str, int]) -> None:
    """Makes the choices with something within them as frequent as what that has to show."""
    inner = [len(other.choices) for other in contract.facets if other.parent == facet.path]
    filled = {label for label in weights if contract.is_filled({facet.path: label}, facet.path)}
    if not inner or not filled:
        return
    hollow_weight = sum(weight for label, weight in weights.items() if label not in filled)
    for label, weight in weights.items():
        if label in filled:
            weights[label] = hollow_weight + max(inner)
        else:
            weights[label] = 2 * len(filled) * weight


def _is_nothing(shape: Shape) -> bool:
    """Whether a choice leaves a place empty, or nothing but the place."""
    match shape:
        case Absent() | Object(empty=True) | Items(high=0):
            return True
        case Exactly(value):
            return value is None or value == ""
        case _:
            return False


def _table(facet: Facet, weights: Sequence[int]) -> _Table:
    """The label for each byte, the baseline's for zero."""
    labels: list[str] = []
    for choice, weight in zip(facet.choices, weights, strict=True):
        labels += [choice.label] * weight
    return tuple(labels[gene * len(labels) >> 8] for gene in range(256))


def _table_without(table: _Table, forbidden: Set[str]) -> _Table:
    """A table in which the bytes of some labels stand for the others, in the same shares."""
    freed = [gene for gene, label in enumerate(table) if label in forbidden]
    others = [label for label in table if label not in forbidden] or table
    changed = list(table)
    for turn, gene in enumerate(freed):
        changed[gene] = others[turn * len(others) // len(freed)]
    return tuple(changed)


# --- values ---------------------------------------------------------------------------------------


def _largest_need(contract: Contract, facet: Facet) -> tuple[int, int]:
    """How many bytes, and how many characters, the values of a facet's choices need at most."""
    needs = [_need(contract, facet, choice) for choice in facet.choices]
    return max(size for size, _ in needs), max(longest for _, longest in needs)


def _longest_word(shape: Shape | None) -> int:
    """How many characters the words of a shape have at most, 0 where they are not drawn."""
    return shape.draw.lengths()[1] if isinstance(shape, Word) else 0


def _need(contract: Contract, facet: Facet, choice: Choice) -> tuple[int, int]:
    """How many bytes the values of a choice need, and how many characters they have at most."""
    match choice.shape:
        case Word(_, draw):
            return _VALUE_BYTES, draw.lengths()[1]
        case Items(high=high, template=None) as array if high > 1:
            shapes = (contract.shape_of_others(facet, array), array.last)
            longest = max(map(_longest_word, shapes))
            return _VALUE_BYTES, (high - 1) * longest
        case OneOf(values):
            return _byte_count(len(values)), 0
        case Whole(low, high):
            return _byte_count((high - low + 1) * EXAMPLE_SHARE), 0
        case Ranges(ranges):
            widest = max(high - low + 1 for low, high in ranges)
            return _byte_count(len(ranges) * widest * EXAMPLE_SHARE), 0
        case _:
            return 0, 0


def _byte_count(options: int) -> int:
    """How many bytes it takes to tell so many options apart."""
    return ((options - 1).bit_length() + 7) // 8


def _stretch(facet: Facet, length: int) -> int:
    """A large constant number of a facet, with as many bytes as a word has characters."""
    return int.from_bytes(shake_256(facet.path.encode()).digest(length), "little")


def _digits(genes: bytes, stretch: int) -> Digits:
    """The digits of one value.

    The first byte decides on the first of them, the last bytes on the end of a long word.
    """
    number = genes[0] + _SMALL * int.from_bytes(genes[1:], "little")
    return Digits(number + ((number >> _PLAIN_BITS) * stretch << 8 * _VALUE_BYTES))
