"""Whether a consumer does anything with its events: one that does not is green whatever they are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.findings import Evidence, Finding
from ecr_contracts.engine import trial as running
from ecr_contracts.engine.checks import catalog
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.generate.cases import ORDINARY
from ecr_contracts.runtime.outcome import Outcome, Status

_WATCHED = 12  # calls of a kind and envelope that are watched


class TracedCall(Protocol):
    """How a consumer is called in a way that notes what it looks at."""

    def __call__(self, payload: Any, *, trace: bool = False) -> Outcome:
        """What the consumer does with a payload."""


def check_vacuity(call: TracedCall, trials: Sequence[Trial]) -> tuple[Finding, ...]:
    """A finding for each kind and envelope, if a consumer did nothing with any event of a run; else none.

    It did nothing if it returned the same and wrote the same each time, changed nothing in the
    world, nor tried to, runs the same lines of its own, sets nothing going that could not be seen,
    reads nothing of an event that another one does not have too, and does all that without any
    event as well.
    """
    if not trials or not _is_the_same(trials):
        return ()
    watched = [_watched(call, trial) for trial in _spread(trials)]
    payloads = [payload for payload, _ in watched]
    outcomes = [outcome for _, outcome in watched]
    outcomes.append(call({}, trace=True))
    telling = _telling(payloads)
    first = outcomes[0].trace
    for outcome in outcomes:
        seen = outcome.trace
        if (
            seen is None
            or first is None
            or seen.side_effects
            or seen.line_digest != first.line_digest
        ):
            return ()
        if outcome.status is not Status.RETURNED or _answer(outcome) != _answer(outcomes[0]):
            return ()
        if not telling.isdisjoint(seen.paths_read):
            return ()
    runs = dict.fromkeys((trial.case.kind, trial.via) for trial in trials)
    return tuple(_finding(kind, via, trials) for kind, via in runs)


def _is_the_same(trials: Sequence[Trial]) -> bool:
    first = trials[0].outcome
    return all(
        trial.outcome.status is Status.RETURNED
        and not trial.symptoms
        and not any(effect.changes or effect.refused for effect in trial.outcome.effects)
        and _answer(trial.outcome) == _answer(first)
        for trial in trials
    )


def _answer(outcome: Outcome) -> str:
    return json.dumps([outcome.returned, outcome.unserialisable, outcome.output], sort_keys=True)


def _spread(trials: Sequence[Trial]) -> Iterator[Trial]:
    """Some trials of each kind and envelope: the first, and others from all over."""
    runs: dict[tuple[str, str], list[Trial]] = {}
    for trial in trials:
        runs.setdefault((trial.case.kind, trial.via), []).append(trial)
    for run in runs.values():
        step = max(1, len(run) // _WATCHED)
        yield from run[::step]


def _watched(call: TracedCall, trial: Trial) -> tuple[Any, Outcome]:
    payload = running.payload(call, [trial.case.event], trial.via)
    return payload, call(payload, trace=True)


def _telling(payloads: Sequence[Any]) -> frozenset[str]:
    """The paths at which payloads differ: whoever reads one of them knows more than the kind."""
    facts = [dict(_facts(payload, ())) for payload in payloads]
    every = {path for one in facts for path in one}
    return frozenset(path for path in every if len({one.get(path) for one in facts}) > 1)


def _facts(value: Any, steps: json_path.Steps) -> Iterator[tuple[str, str]]:
    """What can be read of a JSON value, path by path: how much an object or array holds stands at `*` within it."""
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
        yield from _facts(part, (*steps, step))


def _finding(kind: str, via: str, trials: Sequence[Trial]) -> Finding:
    run = [trial for trial in trials if (trial.case.kind, trial.via) == (kind, via)]
    example = next((trial for trial in run if trial.case.id.endswith(f"/{ORDINARY}")), run[0])
    returned = json_text.one_line(example.outcome.returned)
    return build_finding(
        catalog.VACUOUS,
        example.case,
        via,
        f"returns {returned} each time",
        evidence=Evidence.DOCUMENTED,
        failed=[trial.case for trial in run],
    )
