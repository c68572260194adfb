"""Options that several commands share, so that they have one name, one help text, one meaning."""

from __future__ import annotations

import argparse

from ecr_contracts.core.errors import UnknownNameError
from ecr_contracts.core.findings import Evidence


def add_repeatable(
    parser: argparse._ActionsContainer, flag: str, metavar: str, meaning: str
) -> None:
    """Add an option that may be given several times; its value is a list, empty without it."""
    parser.add_argument(
        flag, metavar=metavar, action="append", default=[], help=f"{meaning}; may be given again"
    )


def add_files(parser: argparse._ActionsContainer) -> None:
    """Add the files of events that a command reads."""
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="files of events; - is standard input"
    )


def add_rule(parser: argparse._ActionsContainer) -> None:
    """Add `--rule`; its value is a list of texts."""
    add_repeatable(
        parser,
        "--rule",
        "FILE[:NAME]",
        "the rule that delivers its events, by its name or its function's, in a template or a file "
        "with a pattern (default: what is found around the handler)",
    )


def add_evidence(parser: argparse._ActionsContainer) -> None:
    """Add `--evidence`; its value is an Evidence, None without it."""
    parser.add_argument(
        "--evidence",
        type=_evidence,
        metavar="SORT",
        help="leave out events that rest on weaker evidence than this: " + ", ".join(Evidence),
    )


def add_format(parser: argparse._ActionsContainer) -> None:
    """Add `--format`, text or json."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people or for programs"
    )


def _evidence(text: str) -> Evidence:
    try:
        return Evidence(text)
    except ValueError:
        unknown = UnknownNameError("evidence", text, [evidence.value for evidence in Evidence])
        raise argparse.ArgumentTypeError(str(unknown)) from None
