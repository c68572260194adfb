"""`ecr-contracts kinds`: tells what is known of each kind of event, with its evidence."""

from __future__ import annotations

import argparse

from ecr_contracts.events.compile.reader import contract
from ecr_contracts.events.generate.cases import edge_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends.cli.output import FINE
from ecr_contracts.reporting.kinds import show_kind, show_kinds
from ecr_contracts.reporting.terminal import console

EXAMPLES = ("ecr-contracts kinds scan",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `kinds`."""
    parser.add_argument("kind", metavar="KIND", nargs="?", help="one kind in full")


def run(options: argparse.Namespace) -> int:
    """Print one kind in full, or a list of all kinds. Raises UnknownNameError."""
    if options.kind is not None:
        show_kind(contract(options.kind), console())
        return FINE
    rows = [(contract(kind), len(edge_cases(kind))) for kind in kind_names()]
    show_kinds(rows, console())
    return FINE
