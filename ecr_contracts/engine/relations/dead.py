"""Dead: every event turns back at the same place, before anything that the consumer is for.

That a run gets to no effect may be for what nobody gave: a variable, an answer (`unreached` tells
of it). It is sure where nothing but the event decides: then no event ever gets on, whatever the
consumer logs of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ecr_contracts.core.findings import Finding, Severity
from ecr_contracts.engine.checks.catalog import DEAD, DEAD_COMPARISON, is_of_run
from ecr_contracts.engine.reach import Reach
from ecr_contracts.engine.relations.unreached import runs_of, unreached_finding
from ecr_contracts.engine.trial import Trial
from ecr_contracts.runtime.effects import Sort
from ecr_contracts.runtime.outcome import Outcome, Status

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_NOT_OF_EVENT = re.compile(
    r"\b(?:context|config|cfg|settings|self|cache|seen|now|today|random|env|environ|getenv)\b"
    r"|\b(?:time|date|datetime|os)\.|\b[A-Z][A-Z0-9_]+\b|\bis not set\b|\bnever called\b|--env",
)
"""Words of a condition on which more than the event may decide: constants may be settings."""


def dead_findings(
    reach: Reach, trials: Sequence[Trial], findings: Sequence[Finding]
) -> list[Finding]:
    """A finding for each kind and envelope of a run, if each event turned back at the same place.

    Errors, and what another check says of the whole run, say more.
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
    for point in reach.turned_back:
        words = _QUOTED.sub("", point.way_on)
        if point.is_computed or _NOT_OF_EVENT.search(words):
            return []
    return [unreached_finding(DEAD, reach, run) for run in runs_of(trials)]


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
