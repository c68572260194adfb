"""From trials to findings: failures grouped by what they did, each with the choices that bring it about.

Knows outcomes only by their symptoms, and says nothing in sentences. Causes are isolated by further
calls where those can be made, else separated out of the trials that there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import Cause, Finding, Severity
from ecr_contracts.engine.causes import infer
from ecr_contracts.engine.causes.infer import Verdicts
from ecr_contracts.engine.causes.isolate import Isolator, simplicity
from ecr_contracts.engine.causes.model import (
    UNLISTED,
    CauseCandidate,
    Conjunction,
    Doubt,
    explicit_choices,
    weakest_evidence,
)
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.checks.outcome import Symptom
from ecr_contracts.engine.trial import Prober, Trial
from ecr_contracts.events.compile import reader
from ecr_contracts.events.model import Contract

_Signature = tuple[Any, ...]


def findings(trials: Iterable[Trial]) -> tuple[Finding, ...]:
    """One finding for each fault and each choice, or few all_choices, that bring it about, from these trials alone.

    In the order of `ordered`. Trials of several kinds and envelopes are explained apart.
    """
    found: list[Finding] = []
    by_run = sorted(trials, key=_run_of)
    for (kind, via), run in groupby(by_run, key=_run_of):
        found += Diagnosis(kind, via, run).findings()
    return ordered(found)


def ordered(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors before warnings and sure ones before inferred ones, else in the order in which they were met."""
    return tuple(
        sorted(
            found,
            key=lambda finding: (finding.severity is Severity.WARNING, finding.evidence.rank),
        )
    )


def _run_of(trial: Trial) -> tuple[str, str]:
    return trial.case.kind, trial.via


class Diagnosis:
    """What is made out about the trials of one kind in one envelope.

    With a prober further calls are made to tell causes; they are among the `trials` afterwards.
    Trials may be added when others are explained already.
    """

    def __init__(
        self, kind: str, via: str, trials: Iterable[Trial], prober: Prober | None = None
    ) -> None:
        self.contract = reader.contract(kind)
        self.via = via
        self.trials = list(trials)
        self._prober = prober
        self._vocabulary = Vocabulary(self.trials)
        self._told: dict[_Signature, list[CauseCandidate]] = {}

    def findings(self) -> tuple[Finding, ...]:
        """What the trials come to."""
        while new := [
            behaviour for behaviour in self.signatures() if not self._is_explained(behaviour)
        ]:
            # Further calls may show faults that were not seen before.
            accounts = self._told[new[0]] = self._accounts(new[0])
            if not self._is_explained(new[0]):
                accounts.append(CauseCandidate(None, doubt=Doubt.UNKNOWN))
        named = (
            self._named(f"{self.contract.kind}@{self.via}#{number}", behaviour, accounts)
            for number, (behaviour, accounts) in enumerate(self._told.items())
        )
        return tuple(finding for findings in named for finding in findings)

    def unexplained(self, trial: Trial) -> tuple[_Signature, ...]:
        """What goes wrong in a trial and is of no finding so far."""
        found = (self._vocabulary.behaviour(symptom, trial) for symptom in trial.symptoms)
        return tuple(behaviour for behaviour in found if not self._tells(behaviour, trial))

    def _tells(self, behaviour: _Signature, trial: Trial) -> bool:
        accounts = self._told.get(behaviour, [])
        return any(one.accounts_for(trial.case.labels) for one in accounts)

    def _is_explained(self, behaviour: _Signature) -> bool:
        return all(
            self._tells(behaviour, trial) for trial in self.trials if self.shows(behaviour, trial)
        )

    def signatures(self) -> Iterator[_Signature]:
        """What was seen to go wrong, in the order in which it was."""
        found = ((symptom, trial) for trial in self.trials for symptom in trial.symptoms)
        yield from dict.fromkeys(
            self._vocabulary.behaviour(symptom, trial) for symptom, trial in found
        )

    def _symptom(self, behaviour: _Signature, trial: Trial) -> Symptom | None:
        """How a trial shows a behaviour."""
        return next(
            (one for one in trial.symptoms if self._vocabulary.behaviour(one, trial) == behaviour),
            None,
        )

    def shows(self, behaviour: _Signature, trial: Trial) -> bool:
        """Whether a trial shows a behaviour."""
        return self._symptom(behaviour, trial) is not None

    def _accounts(self, behaviour: _Signature) -> list[CauseCandidate]:
        """What brings a behaviour about."""
        told = self._told.get(behaviour, [])
        if self._prober is not None and not told:
            self._prober.renew()
        if self._prober is not None and not self._prober.is_spent:
            shows: Callable[[Trial], bool] = partial(self.shows, behaviour)
            return [
                *told,
                *Isolator(self.contract, self.trials, shows, self._prober).accounts(told),
            ]
        return infer.cause_candidates(self.contract, self._group(behaviour))

    def _group(self, behaviour: _Signature) -> Verdicts:
        """The trials by what they say about a behaviour. One that another failure stopped shows nothing about it."""
        failing = tuple(trial for trial in self.trials if self.shows(behaviour, trial))
        others = [trial for trial in self.trials if not self.shows(behaviour, trial)]
        passing = tuple(trial for trial in others if not trial.failed)
        return Verdicts(failing, passing, tuple(trial for trial in others if trial.failed))

    def _named(
        self, name: str, behaviour: _Signature, accounts: Sequence[CauseCandidate]
    ) -> Iterator[Finding]:
        """The findings of a behaviour, one for each account of it."""
        group = self._group(behaviour)
        explained = _least(accounts, group.failing)
        accounts = [one for one in accounts if one.conjunction is None or one in explained]
        left = [
            trial
            for trial in group.failing
            if not any(one.predicts(trial.case.labels) for one in explained)
        ]
        for account in accounts:
            failing = [trial for trial in group.failing if account.accounts_for(trial.case.labels)]
            if account.conjunction is None:
                failing = [trial for trial in failing if trial in left]
                left = [trial for trial in left if trial not in failing]
            if failing:
                yield self._finding(name, behaviour, group, account, failing)

    def _finding(
        self,
        name: str,
        behaviour: _Signature,
        group: Verdicts,
        account: CauseCandidate,
        failing: Sequence[Trial],
    ) -> Finding:
        """One account as a finding."""
        example = min(failing, key=partial(simplicity, self.contract))
        symptom = self._symptom(behaviour, example)
        assert symptom is not None
        term = account.conjunction or ()
        # Events of other values stand for the same choices again: they were drawn to see whether
        # values matter.
        counted = [trial for trial in failing if trial is example or not trial.case.is_valued]
        passing = [trial for trial in group.passing if not trial.case.is_valued]
        unreal = any(label == UNLISTED for _, label in term)
        nearest = _nearest(self.contract, example, group.passing)
        return build_finding(
            symptom.check,
            example.case,
            self.via,
            symptom.message,
            # What AWS prints in its samples alone, such as a digest of 60 digits, never reaches a
            # consumer.
            severity=Severity.WARNING if unreal else symptom.severity,
            exception=symptom.exception,
            location=symptom.location,
            cause=_causes(term),
            except_for=_causes(account.except_for),
            doubt=account.doubt.value if account.doubt else "",
            evidence=None if account.conjunction is None else weakest_evidence(self.contract, term),
            failed=[trial.case for trial in counted],
            passed=len(passing),
            alike=len(counted) + sum(account.predicts(trial.case.labels) for trial in passing),
            nearest=nearest.case if nearest else None,
            group=name,
        )


def _least(accounts: Sequence[CauseCandidate], failing: Sequence[Trial]) -> list[CauseCandidate]:
    """The accounts with a cause, without those all of whose events others explain."""
    kept = [one for one in accounts if one.conjunction is not None]
    for one in tuple(kept):
        others = [other for other in kept if other is not one]
        own_events = [trial for trial in failing if one.predicts(trial.case.labels)]
        if own_events and all(
            any(other.predicts(trial.case.labels) for other in others) for trial in own_events
        ):
            kept = others
    return kept


def _causes(term: Conjunction) -> tuple[Cause, ...]:
    return tuple(Cause(path, label) for path, label in term)


def _nearest(contract: Contract, example: Trial, passing: Sequence[Trial]) -> Trial | None:
    """The passing trial whose event differs least from an example in its all_choices, and of those the plainest."""
    choices = set(explicit_choices(contract, example.case.labels))

    def distance(trial: Trial) -> tuple[int, tuple[bool, int, int, int]]:
        return len(choices ^ set(explicit_choices(contract, trial.case.labels))), simplicity(
            contract, trial
        )

    return min(passing, key=distance, default=None)


class Vocabulary:
    """The words of the events of some trials: what a message says of them is not what it says of a fault."""

    def __init__(self, trials: Iterable[Trial]) -> None:
        self._known = "\n".join(
            {text for trial in trials for text in json_path.texts(trial.case.event)}
        ).casefold()
        self._seen: dict[tuple[Symptom, str], _Signature] = {}

    def behaviour(self, symptom: Symptom, trial: Trial) -> _Signature:
        """What failures of one fault have in common: check, exception, line, and the fault's own words."""
        event = trial.case.text if trial.case.is_valued else ""
        if (symptom, event) not in self._seen:
            where = _where(symptom)
            known = (
                "\n".join([self._known, *json_path.texts(trial.case.event)]).casefold()
                if event
                else self._known
            )
            words = _own_words(symptom.message, known)
            behaviour = symptom.check, symptom.exception, where, words
            self._seen[symptom, event] = (
                self._met(behaviour, symptom.message) if event else behaviour
            )
        return self._seen[symptom, event]

    def _met(self, behaviour: _Signature, message: str) -> _Signature:
        """The behaviour of plainer events that this is: they have fewer words, so that more are left of a message."""
        *sort, words = behaviour
        most = set(_own_words(message, self._known))
        for met in self._seen.values():
            if list(met[:-1]) == sort and set(words) <= set(met[-1]) <= most:
                return met
        return behaviour


def _where(symptom: Symptom) -> tuple[str, str | int] | None:
    """The line of a fault, or the function in which a consumer hangs: that may be any line of a loop."""
    if symptom.location is None:
        return None
    location = symptom.location
    return location.file, location.function if symptom.check == "late" else location.line


def _own_words(message: str, known: str) -> tuple[str, ...]:
    """The words of a message that it can have from no event, so that one fault says one thing.

    `known` holds every text that stands in some event. To drop a word too many is harmless, since
    two faults of one line that are taken for one still differ in their causes. What stands in
    brackets is often (a part of) the event.
    """
    own = re.split(r"[\[{]", message, maxsplit=1)[0]
    words = re.findall(r"[^\W_]+", re.sub(r"0x[0-9a-f]+", "", own))
    return tuple(
        word for word in words if word.isalpha() and word != "None" and word.casefold() not in known
    )
