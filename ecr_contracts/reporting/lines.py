"""A fault as lines with roles: the one model that the terminal, pytest and assertions write.

Which lines there are, and in which words, is decided here; margins and wrapping are the writer's.
A fault takes five lines at most, so that it is understood at a glance: what goes wrong, when and
how surely; the line of code; what happened, where the code does not say it; the smallest event that
shows it, next to one that passes; what to do. `full_lines` tells all that is known.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from ecr_contracts.core import json_text
from ecr_contracts.core.errors import EcrContractsError
from ecr_contracts.core.findings import Finding, Location, Severity
from ecr_contracts.core.foreign_text import in_json, one_line
from ecr_contracts.core.text import shortened
from ecr_contracts.engine.checks.catalog import (
    ACTION_BLIND,
    CHECKS,
    DEAD,
    REPEATED,
    UNREACHED,
    VACUOUS,
)
from ecr_contracts.events.generate.cases import VALUED, case
from ecr_contracts.reporting.event_pairs import events_apart
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.headlines import code_mark, fault_headline
from ecr_contracts.reporting.mends import mend
from ecr_contracts.reporting.sentences import is_told_in_one_line, message_lines

_BARE = "lambda"
"""The envelope that `ecr-contracts sample` prints unless another one is named."""

_LONGEST_MESSAGE = 150  # characters of what happened
_LONGEST_UNBROKEN = 76  # characters of a line that is broken at no edge
_LONGEST_EXCEPTION = 76  # characters of an exception of its own code
_OF_AWS = re.compile(
    r"An error occurred \(\w+\) when calling the (?P<call>\w+) operation: (?P<why>.+)"
)
"""How botocore words what AWS answers: what AWS says comes last, and must not be cut."""

_SAID_BY_THE_CODE = frozenset({"KeyError", "IndexError", "AssertionError"})
"""Exceptions whose message says what the line that raises them shows as well."""


class Role(StrEnum):
    """What a line is for."""

    HEADLINE = "headline"
    PLACE = "place"
    CODE = "code"
    FAULTY_CODE = "faulty-code"
    MESSAGE = "message"
    NOTE = "note"
    FAILS = "fails"
    PASSES = "passes"
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
        Role.FAILS: "red",
        Role.PASSES: "green",
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

UNBROKEN = frozenset(
    {
        Role.PLACE,
        Role.CODE,
        Role.FAULTY_CODE,
        Role.BEFORE,
        Role.AFTER,
    }
)
"""The roles of lines that are cut at the edge of the screen; others are wrapped there.

A command to repeat is neither cut nor wrapped, since it is there to be copied.
"""


MEND_MARK = "mend: "
NOTHING_FURTHER = "no event gets any further, so what else may be wrong cannot be seen yet"


class Line(NamedTuple):
    """A line of a report, without margin."""

    role: Role
    text: str

    @property
    def hanging_indent(self) -> int:
        """How many more columns the line is indented where it goes on after a break."""
        return len(MEND_MARK) if self.role is Role.MEND else 0


def finding_lines(
    *alternatives: Finding,
    among: Sequence[Sequence[Finding]] = (),
    envelopes: Iterable[str] = (),
) -> list[Line]:
    """The lines of a fault: the headline first, and no command to repeat it.

    Alternative findings of one fault are told together, in the words of the first. A warning about
    events that nobody has seen, or that are refused on purpose, is told in one line. `among` are
    all faults of the report: the kind of event is named where a headline would read as that of
    another fault does. `envelopes` are all in which events were given.
    """
    first = alternatives[0]
    top = Line(Role.HEADLINE, fault_headline(alternatives, among, envelopes))
    if is_told_in_one_line(first):
        return [top]
    messages = list(_message(first))
    events = _events(alternatives, among, in_one_line=bool(messages))
    lines = [top, *_place(alternatives), *messages, *events]
    if words := mend(*alternatives):
        lines.append(Line(Role.MEND, MEND_MARK + words))
    return lines


def place_in_words(alternatives: Sequence[Finding]) -> str:
    """Where a fault stands: `app.py:7, 12`; empty where it stands nowhere."""
    words = ""
    file = ""
    for location in locations_of(alternatives):
        if not words:
            words = f"{location.file}:{location.line}"
        elif location.file == file:
            words += f", {location.line}"
        else:
            words += f", {location.file}:{location.line}"
        file = location.file
    return words


def locations_of(alternatives: Iterable[Finding]) -> list[Location]:
    """The lines where a fault stands, each once."""
    known: dict[tuple[str, int], Location] = {}
    for finding in alternatives:
        for location in (finding.location, *finding.places):
            if location is not None:
                known.setdefault((location.file, location.line), location)
    return list(known.values())


def _place(alternatives: Sequence[Finding]) -> Iterator[Line]:
    """The line of code of a fault behind its place."""
    location = alternatives[0].location
    if location is not None:
        place = place_in_words(alternatives)
        yield Line(Role.PLACE, f"{place}  {location.source.strip()}".rstrip())


def _message(finding: Finding) -> Iterator[Line]:
    """What happened, unless the line of code says it."""
    lines = message_lines(finding)
    if lines and not _is_said_by_code(finding):
        message = _OF_AWS.sub(r"\g<call> would be refused: \g<why>", lines[0])
        is_own = finding.exception is not None and message == lines[0]
        if finding.check == ACTION_BLIND and finding.cause:
            # The headline says by which value nothing changes.
            message = message.partition(": as when it is ")[0]
        limit = _LONGEST_EXCEPTION if is_own else _LONGEST_MESSAGE
        yield Line(Role.MESSAGE, shortened(message, limit))


def _is_said_by_code(finding: Finding) -> bool:
    """Whether the message of an exception says no more than its name and the line of code."""
    if finding.exception is None or finding.location is None or finding.check == REPEATED:
        return False
    detail = finding.detail.strip().strip("'\"")
    source = finding.location.source.strip()
    if detail in source:
        return True
    return finding.exception in _SAID_BY_THE_CODE and detail.endswith("out of range")


def _events(
    alternatives: Sequence[Finding], among: Sequence[Sequence[Finding]], *, in_one_line: bool
) -> Iterator[Line]:
    """The smallest event that shows a fault, next to one that passes."""
    first = alternatives[0]
    if first.check in (DEAD, UNREACHED, VACUOUS, REPEATED):
        return
    if ends_all(first, among):
        yield Line(Role.NOTE, NOTHING_FURTHER)
        return
    failing, passing = events_apart(first)
    if passing and (in_one_line or len(failing) > _LONGEST_UNBROKEN):
        yield Line(Role.FAILS, f"{failing}; {passing}")
        return
    if failing:
        yield Line(Role.FAILS, failing)
    if passing:
        yield Line(Role.PASSES, passing)


def ends_all(finding: Finding, among: Iterable[Sequence[Finding]] = ()) -> bool:
    """Whether no event gets further than a fault, as far as `among`, all faults, show."""
    if not finding.explained or finding.cause or finding.passed:
        return False
    if finding.check not in CHECKS or not CHECKS[finding.check].ends:
        return False
    return not any(_is_further(other[0], finding) for other in among)


def _is_further(other: Finding, finding: Finding) -> bool:
    """Whether a fault may stand behind another one: only one above it in a function does not."""
    if other.kind != finding.kind or other.via != finding.via:
        return False
    there, here = other.location, finding.location
    if there is None or here is None or there == here:
        return False
    is_above = there.line < here.line
    return (there.file, there.function) != (here.file, here.function) or not is_above


# --- in the message of an exception ---------------------------------------------------------------


def plain_text(
    findings: Iterable[Finding], consumer: str = "", envelopes: Iterable[str] = ()
) -> str:
    """Findings as text without colours, for the message of an exception.

    `consumer` is its name on a command line, where it has one, `envelopes` are all in which events
    were given.
    """
    together = faults(findings)
    blocks: list[str] = []
    for number, alternatives in enumerate(together, 1):
        headline_line, *lines = finding_lines(*alternatives, among=together, envelopes=envelopes)
        mark = f"{number}  " if len(together) > 1 else ""
        block = [one_line(f"{mark}{headline_line.text}{code_mark(alternatives[0])}")]
        for line in lines:
            block.append(one_line(f"   {line.text}"))
        block.append(one_line(f"   {_event_hint(alternatives[0], consumer)}"))
        blocks.append("\n".join(block))
    return "\n\n".join(blocks)


def _event_hint(finding: Finding, consumer: str) -> str:
    """How to see the event of a finding; the event itself where no name gives it again.

    Behind a rule a case's id stands for an event that the rule lets through: another one, perhaps,
    than it stands for without the consumer.
    """
    if VALUED not in finding.case:
        if _is_given_by_id(finding):
            way = [] if finding.via == _BARE else ["--via", finding.via]
            return f"see {shlex.join(['ecr-contracts', 'sample', finding.case, *way])}"
        if consumer:
            return f"see {shlex.join(['ecr-contracts', 'sample', '--for', consumer, finding.case])}"
    return f"the event: {in_json(json_text.one_line(finding.example))}"


def _is_given_by_id(finding: Finding) -> bool:
    """Whether the id of a case stands for its event by itself, but for the event's own id."""
    if finding.example is None:
        return True
    try:
        named = case(finding.case).event
    except EcrContractsError:
        return False
    return {**named, "id": ""} == {**finding.example, "id": ""}
