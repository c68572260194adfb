"""From trials to findings: failures grouped by what they did, each with the fewest choices that decide it.

Knows outcomes only by their symptoms, and says nothing in sentences. A cause is claimed only where the trials leave no
other of its size: two that explain the same failures equally well explain nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any

from ecr_contracts import reading
from ecr_contracts.cases import ORDINARY, Case
from ecr_contracts.checks import Symptom
from ecr_contracts.facets import Contract, is_filled
from ecr_contracts.findings import Cause, Evidence, Finding, Severity
from ecr_contracts.running import Trial

UNLISTED = "unlisted"
"""The choice of a path where an event has what no choice describes."""

Choice = tuple[str, str]
"""A path and the label of the choice that an event has there."""

_Term = tuple[Choice, ...]

_WIDEST = 3  # choices in one cause; nobody grasps more, and single deviations never need more


@dataclass(frozen=True, slots=True)
class _Group:
    """Trials that did the same wrong, those that went well there, and those that something else stopped."""

    symptom: Symptom
    failing: tuple[Trial, ...]
    passing: tuple[Trial, ...]
    stopped: tuple[Trial, ...]


def findings(trials: Iterable[Trial]) -> tuple[Finding, ...]:
    """One finding for each fault and each choice, or few choices, that bring it about.

    Errors come before warnings and sure ones before inferred ones, else in the order in which they were met. Trials of
    several kinds and envelopes are explained apart.
    """
    found: list[Finding] = []
    by_run = sorted(trials, key=lambda trial: (trial.case.kind, trial.via))
    for (kind, via), run in groupby(by_run, key=lambda trial: (trial.case.kind, trial.via)):
        contract = reading.contract(kind)
        for number, group in enumerate(_groups(list(run))):
            found += _explained(contract, via, group, f"{kind}@{via}#{number}")
    sure = list(Evidence)
    return tuple(
        sorted(found, key=lambda finding: (finding.severity is Severity.WARNING, sure.index(finding.evidence)))
    )


def deviations(contract: Contract, case: Case) -> tuple[Choice, ...]:
    """The choices by which a case differs from the ordinary event, without those that nesting implies."""
    labels = {path: label for path, label in case.labels.items() if label is not None}

    def is_implied(path: str) -> bool:
        parent = contract.by_path[path].parent
        return parent in labels and not is_filled(contract, labels, parent)

    unusual = [choice for choice in _choices(case) if contract.ordinary.get(choice[0]) != choice[1]]
    return tuple((path, label) for path, label in unusual if not is_implied(path))


# --- groups -----------------------------------------------------------------------------------------------------------


def _groups(trials: Sequence[Trial]) -> Iterator[_Group]:
    """Failures that did the same. An event that another failure stopped shows nothing about this one."""
    members: dict[tuple[Any, ...], list[tuple[Symptom, Trial]]] = {}
    known = "\n".join({text for trial in trials for text in _texts(trial.case.event)}).casefold()
    for trial in trials:
        for symptom in trial.symptoms:
            members.setdefault(_behaviour(symptom, known), []).append((symptom, trial))
    for pairs in members.values():
        failing = tuple(trial for _, trial in pairs)
        others = [trial for trial in trials if trial not in failing]
        passing = tuple(trial for trial in others if not trial.failed)
        yield _Group(pairs[0][0], failing, passing, tuple(trial for trial in others if trial.failed))


def _behaviour(symptom: Symptom, known: str) -> tuple[Any, ...]:
    where = (symptom.location.file, symptom.location.line) if symptom.location else None
    return symptom.check, symptom.exception, where, _own_words(symptom.message, known)


def _own_words(message: str, known: str) -> tuple[str, ...]:
    """The words of a message that it can have from no event, so that one fault says one thing.

    `known` holds every text that stands in some event. To drop a word too many is harmless, since two faults of one
    line that are taken for one still differ in their causes. What stands in brackets is often (a part of) the event.
    """
    own = re.split(r"[\[{]", message, maxsplit=1)[0]
    words = re.findall(r"[^\W_]+", re.sub(r"0x[0-9a-f]+", "", own))
    return tuple(word for word in words if word.isalpha() and word != "None" and word.casefold() not in known)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
        case str():
            yield value


# --- causes -----------------------------------------------------------------------------------------------------------


def _explained(contract: Contract, via: str, group: _Group, name: str) -> Iterator[Finding]:
    if _has_ordinary(contract, group.failing):
        # The ordinary event fails: nothing but the kind decides, whatever an unusual one may escape by.
        met = {choice for trial in group.failing for choice in _choices(trial.case)}
        escaping = (choice for trial in group.passing for choice in deviations(contract, trial.case))
        spared = dict.fromkeys(choice for choice in escaping if choice not in met)
        yield _finding(contract, via, group, name, (), group.failing, tuple(spared))
        return
    left = list(group.failing)
    for term in _least(contract, group):
        covered = [trial for trial in group.failing if _covers(term, trial)]
        yield _finding(contract, via, group, name, term, tuple(covered))
        left = [trial for trial in left if trial not in covered]
    if left:
        yield _finding(contract, via, group, name, None, tuple(left))


def _least(contract: Contract, group: _Group) -> list[_Term]:
    """Few conjunctions, small ones first, that cover failing trials and no passing one; none that is in doubt."""
    chosen: list[_Term] = []
    left = list(group.failing)
    for size in range(1, _WIDEST + 1):
        sound = [
            term
            for term in _candidates(contract, left, size)
            if not any(_refutes(contract, term, trial) for trial in group.passing)
        ]
        real = any(None not in trial.case.labels.values() for trial in left)
        if size == 1 and real and not group.passing and _has_ordinary(contract, group.stopped):
            # Everything that gets so far fails: perhaps every event would.
            sound.append(())
        while left and sound:
            best = max(sound, key=lambda term: _merit(contract, group, left, term))
            covered = [trial for trial in left if _covers(best, trial)]
            if not covered:
                break
            alike = [term for term in sound if [trial for trial in left if _covers(term, trial)] == covered]
            if _stands_out(best, alike, group):
                chosen.append(best)
            left = [trial for trial in left if trial not in covered]
        if not left:
            break
    return chosen


def _stands_out(best: _Term, alike: Sequence[_Term], group: _Group) -> bool:
    """Whether one term explains some failures better than all others that cover them; else nobody knows which it is."""
    blaming = [term for term in alike if any(_covers(term, trial) for trial in group.stopped)]
    return alike == [best] or [term for term in alike if term not in blaming] == [best]


def _candidates(contract: Contract, failing: Sequence[Trial], size: int) -> list[_Term]:
    """The conjunctions of a size that a failing trial has, and that have a deviation among them.

    Where an event has what no choice describes, that must be one of them: `checking` takes such a mark away if the
    event fails without that too.
    """
    found: dict[_Term, None] = {}
    for trial in failing:
        unusual = set(deviations(contract, trial.case))
        unusual = {choice for choice in unusual if choice[1] == UNLISTED} or unusual
        implied = set(_choices(trial.case)) - set(deviations(contract, trial.case)) - set(contract.ordinary.items())
        choices = [choice for choice in _choices(trial.case) if choice not in implied]
        found |= dict.fromkeys(term for term in combinations(choices, size) if not unusual.isdisjoint(term))
    return list(found)


def _merit(contract: Contract, group: _Group, left: Sequence[Trial], term: _Term) -> tuple[int, int, int]:
    """How well a term explains: what it covers, then how little else it blames, then how sure it is that it occurs."""
    doubt = list(Evidence).index(_evidence(contract, term))
    blamed = sum(_covers(term, trial) for trial in group.stopped)
    return sum(_covers(term, trial) for trial in left), -blamed, -doubt


def _has_ordinary(contract: Contract, trials: Iterable[Trial]) -> bool:
    return any(trial.case.id == f"{contract.kind}/{ORDINARY}" for trial in trials)


def _choices(case: Case) -> tuple[Choice, ...]:
    return tuple((path, UNLISTED if label is None else label) for path, label in case.labels.items())


def _refutes(contract: Contract, term: _Term, trial: Trial) -> bool:
    """Whether a trial that went well shows that a term decides nothing.

    A severity that is absent since there are no counts at all says nothing about one that is absent among others: a
    consumer that looks whether there are any never gets that far.
    """
    if not _covers(term, trial):
        return False
    own = {*deviations(contract, trial.case), *contract.ordinary.items()}
    return all(choice in own or choice[1] == UNLISTED for choice in term)


def _covers(term: _Term, trial: Trial) -> bool:
    labels = trial.case.labels
    return all(path in labels and (labels[path] or UNLISTED) == label for path, label in term)


def _evidence(contract: Contract, term: _Term) -> Evidence:
    """The weakest evidence of the choices of a cause; what only AWS's sample has is documented."""
    told = [contract.by_path[path][label].evidence for path, label in term if label != UNLISTED]
    return max(told, key=list(Evidence).index, default=Evidence.DOCUMENTED)


def _finding(
    contract: Contract,
    via: str,
    group: _Group,
    name: str,
    term: _Term | None,
    failing: tuple[Trial, ...],
    spared: tuple[Choice, ...] = (),
) -> Finding:
    example = _simplest(contract, failing)
    unreal = term is not None and any(label == UNLISTED for _, label in term)
    symptom = next((s for s in example.symptoms if s.check == group.symptom.check), group.symptom)
    return Finding(
        check=symptom.check,
        # What AWS prints in its samples alone, such as a digest of 60 digits, never reaches a consumer.
        severity=Severity.WARNING if unreal else symptom.severity,
        kind=contract.kind,
        via=via,
        cause=tuple(Cause(path, label) for path, label in term or ()),
        explained=term is not None,
        exception=symptom.exception,
        location=symptom.location,
        evidence=_evidence(contract, term or ()) if term is not None else example.case.evidence,
        failed=tuple(trial.case.id for trial in failing),
        passed=len(group.passing),
        case=example.case.id,
        example=example.case.event,
        detail=symptom.message,
        group=name,
        except_for=tuple(Cause(path, label) for path, label in spared),
    )


def _simplest(contract: Contract, failing: Sequence[Trial]) -> Trial:
    """The failing trial that differs least from the baseline: in few choices, and in few that nesting implies."""

    def unusual(trial: Trial) -> tuple[int, int]:
        return len(deviations(contract, trial.case)), len(set(_choices(trial.case)) - set(contract.ordinary.items()))

    return min(failing, key=unusual)
