"""The check of several consumers: each is reported in its order, and all in one line at the end.

One that cannot be judged does not keep the others from it. The exit code is the worst of all.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from ecr_contracts.core.errors import EcrContractsError
from ecr_contracts.core.own_faults import OwnFaultError
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.frontends.cli.check.jobs import Result, at_a_time, results_of
from ecr_contracts.frontends.cli.check.reports import (
    print_document,
    run_of,
    write_reports,
)
from ecr_contracts.frontends.cli.check.task import Task
from ecr_contracts.frontends.cli.output import (
    FINDINGS,
    FINE,
    INTERRUPTED,
    MISUSE,
    OWN_FAULT,
    complain,
    complain_of,
    print_text,
)
from ecr_contracts.frontends.cli.progress import progress_display
from ecr_contracts.reporting.faults import faults
from ecr_contracts.reporting.formats.run import Unjudged
from ecr_contracts.reporting.formats.totals import totals_line

__all__ = ["check_all"]

_BEFORE_IT = "it was not checked: somebody interrupted the run before"


def check_all(options: argparse.Namespace, tasks: Sequence[Task]) -> int:
    """Check all of some consumers, report on each and on all, and return the exit code."""
    idle = [task for task in tasks if task.is_idle]
    tasks = [task for task in tasks if not task.is_idle]
    for task in idle:
        print_text(f"nothing is remembered of {task.asked.name}")
    if not tasks:
        return FINE
    tally = _Tally(options)
    jobs = at_a_time(options.jobs, len(tasks))
    is_shown = jobs == 1 and options.format == "text"
    progress = partial(progress_display, is_shown=is_shown)
    for task, result in zip(tasks, results_of(tasks, jobs, progress), strict=True):
        tally.take(task, result)
    return tally.end()


@dataclass(slots=True)
class _Tally:
    """What a run of several came to so far."""

    options: argparse.Namespace
    verdicts: list[Verdict] = field(default_factory=list)
    unjudged: list[Unjudged] = field(default_factory=list)
    code: int = FINE
    numbers: int | None = None

    def take(self, task: Task, result: Result) -> None:
        """Report on one consumer, in its turn."""
        name = task.asked.name
        if isinstance(result, Verdict):
            self._take_verdict(task, result)
        elif isinstance(result, OwnFaultError):
            complain(f"{name}: {result}")
            self._leave_out(name, str(result), OWN_FAULT)
        elif isinstance(result, EcrContractsError):
            complain_of(result)
            self._leave_out(name, str(result), MISUSE)
        else:
            self._leave_out(name, _BEFORE_IT, INTERRUPTED)

    def end(self) -> int:
        """Print what is told of all of them, write the reports, and return the exit code."""
        run = run_of(tuple(self.verdicts), tuple(self.unjudged), is_list=True)
        if self.options.format == "text":
            print_text(totals_line(run))
        else:
            print_document(self.options, run)
        try:
            write_reports(self.options, run)
        except EcrContractsError as misuse:
            complain_of(misuse)
            self.code = max(self.code, MISUSE)
        return self.code

    def _take_verdict(self, task: Task, verdict: Verdict) -> None:
        try:
            verdict = task.kept(verdict, self.numbers)
        except EcrContractsError as misuse:
            complain_of(misuse)
            self.code = max(self.code, MISUSE)
        self.numbers = (self.numbers or 0) + len(faults(verdict.findings))
        self.verdicts.append(verdict)
        if verdict.is_interrupted:
            self.code = INTERRUPTED
        elif verdict.failed:
            self.code = max(self.code, FINDINGS)
        if self.options.format == "text":
            task.show(verdict)
            print_text("")

    def _leave_out(self, name: str, why: str, code: int) -> None:
        self.unjudged.append(Unjudged(name, why))
        self.code = max(self.code, code)
