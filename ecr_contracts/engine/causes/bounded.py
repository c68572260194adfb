"""Causes in which values of a field decide: the boundary is found, and put into the cause.

There are two occasions for that. A cause names choices that no short words tell from the others;
then a boundary may (`sharpened`): "is longer than 63 characters" instead of two sorts of tags. Or
events of the same choices do not all fail (`by_value`): then the one field is looked for whose
value decides, and the boundary of its values. Whether other fields matter too is learned as for
any cause, in a contract in which the failing value is the plainest of its choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Boundary, Evidence
from ecr_contracts.engine.causes.beginnings import behind_beginning
from ecr_contracts.engine.causes.boundaries import BoundarySearch
from ecr_contracts.engine.causes.experiment import Experiment, TestResult, got_beyond
from ecr_contracts.engine.causes.model import Box, CauseCandidate, ChoiceSet, Clause, Doubt
from ecr_contracts.engine.causes.reduce import minimal_subset, needed, reduced
from ecr_contracts.engine.causes.rescue import RescueSearch
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.conditions import condition, is_told_by_names
from ecr_contracts.events.constraints import full_assignment
from ecr_contracts.events.generate import cases
from ecr_contracts.events.model import Choice, Contract, Facet
from ecr_contracts.events.regexes import Digits
from ecr_contracts.events.separators import separators
from ecr_contracts.events.shape_measures import share
from ecr_contracts.events.shapes import Exactly, Items, OneOf, Shape, Whole, Word

__all__ = ["by_value", "sharpened", "told_by_value", "without_refuted"]

_DEGREES = ("length", "number", "elements")
"""Measures of which there is more and less."""


# --- a cause with choices that no words tell ------------------------------------------------------


def sharpened(experiment: Experiment, centre: dict[str, str], box: Box) -> Box:
    """The box with a boundary for each clause whose choices have no short words in common."""
    return tuple(_sharpened_clause(experiment, centre, clause) for clause in box)


def _sharpened_clause(experiment: Experiment, centre: dict[str, str], clause: Clause) -> Clause:
    facet = experiment.contract.by_path.get(clause[0].path)
    if len(clause) > 1 or facet is None or not _is_vague(facet, clause[0]):
        return clause
    values = _FieldValues(experiment, centre, facet)
    failing = values.at(centre)
    passing = [values.at({**centre, facet.path: label}) for label in sorted(clause[0].passing)]
    passing = [value for value in passing if type(value) is type(failing)]
    others = [values.at({**centre, facet.path: label}) for label in sorted(clause[0].failing)]
    also_failing = [value for value in others if type(value) is type(failing)]
    if not passing or not _may_be_told(also_failing, passing):
        return clause
    search = BoundarySearch(facet, values.fails)
    boundary = search.boundary(failing, min(passing, key=_length))
    if boundary is None or not _agrees(facet, clause[0], boundary):
        return clause
    if boundary in _separators(facet, clause[0]):
        return clause  # the choices say the same
    further = search.failing_labels() | clause[0].failing
    return (with_boundary(facet, further, boundary),)


def _is_vague(facet: Facet, choices: ChoiceSet) -> bool:
    """Whether a boundary may say more than the names of choices, or what these have in common."""
    meant, apart = _meant_and_apart(facet, choices)
    if is_told_by_names(meant, apart) or not all(map(_has_values, meant)):
        return False
    if not any(map(_has_values, apart)):
        return False
    return all(_has_gap(boundary, apart) for boundary in separators(meant, apart))


def _separators(facet: Facet, choices: ChoiceSet) -> list[Boundary]:
    """The boundaries that tell the choices of a set that fail from those that pass."""
    return list(separators(*_meant_and_apart(facet, choices)))


def _meant_and_apart(facet: Facet, choices: ChoiceSet) -> tuple[list[Choice], list[Choice]]:
    meant = [choice for choice in facet.choices if choice.label in choices.failing]
    apart = [choice for choice in facet.choices if choice.label in choices.passing]
    return meant, apart


def _has_gap(boundary: Boundary, apart: Sequence[Choice]) -> bool:
    """Whether a boundary of lengths or numbers could be a little wider and still hold.

    What a sort of characters tells of the choices may be told of fewer characters as well; what
    else tells choices from others is no matter of degree.
    """
    if boundary.measure not in _DEGREES:
        return boundary.is_class and boundary.measure != "is"
    low = None if boundary.low is None else boundary.low - 1
    high = None if boundary.high is None else boundary.high + 1
    wider = replace(boundary, low=low, high=high)
    return all(share(wider, choice).is_none for choice in apart)


def _may_be_told(failing: Sequence[Any], passing: Sequence[Any]) -> bool:
    """Whether any boundary tells some values from others."""
    if not isinstance(passing[0], str):
        return True
    meant, apart = ([_only(value) for value in values] for values in (failing, passing))
    return any(True for _ in separators(meant, apart))


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str | list) else value


def _only(value: Any) -> Choice:
    return Choice("", "", Exactly(value), Evidence.INFERRED)


def _has_values(choice: Choice) -> bool:
    return isinstance(choice.shape, Word | Whole | Items | OneOf) or bool(choice.values)


def _agrees(facet: Facet, choices: ChoiceSet, boundary: Boundary) -> bool:
    """Whether each choice that fails may meet a boundary, and none that passes always does."""
    for choice in facet.choices:
        found = share(boundary, choice)
        if choice.label in choices.failing and found.is_none:
            return False
        if choice.label in choices.passing and found.is_all:
            return False
    return True


def with_boundary(facet: Facet, labels: frozenset[str], boundary: Boundary) -> ChoiceSet:
    """The choices with a boundary: some labels, and those of which some values meet it."""
    met = {choice.label for choice in facet.choices if not share(boundary, choice).is_none}
    failing = frozenset(met | labels)
    return ChoiceSet(facet.path, failing, facet.labels - failing, boundary)


# --- a cause that other values refute -------------------------------------------------------------


def told_by_value(
    experiment: Experiment, centre: dict[str, str], box: Box
) -> CauseCandidate | None:
    """What is told in place of a box that other values refute; None where none does.

    Only what is said by examples ("is like") is tried: on fresh values of every choice.
    """
    for clause in box:
        facet = experiment.contract.by_path.get(clause[0].path)
        if len(clause) > 1 or facet is None or clause[0].boundary is not None:
            continue
        if not _is_told_by_examples(facet, clause[0]):
            continue
        values = _FieldValues(experiment, centre, facet)
        if not _is_refuted(values, BoundarySearch(facet, values.fails), clause[0]):
            continue
        failing = values.at(centre)
        passing = [values.at({**centre, facet.path: label}) for label in sorted(clause[0].passing)]
        passing = [value for value in passing if type(value) is type(failing)]
        if passing:
            nearest = max(passing, key=lambda value: _in_common(failing, value))
            return replace(_of_values(experiment, centre, facet, failing, nearest), scope=box)
        return CauseCandidate(None, Doubt.VALUE, box, facet.path)
    return None


def _is_refuted(values: _FieldValues, search: BoundarySearch, choices: ChoiceSet) -> bool:
    """Whether some value does not do what its choice does."""
    for label, value in search.fresh_values():
        if label in choices.failing | choices.passing:
            result = values.fails(value)
            if result is not None and result != (label in choices.failing):
                return True
    return False


def _in_common(one: Any, other: Any) -> int:
    """How many characters two texts begin with that are the same; 0 of other values."""
    if not isinstance(one, str) or not isinstance(other, str):
        return 0
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _is_told_by_examples(facet: Facet, choices: ChoiceSet) -> bool:
    return "is like " in condition(facet, choices.failing, choices.passing).words.replace(
        "is not like ", "is like "
    )


def without_refuted(
    contract: Contract, candidates: Sequence[CauseCandidate]
) -> list[CauseCandidate]:
    """The candidates without causes that name choices of a field whose value decides.

    What these account for is in the same doubt then.
    """
    fields = {one.field for one in candidates if one.doubt is Doubt.VALUE and one.field}
    kept: list[CauseCandidate] = []
    for candidate in candidates:
        refuted = [path for path in fields if _names_choices_of(contract, candidate, path)]
        if refuted:
            candidate = CauseCandidate(None, Doubt.VALUE, candidate.box or (), refuted[0])
        kept.append(candidate)
    return kept


def _names_choices_of(contract: Contract, candidate: CauseCandidate, path: str) -> bool:
    """Whether a cause is that a field has some choices, of which there are several values."""
    facet = contract.by_path[path]
    for clause in candidate.box or ():
        if len(clause) == 1 and clause[0].path == path and clause[0].boundary is None:
            known = clause[0].failing & facet.labels
            return any(_has_many_values(facet[label]) for label in known)
    return False


def _has_many_values(choice: Choice) -> bool:
    return _has_values(choice) and not isinstance(choice.shape, Exactly)


# --- values that decide ---------------------------------------------------------------------------


def by_value(experiment: Experiment, failing: Any, passing: Any) -> CauseCandidate | None:
    """The cause of a failing event that another one of the same choices does not have.

    Where no boundary of the values is found, it is a doubt that names the field; None where it is
    not the value of one field.
    """
    decisive = _decisive_facet(experiment, failing, passing)
    if decisive is None:
        return None
    facet, labels = decisive
    value, other = json_path.at(failing, facet.steps), json_path.at(passing, facet.steps)
    return _of_values(experiment, labels, facet, value, other)


def _of_values(
    experiment: Experiment, labels: dict[str, str], facet: Facet, value: Any, other: Any
) -> CauseCandidate:
    """The cause of a value that fails, where another one of the same field passes; or the doubt."""
    values = _FieldValues(experiment, labels, facet)
    search = BoundarySearch(facet, values.fails)
    boundary = search.boundary(value, other)
    both = None if boundary else behind_beginning(facet, values.fails, value, other)
    in_doubt = CauseCandidate(None, Doubt.VALUE, field=facet.path)
    if boundary is None and both is None:
        return in_doubt
    box = _box_around(experiment, facet, value, labels)
    if box is None:
        return in_doubt
    own = [clause for clause in box if clause[0].path == facet.path and len(clause) == 1]
    rest = tuple(clause for clause in box if clause not in own)
    if both is not None:
        bounds = tuple((with_boundary(facet, frozenset(), one),) for one in both)
        return CauseCandidate((*rest, *bounds))
    assert boundary is not None
    labels_of_box = own[0][0].failing if own else frozenset()
    further = search.failing_labels() | labels_of_box
    alike = _siblings_alike(experiment, labels, facet, boundary, (value, other))
    clause = (with_boundary(facet, further, boundary), *alike)
    return CauseCandidate((*rest, clause))


def _siblings_alike(
    experiment: Experiment,
    labels: dict[str, str],
    facet: Facet,
    boundary: Boundary,
    values: tuple[Any, Any],
) -> Iterator[ChoiceSet]:
    """The fields beside one that have the same choices and the same boundary.

    The one with the boundary has a value of the other side meanwhile.
    """
    failing, passing = values
    for sibling in experiment.contract.varying:
        is_alike = sibling.parent == facet.parent and sibling.labels == facet.labels
        if facet.parent is None or not is_alike or sibling.path == facet.path:
            continue
        trials = _FieldValues(experiment, labels, sibling)
        if trials.fails(failing) is True and trials.fails(passing) is False:
            yield with_boundary(sibling, frozenset(), boundary)


def _box_around(
    experiment: Experiment, facet: Facet, value: Any, labels: dict[str, str]
) -> Box | None:
    """The cause in which a value is the plainest of its choice; None where none can be told.

    Of a field that has one choice alone nothing can be varied around the value.
    """
    if facet.path not in labels:
        return None
    inner = _WithPlainest(experiment, facet, labels[facet.path], value)
    near = reduced(inner, labels, ())
    deviating = needed(inner, near)
    if deviating is None:
        return None
    return RescueSearch(inner, near, deviating, ()).cause().box


def _decisive_facet(
    experiment: Experiment, failing: Any, passing: Any
) -> tuple[Facet, dict[str, str]] | None:
    """The one facet whose value has to be the failing event's, and the labels of that event.

    All other values are the plainest.
    """
    contract = experiment.contract
    labels = {path: one for path, one in contract.recognise(failing).items() if one is not None}
    differing = [facet for facet in contract.facets if _differs(facet, failing, passing)]

    def shows(kept: Sequence[Facet]) -> bool:
        pins = {facet.steps: json_path.at(failing, facet.steps) for facet in kept}
        return _result(experiment, labels, pins) is TestResult.FAIL

    kept = minimal_subset(differing, shows)
    if len(kept) != 1 or not shows(kept):
        return None
    return kept[0], labels


def _differs(facet: Facet, failing: Any, passing: Any) -> bool:
    value, other = json_path.at(failing, facet.steps), json_path.at(passing, facet.steps)
    if value is MISSING or other is MISSING or isinstance(value, dict):
        return False
    if isinstance(value, list) and isinstance(other, list):
        return len(value) != len(other)
    return bool(value != other)


# --- trials ---------------------------------------------------------------------------------------


class _FieldValues:
    """The trials of one field's values, all else being as an assignment says."""

    def __init__(self, experiment: Experiment, labels: dict[str, str], facet: Facet) -> None:
        self._experiment = experiment
        self._labels = labels
        self._facet = facet

    def at(self, labels: dict[str, str]) -> Any:
        """The plainest value of the field in events of an assignment; MISSING without one."""
        contract = self._experiment.contract
        try:
            event = contract.build(full_assignment(contract, labels))
        except ValueError:
            return MISSING
        return json_path.at(event, self._facet.steps)

    def fails(self, value: Any) -> bool | None:
        """Whether the event with a value has the fault; None where that cannot be told."""
        choice = next((one for one in self._facet.choices if one.recognises(value)), None)
        if choice is None:
            return None
        labels = {**self._labels, self._facet.path: choice.label}
        result = _result(self._experiment, labels, {self._facet.steps: value})
        if result is TestResult.UNRESOLVED:
            return None
        return result is TestResult.FAIL


def _result(
    experiment: Experiment, labels: dict[str, str], pins: dict[json_path.Steps, Any]
) -> TestResult:
    """What the event of an assignment does that has some values at their paths."""
    contract = experiment.contract
    near = experiment.assignment(tuple(labels.items()))
    if near is None:
        return TestResult.UNRESOLVED
    if not pins:
        return experiment.result(near)
    event = contract.build(full_assignment(contract, near), None, pins)
    case = cases.of_event(contract, event)
    if not case.is_valued:
        return experiment.result(case.labels)
    trial = experiment.make(case)
    if trial is None:
        return TestResult.UNRESOLVED
    if experiment.shows(trial):
        return TestResult.FAIL
    if got_beyond(trial, experiment.failing):
        return TestResult.PASS
    return TestResult.UNRESOLVED if experiment.is_masked(trial) else TestResult.PASS


class _WithPlainest(Experiment):
    """The experiment on the same fault in which a value is the plainest of its choice.

    Its trials are trials of the other experiment, as events of whatever values.
    """

    def __init__(self, whole: Experiment, facet: Facet, label: str, value: Any) -> None:
        self._whole = whole
        known = [trial for trial in whole.trials if trial.case.labels.get(facet.path) != label]
        choice = replace(facet[label], shape=_with_plainest(facet[label].shape, value))
        contract = _with_choice(whole.contract, facet, choice)
        super().__init__(contract, known, whole.shows, whole.prober)

    def make(self, case: cases.Case | None) -> Trial | None:
        """The trial of a case, added to those of both experiments."""
        if case is None:
            return None
        trial = self._whole.make(cases.of_event(self._whole.contract, case.event))
        if trial is None:
            return None
        own = replace(trial, case=case)
        self.trials.append(own)
        return own


def _with_plainest(shape: Shape, value: Any) -> Shape:
    """A shape of which a value is all that is drawn."""
    match shape:
        case Word():
            return replace(shape, draw=_Only(value), example=value, frame="")
        case Items():
            return replace(shape, low=len(value), high=len(value))
        case _:
            return OneOf((value,))


def _with_choice(contract: Contract, facet: Facet, choice: Choice) -> Contract:
    """The contract with another choice of the same label."""

    def exchanged(choices: Sequence[Choice]) -> tuple[Choice, ...]:
        return tuple(choice if one.label == choice.label else one for one in choices)

    changed = replace(facet, choices=exchanged(facet.choices), declared=exchanged(facet.declared))
    facets = tuple(changed if one.path == facet.path else one for one in contract.facets)
    return replace(contract, facets=facets)


@dataclass(frozen=True, slots=True)
class _Only:
    """A single word, as a set of strings that can be counted off."""

    only: str

    def word(self, digits: Digits) -> str:
        """The word, whatever the digits."""
        return self.only

    def lengths(self) -> tuple[int, int]:
        """Its length."""
        return len(self.only), len(self.only)
