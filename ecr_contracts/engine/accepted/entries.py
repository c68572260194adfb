"""One accepted finding: what it is known by, and whether it covers a finding of a run.

A finding is known by its cause (which consumer, which check, with which exception, where events
have what), by the kinds of events and the envelopes in which it shows, and never by a line number.
Only where there is no cause the text of the line stands for it. What covers a finding covers all
that is narrower: fewer choices at a path, or a further condition. What is wider is new.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ecr_contracts.core import masking
from ecr_contracts.core.findings import Boundary, Condition, Finding
from ecr_contracts.core.foreign_text import one_line
from ecr_contracts.core.text import shortened
from ecr_contracts.events.conditions import holds
from ecr_contracts.events.model import Contract

__all__ = ["Entry", "entry_of"]

_LONGEST_LINE = 200  # characters of a line of code


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted finding, or several that differ only in their kinds and envelopes.

    `consumer` is its name beside the baseline, `check` the id of the check, `exception` the name of
    the type that is raised (empty for none). `cause` is a conjunction; where it is empty, `line` is
    the text of the line of code (empty where there is none). `doubt` says, as in a finding, why
    there is no cause. `says` tells people what was accepted; nothing is known by it.
    """

    consumer: str
    check: str
    exception: str
    kinds: tuple[str, ...]
    via: tuple[str, ...]
    cause: tuple[Condition, ...] = ()
    line: str = ""
    doubt: str = ""
    reason: str = ""
    says: str = field(default="", compare=False)

    def covers(self, other: Entry) -> bool:
        """Whether what another entry says is accepted by this one, whatever the reasons."""
        return (
            self.is_like(other)
            and set(other.kinds) <= set(self.kinds)
            and set(other.via) <= set(self.via)
            and self._has_cause_of(other)
        )

    def is_like(self, other: Entry) -> bool:
        """Whether both are about the same consumer, check and exception."""
        mine = (self.consumer, self.check, self.exception, self.doubt)
        return mine == (other.consumer, other.check, other.exception, other.doubt)

    def _has_cause_of(self, other: Entry) -> bool:
        if not self.cause:
            return self.line == other.line
        for condition in self.cause:
            if not any(_is_within(theirs, condition) for theirs in other.cause):
                return False
        return True

    def covers_event(
        self,
        contract: Contract,
        other: Entry,
        event: Mapping[str, Any],
        labels: Mapping[str, str | None],
    ) -> bool:
        """Whether what a single event shows, an entry without a cause, is accepted by this one.

        It is where the event, with its choices, meets the cause.
        """
        narrowed = replace(other, doubt=self.doubt)
        if not self.cause:
            return self.covers(narrowed)
        if not replace(self, cause=(), line=other.line).covers(narrowed):
            return False
        return all(holds(contract, condition, event, labels) for condition in self.cause)

    @property
    def order(self) -> tuple[str, ...]:
        """What entries are sorted by, so that two people who add some rarely touch one place."""
        causes = (repr(condition) for condition in self.cause)
        return (self.consumer, self.check, *self.kinds, *causes, self.exception, *self.via)


def entry_of(finding: Finding, consumer: str, reason: str = "", says: str = "") -> Entry:
    """The entry that accepts a finding, without secrets."""
    hidden = frozenset(masking.secrets(os.environ)) | masking.hidden_here()

    def shown(text: str) -> str:
        return one_line(masking.masked_text(text, hidden))

    line = ""
    if not finding.cause and finding.location is not None:
        line = shortened(shown(finding.location.source.strip()), _LONGEST_LINE)
    return Entry(
        consumer=shown(consumer),
        check=finding.check,
        # The module's name depends on who loads it.
        exception=shown((finding.exception or "").rpartition(".")[2]),
        kinds=(finding.kind,),
        via=(finding.via,),
        cause=tuple(_shown_condition(condition, hidden) for condition in finding.cause),
        line=line,
        doubt=finding.doubt,
        reason=reason,
        says=shown(says),
    )


def _shown_condition(condition: Condition, hidden: Iterable[str]) -> Condition:
    """A condition without secrets, and without what is not needed to know it again."""
    choices = sorted(one_line(masking.masked_text(label, hidden)) for label in condition.choices)
    boundary = condition.boundary
    if boundary is not None:
        boundary = replace(boundary, text=one_line(masking.masked_text(boundary.text, hidden)))
    others = tuple(_shown_condition(other, hidden) for other in condition.others)
    return Condition(condition.path, tuple(choices), boundary=boundary, others=others)


def _is_within(inner: Condition, outer: Condition) -> bool:
    """Whether each event that meets one condition meets the other, as far as they say it."""
    for alternative in inner.alternatives:
        if not any(_is_alike(alternative, other) for other in outer.alternatives):
            return False
    return True


def _is_alike(inner: Condition, outer: Condition) -> bool:
    if inner.path != outer.path:
        return False
    if inner.boundary is None or outer.boundary is None:
        is_of_choices = inner.boundary is None and outer.boundary is None
        return is_of_choices and set(inner.choices) <= set(outer.choices)
    return _is_narrower(inner.boundary, outer.boundary)


def _is_narrower(inner: Boundary, outer: Boundary) -> bool:
    """Whether a boundary is another one, or lies between its ends."""
    if replace(inner, low=None, high=None) != replace(outer, low=None, high=None):
        return False
    if inner.is_negated:
        return inner == outer
    begins = outer.low is None or (inner.low is not None and inner.low >= outer.low)
    ends = outer.high is None or (inner.high is not None and inner.high <= outer.high)
    return begins and ends
