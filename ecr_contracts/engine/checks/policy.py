"""The policy on evidence: how loud a finding is follows from how well its events are known.

One table, which the README prints. A finding rests on the weakest claim that its cause needs; what
else its example has is by the way. Where the cause is not known, it rests on the best known event
that fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ecr_contracts.core.findings import Evidence, Finding, Severity
from ecr_contracts.engine.checks.catalog import FUTURE_EVENT


@dataclass(frozen=True, slots=True)
class Ground:
    """One row: a sort of evidence, and what follows from it.

    `meaning` says in the README what such a choice is, `words` in a report why its events are to be
    expected, `short` says the same in brackets. `severity` is the gravest that a finding can be
    which rests on it.
    """

    evidence: Evidence
    meaning: str
    words: str
    short: str
    severity: Severity


_ROWS = (
    Ground(
        Evidence.DOCUMENTED,
        "in AWS's documentation",
        "documented by AWS",
        "documented by AWS",
        Severity.ERROR,
    ),
    Ground(
        Evidence.CAPTURED,
        "seen in a captured event",
        "seen in captured events",
        "seen in captured events",
        Severity.ERROR,
    ),
    Ground(
        Evidence.HANDLED,
        "handled by code that AWS publishes: somebody there met it",
        "AWS's own code handles such events",
        "AWS's own code handles such events",
        Severity.ERROR,
    ),
    Ground(
        Evidence.NECESSARY,
        "one that must be, since what it stands for happens and could not look otherwise",
        "such events could not look otherwise",
        "such events must come",
        Severity.ERROR,
    ),
    Ground(
        Evidence.REGISTRY,
        "admitted by the schema that AWS publishes in the EventBridge schema registry (a key is "
        "optional there), and never seen",
        "AWS's schema registry admits it, but no such event is on record",
        "AWS's schema alone",
        Severity.WARNING,
    ),
    Ground(
        Evidence.INFERRED,
        "none of these, but nothing speaks against it",
        "inferred: no such event is on record",
        "inferred",
        Severity.WARNING,
    ),
)

GROUNDS: Mapping[Evidence, Ground] = MappingProxyType({row.evidence: row for row in _ROWS})
"""The table by evidence, strongest first."""


def severity_on(evidence: Evidence, severity: Severity) -> Severity:
    """The severity of a finding that rests on some evidence, where its check has that severity."""
    is_weak = GROUNDS[evidence].severity is Severity.WARNING
    return Severity.WARNING if is_weak else severity


def is_weakly_grounded(finding: Finding) -> bool:
    """Whether a finding is a warning, and rests on events that nobody has seen.

    Events of tomorrow were asked for: what they show is told in full.
    """
    is_weak = GROUNDS[finding.evidence].severity is Severity.WARNING
    is_weak = is_weak and finding.check != FUTURE_EVENT
    return is_weak and finding.severity is Severity.WARNING
