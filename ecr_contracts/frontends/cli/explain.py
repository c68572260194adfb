"""`ecr-contracts explain`: what a code in a report means, and what to do about it."""

from __future__ import annotations

import argparse

from ecr_contracts.frontends.cli import checks
from ecr_contracts.frontends.cli.options import add_format

EXAMPLES = ("ecr-contracts explain ECR101", "ecr-contracts explain swallowed")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `explain`."""
    parser.add_argument(
        "checks", metavar="CODE", nargs="+", help="codes or names, such as ECR101 or raises"
    )
    add_format(parser)


def run(options: argparse.Namespace) -> int:
    """Print what is said of some checks. Raises UnknownNameError for one that there is not."""
    return checks.run(options)
