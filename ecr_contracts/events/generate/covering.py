"""Covering arrays: few assignments in which every t choices that can meet do meet.

In-parameter-order generation (Lei and Tai, 1998) with don't-cares and constraints. Deterministic:
no randomness, no hash of a string, no clock; the same contract gives the same rows everywhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from ecr_contracts.core.errors import StrengthError
from ecr_contracts.events.model import Contract, Facet, Labels
from ecr_contracts.events.shapes import Absent

STRENGTHS = range(1, 5)
"""How many choices may be asked to meet. Beyond four, no bug of a handler is known to need more."""


@dataclass(frozen=True, slots=True)
class Covering:
    """An array: its rows, and how many valid combinations of `strength` choices they hold together."""

    rows: tuple[dict[str, str], ...]
    strength: int
    combinations: int


Combination = tuple[tuple[str, str], ...]
"""Choices that some event has together: paths, in the order of the schema, with labels."""

_Rule = tuple[tuple[int, int], ...]
_Row = list[int | None]


class _Space:
    """A contract as numbers: parameters with levels, a level being a bit; rules are pairs of parameter and bits.

    A facet that has no choice when its parent is hollow gets one more level that says so: its void.
    """

    def __init__(self, contract: Contract) -> None:
        self.facets = contract.varying
        place = {facet.path: index for index, facet in enumerate(self.facets)}
        self.levels = [len(facet.choices) for facet in self.facets]
        self.voids: dict[int, int] = {}
        self.parents: dict[int, int] = {}
        rules: list[_Rule] = []
        for constraint in contract.constraints:
            fixed = [(path, labels) for path, labels in constraint.terms if path not in place]
            if all(contract.by_path[path].baseline.label in labels for path, labels in fixed):
                terms = [
                    (place[path], labels) for path, labels in constraint.terms if path in place
                ]
                rules.append(tuple((index, self.bits(index, labels)) for index, labels in terms))
        for index, facet in enumerate(self.facets):
            around = _varying_around(contract, facet)
            if around is None:
                continue
            parent = place[around.path]
            filled = self.bits(parent, _filling(contract, around))
            hollow = (1 << self.levels[parent]) - 1 - filled
            absent = [choice.label for choice in facet.choices if isinstance(choice.shape, Absent)]
            impossible = self.real(index) - self.bits(index, frozenset(absent[:1]))
            # The contract says the same of the choices alone.
            said = ((parent, hollow & self.real(parent)), (index, impossible))
            rules = [rule for rule in rules if rule != said]
            rules.append(((parent, hollow), (index, impossible)))
            if not absent:
                self.parents[index] = parent
                self.voids[index] = void = self.levels[index]
                self.levels[index] += 1
                rules.append(((parent, filled), (index, 1 << void)))
        self.rules = rules
        self.bound = [
            any(at == index for rule in rules for at, _ in rule)
            for index in range(len(self.facets))
        ]
        self._known: dict[tuple[tuple[int, int], ...], bool] = {}

    def bits(self, index: int, labels: frozenset[str]) -> int:
        return sum(
            1 << level
            for level, choice in enumerate(self.facets[index].choices)
            if choice.label in labels
        )

    def real(self, index: int) -> int:
        """The bits of the levels that are choices."""
        return (1 << len(self.facets[index].choices)) - 1

    @cached_property
    def order(self) -> list[int]:
        """Parameters with many levels first; what can be void right after the parameter that makes it so."""

        def family(head: int) -> Iterator[int]:
            yield head
            for child, parent in self.parents.items():
                if parent == head:
                    yield from family(child)

        families = [
            list(family(index)) for index in range(len(self.facets)) if index not in self.parents
        ]
        families.sort(key=lambda members: (-max(self.levels[index] for index in members), members))
        return [index for members in families for index in members]

    def possible(self, levels: Mapping[int, int]) -> bool:
        """Whether some event has all of these levels."""
        key = tuple(sorted((index, level) for index, level in levels.items() if self.bound[index]))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._completed(dict(key)) is not None
        return known

    def _completed(self, levels: dict[int, int]) -> dict[int, int] | None:
        for rule in self.rules:
            free = [(index, bits) for index, bits in rule if index not in levels]
            if any(index in levels and not bits >> levels[index] & 1 for index, bits in rule):
                continue
            if not free:
                return None
            if len(free) == 1:
                index, bits = free[0]
                for level in range(self.levels[index]):
                    if not bits >> level & 1:
                        found = self._completed({**levels, index: level})
                        if found is not None:
                            return found
                return None
        open_rules = [
            rule
            for rule in self.rules
            if all(i not in levels or b >> levels[i] & 1 for i, b in rule)
        ]
        if not open_rules:
            return levels
        index = next(index for index, _ in reversed(open_rules[0]) if index not in levels)
        for level in range(self.levels[index]):
            found = self._completed({**levels, index: level})
            if found is not None:
                return found
        return None

    def row(self, labels: Labels) -> list[int]:
        """An assignment as levels."""
        levels = []
        for index, facet in enumerate(self.facets):
            label = labels.get(facet.path)
            at = next(
                (level for level, choice in enumerate(facet.choices) if choice.label == label), None
            )
            levels.append(self.voids.get(index, 0) if at is None else at)
        return levels

    def labels(self, row: Sequence[int]) -> dict[str, str]:
        """Levels as an assignment, without what is void."""
        return {
            facet.path: facet.choices[level].label
            for facet, level in zip(self.facets, row, strict=True)
            if level < len(facet.choices)
        }


def _varying_around(contract: Contract, facet: Facet) -> Facet | None:
    """The innermost facet around another that can leave nothing for it to lie in, if there is one."""
    parent = facet.parent
    while parent is not None and len(contract.by_path[parent].choices) == 1:
        parent = contract.by_path[parent].parent
    return None if parent is None else contract.by_path[parent]


def _filling(contract: Contract, facet: Facet) -> frozenset[str]:
    """The choices of a facet with which there is something within it."""
    labels = (choice.label for choice in facet.choices)
    return frozenset(
        label for label in labels if contract.is_filled({facet.path: label}, facet.path)
    )


_Key = tuple[int | None, ...]
_Open = dict[tuple[int, ...], dict[_Key, int]]
"""What no row holds yet: by the earlier parameters and their levels, the bits of the levels that are missing there."""


def covering(contract: Contract, strength: int, skip: Iterable[Labels] = ()) -> Covering:
    """Rows that hold every valid combination of `strength` choices, but for those that the assignments in `skip` hold.

    Each row is a full assignment that keeps to the contract's constraints. Raises StrengthError for
    one that is not in `STRENGTHS`.
    """
    if strength not in STRENGTHS:
        raise StrengthError(strength, STRENGTHS)
    space = _Space(contract)
    strength = min(strength, len(space.facets))
    known = [space.row(labels) for labels in skip]
    rows: list[_Row] = []
    total = 0
    for depth in range(strength - 1, len(space.order)):
        parameter, earlier = space.order[depth], space.order[:depth]
        missing, count = _missing(space, parameter, earlier, strength)
        total += count
        for row in known:
            _strike(missing, row, parameter, row[parameter])
        _extend(space, rows, missing, parameter)
        _add_rows(space, rows, missing, parameter)
    filled = tuple(space.labels(_filled(space, row)) for row in rows)
    return Covering(filled, strength, total)


def combinations(contract: Contract, strength: int) -> tuple[Combination, ...]:
    """The valid combinations of `strength` choices: all that `covering` covers, in the schema's order.

    Raises StrengthError for one that is not in `STRENGTHS`.
    """
    if strength not in STRENGTHS:
        raise StrengthError(strength, STRENGTHS)
    space = _Space(contract)
    size = min(strength, len(space.facets))
    return tuple(
        tuple(
            (space.facets[index].path, space.facets[index].choices[level].label)
            for index, level in chosen
        )
        for indices in itertools.combinations(range(len(space.facets)), size)
        for chosen in product(
            *(
                [(index, level) for level in range(len(space.facets[index].choices))]
                for index in indices
            )
        )
        if space.possible(dict(chosen))
    )


def _missing(
    space: _Space, parameter: int, earlier: Sequence[int], strength: int
) -> tuple[_Open, int]:
    """The valid combinations of a parameter with earlier ones, as bits of its levels; and how many they are."""
    missing: _Open = {}
    total = 0
    real = space.real(parameter)
    for others in itertools.combinations(earlier, strength - 1):
        bound = space.bound[parameter] or any(space.bound[other] for other in others)
        levels: dict[_Key, int] = {}
        for key in product(*(range(len(space.facets[other].choices)) for other in others)):
            bits = real
            if bound:
                fixed = dict(zip(others, key, strict=True))
                bits = sum(
                    1 << level
                    for level in range(len(space.facets[parameter].choices))
                    if space.possible({**fixed, parameter: level})
                )
            if bits:
                levels[key] = bits
                total += bits.bit_count()
        missing[others] = levels
    return missing, total


def _strike(missing: _Open, row: Sequence[int | None], parameter: int, level: int | None) -> None:
    """Take what a row covers with a level off the list."""
    if level is None:
        return
    for others, levels in missing.items():
        key = tuple([row[other] for other in others])
        if key in levels:
            levels[key] &= ~(1 << level)


def _extend(space: _Space, rows: list[_Row], missing: _Open, parameter: int) -> None:
    """Give every row the level of a further parameter that covers most; a row that covers nothing new stays open."""
    used = [0] * space.levels[parameter]
    for row in rows:
        gains = [0] * space.levels[parameter]
        for others, levels in missing.items():
            bits = levels.get(tuple([row[other] for other in others]), 0)
            while bits:
                lowest = bits & -bits
                gains[lowest.bit_length() - 1] += 1
                bits ^= lowest
        fixed = {index: level for index, level in enumerate(row) if level is not None}
        for level in sorted(
            range(len(gains)), key=lambda level: (-gains[level], used[level], level)
        ):
            if not gains[level]:
                break
            if space.possible({**fixed, parameter: level}):
                row[parameter] = level
                used[level] += 1
                _strike(missing, row, parameter, level)
                break


def _add_rows(space: _Space, rows: list[_Row], missing: _Open, parameter: int) -> None:
    """Put what is still missing into gaps of the rows, or into rows of its own."""
    gaps = [row for row in rows if None in row]
    for others, levels in missing.items():
        for key, left in levels.items():
            for level in _bits(left):
                wanted = {
                    index: at for index, at in zip(others, key, strict=True) if at is not None
                }
                wanted[parameter] = level
                for row in gaps:
                    if all(row[index] is None or row[index] == at for index, at in wanted.items()):
                        held = {index: at for index, at in enumerate(row) if at is not None}
                        if space.possible(held | wanted):
                            break
                else:
                    row = [None] * len(space.levels)
                    rows.append(row)
                    gaps.append(row)
                for index, at in wanted.items():
                    row[index] = at


def _bits(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _filled(space: _Space, row: _Row) -> list[int]:
    """The row without gaps: the baseline wherever it can stand."""
    fixed = {index: level for index, level in enumerate(row) if level is not None}
    for index in space.order:
        if index not in fixed:
            fixed[index] = next(
                at for at in range(space.levels[index]) if space.possible({**fixed, index: at})
            )
    return [fixed[index] for index in range(len(space.levels))]
