"""What a report says of accepted findings, and of entries that nothing needs any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ecr_contracts.core.findings import Finding
from ecr_contracts.core.text import counted, plural
from ecr_contracts.engine.accepted.entries import Entry
from ecr_contracts.engine.checks.catalog import CHECKS
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.headlines import code_mark, plain_headline, without_places

__all__ = [
    "accepted_as_json",
    "accepted_in_full",
    "accepted_in_one_line",
    "gone_as_json",
    "gone_lines",
    "number_of_accepted",
]

_MOST_GONE = 5


def number_of_accepted(verdict: Verdict) -> int:
    """How many faults are accepted."""
    return len(faults(finding for finding, _ in verdict.accepted))


def accepted_in_one_line(verdict: Verdict, way: str = "-v tells which, and why") -> str:
    """That findings are accepted, and the way to see them; empty where none are."""
    number = number_of_accepted(verdict)
    if not number:
        return ""
    return f"accepted by the baseline: {counted(number, 'finding')} ({way})"


def accepted_in_full(verdict: Verdict) -> Iterator[str]:
    """Each accepted fault with its reason, in a line."""
    for alternatives in faults(finding for finding, _ in verdict.accepted):
        yield f"accepted: {_in_words(alternatives[0])}: {_reason(verdict, alternatives[0])}"


def _in_words(finding: Finding) -> str:
    return f"{plain_headline([without_places(finding)])}{code_mark(finding)}"


def _reason(verdict: Verdict, finding: Finding) -> str:
    return next(entry.reason for accepted, entry in verdict.accepted if accepted is finding)


def gone_lines(gone: Iterable[Entry], command: str = "--prune") -> Iterator[str]:
    """That entries are no longer found, the first of them by name; nothing where all are.

    `command` removes them.
    """
    entries = list(gone)
    for entry in entries[:_MOST_GONE]:
        kinds = ", ".join(entry.kinds)
        says = entry.says or entry.exception or entry.check
        where = f"{kinds} via {', '.join(entry.via)}"
        yield f"no longer found, though accepted: {says} [{CHECKS[entry.check].code}] ({where})"
    more = len(entries) - _MOST_GONE
    if more > 0:
        yield f"and {more} more accepted {plural(more, 'finding')} no longer found"
    if entries:
        yield f"{command} removes from the baseline what is no longer found"


def accepted_as_json(verdict: Verdict) -> list[dict[str, Any]]:
    """The accepted findings for programs, each with its reason."""
    written = []
    for finding, entry in verdict.accepted:
        place = finding.location
        written.append(
            {
                "check": finding.check,
                "code": CHECKS[finding.check].code,
                "severity": finding.severity.value,
                "kind": finding.kind,
                "via": finding.via,
                "exception": finding.exception,
                "location": {"file": place.file, "line": place.line} if place else None,
                "says": plain_headline([without_places(finding)]),
                "reason": entry.reason,
            }
        )
    return written


def gone_as_json(verdict: Verdict) -> list[dict[str, Any]]:
    """The entries that nothing needs any more, for programs."""
    written = []
    for entry in verdict.gone:
        written.append(
            {
                "check": entry.check,
                "code": CHECKS[entry.check].code,
                "kinds": list(entry.kinds),
                "via": list(entry.via),
                "exception": entry.exception or None,
                "says": entry.says,
                "reason": entry.reason,
            }
        )
    return written
