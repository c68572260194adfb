"""The reference of checks, from their table."""

from __future__ import annotations

import ast

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.catalog import CHECKS, GROUPS, Check
from ecr_contracts.engine.checks.catalog.examples import EXAMPLES
from generators.documents.tables import escaped, table

_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def sections() -> str:
    """A list of all checks, then a section for each: what goes wrong, the mend, the policy."""
    rows = [("code", "check", "severity", "what goes wrong")]
    for check in CHECKS.values():
        link = f"[`{check.id}`](#{check.id})"
        purpose = escaped(check.purpose.removesuffix("."))
        rows.append((check.code, link, _SEVERITIES[check.severity], purpose))
    text = table(rows)
    for group, checks in GROUPS.items():
        text += f"\n## {group[0].upper()}{group[1:]}\n" + "".join(map(_section, checks))
    return text


def _section(check: Check) -> str:
    severity = "An error" if check.severity is Severity.ERROR else "A warning"
    text = (
        f"\n### {check.code} `{check.id}` {{ #{check.id} }}\n\n"
        f"{severity}. {escaped(check.purpose)}\n\n"
        f"- **Mend**: {escaped(check.mend)}.\n"
        f"- **Against false alarms**: {escaped(check.policy)}\n"
    )
    example = EXAMPLES.get(check.id, "")
    if example:
        text += f"\n```{_language(example)}\n{example}\n```\n"
    return text


def _language(example: str) -> str:
    """What an example is written in: Python, or the YAML of a rule."""
    try:
        ast.parse(example)
    except SyntaxError:
        return "yaml"
    return "python"
