"""A finding of the last report, shown again by its number."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.findings import Finding
from ecr_contracts.core.text import counted
from ecr_contracts.engine.verdict import Saved
from ecr_contracts.frontends import last_report, replay
from ecr_contracts.frontends.cli.check.asked import Asked, asked_for
from ecr_contracts.frontends.cli.check.consumer import verdict_on
from ecr_contracts.frontends.cli.check.options import REMEMBERED, WITHHELD, parsed
from ecr_contracts.frontends.cli.check.reports import finish, print_verdict, run_of
from ecr_contracts.frontends.cli.check.words import words_again
from ecr_contracts.frontends.cli.check.written import keep_events, kept_errors
from ecr_contracts.frontends.cli.output import complain, print_text
from ecr_contracts.frontends.cli.progress import progress_display
from ecr_contracts.frontends.last_report import LastReport, NumberedFault

_MOST_DIGITS = 9  # of the number of a finding


def asked_number(options: argparse.Namespace) -> str:
    """The number of the finding that is to be shown again; empty where none is.

    `--replay HANDLER` is what `HANDLER --replay` is: the name goes to its place.
    """
    if not options.replay or re.fullmatch(r"[-+]?\d+", options.replay):
        return options.replay or ""
    if options.consumers or ":" not in options.replay:
        problem = "it is no number of a finding"
        raise ConsumerError(options.replay, problem, "give the number that the report printed")
    options.consumers, options.replay = [options.replay], REMEMBERED
    return ""


def show_again(given: argparse.Namespace, number: str) -> int:
    """Show a finding of the last report again, from the event that it was shown with.

    Where that event does not show it any more, all events are given as they were then. Raises
    ConsumerError where no finding has this number.
    """
    fault, report, saved = _numbered_fault(given, number)
    asked = _asked_then(given, report)
    options = asked.options
    for name in _still_withheld(report, options):
        complain(f"{name} was given then, and is not kept: give it again, or see it made up")
    known = [one.known for one in fault.findings if one.known is not None]
    chosen = () if fault.takes_all else tuple(known)
    shown: tuple[Finding, ...] = ()
    with progress_display(is_shown=options.format == "text") as on_progress:
        if chosen:
            verdict = verdict_on(asked, chosen, only_remembered=True, on_progress=on_progress)
            shown = fault.among(verdict.findings)
        if not shown:
            remembered = replay.load_failures(*asked.memory)
            verdict = verdict_on(asked, remembered, only_remembered=False, on_progress=on_progress)
            shown = fault.among(verdict.findings)
    verdict = replace(verdict, findings=shown, saved=saved)
    if options.keep is not None:
        keep_events(options.keep, verdict, kept_errors(verdict))
    if not shown and options.format == "text":
        print_text(f"finding {number} does not show any more: {fault.told}")
        return finish(options, run_of((verdict,)))
    return print_verdict(options, verdict)


def _numbered_fault(
    given: argparse.Namespace, number: str
) -> tuple[NumberedFault, LastReport, Saved]:
    """A fault of the last reports, the report that has it, and how it is repeated.

    Raises ConsumerError where there is no such fault, or the reports are of something else.
    """
    reports = last_report.load_reports(Path.cwd())
    if not reports:
        problem = "no report with findings is kept in this folder"
        raise ConsumerError(f"--replay {number}", problem, "check the handler again, here")
    # Python reads no number of thousands of digits.
    wanted = int(number) if len(number) <= _MOST_DIGITS else 0
    first = 1
    for report in reports:
        if first <= wanted < first + len(report.faults):
            return report.faults[wanted - first], report, Saved(report.withheld, wanted)
        first += len(report.faults)
    problem = f"the last report of this folder has {counted(first - 1, 'finding')}, from 1 on"
    words = [f"ecr-contracts check {shlex.join(report.words)}" for report in reports]
    advice = "\n    ".join(["that was", *words])
    raise ConsumerError(f"--replay {number}", problem, advice)


def _asked_then(given: argparse.Namespace, report: LastReport) -> Asked:
    """What the report is about, with its options and those that are given now.

    Raises ConsumerError where something else is named, or its configuration has it no more.
    """
    options = _options_of(report, given)
    for asked in asked_for(options):
        if asked.place == report.entry:
            return asked
    problem = "the configuration has changed since the last report of this folder"
    raise ConsumerError(shlex.join(options.consumers), problem, "check it again")


def _options_of(report: LastReport, given: argparse.Namespace) -> argparse.Namespace:
    """The options of the last report, and those that are given now."""
    own = parsed(report.words)
    if given.consumers and given.consumers != own.consumers:
        problem = f"the last report of this folder is of `{shlex.join(report.words)}`"
        raise ConsumerError(given.consumers[0], problem, "leave it out, or check it again")
    unnamed = argparse.Namespace(**{**vars(given), "consumers": []})
    options = parsed([*report.words, *words_again(unnamed)])
    options.env += [pair for pair in given.env if pair[1] != WITHHELD and pair not in options.env]
    options.answer += [pair for pair in given.answer if pair[1] != WITHHELD]
    options.format, options.verbose, options.keep = given.format, given.verbose, given.keep
    options.report = given.report
    return options


def _still_withheld(report: LastReport, options: argparse.Namespace) -> Iterator[str]:
    """The options of the last report whose values are secrets, and were not given again."""
    names = {name for name, _ in (*options.env, *options.answer)}
    for flag, pair in zip(report.withheld[::2], report.withheld[1::2], strict=True):
        name = pair.partition("=")[0]
        if name not in names:
            yield f"{flag} {name}"
