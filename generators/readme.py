"""The README's tables of checks, made from the table in `engine/checks/catalog.py`.

A table stands between two comments, `<!-- checks: NAME -->` and `<!-- end -->`; nothing else of the
README is touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog import CHECKS, Check, Scope

NAME = "README.md"

_TABLES: dict[str, Callable[[Check], bool]] = {
    "one event": lambda check: check.scope is not Scope.COMPARISON,
    "several events": lambda check: check.scope is Scope.COMPARISON,
}
"""Which rows each table has, by the name in its comment."""

_HEAD = "| check | what goes wrong | mend |\n| --- | --- | --- |\n"


def texts(root: Path) -> dict[str, str]:
    """The README of a checkout as it should be, by its name; nothing where there is none."""
    file = root / NAME
    return {NAME: text(file.read_text("utf-8"))} if file.exists() else {}


def text(readme: str) -> str:
    """A README with each table as it should be. Raises ValueError where one has no place."""
    for name, has_row in _TABLES.items():
        begin, end = f"<!-- checks: {name} -->\n", "<!-- end -->\n"
        before, found, rest = readme.partition(begin)
        _, found_end, after = rest.partition(end)
        if not (found and found_end):
            raise ValueError(f"{NAME} has no place for a table: {begin.strip()} … {end.strip()}")
        rows = table(check for check in CHECKS.values() if has_row(check))
        readme = f"{before}{begin}{rows}{end}{after}"
    return readme


def table(checks: Iterable[Check]) -> str:
    """A table in Markdown, with a row for each check."""
    return _HEAD + "".join(map(_row, checks))


def _row(check: Check) -> str:
    warning = " (a warning)" if check.severity is Severity.WARNING else ""
    purpose = check.purpose.removesuffix(".")
    return f"| `{check.id}` | {_escaped(purpose)}{warning} | {_escaped(check.mend)} |\n"


def _escaped(words: str) -> str:
    """Words that Markdown shows as they are."""
    return re.sub(r"[|<]", r"\\\g<0>", words)
