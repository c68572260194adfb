"""The first line of a report: how many faults there are, warnings, and decisions."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import Evidence, Severity
from ecr_contracts.engine.checks.catalog import REFUSES
from ecr_contracts.reporting.totals import numbers_of_faults
from tests.unit.reporting.made import with_

ERROR = with_()
OTHER = with_(check="exits", group="scan@lambda#1")
ADVICE = with_(check="mutates", severity=Severity.WARNING, group="scan@lambda#2")
WEAK = with_(
    check="late", severity=Severity.WARNING, evidence=Evidence.INFERRED, group="scan@lambda#3"
)
REFUSAL = with_(check=REFUSES, severity=Severity.WARNING, group="scan@lambda#4")


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ([ERROR], "1 fault"),
        ([ERROR, OTHER], "2 faults"),
        ([ERROR, ADVICE, WEAK], "1 fault, 2 warnings"),
        ([ADVICE], "no fault, 1 warning"),
        ([REFUSAL], "no fault, 1 deliberate refusal"),
        ([REFUSAL, WEAK, ERROR], "1 fault, 1 warning, 1 deliberate refusal"),
    ],
)
def test_faults_are_counted_apart_from_warnings_and_decisions(findings, words):
    assert numbers_of_faults(findings) == words
