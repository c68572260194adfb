"""A finding made by hand, and others that differ from it."""

from __future__ import annotations

from ecr_contracts.core.findings import Condition, Evidence, Finding, Location, Severity
from ecr_contracts.events.compile import reader
from ecr_contracts.events.conditions import condition
from ecr_contracts.events.generate.cases import case
from ecr_contracts.reporting.lines import Role

TAGS = "$.detail.image-tags"
COUNTS = "$.detail.finding-severity-counts"


def when(path: str, *labels: str, kind: str = "scan") -> Condition:
    """The condition that a field has one of these choices, in the words of the contract."""
    return condition(reader.contract(kind).by_path[path], labels)


FINDING = Finding(
    check="raises",
    severity=Severity.ERROR,
    kind="scan",
    via="lambda",
    cause=(when(TAGS, "empty"),),
    explained=True,
    exception="IndexError",
    location=Location("app.py", 8, source='tag = detail["image-tags"][0]'),
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


MEND = (
    Role.MEND,
    "mend: check that image-tags is not empty, or, if you do not need such events, skip them",
)


def with_(**changes) -> Finding:
    values = {name: getattr(FINDING, name) for name in FINDING.__slots__} | changes
    return Finding(**values)
