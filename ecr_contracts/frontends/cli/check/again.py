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
from ecr_contracts.frontends.cli.check.consumer import consumer_name, verdict_on
from ecr_contracts.frontends.cli.check.options import REMEMBERED, WITHHELD, parsed
from ecr_contracts.frontends.cli.check.reports import print_verdict
from ecr_contracts.frontends.cli.check.words import words_again
from ecr_contracts.frontends.cli.check.written import keep_events, kept_errors
from ecr_contracts.frontends.cli.output import FINE, INTERRUPTED, complain, print_text
from ecr_contracts.frontends.last_report import LastReport, NumberedFault

_MOST_DIGITS = 9  # of the number of a finding


def asked_number(options: argparse.Namespace) -> str:
    """The number of the finding that is to be shown again; empty where none is.

    `--replay HANDLER` is what `HANDLER --replay` is: the name goes to its place.
    """
    if not options.replay or re.fullmatch(r"[-+]?\d+", options.replay):
        return options.replay or ""
    if options.consumer is not None or ":" not in options.replay:
        problem = "it is no number of a finding"
        raise ConsumerError(options.replay, problem, "give the number that the report printed")
    options.consumer, options.replay = options.replay, REMEMBERED
    return ""


def show_again(given: argparse.Namespace, number: str) -> int:
    """Show a finding of the last report again, from the event that it was shown with.

    Where that event does not show it any more, all events are given as they were then. Raises
    ConsumerError where no finding has this number.
    """
    fault, options, saved = _numbered_fault(given, number)
    consumer = consumer_name(options)
    known = [one.known for one in fault.findings if one.known is not None]
    chosen = () if fault.takes_all else tuple(known)
    shown: tuple[Finding, ...] = ()
    if chosen:
        verdict = verdict_on(options, consumer, chosen, only_remembered=True)
        shown = fault.among(verdict.findings)
    if not shown:
        remembered = replay.load_failures(Path.cwd(), consumer)
        verdict = verdict_on(options, consumer, remembered, only_remembered=False)
        shown = fault.among(verdict.findings)
    verdict = replace(verdict, findings=shown, saved=saved)
    if options.keep is not None:
        keep_events(options.keep, verdict, kept_errors(verdict))
    if not shown and options.format == "text":
        print_text(f"finding {number} does not show any more: {fault.told}")
        return INTERRUPTED if verdict.is_interrupted else FINE
    return print_verdict(options, verdict)


def _numbered_fault(
    given: argparse.Namespace, number: str
) -> tuple[NumberedFault, argparse.Namespace, Saved]:
    """A fault of the last report, the options that show it again, and how it is repeated.

    Options that are given now come on top of those of the report. Raises ConsumerError where there
    is no such fault, or the report is of something else.
    """
    report = last_report.load_report(Path.cwd())
    if report is None:
        problem = "no report with findings is kept in this folder"
        raise ConsumerError(f"--replay {number}", problem, "check the handler again, here")
    words = f"ecr-contracts check {shlex.join(report.words)}"
    # Python reads no number of thousands of digits.
    wanted = int(number) if len(number) <= _MOST_DIGITS else 0
    if not 1 <= wanted <= len(report.faults):
        count = counted(len(report.faults), "finding")
        problem = f"the last report of this folder has {count}, from 1 on"
        raise ConsumerError(f"--replay {number}", problem, f"that was\n    {words}")
    options = _options_of(report, given)
    for name in _still_withheld(report, options):
        complain(f"{name} was given then, and is not kept: give it again, or see it made up")
    saved = Saved(report.withheld, wanted)
    return report.faults[wanted - 1], options, saved


def _options_of(report: LastReport, given: argparse.Namespace) -> argparse.Namespace:
    """The options of the last report, and those that are given now."""
    own = parsed(report.words)
    if given.consumer not in (None, own.consumer):
        problem = f"the last report of this folder is of `{shlex.join(report.words)}`"
        raise ConsumerError(given.consumer, problem, "leave it out, or check it again")
    unnamed = argparse.Namespace(**{**vars(given), "consumer": None})
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
