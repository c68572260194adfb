"""Prints constraints for pip: the oldest version that pyproject.toml declares of each dependency.

`python .ci/oldest.py EXTRA...` takes those of the package and of some of its extras.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

_FLOOR = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?>=([\d.]+)$")


def constraints(extras: list[str]) -> list[str]:
    """One line for each dependency that has a lower bound."""
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
    declared = list(project["dependencies"])
    for extra in extras:
        declared += project["optional-dependencies"][extra]
    floors = [_FLOOR.match(requirement) for requirement in declared]
    return [f"{floor[1]}=={floor[2]}" for floor in floors if floor]


if __name__ == "__main__":
    print("\n".join(constraints(sys.argv[1:])))
