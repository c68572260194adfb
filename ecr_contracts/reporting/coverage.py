"""The coverage tables: which choices of an event some events have, and which they lack."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ecr_contracts.core import json_path
from ecr_contracts.core.text import listed, plural, shortened, some_of
from ecr_contracts.events.conditions import condition
from ecr_contracts.events.coverage import Coverage, KindCoverage, Share
from ecr_contracts.events.kinds import usual_kinds
from ecr_contracts.events.model import Choice, Facet
from ecr_contracts.reporting.json import FORMAT
from ecr_contracts.reporting.terminal import Span, write_line

if TYPE_CHECKING:
    from rich.console import Console

_LEAST_WORDS = 8  # characters that words have at least, however narrow the screen
_MOST_NAMES = 4  # kinds or senders that are named
_MOST_MISSING = 12  # choices of a kind that are listed, unless all are wanted


def show_coverage(coverage: Coverage, screen: Console, *, every: bool = False) -> None:
    """Print which choices some events have, and which they lack (`every` one, or the first)."""
    for line in coverage_lines(coverage, screen.width, more="" if every else "--all"):
        write_line(screen, line)


def coverage_lines(coverage: Coverage, width: int, *, more: str = "") -> list[Span]:
    """Which choices some events have, as lines with their styles.

    `more` is the option that shows what is left out; without it nothing is left out.
    """
    lines: list[Span] = []
    for kind in coverage.occurring:
        if lines:
            lines.append(("", ""))
        lines += _kind_lines(kind, width, more)
    remarks = _remarks(coverage)
    if lines and remarks:
        lines.append(("", ""))
    for remark in remarks:
        lines += [(line, "") for line in textwrap.wrap(remark, width)]
    return lines


def shortfall(share: Share, wanted: float) -> str:
    """That fewer choices were met than were asked for, in percent."""
    # Rounded down, lest it look like what was asked for.
    percent = share.met * 1000 // max(share.all, 1) / 10
    return f"{_share(share)} choices are {percent:g} %, less than the {wanted:g} % asked for"


def coverage_as_json(coverage: Coverage) -> dict[str, Any]:
    """Which choices some events have, for programs."""
    return {
        "format": FORMAT,
        "kinds": {kind.kind: _kind_as_json(kind) for kind in coverage.kinds},
        "unknown": coverage.unknown,
        "strangers": dict(coverage.strangers),
        "invalid": coverage.invalid,
    }


def _kind_lines(kind: KindCoverage, width: int, more: str) -> Iterator[Span]:
    """The numbers of a kind, and the choices that no event had."""
    events = f"{kind.events:,} {plural(kind.events, 'event')}"
    numbers = f"{_share(kind.choices)} choices, {_share(kind.pairs)} pairs, in {events}"
    yield f"{kind.kind}: {numbers}", "bold"
    if not kind.never:
        return
    yield "never:", ""
    listed = kind.never[:_MOST_MISSING] if more else kind.never
    for row in _missing_rows(kind.kind, listed, width):
        yield row, ""
    if len(listed) < len(kind.never):
        yield f"and {len(kind.never) - len(listed)} more ({more})", ""


def _missing_rows(kind: str, missing: Sequence[tuple[Facet, Choice]], width: int) -> Iterator[str]:
    """A row for each choice that no event had: a case that has it, its words, its evidence."""
    cases = [f"{kind}/{choice.token}" for _, choice in missing]
    case_width = max(map(len, cases))
    evidence_width = max(len(choice.evidence) for _, choice in missing)
    room = width - case_width - evidence_width - 4
    words = [_choice_within(facet, choice, room) for facet, choice in missing]
    words_width = max(map(len, words))
    for case, choice_words, (_, choice) in zip(cases, words, missing, strict=True):
        yield f"{case:<{case_width}}  {choice_words:<{words_width}}  {choice.evidence}"


def _choice_within(facet: Facet, choice: Choice, room: int) -> str:
    """A choice in words that fit the room, if any do.

    Where there is no room the end of its path will do, and its label for a long value; at last the
    label alone, which the name of the case tells the path of.
    """
    paths = [facet.path]
    for depth in range(1, len(facet.steps)):
        end = json_path.show(facet.steps[depth:])[1:].lstrip(".")
        paths.append(f"…{end}")
    words = ""
    for value in (condition(facet, {choice.label}).words, f"is {choice.label}"):
        for path in paths:
            words = f"{path} {value}"
            if len(words) <= room:
                return words
    return shortened(f"is {choice.label}", max(room, _LEAST_WORDS))


def _share(share: Share) -> str:
    return f"{share.met:,} of {share.all:,}"


def _remarks(coverage: Coverage) -> list[str]:
    """The kinds without events, and the events that did not count."""
    remarks = []
    without_events = [kind.kind for kind in coverage.kinds if not kind.events]
    if without_events:
        events = "valid events" if coverage.invalid else "events"
        without_events.sort(key=lambda kind: kind not in usual_kinds())
        remarks.append(f"{some_of(without_events, _MOST_NAMES)}: no {events}")
    ignored = []
    if coverage.invalid:
        ignored.append(f"{coverage.invalid:,} invalid {plural(coverage.invalid, 'event')}")
    if coverage.unknown:
        events = plural(coverage.unknown, "event")
        ignored.append(f"{coverage.unknown:,} {events} of no known kind")
    if ignored:
        remarks.append(f"not counted: {listed(ignored, 'and')}; ecr-contracts validate says why")
    if coverage.strangers:
        number = sum(coverage.strangers.values())
        senders = [f"{count} of {sender}" for sender, count in coverage.strangers.items()]
        counted_events = f"{number:,} {plural(number, 'event')}"
        remarks.append(
            f"not counted: {counted_events} that no contract here describes, "
            f"{some_of(senders, _MOST_NAMES)}"
        )
    return remarks


def _kind_as_json(kind: KindCoverage) -> dict[str, Any]:
    return {
        "events": kind.events,
        "choices": {"met": kind.choices.met, "all": kind.choices.all},
        "pairs": {"met": kind.pairs.met, "all": kind.pairs.all},
        "never": [_missing_as_json(kind.kind, *missing) for missing in kind.never],
    }


def _missing_as_json(kind: str, facet: Facet, choice: Choice) -> dict[str, str]:
    return {
        "path": facet.path,
        "choice": choice.label,
        "case": f"{kind}/{choice.token}",
        "evidence": choice.evidence.value,
    }
