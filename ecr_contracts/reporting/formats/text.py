"""The report for people as a text of its own: what a terminal shows, without colours."""

from __future__ import annotations

import io

from ecr_contracts.core.foreign_text import lines
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.formats.run import Run
from ecr_contracts.reporting.formats.totals import totals_line
from ecr_contracts.reporting.terminal import console
from ecr_contracts.reporting.text import show

__all__ = ["document", "report_of"]


def document(run: Run) -> str:
    """The report of each consumer, one below the other, and what all of them came to."""
    parts = [report_of(verdict) for verdict in run.verdicts]
    for unjudged in run.unjudged:
        parts.append(lines(f"{unjudged.consumer} could not be judged: {unjudged.why}") + "\n")
    if run.is_list:
        parts.append(lines(totals_line(run)) + "\n")
    return "\n".join(parts)


def report_of(verdict: Verdict) -> str:
    """The report of one consumer, of 80 columns."""
    written = io.StringIO()
    show(verdict, console(written))
    return written.getvalue()
