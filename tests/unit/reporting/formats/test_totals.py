"""The line below the reports of several consumers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ecr_contracts.core.findings import Severity
from ecr_contracts.reporting.formats.run import Unjudged
from ecr_contracts.reporting.formats.totals import totals_line
from tests.unit.reporting.formats.made import run, verdict
from tests.unit.reporting.made import FINDING

FAULTY = verdict(replace(FINDING, severity=Severity.ERROR))
WARNED = verdict(replace(FINDING, severity=Severity.WARNING))
FINE = replace(FAULTY, findings=())


@pytest.mark.parametrize(
    ("verdicts", "unjudged", "line"),
    [
        ([FINE], 0, "1 consumer: 1 fine"),
        ([FAULTY, FINE, FINE], 0, "3 consumers: 1 with 1 fault, 2 fine"),
        ([FAULTY, FAULTY, WARNED], 0, "3 consumers: 2 with 2 faults, 1 with 1 warning"),
        ([FINE], 2, "3 consumers: 1 fine, 2 not judged"),
        ([FINE, replace(FINE, is_interrupted=True)], 0, "2 consumers: 1 fine, 1 interrupted"),
        ([replace(FINE, is_stopped=True)], 0, "1 consumer: 1 fine until time was over"),
        (
            [replace(FINE, accepted=((FINDING, None),)), FAULTY],
            0,
            "2 consumers: 1 with 1 fault, 1 fine (1 finding accepted)",
        ),
    ],
)
def test_each_consumer_is_counted_once_and_none_is_called_fine_that_was_not_tried(
    verdicts, unjudged, line
):
    others = tuple(Unjudged("app.py:f", "it is not there") for _ in range(unjudged))
    assert totals_line(run(*verdicts, unjudged=others, is_list=True)) == line
