"""What a whole run came to, in one line: the only verdict, or the numbers of several."""

from __future__ import annotations

from ecr_contracts.core.text import counted
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.formats.run import Run
from ecr_contracts.reporting.formats.totals import totals_line
from ecr_contracts.reporting.totals import verdict_line

__all__ = ["cut_short", "is_whole", "run_line"]


def run_line(run: Run) -> str:
    """The verdict of a run: `3 consumers: 1 with 2 faults, 2 fine`."""
    if len(run.verdicts) == 1 and not run.unjudged:
        return verdict_line(run.verdicts[0])
    if len(run.unjudged) == 1 and not run.verdicts:
        return f"{run.unjudged[0].consumer} could not be judged"
    if not run.unjudged and not run.verdicts:
        return "nothing was checked"
    return totals_line(run)


def cut_short(verdict: Verdict) -> str:
    """Why not all events were given that were to be; empty where they were.

    A consumer that did not answer has a finding that says so.
    """
    given = f"{len(verdict.trials)} of {counted(verdict.planned, 'event')} were given"
    if verdict.is_interrupted:
        return f"interrupted: {given}"
    if verdict.is_stopped and len(verdict.trials) < verdict.planned:
        return f"the time was over: {given}"
    return ""


def is_whole(run: Run) -> bool:
    """Whether all was judged, with all events that were to be given, and there was anything."""
    if run.unjudged or not run.verdicts:
        return False
    return not any(cut_short(verdict) for verdict in run.verdicts)
