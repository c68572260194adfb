"""Tables in Markdown: the policy on evidence, rules for changes of schemas, configuration keys."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecr_contracts.core.findings import Severity
from ecr_contracts.engine.checks.policy import GROUNDS
from ecr_contracts.events.differences.rules import RULES
from ecr_contracts.frontends.config.keys import CONSUMER_KEYS, SHARED_KEYS

_SEVERITIES = {Severity.ERROR: "is an error", Severity.WARNING: "is a warning, told in one line"}


def evidence() -> str:
    """The policy on evidence, with a row for each sort."""
    rows = [("evidence", "the choice is", "a finding that rests on it")]
    for ground in GROUNDS.values():
        severity = _SEVERITIES[ground.severity]
        rows.append((f"`{ground.evidence}`", escaped(ground.meaning), severity))
    return table(rows)


def rules_for_changes() -> str:
    """The rules for changes of schemas, with a row for each."""
    rows = [("rule", "what has changed", "for consumers", "for producers")]
    for rule in RULES.values():
        effects = (rule.for_consumers.value, rule.for_producers.value)
        rows.append((f"`{rule.id}`", escaped(rule.purpose), *effects))
    return table(rows)


def configuration() -> str:
    """The keys of a configuration, with a row for each."""
    rows = [("key", "where", "what it says")]
    for row in CONSUMER_KEYS.values():
        rows.append((f"`{row.name}`", "an entry", escaped(row.meaning)))
    for row in SHARED_KEYS.values():
        rows.append((f"`{row.name}`", "an entry, or above all", escaped(row.meaning)))
    return table(rows)


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """A table in Markdown; the first row is its head."""
    head, *others = rows
    lines = [head, tuple("---" for _ in head), *others]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def escaped(words: str) -> str:
    """Words that Markdown shows as they are, also in a table."""
    return re.sub(r"[|<]", r"\\\g<0>", words)
