"""Says what a wheel or an sdist lacks, or has that does not belong in it.

`python .ci/distributions.py DIST` reads both in a folder, and the files of this checkout; it ends
with 1 where something is wrong.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

_MADE = {"PKG-INFO", "setup.cfg"}
"""What setuptools adds to an sdist."""


def problems(dist: Path, root: Path) -> Iterator[str]:
    """What is wrong with the distributions in a folder, a line each."""
    [sdist] = dist.glob("*.tar.gz")
    [wheel] = dist.glob("*.whl")
    kept = set(_kept(root))
    with tarfile.open(sdist) as archive:
        members = {
            member.name.partition("/")[2] for member in archive.getmembers() if not member.isdir()
        }
    made = {name for name in members if name in _MADE or ".egg-info/" in name}
    yield from (f"{sdist.name} lacks {name}" for name in sorted(kept - members))
    yield from (f"{sdist.name} has {name}" for name in sorted(members - kept - made))
    with zipfile.ZipFile(wheel) as zipped:
        shipped = {name for name in zipped.namelist() if ".dist-info/" not in name}
    wanted = {name for name in kept if name.startswith("ecr_contracts/")}
    for name in kept:
        if name.startswith("schemas/"):
            wanted.add(f"ecr_contracts/{name}")
    yield from (f"{wheel.name} lacks {name}" for name in sorted(wanted - shipped))
    yield from (f"{wheel.name} has {name}" for name in sorted(shipped - wanted))


def _kept(root: Path) -> list[str]:
    """The files that the repository keeps."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True)
    return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]


if __name__ == "__main__":
    found = list(problems(Path(sys.argv[1]), Path()))
    print("\n".join(found) or "the wheel and the sdist hold what they should")
    sys.exit(1 if found else 0)
