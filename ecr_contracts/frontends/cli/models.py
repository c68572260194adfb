"""`ecr-contracts models`: prints the generated classes, as text to keep in a project's own code."""

from __future__ import annotations

import argparse
from importlib.resources import files
from pathlib import Path

from ecr_contracts.core.whole_files import put_new
from ecr_contracts.events.generate.hypothesis_plugin import NOT_VENDORED
from ecr_contracts.frontends.cli.output import FINE, MISUSE, complain, print_lines

EXAMPLES = ("ecr-contracts models --style typeddict -o src/ecr_events.py",)

_MODULES = {"typeddict": "types.py", "pydantic": "models.py"}
"""The generated module in `ecr_contracts.events` for each style."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `models`."""
    parser.add_argument(
        "--style", choices=tuple(_MODULES), default="typeddict", help="which sort of class"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write there; a file that differs is left alone"
    )


def run(options: argparse.Namespace) -> int:
    """Print the classes, or write them to a file that is not there yet. Raises OSError."""
    text = _classes(_MODULES[options.style])
    if options.output is None:
        print_lines(text)
        return FINE
    content = text + "\n"
    try:
        put_new(Path(options.output), content.encode())
    except FileExistsError:
        if Path(options.output).read_text(encoding="utf-8", errors="replace") == content:
            return FINE
        complain(f"{options.output} exists and differs; remove it first")
        return MISUSE
    return FINE


def _classes(module: str) -> str:
    """The text of a generated module without its last part, which needs this package."""
    text = files("ecr_contracts.events").joinpath(module).read_text("utf-8")
    return text.partition(NOT_VENDORED)[0].rstrip()
