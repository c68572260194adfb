"""The README's tables: of checks and evidence (`engine/checks`), of rules for changes (`events`).

A table stands between two comments, such as `<!-- checks: NAME -->` or `<!-- evidence -->` and
`<!-- end -->`; nothing else of the README is touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog import CHECKS, Check, Scope
from ecr_contracts.engine.checks.policy import GROUNDS, Ground
from ecr_contracts.events.differences.rules import RULES, Rule

NAME = "README.md"

_TABLES: dict[str, Callable[[Check], bool]] = {
    "one event": lambda check: check.scope is not Scope.COMPARISON,
    "several events": lambda check: check.scope is Scope.COMPARISON,
}
"""Which rows each table has, by the name in its comment."""

_HEAD = "| check | what goes wrong | mend |\n| --- | --- | --- |\n"
_HEAD_OF_EVIDENCE = (
    "| evidence | the choice is | a finding that rests on it |\n| --- | --- | --- |\n"
)
_HEAD_OF_RULES = (
    "| rule | what has changed | for consumers | for producers |\n| --- | --- | --- | --- |\n"
)
_SEVERITIES = {Severity.ERROR: "is an error", Severity.WARNING: "is a warning, told in one line"}


def texts(root: Path) -> dict[str, str]:
    """The README of a checkout as it should be, by its name; nothing where there is none."""
    file = root / NAME
    return {NAME: text(file.read_text("utf-8"))} if file.exists() else {}


def text(readme: str) -> str:
    """A README with each table as it should be. Raises ValueError where one has no place."""
    for name, has_row in _TABLES.items():
        rows = table(check for check in CHECKS.values() if has_row(check))
        readme = _with_table(readme, f"<!-- checks: {name} -->\n", rows)
    readme = _with_table(readme, "<!-- evidence -->\n", table_of_evidence(GROUNDS.values()))
    return _with_table(readme, "<!-- rules for changes -->\n", table_of_rules(RULES.values()))


def _with_table(readme: str, begin: str, rows: str) -> str:
    """A README with the rows behind one comment as they should be."""
    end = "<!-- end -->\n"
    before, found, rest = readme.partition(begin)
    _, found_end, after = rest.partition(end)
    if not (found and found_end):
        raise ValueError(f"{NAME} has no place for a table: {begin.strip()} … {end.strip()}")
    return f"{before}{begin}{rows}{end}{after}"


def table(checks: Iterable[Check]) -> str:
    """A table in Markdown, with a row for each check."""
    return _HEAD + "".join(map(_row, checks))


def table_of_evidence(grounds: Iterable[Ground]) -> str:
    """A table in Markdown of the policy on evidence, with a row for each sort."""
    rows = []
    for ground in grounds:
        severity = _SEVERITIES[ground.severity]
        rows.append(f"| `{ground.evidence}` | {_escaped(ground.meaning)} | {severity} |\n")
    return _HEAD_OF_EVIDENCE + "".join(rows)


def table_of_rules(rules: Iterable[Rule]) -> str:
    """A table in Markdown of the rules for changes of schemas."""
    rows = []
    for rule in rules:
        effects = f"{rule.for_consumers.value} | {rule.for_producers.value}"
        rows.append(f"| `{rule.id}` | {_escaped(rule.purpose)} | {effects} |\n")
    return _HEAD_OF_RULES + "".join(rows)


def _row(check: Check) -> str:
    warning = " (a warning)" if check.severity is Severity.WARNING else ""
    purpose = check.purpose.removesuffix(".")
    return f"| `{check.id}` | {_escaped(purpose)}{warning} | {_escaped(check.mend)} |\n"


def _escaped(words: str) -> str:
    """Words that Markdown shows as they are."""
    return re.sub(r"[|<]", r"\\\g<0>", words)
