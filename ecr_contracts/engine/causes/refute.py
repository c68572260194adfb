"""Hold a cause against events of any values: known ones, and fresh ones that meet it.

A cause says that each event fails which meets it, whatever else the event has. So one that meets it
and passes refutes it, wherever that came from. Fresh ones are made to be hard on it: other fields
have random choices and values, and the field whose value has a boundary
is as near to that as a failing event was.

An example. Names and tags of more than 80 characters together fail. Beside the ordinary tag a name
fails from 75 characters on, and beside each longer tag. A name of 75 characters beside an empty
tag passes: so "repository-name is longer than 74 characters" is not the cause.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, cycle, islice
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.engine.causes.experiment import Experiment
from ecr_contracts.engine.causes.model import (
    Box,
    CaseLabels,
    CauseCandidate,
    ChoiceSet,
    Clause,
    is_accounted_for,
)
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate import cases
from ecr_contracts.events.measures import is_met
from ecr_contracts.events.model import Contract, Facet
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.shapes import Absent, Exactly, Word, scalar_value

__all__ = [
    "fresh_refutation",
    "has_no_values",
    "is_refuted_by",
    "is_turned_back",
    "only_counts",
    "refuting",
]

_FRESH = 1
"""Fresh events that a cause is held against where choices without many values decide."""
_FRESH_OF_TEXTS = 3
"""The same where texts of some sort decide: there may be more to it than the sort."""
_FRESH_OF_BOUNDARY = 12
"""The same where values decide: each choice of another field is in one of them, or nearly so."""
_NEAREST = 3
"""Values nearest to a boundary of which each event has one."""
_OF_EXTREME = 0.5
"""How often the choice of a text is one of the shortest, or of the longest, too."""
_Extreme = Callable[..., str]
_EXTREMES: tuple[tuple[_Extreme, ...], ...] = ((min,), (min, max), (max,))
"""Of each event in turn: its texts are short, mixed, or long."""
_MOST_OVERLAPPING = 2
"""Pairs of conditions about any of several fields that may have a field in common."""
_BITS = (4, 8, 16, 64, 400, 400)
"""Of the values of a choice of which the shortest, or the longest, is taken."""
_SHARES = (0.3, 0.6, 0.9)
"""Facets of a fresh event that have a random choice."""


def has_boundary(box: Box) -> bool:
    """Whether values decide in a box, beside choices."""
    return any(one.boundary is not None for clause in box for one in clause)


def only_counts(box: Box) -> bool:
    """Whether the conditions of a cause overlap as those of "at least four of six" do.

    A few of its combinations are never all that there are.
    """
    wide = [{one.path for one in clause} for clause in box if len(clause) > 1]
    overlapping = sum(not first.isdisjoint(second) for first, second in combinations(wide, 2))
    return overlapping > _MOST_OVERLAPPING


# --- known events ---------------------------------------------------------------------------------


def refuting(
    contract: Contract, box: Box, passing: Iterable[Trial], failing: Sequence[Trial]
) -> Trial | None:
    """A passing trial whose event meets a cause, which is wrong then; None without any."""
    for trial in passing:
        if is_refuted_by(contract, box, trial, failing):
            return trial
    return None


def is_refuted_by(contract: Contract, box: Box, passing: Trial, failing: Sequence[Trial]) -> bool:
    """Whether the event of a passing trial meets a cause.

    Where the cause has no other values, one that is turned back before it comes to the code that
    fails says nothing: the value of another field let the failing events on.
    """
    case = passing.case
    if not _meets(contract, box, case.event if has_boundary(box) else {}, case.labels):
        return False
    if case.is_valued and has_no_values(contract, box):
        within = [trial for trial in failing if _meets(contract, box, {}, trial.case.labels)]
        return not (within and is_turned_back(passing, within[0]))
    return True


def _meets(contract: Contract, box: Box, event: dict[str, Any], labels: CaseLabels) -> bool:
    """Whether an event meets every condition of a cause; its value tells where a boundary is."""
    return all(any(_has(contract, one, event, labels) for one in clause) for clause in box)


def _has(contract: Contract, one: ChoiceSet, event: dict[str, Any], labels: CaseLabels) -> bool:
    if one.boundary is None:
        return one.has(labels)
    value = json_path.at(event, contract.by_path[one.path].steps)
    return value is not MISSING and is_met(one.boundary, value)


def has_no_values(contract: Contract, box: Box) -> bool:
    """Whether one of some choices is all that can stand there: no key, or an empty text."""
    return any(len(clause) == 1 and _is_fixed(contract, clause[0]) for clause in box)


def _is_fixed(contract: Contract, choice_set: ChoiceSet) -> bool:
    """Whether each choice of a set has a single value, and none is the baseline's."""
    facet = contract.by_path.get(choice_set.path)
    if facet is None or not choice_set.failing <= facet.labels:
        return False
    if facet.baseline.label in choice_set.failing:
        return False
    return all(isinstance(facet[one].shape, Absent | Exactly) for one in choice_set.failing)


def is_turned_back(trial: Trial, failing: Trial) -> bool:
    """Whether a call did not come to all code that a failing one entered."""
    entered = dict(trial.outcome.entered)
    for file, marks in failing.outcome.entered:
        others = entered.get(file, b"").ljust(len(marks), b"\0")
        if any(mark and not other for mark, other in zip(marks, others, strict=False)):
            return True
    return False


# --- fresh events ---------------------------------------------------------------------------------


def fresh_refutation(
    experiment: Experiment,
    box: Box,
    explained: Sequence[CauseCandidate],
    *,
    is_doubtful: bool = False,
) -> Trial | None:
    """A passing trial of a fresh event that meets a cause, as far as some can be tried.

    What another cause accounts for as well bears nothing out, and is not tried. More are tried
    where values may decide: it has a boundary, or one of it was refuted (`is_doubtful`).
    """
    contract = experiment.contract
    failing = experiment.failing
    known = {trial.case.text for trial in experiment.trials}
    wanted = _FRESH
    sorts = _sorts_of_texts(contract, box)
    if sorts:
        wanted = _FRESH_OF_TEXTS - 1 if explained else max(_FRESH_OF_TEXTS, sorts)
    if is_doubtful or has_boundary(box):
        wanted = _FRESH_OF_BOUNDARY
    for case in islice(_fresh_cases(contract, box, failing), 2 * wanted):
        if case.text in known or is_accounted_for(explained, case.labels):
            continue
        if not _meets(contract, box, case.event, case.labels):
            continue
        trial = experiment.make(case)
        wanted -= 1
        if trial is None:
            return None
        is_passing = not experiment.shows(trial) and not experiment.is_masked(trial)
        if is_passing and is_refuted_by(contract, box, trial, failing):
            return trial
        if not wanted:
            return None
    return None


def _sorts_of_texts(contract: Contract, box: Box) -> int:
    """How many sorts of texts a condition of a cause names at the most."""
    most = 0
    for clause in box:
        facet = contract.by_path.get(clause[0].path)
        named = [one for one in facet.choices if one.label in clause[0].failing] if facet else []
        most = max(most, sum(isinstance(one.shape, Word) for one in named))
    return most


def _fresh_cases(contract: Contract, box: Box, failing: Sequence[Trial]) -> Iterator[cases.Case]:
    """Events that meet a cause, of random choices and, every other one, of random values."""
    chance = random.Random(0)
    near = {
        one.path: cycle(_nearest_values(contract, one, failing) or [MISSING])
        for clause in box
        for one in clause
        if one.boundary is not None
    }
    for extremes in cycle(_EXTREMES):
        pins: dict[json_path.Steps, Any] = {}
        choices: dict[str, str] = {}
        for clause in box:
            path, label = _one_choice(contract, chance, clause, extremes)
            value = next(near[path]) if path in near else MISSING
            facet = contract.by_path.get(path)
            if value is not MISSING and facet is not None:
                pins[facet.steps] = value
                label = _label_of(facet, value) or label
            choices.setdefault(path, label)
        digits = Digits(chance.getrandbits(_BITS[-1]))
        try:
            full = full_assignment(contract, choices, _random_start(contract, chance))
            pins = {**_extreme_values(contract, chance, full, extremes), **pins}
            yield cases.of_event(contract, contract.build(full, digits, pins))
        except ValueError:
            yield cases.of_event(contract, contract.baseline)  # known


def _extreme_values(
    contract: Contract,
    chance: random.Random,
    labels: Mapping[str, str],
    extremes: Sequence[_Extreme],
) -> dict[json_path.Steps, Any]:
    """For each text of an event a short value of its choice, or a long one."""
    values: dict[json_path.Steps, Any] = {}
    for facet in contract.varying:
        choice = facet[labels[facet.path]] if facet.path in labels else None
        if choice is None or not isinstance(choice.shape, Word) or choice.shape.frame:
            continue
        drawn = [scalar_value(choice.shape, Digits(chance.getrandbits(bits))) for bits in _BITS]
        values[facet.steps] = chance.choice(extremes)(drawn, key=len)
    return values


def _one_choice(
    contract: Contract, chance: random.Random, clause: Clause, extremes: Sequence[_Extreme]
) -> tuple[str, str]:
    """A choice that meets a condition; half the time one of the shortest, or longest, texts."""
    one = chance.choice(clause)
    labels = sorted(one.failing)
    facet = contract.by_path.get(one.path)
    if facet is not None and len(extremes) == 1 and chance.random() < _OF_EXTREME:
        texts = {label: _text_of(facet, label) for label in labels}
        labels = [label for label in labels if texts[label]] or labels
        return one.path, extremes[0](labels, key=lambda label: len(texts[label]))
    return one.path, chance.choice(labels)


def _text_of(facet: Facet, label: str) -> str:
    """A short text of a choice; an empty one where it has none."""
    shape = next((one.shape for one in facet.choices if one.label == label), None)
    if not isinstance(shape, Word) or shape.frame:
        return ""
    return str(scalar_value(shape, Digits(1)))


def _random_start(contract: Contract, chance: random.Random) -> dict[str, str]:
    share = chance.choice(_SHARES)
    start: dict[str, str] = {}
    for facet in contract.varying:
        if chance.random() < share:
            start[facet.path] = chance.choice(facet.choices).label
    return start


def _nearest_values(contract: Contract, one: ChoiceSet, failing: Sequence[Trial]) -> list[Any]:
    """The values of failing events that are nearest to the end of a boundary."""
    boundary = one.boundary
    assert boundary is not None
    facet = contract.by_path[one.path]
    found: dict[str, Any] = {}
    for trial in failing:
        value = json_path.at(trial.case.event, facet.steps)
        if value is not MISSING and is_met(boundary, value) and _label_of(facet, value):
            found[repr(value)] = value
    end = boundary.low if boundary.low is not None else boundary.high

    def farness(value: Any) -> float:
        size = value if isinstance(value, int) else len(value)
        if boundary.measure == "number" and isinstance(value, str) and value.isdigit():
            size = int(value)
        return abs(size - (end or 0))

    return sorted(found.values(), key=farness)[:_NEAREST]


def _label_of(facet: Facet, value: Any) -> str | None:
    return next((one.label for one in facet.choices if one.recognises(value)), None)
