"""`ecr-contracts coverage`: tells which choices the events of files have, and which none has."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import suppress

from ecr_contracts.audit.reader import Complaint
from ecr_contracts.core.findings import Severity
from ecr_contracts.events import coverage
from ecr_contracts.events.coverage import EventChoices
from ecr_contracts.events.kinds import schema_of
from ecr_contracts.frontends.cli.event_files import Shown, complaint_text, read_events
from ecr_contracts.frontends.cli.options import add_files, add_format, add_repeatable
from ecr_contracts.frontends.cli.output import (
    FINDINGS,
    FINE,
    complain,
    complain_plainly,
    print_json,
)
from ecr_contracts.reporting.coverage import coverage_as_json, shortfall, show_coverage
from ecr_contracts.reporting.terminal import console

EXAMPLES = (
    "ecr-contracts coverage tests/events/*.json",
    "ecr-contracts coverage tests/events/*.json --kind scan --fail-under 80",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `coverage`."""
    add_files(parser)
    add_repeatable(parser, "--kind", "KIND", "leave out events of other kinds than this")
    parser.add_argument(
        "--all", action="store_true", help="list every choice that no event has, however many"
    )
    parser.add_argument(
        "--fail-under",
        type=_percent,
        metavar="N",
        help="exit 1 when the events have less than N per cent of the choices of their kinds, "
        "or of --kind",
    )
    add_format(parser)


def run(options: argparse.Namespace) -> int:
    """Print the coverage of the events of all files together. Raises UnknownNameError."""
    for kind in options.kind:
        schema_of(kind)
    unread: list[Complaint] = []
    covered = coverage.coverage_of(_met(options.files, unread), options.kind)
    if options.format == "json":
        print_json(coverage_as_json(covered))
    else:
        show_coverage(covered, console(), every=options.all)
    share = coverage.total_choices(covered.kinds if options.kind else covered.occurring)
    is_short = options.fail_under is not None and not share.reaches(options.fail_under)
    if is_short:
        complain(shortfall(share, options.fail_under))
    if not covered.seen:
        complain("no event was read")
    has_errors = any(complaint.severity is Severity.ERROR for complaint in unread)
    return FINDINGS if is_short or has_errors or not covered.seen else FINE


def _met(names: Iterable[str], unread: list[Complaint]) -> Iterator[EventChoices]:
    """What each event of some files has; what cannot be read is printed and added to `unread`."""
    shown = Shown()
    for item in read_events(names):
        if not isinstance(item, Complaint):
            yield coverage.choices_of(item.event)
        elif shown.takes(item.source, item.severity):
            unread.append(item)
            place = f"{item.source}:{item.line}:{item.column}"
            complain_plainly(f"{place}: {item.severity.value}: {complaint_text(item)}")
    for sentence in shown.sentences():
        complain_plainly(sentence)


def _percent(text: str) -> float:
    with suppress(ValueError):
        if 0 <= float(text) <= 100:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 100")
