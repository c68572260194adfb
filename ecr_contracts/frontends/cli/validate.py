"""`ecr-contracts validate`: judges the events of files, each fault with its place in the file."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from ecr_contracts.audit.reader import Complaint
from ecr_contracts.core import limits
from ecr_contracts.core.findings import MISSING, Severity, Violation
from ecr_contracts.core.text import counted, some_of
from ecr_contracts.eventbridge.envelopes.codec import LIMIT
from ecr_contracts.eventbridge.quotas import oversize
from ecr_contracts.events import validation
from ecr_contracts.events.kinds import schema_of
from ecr_contracts.frontends.cli.event_files import FileEvent, Shown, complaint_text, read_events
from ecr_contracts.frontends.cli.options import add_files, add_format
from ecr_contracts.frontends.cli.output import FINDINGS, FINE, complain, print_json, print_text
from ecr_contracts.reporting.json import FORMAT
from ecr_contracts.reporting.violations import violation_as_json

_MOST_KINDS = 4  # that are named in one line

EXAMPLES = (
    "ecr-contracts validate tests/events/*/*.json",
    "zcat archive.gz | ecr-contracts validate -",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `validate`."""
    add_files(parser)
    parser.add_argument("--kind", metavar="KIND", help="judge every event as this kind")
    add_format(parser)
    parser.add_argument(
        "--max-line",
        type=_characters,
        default=limits.EVENT_CHARACTERS,
        metavar="N",
        help=f"characters that one event may have (default: {limits.EVENT_CHARACTERS})",
    )
    parser.add_argument(
        "--max-errors",
        type=_number_of_lines,
        default=limits.ERRORS_OF_A_FILE,
        metavar="N",
        help="faults of one file that are shown, the others are counted "
        f"(default: {limits.ERRORS_OF_A_FILE})",
    )
    parser.add_argument(
        "--max-unpacked",
        type=_characters,
        default=LIMIT,
        metavar="N",
        help=f"bytes that gzip within an event may unpack to (default: {LIMIT})",
    )


def run(options: argparse.Namespace) -> int:
    """Print the faults of all events, and how many events were read. Raises UnknownNameError."""
    if options.kind is not None:
        schema_of(options.kind)
    events = 0
    counts: Counter[Severity] = Counter()
    valid: Counter[str] = Counter()
    documents = []
    shown = Shown(options.max_errors)
    items = read_events(
        options.files,
        max_length=options.max_line,
        limit=options.max_unpacked,
        max_errors=options.max_errors,
    )
    for item in items:
        if isinstance(item, Complaint):
            faults = [_Judgement(item.source, item.severity, partial(_unreadable, item))]
        else:
            events += 1
            faults = _judged(item, options.kind, valid)
        for judgement in faults:
            counts[judgement.severity] += 1
            if not shown.takes(judgement.source, judgement.severity):
                continue
            fault = judgement.fault()
            if options.format == "json":
                documents.append(fault.as_json())
            else:
                print_text(fault.as_text())
    if options.format == "json":
        document = {"format": FORMAT, "events": events, "valid": dict(sorted(valid.items()))}
        others = [{"file": file, **count} for file, count in shown.others().items()]
        print_json({**document, "violations": documents, "not_shown": others})
    else:
        for sentence in shown.sentences():
            print_text(f"{sentence} (--max-errors {options.max_errors})")
        print_text(f"{counted(events, 'event')} read: {_numbers(counts, valid)}")
    if not (events or counts[Severity.ERROR] or counts[Severity.NOTE]):
        complain("no event was read")
        return FINDINGS
    return FINDINGS if counts[Severity.ERROR] else FINE


def _numbers(counts: Counter[Severity], valid: Counter[str]) -> str:
    """How many errors and warnings there are, notes if any, and valid events of which kinds."""
    numbers = []
    for severity in Severity:
        if severity is not Severity.NOTE or counts[severity]:
            numbers.append(counted(counts[severity], severity.value))
    text = ", ".join(numbers)
    if not valid:
        return text
    kinds = [f"{number} {kind}" for kind, number in sorted(valid.items())]
    return f"{text}; valid: {some_of(kinds, _MOST_KINDS)}"


@dataclass(frozen=True, slots=True)
class _Fault:
    """A line of the report: where in which file, how severe, in words, and what JSON says of it."""

    source: str
    line: int
    column: int
    severity: Severity
    text: str
    fields: dict[str, Any]

    def as_text(self) -> str:
        return f"{self.source}:{self.line}:{self.column}: {self.severity.value}: {self.text}"

    def as_json(self) -> dict[str, Any]:
        place = {"file": self.source, "line": self.line, "column": self.column}
        return {**place, **self.fields}


class _Judgement(NamedTuple):
    """A fault of a file, and what makes the line of it: finding its place takes time."""

    source: str
    severity: Severity
    fault: Callable[[], _Fault]


def _judged(found: FileEvent, kind: str | None, valid: Counter[str]) -> list[_Judgement]:
    """The faults of one event; a valid one is counted by its kind."""
    kind_or_problem = kind or validation.kind_or_violation(found.event)
    source = found.document.source
    faults = []
    for violation in _violations(found.event, kind):
        as_found = _as_found(found, violation)
        faults.append(_Judgement(source, as_found.severity, partial(_fault, found, as_found)))
    is_valid = all(fault.severity is not Severity.ERROR for fault in faults)
    if isinstance(kind_or_problem, str) and is_valid:
        valid[kind_or_problem] += 1
        if found.is_inner:
            inside = partial(_found_inside, found, kind_or_problem)
            faults.insert(0, _Judgement(source, Severity.NOTE, inside))
    return faults


def _as_found(found: FileEvent, violation: Violation) -> Violation:
    """A violation, as severe as it is where the event stands."""
    key = violation.path.removeprefix("$.")
    if violation.value is MISSING and key in found.optional:
        hint = "it may be missing here; AWS's texts disagree"
        return replace(violation, severity=Severity.WARNING, hint=hint)
    return violation


def _fault(found: FileEvent, violation: Violation) -> _Fault:
    """What is wrong with an event, with its place in the file."""
    # What is wrong with an unknown key is the key.
    line, column = found.locate(violation.path, key=violation.is_about_key)
    text = str(violation)
    fields = violation_as_json(violation)
    if found.place != "$":
        text += f", in {found.place}"
        fields["within"] = found.place
    return _Fault(found.document.source, line, column, violation.severity, text, fields)


def _found_inside(found: FileEvent, kind: str) -> _Fault:
    """The note that a valid event stands within something else."""
    line, column = found.locate()
    text = f"{found.place} is a valid {kind} event; what it stands in is not judged"
    fields = {
        "path": "$",
        "severity": Severity.NOTE.value,
        "keyword": "inner",
        "expected": "an event",
        "hint": text,
        "within": found.place,
    }
    return _Fault(found.document.source, line, column, Severity.NOTE, text, fields)


def _violations(event: Any, kind: str | None) -> Iterator[Violation]:
    """Where an event departs from its contract, and whether it is too large for EventBridge."""
    violations = validation.validate(event, kind)
    yield from violations
    for violation in violations:
        if violation.keyword == "type" and violation.path == "$":
            return  # What JSON cannot carry has no size.
    too_large = oversize(event)
    if too_large:
        yield too_large


def _unreadable(complaint: Complaint) -> _Fault:
    text = complaint_text(complaint)
    fields = {
        "path": "$",
        "severity": complaint.severity.value,
        "keyword": "json",
        "expected": "JSON",
        "hint": text,
    }
    return _Fault(
        complaint.source, complaint.line, complaint.column, complaint.severity, text, fields
    )


def _number_of_lines(text: str) -> int:
    with suppress(ValueError):
        if int(text) >= 0:
            return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of faults, 0 or more")


def _characters(text: str) -> int:
    with suppress(ValueError):
        if int(text) > 0:
            return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of characters")
