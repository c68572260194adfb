"""`ecr-contracts checks`: lists the checks with their codes, or tells all of some."""

from __future__ import annotations

import argparse

from ecr_contracts.engine.checks.catalog import CHECKS, check_named
from ecr_contracts.frontends.cli.options import add_format
from ecr_contracts.frontends.cli.output import FINE, print_json
from ecr_contracts.reporting.checks import checks_as_json, show_check, show_checks
from ecr_contracts.reporting.terminal import console

EXAMPLES = (
    "ecr-contracts checks",
    "ecr-contracts checks ECR101",
    "ecr-contracts checks --format json",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `checks`."""
    parser.add_argument(
        "checks", metavar="CODE", nargs="*", help="codes or names, such as ECR101 or raises"
    )
    add_format(parser)


def run(options: argparse.Namespace) -> int:
    """Print all checks, or what is said of some. Raises UnknownNameError for one there is not."""
    chosen = list(dict.fromkeys(map(check_named, options.checks)))
    if options.format == "json":
        print_json(checks_as_json(chosen or CHECKS.values()))
        return FINE
    screen = console()
    if not chosen:
        show_checks(screen)
    for number, check in enumerate(chosen):
        if number:
            screen.print()
        show_check(check, screen)
    return FINE
