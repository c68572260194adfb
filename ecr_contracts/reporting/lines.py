"""A fault as lines with roles: the one model that the terminal report and pytest's summary write.

Which lines there are, and in which words, is decided here; margins and wrapping are the writer's.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from ecr_contracts.core import json_path, json_text
from ecr_contracts.core.errors import EcrContractsError
from ecr_contracts.core.findings import MISSING, Finding, Location, Severity
from ecr_contracts.core.text import listed, plural, shortened
from ecr_contracts.engine.checks.catalog import (
    CHECKS,
    DEAD,
    REPEATED,
    UNREACHED,
    VACUOUS,
    is_relation,
)
from ecr_contracts.engine.checks.policy import is_weakly_grounded
from ecr_contracts.events.generate.cases import VALUED, case
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.sentences import (
    case_name,
    circumstances,
    counts,
    headline,
    let_through,
    mend,
    message_lines,
    takes_several_events,
    weak_ground,
)
from ecr_contracts.reporting.values import quoted

_LONGEST_DIFFERENCE = 72  # characters of a path and its value together
_SHORTEST_LIMIT = 24  # characters that are left to a value behind a long path
_LONGEST_WARNING = 150  # characters of what goes wrong, and when, on events that nobody has seen
_MOST_DIFFERENCES = 4  # between two events


class Role(StrEnum):
    """What a line is for."""

    HEADLINE = "headline"
    PLACE = "place"
    CODE = "code"
    FAULTY_CODE = "faulty-code"
    MESSAGE = "message"
    NOTE = "note"
    BEFORE = "before"
    AFTER = "after"
    MEND = "mend"
    REPEAT = "repeat"


STYLES = MappingProxyType(
    {
        Role.HEADLINE: "bold",
        Role.PLACE: "cyan",
        Role.CODE: "dim",
        Role.FAULTY_CODE: "bold",
        Role.MESSAGE: "",
        Role.NOTE: "dim",
        Role.BEFORE: "red",
        Role.AFTER: "green",
        Role.MEND: "magenta",
        Role.REPEAT: "dim",
    }
)
"""The style of each role, in the words of rich."""

COLOURS = MappingProxyType({Severity.ERROR: "red", Severity.WARNING: "yellow"})
"""The colour of a headline, by the severity of the fault."""

PREFIXES = MappingProxyType({Severity.ERROR: "", Severity.WARNING: "warning: "})
"""What stands before a headline, by the severity of the fault."""

UNBROKEN = frozenset({Role.PLACE, Role.CODE, Role.FAULTY_CODE, Role.BEFORE, Role.AFTER})
"""The roles of lines that are cut at the edge of the screen; others are wrapped there.

A command to repeat is neither cut nor wrapped, since it is there to be copied.
"""


_MEND_MARK = "mend: "


class Line(NamedTuple):
    """A line of a report, without margin."""

    role: Role
    text: str

    @property
    def hanging_indent(self) -> int:
        """How many more columns the line is indented where it goes on after a break."""
        return len(_MEND_MARK) if self.role is Role.MEND else 0


def finding_lines(*alternatives: Finding, among: Sequence[Sequence[Finding]] = ()) -> list[Line]:
    """The lines of a fault: the headline first, and no command to repeat it.

    Alternative findings of one fault are told together, in the words of the first. A warning about
    events that nobody has seen is told in one line. `among` are all faults of the report: the kind
    of event is named where a headline would read as that of another fault does.
    """
    first = alternatives[0]
    top = _headline_among(alternatives, among)
    if is_weakly_grounded(first):
        words = shortened(top.text, _LONGEST_WARNING)
        return [Line(Role.HEADLINE, words + weak_ground(*alternatives))]
    lines = [top, *_place(first.location)]
    if first.check == REPEATED:
        # The code there is shown with the finding that it follows from.
        lines += _messages(first)
    else:
        lines += _code(first.location)
        lines += _symptoms(*alternatives)
    if words := mend(first):
        lines.append(Line(Role.MEND, _MEND_MARK + words))
    return lines


def _symptoms(*alternatives: Finding) -> Iterator[Line]:
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
        if first.explained and not first.cause and not first.passed and CHECKS[first.check].ends:
            note = "no event gets any further, so what else may be wrong cannot be seen yet"
            yield Line(Role.NOTE, note)
        if reason := let_through(first):
            yield Line(Role.NOTE, reason)
    yield from _differences(first)


def plain_text(findings: Iterable[Finding], consumer: str = "") -> str:
    """Findings as text without colours, for the message of an exception.

    `consumer` is its name on a command line, where it has one.
    """
    together = faults(findings)
    blocks: list[str] = []
    for number, alternatives in enumerate(together, 1):
        headline_line, *lines = finding_lines(*alternatives, among=together)
        mark = f"{number}  " if len(together) > 1 else ""
        block = [f"{mark}{headline_line.text}"]
        for line in lines:
            block.append(f"   {line.text}")
        block.append(f"   {_event_hint(alternatives[0], consumer)}")
        blocks.append("\n".join(block))
    return "\n\n".join(blocks)


def _event_hint(finding: Finding, consumer: str) -> str:
    """How to see the event of a finding; the event itself where no name gives it again.

    Behind a rule a case's id stands for an event that the rule lets through: another one, perhaps,
    than it stands for without the consumer.
    """
    if VALUED not in finding.case:
        if _is_given_by_id(finding):
            return f"see ecr-contracts sample {shlex.quote(finding.case)}"
        if consumer:
            return f"see {shlex.join(['ecr-contracts', 'sample', '--for', consumer, finding.case])}"
    return f"the event: {json_text.one_line(finding.example)}"


def _is_given_by_id(finding: Finding) -> bool:
    """Whether the id of a case stands for its event by itself, but for the event's own id."""
    if finding.example is None:
        return True
    try:
        named = case(finding.case).event
    except EcrContractsError:
        return False
    return {**named, "id": ""} == {**finding.example, "id": ""}


def _headline_among(alternatives: Sequence[Finding], among: Sequence[Sequence[Finding]]) -> Line:
    """The headline of a fault, with its kinds of event where a fault of others has the same."""
    top = _headline(*alternatives)
    own = list(dict.fromkeys(finding.kind for finding in alternatives))
    for other in among:
        is_of_others = {finding.kind for finding in other} != set(own)
        if is_of_others and _headline(*other).text == top.text:
            return Line(top.role, f"{top.text} ({listed(own, 'and')})")
    return top


def _headline(*alternatives: Finding) -> Line:
    first = alternatives[0]
    words = f"{headline(first)} {circumstances(*alternatives)}".rstrip()
    if first.through:
        words += f", through the answer of {first.through}"
    return Line(Role.HEADLINE, words)


def _place(location: Location | None) -> Iterator[Line]:
    if location:
        yield Line(Role.PLACE, f"{location.file}:{location.line}")


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
    if finding.nearest is None or finding.example is None or finding.doubt == "flaky":
        return
    differences = list(json_path.differences(finding.nearest, finding.example))
    if not any(cause.path == "$.id" for cause in finding.cause):
        # Each event has an id of its own, which matters only where nothing else differs.
        without_id = [difference for difference in differences if difference[0] != ("id",)]
        differences = without_id or differences
    if not differences:
        return
    if is_relation(finding.check):
        yield Line(Role.NOTE, "the two events differ in")
    else:
        passing, failing = case_name(finding.nearest_case), case_name(finding.case)
        yield Line(Role.NOTE, f"{passing} passes, {failing} fails; they differ in")
    for steps, before, after in differences[:_MOST_DIFFERENCES]:
        path = json_path.show(steps)
        limit = max(_SHORTEST_LIMIT, _LONGEST_DIFFERENCE - len(path))
        if before is not MISSING:
            yield Line(Role.BEFORE, f"- {path}: {quoted(before, limit)}")
        if after is not MISSING:
            yield Line(Role.AFTER, f"+ {path}: {quoted(after, limit)}")
    more = len(differences) - _MOST_DIFFERENCES
    if more > 0:
        yield Line(Role.NOTE, f"and {more} more {plural(more, 'difference')}")
