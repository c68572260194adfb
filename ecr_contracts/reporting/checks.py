"""The table of checks for people: all of them in a line each, or all that is said of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog import GROUPS, Check
from ecr_contracts.engine.checks.catalog.examples import EXAMPLES
from ecr_contracts.reporting.terminal import write_line, write_wrapped

if TYPE_CHECKING:
    from rich.console import Console

_IN_BRACKETS = re.compile(r" \([^)]*\)")
_MARGIN = 10  # columns: that of the longest label
_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def show_checks(screen: Console) -> None:
    """Print all checks below the titles of their groups, a line each."""
    width = max(len(check.id) for rows in GROUPS.values() for check in rows)
    for number, (group, rows) in enumerate(GROUPS.items()):
        if number:
            screen.print()
        write_line(screen, (group, "bold"))
        for check in rows:
            severity = "" if check.severity is Severity.ERROR else " (warning)"
            words = f"{_first_clause(check.purpose)}{severity}"
            head = f"  {check.code}  {check.id:<{width}}  "
            write_wrapped(screen, (words, ""), margin=len(head), head=(head, "cyan"))
    screen.print()
    write_line(screen, ("ecr-contracts explain CODE", "bold"), (" tells all of one", ""))


def show_check(check: Check, screen: Console) -> None:
    """Print what a check means, when it is told, what to do, and how to have it quiet."""
    title = f"{check.code} {check.id}"
    severity = _SEVERITIES[check.severity]
    write_wrapped(screen, (title, "bold"), (f" ({severity})", "dim"))
    screen.print()
    _show_part(screen, "meaning", check.purpose)
    _show_part(screen, "when", check.policy)
    _show_part(screen, "mend", check.mend)
    if check.id in EXAMPLES:
        screen.print()
        write_wrapped(screen, ("for example", "bold"))
        for line in EXAMPLES[check.id].split("\n"):
            write_line(screen, (f"  {line}".rstrip(), ""))
    for label, lines in _ways_to_silence(check):
        screen.print()
        write_wrapped(screen, (label, "bold"))
        for line in lines:
            write_line(screen, (f"  {line}", ""))


def _first_clause(purpose: str) -> str:
    """What goes wrong, without what follows from it, and without what stands in brackets."""
    return _IN_BRACKETS.sub("", purpose).partition(": ")[0].removesuffix(".")


def _show_part(screen: Console, label: str, words: str) -> None:
    write_wrapped(screen, (words, ""), margin=_MARGIN, head=(label, "bold"))


def _ways_to_silence(check: Check) -> Iterator[tuple[str, list[str]]]:
    """How to have a finding, or all of the check, quiet: each way with lines to copy."""
    accept = 'ecr-contracts check HANDLER --update-baseline --reason "why it may stay"'
    yield "accept the findings that are there, and see new ones", [accept]
    setting = f'checks = {{ {check.id} = "off: why" }}'
    table = ["[tool.ecr-contracts]", setting]
    yield "leave the whole check out, in pyproject.toml", table
    yield "or for a single run", [f"ecr-contracts check HANDLER --off {check.code}"]
    if check.severity is Severity.WARNING:
        louder = f'checks = {{ {check.id} = "error" }}'
        yield "have it count as an error, in pyproject.toml", ["[tool.ecr-contracts]", louder]


def checks_as_json(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """Rows of the table as data for programs."""
    groups = {check.id: group for group, rows in GROUPS.items() for check in rows}
    written = []
    for check in checks:
        written.append(
            {
                "code": check.code,
                "check": check.id,
                "group": groups[check.id],
                "severity": check.severity.value,
                "headline": check.headline,
                "meaning": check.purpose,
                "when": check.policy,
                "mend": check.mend,
                "example": EXAMPLES.get(check.id),
            }
        )
    return written
