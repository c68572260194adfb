"""A finding made by hand, and others that differ from it."""

from __future__ import annotations

from ecr_contracts.core.findings import (
    Cause,
    Evidence,
    Finding,
    Location,
    Severity,
)
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.events.generate.cases import case
from ecr_contracts.reporting.lines import Role

FINDING = Finding(
    check="raises",
    severity=Severity.ERROR,
    kind="scan",
    via="lambda",
    cause=(Cause("$.detail.image-tags", "empty"),),
    explained=True,
    exception="IndexError",
    location=Location("app.py", 8),
    evidence=Evidence.DOCUMENTED,
    failed=("scan/no-tags",),
    passed=34,
    case="scan/no-tags",
    example=case("scan/no-tags").event,
    detail="list index out of range",
    group="scan@lambda#0",
    alike=1,
)


ORDINARY = case("scan/ordinary")


MEND = (Role.MEND, f"mend: {CHECKS['raises'].mend}")


def with_(**changes) -> Finding:
    values = {name: getattr(FINDING, name) for name in FINDING.__slots__} | changes
    return Finding(**values)
