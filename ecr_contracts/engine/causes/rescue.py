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

from collections.abc import Mapping, Sequence

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
    outer_paths,
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
        self._rows = Rows(experiment, explained)
        self._doubtful: list[ChoiceSet] = []
        self._widened: set[str] = set()
        self._filled: set[str] = set()

    def cause(self) -> CauseCandidate:
        """The box that no event refutes any more, or a doubt."""
        self._add_needed()
        self._rows.explained = self.explained
        for _ in range(_ROUNDS):
            passing = self._counterexample()
            if passing is None:
                if self._rows.try_next(self.centre, self.box) or self._widen():
                    continue
                if self._try_filled():
                    continue
                return CauseCandidate(self.box)
            if self._experiment.fails_again(passing):
                return CauseCandidate(None, Doubt.FLAKY)
            labels = known_labels(passing.case.labels)
            if not self._refine(labels) and not self._excludes(labels):
                break
        return CauseCandidate(None, Doubt.UNKNOWN)

    def _add_needed(self) -> None:
        """A clause for each deviation that the centre needs.

        Where another cause accounts for the event without it, nothing shows that it is needed: it
        becomes a clause only if a counterexample asks for it.
        """
        ordinary = self._contract.ordinary
        for path, _ in self._needed:
            choice_set = self._swept(path)
            without = self._changed([(path, ordinary[path])]) if path in ordinary else None
            if choice_set.passing or not self._is_explained(without):
                self._add((choice_set,))
            else:
                self._doubtful.append(choice_set)
        self._needed = ()

    def _is_explained(self, labels: dict[str, str] | None) -> bool:
        """Whether another cause accounts for an event."""
        return labels is not None and is_accounted_for(self.explained, labels)

    def _excludes(self, passing: dict[str, str]) -> bool:
        """Whether a doubtful deviation that a passing event lacks tells it from those that fail."""
        for choice_set in self._doubtful:
            if not choice_set.has(passing):
                self._add((choice_set,))
                return True
        return False

    def _widen(self) -> bool:
        """Whether a clause about one facet holds for siblings of it as well, which it is told of.

        All of them are tried at once first.
        """
        for clause in self.box:
            facet = self._contract.by_path[clause[0].path]
            if len(clause) > 1 or facet.parent is None or facet.path in self._widened:
                continue
            self._widened.add(facet.path)
            wider = self._with_siblings(clause[0])
            if len(wider) > 1:
                self.box = tuple(wider if other == clause else other for other in self.box)
                return True
        return False

    def _try_filled(self) -> bool:
        """Try what may be as good as nothing: where counts are absent, all of them zero.

        Whether anything was tried. If it fails, that is left to the next cause.
        """
        for clause in self.box:
            outer = clause[0].path
            if len(clause) > 1 or outer in self._filled or not clause[0].passing:
                continue
            self._filled.add(outer)
            inner = [one for one in self._contract.varying if one.parent == outer]
            if len(inner) < 2 or self._contract.is_filled(self.centre, outer):
                continue
            for filled in sorted(clause[0].passing):
                for label in sorted(inner[0].labels):
                    alike = [(one.path, label) for one in inner if label in one.labels]
                    self._result_with(((outer, filled), *alike))
            return True
        return False

    def _with_siblings(self, choice_set: ChoiceSet) -> Clause:
        """The clause that any of several siblings has one of a set's choices."""
        facet = self._contract.by_path[choice_set.path]
        about = {one.path for clause in self.box for one in clause}
        label = self.centre[facet.path]
        siblings: list[str] = []
        for other in self._contract.varying:
            is_sibling = other.parent == facet.parent and other.labels == facet.labels
            if is_sibling and other.path not in about and self.centre.get(other.path) != label:
                siblings.append(other.path)
        flipped = [(facet.path, one) for one in sorted(choice_set.passing)[:1]]
        if not flipped or len(siblings) == 0:
            return (choice_set,)
        together = (*flipped, *((path, label) for path in siblings))
        if self._result_with(together) is not TestResult.FAIL:
            return (choice_set,)
        clause = [choice_set]
        for path in siblings:
            failing, passing = set(), {self.centre[path]}
            for choice in facet.choices:
                if choice.label in passing:
                    continue
                result = self._result_with((*flipped, (path, choice.label)))
                if result is TestResult.FAIL:
                    failing.add(choice.label)
                elif result is TestResult.PASS:
                    passing.add(choice.label)
            if failing == choice_set.failing:
                clause.append(ChoiceSet(path, frozenset(failing), frozenset(passing)))
        return tuple(clause)

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
        while rescue:
            smaller: Conjunction = ()
            for group in self._decisive(rescue):
                decisive = self._without_hidden(group, rescue)
                others = tuple(change for change in rescue if change not in decisive)
                result = self._moved(others)
                if result is TestResult.FAIL:
                    self._add(self._clause(decisive))
                    return not is_within(self.box, passing)
                if result is TestResult.PASS:
                    smaller = others
                    break
            rescue = smaller
        return False

    def _without_hidden(self, group: Conjunction, rescue: Conjunction) -> Conjunction:
        """The siblings of a group of which one alone, the rest of a rescue changed, is told.

        Where another fault hides what one of them does alone, nothing shows that it lets an event
        fail; it is left out if there are others.
        """
        telling = tuple(change for change in group if not self._is_hidden_alone(change, rescue))
        return telling or group

    def _is_hidden_alone(self, change: PathChoice, rescue: Conjunction) -> bool:
        """Whether another fault ends the call of an event that all of a rescue but one changes."""
        near = self._changed(tuple(other for other in rescue if other != change))
        trial = None if near is None else self._experiment.trial(near)
        if trial is None or self._experiment.shows(trial):
            return False
        return self._experiment.is_masked(trial)

    def _moved(self, changes: Conjunction) -> TestResult:
        """What the centre does with some changes; if it still fails, it is the centre then."""
        if not changes:
            return TestResult.FAIL
        moved = self._changed(changes)
        if moved is None:
            return TestResult.UNRESOLVED
        result = self._experiment.result(moved)
        if result is TestResult.FAIL:
            self.centre = moved
        return result

    def _clause(self, decisive: Conjunction) -> Clause:
        """The clause about one facet, or about siblings, changes of which let the centre pass."""
        if len(decisive) == 1:
            return (self._swept(decisive[0][0]),)
        return self._swept_together(decisive)

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
        wanted = dict(changes)
        for path, label in self._fixed(self.centre).items():
            if path not in wanted and not self._is_left_hollow(path, wanted):
                wanted[path] = label
        start = dict(explicit_choices(self._contract, self.centre))
        return self._experiment.assignment(tuple(wanted.items()), start)

    def _is_left_hollow(self, path: str, changes: Mapping[str, str]) -> bool:
        """Whether some changes leave nothing around a facet."""
        for outer in outer_paths(self._contract, path):
            if outer in changes and not self._contract.is_filled(changes, outer):
                return True
        return False

    def _fixed(self, labels: dict[str, str]) -> dict[str, str]:
        """The choices that an event has of the clauses about a single facet."""
        fixed: dict[str, str] = {}
        for clause in self.box:
            if len(clause) == 1 and clause[0].has(labels):
                fixed[clause[0].path] = labels[clause[0].path]
        return fixed

    def _decisive(self, rescue: Conjunction) -> list[Conjunction]:
        """The changes of a rescue that one clause may be about: of one facet, or of siblings.

        A facet that the box is about already goes first: so the box is split there.
        """
        singles = {clause[0].path for clause in self.box if len(clause) == 1}
        groups: dict[str, Conjunction] = {}
        for change in rescue:
            if change[0] not in self.centre:
                continue  # the centre has nothing around it: no choice of it can be kept
            parent = self._contract.by_path[change[0]].parent
            name = change[0] if parent is None or change[0] in singles else parent
            groups[name] = (*groups.get(name, ()), change)

        def rank(group: Conjunction) -> tuple[bool, int]:
            return group[0][0] not in singles, -len(group)

        return sorted(groups.values(), key=rank)

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
        if self._is_explained(near):
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
