"""From trials to findings: failures grouped by what they did, each with the fewest choices that decide it.

Knows outcomes only by their symptoms, and says nothing in sentences.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any

from ecr_contracts import reading
from ecr_contracts.cases import ORDINARY
from ecr_contracts.checks import Symptom
from ecr_contracts.facets import Contract
from ecr_contracts.findings import Cause, Evidence, Finding, Severity
from ecr_contracts.running import Trial

UNLISTED = "unlisted"
"""The choice of a path where an event has what no choice describes."""

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


def _groups(trials: Sequence[Trial]) -> Iterator[_Group]:
    """Failures that did the same. An event that another failure stopped shows nothing about this one."""
    members: dict[tuple[Any, ...], list[tuple[Symptom, Trial]]] = {}
    for trial in trials:
        for symptom in trial.symptoms:
            members.setdefault(_behaviour(symptom, trial), []).append((symptom, trial))
    for pairs in members.values():
        failing = tuple(trial for _, trial in pairs)
        others = [trial for trial in trials if trial not in failing]
        passing = tuple(trial for trial in others if not trial.failed)
        yield _Group(pairs[0][0], failing, passing, tuple(trial for trial in others if trial.failed))


def _behaviour(symptom: Symptom, trial: Trial) -> tuple[Any, ...]:
    where = (symptom.location.file, symptom.location.line) if symptom.location else None
    return symptom.check, symptom.exception, where, _normalised(symptom.message, trial.case.event)


def _normalised(message: str, event: Any) -> str:
    """A message without what it took from the event, so that one fault says one thing."""
    for value in sorted(set(_leaves(event)), key=len, reverse=True):
        message = message.replace(value, "…")
    return re.sub(r"0x[0-9a-f]+|[0-9]+", "#", message)


def _leaves(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _leaves(inner)
        case list():
            for inner in value:
                yield from _leaves(inner)
        case str() if len(value) > 1:
            yield value
            yield json.dumps(value)[1:-1]


def _explained(contract: Contract, via: str, group: _Group, name: str) -> Iterator[Finding]:
    if any(trial.case.id == f"{contract.kind}/{ORDINARY}" for trial in group.failing):
        # The ordinary event fails: nothing but the kind decides, whatever an unusual one may escape by.
        spared = [(path, label) for trial in group.passing for path, label in _deviations(contract, trial)]
        yield _finding(contract, via, group, name, (), group.failing, tuple(dict.fromkeys(spared)))
        return
    left = list(group.failing)
    for term in _least(contract, group):
        covered = [trial for trial in left if _covers(term, trial)]
        if covered:
            yield _finding(contract, via, group, name, term, tuple(covered))
            left = [trial for trial in left if trial not in covered]
    if left:
        yield _finding(contract, via, group, name, None, tuple(left))


_Choice = tuple[str, str]
_Term = tuple[_Choice, ...]


def _least(contract: Contract, group: _Group) -> list[_Term]:
    """Few conjunctions, small ones first, that cover failing trials and no passing one."""
    chosen: list[_Term] = []
    left = list(group.failing)
    for size in range(1, _WIDEST + 1):
        candidates: dict[_Term, int] = {}
        for trial in left:
            for term in combinations(_choices(trial), size):
                if term not in candidates and any(choice in _deviations(contract, trial) for choice in term):
                    candidates[term] = sum(_covers(term, other) for other in left)
        sound = [term for term in candidates if not any(_covers(term, trial) for trial in group.passing)]
        while left and sound:
            best = max(sound, key=lambda term: _merit(contract, group, left, term))
            covered = [trial for trial in left if _covers(best, trial)]
            if not covered:
                break
            chosen.append(best)
            left = [trial for trial in left if trial not in covered]
        if not left:
            break
    return chosen


def _merit(contract: Contract, group: _Group, left: Sequence[Trial], term: _Term) -> tuple[int, int, int]:
    """How well a term explains: what it covers, then how little else it blames, then how sure it is that it occurs."""
    doubt = list(Evidence).index(_evidence(contract, term))
    blamed = sum(_covers(term, trial) for trial in group.stopped)
    return sum(_covers(term, trial) for trial in left), -blamed, -doubt


def _choices(trial: Trial) -> tuple[_Choice, ...]:
    return tuple((path, UNLISTED if label is None else label) for path, label in trial.case.labels.items())


def _deviations(contract: Contract, trial: Trial) -> tuple[_Choice, ...]:
    return tuple(choice for choice in _choices(trial) if contract.ordinary.get(choice[0]) != choice[1])


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
    spared: tuple[_Choice, ...] = (),
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
    """The failing trial that differs least from the baseline."""
    return min(failing, key=lambda trial: len(_deviations(contract, trial)))
