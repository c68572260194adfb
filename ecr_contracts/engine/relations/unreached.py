"""Unreached: a consumer that has effects, of which no event of a run got to any."""

from __future__ import annotations

from collections.abc import Sequence

from ecr_contracts.core.findings import Evidence, Finding, Severity
from ecr_contracts.engine.checks.catalog import CHECKS, UNREACHED, Scope
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.reach import Reach
from ecr_contracts.engine.trial import Trial
from ecr_contracts.events.generate.cases import ORDINARY


def unreached_findings(
    reach: Reach, trials: Sequence[Trial], findings: Sequence[Finding]
) -> list[Finding]:
    """A finding for each kind and envelope of a run, if no event of the run got to an effect.

    Errors say more, and so does what another check says of the whole run.
    """
    if not reach.is_unreached:
        return []
    for finding in findings:
        is_error = finding.severity is Severity.ERROR
        if is_error or CHECKS[finding.check].scope is Scope.RUN:
            return []
    return [unreached_finding(UNREACHED, reach, run) for run in runs_of(trials)]


def runs_of(trials: Sequence[Trial]) -> list[list[Trial]]:
    """The trials of each kind in each envelope."""
    runs: dict[tuple[str, str], list[Trial]] = {}
    for trial in trials:
        runs.setdefault((trial.case.kind, trial.via), []).append(trial)
    return list(runs.values())


def unreached_finding(check: str, reach: Reach, run: Sequence[Trial]) -> Finding:
    """The finding of one kind in one envelope; it stands where events turned back first."""
    example = run[0]
    for trial in run:
        if trial.case.id.endswith(f"/{ORDINARY}"):
            example = trial
            break
    location = None
    lines: list[str] = []
    for point in reach.turned_back:
        location = location or point.location
        place = f"{point.location.file}:{point.location.line}"
        lines.append(f"no event got past {place}: {point.way_on}")
    lines.append(f"so that this never ran: {reach.effects[0]}")
    return build_finding(
        check,
        example.case,
        example.via,
        "\n".join(lines),
        location=location,
        evidence=Evidence.DOCUMENTED,
    )
