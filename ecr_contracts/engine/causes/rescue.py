"""Counterexamples: ask which choices rescue a failing event, and so what else the cause needs.

Reduction (see `reduce`) finds what must deviate from the baseline. It cannot see what the cause
needs of the baseline itself ("no tags, and the scan is COMPLETE"), nor what makes an exception. For
that the candidate is refined by counterexamples, as in adaptive testing of failure-inducing
combinations (Zhang and Zhang, 2011), and each counterexample is reduced by delta debugging between
a failing and a passing event:

1. Of the passing events that the candidate says should fail, take the one nearest to the reduced
   failing event. None left: go to 4.
2. A minimal subset of their differences is sought that, changed in the failing event, lets it pass:
   the rescue.
3. The facet of the rescue is decisive. Its other choices are tried too. If few of them fail, what
   the failing event has there joins the conjunction. If most of them fail, or a rescue is only
   inferred, those that pass become exceptions. On to 1.
4. The candidate is tried on events that it says should fail and whose choices it was not met with
   yet. An event that passes after all is the next counterexample. When no new event is found,
   choices that turned out to be needless are taken out again, and the candidate is the cause.

What it promises: no trial that is known refutes the cause; a doubt is returned instead of a cause
that more than a few choices decide. Budget: `_ROUNDS` rounds of 1 to 3, `_ROWS` events of 4; one
rescue takes about 2(1 + log2 n) calls for n differences, and one for each choice of its facet.

An example. A consumer fails if image-tags is empty and scan-status is COMPLETE. Reduction left "no
tags". The passing event with no tags that is nearest is FAILED, has no counts, and is of another
region and repository. Of these differences the status alone lets the failing event pass. It has no
third choice, so one choice fails and one passes: the conjunction becomes "scan-status is COMPLETE
and image-tags is empty". Four events of that kind with other accounts, regions and digests fail
too, so it stands, after 16 calls.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ecr_contracts.core.findings import Evidence
from ecr_contracts.engine.causes.experiment import Experiment, TestResult, is_plain
from ecr_contracts.engine.causes.model import (
    UNLISTED,
    CauseCandidate,
    Conjunction,
    Doubt,
    PathChoice,
    deviations,
    explicit_choices,
    has_any,
    is_accounted_for,
    known_labels,
)
from ecr_contracts.engine.causes.reduce import minimal_subset
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.model import Contract, Facet
from ecr_contracts.events.shapes import Absent

_ROUNDS = 40  # counterexamples that one cause is held against, and events that it is tried on
_ROWS = 4  # events of other choices that one cause is tried on
_LARGEST = 5  # choices in one cause; nobody grasps more


class RescueSearch:
    """The search for all that the cause of one reduced failing event needs.

    `labels` is the assignment of that event, `needed` the deviations that it does not fail without.
    The candidates `explained` account for other failures.
    """

    def __init__(
        self,
        experiment: Experiment,
        labels: dict[str, str],
        needed: Conjunction,
        explained: Sequence[CauseCandidate],
    ) -> None:
        self._experiment = experiment
        self._contract: Contract = experiment.contract
        self._labels = labels
        self._candidate = CauseCandidate(needed)
        self._explained = explained
        self._ignored: list[PathChoice] = []

    def cause(self) -> CauseCandidate:
        """The candidate that no event refutes any more, or a doubt."""
        rows = 0
        for _ in range(_ROUNDS):
            passing = self._counterexample(self._candidate)
            if passing is None:
                if rows == _ROWS or not self._tries_new_event():
                    return self._in_order(self._pruned())
                rows += 1
                continue
            if self._experiment.fails_again(passing):
                return CauseCandidate(None, doubt=Doubt.FLAKY)
            rescue = self._rescue(known_labels(passing.case.labels))
            if not rescue or len(self._conjunction) == _LARGEST:
                break
            self._candidate = self._refined(rescue)
        return CauseCandidate(None, doubt=Doubt.UNKNOWN)

    @property
    def _conjunction(self) -> Conjunction:
        return self._candidate.conjunction or ()

    # --- counterexamples --------------------------------------------------------------------------

    def _counterexample(self, candidate: CauseCandidate) -> Trial | None:
        """The passing trial nearest to the failing event that a candidate says should fail."""
        failing = self._labels.items()

        def differences(trial: Trial) -> int:
            return len(trial.case.labels.items() ^ failing)

        refuting = (trial for trial in self._experiment.passing if self._refutes(trial, candidate))
        return min(refuting, key=differences, default=None)

    def _refutes(self, trial: Trial, candidate: CauseCandidate) -> bool:
        labels = trial.case.labels
        return is_plain(trial) and candidate.predicts(labels) and not has_any(self._ignored, labels)

    def _rescue(self, passing: dict[str, str]) -> Conjunction:
        """The least that the failing event has to take over from a passing one to pass."""
        differing: list[PathChoice] = []
        for path, label in explicit_choices(self._contract, passing):
            if self._labels.get(path) != label:
                differing.append((path, label))

        def passes(changes: tuple[PathChoice, ...]) -> bool:
            near = self._changed(*changes)
            return near is not None and self._experiment.result(near) is TestResult.PASS

        rescue = minimal_subset(differing, passes)
        return rescue if passes(rescue) else ()

    def _changed(self, *changes: PathChoice) -> dict[str, str] | None:
        """The assignment nearest to the failing one that has the conjunction and some changes."""
        return self._experiment.assignment((*self._conjunction, *changes), self._labels)

    # --- refinement -------------------------------------------------------------------------------

    def _refined(self, rescue: Conjunction) -> CauseCandidate:
        """The candidate with what a rescue tells: one more choice that it needs, or exceptions."""
        path, rescuing = self._decisive(rescue)
        facet = self._contract.by_path[path]
        present = self._labels.get(path)
        failing, passing = [present], [rescuing]
        is_single = len(rescue) == 1
        if is_single:
            self._try_other_choices(facet, failing, passing)
            hollow = self._hollow(facet)
            if self._holds_conjunction(path) and hollow.isdisjoint(failing):
                # What is absent since all around it is absent says nothing: a consumer that looks
                # never gets that far.
                self._ignored += [(path, label) for label in hollow]
                if rescuing in hollow:
                    return self._candidate
        if present is None:
            return CauseCandidate(None, doubt=Doubt.UNKNOWN)
        possible = passing
        if not is_single:
            possible = [choice.label for choice in facet.choices if choice.label != present]
        is_weak = self._rescues_baseline((path, rescuing)) and self._is_inferred(facet, possible)
        most_fail = is_single and len(failing) > len(passing)
        is_exception = most_fail or (is_weak and not self._conjunction)
        if is_exception and not self._holds_conjunction(path):
            exceptions = tuple((path, label) for label in passing)
            return replace(self._candidate, except_for=(*self._candidate.except_for, *exceptions))
        return replace(self._candidate, conjunction=(*self._conjunction, (path, present)))

    def _decisive(self, rescue: Conjunction) -> PathChoice:
        """Of the changes of a rescue, one that makes the fault vanish, even if another shows."""
        if len(rescue) > 1:
            for change in rescue:
                near = self._changed(change)
                if near is not None and self._experiment.result(near) is not TestResult.FAIL:
                    return change
        return min(rescue, key=lambda change: len(self._contract.by_path[change[0]].choices))

    def _try_other_choices(
        self, facet: Facet, failing: list[str | None], passing: list[str]
    ) -> None:
        """Try each choice of a facet in the failing event; add it to those that fail or pass."""
        tried = {*failing, *passing}
        for choice in facet.choices:
            if choice.label in tried:
                continue
            near = self._changed((facet.path, choice.label))
            if near is None or near.get(facet.path) != choice.label:
                continue
            result = self._experiment.result(near)
            if result is TestResult.FAIL:
                failing.append(choice.label)
            elif result is TestResult.PASS:
                passing.append(choice.label)

    def _rescues_baseline(self, change: PathChoice) -> bool:
        """Whether the cause no longer fails with a change, in what is else the baseline."""
        near = self._experiment.assignment((*self._conjunction, change))
        return near is not None and self._experiment.result(near) is not TestResult.FAIL

    @staticmethod
    def _is_inferred(facet: Facet, labels: Sequence[str]) -> bool:
        return all(facet[label].evidence is Evidence.INFERRED for label in labels)

    # --- events that the candidate was not met with yet -------------------------------------------

    def _tries_new_event(self) -> bool:
        """Try an event that should fail, if there is one; and what it does without the cause."""
        labels = self._new_event()
        if labels is None or self._experiment.trial(labels) is None:
            return False
        if self._experiment.result(labels) is TestResult.FAIL:
            without = self._without_cause(labels)
            if without is not None:
                self._experiment.trial(without)
        return True

    def _new_event(self) -> dict[str, str] | None:
        """An assignment that should fail, of choices that the cause was not met with yet."""
        new = self._new_choices()
        # All new choices at once, else few of them: some exclude each other, what the cause needs,
        # or fail alone.
        half = len(new) // 2
        attempts: list[tuple[Sequence[PathChoice], Sequence[PathChoice]]] = []
        for part in (new, new[:half], new[half:]):
            attempts.append(((), part))
        for choice in new:
            attempts.append(((choice,), ()))
        for wanted, start in attempts:
            labels = self._experiment.assignment((*self._conjunction, *wanted), dict(start))
            if labels is None or self._experiment.known(labels):
                continue
            choices = set(labels.items())
            is_new = not choices.isdisjoint(new) and choices.isdisjoint(self._ignored)
            if is_new and self._candidate.predicts(labels):
                return labels
        return None

    def _new_choices(self) -> list[PathChoice]:
        """For each facet that the cause is not about, a choice that it was not met with yet."""
        met: set[tuple[str, str | None]] = set(self._ignored)
        for trial in self._experiment.trials:
            if self._is_evidence(trial):
                met.update(trial.case.labels.items())
        fixed = {path for path, _ in self._conjunction}
        new: list[PathChoice] = []
        for facet in self._contract.varying:
            choice = None if facet.path in fixed else self._new_choice(facet, met)
            if choice is not None:
                new.append(choice)
        return new

    def _new_choice(
        self, facet: Facet, met: Collection[tuple[str, str | None]]
    ) -> PathChoice | None:
        """A choice that the cause was not met with yet and that is not known to fail alone."""
        for possible in facet.choices:
            choice = (facet.path, possible.label)
            near = self._experiment.assignment((*self._conjunction, choice))
            if near is None or self._experiment.known(near):
                continue
            if choice in met or choice in self._candidate.except_for:
                continue
            if not self._fails_alone(choice):
                return choice
        return None

    def _is_evidence(self, trial: Trial) -> bool:
        """Whether a trial shows that the cause is enough: it fails for no other known reason."""
        labels = trial.case.labels
        if not self._experiment.shows(trial) or not self._candidate.predicts(labels):
            return False
        if is_accounted_for(self._explained, labels):
            return False
        without = self._without_cause(known_labels(labels))
        if without is not None:
            is_known = self._experiment.known(without) is not None
            return is_known and not self._experiment.goes_wrong(without)
        return not any(self._fails_alone(choice) for choice in deviations(self._contract, labels))

    def _without_cause(self, labels: dict[str, str]) -> dict[str, str] | None:
        """A failing assignment with the baseline's choices in place of a cause that deviates."""
        baseline = self._contract.ordinary
        usual: list[PathChoice] = []
        for path, label in self._conjunction:
            if baseline.get(path, label) != label:
                usual.append((path, baseline[path]))
        return self._experiment.assignment(usual, labels) if usual else None

    def _fails_alone(self, choice: PathChoice) -> bool:
        """Whether the baseline with one choice is known to go wrong, for another reason."""
        if choice[1] == UNLISTED:
            return False
        baseline = self._experiment.assignment(())
        changed = self._experiment.assignment([choice])
        if baseline is None or changed is None or self._candidate.predicts(changed):
            return False
        return self._experiment.goes_wrong(changed) and not self._experiment.goes_wrong(baseline)

    # --- the shape of the cause -------------------------------------------------------------------

    def _pruned(self) -> CauseCandidate:
        """The candidate without choices that were taken for needed before others were known."""
        pruned = self._candidate
        # What lies within a list says more than that there is something in it.
        outermost = sorted(
            self._conjunction, key=lambda choice: len(self._contract.by_path[choice[0]].steps)
        )
        for choice in outermost:
            others = tuple(other for other in pruned.conjunction or () if other != choice)
            smaller = replace(pruned, conjunction=others)
            if others and self._counterexample(smaller) is None:
                pruned = smaller
        return pruned

    def _in_order(self, candidate: CauseCandidate) -> CauseCandidate:
        """The candidate with its choices in the order of an event's keys.

        A choice that only says that something stands around another one is left out.
        """
        conjunction = candidate.conjunction or ()
        around: set[str] = set()
        for path, label in conjunction:
            if not isinstance(self._contract.by_path[path][label].shape, Absent):
                around.update(self._outer_paths(path))
        labels = dict(conjunction)
        kept: list[PathChoice] = []
        for facet in self._contract.varying:
            if facet.path in labels and facet.path not in around:
                kept.append((facet.path, labels[facet.path]))
        return replace(candidate, conjunction=tuple(kept))

    def _holds_conjunction(self, path: str) -> bool:
        """Whether a facet of the conjunction lies within the one of a path."""
        return any(path in self._outer_paths(inner) for inner, _ in self._conjunction)

    def _outer_paths(self, path: str) -> Iterator[str]:
        """The paths of the facets that one lies within, the innermost first."""
        facet: Facet | None = self._contract.by_path[path]
        while facet is not None and facet.parent is not None:
            yield facet.parent
            facet = self._contract.by_path[facet.parent]

    def _hollow(self, facet: Facet) -> set[str]:
        """The choices of a facet with which nothing can stand within it."""
        hollow: set[str] = set()
        for choice in facet.choices:
            if not self._contract.is_filled({facet.path: choice.label}, facet.path):
                hollow.add(choice.label)
        return hollow
