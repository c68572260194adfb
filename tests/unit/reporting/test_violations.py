"""Violations as lines for people and as objects for programs."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import (
    MISSING,
    Severity,
    Violation,
)
from ecr_contracts.events.generate.cases import case
from ecr_contracts.events.validation import validate
from ecr_contracts.reporting.violations import violation_as_json


@pytest.mark.parametrize(
    ("violation", "line"),
    [
        (Violation("$.a", 7, "a string", 'write "7"'), '$.a is 7; expected a string (write "7")'),
        (Violation("$.a", None, "a string"), "$.a is null; expected a string"),
        (
            Violation("$.a", MISSING, "12 digits", "this key is always there"),
            "$.a is missing; expected 12 digits (this key is always there)",
        ),
        (
            Violation("$.a", "é", "x", severity=Severity.WARNING, keyword="advice"),
            '$.a is "é"; expected x',
        ),
        (
            Violation(
                "$.b", 1, "a key of the contract", "did you mean `a`?", Severity.WARNING, "advice"
            ),
            "$.b is no key of the contract (did you mean `a`?)",
        ),
        (Violation("$.a", "x" * 99, "less"), f'$.a is "{"x" * 49}…{"x" * 8}"; expected less'),
        (
            Violation("$.a", float("nan"), "a number that JSON has"),
            "$.a is NaN; expected a number that JSON has",
        ),
    ],
)
def test_a_violation_is_one_line(violation, line):
    assert str(violation) == line


def test_an_unknown_key_is_known_as_such_to_validation():
    [violation] = validate(case("scan/ordinary").event | {"replayName": "x"})
    assert violation.is_about_key
    assert str(violation) == "$.replayName is no key of the contract (did you mean `replay-name`?)"


def test_a_violation_for_programs_has_a_value_unless_the_key_is_missing():
    told = violation_as_json(Violation("$.a", None, "x", "y", Severity.WARNING, "advice"))
    assert told == {
        "path": "$.a",
        "severity": "warning",
        "keyword": "advice",
        "expected": "x",
        "hint": "y",
        "value": None,
    }
    assert "value" not in violation_as_json(Violation("$.a", MISSING, "x"))
