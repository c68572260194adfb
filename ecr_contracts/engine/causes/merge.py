"""Merge causes of one fault that are one: those that differ in a single facet, and those implied.

Each cause of a fault is found alone, from one failing event. Two that have the same conditions but
for the choices of one facet are one cause with all of these choices. One whose events another has
too adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecr_contracts.engine.causes.model import Box, CauseCandidate, ChoiceSet, Clause


def merged(candidates: Sequence[CauseCandidate]) -> list[CauseCandidate]:
    """The candidates, with those put together that differ in the choices of one facet."""
    kept: list[CauseCandidate] = []
    for candidate in candidates:
        kept = _with(kept, candidate)
    return kept


def _with(kept: Sequence[CauseCandidate], candidate: CauseCandidate) -> list[CauseCandidate]:
    """Some candidates with one more, which may be put together with one of them."""
    for place, other in enumerate(kept):
        box = _union(other.box, candidate.box)
        if box is not None:
            rest = [*kept[:place], *kept[place + 1 :]]
            return _with(rest, CauseCandidate(box))
    return [*kept, candidate]


def _union(first: Box | None, second: Box | None) -> Box | None:
    """The box of the events of either, where they differ in one facet; None where they do not."""
    if first is None or second is None:
        return None
    if _implies(first, second):
        return second
    if _implies(second, first):
        return first
    ours, theirs = _failing(first), _failing(second)
    alone, other = ours - theirs, theirs - ours
    if len(alone) != 1 or len(other) != 1:
        return None
    [mine], [its] = alone, other
    if len(mine) != 1 or len(its) != 1:
        return None
    [(path, failing)], [(other_path, further)] = mine, its
    if path != other_path:
        return None
    union: list[Clause] = []
    for clause in first:
        if _failing((clause,)) == alone:
            passing = clause[0].passing - further
            union.append((ChoiceSet(path, failing | further, passing),))
        else:
            union.append(clause)
    return tuple(union)


def _implies(first: Box, second: Box) -> bool:
    """Whether each condition of the second box follows from one of the first."""
    return all(any(_is_narrower(one, other) for one in first) for other in second)


def _is_narrower(one: Clause, other: Clause) -> bool:
    """Whether an event that meets one condition meets the other one too."""
    admitted = {choice_set.path: choice_set.failing for choice_set in other}
    return all(
        choice_set.failing <= admitted.get(choice_set.path, frozenset()) for choice_set in one
    )


def _failing(box: Box) -> set[frozenset[tuple[str, frozenset[str]]]]:
    """The conditions of a box without what is known to pass."""
    return {frozenset((one.path, one.failing) for one in clause) for clause in box}
