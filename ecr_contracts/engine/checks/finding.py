"""The one builder of findings: it fills in what follows from the check and from the example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecr_contracts.core.findings import Condition, Evidence, Finding, Location, Severity
from ecr_contracts.engine.checks.catalog import CHECKS, Scope
from ecr_contracts.engine.checks.policy import severity_on
from ecr_contracts.events.generate.cases import Case

_FLAKY = "flaky"
"""The doubt about a fault that comes and goes with the same event."""

_UNKNOWN = "unknown"
"""The doubt about a fault of which it is not known what decides."""


def build_finding(
    check: str,
    example: Case,
    envelope: str,
    detail: str,
    *,
    severity: Severity | None = None,
    exception: str | None = None,
    location: Location | None = None,
    cause: tuple[Condition, ...] = (),
    doubt: str = "",
    evidence: Evidence | None = None,
    failed: Sequence[Case] = (),
    passed: int = 0,
    alike: int | None = None,
    nearest: Case | None = None,
    group: str = "",
) -> Finding:
    """The finding of a check, shown by an example event in an envelope.

    What is left out follows from the rest: the severity is that of the check's row in the table,
    the evidence that of the example; the example alone failed, and all that failed are alike; the
    group is that of the check. Weak evidence makes a warning of an error (see `policy`), unless the
    event decides nothing. A finding is explained unless there is a `doubt`, as
    there is where nothing is said to decide and some events pass. Raises KeyError for a
    check that is not in the table.
    """
    if not cause and not doubt and passed and CHECKS[check].scope is Scope.CALL:
        # Not every event fails, so something decides, whatever it is.
        doubt = _UNKNOWN
    evidence = evidence or example.evidence
    severity = severity or CHECKS[check].severity
    if doubt != _FLAKY:
        severity = severity_on(evidence, severity)
    failed_ids = tuple(case.id for case in failed or (example,))
    return Finding(
        check=check,
        severity=severity,
        kind=example.kind,
        via=envelope,
        cause=cause,
        explained=not doubt,
        exception=exception,
        location=location,
        evidence=evidence,
        failed=failed_ids,
        passed=passed,
        case=example.id,
        example=example.event,
        detail=detail,
        group=group or f"{example.kind}@{envelope}#{check}",
        alike=len(failed_ids) if alike is None else alike,
        doubt=doubt,
        nearest_case="" if nearest is None else nearest.id,
        nearest=None if nearest is None else nearest.event,
    )


def follow_up(finding: Finding, check: str, detail: str) -> Finding:
    """What a second check says of the events of a finding: only the check and its words change."""
    return replace(
        finding,
        check=check,
        severity=severity_on(finding.evidence, CHECKS[check].severity),
        detail=detail,
        group=f"{finding.group}/{check}",
    )
