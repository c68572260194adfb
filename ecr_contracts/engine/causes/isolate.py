"""Isolate the causes of one fault by further calls: reproduce, reduce, refine, try other values.

For each failing event that no candidate accounts for yet, the simplest first:

1. Reproduce: the same event is given again (`_AGAIN` times). If it passes then, it is flaky.
2. Reduce it towards the baseline, and keep the choices that it needs (see `reduce`).
3. Learn the box of choices around it within which events fail (see `rescue`), until no event
   refutes it and each choice was met within it (see `rows`).
4. Try other values of the same choices. If such an event passes, some value decides: a boundary of
   it, or no cause is claimed.
5. Hold the cause against all known trials, and against fresh events (see `refute`). One that passes
   refines it; a boundary that is refuted is not told.

Where there are several causes, each is then held against events that no other one accounts for: an
event that fails for another reason bears nothing out. Causes that differ in one facet are one (see
`merge`).

What it promises: a cause is claimed only if no known trial refutes it; a doubt says why there is
none. Budget: the prober's limit of calls (`--probe`) for each fault; once it is spent, the trials
that there are decide.

An example. A consumer raises IndexError for `scan/no-tags` and for `scan/no-tags+not-v4-id`. The
first is simpler. It fails again; the baseline passes, so the tags are needed; of their other
choices none fails. No event with empty tags passes; such events of other choices fail, and so do
two with other digests and accounts. After about a dozen calls "image-tags is empty" is the cause,
and it accounts for the second failing event as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecr_contracts.engine.causes.bounded import (
    by_value,
    sharpened,
    told_by_value,
    without_refuted,
)
from ecr_contracts.engine.causes.experiment import Experiment, TestResult, is_plain, simplicity
from ecr_contracts.engine.causes.merge import merged
from ecr_contracts.engine.causes.model import (
    UNLISTED,
    Box,
    CauseCandidate,
    Conjunction,
    Doubt,
    all_choices,
    box_of,
    is_accounted_for,
    is_bounded_by,
    known_labels,
)
from ecr_contracts.engine.causes.reduce import needed, plainer_values, reduced
from ecr_contracts.engine.causes.refute import (
    fresh_refutation,
    has_no_values,
    is_turned_back,
    only_counts,
    refuting,
)
from ecr_contracts.engine.causes.rescue import RescueSearch
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.generate import cases
from ecr_contracts.events.regexes import Digits

_AGAIN = 2  # times that a consumer is given the same event again
_REFINED = 3  # times that a cause may be refuted by fresh events, and refined
_ENOUGH = 6  # fresh events that bear a boundary out, if no more can be tried
_PASSES = 3  # times that all causes are held against each other
_DIGITS = int(  # any number will do that is large enough
    "9E3779B97F4A7C15F39CC0605CEDC8341082276BF3A27251"
    "F86C6A11D0C18E952767F0B153D27B7F0347045B5BF1827F",
    16,
)


def isolated_causes(
    experiment: Experiment, explained: Sequence[CauseCandidate] = ()
) -> list[CauseCandidate]:
    """The causes of the failures that are not `explained` yet."""
    isolation = _Isolation(experiment, list(explained))
    isolation.explain_all()
    return isolation.candidates


class _Isolation:
    """The causes of one fault as they are found: `candidates`, beside those `explained` before."""

    def __init__(self, experiment: Experiment, explained: list[CauseCandidate]) -> None:
        self.candidates: list[CauseCandidate] = []
        self._experiment = experiment
        self._explained = explained
        self._searches: dict[int, RescueSearch] = {}
        self._first_own = len(experiment.trials)
        self._may_try = not experiment.prober.is_spent

    def explain_all(self) -> None:
        """Find a cause of each failure; then try each cause on events that no other explains."""
        for _ in range(_PASSES):
            while left := _unexplained(self._experiment, self._all()):
                self.candidates.append(self._next(left))
            if len(self._all()) == 1 or not self._confirm():
                break
        while left := _unexplained(self._experiment, self._all()):
            self.candidates.append(self._next(left))
        contract = self._experiment.contract
        self.candidates = without_refuted(contract, merged(contract, self.candidates))

    def _all(self) -> list[CauseCandidate]:
        return [*self._explained, *self.candidates]

    def _next(self, left: Sequence[Trial]) -> CauseCandidate:
        """The cause of the simplest of some failures."""
        experiment = self._experiment
        start = min(left, key=lambda trial: simplicity(experiment.contract, trial))
        candidate = self._cause(start)
        if candidate.box is not None and not candidate.predicts(start.case.labels):
            candidate = CauseCandidate(None, Doubt.UNKNOWN)
        if not candidate.accounts_for(start.case.labels):
            candidate = replace(candidate, scope=())
        return candidate

    def _confirm(self) -> bool:
        """Hold each cause against events that no other one accounts for; whether any changed."""
        is_changed = False
        for place, search in self._searches.items():
            before = self.candidates[place]
            if before.box is None:
                continue
            search.explained = [one for one in self._all() if one is not before]
            after = search.cause()
            if after != before:
                self.candidates[place] = after
                is_changed = True
        return is_changed

    def _cause(self, start: Trial) -> CauseCandidate:
        """The cause of one failing trial, or why there is none to name."""
        experiment, explained = self._experiment, self._all()
        if not explained and not _is_reproducible(experiment, start):
            return CauseCandidate(None, Doubt.FLAKY)
        labels = _plain_failure(experiment, start)
        if labels is None:
            unlisted = _unlisted(start)
            if unlisted and explained and not _is_reproducible(experiment, start):
                return CauseCandidate(None, Doubt.FLAKY)
            if unlisted:
                return CauseCandidate(box_of(unlisted))
            plainer = plainer_values(experiment, start, explained)
            if not is_plain(plainer):
                return self._by_value(plainer) or CauseCandidate(None, Doubt.VALUE)
            labels = known_labels(plainer.case.labels)
        labels = reduced(experiment, labels, explained)
        deviating = needed(experiment, labels, explained)
        if deviating is None:
            return CauseCandidate(None, Doubt.UNKNOWN, box_of(labels.items()))
        search = RescueSearch(experiment, labels, deviating, explained)
        candidate = search.cause()
        if candidate.box is None:
            return candidate
        if not self._still_passes(search.centre):
            return CauseCandidate(None, Doubt.FLAKY)
        passing = None
        if not explained:
            passing = _passing_of_other_values(experiment, search.centre, candidate.box)
        if passing is not None:
            if not _is_reproducible(experiment, start, first=_AGAIN + 1):
                return CauseCandidate(None, Doubt.FLAKY)  # chance, and no value
            failing = experiment.known(search.centre)
            if failing is None:
                return CauseCandidate(None, Doubt.VALUE, candidate.box)
            return self._bounded(failing, passing, candidate.box)
        return self._claimed(start, search, candidate.box)

    def _claimed(self, start: Trial, search: RescueSearch, box: Box) -> CauseCandidate:
        """The cause that a search has found, if no event refutes it; with boundaries if it can."""
        experiment = self._experiment
        if start.is_late:
            return CauseCandidate(box)  # to try more of them would take too long
        for _ in range(_REFINED):
            passing = self._refutation(box)
            if passing is None:
                break
            failing = experiment.trial(known_labels(passing.case.labels))
            if failing is not None and experiment.shows(failing):
                return self._bounded(failing, passing, box)
            refined = search.cause()
            if refined.box is None or refined.box == box:
                return CauseCandidate(None, refined.doubt or Doubt.VALUE, box)
            box = refined.box
        else:
            return CauseCandidate(None, Doubt.VALUE, box)
        if self._is_cut_short() or only_counts(box):
            is_of_values = any(one.doubt is Doubt.VALUE for one in self.candidates)
            return CauseCandidate(None, Doubt.VALUE if is_of_values else Doubt.UNKNOWN, box)
        bounded = sharpened(experiment, search.centre, box)
        by_values = told_by_value(experiment, search.centre, bounded)
        if by_values is not None:
            return self._if_borne_out(by_values, box)
        if bounded != box:
            if self._is_borne_out(bounded):
                return CauseCandidate(bounded)
            if self._refutation(box, is_doubtful=True) or self._is_cut_short():
                return CauseCandidate(None, Doubt.VALUE, box)
        self._searches[len(self.candidates)] = search
        return CauseCandidate(box)

    def _bounded(self, failing: Trial, passing: Trial, scope: Box = ()) -> CauseCandidate:
        """The cause of a failing event in which values decide, or the doubt that they do."""
        found = by_value(self._experiment, failing.case.event, passing.case.event)
        return self._if_borne_out(found or CauseCandidate(None, Doubt.VALUE), scope)

    def _if_borne_out(self, found: CauseCandidate, scope: Box) -> CauseCandidate:
        """A cause in which values decide if no event refutes it, else the doubt that they do."""
        if found.box is None or not self._is_borne_out(found.box):
            field = found.field if found.box is None else ""
            return CauseCandidate(None, Doubt.VALUE, scope, field)
        return found

    def _is_borne_out(self, box: Box) -> bool:
        """Whether no event refutes a cause with a boundary, and enough of them were tried."""
        before = len(self._experiment.trials)
        if self._refutation(box) is not None:
            return False
        return not self._is_cut_short() or len(self._experiment.trials) - before >= _ENOUGH

    def _is_cut_short(self) -> bool:
        """Whether no further call may be made, so that a cause was not held against events."""
        return self._may_try and self._experiment.prober.is_spent

    def _refutation(self, box: Box, *, is_doubtful: bool = False) -> Trial | None:
        """A passing trial that refutes a cause: a known one, or one of a fresh event."""
        experiment = self._experiment
        known = refuting(experiment.contract, box, experiment.passing, experiment.failing)
        return known or fresh_refutation(experiment, box, self._all(), is_doubtful=is_doubtful)

    def _by_value(self, failing: Trial) -> CauseCandidate | None:
        """The cause of a failing trial whose plainest event does not fail, if a boundary is one."""
        labels = known_labels(failing.case.labels)
        near = self._experiment.assignment(tuple(labels.items()))
        passing = None if near is None else self._experiment.trial(near)
        if passing is None or self._experiment.shows(passing):
            return None
        return self._bounded(failing, passing)

    def _still_passes(self, labels: dict[str, str]) -> bool:
        """Whether an event passes after all the failing ones, as far as can be tried.

        One that was tried to tell the cause, or the one nearest to a failing event once more. Where
        none does, what came before decides, and no choice.
        """
        passing = self._experiment.passing
        own = self._experiment.trials[self._first_own :]
        if passing and any(trial is passing[-1] for trial in own):
            return True
        nearest = min(
            filter(is_plain, passing),
            key=lambda trial: len(trial.case.labels.items() ^ labels.items()),
            default=None,
        )
        return nearest is None or not self._experiment.fails_again(nearest, _AGAIN + 2)


def _unexplained(experiment: Experiment, explained: Sequence[CauseCandidate]) -> list[Trial]:
    """The failing trials that no candidate accounts for."""
    unexplained: list[Trial] = []
    for trial in experiment.failing:
        case = trial.case
        if is_accounted_for(explained, case.labels):
            continue
        if case.is_valued and is_bounded_by(
            experiment.contract, explained, case.labels, case.event
        ):
            continue
        unexplained.append(trial)
    return unexplained


def _is_reproducible(experiment: Experiment, trial: Trial, first: int = 1) -> bool:
    """Whether the same event fails each time; one that takes long is given once more only.

    `first` is the number of the first of these calls, for those that were made already count.
    """
    numbers = range(first, first + (1 if trial.is_late else _AGAIN))
    return all(experiment.fails_again(trial, number) is not False for number in numbers)


def _plain_failure(experiment: Experiment, start: Trial) -> dict[str, str] | None:
    """The assignment of a failing trial; None if the plainest event of it does not fail."""
    labels = known_labels(start.case.labels)
    if is_plain(start):
        return labels
    labels = experiment.assignment(tuple(labels.items())) or labels
    return labels if experiment.result(labels) is TestResult.FAIL else None


def _unlisted(trial: Trial) -> Conjunction:
    """The paths at which an event has what no choice describes."""
    return tuple(choice for choice in all_choices(trial.case.labels) if choice[1] == UNLISTED)


def _passing_of_other_values(
    experiment: Experiment, labels: dict[str, str], cause: Box
) -> Trial | None:
    """A trial of the same choices and other values, if it passes, as far as can be tried.

    One whose cause has no other values, and that is turned back before it comes to the code that
    fails, says nothing: the value of another field let the failing event on.
    """
    known = experiment.known(labels)
    if known is not None and known.is_late:
        return None
    try:
        case = cases.of_labels(experiment.contract, labels, Digits(_DIGITS))
    except ValueError:
        return None  # choices that meet in a printed event alone, and are never generated
    trial = experiment.make(case)
    if trial is None or experiment.shows(trial) or experiment.is_masked(trial):
        return None
    is_fixed = has_no_values(experiment.contract, cause)
    if is_fixed and known is not None and is_turned_back(trial, known):
        return None
    return trial
