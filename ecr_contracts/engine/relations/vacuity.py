"""Vacuity: a consumer that does nothing with its events passes whatever they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import Evidence, Finding
from ecr_contracts.engine.checks.catalog import VACUOUS
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.trial import Call, Trial, payload_of, with_own_id
from ecr_contracts.events.generate.cases import ORDINARY
from ecr_contracts.runtime.outcome import Outcome, Status

_TRACED = 12  # calls of a kind and envelope that are traced


def check_vacuity(call: Call, trials: Sequence[Trial]) -> tuple[Finding, ...]:
    """A finding for each kind and envelope, if a consumer does nothing with any event of a run.

    It does nothing if it returns the same and writes the same each time, changes nothing in the
    world, nor tries to, runs the same lines of its own, sets nothing going that cannot be seen,
    reads nothing of an event that another one does not have too, and does all that without any
    event as well.
    """
    if not trials or not all(_did_nothing(trial, trials[0].outcome) for trial in trials):
        return ()
    runs: dict[tuple[str, str], list[Trial]] = {}
    for trial in trials:
        runs.setdefault((trial.case.kind, trial.via), []).append(trial)
    payloads, outcomes = [], []
    for trial in _samples(runs.values()):
        event = with_own_id(trial.case.event, f"{trial.case.id}/vacuous")
        payload = payload_of(call, [event], trial.via)
        payloads.append(payload)
        outcomes.append(call(payload, trace=True))
    outcomes.append(call({}, trace=True))
    if not _is_indifferent(outcomes, _varying_paths(payloads)):
        return ()
    return tuple(_finding(run) for run in runs.values())


def _did_nothing(trial: Trial, first: Outcome) -> bool:
    """Whether a trial changed nothing and answered as the first one."""
    outcome = trial.outcome
    if outcome.status is not Status.RETURNED or trial.symptoms or trial.stop:
        return False
    if any(effect.changes or effect.refused for effect in outcome.effects):
        return False
    return _answer(outcome) == _answer(first)


def _is_indifferent(outcomes: Sequence[Outcome], varying: frozenset[str]) -> bool:
    """Whether traced calls ran the same lines, answered the same and read nothing that varies."""
    first = outcomes[0]
    for outcome in outcomes:
        trace = outcome.trace
        if trace is None or first.trace is None or trace.side_effects:
            return False
        if trace.line_digest != first.trace.line_digest:
            return False
        if outcome.status is not Status.RETURNED or _answer(outcome) != _answer(first):
            return False
        if not varying.isdisjoint(trace.paths_read):
            return False
    return True


def _answer(outcome: Outcome) -> str:
    """What a call returned and wrote, in a form that can be compared."""
    return json.dumps([outcome.returned, outcome.unserialisable, outcome.output], sort_keys=True)


def _samples(runs: Iterable[Sequence[Trial]]) -> Iterator[Trial]:
    """Some trials of each run: the first, and others from all over."""
    for run in runs:
        step = max(1, len(run) // _TRACED)
        yield from run[::step]


def _varying_paths(payloads: Sequence[Any]) -> frozenset[str]:
    """The paths at which payloads differ: whoever reads one of them knows more than the kind."""
    readings = [dict(_readings(payload, ())) for payload in payloads]
    varying: set[str] = set()
    for reading in readings:
        for path, value in reading.items():
            if any(other.get(path) != value for other in readings):
                varying.add(path)
    return frozenset(varying)


def _readings(value: Any, steps: json_path.Steps) -> Iterator[tuple[str, str]]:
    """What can be read of a JSON value at each path; the size of an object or array is at `*`."""
    match value:
        case dict():
            inner: Iterator[tuple[Any, Any]] = iter(value.items())
        case list():
            inner = iter(enumerate(value))
        case _:
            yield json_path.show(steps), json.dumps(value)
            return
    yield json_path.show((*steps, "*")), str(len(value))
    for step, part in inner:
        yield from _readings(part, (*steps, step))


def _finding(run: Sequence[Trial]) -> Finding:
    """The finding of one kind in one envelope."""
    example = run[0]
    for trial in run:
        if trial.case.id.endswith(f"/{ORDINARY}"):
            example = trial
            break
    returned = json_text.one_line(example.outcome.returned)
    return build_finding(
        VACUOUS,
        example.case,
        example.via,
        f"returns {returned} each time",
        evidence=Evidence.DOCUMENTED,
        failed=[trial.case for trial in run],
    )
