"""The choices that decide a failure, isolated by further calls: what is left out one by one, and what rescues an event.

A failing event is first brought as near to the ordinary one as it still fails: what is left must be
there. Then every passing event that has all of that tells what else must be: the least in which it
differs and that lets it pass.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Evidence
from ecr_contracts.engine.causes.model import (
    UNLISTED,
    CaseLabels,
    CauseCandidate,
    Conjunction,
    Doubt,
    PathChoice,
    all_choices,
    covers,
    deviations,
    explicit_choices,
    known_labels,
)
from ecr_contracts.engine.trial import Prober, Trial
from ecr_contracts.events.generate import cases
from ecr_contracts.events.model import Absent, Contract, Facet, is_filled, settled
from ecr_contracts.events.regexes import Digits

_T = TypeVar("_T")

_ROUNDS = 40  # passing events that one cause is held against
_AGAIN = 2  # times that a consumer is given the same event again
_VALUES = 2  # events of other values that one cause is tried on
_ROWS = 4  # events of other choices that one cause is tried on
_LONGEST = 5  # choices in one cause; nobody grasps more


def least(
    items: Sequence[_T], holds: Callable[[tuple[_T, ...]], bool], given: tuple[_T, ...] = ()
) -> tuple[_T, ...]:
    """A least part of some items that holds, if all do: no part of it can be left out.

    Halves are tried before single items, so that few questions are asked where few items matter.
    """
    if not items or holds(given):
        return ()
    if len(items) == 1:
        return tuple(items)
    half = len(items) // 2
    first, second = tuple(items[:half]), tuple(items[half:])
    of_second = least(second, holds, (*given, *first))
    return (*least(first, holds, (*given, *of_second)), *of_second)


class Isolator:
    """The search for the causes of one fault of a consumer, given events of one kind in one envelope.

    `shows` tells whether a trial has the fault. `trials` are all that are known of, further ones
    are asked of the prober and added to them.
    """

    def __init__(
        self,
        contract: Contract,
        trials: list[Trial],
        shows: Callable[[Trial], bool],
        prober: Prober,
    ) -> None:
        self.contract = contract
        self.trials = trials
        self._shows = shows
        self._prober = prober
        self._known = {_key(trial.case.labels): trial for trial in trials if _is_plain(trial)}

    def accounts(self, told: Sequence[CauseCandidate] = ()) -> Iterator[CauseCandidate]:
        """What the failures come to that are not told of yet, one cause after the other."""
        told = list(told)
        while left := [
            trial for trial in self.trials if self._shows(trial) and not _is_told(told, trial)
        ]:
            start = self._simplest(left)
            account = self._account(start, told)
            if account.conjunction is not None and not account.predicts(start.case.labels):
                account = CauseCandidate(None, doubt=Doubt.UNKNOWN)
            if not account.accounts_for(start.case.labels):
                account = replace(account, scope=())
            told.append(account)
            yield account

    def _account(self, start: Trial, told: Sequence[CauseCandidate]) -> CauseCandidate:
        if not told and not self._is_stable(start):
            return CauseCandidate(None, doubt=Doubt.FLAKY)
        labels = known_labels(start.case.labels)
        if not _is_plain(start):
            labels = self._settled(tuple(labels.items())) or labels
            if self._verdict(labels) is not True:
                unlisted = tuple(
                    choice for choice in all_choices(start.case.labels) if choice[1] == UNLISTED
                )
                if unlisted:
                    return CauseCandidate(unlisted)
                plainer = self._plainer(start)
                if not _is_plain(plainer):
                    return CauseCandidate(None, doubt=Doubt.VALUE)
                labels = known_labels(plainer.case.labels)
        labels = self._reduced(labels, told)
        needed = self._needed(labels)
        if needed is None:
            return CauseCandidate(None, doubt=Doubt.UNKNOWN, scope=tuple(labels.items()))
        account = self._held_against(labels, needed, told)
        if account.conjunction is not None and not self._holds_for_other_values(
            labels, 1 if told else _VALUES
        ):
            return CauseCandidate(None, doubt=Doubt.VALUE, scope=account.conjunction)
        return account

    def _is_stable(self, trial: Trial) -> bool:
        """Whether a consumer does the same again."""
        for number in range(1, 2 if trial.is_late else _AGAIN + 1):
            again = self._prober.again(trial.case, number)
            if again is not None and not self._shows(again):
                return False
        return True

    def _passes_again(self, trial: Trial) -> bool:
        again = self._prober.again(trial.case)
        return again is None or not self._shows(again)

    def _plainer(self, start: Trial) -> Trial:
        """A trial that fails with as few of an event's values as do, and the ordinary ones beside them."""
        event, labels = start.case.event, start.case.labels
        tried: dict[tuple[str, ...], Trial | None] = {}

        def trial(kept: Sequence[Facet]) -> Trial | None:
            key = tuple(facet.path for facet in kept)
            if key not in tried:
                case = self._with_values(event, labels, kept)
                tried[key] = done = None if case is None else self._prober(case)
                self.trials += [done] if done is not None else []
            return tried[key]

        def fails(kept: Sequence[Facet]) -> bool:
            done = trial(kept)
            return done is not None and self._shows(done)

        kept = least(self._differing(event), fails)
        return (trial(kept) or start) if fails(kept) else start

    def _differing(self, event: Any) -> list[Facet]:
        """The facets in whose values an event is not the baseline, the outermost of those that lie in one another."""
        found: list[Facet] = []
        for facet in self.contract.facets:
            ours, theirs = (
                json_path.at(event, facet.steps),
                json_path.at(self.contract.baseline, facet.steps),
            )
            if isinstance(ours, dict) and isinstance(theirs, dict):
                continue
            within = any(facet.steps[: len(outer.steps)] == outer.steps for outer in found)
            if not within and (ours is MISSING) + (theirs is MISSING) != 2 and ours != theirs:
                found.append(facet)
        return found

    def _with_values(
        self, event: Any, labels: CaseLabels, kept: Sequence[Facet]
    ) -> cases.Case | None:
        """The case with an event's values in some facets, and the plainest elsewhere."""
        wanted: list[PathChoice] = []
        pins: dict[json_path.Steps, Any] = {}
        for facet in kept:
            value, label = json_path.at(event, facet.steps), labels.get(facet.path)
            wanted += [(facet.path, label)] if label is not None else []
            template = label is not None and getattr(facet[label].shape, "template", None)
            if value is not MISSING and not isinstance(value, dict) and not template:
                pins[facet.steps] = value
        try:
            built = self.contract.build(settled(self.contract, dict(wanted)), None, pins)
        except ValueError:
            return None
        return cases.of_event(self.contract, built)

    # --- what must be there -----------------------------------------------------------------------

    def _reduced(self, labels: dict[str, str], told: Sequence[CauseCandidate]) -> dict[str, str]:
        """The assignment nearest to the ordinary one that fails still, and of which no account tells yet."""

        def fails(kept: Sequence[PathChoice]) -> bool:
            near = self._settled(kept)
            return (
                near is not None
                and not any(account.accounts_for(near) for account in told)
                and self._verdict(near) is True
            )

        if fails(()):
            return self._settled(()) or labels
        for choice in self._plainest_first(labels):
            if fails((choice,)):
                return self._settled([choice]) or labels
        near = self._settled(least(self._plainest_first(labels), fails))
        while (
            near is not None
            and self._verdict(near) is True
            and self._distance(near) < self._distance(labels)
        ):
            labels = near
            near = self._settled(least(self._plainest_first(labels), fails))
        return labels

    def _plainest_first(self, labels: dict[str, str]) -> list[PathChoice]:
        """In what an assignment is not ordinary, what nesting implies included, the least unusual choices first."""
        found = [
            choice
            for choice in labels.items()
            if self.contract.ordinary.get(choice[0]) != choice[1]
        ]
        return sorted(found, key=lambda choice: self._distance(self._settled([choice])))

    def _distance(self, labels: dict[str, str] | None) -> tuple[int, int]:
        """How far an assignment is from the ordinary one: in all_choices, and in those that nesting implies."""
        if labels is None:
            return len(self.contract.facets), 0
        implied = sum(self.contract.ordinary.get(path) != label for path, label in labels.items())
        return len(deviations(self.contract, labels)), implied

    def _needed(self, labels: dict[str, str]) -> Conjunction | None:
        """The choices of a reduced assignment that must be there, without those that others bring with them.

        Where another fault stops the event that lacks a choice, nobody knows; such a choice is left
        out if the cause holds without. None when nobody knows of any of several.
        """
        term = list(deviations(self.contract, labels))
        for choice in tuple(term):
            rest = [one for one in term if one != choice]
            if self._settled(rest) == labels:
                term = rest
        sure = [choice for choice in term if self._is_needed(choice, term)]
        if not sure and term:
            # Perhaps every event would fail so, if only it got so far.
            failing = [trial for trial in self.trials if self._shows(trial)]
            if not self._passes_some(()) and not all(
                covers(term, trial.case.labels) for trial in failing
            ):
                return ()
            return tuple(term) if len(term) == 1 else None
        for choice in tuple(term):
            rest = [one for one in term if one != choice]
            if choice not in sure and not self._passes_some(rest):
                term = rest
        return tuple(term)

    def _is_needed(self, choice: PathChoice, term: Sequence[PathChoice]) -> bool:
        without = self._settled([one for one in term if one != choice])
        return without is not None and self._verdict(without) is False

    def _passes_some(self, term: Sequence[PathChoice]) -> bool:
        """Whether an event that has some choices is known to pass."""
        return any(
            not trial.failed and covers(term, trial.case.labels) and not self._shows(trial)
            for trial in self.trials
        )

    # --- what rescues an event --------------------------------------------------------------------

    def _held_against(
        self, labels: dict[str, str], needed: Conjunction, told: Sequence[CauseCandidate]
    ) -> CauseCandidate:
        """The cause after every passing event that has what is needed has been heard."""
        account = CauseCandidate(needed)
        ignored: list[PathChoice] = []
        rows = 0
        for _ in range(_ROUNDS):
            passing = self._passing(account, labels, ignored)
            if passing is None:
                row = self._row(account, told, ignored) if rows < _ROWS else None
                if row is None or self._trial(row) is None:
                    return self._ordered(self._pruned(account, labels, ignored))
                if self._verdict(row) and (without := self._without(account, row)):
                    self._trial(without)
                rows += 1
                continue
            if not self._passes_again(passing):
                return CauseCandidate(None, doubt=Doubt.FLAKY)
            rescue = self._rescue(account, labels, known_labels(passing.case.labels))
            if not rescue or len(account.conjunction or ()) == _LONGEST:
                break
            account = self._with(account, labels, rescue, ignored)
        return CauseCandidate(None, doubt=Doubt.UNKNOWN)

    def _pruned(
        self, account: CauseCandidate, labels: dict[str, str], ignored: Sequence[PathChoice]
    ) -> CauseCandidate:
        """The account without choices that were taken for needed before others were known."""
        # What lies within a list says more than that there is something in it.
        outermost = sorted(
            account.conjunction or (),
            key=lambda choice: len(self.contract.by_path[choice[0]].steps),
        )
        for choice in outermost:
            rest = replace(
                account,
                conjunction=tuple(one for one in account.conjunction or () if one != choice),
            )
            if rest.conjunction and self._passing(rest, labels, ignored) is None:
                account = rest
        return account

    def _passing(
        self, account: CauseCandidate, labels: dict[str, str], ignored: Sequence[PathChoice]
    ) -> Trial | None:
        """The passing trial nearest to a failing assignment that an account says should fail."""

        def distance(trial: Trial) -> int:
            return len(set(trial.case.labels.items()) ^ set(labels.items()))

        refuting = [
            trial
            for trial in self.trials
            if _is_plain(trial)
            and not trial.failed
            and not self._shows(trial)
            and account.predicts(trial.case.labels)
            and not any(covers([choice], trial.case.labels) for choice in ignored)
        ]
        return min(refuting, key=distance, default=None)

    def _rescue(
        self, account: CauseCandidate, labels: dict[str, str], passing: dict[str, str]
    ) -> Conjunction:
        """The least that a failing assignment has to take over from a passing one to pass."""
        differing = [
            (path, label)
            for path, label in explicit_choices(self.contract, passing)
            if labels.get(path) != label
        ]

        def passes(changes: tuple[PathChoice, ...]) -> bool:
            near = self._settled((*(account.conjunction or ()), *changes), labels)
            return near is not None and self._verdict(near) is False

        rescue = least(differing, passes)
        return rescue if passes(rescue) else ()

    def _with(
        self,
        account: CauseCandidate,
        labels: dict[str, str],
        rescue: Conjunction,
        ignored: list[PathChoice],
    ) -> CauseCandidate:
        """The account with what a rescue tells: one more choice that must be there, or choices that spare an event."""
        term = account.conjunction or ()
        path, label = self._decisive(term, labels, rescue)
        facet = self.contract.by_path[path]
        failing, passing = [labels.get(path)], [label]
        if len(rescue) == 1:
            for choice in facet.choices:
                if choice.label in (label, labels.get(path)):
                    continue
                near = self._settled((*term, (path, choice.label)), labels)
                verdict = (
                    None if near is None or near.get(path) != choice.label else self._verdict(near)
                )
                if verdict is not None:
                    (failing if verdict else passing).append(choice.label)
        hollow = {choice.label for choice in facet.choices if not self._fills(path, choice.label)}
        around = any(path in self._paths_around(inner) for inner, _ in term)
        if around and len(rescue) == 1 and hollow.isdisjoint(failing):
            # What is absent since all around it is absent says nothing: a consumer that looks never
            # gets that far.
            ignored += [(path, one) for one in hollow]
            if label in hollow:
                return account
        has = labels.get(path)
        if has is None:
            return CauseCandidate(None, doubt=Doubt.UNKNOWN)
        others = (
            passing
            if len(rescue) == 1
            else [one.label for one in facet.choices if one.label not in failing]
        )
        inferred = all(facet[one].evidence is Evidence.INFERRED for one in others)
        near = self._settled((*term, (path, label)), labels)
        alone = near is not None and self._verdict(near) is not True
        mostly = len(rescue) == 1 and len(failing) > len(passing)
        spares = not around and (mostly or (alone and inferred and not term))
        if spares:
            return replace(
                account, except_for=(*account.except_for, *((path, one) for one in passing))
            )
        return replace(account, conjunction=(*term, (path, has)))

    def _decisive(
        self, term: Conjunction, labels: dict[str, str], rescue: Conjunction
    ) -> PathChoice:
        """Of the changes that rescue an event together, one that lets the fault vanish, though another one may show."""
        if len(rescue) > 1:
            for choice in rescue:
                near = self._settled((*term, choice), labels)
                if near is not None and self._verdict(near) is not True:
                    return choice
        return min(rescue, key=lambda choice: len(self.contract.by_path[choice[0]].choices))

    def _row(
        self, account: CauseCandidate, told: Sequence[CauseCandidate], ignored: Sequence[PathChoice]
    ) -> dict[str, str] | None:
        """An assignment that should fail by an account, of choices that the cause was not met with yet."""
        term = account.conjunction or ()
        met = {
            choice
            for trial in self.trials
            if self._bears_out(trial, account, told)
            for choice in trial.case.labels.items()
        }
        fixed = {path for path, _ in term}
        found = (
            self._open(facet, account, {*met, *ignored})
            for facet in self.contract.varying
            if facet.path not in fixed
        )
        new = [choice for choice in found if choice is not None]
        # All new choices at once, else few of them: some exclude each other, what the cause needs,
        # or fail alone.
        half = len(new) // 2
        every: list[tuple[Conjunction, Conjunction]] = [
            ((), part) for part in (tuple(new), tuple(new[:half]), tuple(new[half:]))
        ]
        every += [((choice,), ()) for choice in new]
        for wanted, start in every:
            row = self._settled((*term, *wanted), dict(start))
            if row is None or _key(row) in self._known or not account.predicts(row):
                continue
            has = set(row.items())
            if not has.isdisjoint(new) and has.isdisjoint(ignored):
                return row
        return None

    def _open(
        self, facet: Facet, account: CauseCandidate, met: Container[tuple[str, str | None]]
    ) -> PathChoice | None:
        """A choice that a cause was not met with yet, and that is not known to go wrong without it."""
        for choice in facet.choices:
            one = (facet.path, choice.label)
            near = self._settled((*(account.conjunction or ()), one))
            if near is None or _key(near) in self._known or one in met or one in account.except_for:
                continue
            if not self._is_fatal(one, account):
                return one
        return None

    def _bears_out(
        self, trial: Trial, account: CauseCandidate, told: Sequence[CauseCandidate]
    ) -> bool:
        """Whether a trial shows that a cause is enough: it fails, and for no other reason that is known."""
        labels = trial.case.labels
        if not self._shows(trial) or not account.predicts(labels) or _is_told(told, trial):
            return False
        without = self._without(account, known_labels(labels))
        if without is not None:
            return _key(without) in self._known and not self._goes_wrong(without)
        return not any(
            self._is_fatal(choice, account) for choice in deviations(self.contract, labels)
        )

    def _without(self, account: CauseCandidate, labels: dict[str, str]) -> dict[str, str] | None:
        """A failing assignment without the cause, if that is unusual."""
        ordinary = self.contract.ordinary
        term = {
            path: ordinary[path]
            for path, label in account.conjunction or ()
            if ordinary.get(path, label) != label
        }
        return self._settled(tuple(term.items()), labels) if term else None

    def _is_fatal(self, choice: PathChoice, account: CauseCandidate) -> bool:
        """Whether an event that is ordinary but for one choice is known to go wrong, though not by this account."""
        ordinary, alone = (
            self._settled(()),
            self._settled([choice]) if choice[1] != UNLISTED else None,
        )
        if ordinary is None or alone is None or account.predicts(alone):
            return False
        return self._goes_wrong(alone) and not self._goes_wrong(ordinary)

    def _goes_wrong(self, labels: dict[str, str]) -> bool:
        """Whether an assignment is known to show the fault, or to be stopped by another one."""
        trial = self._known.get(_key(labels))
        return trial is not None and (trial.failed or self._shows(trial))

    def _holds_for_other_values(self, labels: dict[str, str], times: int) -> bool:
        """Whether events of the same choices and other values fail as well."""
        for number in range(1, times + 1):
            if self._known[_key(labels)].is_late:
                return True
            case = cases.of_labels(self.contract, labels, Digits(_DICE**number))
            done = self._prober(case)
            if done is None:
                return True
            self.trials.append(done)
            if not self._shows(done) and not done.failed:
                return False
        return True

    # --- asking -----------------------------------------------------------------------------------

    def _settled(
        self, wanted: Sequence[PathChoice], start: dict[str, str] | None = None
    ) -> dict[str, str] | None:
        """The assignment near to `start` (the ordinary one) with some all_choices, if any event has them together."""
        try:
            full = settled(self.contract, dict(wanted), start)
        except ValueError:
            return None
        return {
            facet.path: full[facet.path] for facet in self.contract.varying if facet.path in full
        }

    def _trial(self, labels: CaseLabels) -> Trial | None:
        """The trial of an assignment with the plainest values, made if it is not known."""
        key = _key(labels)
        if key not in self._known and None not in labels.values():
            done = self._prober(cases.of_labels(self.contract, known_labels(labels)))
            if done is None:
                return None
            self._known[key] = done
            self.trials.append(done)
        return self._known.get(key)

    def _verdict(self, labels: CaseLabels) -> bool | None:
        """Whether an assignment has the fault; None when another one stops it, or nobody knows."""
        trial = self._trial(labels)
        if trial is None:
            return None
        return True if self._shows(trial) else None if trial.failed else False

    # --- helpers ----------------------------------------------------------------------------------

    def _simplest(self, trials: Sequence[Trial]) -> Trial:
        return min(trials, key=lambda trial: simplicity(self.contract, trial))

    def _ordered(self, account: CauseCandidate) -> CauseCandidate:
        """The account with its term in the order of an event's keys, without what only holds another choice of it."""
        place = {facet.path: number for number, facet in enumerate(self.contract.varying)}
        term = account.conjunction or ()
        there = [
            path
            for path, label in term
            if not isinstance(self.contract.by_path[path][label].shape, Absent)
        ]
        held = {outer for path in there for outer in self._paths_around(path)}
        kept = (choice for choice in term if choice[0] not in held)
        return replace(
            account, conjunction=tuple(sorted(kept, key=lambda choice: place[choice[0]]))
        )

    def _fills(self, path: str, label: str) -> bool:
        return is_filled(self.contract, {path: label}, path)

    def _paths_around(self, path: str) -> list[str]:
        found = []
        facet: Facet | None = self.contract.by_path[path]
        while facet is not None and facet.parent is not None:
            found.append(facet.parent)
            facet = self.contract.by_path[facet.parent]
        return found


_DICE = 0x9E3779B97F4A7C15F39CC0605CEDC8341082276BF3A27251F86C6A11D0C18E952767F0B153D27B7F0347045B5BF1827F


def simplicity(contract: Contract, trial: Trial) -> tuple[bool, int, int, int]:
    """How far a trial's event is from the ordinary one: in few all_choices, and in few that nesting implies.

    Events of other values than the plainest are farther than all others, the more so the more of
    them they have.
    """
    labels = trial.case.labels
    implied = sum(contract.ordinary.get(path) != label for path, label in labels.items())
    values = (
        len(list(json_path.differences(contract.baseline, trial.case.event)))
        if trial.case.is_valued
        else 0
    )
    return (
        trial.case.is_valued or None in labels.values(),
        len(deviations(contract, labels)),
        implied,
        values,
    )


def _is_plain(trial: Trial) -> bool:
    return not trial.case.is_valued and None not in trial.case.labels.values()


def _key(labels: CaseLabels) -> tuple[tuple[str, str | None], ...]:
    return tuple(sorted(labels.items()))


def _is_told(told: Sequence[CauseCandidate], trial: Trial) -> bool:
    return any(account.accounts_for(trial.case.labels) for account in told)
