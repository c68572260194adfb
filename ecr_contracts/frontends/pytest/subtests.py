"""A failure in parts: each finding is a subtest, where pytest (9) or pytest-subtests knows these.

Only pytest's hooks are used for that: a report is taken as the data that goes from one process to
another, is marked as that of a subtest, and is read again by whichever plugin knows subtests.
"""

from __future__ import annotations

import pytest

from ecr_contracts.frontends.pytest.consumer_item import ConsumerFailure

__all__ = ["reports_of_parts"]


def reports_of_parts(item: pytest.Item, failure: ConsumerFailure) -> list[pytest.TestReport]:
    """The reports of the parts of a failure, as subtests; none where nobody knows subtests."""
    reports: list[pytest.TestReport] = []
    for part in failure.parts:
        report = _as_subtest(item.config, _report(item, part), part.summary)
        if report is None:
            return []
        reports.append(report)
    return reports


def _report(item: pytest.Item, part: ConsumerFailure) -> pytest.TestReport:
    """The report of an item, as if this part were all of its failure."""

    def fail() -> None:
        raise part

    call = pytest.CallInfo.from_call(fail, "call")
    report = pytest.TestReport.from_item_and_call(item, call)
    report.sections = []
    return report


def _as_subtest(
    config: pytest.Config, report: pytest.TestReport, name: str
) -> pytest.TestReport | None:
    data = config.hook.pytest_report_to_serializable(config=config, report=report)
    data.pop("$report_type", None)  # or pytest would read it as that of a test
    data["_report_type"] = "SubTestReport"
    data["_subtest.context"] = {"msg": name, "kwargs": {}}
    subtest = config.hook.pytest_report_from_serializable(config=config, data=data)
    return subtest if isinstance(subtest, pytest.TestReport) else None
