"""Covering arrays: few assignments in which every possible combination of t choices occurs.

**What it is.** A covering array of strength t over some parameters is a list of rows, each with a
level for every parameter, such that for any t parameters every combination of their levels stands
in some row (combinatorial interaction testing; for t = 2 "pairwise testing"). Most bugs need one or
two choices together, hardly any more than four. All t-way combinations fit in far fewer rows than
there are combinations, since one row holds one of each t parameters at once.

**How it is made.** In-parameter-order generation, IPO (Lei and Tai, 1998). The array grows by one
parameter after the other:

1. *Combinations.* List all combinations of t choices in which the new parameter occurs, the others
   being earlier ones (`_uncovered`).
2. *Horizontal growth.* Give each row that there is the level of the new parameter that covers most
   of them (`_extend`). Where none covers anything new, the place stays open: a *don't-care*.
3. *Vertical growth.* Put each combination that is still uncovered into a row whose don't-cares have
   room for it, else into a row of its own that is a don't-care elsewhere (`_add_rows`).

At the end the don't-cares become the baseline's choice wherever that can stand (`_filled`).

**Constraints.** Some choices exclude each other (`Contract.constraints`), and a facet within
something absent has no choice at all. So before a level is set, and before a combination is listed,
a backtracking search tells whether some event has these levels (`ParameterModel.is_possible`). The
answer is exact: nothing impossible is asked for, and nothing possible is left out.

**What it promises.** Every combination that some event has stands in a row, or in one of the
assignments that are given beforehand (`skip`); every row is an assignment of some event; the count
is that of all such combinations, wherever they stand. The rows are few, not fewest (that is
NP-hard). No randomness, no hash of a string, no clock: the same contract gives the same rows
everywhere.

**Example.** Tags may be one, several or none, the status COMPLETE or FAILED, the counts present or
absent; a failed scan has no counts. Parameters with many levels come first; t is 2.

    after tags and status      with counts, horizontally         vertically, then filled
    one      COMPLETE          present  (+2 pairs)               present
    one      FAILED            absent   (+2)                     absent
    several  COMPLETE          absent   (+2)                     absent
    several  FAILED            don't-care: present would         absent (present cannot be)
                               cover one, but cannot be
    none     COMPLETE          present  (+1)                     present
    none     FAILED            absent   (+1)                     absent
    several  don't-care                                          present; COMPLETE (baseline)

"several, present" was uncovered after the horizontal step. The fourth row has room for it but is
FAILED, so it got a seventh row. Fifteen pairs are covered: 6 of tags and status, 6 of tags and
counts, 3 of status and counts (FAILED with present is impossible).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from ecr_contracts.core.errors import StrengthError
from ecr_contracts.events.generate.parameters import ParameterModel
from ecr_contracts.events.model import Contract, Labels

STRENGTHS = range(1, 5)
"""How many choices may be combined. No bug of a handler is known to need more than four."""


@dataclass(frozen=True, slots=True)
class Covering:
    """An array: its rows, and how many valid combinations of `strength` choices there are.

    Each combination stands in a row, or in an assignment that `covering` was told to `skip`.
    """

    rows: tuple[dict[str, str], ...]
    strength: int
    combinations: int


Combination = tuple[tuple[str, str], ...]
"""Choices that some event has together: paths, in the order of the schema, with labels."""

_Row = list[int | None]
"""A level for each parameter, or None: a don't-care."""

_Key = tuple[int | None, ...]
_Uncovered = dict[tuple[int, ...], dict[_Key, int]]
"""The combinations of a new parameter that no row holds yet.

By the earlier parameters, and by their levels, the bits of the new one's levels.
"""


def covering(contract: Contract, strength: int, skip: Iterable[Labels] = ()) -> Covering:
    """Rows that hold every valid combination of `strength` choices.

    Those that the assignments in `skip` hold need not stand in a row; they are counted all the
    same. Each row is a full assignment that
    keeps to the contract's constraints. Raises StrengthError for a strength not in `STRENGTHS`.
    """
    model = _model(contract, strength)
    strength = min(strength, len(model.facets))
    skipped = [model.row(labels) for labels in skip]
    rows: list[_Row] = []
    count = 0
    for depth in range(strength - 1, len(model.order)):
        parameter, earlier = model.order[depth], model.order[:depth]
        uncovered = _uncovered(model, parameter, earlier, strength)
        count += _size(uncovered)
        for row in skipped:
            _cover(uncovered, row, row[parameter])
        _extend(model, rows, uncovered, parameter)
        _add_rows(model, rows, uncovered, parameter)
    filled = tuple(model.labels(_filled(model, row)) for row in rows)
    return Covering(filled, strength, count)


def combinations(contract: Contract, strength: int) -> tuple[Combination, ...]:
    """The valid combinations of `strength` choices, in the schema's order: what `covering` covers.

    Raises StrengthError for a strength that is not in `STRENGTHS`.
    """
    model = _model(contract, strength)
    size = min(strength, len(model.facets))
    valid: list[Combination] = []
    for parameters in itertools.combinations(range(len(model.facets)), size):
        for levels in product(*map(model.choice_levels, parameters)):
            chosen = dict(zip(parameters, levels, strict=True))
            if model.is_possible(chosen):
                valid.append(_named(model, chosen))
    return tuple(valid)


def _model(contract: Contract, strength: int) -> ParameterModel:
    if strength not in STRENGTHS:
        raise StrengthError(strength, STRENGTHS)
    return ParameterModel(contract)


def _named(model: ParameterModel, levels: Mapping[int, int]) -> Combination:
    """Levels as pairs of path and label."""
    pairs = []
    for parameter, level in levels.items():
        facet = model.facets[parameter]
        pairs.append((facet.path, facet.choices[level].label))
    return tuple(pairs)


# --- one parameter more ---------------------------------------------------------------------------


def _uncovered(
    model: ParameterModel, parameter: int, earlier: Sequence[int], strength: int
) -> _Uncovered:
    """The valid combinations of a new parameter with `strength` - 1 earlier ones."""
    uncovered: _Uncovered = {}
    for others in itertools.combinations(earlier, strength - 1):
        constrained = any(model.is_constrained[index] for index in (parameter, *others))
        levels: dict[_Key, int] = {}
        for key in product(*map(model.choice_levels, others)):
            bits = model.choice_bits(parameter)
            if constrained:
                bits = _possible_bits(model, parameter, dict(zip(others, key, strict=True)))
            if bits:
                levels[key] = bits
        uncovered[others] = levels
    return uncovered


def _possible_bits(model: ParameterModel, parameter: int, fixed: Mapping[int, int]) -> int:
    """The choices of a parameter that some event has beside fixed levels, as bits."""
    bits = 0
    for level in model.choice_levels(parameter):
        if model.is_possible({**fixed, parameter: level}):
            bits |= 1 << level
    return bits


def _size(uncovered: _Uncovered) -> int:
    return sum(bits.bit_count() for levels in uncovered.values() for bits in levels.values())


def _cover(uncovered: _Uncovered, row: Sequence[int | None], level: int | None) -> None:
    """Takes off the list what a row covers with a level of the new parameter."""
    if level is None:
        return
    for others, levels in uncovered.items():
        key = tuple([row[other] for other in others])
        if key in levels:
            levels[key] &= ~(1 << level)


def _extend(model: ParameterModel, rows: list[_Row], uncovered: _Uncovered, parameter: int) -> None:
    """Horizontal growth: gives every row the level of the new parameter that covers most.

    Of equal ones the level is taken that fewer rows have. A row that would cover nothing new stays
    open.
    """
    used = [0] * model.levels[parameter]
    for row in rows:
        gains = _gains(row, uncovered, model.levels[parameter])
        fixed = _set_levels(row)
        best_first = sorted(
            range(len(gains)), key=lambda level: (-gains[level], used[level], level)
        )
        for level in best_first:
            if not gains[level]:
                break
            if model.is_possible({**fixed, parameter: level}):
                row[parameter] = level
                used[level] += 1
                _cover(uncovered, row, level)
                break


def _gains(row: _Row, uncovered: _Uncovered, level_count: int) -> list[int]:
    """How many combinations a row would cover, by the level of the new parameter."""
    gains = [0] * level_count
    for others, levels in uncovered.items():
        bits = levels.get(tuple([row[other] for other in others]), 0)
        while bits:
            lowest = bits & -bits
            gains[lowest.bit_length() - 1] += 1
            bits ^= lowest
    return gains


def _add_rows(
    model: ParameterModel, rows: list[_Row], uncovered: _Uncovered, parameter: int
) -> None:
    """Vertical growth: puts what is uncovered into don't-cares of the rows, or into new rows."""
    open_rows = [row for row in rows if None in row]
    for others, levels in uncovered.items():
        for key, bits in levels.items():
            for level in _levels_of(bits):
                combination = _set_levels(key, others)
                combination[parameter] = level
                row = _row_with_room(model, open_rows, combination)
                if row is None:
                    row = [None] * len(model.levels)
                    rows.append(row)
                    open_rows.append(row)
                for index, wanted in combination.items():
                    row[index] = wanted


def _row_with_room(
    model: ParameterModel, open_rows: Iterable[_Row], combination: Mapping[int, int]
) -> _Row | None:
    """The first row that can take a combination up beside what it holds."""
    for row in open_rows:
        has_room = all(row[index] in (None, level) for index, level in combination.items())
        if has_room and model.is_possible({**_set_levels(row), **combination}):
            return row
    return None


def _set_levels(
    row: Sequence[int | None], parameters: Iterable[int] | None = None
) -> dict[int, int]:
    """The levels of a row (or of a key of some parameters) by parameter, without don't-cares."""
    places = range(len(row)) if parameters is None else parameters
    return {index: level for index, level in zip(places, row, strict=True) if level is not None}


def _levels_of(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _filled(model: ParameterModel, row: _Row) -> list[int]:
    """The row without don't-cares: the baseline's choice wherever it can stand."""
    fixed = _set_levels(row)
    for parameter in model.order:
        if parameter in fixed:
            continue
        for level in range(model.levels[parameter]):
            if model.is_possible({**fixed, parameter: level}):
                fixed[parameter] = level
                break
    return [fixed[parameter] for parameter in range(len(model.levels))]
