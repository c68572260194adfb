"""The levels of checks: what a user says of a check decides how its findings count."""

from __future__ import annotations

import pytest

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.levels import effective_severity, is_level


@pytest.mark.parametrize(
    ("level", "strict", "counts"),
    [
        ({}, False, Severity.WARNING),
        ({}, True, Severity.ERROR),
        ({"mutates": "off"}, True, None),
        ({"mutates": "off: we own the event"}, False, None),
        ({"mutates": "error"}, False, Severity.ERROR),
        ({"mutates": "warning"}, True, Severity.WARNING),
        ({"raises": "off"}, False, Severity.WARNING),
    ],
)
def test_what_counts_can_be_said_of_each_check(level, strict, counts):
    assert effective_severity("mutates", Severity.WARNING, level, strict=strict) is counts


def test_levels_are_told_from_other_words():
    assert all(map(is_level, ("off", "off: why", "error", "warning")))
    assert not any(map(is_level, ("", "no", "offence", "Error")))
