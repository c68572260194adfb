"""Which findings are told together, as one fault, and in which order faults are told."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from ecr_contracts.core.findings import Condition, Finding, Severity
from ecr_contracts.engine.checks.policy import is_weakly_grounded
from ecr_contracts.events.generate.cases import SAMPLE
from ecr_contracts.reporting.sentences import deciding_difference, is_deliberate


def faults(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings of each fault together: errors first, decisions last.

    One fault is what alternative causes bring about, what several kinds of event, or events in
    several envelopes, bring about in the same way, and what one line does when a field is empty and
    when it is absent. What is in doubt is told apart from what has a known cause.
    """
    groups: dict[tuple[str, Severity, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.group, finding.severity, finding.doubt), []).append(finding)
    merged: dict[Hashable, list[Finding]] = {}
    for alternatives in groups.values():
        merged.setdefault(_fault_key(alternatives), []).extend(alternatives)
    return _folded(sorted(merged.values(), key=_loudness))


def _fault_key(alternatives: Sequence[Finding]) -> Hashable:
    """What the findings of one fault have in common, whatever the kind of event and its envelope.

    An exception without a line in its code may be another one in another envelope.
    """
    first = alternatives[0]
    symptom = (
        first.check,
        first.severity,
        first.exception,
        first.location or (first.detail, first.via if first.exception else ""),
    )
    causes = tuple(finding.cause for finding in alternatives)
    if first.doubt == "value":
        name, _, _ = deciding_difference(first) or ("", None, None)
        return symptom, name or first.group
    # Without a known cause nothing shows that two kinds have the same one.
    return symptom, causes, first.doubt, first.group if first.doubt == "unknown" else ""


def _loudness(alternatives: Sequence[Finding]) -> tuple[bool | int | str, ...]:
    """Where a fault stands among others: by its severity, its evidence, then its line.

    That of AWS's own sample comes before all of its severity.
    """
    first = alternatives[0]
    is_of_sample = any(f"{one.kind}/{SAMPLE}" in one.failed for one in alternatives)
    return (
        first.severity is not Severity.ERROR,
        is_deliberate(first),
        is_weakly_grounded(first),
        not is_of_sample,
        min(one.evidence.rank for one in alternatives),
        *_place(first),
    )


def _place(finding: Finding) -> tuple[bool, str, int]:
    """Where a fault stands among those as sure: in the order of files and lines, others last."""
    place = finding.location
    return (True, "", 0) if place is None else (False, place.file, place.line)


# --- what one line does with a field, however it is not as it should be ---------------------------


def _folded(together: Iterable[list[Finding]]) -> list[list[Finding]]:
    """Faults, those of them as one that the same line brings about by the same field."""
    folded: list[list[Finding]] = []
    for alternatives in together:
        for louder in folded:
            if _is_nested(louder, alternatives):
                louder.extend(alternatives)
                break
        else:
            folded.append(list(alternatives))
    return folded


def _is_nested(louder: Sequence[Finding], alternatives: Sequence[Finding]) -> bool:
    """Whether a fault is that of another one too: at the same line, by the same field."""
    first, other = louder[0], alternatives[0]
    if first.location is None or first.location != other.location:
        return False
    if first.check != other.check or envelopes_of(louder) != envelopes_of(alternatives):
        return False
    if not all(finding.explained and finding.cause for finding in (*louder, *alternatives)):
        return False
    if {one.cause for one in louder} == {one.cause for one in alternatives}:
        return first.exception == other.exception
    if {finding.kind for finding in louder} != {finding.kind for finding in alternatives}:
        return False
    return all(_is_of_same_field(first.cause, finding.cause) for finding in alternatives)


def envelopes_of(alternatives: Iterable[Finding]) -> set[str]:
    """The envelopes in which the findings of a fault show."""
    return {finding.via for finding in alternatives}


def _is_of_same_field(cause: Sequence[Condition], other: Sequence[Condition]) -> bool:
    """Whether two causes differ in the condition on one field alone, or one around it."""
    mine = [condition for condition in cause if condition not in other]
    theirs = [condition for condition in other if condition not in cause]
    if len(mine) != 1 or len(theirs) != 1:
        return False
    one, another = mine[0].path, theirs[0].path
    return one == another or another.startswith(f"{one}.") or one.startswith(f"{another}.")
