"""`ecr-contracts init`: looks at a repository and proposes its table of consumers.

Nothing is run and nothing is written but with `--write`. What it did not understand is told.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from ecr_contracts.core import limits
from ecr_contracts.core.errors import ConsumerError
from ecr_contracts.core.text import counted
from ecr_contracts.discovery.repository.survey import Found, Survey, survey
from ecr_contracts.frontends.cli.output import FINE, MISUSE, complain, print_json
from ecr_contracts.frontends.config.finding import all_below
from ecr_contracts.frontends.project_table import Entry, Table, table_of
from ecr_contracts.reporting.terminal import console, write_line, write_wrapped

EXAMPLES = (
    "ecr-contracts init",
    "ecr-contracts init --write",
)

_MARGIN = 4
_LINE = re.compile(r"(\.\w+):\d+")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `init`."""
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        default=".",
        help="the repository, or a package of it (default: the working directory)",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="write the table: into ecr-contracts.toml where that is there, else pyproject.toml; "
        "a new ecr-contracts.toml where neither is",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how it is told (default: text)"
    )


def run(options: argparse.Namespace) -> int:
    """Look at the repository, tell what was found, and write it where that is asked for.

    Raises ConsumerError for what is no folder, ConfigurationError for a configuration that cannot
    be read, or that no consumer can be written into.
    """
    folder = Path(options.folder)
    if not folder.is_dir():
        raise ConsumerError(options.folder, "it is no folder", "name the folder of a repository")
    with contextlib.chdir(folder):
        table = table_of(Path())
        found = survey()
        new = _new(found.found, table)
        entries = _entries(new)
        text = table.with_entries(entries) if entries else ""
        if options.write and entries:
            table.write(text)
    file = os.path.normpath(folder / table.file)
    if options.format == "json":
        print_json(_as_json(found, new, file, is_written=options.write and bool(new)))
    else:
        _show(found, new, table, file, options)
    if found.found or table.listed:
        return FINE
    if options.format == "json":
        return MISUSE
    complain(_nothing(found))
    return MISUSE


def _new(found: Sequence[Found], table: Table) -> list[Found]:
    """The consumers that the table does not list yet, by whatever name."""
    listed = {os.path.normpath(name) for name in [*table.listed, *_listed_below()]}
    new: list[Found] = []
    for one in found:
        names = {one.name}
        if one.target.file is not None:
            names.add(f"{one.target.file.as_posix()}:{one.target.attribute}")
        if listed.isdisjoint(map(os.path.normpath, names)):
            new.append(one)
    return new


def _listed_below() -> list[str]:
    """What the configurations of packages below list, by names from here."""
    names: list[str] = []
    for file in all_below(Path()):
        folder = Path(os.path.relpath(file.parent))
        if folder != Path():
            names += [(folder / name).as_posix() for name in table_of(folder).listed]
    return names


def _entries(found: Sequence[Found]) -> list[Entry]:
    """The entries of the table; their comments name files without lines, which move."""
    return [Entry(one.name, _LINE.sub(r"\1", str(one))) for one in found]


def _nothing(found: Survey) -> str:
    """That nothing was found."""
    read = f"in {counted(found.files, 'file')}, no handler, template or rule is about ECR's events"
    advice = 'name a handler by hand: consumers = [{ handler = "path/to/app.py:handler" }]'
    if found.unclear:
        read = "nothing was found that could be checked"
    return f"{read}; {advice}"


def _as_json(
    found: Survey, new: Sequence[Found], file: str, *, is_written: bool
) -> dict[str, object]:
    """The survey as data: the same as its text says."""
    consumers = []
    for one in found.found:
        consumers.append(
            {
                "handler": one.name,
                "kinds": list(one.kinds),
                "why": one.why,
                "listed": one not in new,
            }
        )
    unclear = [
        {"place": one.place, "problem": one.problem, "advice": one.advice, "line": one.line}
        for one in found.unclear
    ]
    return {
        "format": 1,
        "file": file,
        "written": is_written,
        "files_read": found.files,
        "whole": found.is_whole,
        "consumers": consumers,
        "unclear": unclear,
    }


def _show(
    found: Survey, new: Sequence[Found], table: Table, file: str, options: argparse.Namespace
) -> None:
    """Tell what was found, what was not understood, and what the table is or would be."""
    screen = console()
    if found.found:
        number = counted(len(found.found), "consumer")
        write_wrapped(screen, (f"{number} of ECR's events, in {counted(found.files, 'file')}", "b"))
    for one in found.found:
        write_line(
            screen, (f"  {one.name}", ""), ("" if one in new else "  (listed already)", "dim")
        )
        write_wrapped(screen, (str(one), ""), margin=_MARGIN)
    if not found.is_whole:
        beyond = f"only the first {limits.REPOSITORY_FILES:,} files were looked at: "
        write_wrapped(screen, (f"{beyond}name a folder within, ecr-contracts init FOLDER", ""))
    if found.unclear:
        if found.found:
            write_line(screen, ("", ""))
        write_wrapped(screen, ("not understood:", "b"))
    for problem in found.unclear:
        write_line(screen, (f"  {problem.place}", ""))
        write_wrapped(screen, (problem.problem, ""), margin=_MARGIN)
        write_wrapped(screen, (problem.advice, "dim"), margin=_MARGIN)
        if problem.line:
            write_line(screen, (f"{' ' * _MARGIN}{problem.line}", "dim"))
    if not new:
        return
    write_line(screen, ("", ""))
    if options.write:
        write_line(screen, (f"written into {file}:", "b"))
    else:
        again = "ecr-contracts init --write"
        if options.folder != ".":
            again = f"ecr-contracts init {shlex.quote(options.folder)} --write"
        write_line(screen, (f"to write this into {file}: {again}", "b"))
    write_line(screen, ("", ""))
    for line in table.lines_for(_entries(new)):
        write_line(screen, (line, ""))
    if options.write:
        write_line(screen, ("", ""))
        within = "" if options.folder == "." else f"cd {shlex.quote(options.folder)} && "
        write_line(screen, (f"now: {within}ecr-contracts check", "b"))
