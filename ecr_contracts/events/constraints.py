"""Which choices go together: completes a few wanted choices to an assignment that some event has.

A small constraint solver (backtracking repair). It starts from the baseline, puts the wanted
choices in, and as long as a constraint is broken changes one free facet of it, never a facet twice.
So it changes little, always ends, and finds an assignment wherever changing each facet once is
enough.

Example: a scan that is wanted to be FAILED breaks the constraint that a failed scan has no counts.
The status is wanted and stays; the counts give way and become absent; what lies within the counts
then has no choice any more. The assignment is the case `scan/failed`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence, Set

from ecr_contracts.events.model import Choice, Constraint, Contract, Facet, Labels
from ecr_contracts.events.shapes import Absent

_MOST_STEPS = 20_000
"""Domains that are narrowed, one after the other, to prove that some labels never go together."""
_NO_LABEL = ""
"""What a facet that is never absent has where there is nothing around it."""


def full_assignment(
    contract: Contract, wanted: Labels, start: Labels | None = None
) -> dict[str, str]:
    """The assignment nearest to `start` (the baseline) with the wanted choices, constraints kept.

    Facets are changed only where a constraint asks for it. Raises ValueError with the reason when
    no event can have the wanted choices together.
    """
    baseline = {facet.path: facet.baseline.label for facet in contract.facets}
    labels = baseline | dict(start or {}) | dict(wanted)
    constraints = (*contract.constraints, *_constraints_of_wanted(contract, wanted))
    problem = _repair(contract, constraints, labels, frozenset(wanted), set())
    if problem is not None:
        raise ValueError(problem)
    return _without_unheld(contract, labels, wanted)


def may_go_together(contract: Contract, domains: Mapping[str, Set[str]]) -> bool:
    """Whether the constraints let an event have one of some labels of each of several facets.

    Unlike `full_assignment` it looks at all that can be: False is a proof that no event has them.
    Where there is too much to look at, it is True.
    """
    possible: dict[str, Set[str]] = {}
    for facet in contract.facets:
        is_always_labelled = facet.parent is None or facet.absent_label is not None
        possible[facet.path] = facet.labels if is_always_labelled else facet.labels | {_NO_LABEL}
    return _is_satisfiable(contract.constraints, {**possible, **domains}, [_MOST_STEPS])


def _is_satisfiable(
    constraints: Sequence[Constraint], domains: Mapping[str, Set[str]], budget: list[int]
) -> bool:
    """Whether some labels of each domain keep to all constraints; those that may not are narrowed.

    `budget` has one item: how many domains may be narrowed yet.
    """
    budget[0] -= 1
    if budget[0] < 0:
        return True
    for rule in constraints:
        if any(domains.get(path, frozenset()).isdisjoint(labels) for path, labels in rule.terms):
            continue
        for path, forbidden in rule.terms:
            without = {**domains, path: domains[path] - forbidden}
            if without[path] and _is_satisfiable(constraints, without, budget):
                return True
        return False
    return all(domains.values())


def _constraints_of_wanted(contract: Contract, wanted: Labels) -> Iterator[Constraint]:
    """That there is something around each wanted choice to hold it."""
    for path, label in wanted.items():
        if isinstance(contract.by_path[path][label].shape, Absent):
            continue
        for outer in _outer_facets(contract, path):
            hollow = frozenset(choice.label for choice in _hollow_choices(contract, outer))
            terms = ((outer.path, hollow), (path, frozenset({label})))
            yield Constraint(terms, f"{path} lies within {outer.path}")


def _outer_facets(contract: Contract, path: str) -> Iterator[Facet]:
    """The facets that a facet lies within, the innermost first."""
    parent = contract.by_path[path].parent
    while parent is not None:
        facet = contract.by_path[parent]
        yield facet
        parent = facet.parent


def _hollow_choices(contract: Contract, facet: Facet) -> Iterator[Choice]:
    """The choices of a facet with which there is nothing within it."""
    for choice in facet.choices:
        if not contract.is_filled({facet.path: choice.label}, facet.path):
            yield choice


def _without_unheld(contract: Contract, labels: Labels, wanted: Container[str]) -> dict[str, str]:
    """The assignment without the choices of what lies within something absent or empty.

    A facet that can be absent is so there; any other has no choice. Wanted ones stay.
    """
    held = dict(labels)
    for path, parent, absent in contract.nested:
        if path in wanted or contract.is_filled(held, parent):
            continue
        if absent is not None:
            held[path] = absent
        else:
            held.pop(path, None)
    return held


def _repair(
    contract: Contract,
    constraints: Sequence[Constraint],
    labels: dict[str, str],
    fixed: Set[str],
    hopeless: set[frozenset[tuple[str, str]]],
) -> str | None:
    """Changes free facets of `labels` until every constraint holds; None, or the reason why not.

    `hopeless` are the choices of fixed facets that were tried in vain: the same changes come about
    in any order, and all else is as it was at the start.
    """
    held = _without_unheld(contract, labels, fixed)
    broken = next((rule for rule in constraints if not rule.holds(held)), None)
    if broken is None:
        return None
    for path, forbidden in _terms_to_change(broken):
        for changed, label in _changes(contract, path, forbidden):
            if changed in fixed:
                continue
            attempt, now_fixed = labels | {changed: label}, fixed | {changed}
            state = frozenset((one, attempt[one]) for one in now_fixed)
            if state in hopeless:
                continue
            if _repair(contract, constraints, attempt, now_fixed, hopeless) is None:
                labels.update(attempt)
                return None
            hopeless.add(state)
    return f"{_in_words(broken)} ({broken.because})"


def _terms_to_change(broken: Constraint) -> Iterator[tuple[str, Set[str]]]:
    """The terms of a broken constraint, the one that should give way first.

    What nests follows what it lies within. Of choices that exclude each other the condition, which
    is the first term, gives way: so it does not come along where the other one alone would do, and
    what is drawn shrinks to that.
    """
    yield from reversed(broken.terms) if broken.structural else broken.terms


def _changes(contract: Contract, path: str, forbidden: Set[str]) -> Iterator[tuple[str, str]]:
    """Changes that free a facet of some labels: another choice of it, or nothing around it."""
    for choice in contract.by_path[path].choices:
        if choice.label not in forbidden:
            yield path, choice.label
    for outer in _outer_facets(contract, path):
        for choice in _hollow_choices(contract, outer):
            yield outer.path, choice.label


def _in_words(rule: Constraint) -> str:
    terms = [f"{path} is {' or '.join(sorted(forbidden))}" for path, forbidden in rule.terms]
    beginning = "not both" if len(terms) == 2 else "not together"
    return f"{beginning}: {' and '.join(terms)}"
