"""The violation of a relation: what does not hold between several calls of one consumer."""

from __future__ import annotations

from dataclasses import dataclass

from ecr_contracts.core.findings import Condition, Evidence, Finding, Location, Severity
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.checks.policy import severity_on
from ecr_contracts.events.generate.cases import Case


@dataclass(frozen=True, slots=True)
class RelationViolation:
    """A relation that does not hold: its check, the event that shows it, and what was seen.

    `compared` is the event that it is compared with, where there is one. What is None follows from
    the check and the event. `made` are choices of its cause that no schema has,
    and findings of one `group` are told together.
    """

    check: str
    example: Case
    detail: str
    compared: Case | None = None
    exception: str | None = None
    location: Location | None = None
    severity: Severity | None = None
    cause: tuple[Condition, ...] = ()
    evidence: Evidence | None = None
    group: str = ""

    @property
    def is_advice(self) -> bool:
        """Whether it is a warning, by itself or since its events are not well known."""
        evidence = self.evidence or self.example.evidence
        severity = self.severity or CHECKS[self.check].severity
        return severity_on(evidence, severity) is Severity.WARNING

    def finding(self, envelope: str) -> Finding:
        """The finding that tells of it, in an envelope."""
        return build_finding(
            self.check,
            self.example,
            envelope,
            self.detail,
            severity=self.severity,
            exception=self.exception,
            location=self.location,
            cause=self.cause,
            evidence=self.evidence,
            passed=0 if self.compared is None else 1,
            nearest=self.compared,
            group=self.group,
        )


@dataclass(frozen=True, slots=True)
class RelationResult:
    """The findings about some relations, and how many calls it took.

    `is_unread`: the consumer never reads an event, so that nothing else need be compared.
    """

    findings: tuple[Finding, ...] = ()
    calls: int = 0
    is_unread: bool = False
