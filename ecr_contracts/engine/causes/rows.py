"""Rows: events within a cause that have as many choices as can be that it was not met with yet.

An array for one cause, made as it goes: of some random events within it, the one with most choices
that no failing event within it had so far. All choices of all facets are met so, and many pairs of
them. What another cause accounts for bears nothing out, and is no row. What is tried besides is a
failing row with one condition of the cause changed: it should pass, and where it fails, there is
another cause.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from ecr_contracts.engine.causes.experiment import Experiment, TestResult
from ecr_contracts.engine.causes.model import (
    Box,
    CaseLabels,
    CauseCandidate,
    Clause,
    PathChoice,
    explicit_choices,
    is_accounted_for,
    is_within,
    outer_paths,
    sibling_facets,
)
from ecr_contracts.engine.causes.reduce import minimal_subset
from ecr_contracts.events.model import Contract, Facet

_MOST_ROWS = 40
"""Rows that one cause is tried on; eight are enough where nothing hides an event."""
_FEWEST_ROWS = 5
"""Rows that a cause is tried on although each choice was met: choices matter together, too."""
_FEWEST_ROWS_OF_WIDE = 7
"""The same for a cause with one condition at the most, of which few conditions may be missing."""
_FEWEST_ROWS_OF_ALL = 24
"""The same where each event fails that another fault does not hide: several fields may decide."""
_FLIPPED = 2
"""Rows that are tried with a condition changed, too."""
_CANDIDATES = 12
"""Random events of which the best is a row."""
_SMALL = 4
"""Choices of a facet that are all met with each alternative of a clause."""
_SHARES = (0.3, 0.6, 0.9)
"""Facets of a random event that have a new choice; some of these hide others."""
_ALIKE = 0.4
"""The share of random events in which siblings have the same choice, but for one."""
_HIDDEN = 5
"""Rows that another fault hides of which it is asked which choice does that."""
_DIRECTED = 6
"""Random events with one choice, of which none may be a row."""


class Rows:
    """The rows of one cause. The candidates `explained` account for other failures.

    They may be others whenever a row is tried.
    """

    def __init__(self, experiment: Experiment, explained: Sequence[CauseCandidate]) -> None:
        self.explained = explained
        self._experiment = experiment
        self._contract: Contract = experiment.contract
        self._chance = random.Random(0)
        self._siblings = [group for group in sibling_facets(self._contract) if len(group) > 2]
        self._number = 0
        self._telling = 0
        self._flipped = 0
        self._skipped: set[tuple[str, PathChoice]] = set()
        self._alone: dict[PathChoice, bool] = {}
        self._hiding: set[PathChoice] = set()
        self._hidden = 0

    def try_next(self, centre: dict[str, str], box: Box) -> bool:
        """Try an event within a box that is new to it; False if there is none."""
        for only in ("", *_alternatives(box)):
            while self._number < _MOST_ROWS:
                new = self._new_choices(box, only)
                if not new and (only or self._telling >= self._fewest(box)):
                    break
                for labels in self._attempts(centre, box, new, only):
                    if self._experiment.trial(labels) is None:
                        return False
                    self._number += 1
                    result = self._experiment.result(labels)
                    if result is TestResult.FAIL:
                        self._try_flipped(labels, box)
                    if result is not TestResult.UNRESOLVED:
                        self._telling += 1
                        return True
                    self._learn_hiding(centre, labels)
                if not new:
                    break
                self._skipped.update((only, choice) for choice in new)
        return False

    def _try_flipped(self, labels: dict[str, str], box: Box) -> None:
        """Try a failing row with one condition of the box changed."""
        clauses = [clause for clause in box if all(one.passing for one in clause)]
        if not clauses or self._flipped == _FLIPPED:
            return
        clause = clauses[self._flipped % len(clauses)]
        changes = [(one.path, self._chance.choice(sorted(one.passing))) for one in clause]
        flipped = self._experiment.assignment(changes, labels)
        if flipped is not None:
            self._experiment.trial(flipped)
        self._flipped += 1

    def _fewest(self, box: Box) -> int:
        """How many rows that nothing hides a box is tried on at least: a wide one on more."""
        if not box and not self._experiment.passing:
            return _FEWEST_ROWS_OF_ALL
        return _FEWEST_ROWS if len(box) > 1 else _FEWEST_ROWS_OF_WIDE

    def _learn_hiding(self, centre: dict[str, str], labels: dict[str, str]) -> None:
        """Learn which choice of a hidden row hides the centre as well: no row need have it."""
        differing = [choice for choice in labels.items() if centre.get(choice[0]) != choice[1]]
        if self._hidden == _HIDDEN or not self._hiding.isdisjoint(differing):
            return
        trial = self._experiment.known(labels)
        if trial is None or trial.is_late:
            return  # to ask again would take too long
        self._hidden += 1

        def hides(changes: tuple[PathChoice, ...]) -> bool:
            near = self._experiment.assignment(changes, centre)
            return near is not None and self._experiment.result(near) is TestResult.UNRESOLVED

        found = minimal_subset(differing, hides)
        if len(found) == 1 and hides(found):
            self._hiding.update(found)

    # --- assignments ------------------------------------------------------------------------------

    def _attempts(
        self, centre: dict[str, str], box: Box, new: Sequence[PathChoice], only: str
    ) -> Iterator[dict[str, str]]:
        """Rows with as many new choices as can be; then, where these hide events, with fewer."""
        best = self._best(box, new, only)
        if best is not None:
            yield best
        if only:
            return
        half = len(new) // 2
        for part in (new[:half], new[half:]):
            labels = self._within(box, (), {**centre, **dict(part)})
            if labels is not None and self._is_telling(labels, box, new):
                yield labels
        for choice in new:
            labels = self._within(box, (choice,), centre)
            if labels is not None and self._is_telling(labels, box, [choice]):
                yield labels
                continue
            labels = self._best(box, [choice], is_directed=True)
            if labels is not None:
                yield labels

    def _best(
        self, box: Box, new: Sequence[PathChoice], only: str = "", *, is_directed: bool = False
    ) -> dict[str, str] | None:
        """Of some random events within a box the one with most new choices; None without any."""
        best, most = None, (-1, -1)
        wanted = tuple(new) if is_directed else ()
        for _ in range(_DIRECTED if is_directed else _CANDIDATES):
            labels = self._within(box, wanted, self._random(new), only)
            if labels is None or not self._is_telling(labels, box, new, only):
                continue
            # Where there is something around them, choices say more than if that implies them.
            merit = len(labels.items() & set(new)), len(explicit_choices(self._contract, labels))
            if merit > most:
                best, most = labels, merit
        return best

    def _is_telling(
        self, labels: dict[str, str], box: Box, new: Sequence[PathChoice], only: str = ""
    ) -> bool:
        """Whether an event was not tried, should fail for this cause, and has a new choice."""
        if self._experiment.known(labels) is not None or not self._is_evidence(labels, box, only):
            return False
        return not new or not labels.items().isdisjoint(new)

    def _is_evidence(self, labels: CaseLabels, box: Box, only: str) -> bool:
        """Whether an event is within a box, by one alternative only, and within no other cause."""
        if not is_within(box, labels) or is_accounted_for(self.explained, labels):
            return False
        for clause in box:
            met = [choice_set.path for choice_set in clause if choice_set.has(labels)]
            if only in {choice_set.path for choice_set in clause} and met != [only]:
                return False
        return True

    def _random(self, new: Sequence[PathChoice]) -> dict[str, str]:
        """A choice of each facet, a new one in many of them where there is any."""
        row: dict[str, str] = {}
        share = self._chance.choice(_SHARES)
        for facet in self._contract.varying:
            labels = [label for path, label in new if path == facet.path]
            if not labels or self._chance.random() > share:
                labels = self._possible(facet)
            row[facet.path] = self._chance.choice(labels)
        if self._chance.random() < _ALIKE:
            self._make_alike(row)
        return row

    def _make_alike(self, row: dict[str, str]) -> None:
        """Give the siblings of a row one choice, but for one of them: sums and the like ask so."""
        for siblings in self._siblings:
            label = self._chance.choice(self._possible(siblings[0]))
            exception = self._chance.choice(siblings)
            for facet in siblings:
                if facet is not exception:
                    row[facet.path] = label

    def _possible(self, facet: Facet) -> list[str]:
        """The choices of a facet that are not known to fail alone, for another reason."""
        labels: list[str] = []
        for choice in facet.choices:
            path_choice = facet.path, choice.label
            if path_choice not in self._hiding and not self._fails_alone(path_choice):
                labels.append(choice.label)
        return labels or [facet.baseline.label]

    def _within(
        self, box: Box, wanted: Sequence[PathChoice], row: dict[str, str], only: str = ""
    ) -> dict[str, str] | None:
        """The event within a box that has the choices of a row where it can.

        Of the alternatives of a clause it meets that at one path `only`, if it is among them.
        """
        fixed, row = dict(wanted), dict(row)
        for clause in sorted(box, key=lambda clause: len(clause)):
            kept = [choice_set for choice_set in clause if choice_set.path == only]
            for choice_set in clause if kept else ():
                if choice_set.path != only and choice_set.passing:
                    row[choice_set.path] = self._chance.choice(sorted(choice_set.passing))
            path, label = self._kept(tuple(kept) or clause, {**row, **fixed})
            fixed.setdefault(path, label)
        return self._experiment.assignment(tuple(fixed.items()), row)

    def _kept(self, clause: Clause, row: dict[str, str]) -> PathChoice:
        """A choice that meets a clause, the row's where it does."""
        for choice_set in clause:
            label = row.get(choice_set.path)
            if label in choice_set.failing:
                return choice_set.path, label
        choice_set = self._chance.choice(clause)
        return choice_set.path, self._chance.choice(sorted(choice_set.failing))

    # --- what was met -----------------------------------------------------------------------------

    def _new_choices(self, box: Box, only: str) -> list[PathChoice]:
        """The choices that a box was not met with yet and that it admits.

        For one alternative `only` those of small facets do.
        """
        met: set[tuple[str, str | None]] = set()
        for trial in self._experiment.failing:
            if self._is_evidence(trial.case.labels, box, only):
                met.update(trial.case.labels.items())
        admitted = {clause[0].path: clause[0].failing for clause in box if len(clause) == 1}
        apart = {choice_set.path for clause in box if len(clause) > 1 for choice_set in clause}
        around = set(outer_paths(self._contract, only)) if only else set()
        new: list[PathChoice] = []
        for facet in self._contract.varying:
            is_around = facet.path in around or facet.path in apart
            if only and (is_around or len(facet.choices) > _SMALL):
                continue
            for choice in facet.choices:
                is_admitted = choice.label in admitted.get(facet.path, facet.labels)
                path_choice = facet.path, choice.label
                if not is_admitted or path_choice in met or (only, path_choice) in self._skipped:
                    continue
                if path_choice not in self._hiding and not self._fails_alone(path_choice):
                    new.append(path_choice)
        return new

    def _fails_alone(self, choice: PathChoice) -> bool:
        """Whether the baseline with one choice is known to go wrong, for another reason."""
        if choice not in self._alone:
            is_masked = self._is_masked(self._experiment.assignment([choice]))
            baseline = self._experiment.assignment(()) if is_masked else None
            self._alone[choice] = baseline is not None and not self._experiment.goes_wrong(baseline)
        return self._alone[choice]

    def _is_masked(self, labels: dict[str, str] | None) -> bool:
        """Whether an event is known to be stopped by another fault."""
        trial = None if labels is None else self._experiment.known(labels)
        return trial is not None and trial.failed and not self._experiment.shows(trial)


def _alternatives(box: Box) -> list[str]:
    """The paths of the clauses of a box that any of several facets meets."""
    return [choice_set.path for clause in box if len(clause) > 1 for choice_set in clause]
