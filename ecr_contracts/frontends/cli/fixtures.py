"""`ecr-contracts fixtures`: writes events as files, or tells how a folder of them has drifted."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from ecr_contracts.events.generate.cases import Case, InvalidCase, edge_cases, invalid_cases
from ecr_contracts.events.kinds import kind_names
from ecr_contracts.frontends import fixtures
from ecr_contracts.frontends.cli.options import add_evidence, add_repeatable
from ecr_contracts.frontends.cli.output import FINDINGS, FINE, complain, print_text
from ecr_contracts.frontends.fixtures import Fixture

EXAMPLES = (
    "ecr-contracts fixtures tests/events --kind scan",
    "ecr-contracts fixtures tests/events --kind scan --check",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `fixtures`."""
    parser.add_argument(
        "folder",
        metavar="DIR",
        help="where to; only files that this command made are ever replaced",
    )
    add_repeatable(parser, "--kind", "KIND", "kinds of events (default: all)")
    add_repeatable(
        parser, "--via", "ENVELOPE", "envelopes to wrap them in (default: lambda, the bare event)"
    )
    add_evidence(parser)
    parser.add_argument(
        "--strength",
        type=int,
        default=1,
        metavar="T",
        help="have every T choices meet that can, 1 to 4 (default: 1, the single deviations)",
    )
    parser.add_argument(
        "--invalid", action="store_true", help="also events that are wrong in exactly one way"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when the folder has drifted"
    )


def run(options: argparse.Namespace) -> int:
    """Write the files, or compare a folder with them. Raises FixtureError and UnknownNameError."""
    files = fixtures.fixtures(_cases(options), options.via or ["lambda"])
    for file in files:
        if "size" in file.about:
            complain(f"{file.name} has {file.about['size']}")
    if options.check:
        return _check(options.folder, files)
    touched = fixtures.write(options.folder, files)
    change = "all of them as they should be"
    if touched:
        change = f"{len(touched)} files written or removed"
    print_text(f"{len(files)} fixtures in {options.folder}: {change}")
    return FINE


def _cases(options: argparse.Namespace) -> list[Case | InvalidCase]:
    """The cases to be written: the valid ones of each kind, then the invalid ones if wanted."""
    chosen: list[Case | InvalidCase] = []
    chosen_kinds = options.kind or kind_names()
    for kind in chosen_kinds:
        chosen += edge_cases(kind, options.strength, options.evidence)
    if options.invalid:
        for kind in chosen_kinds:
            chosen += invalid_cases(kind)
    return chosen


def _check(folder: str, files: Sequence[Fixture]) -> int:
    """Print how the folder differs from the files that would be written."""
    drift = fixtures.drift(folder, files)
    changes = {"missing": drift.missing, "changed": drift.changed, "left over": drift.left_over}
    for change, names in changes.items():
        for name in names:
            print_text(f"{change}: {os.path.join(folder, name)}")
    if not drift:
        return FINE
    complain("the fixtures have drifted; write them again without --check")
    return FINDINGS
