"""Causes as the tables of expectations write them, and as findings tell them, in one form.

A term of a table is a path and the labels with which a fault shows, `(TAGS, "absent", "empty")`; a
`Wanted`, where a boundary of the values decides; or `any_of` several of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from ecr_contracts.core.findings import Boundary, Condition


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a path has: one of some choices, or a value on the right side of a boundary.

    Where a finding tells a boundary, that alone is compared: which choices have such values follows
    from it. A table may write both where either is right.
    """

    path: str
    labels: frozenset[str] = frozenset()
    boundary: Boundary | None = None


Clause = frozenset[Wanted]
"""A condition: it is met by any of these."""

Cause = frozenset[Clause]
"""Conditions that bring a fault about together; without any, every event of the kind does."""

Term = tuple[str, ...] | Wanted | Clause
"""A condition as a table writes it."""

ALWAYS: Cause = frozenset()


def cause(*terms: Term) -> Cause:
    """The conjunction of some terms."""
    return frozenset(_clause(term) for term in terms)


def any_of(*terms: Term) -> Clause:
    """A condition that any of some terms meets."""
    return frozenset(wanted for term in terms for wanted in _clause(term))


def _clause(term: Term) -> Clause:
    if isinstance(term, frozenset):
        return term
    if isinstance(term, Wanted):
        return frozenset({term})
    path, *labels = term
    return frozenset({Wanted(path, frozenset(labels))})


# --- boundaries -----------------------------------------------------------------------------------


def length(path: str, low: int | None, high: int | None = None) -> Wanted:
    """A text of so many characters."""
    return Wanted(path, boundary=Boundary("length", low, high))


def number(path: str, low: int | None, high: int | None = None) -> Wanted:
    """A number, or a text that says one."""
    return Wanted(path, boundary=Boundary("number", low, high))


def elements(path: str, low: int | None, high: int | None = None) -> Wanted:
    """A list of so many elements."""
    return Wanted(path, boundary=Boundary("elements", low, high))


def text(path: str, measure: str, words: str) -> Wanted:
    """A text that contains, starts with, ends with, or is another one."""
    return Wanted(path, boundary=Boundary(measure, text=words))


def character(path: str, measure: str, sort: str) -> Wanted:
    """A text that contains, starts with or ends with a character of a class: "digit"."""
    return Wanted(path, boundary=Boundary(measure, text=sort, is_class=True))


def either(term: Term, wanted: Wanted) -> Wanted:
    """Choices, or a boundary that parts the same events from the same others."""
    path, *labels = term
    assert path == wanted.path
    return replace(wanted, labels=frozenset(labels))


def is_not(path: str, words: str) -> Wanted:
    """Anything but one text; a path at which nothing stands is that, too."""
    return Wanted(path, boundary=Boundary("is", text=words, is_negated=True))


# --- comparison -----------------------------------------------------------------------------------


def told(conditions: Iterable[Condition]) -> Cause:
    """The cause of a finding, in the form of the tables."""
    return frozenset(
        frozenset(_of_data(one) for one in condition.alternatives) for condition in conditions
    )


def told_forms(conditions: Iterable[Condition]) -> frozenset[Cause]:
    """The cause of a finding in each form: by its data, and by words that say a boundary.

    The words of a set of choices say what all their values have in common and no others: there
    the boundary stands in the words alone.
    """
    clauses = []
    for condition in conditions:
        of_words = [_of_words(one) or _of_data(one) for one in condition.alternatives]
        of_data = [_of_data(one) for one in condition.alternatives]
        clauses.append({frozenset(of_data), frozenset(of_words)})
    return frozenset(map(frozenset, product(*clauses)))


def _of_data(one: Condition) -> Wanted:
    labels = frozenset() if one.boundary else frozenset(one.choices)
    return Wanted(one.path, labels, one.boundary)


def _of_words(one: Condition) -> Wanted | None:
    """The boundary that words say; None where they say none of a text."""
    said = re.fullmatch(r'(contains|starts with|ends with|does not contain) "([^"]*)"', one.words)
    if said is None:
        return None
    is_negated = said[1] == "does not contain"
    measure = "contains" if is_negated else said[1]
    return Wanted(one.path, boundary=Boundary(measure, text=said[2], is_negated=is_negated))


def without_surroundings(whole: Cause) -> Cause:
    """A cause without the conditions that something is there within which another one lies.

    "CRITICAL is absent" is told of counts that are there: that they are goes without saying.
    """
    paths = {wanted.path for clause in whole for wanted in clause}
    return frozenset(clause for clause in whole if not _is_surrounding(clause, paths))


def _is_surrounding(clause: Clause, paths: set[str]) -> bool:
    if len(clause) != 1:
        return False
    [wanted] = clause
    is_around = any(path.startswith((f"{wanted.path}.", f"{wanted.path}[")) for path in paths)
    return is_around and wanted.boundary is None and "absent" not in wanted.labels


def forms(whole: Cause) -> frozenset[Cause]:
    """A cause of a table in every form that it has: with choices and with boundaries."""
    return frozenset(map(frozenset, product(*(_forms(clause) for clause in whole))))


def formulations(whole: Cause) -> frozenset[Cause]:
    """A cause of a table in every form in which it may be told."""
    found = forms(whole)
    return found | frozenset(map(without_surroundings, found))


def _forms(clause: Clause) -> list[Clause]:
    both = [wanted for wanted in clause if wanted.labels and wanted.boundary]
    if not both:
        return [clause]
    rest = clause - {*both}
    return [
        rest | {replace(wanted, boundary=None) for wanted in both},
        rest | {replace(wanted, labels=frozenset()) for wanted in both},
    ]


def alternatives(whole: Cause) -> Iterator[Cause]:
    """The conjunctions without `any_of` of which a cause is the disjunction."""
    for choice in product(*whole):
        yield frozenset(frozenset({wanted}) for wanted in choice)


def in_words(whole: Cause) -> str:
    """A cause in one line, for whoever reads that it was not expected."""
    clauses = [" or ".join(sorted(map(_word, clause))) for clause in whole]
    return " and ".join(sorted(clauses)) or "-"


def _word(wanted: Wanted) -> str:
    what = "|".join(sorted(wanted.labels))
    edge = wanted.boundary
    if edge is None:
        return f"{wanted.path} {what}"
    sort = "class " if edge.is_class else ""
    size = f"{'' if edge.low is None else edge.low}..{'' if edge.high is None else edge.high}"
    words = repr(edge.text) if edge.text else size
    return f"{wanted.path} {what}{'not ' * edge.is_negated}{edge.measure} {sort}{words}"
