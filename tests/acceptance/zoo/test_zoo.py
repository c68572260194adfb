"""Every consumer of the zoo is checked as its owner would: its fault is found, its cause exact, and
nothing else is.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ecr_contracts.core.findings import Finding
from ecr_contracts.engine import plan, session
from ecr_contracts.engine.verdict import Verdict
from tests.acceptance.zoo.expected import ROWS, Fault, Row
from tests.rows import first_of_each, long_but

HERE = Path(__file__).parent
ALIKE = ("vacuous", "swallowed")
"""Checks of which a consumer of several kinds has the same finding for each of them."""
SHORT = first_of_each([row for row in ROWS if row.family != "time"], lambda row: row.family)
"""The rows that the test command of the README tries: one for each family."""

# an array of strength 4 takes ten seconds to make; what needs four choices is found by what is
# drawn
_DEEPEST = 3


def checked(row: Row, examples: int) -> Verdict:
    strength = row.strength if isinstance(row.strength, int) and row.strength <= _DEEPEST else 2
    return session.check(
        f"{HERE / row.module}.py:{row.name}",
        kinds=row.kinds,
        via=(row.via,),
        timeout=row.timeout,
        strength=strength,
        examples=examples,
    )


def agrees(finding: Finding, fault: Fault) -> bool:
    """Whether a finding is what is expected: its cause one of those that say the same, or none
    where there is none.
    """
    if (finding.check, finding.exception, finding.explained) != (
        fault.check,
        fault.exception,
        fault.explained,
    ):
        return False
    cause = {(cause.path, cause.choice) for cause in finding.cause}
    spared = {(cause.path, cause.choice) for cause in finding.except_for}
    told = any(cause == set(one) for one in fault.told) or not fault.told
    return told and (bool(cause) or set(fault.except_for) <= spared)


def judge(row: Row, examples: int) -> Verdict:
    verdict = checked(row, examples)
    for fault in row.faults:
        assert [finding for finding in verdict.findings if agrees(finding, fault)], (
            f"not found: {fault}"
        )
    for finding in verdict.findings:
        assert [fault for fault in row.faults if agrees(finding, fault)], f"not expected: {finding}"
    # A fault that every kind has alike is a finding for each of them.
    assert len(verdict.findings) == sum(
        len(row.kinds) if fault.check in ALIKE else 1 for fault in row.faults
    )
    return verdict


def is_drawn_for(row: Row) -> bool:
    """Whether a row is given drawn events too.

    The cases alone tell of most; what is right must stay so, and what takes other values is found
    by them.
    """
    return row.family in ("value", "four", "right") or row.strength == 3


@pytest.mark.parametrize("row", long_but(SHORT.__contains__, ROWS), ids=lambda row: row.name)
def test_what_is_wrong_is_found_with_its_cause_and_nothing_else(row):
    verdict = judge(row, plan.USUAL.examples if is_drawn_for(row) else 0)
    if row.family == "time":  # it fails at random, or hangs
        doubts = [finding.doubt for finding in verdict.findings]
        assert doubts == ["flaky" if row.name == "every_third" else ""]


@pytest.mark.search
@pytest.mark.parametrize(
    "row", [row for row in ROWS if not is_drawn_for(row)], ids=lambda row: row.name
)
def test_what_is_drawn_adds_nothing_to_it(row):
    judge(row, plan.USUAL.examples)
