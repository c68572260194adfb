"""What `check` leaves behind: failures to remember, numbers of findings, events to keep."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ecr_contracts.core.findings import Finding, Severity
from ecr_contracts.engine.checks.catalog import DEAD_COMPARISON, FUTURE_EVENT, is_of_run
from ecr_contracts.engine.verdict import Saved, Verdict
from ecr_contracts.frontends import last_report, replay
from ecr_contracts.frontends.cli.check.asked import Asked
from ecr_contracts.frontends.cli.check.words import withheld_words, words_again
from ecr_contracts.frontends.cli.output import complain
from ecr_contracts.reporting.faults import faults


def with_numbers(asked: Asked, verdict: Verdict, before: int | None = None) -> Verdict:
    """A verdict whose findings can be shown again by their numbers, where that can be kept.

    `before` counts the numbers of the consumers that the same command told of before; None for the
    first of them.
    """
    withheld = tuple(withheld_words(asked.options))
    is_saved = last_report.save_report(
        Path.cwd(),
        asked.name,
        faults(verdict.findings),
        words_again(asked.options),
        withheld,
        entry=asked.place,
        is_further=before is not None,
    )
    return replace(verdict, saved=Saved(withheld, before=before or 0)) if is_saved else verdict


def kept_errors(verdict: Verdict) -> list[Finding]:
    """The findings that have an event which fails: errors, but for those of the code as a whole.

    Events of tomorrow are neither remembered nor kept: they are given whenever they are asked for.
    """
    errors = []
    for finding in verdict.findings:
        is_of_source = finding.check in (DEAD_COMPARISON, FUTURE_EVENT)
        is_of_events = not is_of_run(finding.check) and not is_of_source
        if finding.severity is Severity.ERROR and is_of_events:
            errors.append(finding)
    return errors


def keep_events(folder: str, verdict: Verdict, errors: Sequence[Finding]) -> None:
    """Write the events of findings as fixture files, and name each file."""
    if verdict.shaped:
        # No envelope holds what a transformer makes of an event, so the event is kept as it is
        # before that.
        errors = [replace(finding, via="lambda") for finding in errors]
    for name in replay.keep_fixtures(folder, errors):
        complain(f"kept {os.path.join(folder, name)}")
