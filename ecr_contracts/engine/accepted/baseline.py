"""All accepted findings of a project: what they make of a verdict, what is new, what is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecr_contracts.core.findings import Finding
from ecr_contracts.engine.accepted.entries import Entry, entry_of
from ecr_contracts.events.compile import reader

__all__ = ["Baseline", "Sorted", "merged"]

ShownBy = Callable[[Finding], Iterable[Mapping[str, Any]]]
"""Gives the events that show a finding."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The findings of a consumer, sorted by a baseline.

    `new` are those that no entry covers, `accepted` the others, each with its entry. `gone` are the
    entries of this consumer, or what is left of their kinds and envelopes, that cover nothing.
    """

    new: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, Entry], ...]
    gone: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of a baseline, in their order."""

    entries: tuple[Entry, ...] = ()

    def covering(self, finding: Finding, consumer: str) -> Entry | None:
        """The entry that accepts a finding of a consumer; None where it is new."""
        wanted = entry_of(finding, consumer)
        return next((entry for entry in self.entries if entry.covers(wanted)), None)

    def covering_events(
        self, finding: Finding, consumer: str, events: Iterable[Mapping[str, Any]]
    ) -> Entry | None:
        """The entry that accepts what single events show, whose cause is not known.

        Each of the events has to meet the cause of an entry; None where one does not.
        """
        wanted = entry_of(finding, consumer)
        contract = reader.contract(finding.kind)
        first: Entry | None = None
        for event in events:
            labels = contract.recognise(event)
            for entry in self.entries:
                if entry.covers_event(contract, wanted, event, labels):
                    first = first or entry
                    break
            else:
                return None
        return first

    def sort(
        self, findings: Iterable[Finding], consumer: str, shown_by: ShownBy | None = None
    ) -> Sorted:
        """The findings of a consumer, apart: what is new, what is accepted, what is gone.

        `shown_by` gives the events that show a finding, where no cause can be known.
        """
        found = list(findings)
        new: list[Finding] = []
        accepted: list[tuple[Finding, Entry]] = []
        for finding in found:
            entry = self.covering(finding, consumer)
            if entry is None and shown_by is not None and not finding.cause:
                entry = self.covering_events(finding, consumer, shown_by(finding))
            if entry is None:
                new.append(finding)
            else:
                accepted.append((finding, entry))
        own = [entry for entry in self.entries if entry.consumer == consumer]
        gone = [part for entry in own for part in _gone_of(entry, found)]
        return Sorted(tuple(new), tuple(accepted), tuple(gone))

    def with_new(self, entries: Iterable[Entry]) -> Baseline:
        """The same with further entries, and without those of old that these cover."""
        new = merged(entries)
        kept = [old for old in self.entries if not any(entry.covers(old) for entry in new)]
        return Baseline(tuple(sorted([*kept, *new], key=lambda entry: entry.order)))

    def pruned(self, findings: Iterable[Finding], consumer: str) -> Baseline:
        """The same without what covers none of all findings of a consumer."""
        found = list(findings)
        kept: list[Entry] = []
        for entry in self.entries:
            if entry.consumer != consumer:
                kept.append(entry)
            elif left := _left_of(entry, found):
                kept.append(left)
        return Baseline(tuple(kept))


def merged(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries, those as one that differ only in their envelopes, or then only in their kinds.

    So no entry accepts a kind in an envelope in which nothing was found.
    """
    by_kind: dict[Entry, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(replace(entry, via=()), []).append(entry)
    by_cause: dict[Entry, list[Entry]] = {}
    for alike in by_kind.values():
        via = tuple(sorted({name for entry in alike for name in entry.via}))
        whole = replace(alike[0], via=via)
        by_cause.setdefault(replace(whole, kinds=()), []).append(whole)
    together = []
    for alike in by_cause.values():
        kinds = tuple(sorted({name for entry in alike for name in entry.kinds}))
        together.append(replace(alike[0], kinds=kinds))
    return tuple(together)


def _covered(entry: Entry, findings: Iterable[Finding]) -> list[Finding]:
    return [one for one in findings if entry.covers(entry_of(one, entry.consumer))]


def _left_of(entry: Entry, findings: Sequence[Finding]) -> Entry | None:
    """What of an entry covers findings: only their kinds and envelopes; None where none is left."""
    covered = _covered(entry, findings)
    if not covered:
        return None
    kinds = {finding.kind for finding in covered}
    envelopes = {finding.via for finding in covered}
    return replace(
        entry,
        kinds=tuple(kind for kind in entry.kinds if kind in kinds),
        via=tuple(via for via in entry.via if via in envelopes),
    )


def _gone_of(entry: Entry, findings: Sequence[Finding]) -> list[Entry]:
    """What of an entry covers no finding: all of it, or some of its kinds or envelopes."""
    left = _left_of(entry, findings)
    if left is None:
        return [entry]
    parts = []
    if idle := tuple(kind for kind in entry.kinds if kind not in left.kinds):
        parts.append(replace(entry, kinds=idle))
    if unused := tuple(via for via in entry.via if via not in left.via):
        parts.append(replace(entry, via=unused))
    return parts
