"""The reports of `check`: the one that is printed, and those that are written to files.

A file is written in one go when the run is over, also where somebody interrupts it: as a whole or
not at all.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NamedTuple

from ecr_contracts.core import whole_files
from ecr_contracts.core.errors import ConsumerError, UnknownNameError
from ecr_contracts.core.text import encodable
from ecr_contracts.engine.verdict import Verdict
from ecr_contracts.frontends.cli.output import FINDINGS, FINE, INTERRUPTED, MISUSE
from ecr_contracts.reporting.formats.registry import FORMATS, document
from ecr_contracts.reporting.formats.run import Run, Unjudged

__all__ = [
    "Report",
    "add_reports",
    "finish",
    "print_document",
    "print_run",
    "print_verdict",
    "refuse_reports",
    "run_of",
    "write_reports",
]

_OF_REPOSITORIES = (".git", ".hg")
_WORKSPACE = "GITHUB_WORKSPACE"


class Report(NamedTuple):
    """A report that is to be written: in which format, to which file."""

    format: str
    file: str


def add_reports(parser: argparse._ActionsContainer) -> None:
    """Add `--format` and `--report`; the value of the second is a list of Report."""
    sorts = "; ".join(f"{row.name}: {row.about}" for row in FORMATS.values())
    parser.add_argument(
        "--format",
        choices=tuple(FORMATS),
        default="text",
        help=f"in which form the report is printed; {sorts}",
    )
    parser.add_argument(
        "--report",
        metavar="FORMAT=FILE",
        action="append",
        default=[],
        type=_report,
        help="write the report to a file as well, in this format; may be given again",
    )


def _report(text: str) -> Report:
    name, equals, file = text.partition("=")
    if not equals or not file or file == "-":
        raise argparse.ArgumentTypeError(
            f"{text!r} is no FORMAT=FILE, such as json=report.json (to print one: --format)"
        )
    if name not in FORMATS:
        raise argparse.ArgumentTypeError(str(UnknownNameError("format", name, FORMATS)))
    return Report(name, file)


def refuse_reports(options: argparse.Namespace) -> None:
    """Raise ConsumerError for reports that cannot all be written, before anything runs."""
    files: dict[str, Report] = {}
    for report in options.report:
        path = os.path.abspath(report.file)
        flag = _flag(report)
        if os.path.isdir(path):
            raise ConsumerError(flag, "it is a folder", "name the file to write")
        if path in files:
            problem = f"{files[path].format} is to be written there already"
            raise ConsumerError(flag, problem, "give each report a file of its own")
        files[path] = report


def run_of(
    verdicts: tuple[Verdict, ...], unjudged: tuple[Unjudged, ...] = (), *, is_list: bool = False
) -> Run:
    """What this command came to, in the folder that it runs in."""
    folder = os.getcwd()
    return Run(verdicts, unjudged, folder, _root_around(folder), is_list)


def _root_around(folder: str) -> str:
    """The folder of the repository around another one; that one itself where there is none."""
    for around in (Path(folder), *Path(folder).parents):
        if any((around / name).exists() for name in _OF_REPOSITORIES):
            return str(around)
    workspace = os.path.realpath(os.environ.get(_WORKSPACE) or folder)
    return workspace if Path(folder).is_relative_to(workspace) else folder


def print_verdict(options: argparse.Namespace, verdict: Verdict) -> int:
    """Print the report of one verdict, write those that are asked for, return the exit code."""
    return print_run(options, run_of((verdict,)))


def print_run(options: argparse.Namespace, run: Run) -> int:
    """Print the report of a run, write those that are asked for, return the exit code.

    Raises ConsumerError for a file that cannot be written, when the others are.
    """
    if options.format == "text":
        _show(run, verbose=options.verbose)
    else:
        print_document(options, run)
    return finish(options, run)


def finish(options: argparse.Namespace, run: Run) -> int:
    """Write the reports that are asked for, and return the exit code.

    Raises ConsumerError for a file that cannot be written, when the others are.
    """
    write_reports(options, run)
    if run.is_interrupted:
        return INTERRUPTED
    if run.unjudged:
        return MISUSE
    return FINDINGS if run.has_failed else FINE


def print_document(options: argparse.Namespace, run: Run) -> None:
    """Print what a run came to in the format that is asked for."""
    sys.stdout.write(encodable(document(options.format, run), sys.stdout.encoding))


def _show(run: Run, *, verbose: bool) -> None:
    """Print the report for people, with colours where they are wanted."""
    from ecr_contracts.reporting.terminal import console
    from ecr_contracts.reporting.text import show

    screen = console()
    for number, verdict in enumerate(run.verdicts):
        if number:
            screen.print()
        show(verdict, screen, verbose=verbose)


def write_reports(options: argparse.Namespace, run: Run) -> None:
    """Write each report that is asked for to its file.

    Raises ConsumerError for the first that cannot be written, when the others are.
    """
    unwritten: list[ConsumerError] = []
    for report in options.report:
        content = encodable(document(report.format, run)).encode("utf-8")
        try:
            whole_files.put(Path(report.file), content)
        except OSError as error:
            problem = f"it cannot be written: {error.filename}: {error.strerror}"
            unwritten.append(ConsumerError(_flag(report), problem, "name another file"))
    if unwritten:
        raise unwritten[0]


def _flag(report: Report) -> str:
    """The option that asks for a report."""
    return f"--report {report.format}={report.file}"
