"""A violation as an object for programs; as a line for people it is its own text."""

from __future__ import annotations

from typing import Any

from ecr_contracts.core.findings import MISSING, Violation


def violation_as_json(violation: Violation) -> dict[str, Any]:
    """A violation for programs; `value` is left out where the key is missing."""
    document = {
        "path": violation.path,
        "severity": violation.severity.value,
        "keyword": violation.keyword,
        "expected": violation.expected,
        "hint": violation.hint,
    }
    if violation.value is not MISSING:
        document["value"] = violation.value
    return document
