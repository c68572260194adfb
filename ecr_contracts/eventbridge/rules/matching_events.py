"""The events that an event pattern lets through, as cases and as a Hypothesis strategy.

These are the public `edge_cases` and `ecr_events`; without `matching` they are those of
`events.generate`. With it, cases and draws are of the narrowed contract (`narrowing`), so nothing
is drawn and thrown away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import PinError, UnmatchedPatternError
from ecr_contracts.core.findings import Evidence
from ecr_contracts.eventbridge.rules.narrowing.demands import NamedPattern
from ecr_contracts.eventbridge.rules.narrowing.narrow import narrow
from ecr_contracts.eventbridge.rules.pattern import Pattern
from ecr_contracts.events.compile import reader
from ecr_contracts.events.generate import cases
from ecr_contracts.events.generate.cases import Case
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.events.model import Contract

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["ecr_events", "edge_cases"]

Matching = Pattern | Mapping[str, Any] | str
"""A pattern: parsed, as data, or as JSON text."""


def edge_cases(
    kind: str,
    strength: int = 1,
    evidence: Evidence | None = None,
    *,
    matching: Matching | None = None,
) -> tuple[Case, ...]:
    """The named events of a kind, in a fixed order.

    First the sample (where AWS prints one), the baseline, and every single deviation from it: each
    choice occurs. Then the further events of a covering array, so that each possible combination of
    `strength` (1 to 4) choices occurs in some event. With `evidence`, only choices that rest on
    that or on stronger evidence occur, but for the baseline's. With `matching` (a pattern as data,
    as JSON text, or parsed) they are those of the events that the pattern lets through; an id then
    says what differs from the ordinary one of these.

    Raises UnknownNameError for a kind that does not exist, StrengthError for a strength that does
    not, PatternError for a pattern that EventBridge refuses, UnmatchedPatternError for one that
    lets no event of the kind through.
    """
    if matching is None:
        return cases.edge_cases(kind, strength, evidence)
    return cases.cases_of(_narrowed(kind, _parsed(matching)), strength, evidence)


def ecr_events(
    kind: str | None = None, *, matching: Matching | None = None, **fixed: Any
) -> SearchStrategy[dict[str, Any]]:
    """Valid events of a kind (of every kind without one), as EventBridge delivers them.

    `fixed` holds fields that every event shall have, by keyword (`image_tags=[]`,
    `scan_status="FAILED"`) or by path (`**{"$.detail.finding-severity-counts.HIGH": 0}`), to a
    value, to a strategy, or to `MISSING` for an absent key; what hangs together with them (a
    repository's ARN, the counts of a failed scan) follows. With `matching` (a pattern as data, as
    JSON text, or parsed) only events are drawn that the pattern lets through.

    Shrinks towards the kind's baseline (behind a pattern, the nearest to it that matches): its
    choices first, then the plainest values. Reaches every choice of every facet; never draws an
    event that the schema refuses, unknown fields, or choices that exclude each other.

    Raises UnknownNameError for a kind or keyword that does not exist, PinError for a value that no
    valid event has, or none that matches; PatternError for a pattern that EventBridge refuses,
    UnmatchedPatternError for one that lets no such event through.
    """
    from ecr_contracts.events.generate import strategies

    if matching is None:
        return strategies.ecr_events(kind, **fixed)
    from hypothesis import strategies as st

    pattern = _parsed(matching)
    if kind is not None:
        return _matching_events(_narrowed(kind, pattern), pattern, fixed)
    contracts = list(_narrowed_kinds(pattern))
    return st.one_of([_matching_events(contract, pattern, fixed) for contract in contracts])


def _matching_events(
    contract: Contract, pattern: Pattern, fixed: Mapping[str, Any]
) -> SearchStrategy[dict[str, Any]]:
    """The events of a narrowed contract, seen to match where fields are fixed."""
    from hypothesis import strategies as st

    from ecr_contracts.events.generate.strategies import events_of

    events = events_of(contract, tells=True, **fixed)
    if not fixed:
        return events

    @st.composite
    def matching_events(draw: st.DrawFn) -> dict[str, Any]:
        event = draw(events)
        unmet = pattern.explain(event)
        if unmet:
            names = ", ".join(fixed)
            why = f"the pattern wants {unmet[0].leaf.path} {unmet[0].leaf.wanted}"
            values = list(fixed.values())
            value = values[0] if len(values) == 1 else values
            raise PinError(contract.kind, names, value, why)
        return event

    return matching_events()


def _parsed(matching: Matching) -> Pattern:
    if isinstance(matching, Pattern):
        return matching
    text = matching if isinstance(matching, str) else json_text.compact(matching)
    return _parsed_text(text)


@lru_cache(64)
def _parsed_text(text: str) -> Pattern:
    return Pattern.parse(text)


def _narrowed_kinds(pattern: Pattern) -> Iterator[Contract]:
    """The contracts of the kinds of which a pattern lets events through."""
    found = False
    for kind in kind_names():
        narrowed = _narrowing_of(kind, pattern)
        if narrowed is not None:
            found = True
            yield narrowed
    if not found:
        raise UnmatchedPatternError("ECR", "")


def _narrowed(kind: str, pattern: Pattern) -> Contract:
    narrowed = _narrowing_of(kind, pattern)
    if narrowed is not None:
        return narrowed
    contract = reader.contract(kind)
    obstacles = narrow(contract, [NamedPattern(pattern)]).obstacles
    raise UnmatchedPatternError(kind, obstacles[0].in_words(contract) if obstacles else "")


@lru_cache(64)
def _narrowing_of(kind: str, pattern: Pattern) -> Contract | None:
    return narrow(reader.contract(kind), [NamedPattern(pattern)]).contract
