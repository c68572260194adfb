"""The command line: writes the generated files, or says how they have drifted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ecr_contracts.events.compile import references
from ecr_contracts.events.kinds import kind_names
from generators import configuration, documents, writing
from generators.layout import ROOT


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Runs the command on a checkout; gives its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m generators",
        description="Writes what follows from the schemas, typed classes and strategies, and "
        "from the code's own tables: the parts of the documents that are generated, and the schema "
        "of the configuration.",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; show a diff and fail if files have drifted",
    )
    options = parser.parse_args(arguments)
    files = writing.texts({kind: references.merged_schema(kind) for kind in kind_names()})
    files |= documents.texts(root)
    files |= configuration.texts()
    if options.check:
        diff = writing.drift(root, files)
        print(diff, end="")
        if diff:
            print("the generated files have drifted: run python -m generators", file=sys.stderr)
        return 1 if diff else 0
    for name in writing.write(root, files):
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
