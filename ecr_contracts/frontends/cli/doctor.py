"""`ecr-contracts doctor`: what is here, what was found, what is missing and what that costs.

Nothing of the project is run. Exit code 2 says that something cannot be checked as it is.
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Sequence
from pathlib import Path

from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.text import counted
from ecr_contracts.frontends.cli.output import FINE, MISUSE, print_json
from ecr_contracts.frontends.doctor.environment import environment
from ecr_contracts.frontends.doctor.project import project
from ecr_contracts.frontends.doctor.rows import Row, Section, State
from ecr_contracts.frontends.doctor.sandbox import sandbox
from ecr_contracts.reporting.terminal import console, write_line, write_wrapped

EXAMPLES = ("ecr-contracts doctor", "ecr-contracts doctor --format json")

_MARKS = {
    State.FINE: ("ok", "green"),
    State.ABSENT: ("-", "dim"),
    State.MISSING: ("missing", "yellow"),
    State.WRONG: ("wrong", "red"),
}
_MARGIN = 11


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `doctor`."""
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        default=".",
        help="the repository (default: the working directory)",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how it is told (default: text)"
    )


def run(options: argparse.Namespace) -> int:
    """Look at everything and tell how it is. Raises ConsumerError for what is no folder."""
    folder = Path(options.folder)
    if not folder.is_dir():
        raise ConsumerError(options.folder, "it is no folder", "name the folder of a repository")
    with contextlib.chdir(folder):
        found = project(Path())
    sections = [*environment(found.needs), *found.sections, sandbox()]
    rows = [row for section in sections for row in section.rows]
    if options.format == "json":
        print_json(_as_json(sections))
    else:
        _show(sections, rows)
    return MISUSE if any(row.state is State.WRONG for row in rows) else FINE


def _as_json(sections: Sequence[Section]) -> dict[str, object]:
    """All rows as data, by their headings."""
    told = {section.heading: [row.as_json() for row in section.rows] for section in sections}
    return {"format": 1, "sections": told}


def _show(sections: Sequence[Section], rows: Sequence[Row]) -> None:
    screen = console()
    for section in sections:
        write_line(screen, (section.heading, "bold"))
        for row in section.rows:
            mark, style = _MARKS[row.state]
            told = ((row.subject, "bold"), (f"  {row.text}", ""))
            write_wrapped(screen, *told, margin=_MARGIN, head=(f"  {mark}", style))
            if row.line and row.state is not State.FINE:
                write_line(screen, (" " * _MARGIN + row.line, "dim"))
        write_line(screen, ("", ""))
    wrong = sum(row.state is State.WRONG for row in rows)
    missing = sum(row.state is State.MISSING for row in rows)
    if wrong:
        write_wrapped(
            screen, (f"{counted(wrong, 'thing')} to put right before a check", "bold red")
        )
    elif missing:
        write_wrapped(screen, (f"{counted(missing, 'thing')} missing: less is checked", "bold"))
    else:
        write_wrapped(screen, ("nothing is missing that a check needs", "bold"))
