"""The policy on evidence: one row for each sort, and what a finding is that rests on it."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import Condition, Evidence, Severity
from ecr_contracts.engine.causes.model import weakest_evidence
from ecr_contracts.engine.checks.catalog import CHECKS, FUTURE_EVENT
from ecr_contracts.engine.checks.finding import build_finding
from ecr_contracts.engine.checks.policy import GROUNDS, is_weakly_grounded, severity_on
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate.cases import case

STRONG = ("documented", "captured", "handled", "necessary")
COUNTS, STATUS = "$.detail.finding-severity-counts", "$.detail.scan-status"


def test_each_sort_has_a_row_and_the_rows_are_in_order():
    assert list(GROUNDS) == list(Evidence)
    assert all(ground.meaning and ground.words for ground in GROUNDS.values())


@pytest.mark.parametrize("evidence", Evidence)
@pytest.mark.parametrize("severity", Severity)
def test_weak_evidence_makes_a_warning_and_strong_evidence_changes_nothing(evidence, severity):
    wanted = severity if evidence in STRONG else Severity.WARNING
    assert severity_on(evidence, severity) is wanted


def test_no_sort_that_is_weaker_makes_a_graver_finding():
    severities = [severity_on(evidence, Severity.ERROR) for evidence in Evidence]
    assert severities == sorted(severities, key=lambda severity: severity is Severity.WARNING)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("evidence", Evidence)
def test_a_finding_is_never_graver_than_its_evidence_or_its_check(check, evidence):
    finding = build_finding(check, case("scan/ordinary"), "lambda", "", evidence=evidence)
    is_error = evidence in STRONG and CHECKS[check].severity is Severity.ERROR
    assert finding.severity is (Severity.ERROR if is_error else Severity.WARNING)
    is_told_in_a_line = evidence not in STRONG and check != FUTURE_EVENT
    assert is_weakly_grounded(finding) == is_told_in_a_line


@pytest.mark.parametrize(
    ("kind", "cause", "evidence"),
    [
        ("scan", (Condition("$.detail.image-tags", ("empty",)),), "documented"),
        ("scan", (Condition("$.detail.image-tags", ("absent",)),), "registry"),
        ("scan", (Condition("$.detail.image-digest", ("absent",)),), "registry"),
        ("scan", (Condition("$.resources", ("empty",)),), "inferred"),
        ("scan", (Condition(COUNTS, ("empty",)),), "inferred"),
        # There are scans without counts, for there are failed ones …
        ("scan", (Condition(COUNTS, ("absent",)),), "necessary"),
        ("scan", (Condition(STATUS, ("failed",)),), "necessary"),
        ("scan", (Condition(STATUS, ("failed",)), Condition(COUNTS, ("absent",))), "necessary"),
        (
            "scan",
            (Condition(STATUS, ("failed",)), Condition("$.detail.image-tags", ("empty",))),
            "necessary",
        ),
        # … but nobody has seen a completed one since there are counts, or a failed one that lacks
        # more.
        ("scan", (Condition(STATUS, ("complete",)), Condition(COUNTS, ("absent",))), "registry"),
        (
            "scan",
            (Condition(COUNTS, ("absent",)), Condition("$.detail.image-digest", ("absent",))),
            "registry",
        ),
        ("push", (Condition("$.detail.image-tag", ("absent",)),), "handled"),
        ("push", (Condition("$.detail.image-tag", ("empty",)),), "captured"),
        ("push", (Condition("$.detail.image-digest", ("absent",)),), "registry"),
        ("push", (Condition("$.detail.result", ("failure",)),), "captured"),
        ("delete", (Condition("$.detail.image-tag", ("absent",)),), "registry"),
        ("delete", (Condition("$.detail.result", ("failure",)),), "inferred"),
        ("delete", (Condition("$.detail.manifest-media-type", ("oci",)),), "registry"),
        ("scan", (), "documented"),
    ],
    ids=lambda value: (
        "+".join(f"{one.path.rpartition('.')[2]}-{one.choices[0]}" for one in value) or "nothing"
        if isinstance(value, tuple)
        else value
    ),
)
def test_what_a_cause_rests_on(kind, cause, evidence):
    conjunction = [(one.path, one.choices[0]) for one in cause]
    assert weakest_evidence(reader.contract(kind), conjunction) == evidence


@pytest.mark.parametrize(
    ("case_id", "evidence"),
    [
        ("scan/failed", "necessary"),
        ("scan/failed+no-tags", "necessary"),
        ("scan/failed+no-digest", "registry"),
        ("scan/failed+absent-tags", "registry"),
        ("scan/no-counts", "registry"),
        ("scan/empty-counts", "inferred"),
        ("push/no-tag", "handled"),
        ("push/failure+empty-digest", "captured"),
    ],
)
def test_what_an_event_rests_on(case_id, evidence):
    assert case(case_id).evidence == evidence
