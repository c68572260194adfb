"""Runs `check`: one consumer, all that failed before, a numbered finding, or a move."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace

from ecr_contracts.core.errors import ConsumerError, EcrContractsError
from ecr_contracts.core.text import listed
from ecr_contracts.engine.migration import migration
from ecr_contracts.engine.plan import Request
from ecr_contracts.frontends.cli.check.again import asked_number, show_again
from ecr_contracts.frontends.cli.check.asked import Asked, asked_for, is_named
from ecr_contracts.frontends.cli.check.baselines import tell_of_lost
from ecr_contracts.frontends.cli.check.consumer import effort_of, settings_of, subject_of
from ecr_contracts.frontends.cli.check.reports import (
    finish,
    print_verdict,
    refuse_reports,
    run_of,
    write_reports,
)
from ecr_contracts.frontends.cli.check.several import check_all
from ecr_contracts.frontends.cli.check.task import Task, task_of
from ecr_contracts.frontends.cli.output import FINDINGS, FINE, print_json, print_text
from ecr_contracts.frontends.cli.progress import progress_display
from ecr_contracts.reporting.formats.run import Unjudged
from ecr_contracts.reporting.migration import migration_as_json, show_migration
from ecr_contracts.reporting.terminal import console

_OF_MOVES = ("text", "json")
"""The formats of the report on a move."""


def run(options: argparse.Namespace) -> int:
    """Check the consumers, remember what failed, print the report.

    Raises ConsumerError where nothing is named or configured, and of a single consumer what the
    check itself raises for whatever cannot be used: that is in the reports that are written to
    files.
    """
    refuse_reports(options)
    number = asked_number(options)
    if number and options.migrate is None:
        return show_again(options, number)
    found = asked_for(options)
    if options.migrate is not None:
        return _migrate(found)
    tasks = [task_of(asked) for asked in found]
    is_list = len(tasks) > 1 or not is_named(options)
    if len(tasks) > 1 or (is_list and options.format != "text"):
        code = check_all(options, tasks)
    else:
        code = _check(tasks[0], is_list=is_list)
    if not is_named(options):
        tell_of_lost(found)
    return code


def _check(task: Task, *, is_list: bool) -> int:
    """Check a single consumer, and return the exit code; documents may be lists all the same."""
    options, name = task.asked.options, task.asked.name
    if task.is_idle:
        print_text(f"nothing is remembered of {name}")
        return finish(options, run_of((), is_list=is_list))
    try:
        with progress_display(is_shown=options.format == "text") as on_progress:
            verdict = task.verdict(on_progress)
    except EcrContractsError as misuse:
        unjudged = Unjudged(name, str(misuse))
        write_reports(options, run_of((), (unjudged,), is_list=is_list))
        raise
    is_kept_away = task.is_of_remembered and not verdict.planned
    if not (is_kept_away and options.format == "text"):
        verdict = task.kept(verdict)
    if options.format != "text":
        return print_verdict(options, verdict)
    task.show(verdict)
    return FINE if is_kept_away else finish(options, run_of((verdict,), is_list=is_list))


def _migrate(found: Sequence[Asked]) -> int:
    """Try each step of a move, and print how it ended."""
    if len(found) > 1:
        problem = "a move is tried with one consumer at a time"
        raise ConsumerError(found[1].name, problem, "name the one to move")
    [asked] = found
    options, consumer = asked.options, asked.name
    named = ("command", "url", "state_machine", "run_command", "transformer")
    for option in ("via", "case", "replay", "keep", "report", *named):
        if getattr(options, option) not in (None, False, []):
            problem = f"--{option.replace('_', '-')} says nothing about a move"
            raise ConsumerError(consumer, problem, "leave it out, or leave --migrate out")
    if options.format not in _OF_MOVES:
        problem = f"a move is told as {listed(_OF_MOVES, 'or')} only"
        raise ConsumerError(f"--format {options.format}", problem, "leave --format out")
    project = settings_of(asked)
    request = Request(
        kinds=tuple(options.kind),
        unshielded=project.unshielded,
        effort=replace(effort_of(asked, project), future=False, levels={}),
    )
    move = migration(subject_of(asked, project), request)
    if options.format == "json":
        print_json(migration_as_json(move))
    else:
        show_migration(move, console())
    return FINDINGS if move.has_failed else FINE
