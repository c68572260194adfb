"""Delta debugging: reduce a failing case towards the baseline, until it needs all that is left.

The idea is that of Zeller and Hildebrandt ("Simplifying and isolating failure-inducing input",
2002): of all differences between a failing and a passing case, find a subset that still fails and
of which nothing can be left out. Here the differences are choices of facets (deviations), and the
passing case is the baseline of the kind. A question is whether a case fails; it takes one call of
the consumer, or none if a known trial answers it (see `experiment`). The subset is found by the
recursion of QuickXplain (Junker, 2004), which halves instead of counting.

The procedure for one failing case:

1. Where it has other values than the plainest, `isolate` has first tried the plainest event of the
   same choices. If that fails, the values do not matter. If not, as many of them as can be are
   replaced by the plainest (`plainer_values`); if some have to stay, no choice is the cause.
2. If the baseline fails, the reduced case is the baseline. If one deviation alone fails, it is that
   one, the plainest first.
3. Else a minimal subset of its deviations is sought, again and again from what was found, as long
   as that fails and is nearer to the baseline (`reduced`).
4. Of what is left, each choice is taken away once more: it is needed if the case passes without it.
   Where another fault masks that, the trials decide (`needed`).

What it promises: what is left fails, for it was tried. If the fault is monotone (whoever fails with
some deviations fails with more of them), nothing of it can be left out; else that holds for single
choices as far as calls could tell.

Budget, for k needed of n deviations, in questions instead of 2^n: at most 1 + n for step 2, about
2k(1 + log2 n) for each search of step 3 (mostly one, and a second one among the k), and k for step
4; step 1 asks about 2k(1 + log2 n) likewise, for k needed of n values. All calls together stay
within the prober's limit, and when that is spent, the smallest case so far is taken.

An example. A scan's case deviates in A (no tags), B (not of version 4), C (aws-cn) and D (no HIGH),
and the consumer fails if A and D meet. The baseline passes and so does each of the four alone.
`minimal_subset` asks: A B? passes, so something of C D is needed. A B C? passes: D is needed.
A B D? fails: C is not. So only D of the second half. Now the first half, given D. D alone passes.
A D? fails: B is not needed, but A is. What is left is A D.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING
from ecr_contracts.engine.causes.experiment import Experiment, TestResult, distance, end_of
from ecr_contracts.engine.causes.model import (
    CaseLabels,
    CauseCandidate,
    Conjunction,
    PathChoice,
    deviations,
    is_accounted_for,
)
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate import cases
from ecr_contracts.events.model import Contract, Facet
from ecr_contracts.events.shapes import Items

_T = TypeVar("_T")


def minimal_subset(
    items: Sequence[_T], holds: Callable[[tuple[_T, ...]], bool], given: tuple[_T, ...] = ()
) -> tuple[_T, ...]:
    """A subset of some items that holds together with what is `given`, if all of them do.

    Nothing of it can be left out, if more items never undo what fewer do. Halves are asked for
    before single items, so that few questions are asked where few items matter.
    """
    if not items or holds(given):
        return ()
    if len(items) == 1:
        return tuple(items)
    half = len(items) // 2
    first, second = tuple(items[:half]), tuple(items[half:])
    of_second = minimal_subset(second, holds, (*given, *first))
    of_first = minimal_subset(first, holds, (*given, *of_second))
    return (*of_first, *of_second)


# --- choices --------------------------------------------------------------------------------------


def reduced(
    experiment: Experiment, labels: dict[str, str], explained: Sequence[CauseCandidate]
) -> dict[str, str]:
    """The assignment nearest to the baseline that still fails and is not accounted for yet."""

    def fails(kept: Sequence[PathChoice]) -> bool:
        near = experiment.assignment(kept)
        if near is None or is_accounted_for(explained, near):
            return False
        return experiment.result(near) is TestResult.FAIL

    if fails(()):
        return experiment.assignment(()) or labels
    for choice in _plainest_first(experiment, labels):
        if fails((choice,)):
            return experiment.assignment([choice]) or labels
    while True:
        subset = minimal_subset(_plainest_first(experiment, labels), fails)
        near = experiment.assignment(subset)
        if near is None or experiment.result(near) is not TestResult.FAIL:
            return labels
        if distance(experiment.contract, near) >= distance(experiment.contract, labels):
            return labels
        labels = near


def _plainest_first(experiment: Experiment, labels: dict[str, str]) -> list[PathChoice]:
    """All deviations of an assignment, also those that nesting implies; the nearest come first."""
    baseline = experiment.contract.ordinary.items()
    deviating = [choice for choice in labels.items() if choice not in baseline]

    def alone(choice: PathChoice) -> tuple[int, int]:
        return distance(experiment.contract, experiment.assignment([choice]))

    return sorted(deviating, key=alone)


def needed(
    experiment: Experiment, labels: dict[str, str], explained: Sequence[CauseCandidate] = ()
) -> Conjunction | None:
    """The choices of a reduced assignment without which it does not fail.

    Choices that others bring with them are left out. Where another fault masks the event that lacks
    a choice, nobody knows whether it is needed; it is left out if all that have the others fail.
    None if there are several choices and none could be tested; where a cause that is `explained`
    accounts for each of these events, all may be needed.
    """
    chosen = _without_brought_along(experiment, labels)
    sure = [choice for choice in chosen if _is_needed(experiment, choice, chosen)]
    if len(chosen) > 1 and not sure:
        # What fails at the same line in another way without a choice tells that it is needed so.
        sure = [choice for choice in chosen if _ends_otherwise(experiment, choice, chosen)]
    if chosen and not sure:
        if not experiment.some_pass(()) and not experiment.all_failing_have(chosen):
            # Perhaps every event would fail so, if only it got so far.
            return ()
        is_explained = _is_explained_without_any(experiment, chosen, explained)
        return chosen if len(chosen) == 1 or is_explained else None
    for choice in chosen:
        others = _without(chosen, choice)
        if choice not in sure and not experiment.some_pass(others):
            chosen = others
    return chosen


def _is_explained_without_any(
    experiment: Experiment, chosen: Conjunction, explained: Sequence[CauseCandidate]
) -> bool:
    """Whether other causes account for each event that lacks one of some choices."""
    for choice in chosen:
        labels = experiment.assignment(_without(chosen, choice))
        if labels is None or not is_accounted_for(explained, labels):
            return False
    return True


def _without_brought_along(experiment: Experiment, labels: dict[str, str]) -> Conjunction:
    """The deviations of an assignment without those that the others bring with them."""
    chosen = deviations(experiment.contract, labels)
    for choice in chosen:
        others = _without(chosen, choice)
        if experiment.assignment(others) == labels:
            chosen = others
    return chosen


def _is_needed(experiment: Experiment, choice: PathChoice, chosen: Conjunction) -> bool:
    """Whether the event passes that lacks only this one of some choices.

    Where another fault masks the one with the baseline's choice instead, other choices may tell.
    """
    path, label = choice
    others = _without(chosen, choice)
    result = _result_of(experiment, others)
    for one in experiment.contract.by_path[path].choices:
        if result is not TestResult.UNRESOLVED:
            break
        if one.label != label:
            result = _result_of(experiment, (*others, (path, one.label)))
    return result is TestResult.PASS


def _ends_otherwise(experiment: Experiment, choice: PathChoice, chosen: Conjunction) -> bool:
    """Whether the event that lacks only this one fails at the same line with another fault."""
    labels = experiment.assignment(chosen)
    others = experiment.assignment(_without(chosen, choice))
    failing = None if labels is None else experiment.trial(labels)
    trial = None if others is None else experiment.trial(others)
    if failing is None or trial is None or experiment.shows(trial):
        return False
    return trial.failed and end_of(trial) is not None and end_of(trial) == end_of(failing)


def _result_of(experiment: Experiment, conjunction: Conjunction) -> TestResult:
    """What the event nearest to the baseline does that has some choices."""
    near = experiment.assignment(conjunction)
    if near is None or any(near.get(path) != label for path, label in conjunction):
        return TestResult.UNRESOLVED
    return experiment.result(near)


def _without(conjunction: Conjunction, choice: PathChoice) -> Conjunction:
    return tuple(other for other in conjunction if other != choice)


# --- values ---------------------------------------------------------------------------------------


def plainer_values(
    experiment: Experiment, start: Trial, explained: Sequence[CauseCandidate] = ()
) -> Trial:
    """A failing trial that keeps as few of the event's values as still fail.

    The others come from the baseline. It is not accounted for yet, as `start` is not: the baseline
    may fail for a reason that is known.
    """
    reduction = _ValueReduction(experiment, start.case, explained)
    differing = _differing_facets(experiment.contract, start.case.event)
    kept = minimal_subset(differing, reduction.fails)
    if not reduction.fails(kept):
        return start
    return reduction.trial(kept) or start


class _ValueReduction:
    """The trials of an event's values in some facets, each made once."""

    def __init__(
        self, experiment: Experiment, case: cases.Case, explained: Sequence[CauseCandidate]
    ) -> None:
        self._experiment = experiment
        self._explained = explained
        self._event = case.event
        self._labels = case.labels
        self._tried: dict[tuple[str, ...], Trial | None] = {}

    def trial(self, kept: Sequence[Facet]) -> Trial | None:
        """The trial of the event's values in these facets; None where that cannot be."""
        key = tuple(facet.path for facet in kept)
        if key not in self._tried:
            case = _with_values(self._experiment.contract, self._event, self._labels, kept)
            self._tried[key] = self._experiment.make(case)
        return self._tried[key]

    def fails(self, kept: Sequence[Facet]) -> bool:
        """Whether it has the fault, and no known cause of it."""
        trial = self.trial(kept)
        if trial is None or is_accounted_for(self._explained, trial.case.labels):
            return False
        return self._experiment.shows(trial)


def _differing_facets(contract: Contract, event: Any) -> list[Facet]:
    """The facets in whose values an event is not the baseline, the outermost of those that nest."""
    differing: list[Facet] = []
    for facet in contract.facets:
        value = json_path.at(event, facet.steps)
        usual = json_path.at(contract.baseline, facet.steps)
        if isinstance(value, dict) and isinstance(usual, dict):
            continue
        if value is MISSING and usual is MISSING:
            continue
        is_within = any(facet.steps[: len(outer.steps)] == outer.steps for outer in differing)
        if not is_within and value != usual:
            differing.append(facet)
    return differing


def _with_values(
    contract: Contract, event: Any, labels: CaseLabels, kept: Sequence[Facet]
) -> cases.Case | None:
    """The case with an event's values in some facets, and the plainest elsewhere."""
    wanted: dict[str, str] = {}
    pins: dict[json_path.Steps, Any] = {}
    for facet in kept:
        value, label = json_path.at(event, facet.steps), labels.get(facet.path)
        if label is not None:
            wanted[facet.path] = label
        is_free = value is not MISSING and not isinstance(value, dict)
        if is_free and not _is_made_of_others(facet, label):
            pins[facet.steps] = value
    try:
        built = contract.build(full_assignment(contract, wanted), None, pins)
    except ValueError:
        return None
    return cases.of_event(contract, built)


def _is_made_of_others(facet: Facet, label: str | None) -> bool:
    """Whether a choice's value is filled in from other fields of the event."""
    if label is None:
        return False
    shape = facet[label].shape
    return isinstance(shape, Items) and bool(shape.template)
