"""What `validate` prints: a violation as a line for people, or as an object for programs."""

from __future__ import annotations

from typing import Any

from ecr_contracts.core.findings import MISSING, Violation
from ecr_contracts.events.strangers import STRANGER
from ecr_contracts.reporting.values import quoted

_KNOWN_KEY = "a key of the contract"
"""What `validation` expects where a key is unknown."""


def is_about_key(violation: Violation) -> bool:
    """Whether a key is what is wrong, rather than the value that stands there."""
    return violation.keyword == "advice" and violation.expected == _KNOWN_KEY


def violation_line(violation: Violation) -> str:
    """A violation as one line: where, what stands there, what was wanted, what to do."""
    if violation.keyword == STRANGER:
        return violation.hint
    if violation.value is MISSING:
        line = f"{violation.path} is missing; expected {violation.expected}"
    elif is_about_key(violation):
        line = f"{violation.path} is no key of the contract"
    elif violation.keyword == "size":
        line = f"{violation.path} has {violation.value}; expected {violation.expected}"
    else:
        line = f"{violation.path} is {quoted(violation.value)}; expected {violation.expected}"
    return f"{line} ({violation.hint})" if violation.hint else line


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
