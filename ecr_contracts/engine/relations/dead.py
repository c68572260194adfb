"""Dead: every event turns back at the same place, before anything that the consumer is for.

That a run gets to no effect may be for what nobody gave: a variable, an answer, a value that no
event of the run has (`unreached` tells of it). It is sure where what turns events back looks for a
key that no event has: then none ever gets on, whatever the consumer logs of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Finding, Severity
from ecr_contracts.engine.checks.catalog import DEAD, DEAD_COMPARISON, is_of_run
from ecr_contracts.engine.reach import Reach, TurningPoint
from ecr_contracts.engine.relations.unreached import runs_of, unreached_finding
from ecr_contracts.engine.trial import Call, Trial, payload_of, with_own_id
from ecr_contracts.events.compile import reader
from ecr_contracts.runtime.effects import Sort
from ecr_contracts.runtime.outcome import Outcome, Status

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_NOT_OF_EVENT = re.compile(
    r"\b(?:context|config|cfg|settings|self|cache|seen|now|today|random|env|environ|getenv)\b"
    r"|\b(?:time|date|datetime|os)\.|\b[A-Z][A-Z0-9_]+\b|\bis not set\b|\bnever called\b|--env",
)
"""Words of a condition on which more than the event may decide: constants may be settings."""


def dead_findings(
    call: Call, reach: Reach, trials: Sequence[Trial], findings: Sequence[Finding]
) -> list[Finding]:
    """A finding for each kind and envelope of a run, if each event turned back at the same place.

    Errors, and what another check says of the whole run, say more. An event of each kind is given
    once more, to see which keys are looked for.
    """
    if not (reach.is_unreached and reach.turned_back and trials):
        return []
    for finding in findings:
        is_told = finding.check == DEAD_COMPARISON or is_of_run(finding.check)
        if finding.severity is Severity.ERROR or is_told:
            return []
    first = trials[0].outcome
    if not all(_is_the_same(trial, first) for trial in trials):
        return []
    runs = runs_of(trials)
    keys = set.intersection(*(_unknown_keys(call, run[0]) for run in runs))
    for point in reach.turned_back:
        if not _looks_for(point, keys):
            return []
    return [unreached_finding(DEAD, reach, run) for run in runs]


def _looks_for(point: TurningPoint, keys: Iterable[str]) -> bool:
    """Whether events turn back where one of some keys is looked for, and for nothing else."""
    if point.is_computed or _NOT_OF_EVENT.search(_QUOTED.sub("", point.way_on)):
        return False
    lines = "\n".join([point.way_on, point.location.source, point.location.around])
    return any(f"'{key}'" in lines or f'"{key}"' in lines for key in keys)


def _unknown_keys(call: Call, trial: Trial) -> set[str]:
    """The keys that a consumer looks for in an event, and that no event of the kind has."""
    payload = payload_of(call, [with_own_id(trial.case.event, f"{trial.case.id}/dead")], trial.via)
    trace = call(payload, trace=True).trace
    known = reader.contract(trial.case.kind).by_path
    keys: set[str] = set()
    for path in () if trace is None else trace.paths_read:
        *_, key = json_path.parse(path)
        is_missing = json_path.at(payload, json_path.parse(path)) is MISSING
        if is_missing and isinstance(key, str) and key != "*" and path not in known:
            keys.add(key)
    return keys


def _is_the_same(trial: Trial, first: Outcome) -> bool:
    """Whether a trial ran the lines of the first one, had its answer, and called nothing."""
    outcome = trial.outcome
    if outcome.status is not Status.RETURNED or trial.failed or outcome.caught:
        return False
    if any(effect.sort is not Sort.LOG for effect in outcome.effects):
        return False
    return outcome.entered == first.entered and _answer(outcome) == _answer(first)


def _answer(outcome: Outcome) -> str:
    return json.dumps([outcome.returned, outcome.unserialisable], sort_keys=True)
