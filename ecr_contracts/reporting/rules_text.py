"""The report on rules for people: a line for each rule, what is to be said of it underneath."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ecr_contracts.core import limits
from ecr_contracts.core.errors import PatternError
from ecr_contracts.core.findings import Severity
from ecr_contracts.core.text import counted, shortened
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.eventbridge.rules.verdicts import Name, Verdict
from ecr_contracts.reporting.rules import (
    JudgedRule,
    delivery,
    evidence_in_words,
    mismatch_in_words,
    sentence,
)
from ecr_contracts.reporting.terminal import write_line, write_wrapped

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show_explained", "show_rules"]

_MARGIN = 4
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
_DIFF_STYLES = {"-": "red", "+": "green", " ": "dim"}


def show_rules(rules: Sequence[JudgedRule], screen: Console) -> None:
    """Print the report: each rule with its verdicts, then how many are wrong."""
    for rule in rules:
        _show_rule(rule, screen)
    failed = sum(rule.judgement.has_failed for rule in rules)
    advised = sum(_has_advice(rule) for rule in rules)
    result = f"{counted(len(rules), 'rule')}: {failed} dead or invalid, {advised} with advice"
    write_line(screen, (result, "bold"))


def _has_advice(rule: JudgedRule) -> bool:
    return not rule.judgement.has_failed and rule.judgement.gravest.name is not Name.FINE


def _show_rule(rule: JudgedRule, screen: Console) -> None:
    verdicts = rule.judgement.verdicts
    names = ", ".join(dict.fromkeys(verdict.name.value for verdict in verdicts))
    told = f"{names}; " if not rule.disabled else f"{names}, disabled; "
    write_wrapped(
        screen,
        (rule.place, "cyan"),
        (f"  {rule.name}: " if rule.name else "  ", "bold"),
        (told, _style(verdicts[0])),
        (delivery(rule.judgement.proof), ""),
    )
    for verdict in verdicts:
        _show_verdict(verdict, screen, named=len(verdicts) > 1)
    for path in rule.unresolved:
        known = shortened(path, limits.SENTENCE_CHARACTERS)
        text = f"{known} is known only when it is deployed; any value is taken for it"
        write_wrapped(screen, (text, "dim"), margin=_MARGIN)
    for text in rule.undelivered:
        write_wrapped(screen, (text, "yellow"), margin=_MARGIN)


def _style(verdict: Verdict) -> str:
    return "green" if verdict.name is Name.FINE else _STYLES[verdict.severity]


def _show_verdict(verdict: Verdict, screen: Console, *, named: bool) -> None:
    text = sentence(verdict)
    if not text:
        return
    head = f"{verdict.name.value}: " if named else ""
    write_wrapped(
        screen,
        (head, _style(verdict)),
        (shortened(text, limits.SENTENCE_CHARACTERS), ""),
        (evidence_in_words(verdict), "dim"),
        margin=_MARGIN,
    )
    if verdict.correction is not None:
        for line in verdict.correction.diff:
            shown = shortened(line, limits.SENTENCE_CHARACTERS)
            write_line(screen, (f"{' ' * (_MARGIN + 2)}{shown}", _DIFF_STYLES[line[0]]))


def show_explained(
    name: str,
    rules: Iterable[tuple[str, Pattern | PatternError, Mapping[str, Any]]],
    screen: Console,
) -> None:
    """Print why each rule takes an event or not."""
    write_line(screen, (name, "bold"))
    for rule, pattern, event in rules:
        if isinstance(pattern, PatternError):
            write_wrapped(screen, (rule, "cyan"), (": invalid, ", "bold red"), (str(pattern), ""))
            continue
        mismatches = pattern.explain(event)
        told = ("does not match", "yellow") if mismatches else ("matches", "green")
        write_wrapped(screen, (rule, "cyan"), (": ", ""), told)
        for mismatch in mismatches:
            words = shortened(mismatch_in_words(mismatch), limits.SENTENCE_CHARACTERS)
            write_wrapped(screen, (words, ""), margin=_MARGIN)
