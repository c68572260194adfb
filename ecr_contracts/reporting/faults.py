"""Which findings are told together, as one fault."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from ecr_contracts.core.findings import Finding, Severity


def faults(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings of each fault together, in the order of the first of each.

    One fault is what alternative causes bring about, and what several kinds of event bring about
    in the same way. In a fault, findings with a known cause come first.
    """
    groups: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.group, finding.severity), []).append(finding)
    merged: dict[Hashable, list[Finding]] = {}
    for alternatives in groups.values():
        alternatives.sort(key=lambda finding: not finding.explained)
        merged.setdefault(_fault_key(alternatives), []).extend(alternatives)
    return list(merged.values())


def _fault_key(alternatives: Sequence[Finding]) -> Hashable:
    """What the findings of one fault have in common, whatever the kind of event."""
    first = alternatives[0]
    symptom = (
        first.check,
        first.severity,
        first.via,
        first.exception,
        first.location or first.detail,
    )
    causes = tuple(finding.cause for finding in alternatives)
    all_explained = all(finding.explained for finding in alternatives)
    # Without a known cause nothing shows that two kinds have the same one.
    return symptom, causes, "" if all_explained else first.group
