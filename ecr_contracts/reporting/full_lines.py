"""All that is known of a fault, as lines: what `-v` shows beside the events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecr_contracts.core import json_path
from ecr_contracts.core.findings import MISSING, Finding, Location
from ecr_contracts.core.text import plural
from ecr_contracts.engine.checks.catalog import (
    DEAD,
    REPEATED,
    UNREACHED,
    VACUOUS,
    is_relation,
)
from ecr_contracts.reporting.event_pairs import differences
from ecr_contracts.reporting.headlines import fault_headline
from ecr_contracts.reporting.lines import (
    MEND_MARK,
    NOTHING_FURTHER,
    Line,
    Role,
    ends_all,
    place_in_words,
)
from ecr_contracts.reporting.mends import mend
from ecr_contracts.reporting.sentences import (
    case_name,
    counts,
    let_through,
    message_lines,
    takes_several_events,
)
from ecr_contracts.reporting.values import quoted

_LONGEST_DIFFERENCE = 72  # characters of a path and its value together
_SHORTEST_LIMIT = 24  # characters that are left to a value behind a long path
_MOST_DIFFERENCES = 4  # between two events


def full_lines(
    *alternatives: Finding,
    among: Sequence[Sequence[Finding]] = (),
    envelopes: Iterable[str] = (),
) -> list[Line]:
    """The lines of a fault with all that is known of it: the headline first.

    `envelopes` are all in which events were given.
    """
    first = alternatives[0]
    lines = [Line(Role.HEADLINE, fault_headline(alternatives, among, envelopes))]
    if place := place_in_words(alternatives):
        lines.append(Line(Role.PLACE, place))
    if first.check == REPEATED:
        # The code there is shown with the finding that it follows from.
        lines += _messages(first)
    else:
        lines += _code(first.location)
        lines += _symptoms(alternatives, among)
    if words := mend(*alternatives):
        lines.append(Line(Role.MEND, MEND_MARK + words))
    return lines


def _symptoms(
    alternatives: Sequence[Finding], among: Sequence[Sequence[Finding]]
) -> Iterator[Line]:
    """What happened, how often, and by what a passing event differs."""
    first = alternatives[0]
    if first.check == VACUOUS:
        yield Line(Role.MESSAGE, first.detail)
        yield Line(
            Role.MESSAGE,
            "it reads nothing that tells one event from another, and does the same when given {}",
        )
        return
    yield from _messages(first)
    if first.check in (DEAD, UNREACHED):
        return
    if not takes_several_events(first):
        yield Line(Role.MESSAGE, counts(alternatives))
        if ends_all(first, among):
            yield Line(Role.NOTE, NOTHING_FURTHER)
        if reason := let_through(first):
            yield Line(Role.NOTE, reason)
    yield from _differences(first)


def _code(location: Location | None) -> Iterator[Line]:
    """A line of code with its neighbours, numbered."""
    if not location:
        return
    code = location.around.splitlines() or [location.source]
    first = location.first or location.line
    width = len(str(first + len(code) - 1))
    for number, source in enumerate(code, first):
        if number == location.line:
            yield Line(Role.FAULTY_CODE, f"> {number:>{width}}  {source}".rstrip())
        else:
            yield Line(Role.CODE, f"  {number:>{width}}  {source}".rstrip())


def _messages(finding: Finding) -> Iterator[Line]:
    for line in message_lines(finding):
        yield Line(Role.MESSAGE, line)


def _differences(finding: Finding) -> Iterator[Line]:
    """By what the failing event differs from the nearest that passes."""
    apart = differences(finding)
    if not apart:
        return
    if is_relation(finding.check):
        yield Line(Role.NOTE, "the two events differ in")
    else:
        passing, failing = case_name(finding.nearest_case), case_name(finding.case)
        yield Line(Role.NOTE, f"{passing} passes, {failing} fails; they differ in")
    for steps, before, after in apart[:_MOST_DIFFERENCES]:
        path = json_path.show(steps)
        limit = max(_SHORTEST_LIMIT, _LONGEST_DIFFERENCE - len(path))
        if before is not MISSING:
            yield Line(Role.BEFORE, f"- {path}: {quoted(before, limit)}")
        if after is not MISSING:
            yield Line(Role.AFTER, f"+ {path}: {quoted(after, limit)}")
    more = len(apart) - _MOST_DIFFERENCES
    if more > 0:
        yield Line(Role.NOTE, f"and {more} more {plural(more, 'difference')}")
