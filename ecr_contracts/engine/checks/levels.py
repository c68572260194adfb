"""The levels that a user gives to checks: as an error, as a warning, or off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ecr_contracts.core.findings import Finding, Severity

OFF = "off"
"""The level of an unwanted check; a reason may follow, as in `off: we log every action`."""

LEVELS = (OFF, Severity.ERROR, Severity.WARNING)
"""The levels of a check, without reasons."""


def is_level(level: str) -> bool:
    """Whether a text is a level: `error`, `warning`, `off`, or `off: why`."""
    return level in LEVELS or level.startswith(f"{OFF}:")


def effective_severity(
    check: str, severity: Severity, levels: Mapping[str, str], *, strict: bool = False
) -> Severity | None:
    """The severity of a check under the user's levels, or None where it is off.

    A level decides before `strict`, and `strict`, which makes everything an error, before the
    check's own severity.
    """
    level = levels.get(check, "")
    if level.partition(":")[0] == OFF:
        return None
    if level:
        return Severity(level)
    return Severity.ERROR if strict else severity


def with_levels(
    findings: Iterable[Finding], levels: Mapping[str, str], *, strict: bool = False
) -> tuple[Finding, ...]:
    """The findings with their effective severities, without those of checks that are off."""
    kept = []
    for finding in findings:
        severity = effective_severity(finding.check, finding.severity, levels, strict=strict)
        if severity is not None:
            kept.append(replace(finding, severity=severity))
    return tuple(kept)
