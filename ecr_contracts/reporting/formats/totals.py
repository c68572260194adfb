"""What a run of several consumers came to, in one line."""

from __future__ import annotations

from ecr_contracts.core.text import counted
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.formats.run import Run

__all__ = ["totals_line"]


def totals_line(run: Run) -> str:
    """What a run of several consumers came to: `3 consumers: 1 with 2 faults, 2 fine`."""
    failed = [verdict for verdict in run.verdicts if verdict.failed]
    others = [verdict for verdict in run.verdicts if not verdict.failed]
    interrupted = [verdict for verdict in others if verdict.is_interrupted]
    whole = [verdict for verdict in others if not verdict.is_interrupted]
    warned = [verdict for verdict in whole if verdict.findings]
    errors = sum(len(faults(verdict.errors)) for verdict in failed)
    warnings = sum(len(faults(verdict.findings)) for verdict in warned)
    parts = []
    if failed:
        parts.append(f"{len(failed)} with {counted(errors, 'fault')}")
    if warned:
        parts.append(f"{len(warned)} with {counted(warnings, 'warning')}")
    right = [verdict for verdict in whole if not verdict.findings]
    stopped = [verdict for verdict in right if verdict.is_stopped]
    if len(right) > len(stopped):
        parts.append(f"{len(right) - len(stopped)} fine")
    if stopped:
        parts.append(f"{len(stopped)} fine until time was over")
    if interrupted:
        parts.append(f"{len(interrupted)} interrupted")
    if run.unjudged:
        parts.append(f"{len(run.unjudged)} not judged")
    number = len(run.verdicts) + len(run.unjudged)
    line = f"{counted(number, 'consumer')}: {', '.join(parts)}"
    accepted = sum(_accepted(verdict) for verdict in run.verdicts)
    return f"{line} ({counted(accepted, 'finding')} accepted)" if accepted else line


def _accepted(verdict: Verdict) -> int:
    return len(faults(finding for finding, _ in verdict.accepted))
