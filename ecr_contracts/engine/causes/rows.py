"""Rows: events within a cause that have as many choices as can be that it was not met with yet.

A covering array for one cause, made as it goes: a row has for each facet that the cause is not
about a choice that no failing event within it had so far, and for the others one that the cause
admits. What is tried besides is the same row with one condition of the cause changed: it should
pass, and where it fails, there is another cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecr_contracts.engine.causes.experiment import Experiment, TestResult
from ecr_contracts.engine.causes.model import (
    Box,
    CauseCandidate,
    ChoiceSet,
    PathChoice,
    is_accounted_for,
    is_within,
)
from ecr_contracts.events.model import Contract

_MOST_ROWS = 16
"""Rows that one cause is tried on; eight are enough where nothing hides an event."""
_FEWEST_ROWS = 2
"""Rows that a cause is tried on although each choice was met."""
_FLIPPED = 2
"""Rows that are tried with a condition changed, too."""


class Rows:
    """The rows of one cause. The candidates `explained` account for other failures."""

    def __init__(self, experiment: Experiment, explained: Sequence[CauseCandidate]) -> None:
        self._experiment = experiment
        self._contract: Contract = experiment.contract
        self._explained = explained
        self._number = 0
        self._flipped = 0
        self._skipped: set[PathChoice] = set()

    def try_next(self, centre: dict[str, str], box: Box) -> bool:
        """Try an event within a box that is new to it; False if there is none."""
        while self._number < _MOST_ROWS:
            new = self._new_choices(box)
            if not new and self._number >= _FEWEST_ROWS:
                return False
            for labels in self._attempts(centre, box, new):
                if not self._is_telling(labels, box, new):
                    continue
                if self._experiment.trial(labels) is None:
                    return False
                self._number += 1
                result = self._experiment.result(labels)
                if result is TestResult.FAIL:
                    self._try_flipped(labels, box)
                if result is not TestResult.UNRESOLVED:
                    return True
            if not new:
                return False
            self._skipped.update(new)
        return False

    def _is_telling(self, labels: dict[str, str], box: Box, new: Sequence[PathChoice]) -> bool:
        """Whether an event was not tried, should fail, and has a new choice."""
        if self._experiment.known(labels) is not None or not is_within(box, labels):
            return False
        if is_accounted_for(self._explained, labels):
            return False
        return not new or not labels.items().isdisjoint(new)

    def _try_flipped(self, labels: dict[str, str], box: Box) -> None:
        """Try a failing row with one condition of the box changed."""
        clauses = [clause for clause in box if all(one.passing for one in clause)]
        if not clauses or self._flipped == _FLIPPED:
            return
        clause = clauses[self._flipped % len(clauses)]
        changes = [(one.path, sorted(one.passing)[0]) for one in clause]
        flipped = self._experiment.assignment(changes, labels)
        if flipped is not None:
            self._experiment.trial(flipped)
        self._flipped += 1

    # --- assignments ------------------------------------------------------------------------------

    def _attempts(
        self, centre: dict[str, str], box: Box, new: Sequence[PathChoice]
    ) -> Iterator[dict[str, str]]:
        """Assignments within a box: with all new choices, then with fewer of them."""
        varied = self._varied(box)
        half = len(new) // 2
        attempts: list[tuple[dict[str, str], Sequence[PathChoice]]] = [({}, [*varied, *new])]
        for part in (new[:half], new[half:]):
            attempts.append(({}, [*centre.items(), *part]))
        for choice in new:
            attempts.append((dict([choice]), list(centre.items())))
        for wanted, start in attempts:
            fixed = self._fixed(centre, box, dict(start))
            labels = self._experiment.assignment(
                tuple({**fixed, **wanted}.items()), {**dict(start), **fixed}
            )
            if labels is not None:
                yield labels

    def _varied(self, box: Box) -> list[PathChoice]:
        """A choice of each facet, others in each row, that are not known to fail alone."""
        varied: list[PathChoice] = []
        for facet in self._contract.varying:
            choices = [
                one
                for one in facet.choices
                if not self._is_known_to_fail(facet.path, one.label, box)
            ]
            if choices:
                choice = choices[(self._number + 1) % len(choices)]
                varied.append((facet.path, choice.label))
        return varied

    def _fixed(self, centre: dict[str, str], box: Box, row: dict[str, str]) -> dict[str, str]:
        """Choices with which an event is within a box, those of a row where they are."""
        fixed: dict[str, str] = {}
        for clause in sorted(box, key=len):
            kept = clause[self._number % len(clause)]
            if any(fixed.get(one.path) in one.failing for one in clause):
                continue
            fixed[kept.path] = self._of_set(kept, centre, row)
        return fixed

    def _of_set(self, choice_set: ChoiceSet, centre: dict[str, str], row: dict[str, str]) -> str:
        """The choice of a row where that fails, else the centre's."""
        for labels in (row, centre):
            label = labels.get(choice_set.path)
            if label in choice_set.failing:
                return label
        return sorted(choice_set.failing)[self._number % len(choice_set.failing)]

    # --- what was met -----------------------------------------------------------------------------

    def _new_choices(self, box: Box) -> list[PathChoice]:
        """For each facet, a choice that the box was not met with yet and that it admits."""
        met: set[tuple[str, str | None]] = set(self._skipped)
        for trial in self._experiment.failing:
            labels = trial.case.labels
            if is_within(box, labels) and not is_accounted_for(self._explained, labels):
                met.update(labels.items())
        admitted = {clause[0].path: clause[0].failing for clause in box if len(clause) == 1}
        new: list[PathChoice] = []
        for facet in self._contract.varying:
            for choice in facet.choices:
                if choice.label not in admitted.get(facet.path, facet.labels):
                    continue
                if (facet.path, choice.label) in met:
                    continue
                if not self._is_known_to_fail(facet.path, choice.label, box):
                    new.append((facet.path, choice.label))
                    break
        return new

    def _is_known_to_fail(self, path: str, label: str, box: Box) -> bool:
        """Whether the baseline with one choice is known to go wrong, for another reason."""
        baseline = self._experiment.assignment(())
        changed = self._experiment.assignment([(path, label)])
        if baseline is None or changed is None or is_within(box, changed):
            return False
        return self._experiment.goes_wrong(changed) and not self._experiment.goes_wrong(baseline)
