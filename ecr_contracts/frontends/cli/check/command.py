"""Runs `check`: one consumer, all that failed before, a numbered finding, or a move."""

from __future__ import annotations

import argparse
from pathlib import Path

from ecr_contracts.core.errors import ConsumerError, EcrContractsError
from ecr_contracts.core.text import listed
from ecr_contracts.engine.migration import migration
from ecr_contracts.engine.phases import Effort
from ecr_contracts.engine.plan import Request
from ecr_contracts.frontends import replay
from ecr_contracts.frontends.cli.check.again import asked_number, show_again
from ecr_contracts.frontends.cli.check.consumer import (
    consumer_name,
    settings_of,
    subject_of,
    verdict_on,
)
from ecr_contracts.frontends.cli.check.reports import (
    print_verdict,
    refuse_reports,
    run_of,
    write_reports,
)
from ecr_contracts.frontends.cli.check.written import (
    keep_events,
    kept_errors,
    with_numbers,
)
from ecr_contracts.frontends.cli.output import FINDINGS, FINE, print_json, print_text
from ecr_contracts.reporting.formats.run import Unjudged
from ecr_contracts.reporting.migration import migration_as_json, show_migration
from ecr_contracts.reporting.terminal import console
from ecr_contracts.reporting.text import show_replayed

_OF_MOVES = ("text", "json")
"""The formats of the report on a move."""


def run(options: argparse.Namespace) -> int:
    """Check the consumer, remember what failed, print the report.

    Raises ConsumerError unless exactly one thing is named, and what the check itself raises for
    whatever cannot be used: that is in the reports that are written to files.
    """
    refuse_reports(options)
    number = asked_number(options)
    if number and options.migrate is None:
        return show_again(options, number)
    is_of_remembered = options.replay is not None
    consumer = consumer_name(options)
    if options.migrate is not None:
        return _migrate(options, consumer)
    remembered = replay.load_failures(Path.cwd(), consumer)
    if is_of_remembered:
        if options.via:
            remembered = tuple(failure for failure in remembered if failure.via in options.via)
        if not remembered:
            print_text(f"nothing is remembered of {consumer}")
            return FINE
    try:
        verdict = verdict_on(options, consumer, remembered, only_remembered=is_of_remembered)
    except EcrContractsError as misuse:
        write_reports(options, run_of((), (Unjudged(consumer, str(misuse)),)))
        raise
    if is_of_remembered and not verdict.planned and options.format == "text":
        print_text(f"nothing that is remembered of {consumer} reaches it: its rule keeps it away")
        return FINE
    errors = kept_errors(verdict)
    if is_of_remembered or not options.case:
        if not verdict.is_interrupted:
            runs = {(trial.case.id, trial.via) for trial in verdict.trials}
            replay.save_failures(Path.cwd(), consumer, errors, runs)
        verdict = with_numbers(options, consumer, verdict)
    if options.keep is not None:
        keep_events(options.keep, verdict, errors)
    if is_of_remembered and options.format == "text":
        show_replayed(remembered, verdict, console())
    return print_verdict(options, verdict)


def _migrate(options: argparse.Namespace, consumer: str) -> int:
    """Try each step of a move, and print how it ended."""
    named = ("command", "url", "state_machine", "run_command", "transformer")
    for option in ("via", "case", "replay", "keep", "report", *named):
        if getattr(options, option) not in (None, False, []):
            problem = f"--{option.replace('_', '-')} says nothing about a move"
            raise ConsumerError(consumer, problem, "leave it out, or leave --migrate out")
    if options.format not in _OF_MOVES:
        problem = f"a move is told as {listed(_OF_MOVES, 'or')} only"
        raise ConsumerError(f"--format {options.format}", problem, "leave --format out")
    project = settings_of(options, consumer)
    request = Request(
        kinds=tuple(options.kind),
        unshielded=project.unshielded,
        effort=Effort(
            strength=options.strength,
            evidence=options.evidence,
            strict=project.strict or options.strict,
        ),
    )
    move = migration(subject_of(options, project), request)
    if options.format == "json":
        print_json(migration_as_json(move))
    else:
        show_migration(move, console())
    return FINDINGS if move.has_failed else FINE
