"""Counterexamples: ask which choices rescue a failing event, and so what the cause needs.

Reduction (see `reduce`) finds a failing event near the baseline, the centre. What lets it pass is
then learned from counterexamples, as in adaptive testing of failure-inducing combinations (Zhang
and Zhang, 2011) and in Angluin's exact learning of monotone formulas. The cause is a box: a
conjunction of clauses, each of which says which choices of a facet have to stay.

1. Each deviation that the centre needs is a first clause: every other choice of its facet is tried,
   and the clause has those that fail.
2. Of the passing events within the box take the one nearest to the centre. None left: go to 4.
3. A minimal subset of their differences is sought that, changed in the centre, lets it pass: the
   rescue. If it is of one facet, that facet is a clause. If it is of several siblings (the
   severities), one clause says that any of them has to stay. Else several causes meet in the
   centre: it is moved to where all of the rescue is changed but one facet, or one group of
   siblings, which is then the clause. On to 2.
4. Rows are tried: events within the box that have as many choices as can be that it was not met
   with yet (see `rows`). One that passes is the next counterexample. When nothing new is left, the
   box is the cause.

What it promises: no trial that is known refutes the cause; each choice of each facet was met within
it where events with it could be tried. Each counterexample shrinks the box, so that it ends. What
fails outside the box is left to the next cause.

Budget: one rescue takes about 2(1 + log2 n) calls for each facet of it, of n differences, and one
for each further choice; rows take as many calls as the largest facet has choices.

An example. A consumer fails if image-tags is empty and scan-status is COMPLETE. Reduction left "no
tags"; no other choice of the tags fails. The passing event with no tags that is nearest is FAILED,
has no counts, and is of another region and repository. Of these differences the status alone lets
the failing event pass. So the box is "image-tags is empty" and "scan-status is COMPLETE". Rows of
other accounts, regions and digests fail too, so it stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecr_contracts.engine.causes.experiment import Experiment, TestResult, is_plain
from ecr_contracts.engine.causes.model import (
    Box,
    CauseCandidate,
    ChoiceSet,
    Clause,
    Conjunction,
    Doubt,
    PathChoice,
    explicit_choices,
    is_accounted_for,
    is_within,
    known_labels,
)
from ecr_contracts.engine.causes.reduce import minimal_subset
from ecr_contracts.engine.causes.rows import Rows
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.model import Contract

_ROUNDS = 40
"""Counterexamples that one cause is held against."""


class RescueSearch:
    """The search for all that the cause of one reduced failing event needs.

    `labels` is the assignment of that event, `needed` the deviations that it does not fail without.
    The candidates `explained` account for other failures, and may grow between calls of `cause`.
    """

    def __init__(
        self,
        experiment: Experiment,
        labels: dict[str, str],
        needed: Conjunction,
        explained: Sequence[CauseCandidate],
    ) -> None:
        self.explained = explained
        self.centre = labels
        self.box: Box = ()
        self._experiment = experiment
        self._contract: Contract = experiment.contract
        self._needed = needed

    def cause(self) -> CauseCandidate:
        """The box that no event refutes any more, or a doubt."""
        for path, _ in self._needed:
            self._add((self._swept(path),))
        self._needed = ()
        rows = Rows(self._experiment, self.explained)
        for _ in range(_ROUNDS):
            passing = self._counterexample()
            if passing is None:
                if not rows.try_next(self.centre, self.box):
                    return CauseCandidate(self.box)
                continue
            if self._experiment.fails_again(passing):
                return CauseCandidate(None, Doubt.FLAKY)
            if not self._refine(known_labels(passing.case.labels)):
                break
        return CauseCandidate(None, Doubt.UNKNOWN)

    # --- counterexamples --------------------------------------------------------------------------

    def _counterexample(self) -> Trial | None:
        """The passing trial within the box that is nearest to the centre."""
        centre = self.centre.items()
        nearest, fewest = None, 0
        for trial in self._experiment.passing:
            labels = trial.case.labels
            if is_plain(trial) and is_within(self.box, labels):
                differences = len(labels.items() ^ centre)
                if nearest is None or differences < fewest:
                    nearest, fewest = trial, differences
        return nearest

    def _refine(self, passing: dict[str, str]) -> bool:
        """Whether what rescues the centre could be told: the box has one more clause then."""
        rescue = self._rescue(passing)
        if not rescue:
            return False
        decisive = self._decisive(rescue)
        others = tuple(change for change in rescue if change not in decisive)
        if others:
            centre = self._changed(others)
            if centre is None or self._experiment.result(centre) is not TestResult.FAIL:
                return False
            self.centre = centre
        if len(decisive) == 1:
            self._add((self._swept(decisive[0][0]),))
        else:
            self._add(self._swept_together(decisive))
        return not is_within(self.box, passing)

    def _rescue(self, passing: dict[str, str]) -> Conjunction:
        """The least that the centre has to take over from a passing event to pass."""
        differing: list[PathChoice] = []
        for path, label in explicit_choices(self._contract, passing):
            if self.centre.get(path) != label:
                differing.append((path, label))
        rescue = minimal_subset(differing, self._passes)
        if not self._passes(rescue):
            return ()
        return self._without_what_comes_along(rescue)

    def _without_what_comes_along(self, rescue: Conjunction) -> Conjunction:
        """What lets an event pass, where a single change brings that along: not the change."""
        near = self._changed(rescue)
        if len(rescue) != 1 or near is None:
            return rescue
        brought: list[PathChoice] = []
        for path, label in explicit_choices(self._contract, near):
            if self.centre.get(path) != label and (path, label) not in rescue:
                brought.append((path, label))
        along = tuple(brought)
        if not along or self._is_nested(rescue[0][0], along) or not self._passes(along):
            return rescue
        return minimal_subset(along, self._passes)

    def _is_nested(self, path: str, choices: Conjunction) -> bool:
        """Whether some choices stand within a facet, or around it."""
        return any(path.startswith(other) or other.startswith(path) for other, _ in choices)

    def _passes(self, changes: Sequence[PathChoice]) -> bool:
        near = self._changed(changes)
        return near is not None and self._experiment.result(near) is TestResult.PASS

    def _changed(self, changes: Sequence[PathChoice]) -> dict[str, str] | None:
        """The assignment nearest to the centre that has some changes, within the box but for them.

        What lies within something that the centre lacks is as in the baseline.
        """
        wanted = dict(self._fixed(self.centre))
        wanted.update(changes)
        start = dict(explicit_choices(self._contract, self.centre))
        return self._experiment.assignment(tuple(wanted.items()), start)

    def _fixed(self, labels: dict[str, str]) -> dict[str, str]:
        """The choices that an event has of the clauses about a single facet."""
        fixed: dict[str, str] = {}
        for clause in self.box:
            if len(clause) == 1 and clause[0].has(labels):
                fixed[clause[0].path] = labels[clause[0].path]
        return fixed

    def _decisive(self, rescue: Conjunction) -> Conjunction:
        """The changes of a rescue that one clause is to be about: of one facet, or of siblings.

        A facet that the box is about already goes first: so the box is split there.
        """
        singles = {clause[0].path for clause in self.box if len(clause) == 1}
        for change in rescue:
            if change[0] in singles:
                return (change,)
        groups: dict[str, list[PathChoice]] = {}
        for change in rescue:
            facet = self._contract.by_path[change[0]]
            groups.setdefault(facet.parent or facet.path, []).append(change)
        largest: list[PathChoice] = []
        for group in groups.values():
            if len(group) > len(largest):
                largest = group
        return tuple(largest)

    # --- clauses ----------------------------------------------------------------------------------

    def _add(self, clause: Clause) -> None:
        """One more clause; one about the same facets is narrowed by it."""
        paths = {one.path for one in clause}
        kept: list[Clause] = []
        for other in self.box:
            if {one.path for one in other} == paths:
                clause = tuple(_narrowed(one, other) for one in clause)
            else:
                kept.append(other)
        self.box = _without_implied((*kept, tuple(one for one in clause if one.failing)))

    def _swept(self, path: str) -> ChoiceSet:
        """The choices of a facet with which the centre fails, and those with which it passes."""
        failing, passing = {self.centre[path]}, set()
        for choice in self._contract.by_path[path].choices:
            if choice.label in failing:
                continue
            result = self._result_with(((path, choice.label),))
            if result is TestResult.FAIL:
                failing.add(choice.label)
            elif result is TestResult.PASS:
                passing.add(choice.label)
        return ChoiceSet(path, frozenset(failing), frozenset(passing))

    def _result_with(self, changes: Conjunction) -> TestResult:
        """What the centre does with some changes; unresolved if another cause accounts for it."""
        near = self._changed(changes)
        if near is None or any(near.get(path) != label for path, label in changes):
            return TestResult.UNRESOLVED
        if is_accounted_for(self.explained, near):
            return TestResult.UNRESOLVED
        return self._experiment.result(near)

    def _swept_together(self, rescue: Conjunction) -> Clause:
        """The choices of several facets of which any one lets the centre fail.

        Each is tried with the others changed as the rescue says; all are tried at once where that
        tells as much.
        """
        failing = {path: {self.centre[path]} for path, _ in rescue}
        passing = {path: {label} for path, label in rescue}
        while layer := self._layer(rescue, failing, passing):
            changes = {**dict(rescue), **dict(layer)}
            if len(layer) > 1 and self._result_with(tuple(changes.items())) is TestResult.PASS:
                for path, label in layer:
                    passing[path].add(label)
                continue
            for path, label in layer:
                changes = {**dict(rescue), path: label}
                result = self._result_with(tuple(changes.items()))
                (failing if result is TestResult.FAIL else passing)[path].add(label)
        return tuple(
            ChoiceSet(path, frozenset(failing[path]), frozenset(passing[path])) for path in failing
        )

    def _layer(
        self, rescue: Conjunction, failing: dict[str, set[str]], passing: dict[str, set[str]]
    ) -> list[PathChoice]:
        """For each facet of a rescue a choice that was not tried yet."""
        layer: list[PathChoice] = []
        for path, _ in rescue:
            for choice in self._contract.by_path[path].choices:
                if choice.label not in failing[path] | passing[path]:
                    layer.append((path, choice.label))
                    break
        return layer


def _narrowed(choice_set: ChoiceSet, clause: Clause) -> ChoiceSet:
    """The set of choices that fail by this set and by the one of a clause about the same facet."""
    for other in clause:
        if other.path == choice_set.path:
            failing = choice_set.failing & other.failing
            passing = choice_set.passing | other.passing
            return ChoiceSet(choice_set.path, failing, passing)
    return choice_set


def _without_implied(box: Box) -> Box:
    """The clauses without those of several facets that hold wherever one of the others does."""
    singles = {clause[0].path: clause[0].failing for clause in box if len(clause) == 1}
    kept: list[Clause] = []
    for clause in box:
        is_implied = len(clause) > 1 and any(
            one.path in singles and singles[one.path] <= one.failing for one in clause
        )
        if not is_implied:
            kept.append(clause)
    return tuple(kept)
