"""What a whole run came to, in one line: the only verdict, or the numbers of several."""

from __future__ import annotations

from ecr_contracts.core.text import counted
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.formats.run import Run
from ecr_contracts.reporting.totals import verdict_line

__all__ = ["cut_short", "is_whole", "run_line"]


def run_line(run: Run) -> str:
    """The verdict of a run: `3 consumers: 1 with 2 faults, 2 fine`."""
    if len(run.verdicts) == 1 and not run.unjudged:
        return verdict_line(run.verdicts[0])
    if len(run.unjudged) == 1 and not run.verdicts:
        return f"{run.unjudged[0].consumer} could not be judged"
    failed = [verdict for verdict in run.verdicts if verdict.failed]
    parts = []
    if failed:
        # Faults are counted consumer by consumer: those of two are never one.
        number = sum(len(faults(verdict.errors)) for verdict in failed)
        parts.append(f"{len(failed)} with {counted(number, 'fault')}")
    if run.unjudged:
        parts.append(f"{len(run.unjudged)} could not be judged")
    warned = [one for one in run.verdicts if one.findings and not one.failed]
    if warned:
        parts.append(f"{len(warned)} with warnings alone")
    if fine := len(run.verdicts) - len(failed) - len(warned):
        parts.append(f"{fine} fine")
    number = len(run.verdicts) + len(run.unjudged)
    return f"{counted(number, 'consumer')}: {', '.join(parts)}"


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
    """Whether all was judged, with all events that were to be given."""
    return not run.unjudged and not any(cut_short(verdict) for verdict in run.verdicts)
