"""Finds findings whose exception is about a value that the sandbox made up: there may be none.

The values themselves say where they come from, and each outcome tells what its exceptions are
about; findings are compared with these, whatever way they came about.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecr_contracts.core.findings import Finding, Location
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.runtime.outcome import Outcome

Fault = tuple[str | None, Location | None]
"""The exception of a fault, and where it was raised."""


def faults_of_ours(outcome: Outcome) -> Iterator[Fault]:
    """The exceptions of a call that are about a made-up value, caught or not."""
    if outcome.stop is not None:
        yield outcome.exception, outcome.location
    for caught in outcome.caught:
        if caught.stop is not None:
            yield caught.exception, caught.raised or caught.where


def about_made_up(verdict: Verdict) -> list[Finding]:
    """The findings that an event shows by an exception about a made-up value."""
    ours: set[tuple[str, str, str | None, str, int]] = set()
    for trial in (*verdict.trials, *verdict.others):
        for exception, location in faults_of_ours(trial.outcome):
            if location is not None:
                place = location.file, location.line
                ours.add((trial.case.id, trial.via, exception, *place))
    return [
        finding
        for finding in verdict.findings
        if finding.location is not None
        and any(
            (case, finding.via, finding.exception, finding.location.file, finding.location.line)
            in ours
            for case in finding.failed
        )
    ]
