"""Merge causes of one fault that are one: those that differ in a single facet, and those implied.

Each cause of a fault is found alone, from one failing event. Two that have the same conditions but
for the choices of one facet are one cause with all of these choices. One whose events another has
too adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecr_contracts.engine.causes.model import (
    UNLISTED,
    Box,
    CauseCandidate,
    ChoiceSet,
    Clause,
    outer_paths,
)
from ecr_contracts.events.constraints import may_go_together
from ecr_contracts.events.model import Contract


def merged(contract: Contract, candidates: Sequence[CauseCandidate]) -> list[CauseCandidate]:
    """The candidates, with those put together that differ in one condition."""
    kept: list[CauseCandidate] = []
    for candidate in candidates:
        kept = _with(contract, kept, candidate)
    for place, candidate in enumerate(kept):
        others = [*kept[:place], *kept[place + 1 :]]
        kept[place] = _without_covered(contract, candidate, others)
    return kept


def _without_covered(
    contract: Contract, candidate: CauseCandidate, others: Sequence[CauseCandidate]
) -> CauseCandidate:
    """A candidate without choices with which its events have another cause anyway."""
    box = candidate.box
    for clause in box or ():
        if len(clause) > 1 or len(clause[0].failing) == 1:
            continue
        left = set(clause[0].failing)
        for label in sorted(left):
            alone = _replaced(box or (), clause, ChoiceSet(clause[0].path, frozenset({label})))
            if len(left) > 1 and _is_covered(contract, alone, others):
                left.remove(label)
        if left != clause[0].failing:
            narrowed = replace(clause[0], failing=frozenset(left))
            return CauseCandidate(_replaced(box or (), clause, narrowed))
    return candidate


def _is_covered(contract: Contract, box: Box, others: Sequence[CauseCandidate]) -> bool:
    """Whether each event of a box has another cause as well."""
    return any(other.box is not None and _implies(contract, box, other.box) for other in others)


def _replaced(box: Box, clause: Clause, choice_set: ChoiceSet) -> Box:
    """A box with one clause made to be about one set of choices."""
    return tuple((choice_set,) if one is clause else one for one in box)


def _with(
    contract: Contract, kept: Sequence[CauseCandidate], candidate: CauseCandidate
) -> list[CauseCandidate]:
    """Some candidates with one more, which may be put together with one of them."""
    for place, other in enumerate(kept):
        box = _union(contract, other.box, candidate.box)
        if box is not None:
            rest = [*kept[:place], *kept[place + 1 :]]
            return _with(contract, rest, CauseCandidate(box))
    return [*kept, candidate]


def _union(contract: Contract, first: Box | None, second: Box | None) -> Box | None:
    """The box of the events of either; None where they differ in more than one condition."""
    if first is None or second is None or _has_boundary(first) or _has_boundary(second):
        return None
    if _is_misprint(first) != _is_misprint(second):
        return None  # what AWS's sample alone has says nothing of real events
    if _implies(contract, first, second):
        return second
    if _implies(contract, second, first):
        return first
    theirs = {_failing(clause) for clause in second}
    alone = [clause for clause in first if _failing(clause) not in theirs]
    ours = {_failing(clause) for clause in first}
    other = [clause for clause in second if _failing(clause) not in ours]
    if len(alone) != 1 or len(other) != 1:
        return None
    clause = _either(contract, alone[0], other[0])
    if clause is None:
        return None
    rest = tuple(one for one in first if one is not alone[0])
    if _is_met_by_all(contract, rest, clause):
        return rest
    return tuple(clause if one is alone[0] else one for one in first)


def _is_met_by_all(contract: Contract, rest: Box, clause: Clause) -> bool:
    """Whether each event of a box meets one more condition, about what nests, too.

    A call that names one image to delete is answered by images, or by nothing at all: no event
    has an answer without images, so that nothing is to be said of the answer.
    """
    if len(clause) != 2:
        return False
    outer, inner = clause
    if contract.by_path[inner.path].parent != outer.path or not _is_hollow(contract, outer):
        return False
    domains = {one[0].path: one[0].failing for one in rest if len(one) == 1}
    for one in clause:
        labels = domains.get(one.path, contract.by_path[one.path].labels)
        domains[one.path] = labels - one.failing
    return not may_go_together(contract, domains)


def _is_misprint(box: Box) -> bool:
    """Whether a box is about what no choice describes."""
    return any(UNLISTED in one.failing for clause in box for one in clause)


def _has_boundary(box: Box) -> bool:
    """Whether values decide in a box, beside choices."""
    return any(one.boundary is not None for clause in box for one in clause)


def _either(contract: Contract, first: Clause, second: Clause) -> Clause | None:
    """The condition that either holds: about one facet, about siblings, or about what nests.

    An example of the last: the tags are empty or absent, or the first of them is not "latest".
    """
    if len(first) == len(second) == 1 and first[0].path == second[0].path:
        failing = first[0].failing | second[0].failing
        return (ChoiceSet(first[0].path, failing, first[0].passing - failing),)
    for outer, inner in ((first, second), (second, first)):
        if _is_within_hollow(contract, outer, inner):
            return (*outer, *inner)
    facets = [contract.by_path[one.path] for one in (*first, *second)]
    is_alike = len({(one.parent, one.labels) for one in facets}) == 1
    if not is_alike or facets[0].parent is None or len({one.path for one in facets}) < len(facets):
        return None
    if len({one.failing for one in (*first, *second)}) > 1:
        return None
    return (*first, *second)


def _is_within_hollow(contract: Contract, outer: Clause, inner: Clause) -> bool:
    """Whether one condition is that there is nothing around what another one is about."""
    if len(outer) > 1 or len(inner) > 1 or not _is_hollow(contract, outer[0]):
        return False
    return outer[0].path in outer_paths(contract, inner[0].path)


def _implies(contract: Contract, first: Box, second: Box) -> bool:
    """Whether each condition of the second box follows from one of the first."""
    return all(any(_is_narrower(contract, one, other) for one in first) for other in second)


def _is_narrower(contract: Contract, one: Clause, other: Clause) -> bool:
    """Whether an event that meets one condition meets the other one too.

    Where there is nothing around what a condition is about, that is absent.
    """
    return all(_has_any(contract, choice_set, other) for choice_set in one)


def _has_any(contract: Contract, choice_set: ChoiceSet, clause: Clause) -> bool:
    """Whether an event with any choice of a set meets a condition."""
    for other in clause:
        if other.path == choice_set.path and choice_set.failing <= other.failing:
            return True
        inner = contract.by_path.get(other.path)
        if inner is None or inner.absent_label not in other.failing:
            continue
        if choice_set.path in outer_paths(contract, other.path) and _is_hollow(
            contract, choice_set
        ):
            return True
    return False


def _is_hollow(contract: Contract, choice_set: ChoiceSet) -> bool:
    """Whether there is nothing within a facet with any choice of a set."""
    path = choice_set.path
    return not any(contract.is_filled({path: label}, path) for label in choice_set.failing)


def _failing(clause: Clause) -> frozenset[tuple[str, frozenset[str]]]:
    """A condition without what is known to pass."""
    return frozenset((one.path, one.failing) for one in clause)
